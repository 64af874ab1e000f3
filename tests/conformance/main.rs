//! Agreement with recordings of the real components, counted per file and aspect.
//!
//! `KCHECK_GROUND_TRUTH` names the folder that holds `conformance/` and `corpus/` (default `../shared`). Without it the
//! sample that the repository carries is run. Levels in `levels.toml` only rise.

mod api;
mod tally;
mod vectors;
mod yaml;

use tally::{Recording, Tally};

/// Every recording that a floor answers, in order of file name.
fn recordings() -> Vec<Recording> {
    [api::RECORDINGS, yaml::RECORDINGS, vectors::RECORDINGS].into_iter().flatten().copied().collect()
}

fn main() -> std::process::ExitCode {
    tally::main(&recordings())
}
