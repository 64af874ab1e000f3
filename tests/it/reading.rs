//! Reading under bad weather: what is huge, deep, binary or hostile ends in a finding, in bounded time and memory.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kcheck::finding::{FileId, Finding};
use kcheck::source::Source;
use kcheck::yaml::{self, Document, Kind};
use proptest::prelude::*;

fn read(bytes: impl Into<Vec<u8>>) -> (Vec<Document>, Vec<Finding>) {
    yaml::parse(&Arc::new(Source::new("x.yaml", bytes.into())), FileId(0))
}

/// On the stack of a thread, which is a quarter of the main one.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

/// Generous: the machine may be busy and the build unoptimised. What is not linear takes far longer.
fn within(limit: Duration, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    assert!(start.elapsed() < limit, "took {:?}", start.elapsed());
}

fn server(finding: &Finding) -> &str {
    &finding.server.as_ref().unwrap().message
}

#[test]
fn deep_nesting_is_a_finding() {
    on_small_stack(|| {
        for text in [
            "[".repeat(200_000),
            format!("x: {}", "{a: ".repeat(200_000)),
            "- ".repeat(200_000),
            "[{".repeat(100_000),
        ] {
            within(Duration::from_secs(30), || {
                let (docs, findings) = read(text);
                assert!(docs[0].broken);
                assert!(
                    server(&findings[0]).contains("exceeded max depth of 10000"),
                    "{}",
                    server(&findings[0])
                );
            });
        }
        let json = format!("{{\"a\":{}", "[".repeat(200_000));
        assert!(read(json).0[0].broken);
    });
}

#[test]
fn the_deepest_that_is_read() {
    on_small_stack(|| {
        let text = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let (docs, findings) = read(text.as_str());
        assert!(findings.is_empty());
        assert_eq!(yaml::to_json(docs[0].root().unwrap()), text);
    });
}

#[test]
fn one_long_line() {
    let mut text = String::from("a: ");
    // 100 MB, or less where the build is slow.
    let words = if cfg!(debug_assertions) { 1_000_000 } else { 25_000_000 };
    text.extend(std::iter::repeat_n("x y ", words));
    within(Duration::from_mins(1), || {
        let (docs, findings) = read(text.as_str());
        assert!(findings.is_empty());
        assert_eq!(docs[0].root().unwrap().get("a").unwrap().text().len(), 4 * words - 1);
    });
    within(Duration::from_mins(1), || {
        let (_, findings) = read(text.replace("a: ", "a: \""));
        assert_eq!(findings.len(), 1);
    });
}

#[test]
fn many_documents() {
    let mut text = String::new();
    for i in 0..50_000 {
        let _ = write!(text, "---\na: {i}\nb: [\n");
    }
    within(Duration::from_mins(1), || {
        let (docs, findings) = read(text.as_str());
        assert_eq!((docs.len(), findings.len()), (50_000, 50_000));
        let last = docs.last().unwrap();
        assert_eq!((last.index, last.broken), (49_999, true));
    });
}

#[test]
fn alias_bombs_do_not_go_off() {
    let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (from, to) in "abcdefghijkl".chars().zip("bcdefghijklm".chars()) {
        let _ = writeln!(
            text,
            "{to}: &{to} [*{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}]"
        );
    }
    within(Duration::from_secs(30), || {
        let (docs, findings) = read(text.as_str());
        assert!(docs[0].broken);
        assert_eq!(findings[0].code.name, "yaml/alias-limit");
    });
}

