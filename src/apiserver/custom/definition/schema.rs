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
    judge(&Schema::read(value), value, status, path, errors);
}

fn judge(schema: &Schema, value: Value<'_>, status: bool, path: &Path<'_>, errors: &mut Errors<'_>) {
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
    let wrong = if convertible { structural::validate(errors.root, schema, path) } else { Vec::new() };
    let sound = if !convertible {
        false
    } else if wrong.is_empty() {
        let count = errors.causes.len();
        Defaults { root: schema }.check(schema, true, false, None, path, errors);
        errors.causes.len() == count
    } else {
        errors.causes.extend(wrong);
        false
    };
    let mut walk = Walk { sound, compiler: Compiler::new(errors.root) };
    let node = Node { cardinality: Some(1), cel: sound, root: true, ..Node::default() };
    walk.node(schema, node, path, errors);
    walk.compiler.conclude(path, errors);
    if errors.causes.len() == before {
        unrecognized(schema, path, errors);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::super::super::schema::Additional;
    use super::*;
    use crate::finding::FileId;
    use crate::source::Source;
    use crate::yaml::{self, Document};

    /// Bytes that decide, zeros when they are used up.
    struct Dice<'b>(&'b [u8]);

    impl Dice<'_> {
        fn roll(&mut self, sides: u8) -> u8 {
            let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
            self.0 = rest;
            first % sides
        }

        fn of<'w>(&mut self, words: &[&'w str]) -> &'w str {
            words[usize::from(self.roll(words.len() as u8))]
        }
    }

    fn made(dice: &mut Dice<'_>, depth: u8) -> Json {
        const TYPES: [&str; 10] =
            ["string", "object", "array", "integer", "object", "boolean", "number", "", "null", "text"];
        const NAMES: [&str; 6] = ["a", "b", "kind", "apiVersion", "metadata", "name"];
        let mut schema = json!({"type": dice.of(&TYPES)});
        let mut set = |name: &str, value: Json| schema[name] = value;
        if depth > 0 {
            let mut properties = serde_json::Map::new();
            for _ in 0..dice.roll(4) {
                properties.insert(dice.of(&NAMES).to_owned(), made(dice, depth - 1));
            }
            if !properties.is_empty() {
                set("properties", properties.into());
            }
            match dice.roll(8) {
                1..=3 => set("items", made(dice, depth - 1)),
                4 => set("items", json!([made(dice, depth - 1)])),
                5 => set("additionalProperties", made(dice, depth - 1)),
                6 => set("additionalProperties", json!(dice.roll(2) == 1)),
                _ => {}
            }
        }
        match dice.roll(28) {
            1 => set("enum", json!(["x", 1])),
            2 => set("default", json!("x")),
            3 => set("default", json!({"a": 1})),
            4 => set("nullable", json!(true)),
            5 => set("format", json!(dice.of(&["int32", "date", "strange"]))),
            6 => set("pattern", json!(dice.of(&["^a$", "("]))),
            7 => set("uniqueItems", json!(dice.roll(2) == 1)),
            8 => set("required", json!(["a"])),
            9 => set("description", json!("words")),
            10 => set("x-kubernetes-int-or-string", json!(true)),
            11 => set("x-kubernetes-preserve-unknown-fields", json!(dice.roll(2) == 1)),
            12 => set("x-kubernetes-embedded-resource", json!(true)),
            13 => set("x-kubernetes-list-type", json!(dice.of(&["set", "map", "atomic", "odd"]))),
            14 => set("x-kubernetes-list-map-keys", json!(["a"])),
            15 => set("x-kubernetes-map-type", json!(dice.of(&["atomic", "odd"]))),
            16 => set("x-kubernetes-validations", json!([{"rule": dice.of(&["true", "self.", "1"])}])),
            17 if depth > 0 => set("anyOf", json!([made(dice, depth - 1)])),
            18 if depth > 0 => set("not", made(dice, depth - 1)),
            19 => set("$ref", json!("elsewhere")),
            20 => set("minLength", json!(1)),
            _ => {}
        }
        schema
    }

    /// The same, with every question asked.
    fn asked(schema: &mut Schema) {
        schema.plain = false;
        schema.properties.iter_mut().for_each(|(_, property)| asked(property));
        if let Some(Additional::Schema(values)) = &mut schema.additional {
            asked(values);
        }
        match &mut schema.items {
            Some(Items::One(item)) => asked(item),
            Some(Items::Each(items)) => items.iter_mut().for_each(asked),
            _ => {}
        }
        if let Some(seldom) = &mut schema.seldom {
            let parts = seldom.all_of.iter_mut().chain(&mut seldom.any_of).chain(&mut seldom.one_of);
            parts.for_each(asked);
            seldom.not.iter_mut().for_each(|not| asked(not));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        /// What is not asked of plain schemas would have no answer.
        #[test]
        fn plain_schemas_hide_nothing(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let text = made(&mut Dice(&bytes), 3).to_string();
            let source = Arc::new(Source::new("schema.json", text.clone().into_bytes()));
            let (documents, _) = yaml::parse(&source, FileId(0));
            let value = Value::plain(documents.first().and_then(Document::root).expect("it is JSON"));
            let said = |schema: &Schema| {
                let mut errors = Errors::new(value);
                judge(schema, value, false, &Path::ROOT.child("schema"), &mut errors);
                (errors.causes, errors.warnings)
            };
            let plain = Schema::read(value);
            let mut all = plain.clone();
            asked(&mut all);
            prop_assert_eq!(said(&plain), said(&all), "{}", text);
        }
    }
}
