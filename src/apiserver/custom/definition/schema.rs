//! The schema of a version: what of OpenAPI may be written, and what is known of a node from above.

use super::super::errors::Errors;
use super::super::formats;
use super::super::path::Path;
use super::super::schema::{Items, Schema};
use super::super::structural;
use super::defaults::Defaults;
use super::internal::schema_json;
use super::rules::{self, Compiler};
use crate::object::Value;
use crate::schema::quote;

/// Mirrors `validateCustomResourceDefinitionValidation`. `path` is that of the schema.
pub(super) fn schema(value: Value<'_>, status: bool, path: &Path<'_>, errors: &mut Errors<'_>) {
    let schema = Schema::read(value);
    let before = errors.causes.len();
    if status {
        const ALLOWED: &str = "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations]";
        let other = [
            ("default", schema.seldom().default.is_some()),
            ("nullable", schema.nullable),
            ("allOf", !schema.seldom().all_of.is_empty()),
            ("anyOf", !schema.seldom().any_of.is_empty()),
            ("oneOf", !schema.seldom().one_of.is_empty()),
            ("not", schema.seldom().not.is_some()),
            ("enum", !schema.seldom().values.is_empty()),
            ("additionalProperties", schema.additional.is_some()),
            ("embedded", schema.embedded || schema.int_or_string),
            ("size", schema.bounds().max_properties.or(schema.bounds().min_properties).is_some()),
            ("list", schema.seldom().list_type.is_some() || !schema.seldom().list_map_keys.is_empty()),
            ("map", schema.seldom().map_type.is_some()),
            ("foreign", schema.seldom().foreign.iter().any(|name| name != "example")),
        ];
        if !schema.ty.is_empty() && schema.ty != "object" {
            let detail = "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled";
            errors.invalid(&path.child("type"), &quote(&schema.ty), detail);
        } else if other.iter().any(|(_, set)| *set) {
            let detail = format!(
                "only {ALLOWED} fields are allowed at the root of the schema if the status subresource is enabled"
            );
            errors.invalid(path, &schema_json(Some(value)), &detail);
        }
    }
    if schema.nullable {
        errors.forbidden(&path.child("nullable"), "nullable cannot be true at the root");
    }
    let convertible = schema.is_convertible();
    let wrong = if convertible { structural::validate(errors.root, &schema, path) } else { Vec::new() };
    let sound = if !convertible {
        false
    } else if wrong.is_empty() {
        let count = errors.causes.len();
        Defaults { root: &schema }.check(&schema, true, false, None, path, errors);
        errors.causes.len() == count
    } else {
        errors.causes.extend(wrong);
        false
    };
    let mut walk = Walk { sound, compiler: Compiler::new(errors.root) };
    let node = Node { cardinality: Some(1), cel: sound, root: true, ..Node::default() };
    walk.node(&schema, node, path, errors);
    walk.compiler.conclude(path, errors);
    if errors.causes.len() == before {
        unrecognized(&schema, path, errors);
    }
}

/// Formats that the server warns of.
fn unrecognized(schema: &Schema, path: &Path<'_>, errors: &mut Errors<'_>) {
    if schema.plain {
        return;
    }
    if !formats::is_recognized(&schema.ty, &schema.format) {
        let text = format!("unrecognized format {}", quote(&schema.format));
        if !errors.warnings.iter().any(|warning| warning.text == text) {
            errors.warn(&path.child("format"), text, "remove it, or use a format that the server knows");
        }
    }
    let properties = path.child("properties");
    for (name, property) in &schema.properties {
        unrecognized(property, &properties.key(name), errors);
    }
    if let Some(item) = schema.item() {
        unrecognized(item, &path.child("items"), errors);
    }
    if let Some(values) = schema.values_schema() {
        unrecognized(values, &path.child("additionalProperties"), errors);
    }
}

/// What is known of a node of the schema from above.
#[derive(Clone, Copy, Default)]
pub(super) struct Node<'p> {
    pub(super) root: bool,
    /// Why there may be no defaults.
    no_defaults: Option<&'static str>,
    in_metadata: bool,
    /// The nearest node above that cannot be compared with what it was.
    pub(super) uncorrelatable: Option<&'p Path<'p>>,
    /// Most values of it in an object.
    pub(super) cardinality: Option<u64>,
    /// Rules are compiled.
    cel: bool,
}

struct Walk<'v> {
    sound: bool,
    /// What the compiler says, behind all that is said of schemas.
    compiler: Compiler<'v>,
}

impl Walk<'_> {
    /// Mirrors `ValidateCustomResourceDefinitionOpenAPISchema`.
    fn node(&mut self, schema: &Schema, node: Node<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
        if schema.plain {
            return;
        }
        let before = errors.causes.len();
        structural::standard(schema, node.no_defaults, node.in_metadata, path, errors);
        let factor = match &*schema.ty {
            "object" if schema.additional.is_some() => schema.bounds().max_properties,
            "array" => schema.bounds().max_items,
            _ => Some(1),
        };
        let cardinality =
            node.cardinality.and_then(|c| factor.map(|f| c.saturating_mul(u64::try_from(f).unwrap_or(0))));
        let below = Node { root: false, cardinality, ..node };
        if let Some(values) = schema.values_schema() {
            let mut below = below;
            if node.in_metadata {
                below.no_defaults = Some("inside additionalProperties applying to object metadata");
            }
            self.node(values, below, &path.child("additionalProperties"), errors);
        }
        let properties = path.child("properties");
        for (name, property) in &schema.properties {
            let mut below = below;
            let correlatable =
                schema.seldom().map_type.as_deref().is_none_or(|t| matches!(t, "granular" | "atomic"));
            if !correlatable && below.uncorrelatable.is_none() {
                below.uncorrelatable = Some(path);
            }
            let no_defaults = match name.as_str() {
                "metadata" => Some("in top-level metadata"),
                "kind" => Some("in top-level kind"),
                "apiVersion" => Some("in top-level apiVersion"),
                _ => None,
            };
            if no_defaults.is_some() && (node.root || schema.embedded) {
                below.in_metadata = true;
                if node.root {
                    below.no_defaults = no_defaults;
                }
            }
            self.node(property, below, &properties.key(name), errors);
        }
        let junctor = Node { cel: false, ..below };
        if let Some(not) = &schema.seldom().not {
            self.node(not, junctor, &path.child("not"), errors);
        }
        for (name, parts) in [
            ("allOf", &schema.seldom().all_of),
            ("oneOf", &schema.seldom().one_of),
            ("anyOf", &schema.seldom().any_of),
        ] {
            let at = path.child(name);
            for (index, part) in parts.iter().enumerate() {
                self.node(part, junctor, &at.index(index), errors);
            }
        }
        let items = path.child("items");
        let mut of_items = below;
        if schema.seldom().list_type.as_deref() != Some("map") && of_items.uncorrelatable.is_none() {
            of_items.uncorrelatable = Some(path);
        }
        match &schema.items {
            Some(Items::One(item)) => self.node(item, of_items, &items, errors),
            Some(Items::Each(all)) => {
                for (index, item) in all.iter().enumerate() {
                    self.node(item, of_items, &items.index(index), errors);
                }
            }
            Some(Items::Neither(_)) | None => {}
        }
        structural::topology(schema, path, errors);
        let at = path.child("x-kubernetes-validations");
        for (index, rule) in schema.seldom().validations.iter().enumerate() {
            rules::rule(schema, rule, &at.index(index), errors);
        }
        if errors.causes.len() == before && node.cel && self.sound {
            self.compiler.rules(schema, &node, &at);
        }
    }
}
