//! The bodies of the fuzz targets on a fixed budget: manifests of people and fixtures, each with a few accidents, and bytes that
//! are no text at all. `fuzz/` runs the same for as long as one likes.

#[expect(unreachable_pub, reason = "fuzz targets have the files too")]
#[path = "../../fuzz/bodies"]
mod bodies {
    pub mod cel;
    pub mod check;
    pub mod fixes;
    pub mod parse;
    pub mod plan_terminates;
}

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::readers::mutate::mutate;
use super::{fixtures, granit};

/// Longer texts are no better at finding mistakes.
const MOST: usize = 3000;

/// Manifests, those of fixtures with what is expected of them taken away.
fn texts() -> Vec<String> {
    let of_people = granit::files(&granit::here("tests/conformance/sample/corpus"));
    let mut texts: Vec<String> =
        of_people.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    for floor in ["rules", "server", "apiserver", "schema", "yaml"] {
        for path in granit::files(&granit::here("tests/fixtures").join(floor)) {
            let page = std::fs::read_to_string(&path).unwrap();
            let blocks = fixtures::blocks(&page).into_iter().filter(|block| block.language == "yaml");
            texts.extend(blocks.map(|block| block.text));
        }
    }
    texts.retain(|text| text.len() < MOST);
    texts
}

fn property(cases: u32, body: impl Fn(&[u8])) {
    let texts = texts();
    let accidents = prop::collection::vec(any::<u16>(), 0..12);
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    let input = (any::<prop::sample::Index>(), accidents, bytes, 0..10u8);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    let result = TestRunner::new(config).run(&input, |(at, accidents, bytes, kind)| {
        if kind == 0 {
            body(&bytes);
        } else {
            body(&mutate(at.get(&texts).clone(), &accidents));
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn anything_is_read() {
    property(2000, bodies::parse::run);
}

#[test]
fn anything_is_judged() {
    property(1500, bodies::check::run);
}

#[test]
fn anything_is_mended() {
    property(250, bodies::fixes::run);
}

#[test]
fn anything_comes_to_rest() {
    property(300, bodies::plan_terminates::run);
}

#[test]
fn any_text_is_an_expression() {
    let pieces = prop::sample::select(vec![
        "self",
        ".",
        "(",
        ")",
        "[",
        "]",
        "1",
        "'a'",
        "+",
        "==",
        "&&",
        "?",
        ":",
        "has",
        "all",
        "x",
        ",",
        "!",
        "{",
        "}",
        "-",
        "*",
        "matches",
        "'[a-z]{2}'",
        "in",
        "size",
        "0x",
        "1.5e",
        "\\",
        " ",
        "d{3",
        "|",
        "^",
        "$",
        "@every ",
        "1-5",
        "/",
    ]);
    let text = prop::collection::vec(pieces, 0..40);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) };
    let result = TestRunner::new(config).run(&text, |pieces| {
        bodies::cel::run(&pieces.concat());
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
