//! Classes that are there by default, and finalizers of storage.

use super::Lookup;
use super::refusal::Attributes;
use crate::object::{Draft, Owned, Value};

/// The class that is marked as default: of several the newest, of these the first by name. Mirrors GetDefaultClass.
fn default_class<'c>(
    cluster: &'c dyn Lookup,
    group: &str,
    kind: &str,
    annotations: &[&str],
) -> Option<&'c str> {
    let is_default = |class: &Value<'_>| {
        annotations
            .iter()
            .any(|key| class.at(&["metadata", "annotations", key]).and_then(Value::as_str) == Some("true"))
    };
    let created = |class: Value<'c>| {
        class.at(&["metadata", "creationTimestamp"]).and_then(Value::as_str).unwrap_or_default()
    };
    let mut classes: Vec<Value<'c>> = cluster.all(group, kind).into_iter().filter(is_default).collect();
    classes.sort_by(|a, b| {
        created(*b).cmp(created(*a)).then_with(|| super::name_of(*a).cmp(super::name_of(*b)))
    });
    classes.first().map(|class| super::name_of(*class))
}

/// Mirrors DefaultStorageClass.
pub(super) fn storage_class(claim: &mut Draft<'_, '_>, cluster: &dyn Lookup) {
    const BETA: &str = "volume.beta.kubernetes.io/storage-class";
    let value = claim.read();
    let has = value.at(&["metadata", "annotations", BETA]).is_some()
        || value.at(&["spec", "storageClassName"]).is_some();
    if has {
        return;
    }
    const ANNOTATIONS: [&str; 2] =
        ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
    if let Some(name) = default_class(cluster, "storage.k8s.io", "StorageClass", &ANNOTATIONS) {
        claim.with(&["spec"], |spec| spec.set("storageClassName", name.to_owned()));
    }
}

/// Mirrors DefaultIngressClass.
pub(super) fn ingress_class(ingress: &mut Draft<'_, '_>, cluster: &dyn Lookup) {
    let value = ingress.read();
    let has = value.at(&["spec", "ingressClassName"]).is_some()
        || value.at(&["metadata", "annotations", "kubernetes.io/ingress.class"]).is_some();
    if has {
        return;
    }
    const ANNOTATION: [&str; 1] = ["ingressclass.kubernetes.io/is-default-class"];
    if let Some(name) = default_class(cluster, "networking.k8s.io", "IngressClass", &ANNOTATION) {
        ingress.with(&["spec"], |spec| spec.set("ingressClassName", name.to_owned()));
    }
}

/// Mirrors StorageObjectInUseProtection.
pub(super) fn protect_storage(at: &Attributes<'_>, object: &mut Draft<'_, '_>) {
    let finalizer = if at.is("", "PersistentVolumeClaim") {
        "kubernetes.io/pvc-protection"
    } else if at.is("", "PersistentVolume") {
        "kubernetes.io/pv-protection"
    } else if at.is("storage.k8s.io", "VolumeAttributesClass") {
        "kubernetes.io/vac-protection"
    } else {
        return;
    };
    if let Some(mut metadata) = object.ensure("metadata")
        && !metadata.read().list("finalizers").any(|known| known.as_str() == Some(finalizer))
    {
        metadata.append("finalizers", [Owned::from(finalizer)]);
    }
}
