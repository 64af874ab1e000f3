//! `pod-security/`, asked of `apiserver::admission::pod_security`.

use std::collections::BTreeMap;

use kcheck::apiserver::admission::pod_security::{
    Decision, Level, Place, PodSecurity, Policy, Standard, Version, evaluate, sentence,
};
use kcheck::apiserver::{defaults, invalid_message};
use kcheck::object::{Gvk, Object, Overlay, PodTemplate, Value, sym};
use kcheck::yaml::{Document, View};
use serde_json::Value as Json;

use crate::api::document;
use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[
    Recording { file: "pod-security/pods.jsonl", run: pods },
    Recording { file: "pod-security/admission.jsonl", run: admission },
];

/// Minor of the library that was recorded.
const SERVER: u32 = 36;

/// An object with its defaults.
struct Defaulted {
    document: Document,
    overlay: Overlay,
}

impl Defaulted {
    fn new(json: &Json) -> Option<Self> {
        if !json.is_object() {
            return None;
        }
        let document = document(json);
        let mut overlay = Overlay::default();
        defaults::apply(gvk(document.root()?), document.root()?, &mut overlay);
        Some(Self { document, overlay })
    }

    fn object(&self) -> Option<Object<'_>> {
        let root = self.document.root()?;
        let value = Value::new(root, &self.overlay);
        Some(Object { document: None, gvk: gvk(root), namespace: sym("team-a"), name: sym(""), value })
    }
}

fn gvk(root: View<'_>) -> Gvk {
    let text = |key: &str| root.get(key).and_then(View::as_str).unwrap_or_default();
    Gvk::new(text("apiVersion"), text("kind"))
}

fn minor(text: &Json) -> u64 {
    text.as_str().and_then(|t| t.strip_prefix("1.")).and_then(|m| m.parse().ok()).unwrap_or_default()
}

fn pods(_: &Truth, cases: &[Json], tally: &mut Tally) {
    for case in cases {
        let Some(defaulted) = Defaulted::new(&case["pod"]) else { continue };
        let Some(object) = defaulted.object() else { continue };
        let Some(pod) = object.pod_template() else { continue };
        for result in case["results"].as_array().into_iter().flatten() {
            let level = Level::parse(result["level"].as_str().unwrap_or_default()).unwrap_or_default();
            let (from, to) = (minor(&result["from"]), minor(&result["to"]));
            for at in from..=to {
                let id = format!("{} {} 1.{at}", case["id"].as_str().unwrap_or_default(), level.name());
                ask(tally, &id, pod, Standard { level, version: Version::Minor(at) }, result);
            }
            if to == u64::from(SERVER) {
                let id = format!("{} {} latest", case["id"].as_str().unwrap_or_default(), level.name());
                ask(tally, &id, pod, Standard { level, version: Version::Latest }, result);
            }
        }
        let free = Standard { level: Level::Privileged, version: Version::Latest };
        let id = format!("{} privileged", case["id"].as_str().unwrap_or_default());
        tally.ask("verdict", &id, evaluate(free, pod, SERVER).is_empty(), || "refused".into());
    }
}

fn ask(tally: &mut Tally, id: &str, pod: PodTemplate<'_>, standard: Standard, result: &Json) {
    let found = evaluate(standard, pod, SERVER);
    let allowed = result["allowed"].as_bool().unwrap_or_default();
    let ours = sentence(&found);
    let theirs = result["message"].as_str().unwrap_or_default();
    let detail = || format!("{ours} FOR {theirs}");
    tally.ask("verdict", id, found.is_empty() == allowed, detail);
    let ids: Vec<&str> =
        result["checks"].as_array().into_iter().flatten().filter_map(|check| check["id"].as_str()).collect();
    tally.ask("checks", id, found.iter().map(|v| v.check).collect::<Vec<_>>() == ids, detail);
    tally.ask("message", id, ours == theirs, detail);
}

fn texts(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|t| t.as_str().map(str::to_owned)).collect()
}

