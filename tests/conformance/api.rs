//! `api/defaults.jsonl` and `api/create.jsonl`, asked of `apiserver`.

use std::sync::Arc;

use kcheck::apiserver::admission::Lookup;
use kcheck::apiserver::stored::stored;
use kcheck::finding::{FileId, Span};
use kcheck::object::{Gvk, Value};
use kcheck::source::Source;
use kcheck::yaml::{Document, read_json};
use serde_json::Value as Json;

use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[Recording { file: "api/defaults.jsonl", run: defaults }];

/// A JSON text as a document.
pub fn document(json: &Json) -> Document {
    let text = json.to_string();
    let span = Span::new(0, text.len() as u32);
    let source = Arc::new(Source::new("case.json", text.into_bytes()));
    read_json(Document::new(source, FileId(0), 0, span)).expect("a recorded object is JSON").0
}

/// What exists while the cases are judged (README of `api/`).
pub struct Ambient(Vec<Document>);

impl Ambient {
    pub fn new() -> Self {
        let objects = serde_json::json!([
            {"kind": "PriorityClass", "group": "scheduling.k8s.io", "metadata": {"name": "high"}, "value": 1000},
            {"kind": "RuntimeClass", "group": "node.k8s.io", "metadata": {"name": "gvisor"}, "handler": "runsc",
             "overhead": {"podFixed": {"cpu": "100m", "memory": "10Mi"}}},
        ]);
        Self(objects.as_array().into_iter().flatten().map(document).collect())
    }
}

impl Lookup for Ambient {
    fn find(&self, group: &str, kind: &str, _: &str, name: &str) -> Option<Value<'_>> {
        self.all(group, kind)
            .into_iter()
            .find(|v| v.at(&["metadata", "name"]).and_then(Value::as_str) == Some(name))
    }

    fn all(&self, group: &str, kind: &str) -> Vec<Value<'_>> {
        let of_kind = |v: &Value<'_>| v.str("group") == group && v.str("kind") == kind;
        self.0.iter().filter_map(Document::root).map(Value::plain).filter(of_kind).collect()
    }
}

fn defaults(_: &Truth, cases: &[Json], tally: &mut Tally) {
    let ambient = Ambient::new();
    for case in cases {
        let (Some(kind), Some(version)) = (case["kind"].as_str(), case["apiVersion"].as_str()) else {
            continue;
        };
        let aspect = match kind {
            "Deployment"
            | "ReplicaSet"
            | "StatefulSet"
            | "DaemonSet"
            | "Job"
            | "CronJob"
            | "ReplicationController"
            | "PodTemplate" => "stored workloads",
            "Pod" => "stored pods",
            "Service" => "stored services",
            _ => continue,
        };
        let doc = document(&case["object"]);
        let Some(root) = doc.root() else { continue };
        let ours = stored(Gvk::new(version, kind), root, "t", &ambient);
        let id = case["id"].as_str().unwrap_or_default();
        tally.ask(aspect, id, ours == case["stored"], || difference("", &ours, &case["stored"]).join("; "));
    }
}

/// Where two JSON values differ.
fn difference(path: &str, ours: &Json, theirs: &Json) -> Vec<String> {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let mut keys: Vec<_> = a.keys().chain(b.keys().filter(|k| !a.contains_key(*k))).collect();
            keys.sort();
            keys.into_iter()
                .flat_map(|k| match (a.get(k), b.get(k)) {
                    (Some(x), Some(y)) => difference(&format!("{path}.{k}"), x, y),
                    (x, y) => vec![format!(
                        "{path}.{k}: {} for {}",
                        x.map_or_else(|| "nothing".into(), Json::to_string),
                        y.map_or_else(|| "nothing".into(), Json::to_string)
                    )],
                })
                .collect()
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .flat_map(|(i, (x, y))| difference(&format!("{path}[{i}]"), x, y))
            .collect(),
        _ if ours == theirs => Vec::new(),
        _ => vec![format!("{path}: {ours} for {theirs}")],
    }
}
