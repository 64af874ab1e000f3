//! The API server's floor on anything that is JSON: nothing panics, whatever stands where.

use std::sync::Arc;

use kcheck::apiserver::admission::{Bare, mutate};
use kcheck::apiserver::stored::stored;
use kcheck::apiserver::validation::judge_size;
use kcheck::apiserver::{self, Request, Verdict};
use kcheck::finding::{FileId, Finding, Span};
use kcheck::object::{Draft, Gvk, Overlay, Value};
use kcheck::schema::{self, Minor, Types, check_object};
use kcheck::source::Source;
use kcheck::yaml::{self, Document, View, read_json};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn document(json: &Json) -> Document {
    let text = json.to_string();
    let span = Span::new(0, text.len() as u32);
    let source = Arc::new(Source::new("case.json", text.into_bytes()));
    read_json(Document::new(source, FileId(0), 0, span)).expect("JSON").0
}

/// What the floor says of a file: typing first, then the server's validation. For `tests/fixtures/apiserver`.
pub(crate) fn ask(source: &Arc<Source>) -> Vec<Finding> {
    let types = Types::builtin();
    let (documents, mut findings) = yaml::parse(source, FileId(0));
    for root in documents.iter().filter_map(Document::root) {
        let text = |name: &str| root.get(name).and_then(View::as_str).unwrap_or_default();
        let gvk = Gvk::new(text("apiVersion"), text("kind"));
        let kind = types.kind(&gvk.group, &gvk.version, &gvk.kind);
        if let Some(kind) = &kind {
            let typing = check_object(root, &types, kind, schema::Options::default());
            let refused = typing.message(kind, Minor::DEFAULT).is_some();
            findings.extend(typing.findings);
            if refused {
                continue;
            }
        }
        let mut overlay = Overlay::default();
        apiserver::defaults::apply(gvk, root, &mut overlay);
        let value = Value::new(root, &overlay);
        let namespaced = kind.is_none_or(|kind| kind.namespaced());
        let request = Request { gvk, namespaced, namespace: "default", minor: Minor::DEFAULT };
        let answer = apiserver::create(&request, value);
        findings.extend(answer.findings());
        if let Verdict::Refused(status) = answer.verdict {
            findings.extend(status.findings());
        }
        findings.extend(judge_size(value, "default", root.place()));
    }
    findings
}

const KINDS: &[(&str, &str)] = &[
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "Namespace"),
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "PersistentVolume"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "PodTemplate"),
    ("v1", "ReplicationController"),
    ("apps/v1", "Deployment"),
    ("apps/v1beta1", "StatefulSet"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("extensions/v1beta1", "Deployment"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("example.com/v1", "Thing"),
];

/// Field names that the floor looks at.
const NAMES: &[&str] = &[
    "metadata",
    "name",
    "generateName",
    "namespace",
    "labels",
    "annotations",
    "finalizers",
    "ownerReferences",
    "uid",
    "controller",
    "spec",
    "template",
    "jobTemplate",
    "selector",
    "matchLabels",
    "matchExpressions",
    "key",
    "operator",
    "values",
    "containers",
    "initContainers",
    "image",
    "ports",
    "containerPort",
    "hostPort",
    "protocol",
    "targetPort",
    "resources",
    "limits",
    "requests",
    "cpu",
    "memory",
    "volumes",
    "emptyDir",
    "projected",
    "sources",
    "downwardAPI",
    "items",
    "fieldRef",
    "livenessProbe",
    "httpGet",
    "strategy",
    "updateStrategy",
    "rollingUpdate",
    "type",
    "restartPolicy",
    "tolerations",
    "hostNetwork",
    "clusterIP",
    "clusterIPs",
    "ipFamilies",
    "sessionAffinity",
    "sessionAffinityConfig",
    "completions",
    "completionMode",
    "manualSelector",
    "status",
    "data",
    "stringData",
    "lifecycle",
    "stopSignal",
    "volumeClaimTemplates",
    "names",
    "plural",
    "group",
    "kind",
    "apiVersion",
    "job-name",
    "pod-security.kubernetes.io/enforce",
    "kubectl.kubernetes.io/last-applied-configuration",
];

fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(|n| json!(if n.is_finite() { n } else { 0.0 })),
        ".{0,70}".prop_map(Json::from),
        prop::sample::select(vec![
            "",
            "-",
            "a-",
            "é-",
            "25%",
            "100m",
            "1e400",
            "RollingUpdate",
            "Indexed",
            "Always"
        ])
        .prop_map(Json::from),
    ];
    leaf.prop_recursive(7, 120, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((prop::sample::select(NAMES), inner), 0..8).prop_map(|fields| {
                Json::Object(fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
}

fn run(api_version: &str, kind: &str, object: &Json) -> Verdict {
    let doc = document(object);
    let root = doc.root().expect("a value");
    let gvk = Gvk::new(api_version, kind);
    let mut overlay = Overlay::default();
    apiserver::defaults::apply(gvk, root, &mut overlay);
    mutate(gvk, &mut Draft::new(root, &mut overlay), &Bare);
    let value = Value::new(root, &overlay);
    let request = Request { gvk, namespaced: true, namespace: "t", minor: Minor::DEFAULT };
    let verdict = apiserver::create(&request, value).verdict;
    if let Verdict::Refused(status) = &verdict {
        assert!(!status.findings().is_empty());
    }
    stored(gvk, root, "t", Minor::DEFAULT, &Bare);
    judge_size(value, "t", root.place());
    verdict
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn never_panics(kind in prop::sample::select(KINDS), object in anything()) {
        run(kind.0, kind.1, &object);
    }
}

#[test]
fn findings_point_at_the_value_and_say_how_to_mend_it() {
    let object = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "Web", "labels": {"app": "my app"}},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "wbe"}},
                "spec": {"containers": [{"name": "web"}]}
            }
        }
    });
    let Verdict::Refused(status) = run("apps/v1", "Deployment", &object) else { panic!("accepted") };
    let text = object.to_string();
    let shown: Vec<String> = status
        .findings()
        .iter()
        .map(|f| {
            let span = f.place().span;
            let at = &text[span.start as usize..span.end as usize];
            format!("{} at {at:?}: {}; {}", f.code.name, f.message, f.help.as_deref().unwrap_or_default())
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_large_object_cannot_be_applied_by_the_client() {
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"},
        "data": {"a": "x".repeat(262_144)}});
    let doc = document(&object);
    let root = doc.root().expect("a value");
    let found = judge_size(Value::plain(root), "default", root.place());
    assert_eq!(found.iter().map(|f| f.code.name).collect::<Vec<_>>(), ["meta/last-applied-too-large"]);
}
