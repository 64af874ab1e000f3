//! PersistentVolumes. Mirrors ValidatePersistentVolumeSpec, and ValidatePersistentVolume of `pkg/volume/validation`.

use super::super::field::{DNS_LABEL_HELP, DNS_SUBDOMAIN_HELP, Field};
use super::super::primitives::{dns_1123_label, dns_1123_subdomain};
use super::claim::{VOLUME_MODES, validate_access_modes};
use super::node_selector::validate_node_selector;
use super::volume_sources::{
    Of, Source, one_source, validate_csi_driver_name, validate_no_backsteps, validate_source,
};
use crate::apiserver::codes;

/// In the server's order.
const SOURCES: &[Source] = &[
    ("hostPath", "hostPath", "hostPath"),
    ("gcePersistentDisk", "gcePersistentDisk", "persistentDisk"),
    ("awsElasticBlockStore", "awsElasticBlockStore", "awsElasticBlockStore"),
    ("glusterfs", "glusterfs", "glusterfs"),
    ("flocker", "flocker", "flocker"),
    ("nfs", "nfs", "nfs"),
    ("rbd", "rbd", "rbd"),
    ("quobyte", "quobyte", "quobyte"),
    ("cephfs", "cephFS", "cephfs"),
    ("iscsi", "iscsi", "iscsi"),
    ("cinder", "cinder", "cinder"),
    ("fc", "fc", "fc"),
    ("flexVolume", "", "flexVolume"),
    ("azureFile", "azureFile", "azureFile"),
    ("vsphereVolume", "vsphereVolume", "vsphereVolume"),
    ("photonPersistentDisk", "photonPersistentDisk", "photonPersistentDisk"),
    ("portworxVolume", "portworxVolume", "portworxVolume"),
    ("azureDisk", "azureDisk", "azureDisk"),
    ("scaleIO", "scaleIO", "scaleIO"),
    ("local", "local", "local"),
    ("storageos", "storageos", "storageos"),
    ("csi", "csi", "csi"),
];

