//! Arguments, as typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Print the page of a code, as `ref/configmap`
    Explain {
        /// The code
        code: String,
    },
    /// List all codes with level and profile
    Rules,
}

#[derive(Debug, Args)]
pub(super) struct Common {
    /// Files, folders, globs, or `-` for standard input
    #[arg(value_name = "PATHS", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,

    /// Kubernetes version to check against: one, or several as `1.33..1.37`
    #[arg(long, value_name = "VERSION", default_value = "1.36")]
    pub(super) kubernetes_version: String,

    /// Namespace of objects that name none
    #[arg(short, long, value_name = "NS", default_value = "default")]
    pub(super) namespace: String,

    /// Exports of the cluster: files or folders of `kubectl get ... -o yaml|json`
    #[arg(long, value_name = "PATH")]
    pub(super) cluster: Vec<PathBuf>,

    /// Files or folders with CustomResourceDefinitions, beside those of the tree
    #[arg(long, value_name = "PATH")]
    pub(super) crds: Vec<PathBuf>,

    /// Rules beyond the default ones; `server` means the API server's words alone
    #[arg(long, value_name = "PROFILE", value_enum)]
    pub(super) profile: Vec<ProfileArg>,

    /// What counts as a problem besides errors
    #[arg(long, value_name = "LEVEL", value_enum)]
    pub(super) deny: Option<Deny>,

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
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) common: Common,

    /// Nodes in one word, as `3x4cpu,16Gi` or `pool=gpu:2x16cpu,64Gi,nvidia.com/gpu=4,taint=gpu=true:NoSchedule`
    #[arg(long, value_name = "NODES")]
    pub(super) nodes: Vec<String>,

    /// Manifests that were applied before: the cluster comes to rest with them first
    #[arg(long, value_name = "PATH")]
    pub(super) base: Vec<PathBuf>,

    /// In which order the objects are applied
    #[arg(long, value_name = "ORDER", default_value = "careful")]
    pub(super) apply_order: Order,

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

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
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

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Deny {
    /// Warnings make the run fail
    Warnings,
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
