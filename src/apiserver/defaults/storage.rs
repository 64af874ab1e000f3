//! Volumes and claims.

use rustc_hash::FxHashSet;

use crate::object::{Draft, Owned};

/// Mirrors SetDefaults_PersistentVolume.
pub(super) fn persistent_volume(volume: &mut Draft<'_, '_>) {
    if let Some(mut status) = volume.ensure("status") {
        status.default_str("phase", "Pending");
    }
    volume.with(&["spec"], |spec| {
        spec.default_str("persistentVolumeReclaimPolicy", "Retain");
        spec.default("volumeMode", "Filesystem");
        volume_source(spec);
    });
}

/// What SetObjectDefaults does to the source of a PersistentVolume, wherever it is.
fn volume_source(spec: &mut Draft<'_, '_>) {
    spec.with(&["capacity"], super::quantity::resource_list);
    spec.with(&["hostPath"], |source| source.default("type", ""));
    legacy_sources(spec);
}

/// Mirrors SetObjectDefaults_VolumeAttachment.
pub(super) fn volume_attachment(attachment: &mut Draft<'_, '_>) {
    attachment.with(&["spec", "source", "inlineVolumeSpec"], volume_source);
}

/// Mirrors SetDefaults_PersistentVolumeClaim.
pub(super) fn persistent_volume_claim(claim: &mut Draft<'_, '_>) {
    if let Some(mut status) = claim.ensure("status") {
        status.default_str("phase", "Pending");
    }
    if let Some(mut spec) = claim.ensure("spec") {
        persistent_volume_claim_spec(&mut spec);
    }
}

/// Mirrors SetDefaults_PersistentVolumeClaimSpec.
pub(super) fn persistent_volume_claim_spec(spec: &mut Draft<'_, '_>) {
    spec.default("volumeMode", "Filesystem");
    spec.with(&["resources"], super::quantity::resources);
}

/// Default markers of the volume sources that Pods and PersistentVolumes share.
pub(super) fn legacy_sources(holder: &mut Draft<'_, '_>) {
    holder.with(&["iscsi"], |source| source.default_str("iscsiInterface", "default"));
    holder.with(&["rbd"], |source| {
        source.default_str("pool", "rbd");
        source.default_str("user", "admin");
        source.default_str("keyring", "/etc/ceph/keyring");
    });
    holder.with(&["azureDisk"], |source| {
        source.default("cachingMode", "ReadWrite");
        source.default("fsType", "ext4");
        source.default("readOnly", false);
        source.default("kind", "Shared");
    });
    holder.with(&["scaleIO"], |source| {
        source.default_str("storageMode", "ThinProvisioned");
        source.default_str("fsType", "xfs");
    });
}

/// Mirrors SetDefaults_LimitRangeItem: what is not said follows from the bounds.
pub(super) fn limit_range(range: &mut Draft<'_, '_>) {
    range.with(&["spec"], |spec| {
        spec.each("limits", |limit| {
            for list in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
                limit.with(&[list], super::quantity::resource_list);
            }
            if limit.read().str("type") != "Container" {
                return;
            }
            for (list, from) in [("default", "max"), ("defaultRequest", "default"), ("defaultRequest", "min")]
            {
                let found: Vec<(String, Owned)> = limit
                    .read()
                    .map(from)
                    .map(|(name, value)| (name.to_owned(), Owned::copy(value)))
                    .collect();
                if found.is_empty() {
                    continue;
                }
                if limit.read().get(list).is_none() {
                    let found = found.into_iter().map(|(name, value)| (name.into(), value));
                    limit.set(list, Owned::Map(found.collect()));
                    continue;
                }
                let Some(mut target) = limit.ensure(list) else { continue };
                let known: FxHashSet<String> =
                    target.read().entries().map(|(name, _)| name.to_owned()).collect();
                for (name, value) in found {
                    if !known.contains(&name) {
                        target.set(name, value);
                    }
                }
            }
        });
    });
}
