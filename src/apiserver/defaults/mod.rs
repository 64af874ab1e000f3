//! Defaulting: what the API server fills in when it decodes an object, before admission and validation. One file per
//! family of kinds; every function mirrors the `SetDefaults_*` of its type and API version.

mod admission;
mod cluster;
mod devices;
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
        ("storage.k8s.io", "VolumeAttachment") => storage::volume_attachment(object),
        ("", "PersistentVolumeClaim") => storage::persistent_volume_claim(object),
        ("", "Secret") => object.default_str("type", "Opaque"),
        ("", "ConfigMap") => object.default("data", Owned::Map(Vec::new())),
        ("", "Namespace") => namespace(object),
        ("", "Endpoints") => service::endpoints(object),
        ("", "LimitRange") => storage::limit_range(object),
        ("", "ResourceQuota") => object.with(&["spec", "hard"], quantity::resource_list),
        ("", "Node") => cluster::node(object),
        ("apps" | "extensions", "Deployment") => workload::deployment(gvk, object),
        ("apps" | "extensions", "ReplicaSet") => workload::replica_set(gvk, object),
        ("apps" | "extensions", "DaemonSet") => workload::daemon_set(gvk, object),
        ("apps", "StatefulSet") => workload::stateful_set(version, object),
        ("batch", "Job") => workload::job(object),
        ("batch", "CronJob") => workload::cron_job(version, object),
        ("autoscaling", "HorizontalPodAutoscaler") => cluster::autoscaler(version, object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => cluster::definition(object),
        ("discovery.k8s.io", "EndpointSlice") => cluster::endpoint_slice(object),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema") => cluster::flow_schema(object),
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration") => cluster::priority_level(object),
        ("networking.k8s.io" | "extensions", "NetworkPolicy") => cluster::network_policy(object),
        ("networking.k8s.io", "IngressClass") => {
            object.with(&["spec", "parameters"], |parameters| parameters.default("scope", "Cluster"));
        }
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => cluster::role_binding(object),
        ("resource.k8s.io", "ResourceClaim") => object.with(&["spec", "devices"], devices::devices),
        ("resource.k8s.io", "ResourceClaimTemplate") => {
            object.with(&["spec", "spec", "devices"], devices::devices);
        }
        ("resource.k8s.io", "ResourceSlice") => devices::slice(object),
        ("scheduling.k8s.io", "PriorityClass") => {
            object.default("preemptionPolicy", "PreemptLowerPriority");
        }
        ("storage.k8s.io", "CSIDriver") => cluster::csi_driver(object),
        ("storage.k8s.io", "StorageClass") => cluster::storage_class(object),
        ("admissionregistration.k8s.io", _) => admission::set_defaults(kind, object),
        _ => {}
    }
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
