//! Storage. Mirrors `pkg/apis/storage/validation`.

use super::{Field, Go, IMMUTABLE, Update};
use crate::apiserver::internal::Held;
use crate::apiserver::internal::kinds::{CSI_NODE_DRIVER, VOLUME_ATTACHMENT_SPEC};
use crate::apiserver::internal::meta::LABEL_SELECTOR;

static TOPOLOGY: Go = Go::Pointer(&Go::Struct(&LABEL_SELECTOR));

/// Mirrors ValidateCSIDriverUpdate.
pub(super) fn driver(update: Update<'_>) {
    update.meta_update();
    update.create();
    let spec = update.at(&["spec"]);
    let attach = spec.at(&["attachRequired"]);
    attach.fixed_as(&Go::Pointer(&Go::Bool), attach.new.called(spec.new, "attachedRequired"), IMMUTABLE);
    spec.at(&["volumeLifecycleModes"]).fixed(&Go::List(&Go::Text));
}

/// Mirrors ValidateCSINodeUpdate: of a driver only the number of volumes may change.
pub(super) fn node(update: Update<'_>) {
    update.meta();
    update.create();
    let drivers = update.at(&["spec", "drivers"]);
    for old in drivers.old.items() {
        let before = without_number(old);
        for new in drivers.new.items().filter(|new| new.text("name") == old.text("name")) {
            let after = without_number(new);
            if !after.same(&before) {
                drivers.changed(drivers.new.invalid_as(&after.json(), IMMUTABLE).place(new.key_place()));
            }
        }
    }
}

/// A driver without the number of volumes (gate MutableCSINodeAllocatableCount, on since 1.35).
fn without_number(driver: Field<'_>) -> Held<'_> {
    let mut held = Held::new(driver.value(), &Go::Struct(&CSI_NODE_DRIVER));
    if driver.since(35)
        && let Some(allocatable) = held.field_mut("Allocatable")
    {
        *allocatable = Held::Nil;
    }
    held
}

/// Mirrors ValidateCSIStorageCapacityUpdate.
pub(super) fn capacity(update: Update<'_>) {
    update.meta();
    update.create();
    update.meta_update();
    update.at(&["nodeTopology"]).fixed(&TOPOLOGY);
    update.at(&["storageClassName"]).fixed(&Go::Text);
}

/// Mirrors ValidateStorageClassUpdate.
pub(super) fn class(update: Update<'_>) {
    update.meta();
    update.create();
    update.meta_update();
    update.at(&["parameters"]).fixed(&Go::Map(&Go::Text));
    update.at(&["provisioner"]).fixed(&Go::Text);
    update.at(&["reclaimPolicy"]).fixed(&Go::Pointer(&Go::Text));
    update.at(&["volumeBindingMode"]).fixed(&Go::Pointer(&Go::Text));
}

/// Mirrors ValidateVolumeAttachmentUpdate.
pub(super) fn attachment(update: Update<'_>) {
    update.meta();
    update.create();
    update.at(&["spec"]).fixed(&Go::Struct(&VOLUME_ATTACHMENT_SPEC));
}

/// Mirrors ValidateVolumeAttributesClassUpdate.
pub(super) fn attributes_class(update: Update<'_>) {
    update.meta_update();
    for (name, go) in [("driverName", Go::Text), ("parameters", Go::Map(&Go::Text))] {
        let field = update.at(&[name]);
        let (new, old) = field.held(&go);
        if !new.same(&old) {
            field.changed(field.new.forbidden(&format!("updates to {name} are forbidden.")));
        }
    }
    update.meta();
    update.create();
}
