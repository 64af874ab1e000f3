//! `api/create.jsonl` and `corpus.jsonl`, asked of `schema`: what the decoder says.

use std::sync::Arc;

use kcheck::finding::{FileId, Span};
use kcheck::schema::{Minor, Options, Types, Typing, type_object};
use kcheck::source::Source;
use kcheck::yaml::{Document, read_json};
use serde_json::Value;

use crate::tally::{Recording, Tally, Truth};

pub(crate) const RECORDINGS: &[Recording] = &[
    Recording { file: "api/create.jsonl", run: create },
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

fn strict(_: &Truth, cases: &[Value], tally: &mut Tally) {
    let types = Types::builtin();
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let text = case["text"].as_str().unwrap_or_default();
        if !text.starts_with('{') {
            continue;
        }
        let theirs = case["error"].as_str();
        let ours = document(text)
            .and_then(|mut doc| typed(&types, &mut doc, true))
            .and_then(|(t, _)| t.decode_error(Minor::DEFAULT).map(str::to_owned));
        tally.ask("json", id, ours.as_deref() == theirs, || format!("{ours:?} {theirs:?}"));
    }
}
