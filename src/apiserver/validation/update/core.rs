//! Kinds of the core group that have few rules of their own, and the common orders of rules.

use super::super::field::Field;
use super::{Go, IMMUTABLE, Update};
use crate::apiserver::codes;
use crate::apiserver::go_json::{text as go_text, texts};
use rustc_hash::FxHashSet;

/// ValidateObjectMetaUpdate, then the specification.
pub(super) fn spec_only(update: Update<'_>) {
    update.meta_update();
    update.create();
}

/// ValidateObjectMetaUpdate, then all that is said of a new object.
pub(super) fn meta_and_all(update: Update<'_>) {
    update.meta_update();
    update.meta();
    update.create();
}

/// All that is said of a new object, then ValidateObjectMetaUpdate.
pub(super) fn all_and_meta(update: Update<'_>) {
    update.meta();
    update.create();
    update.meta_update();
}

/// Mirrors ValidateNamespaceUpdate.
pub(super) fn namespace(update: Update<'_>) {
    all_and_meta(update);
}

/// Mirrors ValidateConfigMapUpdate.
pub(super) fn config_map(update: Update<'_>) {
    update.meta_update();
    sealed(update, &["data", "binaryData"]);
    update.meta();
    update.create();
}

/// Mirrors ValidateSecretUpdate.
pub(super) fn secret(update: Update<'_>) {
    update.meta_update();
    update.at(&["type"]).fixed(&Go::Text);
    sealed(update, &["data"]);
    update.meta();
    update.create();
}

/// What `immutable: true` closes: itself, and these fields.
fn sealed<'v>(update: Update<'v>, fields: &[&'v str]) {
    const DETAIL: &str = "field is immutable when `immutable` is set";
    let kind = &update.new.request().gvk.kind;
    let help = format!(
        "give the {kind} with the new content another name and use that, or delete the old one and create it again"
    );
    let say = |field: Field<'v>, words: String| {
        field.forbidden(DETAIL).plain(words, help.clone()).code(&codes::IMMUTABLE);
    };
    if !update.old.field("immutable").flag() {
        return;
    }
    let immutable = update.new.field("immutable");
    if !immutable.flag() {
        say(immutable, format!("the {kind} is immutable, and cannot be made mutable again"));
    }
    for name in fields {
        let (new, old) = update.at(&[name]).held(&Go::Map(&Go::Text));
        if !new.same(&old) {
            say(update.new.field(name), format!("the {kind} is immutable: its `{name}` cannot be changed"));
        }
    }
}

/// Mirrors ValidateResourceQuotaUpdate.
pub(super) fn resource_quota(update: Update<'_>) {
    update.meta_update();
    update.create();
    let scopes = update.at(&["spec", "scopes"]);
    let set = |field: Field<'_>| -> std::collections::BTreeSet<String> {
        field.items().map(|item| item.str().to_owned()).collect()
    };
    if set(scopes.new) != set(scopes.old) {
        scopes.changed(scopes.new.invalid_as(&texts(scopes.new.value()), IMMUTABLE));
    }
}

/// Mirrors ValidateNodeUpdate.
pub(super) fn node(update: Update<'_>) {
    update.meta();
    update.create();
    update.meta_update();
    let mut addresses = FxHashSet::default();
    for address in update.new.at(&["status", "addresses"]).items() {
        let (kind, text) = (address.text("type"), address.text("address"));
        if !addresses.insert((kind, text)) {
            address.duplicate_as(&format!("{{\"Type\":{},\"Address\":{}}}", go_text(kind), go_text(text)));
        }
    }
    let spec = update.at(&["spec"]);
    let ranges = spec.at(&["podCIDRs"]);
    let say = |field: Update<'_>, name: &str| {
        let detail = format!("node updates may not change {name} except from \"\" to valid");
        field.changed(field.new.forbidden(&detail));
    };
    if !ranges.old.is_empty() {
        if ranges.old.len() == ranges.new.len() {
            for (old, new) in ranges.old.items().zip(ranges.new.items()) {
                if old.str() != new.str() {
                    say(ranges, "podCIDR");
                }
            }
        } else {
            say(ranges, "podCIDR");
        }
    }
    let provider = spec.at(&["providerID"]);
    if !provider.old.is_empty() && provider.old.str() != provider.new.str() {
        say(provider, "providerID");
    }
    let external = spec.at(&["externalID"]);
    if external.old.str() != external.new.str() {
        external.changed(external.new.forbidden("may not be updated"));
    }
}
