//! Volumes and claims. Mirrors ValidatePersistentVolumeUpdate and ValidatePersistentVolumeClaimUpdate.

use super::{Field, Go, IMMUTABLE, Update};
use crate::apiserver::codes;
use crate::apiserver::internal::volume::{
    PERSISTENT_VOLUME_CLAIM_SPEC, PERSISTENT_VOLUME_SOURCE, VOLUME_NODE_AFFINITY,
};
use crate::apiserver::internal::{self, Held};
use crate::schema::quantity::{Format, Quantity};

static AFFINITY: Go = Go::Pointer(&Go::Struct(&VOLUME_NODE_AFFINITY));
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// Mirrors ValidatePersistentVolumeUpdate.
pub(super) fn persistent_volume(update: Update<'_>) {
    update.meta();
    update.create();
    let spec = update.at(&["spec"]);
    let (mut new, old) = spec.held(&Go::Struct(&PERSISTENT_VOLUME_SOURCE));
    let expand = |held: &Held<'_>| {
        held.field("CSI")
            .and_then(|csi| csi.field("ControllerExpandSecretRef").cloned().map(|r| matches!(r, Held::Nil)))
    };
    // A secret for growing may be added.
    if let (Some(true), Some(false)) = (expand(&old), expand(&new))
        && let Some(secret) = new.field_mut("CSI").and_then(|csi| csi.field_mut("ControllerExpandSecretRef"))
    {
        *secret = Held::Nil;
    }
    if !new.same(&old) {
        let source = spec.new.field("persistentvolumesource");
        source
            .forbidden(&format!(
                "spec.persistentvolumesource is immutable after creation\n{}",
                internal::diff(&old, &new)
            ))
            .plain(
                "where a PersistentVolume has its data cannot be changed",
                "make a PersistentVolume of another name, or delete this one and create it again",
            )
            .code(&codes::IMMUTABLE);
    }
    let root = update.new;
    let mode = spec.at(&["volumeMode"]);
    mode.fixed_as(&Go::Pointer(&Go::Text), mode.new.called(root, "volumeMode"), IMMUTABLE);
    if spec.old.field("nodeAffinity").is_set() {
        node_affinity(spec.at(&["nodeAffinity"]));
    }
    let class = spec.at(&["volumeAttributesClassName"]);
    if class.old.is_set() && class.new.is_unset() {
        class.new.forbidden("update from non-nil value to nil is forbidden").code(&codes::IMMUTABLE);
    }
}

/// Mirrors validatePvNodeAffinity: the beta labels of zone and instance type may become the ones that followed them.
fn node_affinity(affinity: Update<'_>) {
    const DETAIL: &str = "field is immutable, except for updating from beta label to GA";
    let (new, mut old) = affinity.held(&AFFINITY);
    let printed = new.json();
    if !new.same(&old) && old.json() != printed {
        newer_labels(&mut old, &new);
        if !new.same(&old) {
            let shown = affinity.new.called(affinity.new.root(), "nodeAffinity");
            affinity.changed(shown.invalid_as(&printed, DETAIL));
        }
    }
}

/// Gives requirements of the old affinity the newer name of their label, where the new one has it.
fn newer_labels<'v>(old: &mut Held<'v>, new: &Held<'v>) {
    const NAMES: [(&str, &str); 6] = [
        ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
        ("beta.kubernetes.io/os", "kubernetes.io/os"),
        ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
        ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
        ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
        ("topology.gke.io/zone", "topology.kubernetes.io/zone"),
    ];
    let terms = |held: &Held<'v>| held.field("Required").and_then(|r| r.field("NodeSelectorTerms")).cloned();
    let Some(after) = terms(new) else { return };
    let Some(before) = old.field_mut("Required").and_then(|r| r.field_mut("NodeSelectorTerms")) else {
        return;
    };
    for (before, after) in before.items_mut().zip(after.items()) {
        let (Some(before), Some(after)) =
            (before.field_mut("MatchExpressions"), after.field("MatchExpressions"))
        else {
            continue;
        };
        for (before, after) in before.items_mut().zip(after.items()) {
            if let (Some(Held::Text(old)), Some(Held::Text(new))) = (before.field("Key"), after.field("Key"))
                && (NAMES.iter().any(|(beta, ga)| *beta == &**old && *ga == &**new)
                    // A label without a newer name has none.
                    || new.is_empty() && NAMES.iter().all(|(beta, _)| *beta != &**old))
            {
                before.take_field("Key", after);
            }
        }
    }
}

