//! `api/create.jsonl` and `corpus.jsonl`, asked of `schema`: what the decoder says.

use std::collections::BTreeMap;
use std::sync::Arc;

use kcheck::finding::{FileId, Level, Span};
use kcheck::schema::{Minor, Options, Resolved, Types, Typing, resolve, type_object};
use kcheck::source::Source;
use kcheck::yaml::{Document, read_json};
use serde_json::Value;

use crate::tally::{Recording, Tally, Truth};

pub(crate) const RECORDINGS: &[Recording] = &[
    Recording { file: "api/create.jsonl", run: create },
    Recording { file: "api/custom.jsonl", run: custom },
    Recording { file: "api/yaml.jsonl", run: bodies },
    Recording { file: "corpus.jsonl", run: corpus },
    Recording { file: "../reference/vectors/strict-decoding.jsonl", run: strict },
];

pub(crate) fn document(text: &str) -> Option<Document> {
    let source = Arc::new(Source::new("case.json", text.into()));
    let doc = Document::new(source, FileId(0), 0, Span::new(0, text.len() as u32));
    read_json(doc).ok().map(|(doc, _)| doc)
}

/// The decoder's answer to an object; `None` if its kind is not known.
pub(crate) fn typed(types: &Types, doc: &mut Document, body: bool) -> Option<(Typing, Option<String>)> {
    let root = doc.root()?;
    let text = |key: &str| root.get(key).and_then(kcheck::yaml::View::as_str).unwrap_or_default().to_owned();
    let (api, kind) = (text("apiVersion"), text("kind"));
    let (group, version) = api.split_once('/').unwrap_or(("", &api));
    let kind = types.kind(group, version, &kind)?;
    let typing = type_object(doc, 0, types, &kind, Options { body, ..Options::default() });
    let message = typing.message(&kind, Minor::DEFAULT);
    Some((typing, message))
}

fn create(_: &Truth, cases: &[Value], tally: &mut Tally) {
    let types = Types::builtin();
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let theirs = case["message"].as_str().filter(|m| m.contains("cannot be handled as"));
        let Some((_, ours)) =
            document(&case["object"].to_string()).and_then(|mut doc| typed(&types, &mut doc, true))
        else {
            tally.ask("decode", id, theirs.is_none(), || format!("no such kind; {theirs:?}"));
            continue;
        };
        let aspect = if theirs.is_some() { "decode" } else { "decode, silent" };
        tally.ask(aspect, id, ours.as_deref() == theirs, || format!("{ours:?} {theirs:?}"));
    }
}

/// The text of a request's body as a document.
fn body(text: &str) -> Option<Document> {
    kcheck::yaml::parse_body(&Arc::new(Source::new("body", text.as_bytes().to_vec())), FileId(0)).ok()
}

fn strict(_: &Truth, cases: &[Value], tally: &mut Tally) {
    let types = Types::builtin();
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let theirs = case["error"].as_str();
        let text = case["text"].as_str().unwrap_or_default();
        let doc = if text.starts_with('{') { document(text) } else { body(text) };
        let Some((typing, _)) = doc.and_then(|mut doc| typed(&types, &mut doc, true)) else {
            // No kind to be typed by.
            continue;
        };
        let ours = typing.decode_error(Minor::DEFAULT);
        tally.ask("decode", id, ours == theirs, || format!("{ours:?} {theirs:?}"));
    }
}

/// `api/yaml.jsonl`: bodies whose decoding the server refuses.
fn bodies(_: &Truth, cases: &[Value], tally: &mut Tally) {
    let types = Types::builtin();
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let (Some(text), Some(server)) = (case["yaml"].as_str(), case["server"].as_object()) else {
            continue;
        };
        let theirs =
            server.get("message").and_then(Value::as_str).filter(|m| m.contains("cannot be handled as"));
        let json = case["contentType"].as_str().is_some_and(|t| t.contains("json"));
        let doc = if json { document(text) } else { body(text) };
        let Some((_, ours)) = doc.and_then(|mut doc| typed(&types, &mut doc, true)) else { continue };
        let aspect = if theirs.is_some() { "decode" } else { "decode, silent" };
        tally.ask(aspect, id, ours.as_deref() == theirs, || format!("{ours:?} {theirs:?}"));
    }
}

/// `api/custom.jsonl`: custom objects.
fn custom(_: &Truth, cases: &[Value], tally: &mut Tally) {
    let crds: BTreeMap<&str, &Value> =
        cases.iter().filter_map(|c| Some((c["id"].as_str()?, c.get("crd")?))).collect();
    for case in cases.iter().filter(|c| c["type"] == "object") {
        let id = case["id"].as_str().unwrap_or_default();
        if case.get("fieldValidation").is_some_and(|v| v != "Strict") {
            continue;
        }
        let mut types = Types::builtin();
        let crd = case["crd"].as_str().and_then(|id| crds.get(id)).and_then(|crd| document(&crd.to_string()));
        let Some(root) = crd.as_ref().and_then(Document::root) else { continue };
        types.add_crd(root);
        let theirs = case["message"].as_str().filter(|m| m.contains("cannot be handled as"));
        let Some((typing, ours)) =
            document(&case["object"].to_string()).and_then(|mut doc| typed(&types, &mut doc, true))
        else {
            continue;
        };
        let aspect = if theirs.is_some() { "decode" } else { "decode, silent" };
        tally.ask(aspect, id, ours.as_deref() == theirs, || format!("{ours:?} {theirs:?}"));
        for cause in &typing.causes {
            let found = case["causes"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|theirs| theirs["field"] == *cause.field && theirs["message"] == *cause.message);
            tally.ask("causes of types", id, found, || format!("{cause:?} {}", case["causes"]));
        }
    }
}

