//! Values that somebody wrote to keep a checker busy: patterns, loops and deep or wide schemas of custom resources end.

use std::time::{Duration, Instant};

use kcheck::apiserver::custom::Definitions;
use kcheck::apiserver::{self, Answer, Request};
use kcheck::finding::{FileId, Span};
use kcheck::object::{Gvk, Value};
use kcheck::schema::Minor;
use kcheck::source::Source;
use kcheck::yaml::{Document, View, read_json};
use serde_json::{Value as Json, json};

fn document(json: &Json) -> Document {
    read(json.to_string())
}

fn read(text: String) -> Document {
    let span = Span::new(0, text.len() as u32);
    let source = std::sync::Arc::new(Source::new("case.json", text.into_bytes()));
    read_json(Document::new(source, FileId(0), 0, span)).unwrap().0
}

fn request(root: View<'_>) -> Request<'_> {
    let text = |name: &str| root.get(name).and_then(View::as_str).unwrap_or_default();
    let gvk = Gvk::new(text("apiVersion"), text("kind"));
    Request { gvk, namespaced: true, namespace: "t", minor: Minor::DEFAULT }
}

/// A definition with one schema for `spec.a`.
fn definition(schema: &Json) -> Json {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": {"plural": "things", "kind": "Thing"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
                "type": "object", "properties": {"spec": {"type": "object", "properties": {"a": schema}}}
            }}}]
        }
    })
}

fn custom(schema: &Json, value: &Json) -> (Duration, Answer) {
    let crd = document(&definition(schema));
    let root = crd.root().unwrap();
    let start = Instant::now();
    let _ = apiserver::create(&request(root), Value::plain(root));
    let mut definitions = Definitions::default();
    definitions.add(Value::plain(root), |_, _, _| true);
    let object = json!({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": {"a": value}});
    let object = document(&object);
    let root = object.root().unwrap();
    let answer =
        definitions.find("example.com", "v1", "Thing").unwrap().create(&request(root), Value::plain(root));
    (start.elapsed(), answer)
}

#[test]
fn patterns_end() {
    let text = "a".repeat(30_000) + "!";
    for pattern in [
        "(a*)*b",
        "(a|aa)+$",
        "(a|a?)+$",
        "((a{1,100}){1,10}){1,10}b",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(.*)(.*)(.*)(.*)(.*)[^a]$",
    ] {
        let (took, _) = custom(&json!({"type": "string", "pattern": pattern}), &json!(text));
        assert!(took < Duration::from_secs(20), "{pattern}: {took:?}");
    }
}

#[test]
fn loops_in_rules_end() {
    let list = json!(vec![1; 3_000]);
    for rule in [
        "self.all(a, self.all(b, self.all(c, a + b + c > 0)))",
        "self.map(a, self.map(b, self.map(c, [a, b, c]))).size() > 0",
        "self.filter(a, self.exists_one(b, a == b)).size() == 0",
        "self.sum() + self.map(a, self.sum()).sum() > 0",
        "[1, 2].map(a, self + self + self + self).map(a, a + a + a).size() > 0",
    ] {
        let schema = json!({"type": "array", "items": {"type": "integer"}, "x-kubernetes-validations": [{"rule": rule}]});
        let (took, answer) = custom(&schema, &list);
        assert!(took < Duration::from_secs(30), "{rule}: {took:?}");
        drop(answer);
    }
}

#[test]
fn deep_schemas_end() {
    const DEPTH: usize = 2_000;
    let deep = r#"{"type": "object", "properties": {"a": "#.repeat(DEPTH)
        + r#"{"type": "string"}"#
        + &"}}".repeat(DEPTH);
    let crd = definition(&json!("HERE")).to_string().replace("\"HERE\"", &deep);
    let crd = read(crd);
    let root = crd.root().unwrap();
    let start = Instant::now();
    drop(apiserver::create(&request(root), Value::plain(root)));
    let mut definitions = Definitions::default();
    definitions.add(Value::plain(root), |_, _, _| true);
    let object = r#"{"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": "#
        .to_owned()
        + &r#"{"a": "#.repeat(DEPTH)
        + "1"
        + &"}".repeat(DEPTH)
        + "}";
    let object = read(object);
    let root = object.root().unwrap();
    drop(definitions.find("example.com", "v1", "Thing").unwrap().create(&request(root), Value::plain(root)));
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    let wide: serde_json::Map<String, Json> =
        (0..20_000).map(|n| (format!("p{n}"), json!({"type": "string", "pattern": "^a+$"}))).collect();
    let (took, _) = custom(&json!({"type": "object", "properties": wide}), &json!({"p1": "b"}));
    assert!(took < Duration::from_secs(30), "{took:?}");
}

/// Lists that nobody writes are gone through once, not once for each of their items.
#[test]
fn long_lists_end() {
    const MANY: usize = 20_000;
    let wide: serde_json::Map<String, Json> =
        (0..MANY).map(|n| (format!("p{n}"), json!({"type": "string"}))).collect();
    let values: serde_json::Map<String, Json> = (0..MANY).map(|n| (format!("p{n}"), json!("x"))).collect();
    let (took, answer) = custom(&json!({"type": "object", "properties": wide}), &json!(values));
    assert!(took < Duration::from_secs(30), "{took:?}");
    assert!(matches!(answer.verdict, apiserver::Verdict::Accepted), "{:?}", answer.verdict);

    let list = |item: &dyn Fn(usize) -> Json| -> Json { (0..MANY).map(item).collect() };
    let pod = |container: Json| {
        json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [container]}
        })
    };
    let with = |name: &str, values: Json| {
        let mut container = json!({"name": "a", "image": "a"});
        container[name] = values;
        pod(container)
    };
    let objects = [
        with("args", list(&|n| json!(format!("--{n}")))),
        with("env", list(&|n| json!({"name": format!("V{n}"), "value": "1"}))),
        with("ports", list(&|n| json!({"containerPort": n + 1, "name": format!("p{n}")}))),
        with("volumeMounts", list(&|n| json!({"name": "v", "mountPath": format!("/{n}")}))),
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"},
            "spec": {"ports": list(&|n| json!({"port": n + 1, "name": format!("p{n}")}))}
        }),
        json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"},
            "data": (0..MANY).map(|n| (format!("k{n}"), json!("v"))).collect::<serde_json::Map<_, _>>()
        }),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "a"},
            "rules": list(&|n| json!({"apiGroups": [""], "resources": [format!("r{n}")], "verbs": ["get"]}))
        }),
        json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"},
            "spec": {"podSelector": {}, "egress": list(&|n| json!({"ports": [{"port": n + 1}]}))}
        }),
    ];
    for object in &objects {
        let what = object["kind"].to_string();
        let object = document(object);
        let root = object.root().unwrap();
        let start = Instant::now();
        drop(apiserver::create(&request(root), Value::plain(root)));
        let took = start.elapsed();
        assert!(took < Duration::from_secs(30), "{what}: {took:?}");
    }
}
