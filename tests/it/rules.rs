//! Rules: their fixtures, and the examples of their pages.

use std::sync::Arc;

use kcheck::apiserver::defaults;
use kcheck::cluster::{State, add_default_cluster, add_system_objects, lower};
use kcheck::finding::{FileId, Finding};
use kcheck::nodes::Willing;
use kcheck::object::{Gvk, Object, Value, sym};
use kcheck::rules::{Assumed, Parameters, RULES, Range, Rule, Rules, Tree};
use kcheck::schema::Types;
use kcheck::source::Source;
use kcheck::yaml::{Document, View, parse};

use super::fixtures;

/// The objects of documents, lists taken apart, with their defaults.
fn objects<'d>(documents: &'d [Document], types: &Types) -> Vec<Object<'d>> {
    let mut objects = Vec::new();
    for (i, document) in documents.iter().enumerate() {
        let Some(root) = document.root() else { continue };
        let mut open: Vec<View<'d>> = vec![root];
        while let Some(view) = open.pop() {
            let text = |path: &[&str]| view.at(path).and_then(View::as_str).unwrap_or_default();
            let gvk = Gvk::new(text(&["apiVersion"]), text(&["kind"]));
            if gvk.kind.is_empty() {
                continue;
            }
            if gvk.kind.ends_with("List") && view.get("items").is_some() {
                let items: Vec<_> = view.get("items").into_iter().flat_map(View::items).collect();
                open.extend(items.into_iter().rev());
                continue;
            }
            let kind = types.kind(&gvk.group, &gvk.version, &gvk.kind);
            let namespace = match (kind.is_none_or(|k| k.namespaced()), text(&["metadata", "namespace"])) {
                (false, _) => "",
                (true, "") => "default",
                (true, namespace) => namespace,
            };
            let overlay = Box::leak(Box::default());
            defaults::apply(gvk, view, overlay);
            objects.push(Object {
                document: Some(i as u32),
                gvk,
                namespace: sym(namespace),
                name: sym(text(&["metadata", "name"])),
                value: Value::new(view, overlay),
            });
        }
    }
    objects
}

/// What some rules say of a tree of one file.
fn judge(source: &Arc<Source>, asked: &[&'static Rule], assume: &[Assumed]) -> Vec<Finding> {
    let (documents, mut findings) = parse(source, FileId(0));
    let objects = objects(&documents, &Types::builtin());
    let tree = Tree::new(&objects, &documents, assume);
    let rules = Rules::new(asked.iter().copied()).with(parameters());
    findings.extend(rules.run(&documents, &tree));
    if rules.ask_for_outcome() {
        let mut state = State::default();
        add_default_cluster(&mut state);
        add_system_objects(&mut state);
        for object in &objects {
            state.put(lower(object));
        }
        rules.outcome(&tree, &kcheck::simulate::settle(state, &Willing), &mut findings);
    }
    findings
}

/// What the fixtures are configured with.
fn parameters() -> Parameters {
    let list = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect();
    let range = |field: &str, least: &str, most: &str| Range {
        field: field.into(),
        least: least.into(),
        most: most.into(),
    };
    Parameters {
        required_labels: list(&["owner=team-*"]),
        required_annotations: list(&["contact"]),
        forbidden_annotations: list(&["example.com/*"]),
        allowed_images: list(&["registry.example.com/*"]),
        forbidden_images: list(&["*/untrusted/*"]),
        priority_classes: list(&["normal", "high"]),
        ranges: vec![range("requests.cpu", "10m", "4"), range("limits.memory", "", "8Gi")],
        ..Parameters::default()
    }
}

/// For the fixtures: the rule that the file is named after.
pub(crate) fn ask(source: &Arc<Source>) -> Vec<Finding> {
    let name = source.path().trim_end_matches(".yaml");
    let rule = RULES.iter().find(|rule| rule.code.name.replace('/', "-") == name);
    let rule = rule.unwrap_or_else(|| panic!("{name} is named after no rule"));
    judge(source, &[rule], &[])
}

/// The first example of a page has the finding, the second does not.
#[test]
fn examples_of_pages() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let examples = fixtures::blocks(rule.code.page);
        let [bad, good] = examples.as_slice() else { panic!("{}: two examples", rule.code.name) };
        let said = |text: &str| {
            let source = Arc::new(Source::new("example.yaml", whole(text).into_bytes()));
            // What a part of a Pod needs beside itself is not its subject.
            let any = |kind: &str| Assumed { kind: kind.into(), namespace: "*".into(), name: "*".into() };
            let assume = [any("ConfigMap"), any("Secret")];
            let part = !text.starts_with("apiVersion:");
            let findings = judge(&source, &[rule], if part { &assume } else { &[] });
            findings.into_iter().map(|f| f.code.name).collect::<Vec<_>>()
        };
        for (text, expected) in [(&bad.text, &[rule.code.name][..]), (&good.text, &[])] {
            let found = said(text);
            if found != expected {
                wrong.push(format!("{}: {found:?} in\n{text}", rule.code.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A part of a Pod spec made an object.
fn whole(example: &str) -> String {
    if example.starts_with("apiVersion:") {
        return example.to_owned();
    }
    let spec = example.lines().fold(String::new(), |spec, line| spec + "  " + line + "\n");
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: example}}\nspec:\n{spec}")
}

#[test]
fn what_is_assumed_is_not_missing() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n  - {name: a, image: 'a:1', envFrom: [{configMapRef: {name: from-terraform}}]}\n";
    let source = Arc::new(Source::new("pod.yaml", text.as_bytes().to_vec()));
    let assumed = |namespace: &str, name: &str| {
        let assumed = Assumed { kind: "ConfigMap".into(), namespace: namespace.into(), name: name.into() };
        judge(&source, RULES, &[assumed]).iter().filter(|f| f.code.name == "ref/configmap").count()
    };
    assert_eq!(assumed("other", "from-*"), 1);
    assert_eq!(assumed("shop", "from-*"), 0);
    assert_eq!(assumed("*", "from-terraform"), 0);
}
