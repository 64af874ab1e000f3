//! What makes a schema structural. Mirrors `schema/validation.go` and `schema/complete.go`.

use rustc_hash::FxHashSet;

use super::errors::Errors;
use super::path::Path;
use super::schema::{Additional, Items, Schema, Seldom};
use crate::apiserver::go_json;
use crate::apiserver::validation::{Cause, Reason};
use crate::object::Value;
use crate::object::go_regexp::{GoRegexp, GoRegexpError};
use crate::schema::quote;

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// What is not structural in a schema, sorted by text. Mirrors `ValidateStructural`.
pub(super) fn validate(root: Value<'_>, schema: &Schema, path: &Path<'_>) -> Vec<Cause> {
    let mut errors = Errors::new(root);
    invariants(schema, Level::Root, path, &mut errors);
    complete(schema, Some(schema), path, path, &mut errors);
    errors.causes.sort_by_cached_key(|cause| format!("{}: {}", cause.field, cause.message));
    errors.causes
}

/// Mirrors `validateStructuralInvariants`.
fn invariants(schema: &Schema, level: Level, path: &Path<'_>, errors: &mut Errors<'_>) {
    if schema.plain && level != Level::Root {
        return;
    }
    if schema.ty == "array" && schema.item().is_none() {
        errors.required(&path.child("items"), "must be specified");
    }
    if let Some(item) = schema.item() {
        invariants(item, Level::Item, &path.child("items"), errors);
    }
    let properties = path.child("properties");
    for (name, property) in &schema.properties {
        invariants(property, Level::Field, &properties.key(name), errors);
    }
    let additional = path.child("additionalProperties");
    if schema.additional.is_some() && level == Level::Root {
        errors.forbidden(&additional, "must not be used at the root");
    }
    if let Some(values) = schema.values_schema() {
        invariants(values, Level::Field, &additional, errors);
    }
    if schema.int_or_string && schema.preserves() {
        let at = path.child("x-kubernetes-preserve-unknown-fields");
        errors.invalid(&at, "true", "must be false if x-kubernetes-int-or-string is true");
    }
    if schema.int_or_string && schema.embedded {
        let at = path.child("x-kubernetes-embedded-resource");
        errors.invalid(&at, "true", "must be false if x-kubernetes-int-or-string is true");
    }
    let skip_any = is_int_or_string(&schema.seldom().any_of);
    let skip_first =
        schema.seldom().all_of.first().is_some_and(|first| is_int_or_string(&first.seldom().any_of));
    values(schema, skip_any, skip_first, path, errors);
    let ty = path.child("type");
    if schema.embedded && schema.ty != "object" {
        let detail = "must be object if x-kubernetes-embedded-resource is true";
        if schema.ty.is_empty() {
            errors.required(&ty, detail);
        } else {
            errors.invalid(&ty, &quote(&schema.ty), detail);
        }
    } else if schema.ty.is_empty() && !schema.int_or_string && !schema.preserves() {
        let detail = match level {
            Level::Root => "must not be empty at the root",
            Level::Item => "must not be empty for specified array items",
            Level::Field => "must not be empty for specified object fields",
        };
        errors.required(&ty, detail);
    }
    if schema.embedded && schema.additional.is_some() {
        errors.forbidden(&additional, "must not be used if x-kubernetes-embedded-resource is set");
    }
    if level == Level::Root && !schema.ty.is_empty() && schema.ty != "object" {
        errors.invalid(&ty, &quote(&schema.ty), "must be object at the root");
    }
    let resource = level == Level::Root || schema.embedded;
    for name in ["kind", "apiVersion"] {
        if let Some(property) = schema.property(name).filter(|p| resource && p.ty != "string") {
            errors.invalid(&properties.key(name).child("type"), &quote(&property.ty), "must be string");
        }
    }
    if let Some(metadata) = schema.property("metadata") {
        let at = properties.key("metadata");
        if resource && metadata.ty != "object" {
            errors.invalid(&at.child("type"), &quote(&metadata.ty), "must be object");
        }
        if level == Level::Root && !is_plain_metadata(metadata) {
            let detail = "must not specify anything other than name and generateName, but metadata is implicitly specified";
            errors.forbidden(&at, detail);
        }
    }
    if schema.embedded && !schema.preserves() && schema.properties.is_empty() {
        let detail = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
        errors.required(&path.child("properties"), detail);
    }
}

