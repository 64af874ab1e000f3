//! `cargo +nightly fuzz run check` from the root; manifests in `fuzz/corpus/check` make it deep.
#![no_main]

#[path = "../bodies/check.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
