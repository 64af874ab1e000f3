//! What the server warns of when it accepts an object: the strategies' `WarningsOnCreate`, and what registries and
//! handlers say before validation, which is said of refused objects as well.

mod network;
mod pem;
mod pod;
mod ports;
mod projections;
mod storage;

use rustc_hash::FxHashMap;

use super::field::Field;
use super::metadata::Name;
use super::primitives::dns_1123_label;
use crate::apiserver::codes;
use crate::finding::Fix;
use crate::object::{Gvk, Owned, Value};
use crate::yaml::edit::replace_scalar;

/// Said of accepted and refused objects alike.
pub(super) fn before(object: Field<'_>, gvk: Gvk) {
    duplicate_owners(object.field("metadata"));
    if gvk.is("", "Pod") {
        pod::app_armor(object);
    }
}

/// Said of accepted objects.
pub(super) fn on_create(object: Field<'_>, gvk: Gvk) {
    const SPEC: &[&str] = &["spec"];
    const TEMPLATE: &[&str] = &["spec", "template"];
    match (&*gvk.group, &*gvk.kind) {
        ("", "Pod") => {
            let what = "this is used in the Pod's hostname";
            name(object, what);
            pod::of_pod(object);
        }
        ("", "PodTemplate") => pod::of_template(object.field("template")),
        ("", "ReplicationController") | ("apps", "Deployment" | "ReplicaSet") => {
            name(object, PODS);
            pod::of_template(object.at(TEMPLATE));
        }
        ("apps", "DaemonSet") => pod::of_template(object.at(TEMPLATE)),
        ("apps", "StatefulSet") => stateful_set(object.field("spec")),
        ("batch", "Job") => {
            name(object, PODS);
            job(object.at(SPEC));
        }
        ("batch", "CronJob") => {
            name(object, PODS);
            job(object.at(&["spec", "jobTemplate", "spec"]));
        }
        ("", "PersistentVolume") => storage::volume(object),
        ("", "PersistentVolumeClaim") => storage::claim(object),
        ("", "Node") => node(object.field("spec")),
        ("", "Secret") => pem::secret(object),
        ("", "ServiceAccount") => {
            const KEY: &str = "kubernetes.io/enforce-mountable-secrets";
            let sentence =
                "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets";
            annotation(object.field("metadata"), KEY, sentence, "remove the annotation");
        }
        ("", "ResourceQuota") => quota(object.at(&["spec", "hard"])),
        ("", "Service") => network::service(object),
        ("", "Endpoints") => network::endpoints(object),
        ("discovery.k8s.io", "EndpointSlice") => network::endpoint_slice(object),
        ("networking.k8s.io", "NetworkPolicy") => network::network_policy(object.field("spec")),
        ("networking.k8s.io", "Ingress") => network::ingress(object),
        ("node.k8s.io", "RuntimeClass") => {
            let selector = object.at(&["scheduling", "nodeSelector"]);
            for (key, entry) in selector.entries() {
                old_label(selector, key, entry.as_at(selector));
            }
        }
        ("storage.k8s.io", "StorageClass") => storage::class(object),
        ("storage.k8s.io", "CSIStorageCapacity") => storage::capacity(object.field("nodeTopology")),
        ("storage.k8s.io", "CSIDriver") => storage::driver(object.field("spec")),
        ("resource.k8s.io", "ResourceSlice") => {
            let driver = object.at(&["spec", "driver"]);
            if driver.str() != driver.str().to_lowercase() {
                let shown = crate::schema::quote(driver.str());
                let sentence =
                    format!("driver names should be lowercase; {shown} contains uppercase characters");
                driver.warn(&sentence, "write it in lower case");
            }
        }
        ("admissionregistration.k8s.io", _) => {
            let name = Name::of(object);
            if name.shown.ends_with(".static.k8s.io") && object.since(36) {
                name.field.warn(
                    "names ending with \".static.k8s.io\" are reserved for static manifest-based configurations and cannot be managed via the API",
                    "use another name",
                );
            }
        }
        _ => {}
    }
}

const PODS: &str = "this is used in Pod names and hostnames";

/// Names that become names of hosts.
fn name(object: Field<'_>, what: &str) {
    let name = Name::of(object);
    let wrong = dns_1123_label(&name.judged);
    if !wrong.is_empty() {
        let sentence = format!(
            "{what}, which can result in surprising behavior; a DNS label is recommended: [{}]",
            wrong.join(" ")
        );
        name.field.warn(&sentence, super::field::DNS_LABEL_HELP);
    }
}

/// An annotation that should not be there any more.
fn annotation(metadata: Field<'_>, key: &'static str, sentence: &str, help: &'static str) {
    let annotations = metadata.field("annotations");
    if annotations.has(key) {
        deprecated_annotation(annotations.entry(key), sentence, help);
    }
}

/// The entry of an annotation that should not be there any more.
fn deprecated_annotation(entry: Field<'_>, sentence: &str, help: &'static str) {
    entry.warn(sentence, help).code(&codes::DEPRECATED_ANNOTATION).place(entry.key_place());
}

/// Mirrors dedupOwnerReferencesAndAddWarning.
fn duplicate_owners(metadata: Field<'_>) {
    // The server compares only owners of one UID, and kcheck only so many of them.
    const MOST: usize = 64;
    let mut known: FxHashMap<&str, Vec<Owned>> = FxHashMap::default();
    let mut twice: Vec<&str> = Vec::new();
    let mut at = None;
    for owner in metadata.each("ownerReferences") {
        let uid = owner.text("uid");
        let whole = owner.value().map_or(Owned::Null, Owned::copy);
        let others = known.entry(uid).or_default();
        if others.contains(&whole) {
            twice.push(uid);
            at.get_or_insert(owner);
        } else if others.len() < MOST {
            others.push(whole);
        }
    }
    if let Some(owner) = at {
        owner.warn_bare(
            format!(
                ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {}",
                twice.join(", ")
            ),
            "remove the owner that is there twice",
        );
    }
}

