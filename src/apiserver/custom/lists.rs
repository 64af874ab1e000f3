//! Lists that are sets or maps, and embedded resources. Mirrors `listtype.ValidateListSetsAndMaps` and
//! `objectmeta.Validate`.

use std::borrow::Cow;

use super::errors::{Errors, printed};
use super::path::Path;
use super::schema::Schema;
use crate::apiserver::go_json;
use crate::apiserver::validation::{self, Reason, Request, primitives};
use crate::object::{Gvk, Owned, Value};
use crate::schema::{Minor, quote};

/// Mirrors `ValidateListSetsAndMaps`.
pub(super) fn unique(schema: &Schema, value: &Owned, path: &Path<'_>, errors: &mut Errors<'_>) {
    match value {
        Owned::Map(entries) => {
            for (key, value) in entries {
                match (schema.property(key), schema.values_schema()) {
                    (Some(schema), _) => unique(schema, value, &path.child(key), errors),
                    (None, Some(schema)) => unique(schema, value, &path.key(key), errors),
                    (None, None) => {}
                }
            }
        }
        Owned::Seq(items) => {
            match schema.seldom().list_type.as_deref() {
                Some("set") => {
                    for (index, _) in twice(items.iter().map(Cow::Borrowed)) {
                        let shown = items.get(index).map_or_else(String::new, printed);
                        errors.say(
                            Reason::Duplicate,
                            &path.index(index),
                            format!("Duplicate value: {shown}"),
                        );
                    }
                }
                Some("map") => keyed(schema, items, path, errors),
                _ => {}
            }
            if let Some(schema) = schema.item() {
                for (index, value) in items.iter().enumerate() {
                    unique(schema, value, &path.index(index), errors);
                }
            }
        }
        _ => {}
    }
}

/// Indexes of values that are there a second time, once each.
fn twice<'o>(values: impl Iterator<Item = Cow<'o, Owned>>) -> Vec<(usize, Cow<'o, Owned>)> {
    let mut seen: rustc_hash::FxHashMap<String, u32> = rustc_hash::FxHashMap::default();
    let mut out = Vec::new();
    for (index, value) in values.enumerate() {
        let count = seen.entry(go_json::owned(&value)).or_default();
        *count += 1;
        if *count == 2 {
            out.push((index, value));
        }
    }
    out
}

/// Mirrors `validateListMap`.
fn keyed(schema: &Schema, items: &[Owned], path: &Path<'_>, errors: &mut Errors<'_>) {
    if let Some(index) = items.iter().position(|item| !matches!(item, Owned::Map(_) | Owned::Null)) {
        let shown = items.get(index).map_or_else(String::new, printed);
        errors.invalid(&path.index(index), &shown, "must be an object for an array of list-type map");
        return;
    }
    let keys = items.iter().map(|item| {
        let given = schema
            .seldom()
            .list_map_keys
            .iter()
            .filter_map(|key| item.get(key).map(|value| (Cow::Owned(key.clone()), value.clone())));
        Cow::Owned(Owned::Map(given.collect()))
    });
    for (index, key) in twice(keys) {
        errors.say(
            Reason::Duplicate,
            &path.index(index),
            format!("Duplicate value: {}", go_json::owned(&key)),
        );
    }
}

/// Mirrors `objectmeta.Validate` for what is embedded; the object itself is judged like all others.
pub(super) fn embedded(schema: &Schema, value: &Owned, path: &Path<'_>, errors: &mut Errors<'_>) {
    match value {
        Owned::Map(entries) => {
            if schema.embedded {
                resource(value, entries, path, errors);
            }
            for (key, value) in entries {
                match (schema.property(key), schema.values_schema()) {
                    (Some(schema), _) => embedded(schema, value, &path.child(key), errors),
                    (None, Some(schema)) => embedded(schema, value, &path.key(key), errors),
                    (None, None) => {}
                }
            }
        }
        Owned::Seq(items) => {
            if let Some(schema) = schema.item() {
                for (index, value) in items.iter().enumerate() {
                    embedded(schema, value, &path.index(index), errors);
                }
            }
        }
        _ => {}
    }
}

/// Says the first thing that is of the wrong type in apiVersion, kind or metadata of what is embedded; true if there is
/// one. Mirrors `objectmeta.Coerce`.
pub(super) fn coerce(schema: &Schema, value: &Owned, path: &Path<'_>, errors: &mut Errors<'_>) -> bool {
    match value {
        Owned::Map(entries) => entries.iter().any(|(key, value)| {
            let at = path.child(key);
            match (schema.embedded, &**key, value) {
                (true, "apiVersion" | "kind", Owned::Str(_)) => return false,
                (true, "apiVersion" | "kind", other) => {
                    errors.invalid(&at, &printed(other), "must be a string");
                    return true;
                }
                (true, "metadata", metadata) => {
                    let Some(error) = undecodable(metadata) else { return false };
                    errors.invalid(&at, &printed(metadata), &error);
                    return true;
                }
                _ => {}
            }
            match (schema.property(key), schema.values_schema()) {
                (Some(schema), _) => coerce(schema, value, &at, errors),
                (None, Some(schema)) => coerce(schema, value, &path.key(key), errors),
                (None, None) => false,
            }
        }),
        Owned::Seq(items) => schema.item().is_some_and(|schema| {
            items.iter().enumerate().any(|(index, value)| coerce(schema, value, &path.index(index), errors))
        }),
        _ => false,
    }
}

