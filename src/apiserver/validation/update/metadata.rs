//! `metadata` of an object that exists.

use super::super::metadata::{
    self, validate_annotations, validate_kube_finalizer, validate_labels, validate_object_meta,
    validate_owner_references,
};
use super::super::names::{MetaRule, NameRule};
use super::{Field, Go, IMMUTABLE, Update};

/// Mirrors validateCommonFields, which all kinds go through.
pub(super) fn validate_common(update: Update<'_>) {
    validate_object_meta(update.new, MetaRule { name: NameRule::PathSegment, finalizers: false });
    validate_meta_update(update);
}

/// Mirrors ValidateObjectMetaAccessorUpdate.
pub(super) fn validate_meta_update(update: Update<'_>) {
    let metadata = update.at(&["metadata"]);
    if metadata.old.field("deletionTimestamp").is_set() {
        validate_no_new_finalizers(metadata);
    }
    let generation = metadata.new.field("generation");
    if generation.int().unwrap_or_default() < metadata.old.field("generation").int().unwrap_or_default() {
        generation.invalid_int("must not be decremented");
    }
    for name in ["name", "namespace", "uid"] {
        metadata.at(&[name]).fixed(&Go::Text);
    }
    for name in ["creationTimestamp", "deletionTimestamp"] {
        metadata.at(&[name]).fixed(&Go::Time);
    }
    let grace = metadata.at(&["deletionGracePeriodSeconds"]);
    grace.fixed_as(&Go::Pointer(&Go::Int), grace.new, IMMUTABLE);
    validate_labels(metadata.new.field("labels"));
    validate_annotations(metadata.new.field("annotations"));
    validate_owner_references(metadata.new);
}

/// Mirrors ValidateNoNewFinalizers.
fn validate_no_new_finalizers(metadata: Update<'_>) {
    let (new, old) = (metadata.new.field("finalizers"), metadata.old.field("finalizers"));
    let known = |text: &str| old.items().any(|item| item.str() == text);
    let mut extra: Vec<&str> = new.items().map(Field::str).filter(|text| !known(text)).collect();
    extra.sort_unstable();
    extra.dedup();
    if !extra.is_empty() {
        let list: Vec<String> = extra.iter().map(|text| crate::schema::quote(text)).collect();
        new.forbidden(&format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            list.join(", ")
        ));
    }
}

/// What `pkg/apis/core` adds: every finalizer is a standard one or has a prefix.
pub(super) fn validate_kube_finalizers(object: Field<'_>) {
    for item in object.at(&["metadata"]).each("finalizers") {
        validate_kube_finalizer(item, metadata::FINALIZER_HELP);
    }
}
