//! A CustomResourceDefinition itself. Mirrors `ValidateCustomResourceDefinition`.

mod defaults;
mod internal;
mod rules;
mod schema;
mod update;
mod versions;

use super::errors::Errors;
use super::path::Path;
use crate::apiserver::Answer;
use crate::apiserver::validation::{self, Reason, Request, primitives};
use crate::object::{Owned, Value};
use crate::schema::quote;

pub use update::update;

/// How to mend it that no version is stored, or several.
const ONE_STORAGE: &str =
    "write `storage: true` in one of `spec.versions`, and `storage: false` in the others";
const PRESERVE: &str =
    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";

/// Judges a new definition.
pub fn create(request: &Request<'_>, crd: Value<'_>) -> Answer {
    let mut errors = Errors::new(crd);
    errors.take(validation::validate(request, crd));
    let empty = Owned::Map(Vec::new());
    let spec = crd.get("spec").unwrap_or(Value::Made(&empty, crd.place()));
    let root = Path::ROOT;
    let path = root.child("spec");
    self::spec(request, crd, spec, &path, &mut errors);
    if !spec.list("versions").any(|version| version.flag("storage")) {
        let status = root.child("status");
        errors.invalid(&status.child("storedVersions"), "null", "must have at least one stored version");
        errors.help(ONE_STORAGE);
    }
    stored_versions(spec, &root.child("status").child("storedVersions"), &mut errors);
    approval(crd, spec, &mut errors);
    if spec.flag("preserveUnknownFields") {
        errors.invalid(&path.child("preserveUnknownFields"), "true", PRESERVE);
    }
    if !errors.is_empty() {
        // Strategies warn of what they accept.
        errors.warnings.clear();
    }
    errors.answer(request)
}

/// Mirrors `validateDeprecationWarning`.
fn deprecation_warning(warning: &str, path: &Path<'_>, errors: &mut Errors<'_>) {
    if warning.len() > 256 {
        errors.invalid(path, &quote(warning), "must be <= 256 characters long");
    }
    if warning.is_empty() {
        errors.invalid(path, &quote(warning), "must not be an empty string");
    }
    if let Some((index, _)) = warning.char_indices().find(|(_, c)| !is_printable(*c)) {
        let detail = format!(
            "must only contain printable UTF-8 characters; non-printable character found at index {index}"
        );
        errors.invalid(path, &quote(warning), &detail);
    }
}

/// Whether Go prints a character as it is.
fn is_printable(c: char) -> bool {
    !quote(c.encode_utf8(&mut [0; 4])).contains('\\') || matches!(c, '"' | '\\')
}

/// The first version that objects are stored in is written down; others that are named so are missed. Mirrors
/// ValidateCustomResourceDefinitionStoredVersions for a new definition.
fn stored_versions(spec: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let is_stored = |version: &Value<'_>| version.flag("storage");
    let Some(stored) = spec.list("versions").find(is_stored).map(|version| version.str("name")) else {
        return;
    };
    let mut known = true;
    for version in spec.list("versions") {
        let name = version.str("name");
        let has = known && name == stored;
        if is_stored(&version) && !has {
            let stored = crate::apiserver::go_json::text(stored);
            let message = format!("Invalid value: [{stored}]: must have the storage version {name}");
            // Nobody wrote down what is stored: it follows from the versions.
            let at = Path::ROOT.child("spec").child("versions").place(errors.root);
            errors.say_as(Reason::Invalid, path.field(), at, message);
        }
        known &= !has;
    }
}

fn text<'v>(value: Option<Value<'v>>, name: &str) -> &'v str {
    value.map_or("", |value| value.str(name))
}

fn joined<'s>(sentences: impl IntoIterator<Item = &'s str>) -> Option<String> {
    let all: Vec<&str> = sentences.into_iter().collect();
    (!all.is_empty()).then(|| all.join(","))
}