/// The kinds that the CustomResourceDefinitions of the corpus make.
fn corpus_types(truth: &Truth) -> Types {
    let mut types = Types::builtin();
    let list = std::fs::read_to_string(truth.root.join("conformance/corpus-crds.jsonl")).unwrap_or_default();
    for line in list.lines() {
        let Ok(row) = crate::tally::json(line) else { continue };
        let path = truth.root.join("corpus").join(row["file"].as_str().unwrap_or_default());
        let Ok(bytes) = std::fs::read(path) else { continue };
        let (docs, _) = kcheck::yaml::parse(&Arc::new(Source::new("crd.yaml", bytes)), FileId(0));
        let index = row["index"].as_u64().unwrap_or_default() as usize;
        let Some(root) = docs.get(index).and_then(Document::root) else { continue };
        if types.add_crd(root).is_none() {
            // A member of a List.
            for item in root.get("items").into_iter().flat_map(kcheck::yaml::View::items) {
                if item.at(&["metadata", "name"]).and_then(kcheck::yaml::View::as_str) == row["crd"].as_str()
                {
                    types.add_crd(item);
                }
            }
        }
    }
    types
}

/// `corpus.jsonl`: no accepted document is an alarm, refused ones that cannot be decoded have the server's words, and
/// kinds that no server has are found.
fn corpus(truth: &Truth, cases: &[Value], tally: &mut Tally) {
    let types = corpus_types(truth);
    let minors = Options::default().minors;
    let mut files: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for case in cases {
        files.entry(case["file"].as_str().unwrap_or_default()).or_default().push(case);
    }
    for (file, cases) in files {
        let Ok(bytes) = std::fs::read(truth.root.join("corpus").join(file)) else { continue };
        let (mut docs, _) = kcheck::yaml::parse(&Arc::new(Source::new(file, bytes)), FileId(0));
        for case in cases {
            let verdict = case["verdict"].as_str().unwrap_or_default();
            if !matches!(verdict, "accepted" | "refused" | "no-such-kind") || case.get("env").is_some() {
                continue;
            }
            let id = format!("{} {file}#{}", case["id"].as_str().unwrap_or_default(), case["index"]);
            let Some(doc) = docs.get_mut(case["index"].as_u64().unwrap_or_default() as usize) else {
                continue;
            };
            let Some(mut root) = doc.root() else { continue };
            if let Some(item) = case["item"].as_u64() {
                let Some(item) = root.get("items").and_then(|i| i.items().nth(item as usize)) else {
                    continue;
                };
                root = item;
            }
            let (Some(api), Some(kind)) = (root.get("apiVersion"), root.get("kind")) else { continue };
            let at = root.index();
            let resolved = resolve(&types, api, kind, minors);
            let known = matches!(resolved, Resolved::Known(..));
            tally.ask("kind known", &id, known == (verdict != "no-such-kind"), || {
                format!("ours {known}, theirs {verdict} {} {}", api.text(), kind.text())
            });
            let Resolved::Known(kind, mut findings) = resolved else { continue };
            // Endpoints have a page of their own.
            let warning = findings.iter().find(|f| matches!(f.code.name, "api/deprecated" | "api/endpoints"));
            if verdict == "accepted" {
                let theirs = || case["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let same = match warning {
                    Some(ours) => theirs().any(|w| w == ours.message),
                    None => !theirs().any(|w| w.contains("is deprecated in v1")),
                };
                tally.ask("deprecated", &id, same, || format!("{warning:?} {}", case["warnings"]));
            }
            let typing = type_object(doc, at, &types, &kind, Options::default());
            findings.retain(|f| f.level == Level::Error);
            findings.extend(typing.findings.iter().cloned());
            let ours = typing.message(&kind, Minor::DEFAULT);
            match (verdict, case["code"].as_u64()) {
                ("accepted", _) => {
                    let quiet = findings.is_empty() && ours.is_none() && typing.causes.is_empty();
                    tally.ask("no false alarm of types", &id, quiet, || {
                        format!("{ours:?} {:?}", findings.iter().map(|f| &f.message).collect::<Vec<_>>())
                    });
                }
                ("refused", Some(400)) => {
                    let theirs = case["message"].as_str();
                    tally.ask("decode", &id, ours.as_deref() == theirs, || format!("{ours:?} {theirs:?}"));
                }
                ("refused", _) => {
                    tally.ask("decode, silent", &id, ours.is_none(), || format!("{ours:?}"));
                    for cause in &typing.causes {
                        let found = case["causes"].as_array().into_iter().flatten().any(|theirs| {
                            theirs["field"] == *cause.field && theirs["message"] == *cause.message
                        });
                        tally.ask("causes of types", &id, found, || format!("{cause:?} {}", case["causes"]));
                    }
                }
                _ => {}
            }
        }
    }
}