/// Metadata of the root may say something of the two names, and nothing else.
fn is_plain_metadata(schema: &Schema) -> bool {
    let names_only = schema.properties.iter().all(|(name, _)| name == "name" || name == "generateName");
    let plain = || {
        let default = schema.seldom().default.clone();
        let seldom = schema.seldom.as_ref().map(|_| Box::new(Seldom { default, ..Seldom::default() }));
        Schema {
            ty: schema.ty.clone(),
            properties: schema.properties.clone(),
            has_rules: schema.has_rules,
            plain: schema.plain,
            seldom,
            ..Schema::default()
        }
    };
    names_only && plain() == *schema
}

/// `anyOf: [{type: integer}, {type: string}]`
fn is_int_or_string(schemas: &[Schema]) -> bool {
    let only = |schema: &Schema, ty: &str| {
        schema.ty == ty
            && *schema == Schema { ty: ty.to_owned().into(), plain: schema.plain, ..Schema::default() }
    };
    matches!(schemas, [first, second] if only(first, "integer") && only(second, "string"))
}

/// Mirrors `validateValueValidation`.
fn values(schema: &Schema, skip_any: bool, skip_first: bool, path: &Path<'_>, errors: &mut Errors<'_>) {
    if !skip_any {
        let at = path.child("anyOf");
        for (index, part) in schema.seldom().any_of.iter().enumerate() {
            nested(part, false, &at.index(index), errors);
        }
    }
    let at = path.child("allOf");
    for (index, part) in schema.seldom().all_of.iter().enumerate() {
        nested(part, skip_first && index == 0, &at.index(index), errors);
    }
    let at = path.child("oneOf");
    for (index, part) in schema.seldom().one_of.iter().enumerate() {
        nested(part, false, &at.index(index), errors);
    }
    if let Some(part) = &schema.seldom().not {
        nested(part, false, &path.child("not"), errors);
    }
    if let Some(pattern) = &schema.pattern {
        match GoRegexp::check(&pattern.text) {
            Ok(()) => {}
            Err(GoRegexpError::TooLarge) => {
                errors.not_evaluated.push((path.place(errors.root), "a pattern that is too large".into()));
            }
            Err(error) => {
                let detail = format!("must be a valid regular expression, but isn't: {error}");
                errors.invalid(&path.child("pattern"), &quote(&pattern.text), &detail);
            }
        }
    }
}

/// Mirrors `validateNestedValueValidation`: below a junctor only values are restricted.
fn nested(schema: &Schema, skip_any: bool, path: &Path<'_>, errors: &mut Errors<'_>) {
    values(schema, skip_any, false, path, errors);
    if let Some(item) = schema.item() {
        nested(item, false, &path.child("items"), errors);
    }
    let properties = path.child("properties");
    for (name, property) in &schema.properties {
        nested(property, false, &properties.key(name), errors);
    }
    const EMPTY: &str = "must be empty to be structural";
    const UNDEFINED: &str = "must be undefined to be structural";
    const FALSE: &str = "must be false to be structural";
    let facts = [
        ("type", !schema.ty.is_empty(), EMPTY),
        ("additionalProperties", schema.additional.is_some(), UNDEFINED),
        ("default", schema.seldom().default.is_some(), UNDEFINED),
        ("title", schema.titled, EMPTY),
        ("description", schema.described, EMPTY),
        ("nullable", schema.nullable, FALSE),
        ("x-kubernetes-preserve-unknown-fields", schema.preserves(), FALSE),
        ("x-kubernetes-embedded-resource", schema.embedded, FALSE),
        ("x-kubernetes-int-or-string", schema.int_or_string, FALSE),
        ("x-kubernetes-list-map-keys", !schema.seldom().list_map_keys.is_empty(), EMPTY),
        ("x-kubernetes-list-type", schema.seldom().list_type.is_some(), UNDEFINED),
        ("x-kubernetes-map-type", schema.seldom().map_type.is_some(), UNDEFINED),
        ("x-kubernetes-validations", !schema.seldom().validations.is_empty(), EMPTY),
    ];
    for (name, wrong, detail) in facts {
        if wrong {
            errors.forbidden(&path.child(name), detail);
        }
    }
    if schema.property("metadata").is_some() {
        errors.forbidden(&properties.key("metadata"), "must not be specified in a nested context");
    }
}

