//! How large an object may be (`yaml.md`, section 7 of the reference).

use super::field::Field;
use crate::apiserver::codes;
use crate::finding::{Finding, Place};
use crate::object::Value;
use crate::yaml::{Kind, View, flag};

/// Data of a ConfigMap or Secret, in bytes.
pub const MAX_DATA: usize = 1_048_576;
/// One request to etcd, in bytes.
pub const MAX_ETCD_REQUEST: usize = 1_572_864;

/// Values deeper than this are not counted.
const MAX_DEPTH: usize = 256;

/// Bytes of the values of a map, measured by `len`.
pub(super) fn text_bytes(map: Field<'_>, len: fn(&str) -> usize) -> usize {
    map.value().into_iter().flat_map(Value::entries).map(|(_, v)| v.as_str().map_or(0, len)).sum()
}

/// Bytes behind a base64 text.
pub(super) fn decoded_len(text: &str) -> usize {
    let digits = text.bytes().filter(|b| !matches!(b, b'=' | b'\n' | b'\r')).count();
    digits * 3 / 4
}

/// What makes an object too large for etcd, or for the annotation that client-side apply writes. `namespace` is what
/// kubectl would fill in.
pub fn judge_size(object: Value<'_>, namespace: &str, place: Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(view) = object.view() else { return findings };
    // Escapes make JSON at most six times as long as the text it was written from.
    if view.span().len() < 40_000 {
        return findings;
    }
    let most = most_json(view);
    let metadata = object.get("metadata");
    let annotations = metadata.into_iter().flat_map(|m| m.map("annotations"));
    let annotations: usize = annotations.map(|(k, v)| k.len() + v.as_str().map_or(0, str::len)).sum();
    if most + annotations + ADDED <= super::metadata::TOTAL_ANNOTATION_SIZE {
        return findings;
    }
    let stored = if most > MAX_ETCD_REQUEST { text_len(object, MAX_DEPTH) } else { 0 };
    if stored > MAX_ETCD_REQUEST {
        findings.push(
            Finding::new(
                &codes::TOO_LARGE,
                place,
                format!("the object has {stored} bytes of text; etcd takes requests of {MAX_ETCD_REQUEST}"),
            )
            .server("InternalError", "", "etcdserver: request is too large")
            .help("split the object"),
        );
    }
    let (mut others, mut annotated) = (0, false);
    let mut last_applied = 0;
    for (key, value) in metadata.into_iter().flat_map(|m| m.map("annotations")) {
        annotated = true;
        let len = key.len() + value.as_str().map_or(0, str::len);
        if key == LAST_APPLIED {
            last_applied += json_len(value, MAX_DEPTH) + key.len() + 4;
        } else {
            others += len;
        }
    }
    // kubectl always writes `annotations` and the namespace.
    let mut json = json_len(object, MAX_DEPTH) + 1 - last_applied;
    if !annotated {
        json += r#","annotations":{}"#.len();
    }
    if !namespace.is_empty() && metadata.is_none_or(|m| m.str("namespace").is_empty()) {
        json += r#","namespace":"""#.len() + namespace.len();
    }
    let total = others + LAST_APPLIED.len() + json;
    if total > super::metadata::TOTAL_ANNOTATION_SIZE && others <= super::metadata::TOTAL_ANNOTATION_SIZE {
        findings.push(
            Finding::new(
                &codes::LAST_APPLIED_TOO_LARGE,
                place,
                "`kubectl apply` cannot store its copy of this object in an annotation",
            )
            .because(format!(
                "as JSON the object has {json} bytes, and all annotations together may have {}",
                super::metadata::TOTAL_ANNOTATION_SIZE
            ))
            .server(
                "FieldValueTooLong",
                "metadata.annotations",
                "Too long: may not be more than 262144 bytes",
            )
            .field("metadata.annotations")
            .help("apply it with `kubectl apply --server-side`, which writes no such annotation"),
        );
    }
    findings
}

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// More than kubectl adds to an object before it stores its copy.
const ADDED: usize = 1024;