fn configured(config: &Json) -> PodSecurity {
    let defaults = &config["defaults"];
    let standard = |mode: &str| Standard {
        level: defaults[mode].as_str().and_then(Level::parse).unwrap_or_default(),
        version: defaults[format!("{mode}Version")].as_str().and_then(Version::parse).unwrap_or_default(),
    };
    let exemptions = &config["exemptions"];
    PodSecurity {
        defaults: Policy { enforce: standard("enforce"), audit: standard("audit"), warn: standard("warn") },
        exempt_users: texts(&exemptions["usernames"]),
        exempt_namespaces: texts(&exemptions["namespaces"]),
        exempt_runtime_classes: texts(&exemptions["runtimeClasses"]),
    }
}

/// Refusal, warnings, audit annotations.
type Said = (Option<String>, Vec<String>, BTreeMap<String, String>);

fn decided(case: &Json) -> Option<Said> {
    let config = configured(&case["config"]);
    let (labels, old_labels) = (document(&case["namespaceLabels"]), document(&case["oldNamespaceLabels"]));
    let at = Place {
        namespace: "team-a",
        labels: labels.root().map(Value::plain),
        user: case["user"].as_str().unwrap_or_default(),
        subresource: case["subresource"].as_str().unwrap_or_default(),
        server: SERVER,
    };
    let is_update = case["op"] == "UPDATE";
    if case["resource"] == "namespaces" {
        let pods: Vec<Document> =
            case["existingPods"].as_array().into_iter().flatten().map(document).collect();
        let pods = pods.iter().filter_map(Document::root).filter_map(|root| {
            let value = Value::plain(root);
            let pod = PodTemplate { path: "spec", holder: value, spec: value.get("spec")? };
            Some((value.at(&["metadata", "name"])?.as_str()?, pod))
        });
        let old = is_update.then(|| old_labels.root().map(Value::plain));
        return Some(match config.namespace(at, old, pods) {
            Ok(warnings) => (None, warnings, BTreeMap::new()),
            Err(bad) => {
                let all: Vec<(String, String)> = bad
                    .iter()
                    .map(|b| {
                        let message = format!("Invalid value: {:?}: {}", b.value, b.message);
                        (format!("metadata.labels[{}]", b.label), message)
                    })
                    .collect();
                let parts = all.iter().map(|(field, message)| (field.as_str(), message.as_str()));
                (Some(invalid_message("Namespace", "team-a", parts)), Vec::new(), BTreeMap::new())
            }
        });
    }
    let (new, old) = (Defaulted::new(&case["object"]), Defaulted::new(&case["oldObject"]));
    let object = new.as_ref()?.object()?;
    let template = object.pod_template();
    let decision = match (case["resource"] == "pods", template) {
        (true, Some(pod)) => {
            let old = old.as_ref().and_then(Defaulted::object);
            config.pod(at, pod, old.as_ref().and_then(Object::pod_template))
        }
        (false, Some(template)) => config.workload(at, template),
        (_, None) => Decision::default(),
    };
    let name = object.value.at(&["metadata", "name"]).and_then(Value::as_str).unwrap_or_default();
    let refusal = decision.refusal().map(|why| format!("pods \"{name}\" is forbidden: {why}"));
    let audit = decision.audit.iter().map(|(key, text)| ((*key).to_owned(), text.clone())).collect();
    Some((refusal, decision.warning().into_iter().collect(), audit))
}

fn admission(_: &Truth, cases: &[Json], tally: &mut Tally) {
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let (refusal, warnings, audit) = decided(case).unwrap_or_default();
        let allowed = case["allowed"].as_bool().unwrap_or_default();
        let theirs = case["status"]["message"].as_str();
        let detail = || format!("{refusal:?} {warnings:?} {audit:?} FOR {case}");
        tally.ask("verdict", id, refusal.is_none() == allowed, detail);
        tally.ask("message", id, refusal.as_deref() == theirs, detail);
        tally.ask("warnings", id, warnings == texts(&case["warnings"]), detail);
        let annotations: BTreeMap<String, String> = case["auditAnnotations"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, text)| (key.clone(), text.as_str().unwrap_or_default().to_owned()))
            .collect();
        tally.ask("audit annotations", id, audit == annotations, detail);
    }
}
