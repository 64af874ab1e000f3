//! Agreement with recordings of the real components, counted per file and aspect.
//!
//! `KCHECK_GROUND_TRUTH` names the folder that holds `conformance/` and `corpus/` (default `../shared`). Without it the
//! sample that the repository carries is run. Levels in `levels.toml` only rise.

#![allow(unreachable_pub, reason = "a test binary is used by nobody")]
#![allow(clippy::print_stdout, reason = "its lines are its result")]

mod admission;
mod api;
mod check;
mod cluster;
mod custom;
mod levels;
mod pod_security;
mod primitives;
mod quiet;
mod scheduler;
mod tally;
mod types;
mod update;
mod vectors;
mod yaml;

use tally::Recording;

/// Every recording that a floor answers, in order of file name.
fn recordings() -> Vec<Recording> {
    [
        admission::RECORDINGS,
        api::RECORDINGS,
        check::RECORDINGS,
        cluster::RECORDINGS,
        custom::RECORDINGS,
        pod_security::RECORDINGS,
        primitives::RECORDINGS,
        quiet::RECORDINGS,
        scheduler::RECORDINGS,
        yaml::RECORDINGS,
        types::RECORDINGS,
        update::RECORDINGS,
        vectors::RECORDINGS,
    ]
    .into_iter()
    .flatten()
    .copied()
    .collect()
}

fn main() -> std::process::ExitCode {
    tally::main(&recordings())
}