/// Mirrors `validateCustomResourceDefinitionSpec`.
fn spec(request: &Request<'_>, crd: Value<'_>, spec: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let group = spec.str("group");
    let at = path.child("group");
    if group.is_empty() {
        errors.required(&at, "");
    } else if let Some(wrong) = joined(primitives::dns_1123_subdomain(group)) {
        errors.invalid(&at, &quote(group), &wrong);
    } else if !group.contains('.') {
        errors.invalid(&at, &quote(group), "should be a domain with at least one dot");
    }
    one_of(spec, "scope", &["Cluster", "Namespaced"], path, errors);
    let versions: Vec<Value<'_>> = spec.list("versions").collect();
    let versions_at = path.child("versions");
    for (index, version) in versions.iter().enumerate() {
        if version.at(&["schema", "openAPIV3Schema"]).is_none() {
            let at = versions_at.index(index);
            errors.required(&at.child("schema").child("openAPIV3Schema"), "");
        }
    }
    // What all versions say alike is one for all.
    let shared = ["schema", "subresources", "additionalPrinterColumns", "selectableFields"]
        .map(|name| versions::is_alike(versions.iter().copied(), name));
    let [schema_shared, subresources_shared, columns_shared, selectable_shared] = shared;
    let has_status =
        |version: Value<'_>| version.at(&["subresources", "status"]).is_some_and(|s| !s.is_null());
    let mut names: Vec<&str> = Vec::new();
    for (index, version) in versions.iter().enumerate() {
        let at = versions_at.index(index);
        let name = version.str("name");
        if let Some(wrong) = joined(primitives::dns_1035_label(name)) {
            errors.invalid(&at.child("name"), &quote(name), &wrong);
        }
        names.push(name);
        let warning = version.get("deprecationWarning").and_then(Value::as_str);
        if let Some(warning) = warning.filter(|_| !version.flag("deprecated")) {
            let detail = "can only be set for deprecated versions";
            errors.invalid(&at.child("deprecationWarning"), &quote(warning), detail);
        } else if let Some(warning) = warning {
            deprecation_warning(warning, &at.child("deprecationWarning"), errors);
        }
        let schema_at = at.child("schema");
        let schema_at = schema_at.child("openAPIV3Schema");
        if let Some(schema) = version.at(&["schema", "openAPIV3Schema"]).filter(|_| !schema_shared) {
            schema::schema(schema, has_status(*version), &schema_at, errors);
        }
        if !subresources_shared {
            versions::scale(*version, &at.child("subresources"), errors);
        }
        if !columns_shared {
            versions::columns(*version, &at.child("additionalPrinterColumns"), errors);
        }
        if !selectable_shared || !schema_shared {
            let at = at.child("selectableFields");
            if version.list("selectableFields").next().is_none() {
            } else if selectable_shared {
                // The fields are for all, and there is no schema for all: told below, once.
            } else if let Some(schema) = version.at(&["schema", "openAPIV3Schema"]).filter(|_| !schema_shared)
            {
                versions::selectable(*version, schema, &at, errors);
            } else {
                let detail = "may only be set when `version.schema.openAPIV3Schema` is not included";
                errors.invalid(&at, "\"\"", detail);
            }
        }
    }
    let mut seen = rustc_hash::FxHashSet::default();
    let unique = names.iter().all(|name| seen.insert(*name));
    let shown = || versions::printed(spec.get("versions"));
    if !unique {
        errors.invalid(&versions_at, &shown(), "must contain unique version names");
    }
    let stored = versions.iter().filter(|v| v.flag("storage")).count();
    if stored != 1 {
        errors.invalid(&versions_at, &shown(), "must have exactly one version marked as storage version");
        errors.help(ONE_STORAGE);
    }
    // Conversion to the internal type says the first version's name once more.
    if let Some(wrong) = names.first().filter(|name| !name.is_empty()).map(|n| primitives::dns_1035_label(n))
        && let (Some(wrong), Some(name)) = (joined(wrong), names.first())
    {
        errors.invalid(&path.child("version"), &quote(name), &wrong);
    }
    self::names(spec, path, errors);
    if let Some(first) = versions.first() {
        let validation = path.child("validation");
        if let Some(schema) = first.at(&["schema", "openAPIV3Schema"]).filter(|_| schema_shared) {
            let status = versions.iter().any(|v| has_status(*v));
            schema::schema(schema, status, &validation.child("openAPIV3Schema"), errors);
        }
        if subresources_shared {
            versions::scale(*first, &path.child("subresources"), errors);
        }
        if columns_shared {
            versions::columns(*first, &path.child("additionalPrinterColumns"), errors);
        }
        if selectable_shared && first.list("selectableFields").next().is_some() {
            let at = path.child("selectableFields");
            match first.at(&["schema", "openAPIV3Schema"]).filter(|_| schema_shared) {
                Some(schema) => versions::selectable(*first, schema, &at, errors),
                None => errors.invalid(&at, "\"\"", "may only be set when validations.schema is included"),
            }
        }
    }
    errors.causes.extend(validation::validate_conversion(request, crd));
}

