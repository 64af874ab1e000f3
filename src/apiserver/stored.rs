//! The object as the server stores and prints it.

use serde_json::{Map, Value as Json};

use super::{admission, defaults, strategy};
use crate::object::{Draft, Gvk, Overlay, Value, to_json};
use crate::yaml::View;

/// What a server would store of a new object: defaults, admission, strategy. Its random parts are placeholders, and
/// `uid`, `resourceVersion`, `creationTimestamp` and `managedFields` are left out. `namespace` is the namespace of the
/// request, empty for cluster-scoped kinds.
pub fn stored(gvk: Gvk, root: View<'_>, namespace: &str, cluster: &dyn admission::Lookup) -> Json {
    let mut overlay = Overlay::default();
    defaults::apply(gvk, root, &mut overlay);
    let mut draft = Draft::new(root, &mut overlay);
    admission::mutate(gvk, &mut draft, cluster);
    own_metadata(&mut draft, namespace);
    strategy::prepare_for_create(gvk, &mut draft);
    printed(gvk, Value::new(root, &overlay))
}

/// What of the metadata is the server's own: dropped, or filled in.
pub(super) fn own_metadata(object: &mut Draft<'_, '_>, namespace: &str) {
    if let Some(mut metadata) = object.ensure("metadata") {
        for name in ["managedFields", "uid", "resourceVersion", "creationTimestamp", "selfLink"] {
            metadata.remove(name);
        }
        if namespace.is_empty() {
            metadata.remove("namespace");
        } else {
            metadata.default("namespace", namespace.to_owned());
        }
        if metadata.read().str("name").is_empty() && !metadata.read().str("generateName").is_empty() {
            metadata.set("name", "<generated>");
        }
    }
}

/// An object as the server prints it: what Go's encoder leaves out is left out, what it always prints is there.
pub fn printed(gvk: Gvk, object: Value<'_>) -> Json {
    let mut json = to_json(object);
    if let Json::Object(fields) = &mut json {
        omit_empty(fields);
        always_printed(gvk, fields);
    }
    json
}

/// Fields of type bool without a pointer (of the kinds whose stored form kcheck knows): false is not printed.
const PLAIN_FLAGS: [&str; 16] = [
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "stdin",
    "stdinOnce",
    "tty",
    "readOnly",
    "publishNotReadyAddresses",
    "paused",
    "partial",
    "unschedulable",
    "controllerExpandSecret",
    "shareProcessNamespaces",
    "sslEnabled",
    "chapAuthDiscovery",
    "chapAuthSession",
];

/// Integer fields without a pointer: zero is not printed.
const PLAIN_NUMBERS: [&str; 9] = [
    "hostPort",
    "minReadySeconds",
    "nodePort",
    "healthCheckNodePort",
    "initialDelaySeconds",
    "generation",
    "ttl",
    "lun",
    "observedGeneration",
];

/// String fields that are pointers, or that Go always prints: an empty string stays.
const KEPT_STRINGS: [&str; 11] = [
    "serviceName",
    "name",
    "type",
    "storageClassName",
    "value",
    "apiGroup",
    "service",
    "topologyKey",
    "key",
    "path",
    "mountPath",
];

/// Drops what `omitempty` drops. Works by name, because the type tables do not say which fields are pointers in Go.
fn omit_empty(fields: &mut Map<String, Json>) {
    fields.retain(|name, value| match value {
        Json::Bool(false) => !PLAIN_FLAGS.contains(&name.as_str()),
        Json::Number(number) if number.as_i64() == Some(0) => !PLAIN_NUMBERS.contains(&name.as_str()),
        Json::String(text) if text.is_empty() => KEPT_STRINGS.contains(&name.as_str()),
        Json::Array(items) => {
            for item in items.iter_mut() {
                if let Json::Object(fields) = item {
                    omit_empty(fields);
                }
            }
            !items.is_empty()
        }
        // Free text under free keys.
        Json::Object(entries)
            if matches!(
                name.as_str(),
                "labels"
                    | "annotations"
                    | "matchLabels"
                    | "nodeSelector"
                    | "data"
                    | "binaryData"
                    | "stringData"
            ) =>
        {
            !entries.is_empty()
        }
        Json::Object(entries) => {
            omit_empty(entries);
            !(entries.is_empty() && matches!(name.as_str(), "limits" | "requests" | "overhead" | "options"))
        }
        _ => true,
    });
}

/// Adds the empty structs that Go always prints.
fn always_printed(gvk: Gvk, fields: &mut Map<String, Json>) {
    match (&*gvk.group, &*gvk.kind) {
        ("", "Pod") => {
            if let Some(spec) = object_at(fields, "spec") {
                containers(spec);
            }
        }
        ("", "PodTemplate") => template_of(fields),
        ("batch", "CronJob") => {
            if let Some(job) = object_at(fields, "spec").and_then(|spec| object_at(spec, "jobTemplate")) {
                job.entry("metadata").or_insert_with(|| Json::Object(Map::new()));
                if let Some(spec) = object_at(job, "spec") {
                    template_of(spec);
                }
            }
        }
        ("apps" | "extensions" | "batch", _) | ("", "ReplicationController") => {
            if let Some(spec) = object_at(fields, "spec") {
                if &*gvk.kind == "StatefulSet" {
                    spec.entry("serviceName").or_insert_with(|| Json::String(String::new()));
                }
                template_of(spec);
            }
        }
        _ => {}
    }
}

fn object_at<'j>(fields: &'j mut Map<String, Json>, name: &str) -> Option<&'j mut Map<String, Json>> {
    fields.get_mut(name).and_then(Json::as_object_mut)
}

fn template_of(holder: &mut Map<String, Json>) {
    if let Some(template) = object_at(holder, "template") {
        template.entry("metadata").or_insert_with(|| Json::Object(Map::new()));
        if let Some(spec) = object_at(template, "spec") {
            containers(spec);
        }
    }
}

fn containers(spec: &mut Map<String, Json>) {
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for container in spec.get_mut(list).and_then(Json::as_array_mut).into_iter().flatten() {
            if let Some(container) = container.as_object_mut() {
                container.entry("resources").or_insert_with(|| Json::Object(Map::new()));
            }
        }
    }
}
