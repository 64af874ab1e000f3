//! `api/defaults.jsonl` and `api/create.jsonl`, asked of `apiserver`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kcheck::apiserver::admission::{Lookup, Plugins};
use kcheck::apiserver::request::post;
use kcheck::apiserver::stored::stored;
use kcheck::apiserver::validation::primitives::{self, Sentences};
use kcheck::apiserver::{self, Answer, Request, Verdict};
use kcheck::finding::{FileId, Span};
use kcheck::object::{Draft, Gvk, Overlay, Value};
use kcheck::schema::{Minor, Options, Types, check_object, deprecation_warning};
use kcheck::source::Source;
use kcheck::yaml::{self, Document, View, read_json};
use serde_json::Value as Json;

use crate::admission::Setup;
use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[
    Recording { file: "api/create.jsonl", run: create },
    Recording { file: "api/defaults.jsonl", run: defaults },
    Recording { file: "corpus.jsonl", run: corpus },
    Recording { file: "../reference/vectors/string-checks.jsonl", run: string_checks },
];

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
    let (ambient, types) = (Ambient::new(), Types::builtin());
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
            _ => "stored others",
        };
        let gvk = Gvk::new(version, kind);
        let known = types.kind(&gvk.group, &gvk.version, &gvk.kind);
        let namespace = if known.is_some_and(|kind| kind.namespaced()) { "t" } else { "" };
        let doc = document(&case["object"]);
        let Some(root) = doc.root() else { continue };
        let ours = stored(gvk, root, namespace, Minor::DEFAULT, &ambient);
        let id = case["id"].as_str().unwrap_or_default();
        tally.ask("stored", id, ours == case["stored"], || {
            format!("{kind}: {}", difference("", &ours, &case["stored"]).join("; "))
        });
        tally.ask(aspect, id, ours == case["stored"], || difference("", &ours, &case["stored"]).join("; "));
    }
}

/// The verdict on one object: defaulted, mutated, validated.
fn judged(gvk: Gvk, root: View<'_>, types: &Types, cluster: &dyn Lookup) -> Answer {
    let mut overlay = Overlay::default();
    apiserver::defaults::apply(gvk, root, &mut overlay);
    apiserver::admission::mutate(gvk, &mut Draft::new(root, &mut overlay), cluster);
    let namespaced = types.kind(&gvk.group, &gvk.version, &gvk.kind).is_some_and(|kind| kind.namespaced());
    let request =
        Request { gvk, namespaced, namespace: if namespaced { "t" } else { "" }, minor: Minor::DEFAULT };
    apiserver::create(&request, Value::new(root, &overlay))
}