#[test]
fn binary_files() {
    let (docs, findings) = read(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0".as_slice());
    assert!(docs[0].broken);
    assert_eq!(findings[0].code.name, "yaml/encoding");
    assert!(findings[0].help.as_ref().unwrap().contains("binary"));
    let noise: Vec<u8> = (0..1_000_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let (docs, findings) = read(noise);
    assert!(docs.iter().all(|doc| doc.broken) && !findings.is_empty());
}

#[test]
fn empty_files() {
    assert!(read("").0.is_empty());
    for text in ["\n", "# c\n", "---\n", "---\n---\n"] {
        let (docs, findings) = read(text);
        assert_eq!((docs.len(), findings.len()), (1, 0), "{text:?}");
        assert!(docs[0].root().is_none_or(yaml::View::is_null));
    }
}

#[test]
fn places_are_those_of_the_file() {
    let text = "# é\n---\r\na: \"x\\ty\" # c\r\n'b': |\r\n  é\r\nc: [1, 0x10]\r\n";
    let (docs, findings) = read(text);
    assert!(findings.is_empty());
    let doc = &docs[1];
    assert_eq!((doc.index, &text[..doc.span.start as usize]), (1, "# é\n---\r\n"));
    let root = doc.root().unwrap();
    let written: Vec<&str> = root.entries().map(|(key, _)| key.written()).collect();
    assert_eq!(written, ["a", "b", "c"]);
    let a = root.get("a").unwrap();
    assert_eq!((a.written(), a.text(), a.is_plain()), ("x\\ty", "x\ty", false));
    assert_eq!(root.get("b").unwrap().text(), "é\n");
    let items: Vec<_> = root.get("c").unwrap().items().map(|item| (item.written(), item.text())).collect();
    assert_eq!(items, [("1", "1"), ("0x10", "16")]);
    assert_eq!(root.get("c").unwrap().written(), "[1, 0x10]");
    let comment = doc.comments()[0].span;
    assert_eq!(&text[comment.start as usize..comment.end as usize], "# c");
}

/// The form that every reader of an arena relies on.
fn well_formed(doc: &Document, len: u32) {
    let nodes = doc.nodes();
    let mut ends = vec![nodes.len() as u32];
    for (i, node) in nodes.iter().enumerate() {
        let i = i as u32;
        while ends.len() > 1 && *ends.last().unwrap() == i {
            ends.pop();
        }
        assert!(node.start <= node.end && node.end <= len, "{node:?} of {len}");
        if matches!(node.kind, Kind::Seq | Kind::Map) {
            assert!(node.next > i && node.next <= *ends.last().unwrap(), "{i} {node:?}");
            ends.push(node.next);
        }
        let view = doc.view(i);
        let _ = (view.text(), view.written(), view.len());
        if node.kind == Kind::Key {
            assert!(nodes.get(i as usize + 1).is_some_and(|value| value.kind != Kind::Key));
        }
    }
    if let Some(root) = doc.root() {
        yaml::to_json(root);
    }
}

fn survives(bytes: Vec<u8>) {
    let len = bytes.len() as u32;
    let source = Arc::new(Source::new("x.yaml", bytes));
    let (docs, findings) = yaml::parse(&source, FileId(0));
    for (i, doc) in docs.iter().enumerate() {
        assert_eq!(doc.index as usize, i);
        assert!(doc.span.start <= doc.span.end && doc.span.end <= len);
        assert_eq!(doc.broken, findings.iter().any(|f| f.document == Some(i as u32)));
        well_formed(doc, len);
        yaml::duplicate_keys(doc);
    }
    for finding in &findings {
        for label in &finding.labels {
            let span = label.place.span;
            assert!(span.start <= span.end && span.end <= len, "{finding:?}");
            assert!(source.text().is_char_boundary(span.start as usize), "{finding:?}");
            assert!(source.text().is_char_boundary(span.end as usize), "{finding:?}");
        }
    }
    if let Ok(doc) = yaml::parse_body(&source, FileId(0)) {
        well_formed(&doc, len);
    }
}

/// Pieces of YAML, so that much of what is tried is nearly right.
fn yamlish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("b: "),
        Just(": "),
        Just("- "),
        Just("? "),
        Just("\n"),
        Just("\n  "),
        Just("\n    "),
        Just("\t"),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(", "),
        Just("\""),
        Just("'"),
        Just("|\n"),
        Just(">-\n"),
        Just("#c"),
        Just("&x "),
        Just("*x"),
        Just("<<: "),
        Just("!!int "),
        Just("!t "),
        Just("---\n"),
        Just("...\n"),
        Just("%TAG ! x\n"),
        Just("1.5"),
        Just("0x1f"),
        Just("yes"),
        Just("~"),
        Just("é"),
        Just("\u{85}"),
        Just("\u{2028}"),
        Just("\u{feff}"),
        Just("\r\n"),
        Just("\r"),
        Just("\\"),
        Just("{{ .x }}"),
        Just("\0"),
        Just(".inf"),
        Just("@"),
        Just("`"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn nothing_panics_on_what_looks_like_yaml(text in yamlish()) {
        survives(text.into_bytes());
    }

    #[test]
    fn nothing_panics_on_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(bytes);
    }

    /// An independent reader reads the same, where YAML 1.1 and 1.2 are of one mind.
    #[test]
    fn serde_yaml_reads_the_same(value in plain_value()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let (docs, findings) = read(text.as_str());
        prop_assert!(findings.is_empty(), "{text}\n{findings:?}");
        let json = docs[0].root().map_or("null".to_owned(), yaml::to_json);
        let ours: serde_json::Value = serde_json::from_str(&json).unwrap();
        let theirs: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        prop_assert_eq!(ours, theirs, "{}", text);
    }
}

fn plain_value() -> impl Strategy<Value = serde_json::Value> {
    let text = "[a-zA-Z][a-z -:#'\"]{0,8}[a-z]".prop_filter("words that YAML 1.1 reads otherwise", |text| {
        !matches!(text.to_ascii_lowercase().as_str(), "on" | "off" | "yes" | "no")
    });
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        text.clone().prop_map(serde_json::Value::from),
        "([a-z ]{1,5}\n){1,3}".prop_map(serde_json::Value::from),
    ];
    let tree = leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::btree_map("[a-z]{2,6}", tree, 1..5)
        .prop_filter("no booleans as keys", |map| {
            !map.contains_key("on")
                && !map.contains_key("no")
                && !map.contains_key("off")
                && !map.contains_key("yes")
        })
        .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
}