/// Mirrors ValidatePersistentVolume.
pub(in super::super) fn validate(volume: Field<'_>) {
    let spec = volume.field("spec");
    let modes = spec.field("accessModes");
    modes.require("");
    validate_access_modes(modes);
    validate_capacity(spec.field("capacity"));
    let policy = spec.field("persistentVolumeReclaimPolicy");
    if !policy.is_empty() {
        policy.one_of(&["Delete", "Recycle", "Retain"]);
    }
    let affinity = spec.field("nodeAffinity");
    if affinity.is_set() {
        let required = affinity.field("required");
        if required.is_set() {
            validate_node_selector(required);
        } else {
            required.required("must specify required node constraints");
        }
    }
    one_source(spec, SOURCES, |source, kind| match kind {
        "local" => {
            validate_local(source);
            if affinity.is_unset() {
                local_needs_affinity(affinity);
            }
        }
        "csi" => validate_csi(source),
        _ => validate_source(source, kind, Of::PersistentVolume),
    });
    let path = spec.field("hostPath").field("path");
    if spec.get("hostPath").is_some() && is_root(path.str()) && policy.str() == "Recycle" {
        policy.forbidden("may not be 'recycle' for a hostPath mount of '/'").help("use `Retain`");
    }
    let class = spec.field("storageClassName");
    if !class.is_empty() {
        class.dns_subdomain();
    }
    spec.field("volumeMode").one_of_if_set(&VOLUME_MODES);
    let attributes = spec.field("volumeAttributesClassName");
    if attributes.is_set() && spec.since(34) {
        if attributes.require("an empty string is disallowed") {
            attributes.dns_subdomain();
        }
        if spec.get("csi").is_none() {
            spec.field("csi").required("has to be specified when using volumeAttributesClassName");
        }
    }
    let options = volume.at(&["metadata", "annotations"]).entry("volume.beta.kubernetes.io/mount-options");
    let mountable = [
        "gcePersistentDisk",
        "awsElasticBlockStore",
        "glusterfs",
        "nfs",
        "rbd",
        "quobyte",
        "iscsi",
        "cephfs",
    ];
    let others = ["azureFile", "vsphereVolume", "azureDisk", "portworxVolume", "storageos", "cinder"];
    let may = |names: &[&'static str]| names.iter().any(|name| spec.get(name).is_some());
    if options.is_set() && !may(&mountable) && !may(&others) {
        options
            .called(volume.at(&["metadata", "annotations"]), "volume.beta.kubernetes.io/mount-options")
            .forbidden("may not specify mount options for this volume type")
            .help("remove the annotation");
    }
}

/// Mirrors ValidatePersistentVolumeSpec for a specification inside of a VolumeAttachment.
pub(in super::super) fn validate_inline(spec: Field<'_>) {
    const DETAIL: &str = "may not be specified in the context of inline volumes";
    spec.field("claimRef").forbid_if_set(DETAIL);
    let capacity = spec.field("capacity");
    if !capacity.is_empty() {
        capacity.forbidden(DETAIL);
    }
    let source = spec.field("csi");
    if source.is_unset() {
        source.required("has to be specified in the context of inline volumes");
    }
    let modes = spec.field("accessModes");
    modes.require("");
    validate_access_modes(modes);
    let policy = spec.field("persistentVolumeReclaimPolicy");
    if !policy.is_empty() && policy.str() != "Retain" {
        policy.forbidden("may only be Retain in the context of inline volumes");
    }
    spec.field("nodeAffinity").forbid_if_set(DETAIL);
    one_source(spec, SOURCES, |source, kind| match kind {
        "local" => {
            validate_local(source);
            // It is needed, and may not be there.
            local_needs_affinity(spec.field("nodeAffinity"));
        }
        "csi" => validate_csi(source),
        _ => validate_source(source, kind, Of::PersistentVolume),
    });
    let class = spec.field("storageClassName");
    if !class.is_empty() {
        class.forbidden(DETAIL);
    }
    let mode = spec.field("volumeMode");
    if mode.is_set() && mode.str() != "Filesystem" {
        mode.forbidden("may not specify volumeMode other than Filesystem in the context of inline volumes");
    }
}

/// Mirrors validateLocalVolumeSource.
fn validate_local(source: Field<'_>) {
    let path = source.field("path");
    if path.require("") {
        validate_no_backsteps(path, path.str());
    }
}

fn local_needs_affinity(affinity: Field<'_>) {
    affinity.required("Local volume requires node affinity").plain(
        "a local volume is on one node, and nothing says on which",
        "add `nodeAffinity: {required: ...}` with the name of the node",
    );
}

/// `/` in any way of writing it. Mirrors `path.Clean(path) == "/"`.
fn is_root(path: &str) -> bool {
    let mut depth = 0usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
    }
    path.starts_with('/') && depth == 0
}

fn validate_capacity(capacity: Field<'_>) {
    if capacity.is_empty() {
        capacity.required("");
    }
    if capacity.entry("storage").is_unset() || capacity.len() > 1 {
        let sizes: Vec<_> = capacity.entries().map(|(name, size)| (name, size.scalar())).collect();
        let sizes = sizes.iter().map(|(name, size)| (*name, size.as_deref().unwrap_or("0")));
        let json = if capacity.is_empty() {
            crate::apiserver::go_json::value(capacity.value())
        } else {
            crate::apiserver::go_json::strings(sizes)
        };
        capacity.not_supported_as(&json, &["storage"]).plain(
            "the capacity of a volume is its `storage` and nothing else",
            "write `capacity: {storage: 10Gi}`",
        );
    }
    for (_, quantity) in capacity.entries() {
        let Some(amount) = quantity.quantity() else { continue };
        if amount.value() < 0 {
            quantity
                .invalid_as(&amount.value().to_string(), "must be a valid resource quantity")
                .code(&codes::RANGE);
        }
        if amount.sign() <= 0 {
            quantity
                .invalid_as(&quantity.printed_quantity(), "must be greater than zero")
                .code(&codes::RANGE);
        }
    }
}

/// Mirrors validateCSIPersistentVolumeSource.
fn validate_csi(source: Field<'_>) {
    validate_csi_driver_name(source.field("driver"));
    source.field("volumeHandle").require("");
    for name in [
        "controllerPublishSecretRef",
        "controllerExpandSecretRef",
        "nodePublishSecretRef",
        "nodeExpandSecretRef",
    ] {
        let Some(secret) = source.get(name) else { continue };
        let (name, namespace) = (secret.field("name"), secret.field("namespace"));
        if name.require("") {
            name.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
        }
        if namespace.require("") {
            namespace.check(dns_1123_label, DNS_LABEL_HELP);
        }
    }
}
