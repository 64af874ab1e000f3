//! Arguments, commands, exit status.

mod args;
mod config;
mod explain;
mod fix;
mod output;
mod resolve;
mod shell;
mod watch;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use clap::error::ErrorKind;

use crate::finding::{Code, Finding};
use crate::report::{Report, Verdict};
use crate::run::{self, ApplyOrder, Base, Options};
use crate::source::{Source, Sources};
use args::{CheckArgs, Cli, Command, Common, Deny, ListFormat, Order, PlanArgs};
use resolve::Resolved;

/// Nothing is wrong.
const FINE: u8 = 0;
/// Findings of level error.
const PROBLEMS: u8 = 1;
/// kcheck could not do its job.
const CANNOT_WORK: u8 = 2;
/// Nothing is wrong, and there are changes (`plan --exit-code`).
const CHANGES: u8 = 3;

/// The program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let fine = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // A closed pipe is no failure.
            let _ = error.print();
            return ExitCode::from(if fine { FINE } else { CANNOT_WORK });
        }
    };
    ExitCode::from(execute(&cli).unwrap_or_else(Failure::tell))
}

/// Why kcheck could not do its job.
enum Failure {
    /// Whoever reads the output has gone.
    Pipe,
    /// What to tell.
    Text(String),
    /// What is wrong in the configuration.
    Config(Arc<Source>, Vec<Finding>),
}

impl Failure {
    /// Tells it, and says which exit status it makes.
    fn tell(self) -> u8 {
        let mut out = io::stderr().lock();
        // There is nobody to tell that nobody can be told.
        match self {
            Self::Pipe => return FINE,
            Self::Text(text) => drop(writeln!(out, "kcheck: {text}")),
            Self::Config(source, findings) => {
                let path = source.path().to_owned();
                let mut sources = Sources::default();
                sources.add(source);
                let look = output::look_of_errors();
                for finding in &findings {
                    drop(crate::report::text::finding(&sources, finding, &look, &mut out));
                }
                drop(writeln!(out, "kcheck: cannot use {path}"));
            }
        }
        CANNOT_WORK
    }
}

impl From<config::Trouble> for Failure {
    fn from(trouble: config::Trouble) -> Self {
        match trouble {
            config::Trouble::Unread(text) => Self::Text(text),
            config::Trouble::Wrong(source, findings) => Self::Config(source, findings),
        }
    }
}

impl From<run::Usage> for Failure {
    fn from(usage: run::Usage) -> Self {
        Self::Text(usage.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Pipe
        } else {
            Self::Text(format!("cannot write: {error}"))
        }
    }
}

fn execute(cli: &Cli) -> Result<u8, Failure> {
    match &cli.command {
        Command::Check(args) => watch::watched(&args.common, &args.base, || check(args)),
        Command::Plan(args) => watch::watched(&args.common, &args.base, || plan(args)),
        Command::Explain(args) => explain::explain(args),
        Command::Rules { format } => {
            let mut out = io::stdout().lock();
            match format {
                ListFormat::Text => output::rules(&codes()?, &mut out)?,
                ListFormat::Json => output::rules_as_json(&codes()?, &mut out)?,
            }
            Ok(FINE)
        }
        Command::Init { force } => config::init(*force),
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { command } => shell::man(command.as_deref()),
    }
}

/// All codes by name, with those of the nearest configuration.
fn codes() -> Result<Vec<&'static Code>, Failure> {
    let mut codes = run::codes().to_vec();
    codes.extend(config::Config::nearest()?.codes());
    codes.sort_by_key(|code| code.name);
    Ok(codes)
}

fn base(given: &[PathBuf]) -> Vec<Base> {
    given.iter().map(|path| Base::from(path.as_path())).collect()
}

fn check(args: &CheckArgs) -> Result<u8, Failure> {
    let Resolved { common, options, .. } = resolve::resolve(&args.common)?;
    let last = !args.common.watch;
    let options = Options { base: base(&args.base), all: args.all, last, ..options };
    if args.diff {
        let mut out = io::stdout().lock();
        let changes = fix::diff(&options, args.unsafe_fixes, &output::look_of_output(&common), &mut out)?;
        return Ok(if changes { PROBLEMS } else { FINE });
    }
    let report = if args.fix || args.unsafe_fixes {
        fix::mend(&options, args.unsafe_fixes)?
    } else {
        run::check(&options)?
    };
    let status = finish(&report, &common);
    if options.last {
        std::mem::forget(report);
    }
    status
}

fn plan(args: &PlanArgs) -> Result<u8, Failure> {
    let Resolved { common, options, config } = resolve::resolve(&args.common)?;
    let nodes = if args.nodes.is_empty() { config.nodes() } else { &args.nodes };
    let options = Options {
        nodes: nodes.to_vec(),
        base: base(&args.base),
        prune: args.prune,
        scheduler_config: args.scheduler_config.clone(),
        explain: args.explain.clone(),
        how_many: args.how_many.clone(),
        nodes_needed: args.nodes_needed.clone(),
        apply_order: match args.apply_order {
            Order::Careful => ApplyOrder::Careful,
            Order::Kubectl => ApplyOrder::Kubectl,
        },
        ..options
    };
    if options.minors.iter().nth(1).is_some() {
        return Err(Failure::Text(format!(
            "a plan plays one version of Kubernetes; `kcheck check --kubernetes-version {}` judges for several",
            common.kubernetes_version.as_deref().unwrap_or_default()
        )));
    }
    let report = run::plan(&options)?;
    let status = finish(&report, &common)?;
    let changes = report.plan.as_ref().is_some_and(crate::plan::Plan::changes_anything);
    Ok(if status == FINE && args.exit_code && changes { CHANGES } else { status })
}

/// Writes a report, or the baseline that it makes.
fn finish(report: &Report, common: &Common) -> Result<u8, Failure> {
    if let Some(path) = &common.write_baseline {
        let count = output::baseline(report, path)?;
        let findings = if count == 1 { "finding" } else { "findings" };
        // A note to people; whoever closed it doesn't want it.
        let _ = writeln!(io::stderr(), "kcheck: wrote {count} {findings} to {}", path.display());
        return Ok(FINE);
    }
    output::write(report, common)?;
    Ok(status(report, common))
}

fn status(report: &Report, common: &Common) -> u8 {
    let fails = output::fails(common);
    let found = report.findings.iter().any(|finding| finding.level <= fails);
    let unknown = common.deny.contains(&Deny::Unknown)
        && report.documents.iter().any(|document| document.verdict == Verdict::Unknown);
    if (found || unknown) && !common.exit_zero { PROBLEMS } else { FINE }
}
