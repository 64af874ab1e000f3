//! `resource.k8s.io`. Mirrors `pkg/apis/resource/validation`.

use std::hash::Hash;

use rustc_hash::FxHashSet;

use super::field::Field;
use crate::object::Value;

pub(super) mod claim;
pub(super) mod slice;

const NAME_HELP: &str = "use the name of a domain, as `gpu.example.com`";
const IDENTIFIER_HELP: &str = "use letters, digits and `_`, with no digit in front";
const MAX_DOMAIN: usize = 63;
const MAX_IDENTIFIER: usize = 32;
const EFFECTS: &[&str] = &["NoExecute", "NoSchedule", "None"];

/// Mirrors AuthorizedForAdmin, which a claim's strategy asks before anything is validated: administration of devices is
/// for namespaces that say so.
pub(super) fn admin_access(object: Field<'_>) {
    const LABEL: &str = "resource.kubernetes.io/admin-access";
    let spec = match &*object.request().gvk.kind {
        "ResourceClaim" => object.field("spec"),
        "ResourceClaimTemplate" => object.at(&["spec", "spec"]),
        _ => return,
    };
    let Some(namespace) = object.cluster().find("", "Namespace", "", object.request().namespace) else {
        return;
    };
    let label = namespace.at(&["metadata", "labels", LABEL]).and_then(Value::as_str);
    if label == Some("true") {
        return;
    }
    let requests = object.at(&["spec", "devices", "requests"]);
    for (index, request) in spec.at(&["devices", "requests"]).items().enumerate() {
        let admin = request.at(&["exactly", "adminAccess"]);
        if admin.flag() {
            admin
                .as_at(requests.indexed(index).named("adminAccess"))
                .forbidden(&format!(
                    "admin access to devices requires the `{LABEL}: true` label on the containing namespace"
                ))
                .plain(
                    "the namespace does not allow administration of devices",
                    format!("remove `adminAccess`, or label the namespace with `{LABEL}: \"true\"`"),
                );
            return;
        }
    }
}

/// Mirrors validateSlice.
fn validate_list<'v>(list: Field<'v>, most: usize, validate: impl Fn(Field<'v>)) -> bool {
    let count = list.len();
    if count > most {
        list.too_many(count, most);
        return false;
    }
    list.items().for_each(validate);
    true
}

/// Mirrors validateSet: items are judged first, then compared; `printed` is how the server prints a key.
fn validate_set<'v, K: Hash + Eq>(
    list: Field<'v>,
    most: usize,
    validate: impl Fn(Field<'v>),
    key: impl Fn(Field<'v>) -> K,
    printed: impl Fn(&K) -> String,
) {
    if !validate_list(list, most, validate) {
        return;
    }
    let mut seen = FxHashSet::default();
    for item in list.items() {
        let key = key(item);
        let shown = printed(&key);
        if !seen.insert(key) {
            item.duplicate_as(&shown);
        }
    }
}

/// The same for objects or texts that are known by a text.
fn validate_named<'v>(
    list: Field<'v>,
    most: usize,
    validate: impl Fn(Field<'v>),
    name: impl Fn(Field<'v>) -> &'v str,
) {
    validate_set(list, most, validate, name, |name| crate::apiserver::go_json::text(name));
}

/// Mirrors validateCIdentifier for a text at hand.
fn validate_identifier(field: Field<'_>, text: &str) {
    if text.len() > MAX_IDENTIFIER {
        field.too_long(MAX_IDENTIFIER);
    }
    field.check_text(text, super::primitives::c_identifier, IDENTIFIER_HELP);
}

/// Mirrors ValidateCSIDriverName for a text at hand.
fn validate_domain(field: Field<'_>, text: &str) {
    if text.len() > MAX_DOMAIN {
        field.too_long(MAX_DOMAIN);
    }
    for sentence in super::primitives::dns_1123_subdomain(&text.to_lowercase()) {
        field.invalid_text(text, sentence).help(NAME_HELP);
    }
}

/// Mirrors validateQualifiedName of a device's attributes.
fn validate_qualified(field: Field<'_>, text: &str) {
    let parts: Vec<&str> = text.split('/').collect();
    match parts.as_slice() {
        [only] => validate_identifier(field, only),
        [domain, name] => {
            if domain.is_empty() {
                field.invalid_text("", "the domain must not be empty").help(NAME_HELP);
            } else {
                validate_domain(field, domain);
            }
            if name.is_empty() {
                field.invalid_text("", "the name must not be empty").help(IDENTIFIER_HELP);
            } else {
                validate_identifier(field, name);
            }
        }
        _ => {}
    }
}