/// Reason, field and message of every cause.
pub fn causes(status: &Json) -> Vec<(String, String, String)> {
    let text = |c: &Json, name: &str| c[name].as_str().unwrap_or_default().to_owned();
    status["causes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|c| (text(c, "reason"), text(c, "field"), text(c, "message")))
        .collect()
}

/// Fields whose every error is judged, by kind: what the aspect `frequent` counts.
fn is_frequent(kind: &str, field: &str) -> bool {
    let workload = matches!(
        kind,
        "Deployment"
            | "ReplicaSet"
            | "StatefulSet"
            | "DaemonSet"
            | "Job"
            | "CronJob"
            | "ReplicationController"
    );
    let template = match kind {
        "CronJob" => "spec.jobTemplate.spec.template.",
        "Pod" => "",
        "PodTemplate" => "template.",
        _ => "spec.template.",
    };
    let in_pod = field.strip_prefix(template).is_some_and(|rest| {
        let rest = rest.strip_prefix("spec.").unwrap_or(rest);
        let of_container = rest
            .strip_prefix("containers[")
            .or_else(|| rest.strip_prefix("initContainers["))
            .and_then(|rest| rest.split_once(']'))
            .is_some_and(|(_, rest)| matches!(rest, ".name" | ".image"));
        of_container || matches!(rest, "containers" | "metadata.labels") || rest == "labels"
    });
    (workload || matches!(kind, "Pod" | "PodTemplate")) && in_pod
        || workload && field.starts_with("spec.selector")
        || kind == "Service" && field == "spec.ports"
}

/// What the whole floor answers to a new object.
#[derive(Default)]
struct Ours {
    /// HTTP status.
    code: u64,
    message: String,
    /// Reason, field and message of every cause.
    said: Vec<Said>,
    warnings: BTreeSet<String>,
}

fn answer(gvk: Gvk, root: View<'_>, types: &Types, plugins: &Plugins<'_>) -> Ours {
    let mut ours = Ours::default();
    let Some(kind) = types.kind(&gvk.group, &gvk.version, &gvk.kind) else { return ours };
    ours.warnings.extend(deprecation_warning(&kind, Options::default().minors));
    let typing = check_object(root, types, &kind, Options { body: true, ..Options::default() });
    if let Some(message) = typing.message(&kind, Minor::DEFAULT) {
        return Ours { code: 400, message, ..ours };
    }
    let namespaced = kind.namespaced();
    let request =
        Request { gvk, namespaced, namespace: if namespaced { "t" } else { "" }, minor: Minor::DEFAULT };
    let answer = post(&request, kind.plural, root, plugins, false);
    ours.warnings.extend(answer.created.into_iter().map(|warning| warning.text).chain(answer.warnings));
    match answer.refused {
        None => Ours { code: 201, ..ours },
        Some(refused) => {
            let said = refused.causes.into_iter().map(|c| (c.reason.to_owned(), c.field, c.message));
            Ours { code: refused.code.into(), said: said.collect(), message: refused.message, ..ours }
        }
    }
}

pub type Said = (String, String, String);

fn create(_: &Truth, cases: &[Json], tally: &mut Tally) {
    let (ambient, types) = (Setup::new(&[], "t"), Types::builtin());
    let plugins = Plugins::new(&ambient, &types);
    for case in cases {
        let (Some(kind), Some(version)) = (case["kind"].as_str(), case["apiVersion"].as_str()) else {
            continue;
        };
        let theirs = if case["withoutDryRun"].is_object() { &case["withoutDryRun"] } else { case };
        let code = theirs["code"].as_u64().unwrap_or_default();
        let id = case["id"].as_str().unwrap_or_default();
        let doc = document(&case["object"]);
        let Some(root) = doc.root() else { continue };
        let ours = answer(Gvk::new(version, kind), root, &types, &plugins);
        let warnings: BTreeSet<String> = case["warnings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .map(str::to_owned)
            .collect();
        if !warnings.is_empty() || !ours.warnings.is_empty() {
            tally.ask("warnings", id, warnings == ours.warnings, || {
                format!("{kind} {}: {:?} for {warnings:?}", case["case"], ours.warnings)
            });
        }
        let Ours { code: answered, message, said, .. } = ours;
        let shown = if said.is_empty() { &message } else { "" };
        let detail = || format!("{kind} {}: {shown}{said:?} for {:?}", case["case"], causes(theirs));
        let accepted = matches!(code, 200 | 201);
        tally.ask("verdict", id, accepted == (answered == 201), detail);
        if accepted {
            tally.ask("false alarms", id, answered == 201, detail);
            continue;
        }
        let text = theirs["message"].as_str().unwrap_or_default();
        let varies = case["orderVaries"] == true;
        tally.ask("whole message", id, same_message(&message, text, varies), || {
            format!("{kind} {}: {message} for {text}", case["case"])
        });
        // What the strict decoder says is asked of `schema`.
        if code != 422 {
            continue;
        }
        let mut expected = causes(theirs);
        // What we say and they do not.
        tally.ask("nothing invented", id, said.iter().all(|c| expected.contains(c)), detail);
        let fields = |causes: &[Said]| -> BTreeSet<(String, String)> {
            causes.iter().map(|(reason, field, _)| (field.clone(), reason.clone())).collect()
        };
        tally.ask("refused fields", id, fields(&said) == fields(&expected), detail);
        let mut ours = said.clone();
        if varies {
            ours.sort();
            expected.sort();
        }
        if expected.is_empty() {
            continue;
        }
        if expected.iter().all(|c| c.1.starts_with("metadata")) {
            tally.ask("metadata", id, ours == expected, detail);
        } else if expected.iter().all(|c| is_frequent(kind, &c.1)) {
            tally.ask("frequent", id, ours == expected, detail);
        }
    }
}

/// Whether two messages are the same, up to the order of their parts where the server's varies.
pub fn same_message(ours: &str, theirs: &str, varies: bool) -> bool {
    let parts = |text: &str| {
        let mut parts: Vec<String> = text.split(['[', ']', ',']).map(|p| p.trim().to_owned()).collect();
        parts.sort();
        parts
    };
    ours == theirs || varies && parts(ours) == parts(theirs)
}

/// `corpus.jsonl`: no accepted document refused, and how many of the refused ones found; each document for itself.
fn corpus(truth: &Truth, cases: &[Json], tally: &mut Tally) {
    let mut types = Types::builtin();
    let read = |file: &str| {
        let bytes = std::fs::read(truth.root.join("corpus").join(file)).ok()?;
        Some(yaml::parse(&Arc::new(Source::new(file, bytes)), FileId(0)).0)
    };
    let crds = std::fs::read_to_string(truth.root.join("conformance/corpus-crds.jsonl")).unwrap_or_default();
    for crd in crds.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok()) {
        let docs = read(crd["file"].as_str().unwrap_or_default()).unwrap_or_default();
        let index = crd["index"].as_u64().unwrap_or_default() as usize;
        if let Some(root) = docs.get(index).and_then(Document::root) {
            types.add_crd(root);
        }
    }
    let mut files: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
    for case in cases.iter().filter(|c| c["env"].is_null()) {
        if matches!(case["verdict"].as_str(), Some("accepted" | "refused")) {
            files.entry(case["file"].as_str().unwrap_or_default()).or_default().push(case);
        }
    }
    for (file, cases) in files {
        let Some(docs) = read(file) else { continue };
        for case in cases {
            let id = format!("{} {file}#{}", case["id"].as_str().unwrap_or_default(), case["index"]);
            let root = docs.get(case["index"].as_u64().unwrap_or_default() as usize).and_then(Document::root);
            let root = match case["item"].as_u64() {
                Some(item) => root.and_then(|r| r.get("items")).and_then(|l| l.items().nth(item as usize)),
                None => root,
            };
            let Some(root) = root else { continue };
            let text = |name: &str| root.get(name).and_then(View::as_str).unwrap_or_default();
            let gvk = Gvk::new(text("apiVersion"), text("kind"));
            let said = match types.kind(&gvk.group, &gvk.version, &gvk.kind) {
                None => String::new(),
                Some(kind) => check_object(root, &types, &kind, Options::default())
                    .message(&kind, Minor::DEFAULT)
                    .unwrap_or_else(|| match judged(gvk, root, &types, &Ambient::new()).verdict {
                        Verdict::Accepted => String::new(),
                        Verdict::Refused(status) => status.message,
                    }),
            };
            let detail = || format!("{said:?} for {}", case["message"]);
            if case["verdict"] == "accepted" {
                tally.ask("accepted", &id, said.is_empty(), detail);
            } else {
                tally.ask("refused found", &id, !said.is_empty(), detail);
                if !said.is_empty() {
                    tally.ask("whole message of those found", &id, case["message"] == said.as_str(), detail);
                }
            }
        }
    }
}

/// `string-checks.jsonl`: sentences about one string.
fn string_checks(_: &Truth, cases: &[Json], tally: &mut Tally) {
    for case in cases {
        let check: fn(&str) -> Sentences = match case["fn"].as_str() {
            Some("IsDNS1123Label") => primitives::dns_1123_label,
            Some("IsDNS1123Subdomain") => primitives::dns_1123_subdomain,
            Some("IsDNS1035Label") => primitives::dns_1035_label,
            Some("IsQualifiedName") => primitives::qualified_name,
            Some("IsValidLabelValue") => primitives::label_value,
            Some("IsPathSegmentName") => |text| primitives::path_segment(text, false),
            Some("IsValidPortName") => primitives::port_name,
            Some("IsConfigMapKey") => primitives::config_map_key,
            Some("IsEnvVarName") => primitives::env_var_name,
            Some("IsRelaxedEnvVarName") => primitives::relaxed_env_var_name,
            Some("IsDNS1123SubdomainWithUnderscore") => primitives::dns_1123_subdomain_with_underscore,
            Some("IsWildcardDNS1123Subdomain") => primitives::wildcard_dns_1123_subdomain,
            Some("IsCIdentifier") => primitives::c_identifier,
            Some("IsValidPercent") => primitives::percent,
            Some("IsHTTPHeaderName") => primitives::http_header_name,
            _ => continue,
        };
        let theirs: Vec<&str> =
            case["errors"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        for input in case["inputs"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            let ours = check(input);
            let id = format!("{} {input:?}", case["id"].as_str().unwrap_or_default());
            tally.ask("sentences", &id, ours.as_slice() == theirs, || format!("{ours:?} for {theirs:?}"));
        }
    }
}

/// Where two JSON values differ.
pub fn difference(path: &str, ours: &Json, theirs: &Json) -> Vec<String> {
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