/// Mirrors `validateValueValidationCompleteness`: what a junctor names is named outside as well.
fn complete(values: &Schema, of: Option<&Schema>, at: &Path<'_>, from: &Path<'_>, errors: &mut Errors<'_>) {
    let junctors = [
        ("allOf", &values.seldom().all_of),
        ("anyOf", &values.seldom().any_of),
        ("oneOf", &values.seldom().one_of),
    ];
    if let Some(part) = &values.seldom().not {
        complete_nested(part, of, at, &from.child("not"), errors);
    }
    for (name, parts) in junctors {
        let below = from.child(name);
        for (index, part) in parts.iter().enumerate() {
            complete_nested(part, of, at, &below.index(index), errors);
        }
    }
}

fn complete_nested(
    values: &Schema,
    of: Option<&Schema>,
    at: &Path<'_>,
    from: &Path<'_>,
    errors: &mut Errors<'_>,
) {
    let Some(schema) = of else {
        errors.required(at, &format!("because it is defined in {}", from.field()));
        return;
    };
    complete(values, of, at, from, errors);
    if let Some(item) = values.item() {
        complete_nested(item, schema.item(), &at.child("items"), &from.child("items"), errors);
    }
    let (at, from) = (at.child("properties"), from.child("properties"));
    for (name, property) in &values.properties {
        complete_nested(property, schema.property(name), &at.key(name), &from.key(name), errors);
    }
}

/// Fields that no schema of a CustomResourceDefinition may have. Mirrors `specStandardValidatorV3.validate`.
pub(super) fn standard(
    schema: &Schema,
    no_defaults: Option<&str>,
    in_metadata: bool,
    path: &Path<'_>,
    errors: &mut Errors<'_>,
) {
    const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
    if !schema.ty.is_empty() && !TYPES.contains(&&*schema.ty) {
        errors.not_supported(&path.child("type"), &quote(&schema.ty), &TYPES);
    }
    if let (Some(reason), true) = (no_defaults, schema.seldom().default.is_some()) {
        errors.forbidden(&path.child("default"), &format!("must not be set {reason}"));
    }
    for name in ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"] {
        if schema.seldom().foreign.iter().any(|foreign| foreign == name) {
            errors.forbidden(&path.child(name), &format!("{name} is not supported"));
        }
    }
    if schema.ty == "null" {
        errors.forbidden(&path.child("type"), "type cannot be set to null, use nullable as an alternative");
    }
    if matches!(schema.items, Some(Items::Each(_))) {
        errors.forbidden(&path.child("items"), "items must be a schema object and not an array");
    }
    if in_metadata && schema.embedded {
        errors.forbidden(
            &path.child("x-kubernetes-embedded-resource"),
            "must not be used inside of resource meta",
        );
    }
    if schema.bounds().unique_items {
        let detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
        errors.forbidden(&path.child("uniqueItems"), detail);
    }
    if !matches!(schema.additional, None | Some(Additional::Any(true))) && !schema.properties.is_empty() {
        let detail = "additionalProperties and properties are mutual exclusive";
        errors.forbidden(&path.child("additionalProperties"), detail);
    }
}

