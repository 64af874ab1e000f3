//! The fast reader of YAML against the full one: what it accepts, it reads just as the full one does, to the last byte of
//! a place. And it accepts nearly everything that people write.

#[expect(unreachable_pub, reason = "a fuzz target has the file too")]
mod compare;
pub(crate) mod mutate;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kcheck::finding::FileId;
use kcheck::source::Source;
use kcheck::yaml::{self, Buffers};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::{fixtures, granit};
use compare::differ;

/// Texts that both readers have read, and documents that the fast one left to the full one.
#[derive(Default)]
struct Tally {
    buffers: Buffers,
    /// Documents that nobody reads.
    broken: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn text(&mut self, name: &str, bytes: Vec<u8>) {
        let source = Arc::new(Source::new(name, bytes));
        if let Err(wrong) = differ(&source) {
            self.wrong.push(format!("{name}: {wrong}"));
        }
        let before = self.buffers.documents().1;
        let (documents, findings) = yaml::parse_reusing(&source, FileId(0), &mut self.buffers);
        let cut = findings.iter().filter(|finding| finding.code.name == "yaml/separator").count();
        self.broken += documents.iter().filter(|document| document.broken && !document.json).count() - cut;
        if std::env::var_os("KCHECK_LIST_FULL").is_some() && self.buffers.documents().1 > before {
            self.wrong.push(format!("left to the full reader: {name}"));
        }
    }

    /// Of a thousand documents that can be read, the fast reader must read so many.
    #[expect(clippy::print_stdout)]
    fn judge(&self, what: &str, least: usize) {
        let (fast, full) = self.buffers.documents();
        let full = full.saturating_sub(self.broken);
        println!(
            "{what}: {fast} documents by the fast reader, {full} by the full one, {} by none",
            self.broken
        );
        assert!(self.wrong.is_empty(), "{} differ:\n{}", self.wrong.len(), self.wrong.join("\n"));
        assert!(fast * 1000 >= (fast + full) * least, "{what}: {fast} fast, {full} full");
    }
}

fn root() -> PathBuf {
    std::env::var_os("KCHECK_GROUND_TRUTH").map_or_else(|| granit::here("../shared"), PathBuf::from)
}

fn manifests(folder: &Path) -> impl Iterator<Item = (String, Vec<u8>)> {
    granit::files(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "yaml" || e == "yml"))
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
}

#[test]
fn of_the_sample_both_make_the_same() {
    let mut tally = Tally::default();
    for folder in ["fixtures", "tests/conformance/sample/corpus"] {
        manifests(&granit::here(folder)).for_each(|(name, bytes)| tally.text(&name, bytes));
    }
    tally.judge("sample", 980);
}

#[test]
fn of_the_corpus_both_make_the_same() {
    let corpus = root().join("corpus");
    if corpus.is_dir() {
        let mut tally = Tally::default();
        manifests(&corpus).for_each(|(name, bytes)| tally.text(&name, bytes));
        tally.judge("corpus", 990);
    }
}

/// Texts that were asked of goyaml, most of them because they are odd.
#[test]
fn of_recordings_both_make_the_same() {
    let mut tally = Tally::default();
    for file in [
        "conformance/api/yaml.jsonl",
        "conformance/primitives/yaml-reading.jsonl",
        "reference/vectors/yaml-scalars.jsonl",
        "reference/vectors/yaml-streams.jsonl",
    ] {
        let Ok(lines) = std::fs::read_to_string(root().join(file)) else { continue };
        for (number, line) in lines.lines().enumerate() {
            let Ok(case) = serde_json::from_str::<serde_json::Value>(line) else { continue };
            for text in case.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str()) {
                let name = format!("{file}:{}", number + 1);
                tally.text(&name, text.as_bytes().to_vec());
                // As the value of a key, and as an item, it takes other ways.
                tally.text(&name, format!("k:\n  {}\n", text.replace('\n', "\n  ")).into_bytes());
                tally.text(&name, format!("k: {text}").into_bytes());
                tally.text(&name, format!("- {}", text.replace('\n', "\n  ")).into_bytes());
            }
        }
    }
    tally.judge("recordings", 0);
}

#[test]
fn of_fixtures_both_make_the_same() {
    let mut tally = Tally::default();
    for path in granit::files(&granit::here("tests/fixtures")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for block in fixtures::blocks(&text).iter().filter(|block| block.language == "yaml") {
            tally.text(&format!("{}:{}", path.display(), block.line), block.text.clone().into_bytes());
        }
    }
    tally.judge("fixtures", 850);
}

fn property<S: Strategy>(cases: u32, strategy: &S, text: impl Fn(S::Value) -> Vec<u8>) {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    let result = TestRunner::new(config).run(strategy, |value| {
        let bytes = text(value);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let result = differ(&Arc::new(Source::new("x.yaml", bytes)));
        prop_assert!(result.is_ok(), "{}\n{shown:?}\n{shown}", result.unwrap_err());
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// Documents that are made up, in all the ways of writing that the generator knows.
#[test]
fn of_what_is_made_up_both_make_the_same() {
    let dice = prop::collection::vec(any::<u8>(), 0..250);
    property(3000, &dice, |dice| granit::write::document(&dice).into_bytes());
}

/// The same with a few accidents.
#[test]
fn of_what_was_changed_both_make_the_same() {
    let dice = (prop::collection::vec(any::<u8>(), 0..250), prop::collection::vec(any::<u16>(), 0..30));
    property(6000, &dice, |(dice, accidents)| mutate::mutate(granit::write::document(&dice), &accidents));
}

/// Manifests of people with a few accidents.
#[test]
fn of_changed_manifests_both_make_the_same() {
    let texts: Vec<String> = granit::files(&granit::here("tests/conformance/sample/corpus"))
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .filter(|text| text.len() < 4000)
        .collect();
    let accidents = (any::<prop::sample::Index>(), prop::collection::vec(any::<u16>(), 1..30));
    property(4000, &accidents, |(at, accidents)| mutate::mutate(at.get(&texts).clone(), &accidents));
}
