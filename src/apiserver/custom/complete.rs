//! What decoding makes of a custom object: unknown fields dropped, defaults filled in, nulls dropped. Mirrors
//! `structuralpruning` and `structuraldefaulting`.

use std::borrow::Cow;

use super::by_name::ByName;
use super::schema::{Additional, Schema};
use crate::object::Owned;

/// Brings an object into the form that is validated and stored.
pub(super) fn complete(object: &mut Owned, schema: &Schema, status_dropped: bool) {
    if let (true, Owned::Map(entries)) = (status_dropped, &mut *object) {
        entries.retain(|(name, _)| name != "status");
    }
    prune(object, schema, true);
    default(object, schema);
    drop_nulls(object, schema);
}

/// Mirrors `structuralpruning.Prune`.
pub(super) fn prune(value: &mut Owned, schema: &Schema, is_root: bool) {
    match value {
        Owned::Map(entries) => {
            let resource = is_root || schema.embedded;
            let known = |name: &str| resource && matches!(name, "apiVersion" | "kind" | "metadata");
            if !schema.preserves()
                && !matches!(schema.additional, Some(Additional::Any(true) | Additional::Schema(_)))
            {
                entries.retain(|(name, _)| known(name) || schema.property(name).is_some());
            }
            for (name, value) in entries {
                if resource && name == "metadata" {
                    continue;
                }
                match (schema.property(name), schema.values_schema()) {
                    (Some(schema), _) | (None, Some(schema)) => prune(value, schema, false),
                    (None, None) => {}
                }
            }
        }
        Owned::Seq(items) => {
            if let Some(schema) = schema.item() {
                for item in items {
                    prune(item, schema, false);
                }
            }
        }
        _ => {}
    }
}

/// The properties that have a default, and where they are given.
fn places_of_defaults<'s>(
    entries: &[(Cow<'static, str>, Owned)],
    schema: &'s Schema,
) -> Vec<(&'s str, &'s Schema, Option<usize>)> {
    let mut with_default =
        schema.properties.iter().filter(|(_, property)| property.seldom().default.is_some()).peekable();
    if with_default.peek().is_none() {
        return Vec::new();
    }
    let given = ByName::new(entries);
    with_default.map(|(name, property)| (name.as_str(), property, given.position(name))).collect()
}

/// Mirrors `structuraldefaulting.Default`.
pub(super) fn default(value: &mut Owned, schema: &Schema) {
    match value {
        Owned::Map(entries) => {
            for (name, property, at) in places_of_defaults(entries, schema) {
                let Some(default) = &property.seldom().default else { continue };
                match at.and_then(|at| entries.get_mut(at)) {
                    None => entries.push((Cow::Owned(name.to_owned()), default.clone())),
                    Some((_, given @ Owned::Null)) if !property.nullable => *given = default.clone(),
                    Some(_) => {}
                }
            }
            for (name, value) in entries {
                match (schema.property(name), schema.values_schema()) {
                    (Some(property), _) => default(value, property),
                    (None, Some(values)) => {
                        if let (Owned::Null, Some(filled), false) =
                            (&*value, &values.seldom().default, values.nullable)
                        {
                            *value = filled.clone();
                        }
                        default(value, values);
                    }
                    (None, None) => {}
                }
            }
        }
        Owned::Seq(items) => {
            let Some(schema) = schema.item() else { return };
            for item in items {
                if let (Owned::Null, Some(filled), false) =
                    (&*item, &schema.seldom().default, schema.nullable)
                {
                    *item = filled.clone();
                }
                default(item, schema);
            }
        }
        _ => {}
    }
}

/// Mirrors `PruneNonNullableNullsWithoutDefaults`.
fn drop_nulls(value: &mut Owned, schema: &Schema) {
    match value {
        Owned::Map(entries) => {
            entries.retain(|(name, value)| {
                let of = schema.property(name).or_else(|| schema.values_schema());
                !(matches!(value, Owned::Null) && of.is_some_and(|s| !s.nullable))
            });
            for (name, value) in entries {
                if let Some(schema) = schema.property(name).or_else(|| schema.values_schema()) {
                    drop_nulls(value, schema);
                }
            }
        }
        Owned::Seq(items) => {
            if let Some(schema) = schema.item() {
                for item in items {
                    drop_nulls(item, schema);
                }
            }
        }
        _ => {}
    }
}
