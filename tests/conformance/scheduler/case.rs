//! A case of the scheduler's recordings, as a scheduler that has not tried anything yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use kcheck::cluster::model::{Node, Other, Pod, PodSpec};
use kcheck::finding::{FileId, Span};
use kcheck::object::{Gvk, Labels, Object, Overlay, Selector, Value, sym};
use kcheck::scheduler::{Budget, Configuration, Detail, Objects, Scheduler};
use kcheck::schema::Minor;
use kcheck::source::Source;
use kcheck::yaml::{Document, View, read_json};
use serde_json::Value as Json;

/// The case as it stands before the first attempt. Of admission only Priority was played. Pods of the same spec and labels
/// are Pods of one template.
pub fn load(case: &Json, detail: Detail) -> Scheduler {
    let document = document(case);
    let root = document.root().expect("a case is an object");
    let configuration = root
        .get("config")
        .map(|config| Configuration::read_body(Value::plain(config)).expect("a case's configuration"));
    let mut scheduler = Scheduler::configured(objects(case), detail, configuration.unwrap_or_default());
    add(&mut scheduler, case);
    scheduler
}

/// Nodes and Pods of a case join.
pub fn add(scheduler: &mut Scheduler, case: &Json) {
    let document = document(case);
    let root = document.root().expect("a case is an object");
    let mut classes: BTreeMap<&str, (i64, Option<&str>)> = BTreeMap::new();
    for value in items(root, "objects").map(Value::plain).filter(|v| v.str("kind") == "PriorityClass") {
        let name = value.get("metadata").map_or("", |metadata| metadata.str("name"));
        let policy = value.get("preemptionPolicy").and_then(Value::as_str);
        classes.insert(name, (value.int("value").unwrap_or(0), policy));
    }
    let mut overlay = Overlay::default();
    for pod in items(root, "existing").chain(items(root, "incoming")) {
        let Some(spec) = pod.get("spec") else { continue };
        let class = spec.get("priorityClassName").and_then(View::as_str);
        let Some((value, policy)) = class.and_then(|name| classes.get(name)) else { continue };
        overlay.set(spec, "priority", *value);
        if let Some(policy) = policy.filter(|_| spec.get("preemptionPolicy").is_none()) {
            overlay.set(spec, "preemptionPolicy", (*policy).to_owned());
        }
    }
    for view in items(root, "nodes") {
        scheduler.add_node(Arc::new(Node::lower(&object(Gvk::new("v1", "Node"), view, &overlay))));
    }
    let mut specs: BTreeMap<String, Arc<PodSpec>> = BTreeMap::new();
    for list in ["existing", "incoming"] {
        let manifests = case[list].as_array().into_iter().flatten();
        for (view, manifest) in items(root, list).zip(manifests) {
            let object = object(Gvk::new("v1", "Pod"), view, &overlay);
            let key = format!("{} {}", manifest["spec"], manifest["metadata"]["labels"]);
            let spec = specs.entry(key).or_insert_with(|| Pod::lower(&object).spec);
            scheduler.add_pod(Arc::new(Pod::lower_with(&object, spec.clone())));
        }
    }
}

fn document(case: &Json) -> Document {
    let text = case.to_string();
    let end = text.len() as u32;
    let source = Arc::new(Source::new("case.json", text.into_bytes()));
    read_json(Document::new(source, FileId(0), 0, Span::new(0, end))).expect("a case is JSON").0
}

fn items<'d>(root: View<'d>, name: &str) -> impl Iterator<Item = View<'d>> {
    root.get(name).into_iter().flat_map(View::items)
}

fn object<'d>(kind: Gvk, view: View<'d>, overlay: &'d Overlay) -> Object<'d> {
    let value = Value::new(view, overlay);
    let metadata = value.get("metadata");
    let text = |name| metadata.map_or("", |m| m.str(name));
    let namespaced = !matches!(
        kind.kind.as_str(),
        "Node"
            | "Namespace"
            | "PriorityClass"
            | "PersistentVolume"
            | "StorageClass"
            | "CSINode"
            | "CSIDriver"
            | "VolumeAttachment"
            | "DeviceClass"
            | "ResourceSlice"
    );
    let namespace = match text("namespace") {
        "" if namespaced => "default",
        given => given,
    };
    Object { document: None, gvk: kind, namespace: sym(namespace), name: sym(text("name")), value }
}

/// What is in the case besides nodes and Pods. `kubernetes` is the version; without it that of the recordings.
pub fn objects(case: &Json) -> Objects {
    let document = document(case);
    let root = document.root().expect("a case is an object");
    let minor = root.get("kubernetes").and_then(View::as_str).and_then(Minor::parse).unwrap_or_default();
    let mut objects = Objects::of_version(minor);
    put_objects(&mut objects, case);
    objects
}

/// Takes in what is in the case besides nodes and Pods.
pub fn put_objects(objects: &mut Objects, case: &Json) {
    let document = document(case);
    let root = document.root().expect("a case is an object");
    for view in items(root, "objects") {
        let value = Value::plain(view);
        let kind = Gvk::new(value.str("apiVersion"), value.str("kind"));
        let object = object(kind, view, Overlay::none());
        let spec = object.spec();
        let selector = || spec.and_then(|s| s.get("selector"));
        match value.str("kind") {
            "Service" => {
                if let Some(selector) = selector() {
                    objects.add_service(object.namespace, Labels::read(Some(selector)));
                }
            }
            "ReplicationController" => {
                let selector = Selector::of_labels(&Labels::read(selector()));
                objects.add_controller(kind.kind, object.namespace, object.name, selector);
            }
            "ReplicaSet" | "StatefulSet" => {
                if let Some(selector) = selector() {
                    let selector = Selector::read(selector);
                    objects.add_controller(kind.kind, object.namespace, object.name, selector);
                }
            }
            "Namespace" => {
                let labels = Labels::read(object.metadata().and_then(|m| m.get("labels")));
                objects.add_namespace(object.name, labels);
            }
            "PodDisruptionBudget" => {
                let status = value.get("status");
                let disrupted = status.into_iter().flat_map(|s| s.map("disruptedPods"));
                objects.add_budget(Budget {
                    namespace: object.namespace,
                    name: object.name,
                    selector: selector().map(Selector::read),
                    allowed: status.and_then(|s| s.int("disruptionsAllowed")).unwrap_or(0),
                    disrupted: disrupted.map(|(name, _)| sym(name)).collect(),
                });
            }
            _ => _ = objects.put(&Arc::new(Other::lower(&object))),
        }
    }
}
