//! `cargo +nightly fuzz run plan_terminates` from the root; manifests in `fuzz/corpus/plan_terminates` make it deep.
#![no_main]

#[path = "../bodies/plan_terminates.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
