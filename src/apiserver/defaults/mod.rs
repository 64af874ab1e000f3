//! Defaulting: what the API server fills in when it decodes an object, before admission and validation. One file per
//! family of kinds; every function mirrors the `SetDefaults_*` of its type and API version.

mod admission;
mod pod;
pub(super) mod quantity;
mod service;
mod storage;
mod workload;

pub(in crate::apiserver) use quantity::aggregate;

use crate::object::{Draft, Gvk, Overlay, Owned};
use crate::yaml::View;

/// Fills in the defaults of an object's API version. Kinds without defaults, and kinds kcheck does not know, stay as
/// they are.
pub fn apply(gvk: Gvk, root: View<'_>, overlay: &mut Overlay) {
    set_object_defaults(gvk, &mut Draft::new(root, overlay));
}

/// The same for an object that is not in a file, or already under change.
pub fn set_object_defaults(gvk: Gvk, object: &mut Draft<'_, '_>) {
    let (group, version, kind) = (&*gvk.group, &*gvk.version, &*gvk.kind);
    match (group, kind) {
        ("", "Pod") => pod::set_object_defaults_pod(object),
        ("", "PodTemplate") => object.with(&["template", "spec"], pod::set_defaults_pod_spec),
        ("", "ReplicationController") => workload::replication_controller(object),
        ("", "Service") => service::set_defaults_service(object),
        ("", "PersistentVolume") => storage::persistent_volume(object),
        ("", "PersistentVolumeClaim") => storage::persistent_volume_claim(object),
        ("", "Secret") => object.default_str("type", "Opaque"),
        ("", "ConfigMap") => object.default("data", Owned::Map(Vec::new())),
        ("", "Namespace") => namespace(object),
        ("", "Endpoints") => service::endpoints(object),
        ("", "LimitRange") => storage::limit_range(object),
        ("", "ResourceQuota") => object.with(&["spec", "hard"], quantity::resource_list),
        ("", "Node") => {
            for list in ["capacity", "allocatable"] {
                object.with(&["status", list], quantity::resource_list);
            }
        }
        ("apps" | "extensions", "Deployment") => workload::deployment(gvk, object),
        ("apps" | "extensions", "ReplicaSet") => workload::replica_set(gvk, object),
        ("apps" | "extensions", "DaemonSet") => workload::daemon_set(gvk, object),
        ("apps", "StatefulSet") => workload::stateful_set(version, object),
        ("batch", "Job") => workload::job(object),
        ("batch", "CronJob") => workload::cron_job(version, object),
        ("autoscaling", "HorizontalPodAutoscaler") => {
            if let Some(mut spec) = object.ensure("spec") {
                spec.default("minReplicas", 1);
            }
        }
        ("resource.k8s.io", "ResourceClaim") => object.with(&["spec", "devices"], devices),
        ("resource.k8s.io", "ResourceClaimTemplate") => object.with(&["spec", "spec", "devices"], devices),
        ("admissionregistration.k8s.io", _) => admission::set_defaults(kind, object),
        _ => {}
    }
}

/// Mirrors SetDefaults_ExactDeviceRequest and SetDefaults_DeviceSubRequest.
fn devices(devices: &mut Draft<'_, '_>) {
    let wanted = |request: &mut Draft<'_, '_>| {
        request.default_str("allocationMode", "ExactCount");
        if request.read().str("allocationMode") == "ExactCount" {
            request.default_int("count", 1);
        }
    };
    devices.each("requests", |request| {
        request.with(&["exactly"], wanted);
        request.each("firstAvailable", wanted);
    });
}

/// Mirrors SetDefaults_Namespace and SetDefaults_NamespaceStatus.
fn namespace(object: &mut Draft<'_, '_>) {
    object.with(&["metadata"], |metadata| {
        let name = metadata.read().str("name").to_owned();
        if !name.is_empty()
            && let Some(mut labels) = metadata.ensure("labels")
        {
            labels.set("kubernetes.io/metadata.name", name);
        }
    });
    if let Some(mut status) = object.ensure("status") {
        status.default_str("phase", "Active");
    }
}