/// What Go's decoder says of metadata of the wrong types.
fn undecodable(metadata: &Owned) -> Option<String> {
    let kind = |value: &Owned| match value {
        Owned::Null => "null",
        Owned::Bool(_) => "bool",
        Owned::Int(_) | Owned::Number(_) => "number",
        Owned::Str(_) => "string",
        Owned::Seq(_) => "array",
        Owned::Map(_) => "object",
    };
    let Owned::Map(entries) = metadata else {
        let given = kind(metadata);
        return (given != "null")
            .then(|| format!("json: cannot unmarshal {given} into Go value of type v1.ObjectMeta"));
    };
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    sorted.into_iter().find_map(|(key, value)| {
        let wrong = |value: &Owned, ty: &str| {
            Some(format!(
                "json: cannot unmarshal {} into Go struct field ObjectMeta.{key} of type {ty}",
                kind(value)
            ))
        };
        match (&**key, value) {
            (_, Owned::Null) => None,
            ("name" | "generateName" | "namespace" | "selfLink" | "uid" | "resourceVersion", other) => {
                if matches!(other, Owned::Str(_)) { None } else { wrong(other, "string") }
            }
            ("labels" | "annotations", Owned::Map(entries)) => {
                let other =
                    entries.iter().map(|(_, v)| v).find(|v| !matches!(v, Owned::Str(_) | Owned::Null))?;
                wrong(other, "string")
            }
            ("labels" | "annotations", other) => wrong(other, "map[string]string"),
            ("finalizers", Owned::Seq(items)) => {
                let other = items.iter().find(|v| !matches!(v, Owned::Str(_) | Owned::Null))?;
                wrong(other, "string")
            }
            ("finalizers", other) => wrong(other, "[]string"),
            _ => None,
        }
    })
}

/// Mirrors `validateEmbeddedResource`.
fn resource(value: &Owned, entries: &[(Cow<'static, str>, Owned)], path: &Path<'_>, errors: &mut Errors<'_>) {
    for name in ["apiVersion", "kind"] {
        if value.get(name).is_none() {
            errors.required(&path.child(name), "");
        }
    }
    for (key, value) in entries {
        let at = path.child(key);
        match (&**key, value) {
            ("apiVersion", Owned::Str(text)) => {
                if text.is_empty() {
                    errors.invalid(&at, "\"\"", "must not be empty");
                } else if text.matches('/').count() > 1 {
                    errors.invalid(&at, &quote(text), &format!("unexpected GroupVersion string: {text}"));
                }
            }
            ("kind", Owned::Str(text)) => {
                if text.is_empty() {
                    errors.invalid(&at, "\"\"", "must not be empty");
                } else {
                    let wrong: Vec<_> =
                        primitives::dns_1035_label(&text.to_lowercase()).into_iter().collect();
                    if !wrong.is_empty() {
                        let wrong = wrong.join(",");
                        let detail = format!("may have mixed case, but should otherwise match: {wrong}");
                        errors.invalid(&at, &quote(text), &detail);
                    }
                }
            }
            ("apiVersion" | "kind", other) => errors.invalid(&at, &printed(other), "must be a string"),
            ("metadata", metadata @ Owned::Map(_)) => meta(metadata, &at, errors),
            _ => {}
        }
    }
}

/// The metadata of an embedded resource, as those of an object of its own; its name may be missing.
fn meta(metadata: &Owned, path: &Path<'_>, errors: &mut Errors<'_>) {
    let mut metadata = metadata.clone();
    let Owned::Map(entries) = &mut metadata else { return };
    let namespaced =
        entries.iter().any(|(k, v)| k == "namespace" && matches!(v, Owned::Str(t) if !t.is_empty()));
    // Names of embedded resources are segments of a path, not names of domains.
    let name = entries.iter().find(|(k, _)| k == "name").and_then(|(_, v)| match v {
        Owned::Str(text) => Some(text.clone()),
        _ => None,
    });
    entries.retain(|(k, _)| k != "name" && k != "generateName");
    entries.push(("name".into(), "fakename".into()));
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        for wrong in primitives::path_segment(&name, false) {
            errors.invalid(&path.child("name"), &quote(&name), wrong.as_ref());
        }
    }
    let object = Owned::map([("metadata", metadata)]);
    let request = Request {
        gvk: Gvk::new("embedded.kcheck/v1", "Embedded"),
        namespaced,
        namespace: "",
        minor: Minor::DEFAULT,
    };
    let root = Value::Made(&object, path.place(errors.root));
    for mut cause in validation::validate(&request, root).causes {
        let below = cause.field.strip_prefix("metadata").unwrap_or(&cause.field).to_owned();
        cause.field = format!("{}{below}", path.field());
        cause.place = path.place(errors.root);
        errors.causes.push(cause);
    }
}
