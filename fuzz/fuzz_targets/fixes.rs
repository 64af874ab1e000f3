//! `cargo +nightly fuzz run fixes` from the root; manifests in `fuzz/corpus/fixes` make it deep.
#![no_main]

#[path = "../bodies/fixes.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
