//! Arguments, commands, exit status.

mod args;
mod output;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::finding::{Profile, Settings, nearest};
use crate::report::Report;
use crate::run::{self, ApplyOrder, Options};
use crate::schema::MinorSet;
use args::{Cli, Command, Common, Include, Order, ProfileArg};

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
    match execute(&cli) {
        Ok(status) => ExitCode::from(status),
        Err(Failure::Pipe) => ExitCode::from(FINE),
        Err(Failure::Text(text)) => {
            let _ = writeln!(io::stderr(), "kcheck: {text}");
            ExitCode::from(CANNOT_WORK)
        }
    }
}

/// Why kcheck could not do its job.
enum Failure {
    /// Whoever reads the output has gone.
    Pipe,
    /// What to tell.
    Text(String),
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
        Command::Check(args) => {
            let options = options(&args.common)?;
            let report = run::check(&options)?;
            output::write(&report, &args.common)?;
            Ok(status(&report, &args.common))
        }
        Command::Plan(args) => {
            let options = Options {
                nodes: args.nodes.clone(),
                base: args.base.clone(),
                apply_order: match args.apply_order {
                    Order::Careful => ApplyOrder::Careful,
                    Order::Kubectl => ApplyOrder::Kubectl,
                },
                ..options(&args.common)?
            };
            if options.minors.iter().nth(1).is_some() {
                return Err(Failure::Text(format!(
                    "a plan plays one version of Kubernetes; `kcheck check --kubernetes-version {}` judges for several",
                    args.common.kubernetes_version
                )));
            }
            let report = run::plan(&options)?;
            output::write(&report, &args.common)?;
            let status = status(&report, &args.common);
            let changes = report.plan.as_ref().is_some_and(crate::plan::Plan::changes_anything);
            Ok(if status == FINE && args.exit_code && changes { CHANGES } else { status })
        }
        Command::Explain { code } => explain(code),
        Command::Rules => {
            output::rules(run::codes(), &mut io::stdout().lock())?;
            Ok(FINE)
        }
    }
}

/// Typed arguments to resolved ones.
fn options(common: &Common) -> Result<Options, Failure> {
    output::destinations(common).map_err(Failure::Text)?;
    let minors = MinorSet::parse(&common.kubernetes_version).ok_or_else(|| {
        let known = MinorSet::ALL;
        Failure::Text(format!(
            "`{}` is no Kubernetes version that kcheck knows ({known}); several are FIRST..LAST",
            common.kubernetes_version
        ))
    })?;
    let mut profiles = vec![Profile::Server, Profile::Plan];
    // `--profile server` means that one alone.
    if common.profile.is_empty() || common.profile.iter().any(|p| *p != ProfileArg::Server) {
        profiles.push(Profile::Recommended);
    }
    for profile in &common.profile {
        match profile {
            ProfileArg::Security => profiles.push(Profile::Security),
            ProfileArg::Pedantic => profiles.push(Profile::Pedantic),
            ProfileArg::Server | ProfileArg::Recommended => {}
        }
    }
    Ok(Options {
        paths: common.paths.clone(),
        minors,
        namespace: common.namespace.clone(),
        crds: common.crds.clone(),
        settings: Settings::of(&profiles),
        include_read: common.include.contains(&Include::Read),
        include_stored: common.include.contains(&Include::Stored),
        cluster: common.cluster.clone(),
        ..Options::default()
    })
}

fn status(report: &Report, common: &Common) -> u8 {
    let fails = output::fails(common);
    if report.findings.iter().any(|finding| finding.level <= fails) { PROBLEMS } else { FINE }
}

fn explain(name: &str) -> Result<u8, Failure> {
    let codes = run::codes();
    if let Some(code) = codes.iter().find(|code| code.name == name) {
        output::page(code, &mut io::stdout().lock())?;
        return Ok(FINE);
    }
    let hint = match nearest(name, codes.iter().map(|code| code.name), 4) {
        Some(code) => format!("; did you mean `{code}`?"),
        None => "; `kcheck rules` lists all".into(),
    };
    Err(Failure::Text(format!("there is no code `{name}`{hint}")))
}
