//! Keys that are written twice.

use super::arena::{Document, Kind, Repeated, flag};
use super::{codes, edit};
use crate::finding::{Edit, Finding, Fix, Span};

/// One finding for each key that is repeated: at the later key, whose value counts. Where `apiVersion` and `kind` both
/// repeat at the root, two objects lack the `---` between them, and that is one finding.
pub fn duplicate_keys(doc: &Document) -> Vec<Finding> {
    let root_keys = root_keys(doc);
    let at_root = |repeated: Repeated, name: &str| {
        root_keys.binary_search(&repeated.second).is_ok() && doc.view(repeated.second).text() == name
    };
    let of = |name: &str| doc.repeated().iter().copied().find(|repeated| at_root(*repeated, name));
    let missing = of("apiVersion").zip(of("kind"));
    let mut findings = Vec::new();
    if let Some((version, kind)) = missing {
        findings.push(missing_separator(doc, version, kind));
    }
    for repeated in doc.repeated() {
        if missing.is_some() && root_keys.binary_search(&repeated.second).is_ok() {
            continue;
        }
        let (first, second) = (doc.view(repeated.first), doc.view(repeated.second));
        let name = second.text();
        let finding =
            Finding::new(&codes::DUPLICATE_KEY, second.place(), format!("the key `{name}` is repeated"))
                .label("this one counts")
                .related(first.place(), "this one is lost")
                .because("kubectl keeps the last of equal keys and drops the others without a word")
                .help("delete one of them, or merge their values");
        findings.push(match edit::remove_lines(first, doc.view(repeated.first + 1)) {
            Some(edit) => finding.fix(Fix::maybe("delete the one that is lost", vec![edit])),
            None => finding,
        });
    }
    findings
}

/// The keys of the root, ascending.
fn root_keys(doc: &Document) -> Vec<u32> {
    let mut keys = Vec::new();
    if doc.root().is_some_and(|root| root.kind() == Kind::Map) {
        let mut at = 1;
        while at < doc.after(0) {
            keys.push(at);
            at = doc.after(at + 1);
        }
    }
    keys
}

fn missing_separator(doc: &Document, version: Repeated, kind: Repeated) -> Finding {
    // The second object begins with whichever of the two comes first.
    let begins = doc.view(version.second.min(kind.second));
    let first = doc.view(version.first.min(kind.first));
    let finding = Finding::new(
        &codes::MISSING_SEPARATOR,
        begins.place(),
        "a second object begins here, without `---` in front of it",
    )
    .label("the second `apiVersion` and `kind`")
    .related(first.place(), "this object is lost")
    .because("without `---` both are one mapping: the keys of the second object overwrite those of the first")
    .help("put a line `---` between the two objects");
    let flow = doc.nodes().first().is_some_and(|node| node.flags & flag::FLOW != 0);
    if doc.json || flow {
        return finding;
    }
    let start = begins.span().start;
    let text = doc.source().text();
    let line = text.get(..start as usize).unwrap_or_default().rfind('\n').map_or(0, |i| i as u32 + 1);
    if start != line {
        return finding;
    }
    let edit = Edit { file: doc.file(), span: Span::new(line, line), text: "---\n".to_owned() };
    finding.fix(Fix::safe("insert `---` in front of the second object", vec![edit]))
}