/// Bytes that its JSON has at most, in one look at what is written. JSON adds quotes, a colon or a comma to a node, and
/// escapes; what an escape of YAML reads as has one in JSON at most.
fn most_json(view: View<'_>) -> usize {
    let document = view.document();
    let written = view.written().as_bytes();
    let mut len = written.len() + 4 * (view.after() - view.index()) as usize;
    for node in &document.nodes()[view.index() as usize..view.after() as usize] {
        if node.flags & flag::ALIASED != 0 {
            // It stands elsewhere, and is written here as well.
            return usize::MAX / 2;
        }
        if node.flags & flag::COOKED != 0 && node.kind != Kind::Str {
            len += LONGEST_NUMBER;
        }
    }
    let once = memchr::memchr2_iter(b'"', b'\t', written).count();
    let signs = memchr::memchr3_iter(b'<', b'>', b'&', written).count();
    // U+2028 begins with the second one.
    let others = memchr::memchr2_iter(b'\\', 0xe2, written).count();
    len + once + 5 * (signs + others)
}

/// What a key or a number has at most that reads otherwise than it is written.
const LONGEST_NUMBER: usize = 32;

/// Bytes of all text in it: less than any encoding has.
fn text_len(value: Value<'_>, depth: usize) -> usize {
    if depth == 0 {
        return 0;
    }
    let own = match value {
        Value::File(view, _) if view.kind() == Kind::Str => view.text_once().len(),
        _ => value.as_str().map_or(0, str::len),
    };
    own + value.items().map(|v| text_len(v, depth - 1)).sum::<usize>()
        + value.entries().map(|(_, v)| text_len(v, depth - 1)).sum::<usize>()
}

/// Bytes of its compact JSON as Go writes it.
fn json_len(value: Value<'_>, depth: usize) -> usize {
    let Value::File(view, _) = value else { return 0 };
    if depth == 0 {
        return 4;
    }
    match view.kind() {
        Kind::Seq => 2 + separated(value.items().map(|v| json_len(v, depth - 1))),
        Kind::Map => {
            let entries = value.entries().filter(|(_, v)| v.view().is_some());
            2 + separated(entries.map(|(k, v)| string_len(k) + 1 + json_len(v, depth - 1)))
        }
        // Of an object that is this large nobody else may want the texts.
        Kind::Str | Kind::Key => string_len(&view.text_once()),
        _ => view.text().len(),
    }
}

fn separated(lengths: impl Iterator<Item = usize>) -> usize {
    let (count, sum) = lengths.fold((0usize, 0), |(n, sum), len| (n + 1, sum + len));
    sum + count.saturating_sub(1)
}

/// What the escape of a byte adds to it in Go's JSON.
fn escape(byte: u8) -> u8 {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x8 | 0xc => 1,
        b'<' | b'>' | b'&' | 0..=0x1f => 5,
        _ => 0,
    }
}

/// Bytes of a text as a JSON string. Every byte of it is looked at, many at a time.
fn string_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut len = bytes.len() + 2;
    for block in bytes.chunks(40) {
        // Forty times the longest escape still fit.
        let escapes: u8 = block.iter().map(|&byte| escape(byte)).sum();
        len += usize::from(escapes);
    }
    // U+2028 and U+2029.
    len + 3 * memchr::memchr_iter(0xe2, bytes)
        .filter(|&at| matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said to be the most is never less than what it is.
    #[test]
    fn bounds() {
        for text in [
            "a: b",
            "a: {b: [1, 2, 3], \"c\": 'd''e', f: ~, g: [], h: {}}",
            "a: \"\\u2028\\x01\\L\\a\\0\\n\"",
            "a: |\n  <b>&\u{2026}\u{e2}\t\"quoted\"\n\n\n  c\n",
            "a: >-\n  b\n  c\n\n  d\n",
            "a: 1e20\nb: 0xff\nyes: on\n1.5: .5\nc: 1_000\n",
            "{\"a\": \"\\u003c\\/\", \"b\": [true, false, null, 1.0]}",
            "? a\n: b\n",
        ] {
            let source = std::sync::Arc::new(crate::source::Source::new("x.yaml", text.as_bytes().to_vec()));
            let (documents, findings) = crate::yaml::parse(&source, crate::finding::FileId(0));
            let root = documents.first().and_then(crate::yaml::Document::root);
            let Some(root) = root else { panic!("{text}: {findings:?}") };
            assert!(most_json(root) >= json_len(Value::plain(root), MAX_DEPTH), "{text}");
        }
    }

    #[test]
    fn lengths() {
        assert_eq!(string_len("a\"<\n"), "\"a\\\"\\u003c\\n\"".len());
        assert_eq!(string_len(&"<\u{2028}–\u{1}".repeat(50)), 50 * (6 + 6 + 3 + 6) + 2);
        assert_eq!(decoded_len("aGVsbG8="), 5);
        assert_eq!(decoded_len("aGVsbG8h"), 6);
    }
}