/// Mirrors `validateEnumStrings`.
fn one_of(of: Value<'_>, name: &str, allowed: &[&str], path: &Path<'_>, errors: &mut Errors<'_>) {
    let at = path.child(name);
    match of.str(name) {
        "" => errors.required(&at, ""),
        value if allowed.contains(&value) => {}
        value => errors.not_supported(&at, &quote(value), allowed),
    }
}

/// Mirrors `ValidateCustomResourceDefinitionNames`, with the names that the server makes up.
fn names(spec: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let at = path.child("names");
    let given = spec.get("names");
    let (plural, kind) = (text(given, "plural"), text(given, "kind"));
    let or = |given: &str, otherwise: String| if given.is_empty() { otherwise } else { given.to_owned() };
    let singular = or(text(given, "singular"), kind.to_lowercase());
    let list_kind =
        or(text(given, "listKind"), if kind.is_empty() { String::new() } else { format!("{kind}List") });
    let all = [
        ("plural", plural),
        ("singular", singular.as_str()),
        ("kind", kind),
        ("listKind", list_kind.as_str()),
    ];
    for (name, value) in all {
        if value.is_empty() {
            errors.required(&at.child(name), "");
        }
    }
    for (name, value) in all {
        if value.is_empty() {
            continue;
        }
        let mixed = name == "kind" || name == "listKind";
        let lower = value.to_lowercase();
        let asked = if mixed { lower.as_str() } else { value };
        if let Some(wrong) = joined(primitives::dns_1035_label(asked)) {
            let before = if mixed { "may have mixed case, but should otherwise match: " } else { "" };
            errors.invalid(&at.child(name), &quote(value), &format!("{before}{wrong}"));
        }
    }
    let lists = |name: &'static str, errors: &mut Errors<'_>| {
        let list_at = at.child(name);
        let values = given.into_iter().flat_map(|g| g.list(name)).filter_map(Value::as_str);
        for (index, value) in values.enumerate() {
            if let Some(wrong) = joined(primitives::dns_1035_label(value)) {
                errors.invalid(&list_at.index(index), &quote(value), &wrong);
            }
        }
    };
    lists("shortNames", errors);
    if !kind.is_empty() && kind == list_kind {
        errors.invalid(&at.child("listKind"), &quote(kind), "kind and listKind may not be the same");
    }
    lists("categories", errors);
}

/// Mirrors `validateAPIApproval`: groups of the community need a word of it.
fn approval(crd: Value<'_>, spec: Value<'_>, errors: &mut Errors<'_>) {
    const KEY: &str = "api-approved.kubernetes.io";
    const SEE: &str = "see https://github.com/kubernetes/enhancements/pull/1111";
    let group = spec.str("group");
    let protected = ["k8s.io", "kubernetes.io"]
        .iter()
        .any(|g| group.strip_suffix(g).is_some_and(|before| before.is_empty() || before.ends_with('.')));
    if !protected {
        return;
    }
    let value = crd.at(&["metadata", "annotations", KEY]).and_then(Value::as_str).unwrap_or_default();
    let root = Path::ROOT;
    let metadata = root.child("metadata");
    let annotations = metadata.child("annotations");
    let at = annotations.key(KEY);
    if value.is_empty() {
        errors.required(&at, &format!("protected groups must have approval annotation \"{KEY}\", {SEE}"));
    } else if !value.starts_with("unapproved") && !value.contains("://") {
        let detail = format!(
            "protected groups must have approval annotation \"{KEY}\" with either a URL or a reason starting with \"unapproved\", {SEE}"
        );
        errors.invalid(&at, &quote(value), &detail);
    }
}
