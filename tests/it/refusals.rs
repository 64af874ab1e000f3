//! Every refusal that was recorded: findings that point at something and say what to do.

use std::path::Path;

use kcheck::apiserver::custom::Definitions;
use kcheck::apiserver::{self, Request, Verdict};
use kcheck::finding::{FileId, Finding, Span};
use kcheck::object::{Gvk, Overlay, Value};
use kcheck::schema::{self, Minor, Types, check_object};
use kcheck::source::Source;
use kcheck::yaml::{Document, View, read_json};
use serde_json::Value as Json;

/// A line of a recording in the sample.
fn recorded(file: &str) -> Vec<Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/sample/conformance");
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn document(json: &Json) -> (Document, usize) {
    let text = serde_json::to_string_pretty(json).unwrap();
    let length = text.len();
    let source = std::sync::Arc::new(Source::new("case.json", text.into_bytes()));
    let span = Span::new(0, length as u32);
    (read_json(Document::new(source, FileId(0), 0, span)).unwrap().0, length)
}

/// What kcheck says of an object.
fn findings(root: View<'_>, types: &Types, definitions: &Definitions) -> Vec<Finding> {
    let text = |name: &str| root.get(name).and_then(View::as_str).unwrap_or_default();
    let gvk = Gvk::new(text("apiVersion"), text("kind"));
    let Some(kind) = types.kind(&gvk.group, &gvk.version, &gvk.kind) else { return Vec::new() };
    let definition = definitions.find(&gvk.group, &gvk.version, &gvk.kind);
    let options = schema::Options { validate: definition.is_none(), ..schema::Options::default() };
    let typing = check_object(root, types, &kind, options);
    if typing.message(&kind, Minor::DEFAULT).is_some() {
        return typing.findings;
    }
    let mut overlay = Overlay::default();
    apiserver::defaults::apply(gvk, root, &mut overlay);
    let namespaced = kind.namespaced();
    let request = Request { gvk, namespaced, namespace: "t", minor: Minor::DEFAULT };
    let value = Value::new(root, &overlay);
    let answer = match definition {
        Some(definition) => definition.create(&request, value),
        None => apiserver::create(&request, value),
    };
    let mut found = answer.findings();
    if let Verdict::Refused(status) = answer.verdict {
        found.extend(status.findings());
    }
    found
}

/// What is wrong with a finding, if anything is.
fn lack(finding: &Finding, length: usize) -> Option<&'static str> {
    let span = finding.place().span;
    let (start, end) = (span.start as usize, span.end as usize);
    if start >= end || end > length {
        Some("has no place")
    } else if end - start == length {
        Some("points at everything")
    } else if finding.help.as_deref().is_none_or(str::is_empty) && finding.fix.is_none() {
        Some("has no help")
    } else if finding.message.is_empty() {
        Some("says nothing")
    } else {
        None
    }
}

fn judge(
    case: &Json,
    object: &Json,
    types: &Types,
    definitions: &Definitions,
    wrong: &mut Vec<String>,
) -> usize {
    let (document, length) = document(object);
    let Some(root) = document.root() else { return 0 };
    let found = findings(root, types, definitions);
    for finding in &found {
        if let Some(lack) = lack(finding, length) {
            wrong.push(format!("{}: {} {lack}: {}", case["id"], finding.code.name, finding.message));
        }
    }
    found.len()
}

#[test]
fn every_finding_has_a_place_and_a_help() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    let (types, none) = (Types::builtin(), Definitions::default());
    for case in recorded("api/create.jsonl") {
        if case["accepted"] != true || !case["warnings"].is_null() {
            count += judge(&case, &case["object"], &types, &none, &mut wrong);
        }
    }
    assert!(count > 150, "only {count} findings");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn those_of_custom_resources_too() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    let cases = recorded("api/custom.jsonl");
    for case in cases.iter().filter(|case| case["accepted"] != true) {
        if case["type"] == "crd" {
            count += judge(case, &case["crd"], &Types::builtin(), &Definitions::default(), &mut wrong);
        }
        let Some(crd) = cases.iter().find(|c| c["type"] == "crd" && c["id"] == case["crd"]) else { continue };
        let (crd, _) = document(&crd["crd"]);
        let Some(root) = crd.root().filter(|_| case["type"] == "object") else { continue };
        let (mut types, mut definitions) = (Types::builtin(), Definitions::default());
        types.add_crd(root);
        definitions.add(Value::plain(root), |_, _, _| true);
        count += judge(case, &case["object"], &types, &definitions, &mut wrong);
    }
    assert!(count > 10, "only {count} findings");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
