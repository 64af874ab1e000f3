//! Any bytes, by the fast reader of YAML and by the full one: the same documents, to the last place, and the same findings.
//!
//! `cargo +nightly fuzz run readers_agree` from the root; manifests in `fuzz/corpus/readers_agree` make it deep.
#![no_main]

#[path = "../../tests/it/readers/compare.rs"]
mod compare;

use std::sync::Arc;

use kcheck::source::Source;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let source = Arc::new(Source::new("fuzz.yaml", bytes.to_vec()));
    if let Err(difference) = compare::differ(&source) {
        panic!("{difference}");
    }
});
