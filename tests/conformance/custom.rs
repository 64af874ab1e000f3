//! `api/custom.jsonl`, asked of `apiserver::custom`: custom objects, their updates, and definitions.

use std::collections::{BTreeMap, BTreeSet};

use kcheck::apiserver::custom::Definitions;
use kcheck::apiserver::{self, Answer, Request, Verdict};
use kcheck::object::{Gvk, Value};
use kcheck::schema::{Minor, Options, Types, check_object, deprecation_warning};
use kcheck::yaml::{Document, View};
use serde_json::Value as Json;

use crate::api::document;
use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[Recording { file: "api/custom.jsonl", run: custom }];

/// What kcheck answers to one request.
#[derive(Default)]
struct Ours {
    accepted: bool,
    message: String,
    fields: BTreeSet<String>,
    warnings: Vec<String>,
    /// Rules that were not evaluated.
    unknown: bool,
}

impl Ours {
    fn new(answer: Answer) -> Self {
        let mut ours = Self {
            warnings: answer.warnings.into_iter().map(|warning| warning.text).collect(),
            unknown: !answer.not_evaluated.is_empty(),
            ..Self::default()
        };
        match answer.verdict {
            Verdict::Accepted => ours.accepted = true,
            Verdict::Refused(status) => {
                ours.message = status.message;
                ours.fields = status.causes.into_iter().map(|c| c.field).collect();
            }
        }
        ours
    }

    fn refused(message: String) -> Self {
        Self { message, ..Self::default() }
    }
}

fn object(case: &Json, crd: View<'_>) -> Option<Ours> {
    let mut types = Types::builtin();
    types.add_crd(crd);
    let mut definitions = Definitions::default();
    definitions.add(Value::plain(crd), |_, _, _| true);
    let document = document(&case["object"]);
    let root = document.root()?;
    let text = |key: &str| root.get(key).and_then(View::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let (group, version) = api_version.split_once('/')?;
    let known = types.kind(group, version, kind)?;
    let minors = Options::default().minors;
    let typing = check_object(root, &types, &known, Options { minors, body: true, validate: false });
    let mode = case["fieldValidation"].as_str().unwrap_or("Strict");
    if let Some(message) = typing.message(&known, Minor::DEFAULT)
        && (mode == "Strict" || !message.contains("strict decoding error"))
    {
        return Some(Ours::refused(message));
    }
    let mut warnings: Vec<String> = deprecation_warning(&known, minors).into_iter().collect();
    if let (true, Some(error)) = (mode == "Warn", typing.decode_error(Minor::DEFAULT)) {
        let list = error.strip_prefix("strict decoding error: ").unwrap_or(error);
        warnings.extend(list.split(", ").map(str::to_owned));
    }
    let definition = definitions.find(group, version, kind)?;
    let request = Request {
        gvk: Gvk::new(api_version, kind),
        namespaced: known.namespaced(),
        namespace: "default",
        minor: Minor::DEFAULT,
    };
    let old = case.get("old").map(crate::api::document);
    let answer = match old.as_ref().and_then(Document::root) {
        Some(old) => definition.update(&request, Value::plain(old), Value::plain(root)),
        None => definition.create(&request, Value::plain(root)),
    };
    let mut ours = Ours::new(answer);
    warnings.append(&mut ours.warnings);
    ours.warnings = warnings;
    Some(ours)
}

fn definition(root: View<'_>) -> Option<Ours> {
    let api_version = root.get("apiVersion")?.as_str()?;
    let gvk = Gvk::new(api_version, "CustomResourceDefinition");
    let request = Request { gvk, namespaced: false, namespace: "", minor: Minor::DEFAULT };
    let types = Types::builtin();
    let kind = types.kind(&gvk.group, &gvk.version, &gvk.kind)?;
    let typing = check_object(root, &types, &kind, Options { body: true, ..Options::default() });
    if let Some(message) = typing.message(&kind, Minor::DEFAULT) {
        return Some(Ours::refused(message));
    }
    Some(Ours::new(apiserver::create(&request, Value::plain(root))))
}

fn custom(_: &Truth, cases: &[Json], tally: &mut Tally) {
    let crds: BTreeMap<&str, Document> = cases
        .iter()
        .filter_map(|c| Some((c["id"].as_str()?, document(c.get("crd").filter(|d| d.is_object())?))))
        .collect();
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let kind = case["type"].as_str().unwrap_or_default();
        let crd = if kind == "crd" { Some(id) } else { case["crd"].as_str() };
        let Some(crd) = crd.and_then(|id| crds.get(id)).and_then(Document::root) else { continue };
        let (verdict, fields, messages, warnings) = match kind {
            "crd" => (
                "definitions: verdict",
                "definitions: fields",
                "definitions: messages",
                "definitions: warnings",
            ),
            _ => ("objects: verdict", "objects: fields", "objects: messages", "objects: warnings"),
        };
        let ours = if kind == "crd" { definition(crd) } else { object(case, crd) };
        let ours = ours.unwrap_or_else(|| Ours::refused("no such kind".into()));
        let accepted = case["accepted"].as_bool().unwrap_or_default();
        let theirs = case["message"].as_str().unwrap_or_default();
        let detail = || format!("{}: {} FOR {theirs}", case["case"], ours.message);
        tally.ask(verdict, id, ours.accepted == accepted, detail);
        tally.ask("evaluated", id, !ours.unknown, || "not evaluated".into());
        let said: Vec<&str> =
            case["warnings"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let same = if case["orderVaries"] == true {
            said.iter().copied().collect::<BTreeSet<_>>()
                == ours.warnings.iter().map(String::as_str).collect()
        } else {
            said == ours.warnings
        };
        if !said.is_empty() || !ours.warnings.is_empty() {
            tally.ask(warnings, id, same, || format!("{:?} FOR {said:?}", ours.warnings));
        }
        if accepted {
            continue;
        }
        if let Some(causes) = case["causes"].as_array() {
            let theirs: BTreeSet<String> =
                causes.iter().filter_map(|c| c["field"].as_str()).map(str::to_owned).collect();
            tally.ask(fields, id, theirs == ours.fields, || {
                format!("{}: {:?} FOR {theirs:?}", case["case"], ours.fields)
            });
        }
        let same = if case["orderVaries"] == true {
            let parts = |text: &str| -> BTreeSet<String> {
                text.split([',', '[', ']', ' ']).map(str::to_owned).collect()
            };
            parts(theirs) == parts(&ours.message)
        } else {
            theirs == ours.message
        };
        tally.ask(messages, id, same, detail);
    }
}