/// Labels of nodes that have a newer name.
const DEPRECATED_LABELS: &[(&str, &str)] = &[
    ("beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead"),
    ("beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead"),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
    ("app.kubernetes.io/created-by", "deprecated since v1.9"),
    (
        "scheduler.alpha.kubernetes.io/preferAvoidPods",
        "deprecated since v1.22; use Taints and Tolerations instead",
    ),
];
const LABEL_HELP: &str = "use the label's newer name; newer nodes lose the old one";

/// Mirrors GetNodeLabelDeprecatedMessage.
fn deprecated_label(key: &str) -> Option<&'static str> {
    DEPRECATED_LABELS.iter().find(|(label, _)| *label == key).map(|(_, sentence)| *sentence)
}

/// The newer name that a sentence about a label tells.
fn newer_label(sentence: &str) -> Option<&str> {
    let rest = sentence.split_once("use \"")?.1;
    Some(rest.split_once('"')?.0)
}

/// A key of a map of node labels that has a newer name. `said` is the entry as the server names it.
fn old_label<'v>(labels: Field<'v>, key: &str, said: Field<'v>) {
    let Some(sentence) = deprecated_label(key) else { return };
    let fix = newer_label(sentence).and_then(|newer| {
        let map = labels.value()?.view()?;
        let (key, _) = map.entry(key).filter(|_| map.entry(newer).is_none())?;
        Some(Fix::safe(format!("write `{newer}`"), vec![replace_scalar(key, newer)?]))
    });
    said.warn(sentence, LABEL_HELP).code(&codes::DEPRECATED_NODE_LABEL).place(said.key_place()).fix(fix);
}

/// A warning of a field that holds the key of a node's label.
fn old_label_key(key: Field<'_>, sentence: &str, told: &str) {
    let fix = newer_label(sentence).and_then(|newer| {
        let edit = replace_scalar(key.value()?.view()?, newer)?;
        Some(Fix::safe(format!("write `{newer}`"), vec![edit]))
    });
    key.warn(told, LABEL_HELP).code(&codes::DEPRECATED_NODE_LABEL).fix(fix);
}

/// A field that holds the key of a node's label.
fn label_key(key: Field<'_>) {
    if let Some(sentence) = deprecated_label(key.str()) {
        old_label_key(key, sentence, &format!("{} is {sentence}", key.str()));
    }
}

/// Mirrors GetWarningsForNodeSelectorTerm.
fn node_term(term: Field<'_>, values: bool) {
    for expression in term.each("matchExpressions") {
        label_key(expression.field("key"));
        if !values {
            continue;
        }
        for value in expression.each("values") {
            for sentence in super::primitives::label_value(value.str()) {
                let sentence = format!("{} is invalid, {sentence}", value.str());
                value.warn(&sentence, "no node can have such a label");
            }
        }
    }
}

/// Bytes are whole. `field` is an entry of a list of resources.
fn whole_bytes(field: Field<'_>) {
    let Some(quantity) = field.quantity() else { return };
    if quantity.milli() % 1000 != 0 {
        let sentence = format!("fractional byte value \"{quantity}\" is invalid, must be an integer");
        field.warn(&sentence, "use whole bytes, as `128Mi`");
    }
}

fn stateful_set(spec: Field<'_>) {
    pod::of_template(spec.field("template"));
    for template in spec.each("volumeClaimTemplates") {
        // The server leaves out `spec` in the path.
        let own = template.field("spec");
        storage::claim_resources(own.field("resources").called(template, "resources"));
    }
    let limit = spec.field("revisionHistoryLimit");
    if limit.int().is_some_and(|n| n < 0) {
        limit.warn(
            "a negative value retains all historical revisions; a value >= 0 is recommended",
            "use 0 or more",
        );
    }
}

/// Mirrors WarningsForJobSpec.
fn job(spec: Field<'_>) {
    let count = |name| spec.field(name).int().unwrap_or_default();
    if spec.text("completionMode") == "Indexed"
        && count("completions") > 100_000
        && count("parallelism") > 10_000
    {
        spec.warn(
            "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail",
            "use fewer completions, or several Jobs",
        );
    }
    pod::of_template(spec.field("template"));
}

fn node(spec: Field<'_>) {
    let id = spec.field("externalID");
    if !id.is_empty() {
        id.warn("this field is deprecated, and is unused by Kubernetes", "remove it");
    }
    let list = spec.field("podCIDRs");
    if list.is_empty() && !spec.field("podCIDR").is_empty() {
        network::cidr(spec.field("podCIDR").as_at(list.indexed(0)));
    }
    for cidr in list.items() {
        network::cidr(cidr);
    }
}

fn quota(hard: Field<'_>) {
    for name in ["cpu", "memory", "storage", "ephemeral-storage"] {
        let own = || hard.value().into_iter().flat_map(Value::entries);
        let find = |wanted: &str| own().find(|(key, _)| *key == wanted).map(|(key, _)| key);
        let mut request = find(&format!("requests.{name}"));
        if request.is_none() && matches!(name, "cpu" | "memory") {
            request = find(name);
        }
        let (Some(request), Some(limit)) = (request, find(&format!("limits.{name}"))) else { continue };
        let (Some(least), Some(most)) = (hard.entry(request).quantity(), hard.entry(limit).quantity()) else {
            continue;
        };
        if least > most {
            hard.entry(request).warn_bare(
                format!("ResourceQuota {request} ({least}) should be less than {limit} ({most})"),
                "what is requested is at most what is the limit: raise the limit, or lower this",
            );
        }
    }
}
