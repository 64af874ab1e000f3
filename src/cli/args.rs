//! Arguments, as typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

/// What `kcheck` understands.
#[derive(Debug, Parser)]
#[command(
    name = "kcheck",
    version,
    about = "Says what a Kubernetes cluster would refuse, and what it would do with the rest. No cluster, no network.",
    long_about = "kcheck reads Kubernetes manifests and says what a kube-apiserver would refuse, in its own words, with \
                  the place, the reason and the fix; and it plays what the cluster would do with the rest: which Pods \
                  appear, where they land, what stays pending and why, what each Service reaches. It needs no cluster \
                  and no network.",
    after_help = "Examples:\n  \
                  kcheck check                        what is wrong with the manifests below this folder\n  \
                  kcheck plan ./manifests             what three nodes of 4 CPU and 16 GiB make of them\n  \
                  kcheck plan --nodes 5x8cpu,32Gi .   the same on five larger ones\n  \
                  kubectl get nodes,ns,pods,svc,deploy,rs,sts,ds,cm,sa,pvc,sc,pc -A -o yaml > cluster.yaml\n  \
                  kcheck plan --cluster cluster.yaml .   what this very cluster makes of them\n\n\
                  Exit status: 0 fine; 1 problems found; 2 kcheck could not do its job.",
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Say what would be refused, and what is legal and still wrong
    Check(CheckArgs),
    /// Say what the cluster does with it: what appears, where Pods land, what stays pending
    Plan(PlanArgs),
    /// Print the page of a code, or what a kind and its fields are
    Explain(ExplainArgs),
    /// List all codes with level and profile
    Rules {
        /// How to print
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Write a kcheck.yaml to start from
    Init {
        /// Write over one that is there
        #[arg(long)]
        force: bool,
    },
    /// Print a completion script, as `kcheck completions bash > /etc/bash_completion.d/kcheck`
    Completions {
        /// For which shell
        #[arg(value_name = "SHELL", value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the man page, of the program or of a command, as `kcheck man | man -l -`
    Man {
        /// Of which command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A code, as `ref/configmap`, or a kind with or without a path, as `Deployment.spec.strategy` or
    /// `apps/v1/Deployment`
    #[arg(value_name = "CODE|KIND[.FIELD]")]
    pub(super) what: String,

    /// Kubernetes version of the kind [default: 1.36]
    #[arg(long, value_name = "VERSION")]
    pub(super) kubernetes_version: Option<String>,

    /// Print all fields below, not only those of one level
    #[arg(short, long)]
    pub(super) recursive: bool,

    /// Files or folders with CustomResourceDefinitions; without it those below the current folder are looked for, where no
    /// built-in kind has the name
    #[arg(long, value_name = "PATH")]
    pub(super) crds: Vec<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Common {
    /// Files, folders, globs, or `-` for standard input
    #[arg(value_name = "PATHS", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,

    /// Kubernetes version to check against: one, or several as `1.33..1.37` [default: 1.36]
    #[arg(long, value_name = "VERSION")]
    pub(super) kubernetes_version: Option<String>,

    /// Namespace of objects that name none [default: default]
    #[arg(short, long, value_name = "NS")]
    pub(super) namespace: Option<String>,

    /// Exports of the cluster: files or folders of `kubectl get ... -o yaml|json`
    #[arg(long, value_name = "PATH")]
    pub(super) cluster: Vec<PathBuf>,

    /// Files or folders with CustomResourceDefinitions, beside those of the tree
    #[arg(long, value_name = "PATH")]
    pub(super) crds: Vec<PathBuf>,

    /// JSON Schemas of other custom kinds: a folder in kubeconform's layout, or the template of a path, as
    /// `schemas/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`
    #[arg(long, value_name = "LOCATION")]
    pub(super) schema_location: Vec<String>,

    /// Rules beyond the default ones; `server` means the API server's words alone
    #[arg(long, value_name = "PROFILE", value_enum)]
    pub(super) profile: Vec<ProfileArg>,

    /// Configuration; without this the nearest kcheck.yaml from the working folder upwards
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long)]
    pub(super) no_config: bool,

    /// Leave out findings that this file knows
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    /// Write all findings to a file for --baseline, and exit with 0
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(super) write_baseline: Option<PathBuf>,

    /// The time, for what expires: a day, or a time in UTC
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<String>,

    /// What counts as a problem besides errors: warnings, objects that nobody can judge
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub(super) deny: Vec<Deny>,

    /// Exit with 0 whatever is found, to try kcheck out where a failure would stop others
    #[arg(long)]
    pub(super) exit_zero: bool,

    /// Put more into the JSON: the decoded documents, the objects as the server would store them
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub(super) include: Vec<Include>,

    /// How to print; may be given several times, with a file for each but the last
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub(super) format: Vec<Format>,

    /// Write to a file instead of standard output: the first file takes the first format
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Vec<PathBuf>,

    /// When to use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Colour::Auto)]
    pub(super) color: Colour,

    /// Print problems only, no summary
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// Print every finding, however many there are of one code
    #[arg(short, long)]
    pub(super) verbose: bool,

    /// Run again whenever a file changes, until interrupted
    #[arg(long)]
    pub(super) watch: bool,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) common: Common,

    /// Compare with what was there before, a PATH or `git:REV`, and tell only what the change brings
    #[arg(long, value_name = "BASE")]
    pub(super) base: Vec<PathBuf>,

    /// Mend what can be mended without a doubt, and tell the rest
    #[arg(long)]
    pub(super) fix: bool,

    /// Mend also what changes behaviour or may be meant otherwise
    #[arg(long)]
    pub(super) unsafe_fixes: bool,

    /// Print what `--fix` or `--unsafe-fixes` would change, and change nothing
    #[arg(long, conflicts_with = "output")]
    pub(super) diff: bool,

    /// With `--base`: tell what was there before as well
    #[arg(long, requires = "base")]
    pub(super) all: bool,
}

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) common: Common,

    /// Nodes in one word, as `3x4cpu,16Gi` or `pool=gpu:2x16cpu,64Gi,nvidia.com/gpu=4,taint=gpu=true:NoSchedule`
    #[arg(long, value_name = "NODES")]
    pub(super) nodes: Vec<String>,

    /// What was applied before, a PATH or `git:REV`: the cluster comes to rest with it first
    #[arg(long, value_name = "BASE")]
    pub(super) base: Vec<PathBuf>,

    /// Delete what the base has and PATHS have not, as GitOps tools do
    #[arg(long, requires = "base")]
    pub(super) prune: bool,

    /// In which order the objects are applied
    #[arg(long, value_name = "ORDER", default_value = "careful")]
    pub(super) apply_order: Order,

    /// The scheduler's configuration (KubeSchedulerConfiguration), if the tree has none
    #[arg(long, value_name = "FILE")]
    pub(super) scheduler_config: Option<PathBuf>,

    /// Say why a Pod, or the Pods of a workload, lands where it does or nowhere: what each node lacks, the scores, the
    /// smallest change that gives it a node
    #[arg(long, value_name = "[NS/]POD|WORKLOAD")]
    pub(super) explain: Vec<String>,

    /// Say how many more replicas of a workload fit, and what stops the next
    #[arg(long, value_name = "[NS/]WORKLOAD")]
    pub(super) how_many: Vec<String>,

    /// Say how many nodes of this shape everything needs, beside those of --cluster, --nodes and the tree, as
    /// `4cpu,16Gi`; the plan is that on so many
    #[arg(long, value_name = "SHAPE")]
    pub(super) nodes_needed: Option<String>,

    /// Exit with 3 when all is fine and there are changes
    #[arg(long)]
    pub(super) exit_code: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// One line a finding: `path:line:col: level[code] message`
    Concise,
    /// For machines
    Json,
    /// Annotations of a GitHub workflow
    Github,
    /// For a pull-request comment or a job summary
    Markdown,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Test results in JUnit's XML
    Junit,
    /// GitLab's code quality report
    Gitlab,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ProfileArg {
    /// Only what the API server itself says
    Server,
    /// The default
    Recommended,
    /// Hardening
    Security,
    /// Opinions
    Pedantic,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Order {
    /// Namespaces, definitions and what Pods refer to first, and all of it before anything moves
    Careful,
    /// As the files come, like one `kubectl apply -R -f`
    Kubectl,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Deny {
    /// Warnings make the run fail
    Warnings,
    /// Objects of which nobody can say whether a server takes them make the run fail
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ListFormat {
    /// For people
    Text,
    /// For machines: everything, pages included
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Include {
    /// The decoded documents
    Read,
    /// The objects as the server would store them
    Stored,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
