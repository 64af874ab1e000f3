//! `api/admission.jsonl`: objects sent to namespaces with limits, quotas, levels and policies, asked of the whole floor.

use std::collections::BTreeMap;

use kcheck::apiserver::admission::{Lookup, Plugins};
use kcheck::apiserver::policy::Asker;
use kcheck::apiserver::request::{Answer, post};
use kcheck::apiserver::stored::printed;
use kcheck::apiserver::{Request, defaults};
use kcheck::object::{Gvk, Overlay, Value};
use kcheck::schema::{Minor, Types};
use kcheck::yaml::{Document, View};
use serde_json::Value as Json;

use crate::api::{difference, document, same_message};
use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[Recording { file: "api/admission.jsonl", run: admission }];

/// The objects of a setup, beside those that are always there.
pub struct Setup(Vec<(Document, Overlay)>);

impl Setup {
    /// With their defaults.
    pub fn new(objects: &[Json], namespace: &str) -> Self {
        let ambient = serde_json::json!([
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "t"}},
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "t"},
             "automountServiceAccountToken": false},
            {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"},
             "value": 1000},
            {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "gvisor"},
             "handler": "runsc", "overhead": {"podFixed": {"cpu": "100m", "memory": "10Mi"}}},
            {"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "kubernetes"},
             "spec": {"cidrs": ["10.96.0.0/16"]}},
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kubernetes", "namespace": "default"},
             "spec": {"clusterIP": "10.96.0.1", "ports": [{"port": 443}]}},
        ]);
        let own =
            serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        let mut all: Vec<Json> = objects.to_vec();
        if !all.iter().any(|o| o["kind"] == "Namespace" && o["metadata"]["name"] == namespace) {
            all.push(own);
        }
        all.extend(ambient.as_array().cloned().unwrap_or_default());
        let made = all.into_iter().map(|mut object| {
            let namespaced = matches!(object["kind"].as_str(), Some("LimitRange" | "ResourceQuota"));
            if namespaced && object["metadata"]["namespace"].is_null() {
                object["metadata"]["namespace"] = namespace.into();
            }
            let document = document(&object);
            let mut overlay = Overlay::default();
            if let Some(root) = document.root() {
                defaults::apply(gvk(root), root, &mut overlay);
            }
            (document, overlay)
        });
        Self(made.collect())
    }
}

fn gvk(root: View<'_>) -> Gvk {
    let text = |key: &str| root.get(key).and_then(View::as_str).unwrap_or_default();
    Gvk::new(text("apiVersion"), text("kind"))
}

impl Lookup for Setup {
    fn find(&self, group: &str, kind: &str, namespace: &str, name: &str) -> Option<Value<'_>> {
        let text = |v: &Value<'_>, key: &str| {
            v.at(&["metadata", key]).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        self.all(group, kind)
            .into_iter()
            .find(|v| text(v, "name") == name && text(v, "namespace") == namespace)
    }

    fn all(&self, group: &str, kind: &str) -> Vec<Value<'_>> {
        let values = self.0.iter().filter_map(|(doc, overlay)| Some(Value::new(doc.root()?, overlay)));
        let of_kind = |v: &Value<'_>| {
            let of = v.str("apiVersion").split_once('/').map_or("", |(group, _)| group);
            of == group && v.str("kind") == kind
        };
        values.filter(of_kind).collect()
    }

    fn complete(&self) -> bool {
        true
    }
}

fn texts(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|t| t.as_str().map(str::to_owned)).collect()
}

fn admission(_: &Truth, cases: &[Json], tally: &mut Tally) {
    let types = Types::builtin();
    let setups: BTreeMap<&str, (&str, Setup)> = cases
        .iter()
        .filter(|c| c["type"] == "setup")
        .filter_map(|c| {
            let namespace = c["namespace"].as_str()?;
            Some((c["id"].as_str()?, (namespace, Setup::new(c["objects"].as_array()?, namespace))))
        })
        .collect();
    for case in cases.iter().filter(|c| c["type"] != "setup") {
        let id = case["id"].as_str().unwrap_or_default();
        let Some((namespace, setup)) = case["setup"].as_str().and_then(|name| setups.get(name)) else {
            continue;
        };
        let doc = document(&case["object"]);
        let Some(root) = doc.root() else { continue };
        let gvk = gvk(root);
        let Some(kind) = types.kind(&gvk.group, &gvk.version, &gvk.kind) else { continue };
        let namespaced = kind.namespaced();
        let namespace = if namespaced { namespace } else { "" };
        let request = Request { gvk, namespaced, namespace, minor: Minor::DEFAULT };
        let asker = Asker { user: "admin".into(), groups: Vec::new(), dry_run: true };
        let plugins = Plugins::new(setup, &types).asked_by(asker);
        let Answer { refused, created, warnings, not_evaluated, overlay, .. } =
            post(&request, kind.plural, root, &plugins, false);
        let stored = printed(gvk, Value::new(root, &overlay));
        tally.ask("evaluated", id, not_evaluated.is_empty(), || not_evaluated.join("; "));
        let accepted = case["accepted"].as_bool().unwrap_or_default();
        let theirs = case["message"].as_str().unwrap_or_default();
        let (code, ours) = refused.as_ref().map_or((201, ""), |r| (u64::from(r.code), r.message.as_str()));
        let detail =
            || format!("{} {}: {code} {ours} FOR {} {theirs}", case["setup"], case["case"], case["code"]);
        tally.ask("verdict", id, refused.is_none() == accepted, detail);
        let varies = case["orderVaries"] == true;
        let same = same_message(ours, theirs, varies) && Some(code) == case["code"].as_u64();
        tally.ask("message", id, same, detail);
        let reason = refused.as_ref().map_or("", |r| r.reason);
        tally.ask("reason", id, reason == case["reason"].as_str().unwrap_or_default(), detail);
        let warnings: Vec<String> = created.into_iter().map(|warning| warning.text).chain(warnings).collect();
        tally.ask("warnings", id, warnings == texts(&case["warnings"]), || {
            format!("{} {}: {warnings:?} FOR {}", case["setup"], case["case"], case["warnings"])
        });
        if let Some(theirs) = case.get("stored").filter(|stored| !stored.is_null()) {
            let ours = part(&stored, theirs);
            tally.ask("stored", id, ours == *theirs, || {
                format!("{} {}: {}", case["setup"], case["case"], difference("", &ours, theirs).join("; "))
            });
        }
    }
}

/// The part of an object that was recorded: its spec, or metadata and spec.
fn part(stored: &Json, theirs: &Json) -> Json {
    if theirs.get("metadata").is_none() && theirs.get("spec").is_none() {
        return stored["spec"].clone();
    }
    let mut part = serde_json::Map::new();
    for (key, _) in theirs.as_object().into_iter().flatten() {
        let mut ours = stored[key].clone();
        if let (Some(ours), "metadata") = (ours.as_object_mut(), key.as_str()) {
            // Not recorded.
            ours.remove("namespace");
            ours.remove("generation");
        }
        part.insert(key.clone(), ours);
    }
    Json::Object(part)
}
