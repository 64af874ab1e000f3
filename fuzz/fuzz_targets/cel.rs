//! `cargo +nightly fuzz run cel` from the root; manifests in `fuzz/corpus/cel` make it deep.
#![no_main]

#[path = "../bodies/cel.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|text: &str| body::run(text));