/// Types and keys of lists and maps. Mirrors the middle of `ValidateCustomResourceDefinitionOpenAPISchema`.
pub(super) fn topology(schema: &Schema, path: &Path<'_>, errors: &mut Errors<'_>) {
    if schema.preserve == Some(false) {
        errors.invalid(
            &path.child("x-kubernetes-preserve-unknown-fields"),
            "false",
            "must be true or undefined",
        );
    }
    let needs_type = |wanted: &str, detail: &str, errors: &mut Errors<'_>| {
        if schema.ty == wanted {
            return true;
        }
        let at = path.child("type");
        if schema.ty.is_empty() {
            errors.required(&at, detail);
        } else {
            errors.invalid(&at, &quote(&schema.ty), detail);
        }
        false
    };
    if let Some(kind) = &schema.seldom().map_type {
        needs_type("object", "must be object if x-kubernetes-map-type is specified", errors);
        if !matches!(kind.as_str(), "atomic" | "granular") {
            errors.not_supported(&path.child("x-kubernetes-map-type"), &quote(kind), &["atomic", "granular"]);
        }
    }
    let items = path.child("items");
    if let Some(kind) = &schema.seldom().list_type {
        let fits = needs_type("array", "must be array if x-kubernetes-list-type is specified", errors);
        if let (true, "set", Some(item)) = (fits, kind.as_str(), schema.item()) {
            let detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
            let shown = item.seldom().list_type.as_deref().map_or_else(|| "null".into(), quote);
            match &*item.ty {
                "array" if item.seldom().list_type.as_deref().is_some_and(|t| t != "atomic") => {
                    errors.invalid(&items.child("x-kubernetes-list-type"), &shown, detail);
                }
                "object" if item.seldom().map_type.as_deref() != Some("atomic") => {
                    errors.invalid(&items.child("x-kubernetes-map-type"), &shown, detail);
                }
                _ => {}
            }
        }
        if !matches!(kind.as_str(), "atomic" | "set" | "map") {
            let at = path.child("x-kubernetes-list-type");
            errors.not_supported(&at, &quote(kind), &["atomic", "set", "map"]);
        }
    }
    let keys_at = path.child("x-kubernetes-list-map-keys");
    if !schema.seldom().list_map_keys.is_empty() && schema.seldom().list_type.as_deref() != Some("map") {
        let at = path.child("x-kubernetes-list-type");
        let detail = "must be map if x-kubernetes-list-map-keys is non-empty";
        match &schema.seldom().list_type {
            None => errors.required(&at, detail),
            Some(kind) => errors.invalid(&at, &quote(kind), detail),
        }
    }
    if schema.seldom().list_type.as_deref() == Some("map") {
        if schema.seldom().list_map_keys.is_empty() {
            errors.required(&keys_at, "must not be empty if x-kubernetes-list-type is map");
        }
        match &schema.items {
            None => errors.required(&items, "must have a schema if x-kubernetes-list-type is map"),
            Some(Items::Each(_)) => {
                errors.invalid(
                    &items,
                    "{}",
                    "must only have a single schema if x-kubernetes-list-type is map",
                );
            }
            Some(Items::Neither(printed)) => {
                errors.invalid(
                    &items,
                    printed,
                    "must only have a single schema if x-kubernetes-list-type is map",
                );
            }
            Some(Items::One(item)) if item.ty != "object" => {
                let detail = "must be object if parent array's x-kubernetes-list-type is map";
                errors.invalid(&items.child("type"), &quote(&item.ty), detail);
            }
            Some(Items::One(item)) => keys(schema, item, &items, &keys_at, errors),
        }
    }
    if let (Some("set" | "map"), Some(item)) = (schema.seldom().list_type.as_deref(), schema.item()) {
        let kind = schema.seldom().list_type.as_deref().unwrap_or_default();
        if item.nullable {
            let detail = format!("cannot be nullable when x-kubernetes-list-type is {kind}");
            errors.forbidden(&items.child("nullable"), &detail);
        }
        let properties = items.child("properties");
        for key in schema.seldom().list_map_keys.iter().filter(|_| kind == "map") {
            let Some(property) = item.property(key) else { continue };
            let at = properties.key(key);
            if !item.required.contains(key) && property.seldom().default.is_none() {
                let detail = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
                errors.required(&at.child("default"), detail);
            }
            if property.nullable {
                let detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
                errors.forbidden(&at.child("nullable"), detail);
            }
        }
    }
}

/// More keys of a list are not looked at.
const MAX_KEYS: usize = 100;

fn keys(schema: &Schema, item: &Schema, items: &Path<'_>, at: &Path<'_>, errors: &mut Errors<'_>) {
    let all: Vec<String> = schema.seldom().list_map_keys.iter().map(|key| go_json::text(key)).collect();
    let shown = format!("[{}]", all.join(","));
    let properties = items.child("properties");
    let mut known = FxHashSet::default();
    // Every sentence has the whole list in it: of a list that is far too long a few are enough.
    for key in schema.seldom().list_map_keys.iter().take(MAX_KEYS) {
        match item.property(key) {
            Some(property) if matches!(&*property.ty, "array" | "object") => {
                let detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
                errors.invalid(&properties.key(key).child("type"), &quote(&item.ty), detail);
            }
            Some(_) => {}
            None => errors.invalid(at, &shown, "entries must all be names of item properties"),
        }
        if !known.insert(key) {
            errors.say(
                Reason::Invalid,
                at,
                format!("Invalid value: {shown}: must not contain duplicate entries"),
            );
        }
    }
}