/// Mirrors ValidatePersistentVolumeClaimUpdate.
pub(super) fn claim(update: Update<'_>) {
    update.meta_update();
    update.meta();
    update.create();
    let spec = update.at(&["spec"]);
    let (mut new, mut old) = spec.held(&Go::Struct(&PERSISTENT_VOLUME_CLAIM_SPEC));
    if spec.old.field("volumeName").is_empty() {
        old.take_field("VolumeName", &new);
    }
    storage_class(update, &mut new, &old);
    let bound = update.new.field("status").text("phase") == "Bound";
    if bound {
        open_when_bound(&mut new, &old);
    }
    if !new.same(&old) {
        const DETAIL: &str = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
        let help = if bound {
            "keep what the cluster has; of a bound claim only the storage it asks for may grow. Data of another kind belongs into a new claim"
        } else {
            "keep what the cluster has, or delete the claim and create it again"
        };
        spec.new
            .forbidden(&format!("{DETAIL}\n{}", internal::diff(&old, &new)))
            .plain("what a PersistentVolumeClaim asks for cannot be changed", help)
            .code(&codes::IMMUTABLE);
    }
    size(update);
    let mode = spec.at(&["volumeMode"]);
    mode.fixed_as(&Go::Pointer(&Go::Text), mode.new.called(update.new, "volumeMode"), IMMUTABLE);
    let class = spec.at(&["volumeAttributesClassName"]);
    let changed =
        class.old.value().is_some() != class.new.value().is_some() || class.old.str() != class.new.str();
    if changed && update.old.field("status").field("currentVolumeAttributesClassName").is_set() {
        let when = "is forbidden when status.currentVolumeAttributesClassName is not nil";
        let what = match class.new.value() {
            None => Some("nil"),
            Some(_) if class.new.str().is_empty() => Some("empty string"),
            Some(_) => None,
        };
        if let Some(what) = what {
            let detail = when.replacen("is forbidden", &format!("update to {what} is forbidden"), 1);
            class.new.forbidden(&detail).code(&codes::IMMUTABLE);
        }
    }
}

/// A claim may come by its class: from the annotation of old, or from none.
fn storage_class<'v>(update: Update<'v>, new: &mut Held<'v>, old: &Held<'v>) {
    let annotation = update.at(&["metadata", "annotations"]);
    let (new_class, old_class) =
        (update.new.at(&["spec", "storageClassName"]), update.old.at(&["spec", "storageClassName"]));
    let (after, before) = (annotation.new.entry(BETA_CLASS), annotation.old.entry(BETA_CLASS));
    let from_annotation = before.is_set()
        && old_class.is_unset()
        && new_class.is_set()
        && new_class.str() == before.str()
        && (after.is_unset() || after.str() == before.str());
    if from_annotation {
        if let Some(class) = new.field_mut("StorageClassName") {
            *class = Held::Nil;
        }
        return;
    }
    if after.str() != before.str() {
        let shown = annotation.new.named(BETA_CLASS);
        annotation.changed(shown.invalid_text(after.str(), IMMUTABLE));
    }
    let from_nothing =
        new_class.is_set() && old_class.is_unset() && (before.is_unset() || new_class.str() == before.str());
    if from_nothing {
        new.take_field("StorageClassName", old);
    }
}

/// What may be changed of a bound claim: the storage it asks for, and how its volume performs.
fn open_when_bound<'v>(new: &mut Held<'v>, old: &Held<'v>) {
    let before = old.field("Resources").and_then(|r| r.field("Requests"));
    let storage = match before {
        Some(Held::Map(Some(entries))) => entries.get("storage").cloned(),
        _ => None,
    };
    if let (Some(Held::Map(Some(entries))), Some(storage)) =
        (new.field_mut("Resources").and_then(|r| r.field_mut("Requests")), storage)
    {
        entries.insert("storage", storage);
    }
    new.take_field("VolumeAttributesClassName", old);
}

/// A volume does not shrink.
fn size(update: Update<'_>) {
    const PATH: [&str; 4] = ["spec", "resources", "requests", "storage"];
    let amount = |field: Field<'_>| field.quantity().unwrap_or_else(|| Quantity::new(0, Format::DecimalSI));
    let storage = update.at(&PATH);
    let (new, old) = (amount(storage.new), amount(storage.old));
    if new >= old {
        return;
    }
    let status = amount(update.old.at(&["status", "capacity", "storage"]));
    let recovers = storage.new.since(32);
    let detail = if !recovers {
        "field can not be less than previous value"
    } else if new <= status {
        "field can not be less than status.capacity"
    } else {
        return;
    };
    storage
        .new
        .forbidden(detail)
        .place(storage.new.place())
        .plain(
            format!("the claim has {old}, and a volume does not shrink"),
            "keep the size, or move the data to a new, smaller claim",
        )
        .code(&codes::IMMUTABLE);
}
