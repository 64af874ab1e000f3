//! `cargo +nightly fuzz run parse` from the root; manifests in `fuzz/corpus/parse` make it deep.
#![no_main]

#[path = "../bodies/parse.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
