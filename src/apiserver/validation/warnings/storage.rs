//! Volumes, claims, classes and drivers.

use super::super::field::Field;
use super::pod::removed_volumes;
use super::{annotation, deprecated_label, label_key, node_term, old_label, old_label_key, whole_bytes};

const CLASS: &str = "volume.beta.kubernetes.io/storage-class";
const CLASS_SENTENCE: &str = "deprecated since v1.8; use \"storageClassName\" attribute instead";
const OPTIONS: &str = "volume.beta.kubernetes.io/mount-options";

/// Mirrors warningsForPersistentVolumeSpecAndMeta.
pub(super) fn volume(volume: Field<'_>) {
    let (spec, metadata) = (volume.field("spec"), volume.field("metadata"));
    annotation(metadata, CLASS, CLASS_SENTENCE, "use `spec.storageClassName`");
    let sentence = "deprecated since v1.31; use \"mountOptions\" attribute instead";
    annotation(metadata, OPTIONS, sentence, "use `spec.mountOptions`");
    let policy = spec.field("persistentVolumeReclaimPolicy");
    if policy.str() == "Recycle" {
        policy.warn(
            "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
            "use `Delete` or `Retain`",
        );
    }
    for term in spec.at(&["nodeAffinity", "required"]).each("nodeSelectorTerms") {
        node_term(term, false);
    }
    removed_volumes(spec, |name| !matches!(name, "gitRepo" | "flocker" | "quobyte"));
}

/// Mirrors GetWarningsForPersistentVolumeClaim.
pub(super) fn claim(claim: Field<'_>) {
    annotation(claim.field("metadata"), CLASS, CLASS_SENTENCE, "use `spec.storageClassName`");
    claim_resources(claim.at(&["spec", "resources"]));
}

/// Mirrors GetWarningsForPersistentVolumeClaimSpec.
pub(super) fn claim_resources(resources: Field<'_>) {
    for list in ["requests", "limits"] {
        whole_bytes(resources.field(list).entry("storage"));
    }
}

/// Mirrors GetWarningsForStorageClass.
pub(super) fn class(class: Field<'_>) {
    for term in class.each("allowedTopologies") {
        for expression in term.each("matchLabelExpressions") {
            let key = expression.field("key");
            if let Some(sentence) = deprecated_label(key.str()) {
                old_label_key(key, sentence, sentence);
            }
        }
    }
}

/// Mirrors GetWarningsForNodeSelector.
pub(super) fn capacity(topology: Field<'_>) {
    for expression in topology.each("matchExpressions") {
        label_key(expression.field("key"));
    }
    let labels = topology.field("matchLabels");
    for (key, entry) in labels.entries() {
        old_label(labels, key, entry.as_at(labels.named(key)));
    }
}

/// Mirrors the CSIDriver's WarningsOnCreate.
pub(super) fn driver(spec: Field<'_>) {
    let secrets = spec.field("serviceAccountTokenInSecrets");
    if spec.since(35) && !spec.field("tokenRequests").is_empty() && secrets.is_unset() {
        secrets.warn_bare(
            "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes".to_owned(),
            "set `serviceAccountTokenInSecrets` to what the driver supports",
        );
    }
}
