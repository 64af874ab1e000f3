//! Generators.
//!
//! ```text
//! cargo xtask generate [--check]                 writes everything that is generated from files of this repository
//! cargo xtask schemas [--packages DIR] [--reference DIR] [--go DIR]
//!                                                writes schemas/*.txt from Kubernetes' published schemas
//! cargo xtask descriptions [--reference DIR]     writes schemas/descriptions.txt
//! ```

mod descriptions;
mod generate;
mod schemas;
mod tables;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A failure, told as a sentence.
type Result<T> = std::result::Result<T, String>;

/// The folder of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Reads a text file.
fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// The value of an option.
fn option(args: &[String], name: &str) -> Option<PathBuf> {
    args.iter().position(|a| a == name).and_then(|at| args.get(at + 1)).map(PathBuf::from)
}

fn run(args: &[String]) -> Result<()> {
    match args.first().map(String::as_str) {
        Some("generate") => generate::run(args.iter().any(|a| a == "--check")),
        Some("schemas") => schemas::run(
            option(args, "--packages"),
            &option(args, "--reference").unwrap_or_else(|| root().join("../shared/reference")),
            option(args, "--go").as_deref(),
        ),
        Some("descriptions") => descriptions::run(
            &option(args, "--reference").unwrap_or_else(|| root().join("../shared/reference")),
        ),
        _ => Err("cargo xtask generate [--check] | schemas [--packages DIR] [--reference DIR] [--go DIR] | \
                  descriptions [--reference DIR]"
            .into()),
    }
}

#[expect(clippy::print_stderr, reason = "a command of this workspace talks to its caller")]
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
