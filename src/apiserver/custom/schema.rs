//! The schema of a CustomResourceDefinition. Mirrors `apiextensions.JSONSchemaProps`.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use super::{by_name, formats};
use crate::object::go_regexp::{GoRegexp, GoRegexpError};
use crate::object::{Owned, Value};

/// Deeper schemas end here; no server takes them.
const MAX_DEPTH: usize = 128;

/// A schema. Definitions are made of thousands: what few of them have stands apart.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Schema {
    /// `type`; empty if none.
    pub ty: Cow<'static, str>,
    /// `format`
    pub format: Cow<'static, str>,
    /// `pattern`, unless empty.
    pub pattern: Option<Box<Pattern>>,
    /// `title` and `description` are there.
    pub titled: bool,
    /// `description` is there.
    pub described: bool,
    /// `nullable`
    pub nullable: bool,
    /// `x-kubernetes-int-or-string`
    pub int_or_string: bool,
    /// `x-kubernetes-preserve-unknown-fields`
    pub preserve: Option<bool>,
    /// `x-kubernetes-embedded-resource`
    pub embedded: bool,
    /// There are rules in it, or below (those of `allOf` and its kin do not count).
    pub has_rules: bool,
    /// No definition can be wrong because of it, or of what is below, wherever among properties, items and values it
    /// stands: most schemas are types and descriptions.
    pub plain: bool,
    /// `properties`, in order of the file.
    pub properties: Vec<(String, Schema)>,
    /// Their order by name, if they are many.
    pub order: Option<Box<[u32]>>,
    /// `additionalProperties`
    pub additional: Option<Additional>,
    /// `items`
    pub items: Option<Items>,
    /// `required`
    pub required: Vec<String>,
    /// Ranges and lengths; most schemas have none.
    pub bounds: Option<Box<Bounds>>,
    /// What else most schemas do not have.
    pub seldom: Option<Box<Seldom>>,
}

/// What most schemas do not have.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Seldom {
    /// `enum`
    pub values: Vec<Owned>,
    /// `default`, unless null.
    pub default: Option<Owned>,
    /// `allOf`
    pub all_of: Vec<Schema>,
    /// `anyOf`
    pub any_of: Vec<Schema>,
    /// `oneOf`
    pub one_of: Vec<Schema>,
    /// `not`
    pub not: Option<Box<Schema>>,
    /// `x-kubernetes-list-type`
    pub list_type: Option<String>,
    /// `x-kubernetes-list-map-keys`
    pub list_map_keys: Vec<String>,
    /// `x-kubernetes-map-type`
    pub map_type: Option<String>,
    /// `x-kubernetes-validations`
    pub validations: Vec<Rule>,
    /// Names of fields that structural schemas do not have (`$ref`, `definitions`, ...), as they are written.
    pub foreign: Vec<String>,
}

impl Seldom {
    /// True if there is nothing but `enum`.
    fn is_enum(&self) -> bool {
        let Self {
            values: _,
            default,
            all_of,
            any_of,
            one_of,
            not,
            list_type,
            list_map_keys,
            map_type,
            validations,
            foreign,
        } = self;
        let schemas = [all_of, any_of, one_of].iter().all(|parts| parts.is_empty()) && not.is_none();
        let lists = list_type.is_none() && list_map_keys.is_empty() && map_type.is_none();
        schemas && lists && default.is_none() && validations.is_empty() && foreign.is_empty()
    }
}

/// Ranges and lengths of values.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Bounds {
    /// `maximum`
    pub maximum: Option<f64>,
    /// `exclusiveMaximum`
    pub exclusive_maximum: bool,
    /// `minimum`
    pub minimum: Option<f64>,
    /// `exclusiveMinimum`
    pub exclusive_minimum: bool,
    /// `multipleOf`
    pub multiple_of: Option<f64>,
    /// `maxLength`
    pub max_length: Option<i64>,
    /// `minLength`
    pub min_length: Option<i64>,
    /// `maxItems`
    pub max_items: Option<i64>,
    /// `minItems`
    pub min_items: Option<i64>,
    /// `maxProperties`
    pub max_properties: Option<i64>,
    /// `minProperties`
    pub min_properties: Option<i64>,
    /// `uniqueItems`
    pub unique_items: bool,
}

/// A regular expression, compiled when something is first held against it.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    compiled: OnceLock<Result<GoRegexp, GoRegexpError>>,
}

impl Pattern {
    /// The program, or why there is none.
    pub fn compiled(&self) -> &Result<GoRegexp, GoRegexpError> {
        self.compiled.get_or_init(|| GoRegexp::new(&self.text))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// `additionalProperties`
#[derive(Clone, PartialEq, Debug)]
pub enum Additional {
    /// Values of a schema.
    Schema(Box<Schema>),
    /// Any or none.
    Any(bool),
}

/// `items`
#[derive(Clone, PartialEq, Debug)]
pub enum Items {
    /// All of one schema.
    One(Box<Schema>),
    /// One after the other; no server takes it.
    Each(Vec<Schema>),
    /// Neither, which reads as no schema; how the server prints it.
    Neither(&'static str),
}

/// A rule in CEL. Mirrors `apiextensions.ValidationRule`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Rule {
    /// `rule`
    pub rule: String,
    /// `message`
    pub message: String,
    /// `messageExpression`
    pub message_expression: String,
    /// `reason`
    pub reason: Option<String>,
    /// `fieldPath`
    pub field_path: String,
    /// `optionalOldSelf`
    pub optional_old_self: Option<bool>,
}

impl Schema {
    /// Reads a schema.
    pub fn read(value: Value<'_>) -> Self {
        read(value, MAX_DEPTH)
    }

    /// Ranges and lengths, none of which need be set.
    pub fn bounds(&self) -> &Bounds {
        static NONE: LazyLock<Bounds> = LazyLock::new(Bounds::default);
        self.bounds.as_deref().unwrap_or(&NONE)
    }

    /// What most schemas do not have.
    pub fn seldom(&self) -> &Seldom {
        static NONE: LazyLock<Seldom> = LazyLock::new(Seldom::default);
        self.seldom.as_deref().unwrap_or(&NONE)
    }

    /// The schema of a property.
    pub fn property(&self, name: &str) -> Option<&Schema> {
        by_name::find(&self.properties, self.order.as_deref(), name)
    }

    /// The schema of values of free keys.
    pub fn values_schema(&self) -> Option<&Schema> {
        match &self.additional {
            Some(Additional::Schema(schema)) => Some(schema),
            _ => None,
        }
    }

    /// The schema of items.
    pub fn item(&self) -> Option<&Schema> {
        match &self.items {
            Some(Items::One(schema)) => Some(schema),
            _ => None,
        }
    }

    /// True for `x-kubernetes-preserve-unknown-fields: true`.
    pub fn preserves(&self) -> bool {
        self.preserve == Some(true)
    }

    /// True if it says of apiVersion, kind and the name what holds for every object. Mirrors the shortcut of
    /// `WithTypeAndObjectMeta`.
    pub fn has_type_and_metadata(&self) -> bool {
        let is = |schema: Option<&Schema>, ty: &str| schema.is_some_and(|s| s.ty == ty);
        let metadata = self.property("metadata");
        let names = ["name", "generateName"];
        is(self.property("kind"), "string")
            && is(self.property("apiVersion"), "string")
            && is(metadata, "object")
            && names.iter().all(|name| is(metadata.and_then(|m| m.property(name)), "string"))
    }

    /// What rules see of every object beside what its schema says: apiVersion, kind and the name.
    pub fn type_and_metadata() -> &'static [(String, Schema)] {
        static FIELDS: LazyLock<[(String, Schema); 3]> = LazyLock::new(|| {
            let text = || Schema { ty: "string".into(), ..Schema::default() };
            let metadata = Schema {
                ty: "object".into(),
                properties: vec![("name".into(), text()), ("generateName".into(), text())],
                ..Schema::default()
            };
            [("kind".into(), text()), ("apiVersion".into(), text()), ("metadata".into(), metadata)]
        });
        &*FIELDS
    }

    /// True if it can be read as a structural schema at all. Mirrors `NewStructural`.
    pub fn is_convertible(&self) -> bool {
        if self.plain {
            return true;
        }
        let below =
            self.properties.iter().map(|(_, schema)| schema).chain(self.item()).chain(self.values_schema());
        let Seldom { all_of, any_of, one_of, not, .. } = self.seldom();
        let parts = all_of.iter().chain(any_of).chain(one_of).chain(not.as_deref());
        !self.seldom().foreign.iter().any(|name| name != "example" && name != "$schema")
            && !matches!(self.items, Some(Items::Each(_)))
            && self.preserve != Some(false)
            && below.chain(parts).all(Schema::is_convertible)
    }
}

fn read(value: Value<'_>, depth: usize) -> Schema {
    // Below this depth anything goes: what was not read is not refused.
    let Some(depth) = depth.checked_sub(1) else {
        return Schema { preserve: Some(true), ..Schema::default() };
    };
    let texts = |list: Value<'_>| list.items().filter_map(Value::as_str).map(str::to_owned).collect();
    let schemas = |list: Value<'_>| list.items().map(|v| read(v, depth)).collect();
    let mut schema = Schema::default();
    // Schemas are most of what definitions are: one look at each key, whatever there may be.
    for (key, v) in value.entries().filter(|(_, v)| !v.is_null()) {
        match key {
            "description" => schema.described = v.has_text(),
            "type" => schema.ty = word(v),
            "properties" => {
                // Counted first: a schema is too large to be moved each time the list grows.
                schema.properties.reserve_exact(v.entries().count());
                schema.properties.extend(v.entries().map(|(name, v)| (name.to_owned(), read(v, depth))));
            }
            "items" => schema.items = Some(items(v, depth)),
            "required" => schema.required = texts(v),
            "format" => schema.format = word(v),
            "enum" => seldom(&mut schema).values = v.items().map(Owned::copy).collect(),
            "default" => seldom(&mut schema).default = Some(Owned::copy(v)),
            "additionalProperties" => {
                schema.additional = Some(match v.as_bool() {
                    Some(any) => Additional::Any(any),
                    None => Additional::Schema(Box::new(read(v, depth))),
                });
            }
            "pattern" => {
                let text = text(v);
                schema.pattern =
                    (!text.is_empty()).then(|| Box::new(Pattern { text, compiled: OnceLock::new() }));
            }
            "title" => schema.titled = v.has_text(),
            "nullable" => schema.nullable = v.as_bool() == Some(true),
            "maximum" => schema.bounds.get_or_insert_default().maximum = number(v),
            "exclusiveMaximum" => {
                schema.bounds.get_or_insert_default().exclusive_maximum = v.as_bool() == Some(true);
            }
            "minimum" => schema.bounds.get_or_insert_default().minimum = number(v),
            "exclusiveMinimum" => {
                schema.bounds.get_or_insert_default().exclusive_minimum = v.as_bool() == Some(true);
            }
            "multipleOf" => schema.bounds.get_or_insert_default().multiple_of = number(v),
            "maxLength" => schema.bounds.get_or_insert_default().max_length = v.as_i64(),
            "minLength" => schema.bounds.get_or_insert_default().min_length = v.as_i64(),
            "maxItems" => schema.bounds.get_or_insert_default().max_items = v.as_i64(),
            "minItems" => schema.bounds.get_or_insert_default().min_items = v.as_i64(),
            "maxProperties" => schema.bounds.get_or_insert_default().max_properties = v.as_i64(),
            "minProperties" => schema.bounds.get_or_insert_default().min_properties = v.as_i64(),
            "uniqueItems" => schema.bounds.get_or_insert_default().unique_items = v.as_bool() == Some(true),
            "allOf" => seldom(&mut schema).all_of = schemas(v),
            "anyOf" => seldom(&mut schema).any_of = schemas(v),
            "oneOf" => seldom(&mut schema).one_of = schemas(v),
            "not" => seldom(&mut schema).not = Some(Box::new(read(v, depth))),
            "x-kubernetes-int-or-string" => schema.int_or_string = v.as_bool() == Some(true),
            "x-kubernetes-preserve-unknown-fields" => schema.preserve = v.as_bool(),
            "x-kubernetes-embedded-resource" => schema.embedded = v.as_bool() == Some(true),
            "x-kubernetes-list-type" => seldom(&mut schema).list_type = v.as_str().map(str::to_owned),
            "x-kubernetes-list-map-keys" => seldom(&mut schema).list_map_keys = texts(v),
            "x-kubernetes-map-type" => seldom(&mut schema).map_type = v.as_str().map(str::to_owned),
            "x-kubernetes-validations" => seldom(&mut schema).validations = v.items().map(rule).collect(),
            "id" | "$schema" if v.as_str() == Some("") => {}
            "definitions" | "patternProperties" | "dependencies" if v.entries().next().is_none() => {}
            "id" | "$schema" | "$ref" | "definitions" | "patternProperties" | "dependencies"
            | "additionalItems" | "example" => seldom(&mut schema).foreign.push(key.to_owned()),
            _ => {}
        }
    }
    schema.order = by_name::order(&schema.properties);
    schema.has_rules = !schema.seldom().validations.is_empty()
        || schema.item().is_some_and(|item| item.has_rules)
        || schema.values_schema().is_some_and(|values| values.has_rules)
        || schema.properties.iter().any(|(_, property)| property.has_rules);
    schema.plain = is_plain(&schema);
    schema
}

/// See `Schema::plain`.
fn is_plain(schema: &Schema) -> bool {
    let fits = match &*schema.ty {
        "array" => matches!(schema.items, Some(Items::One(_))),
        "object" | "string" | "integer" | "boolean" | "number" => schema.items.is_none(),
        _ => false,
    };
    let values = match &schema.additional {
        None | Some(Additional::Any(true)) => true,
        Some(Additional::Any(false)) => schema.properties.is_empty(),
        Some(Additional::Schema(values)) => schema.properties.is_empty() && values.plain,
    };
    fits && values
        && schema.pattern.is_none()
        && schema.preserve.is_none()
        && !(schema.embedded || schema.int_or_string)
        && schema.bounds.as_ref().is_none_or(|bounds| !bounds.unique_items)
        && schema.seldom.as_ref().is_none_or(|seldom| seldom.is_enum())
        && formats::is_recognized(&schema.ty, &schema.format)
        && schema.item().is_none_or(|item| item.plain)
        && schema.properties.iter().all(|(_, property)| property.plain)
}

fn seldom(schema: &mut Schema) -> &mut Seldom {
    schema.seldom.get_or_insert_default()
}

fn text(value: Value<'_>) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A word of OpenAPI: those that schemas have are nearly always one of these.
fn word(value: Value<'_>) -> Cow<'static, str> {
    const WORDS: [&str; 10] =
        ["string", "object", "array", "integer", "boolean", "number", "int32", "int64", "date-time", "byte"];
    let text = value.as_str().unwrap_or_default();
    match WORDS.iter().find(|word| **word == text) {
        Some(word) => Cow::Borrowed(word),
        None => Cow::Owned(text.to_owned()),
    }
}

fn number(value: Value<'_>) -> Option<f64> {
    value.as_text().and_then(|text| text.parse::<f64>().ok())
}

fn items(value: Value<'_>, depth: usize) -> Items {
    if value.is_map() {
        Items::One(Box::new(read(value, depth)))
    } else if !value.is_seq() {
        Items::Neither("{\"Schema\":null,\"JSONSchemas\":null}")
    } else if value.items().next().is_none() {
        Items::Neither("{\"Schema\":null,\"JSONSchemas\":[]}")
    } else {
        Items::Each(value.items().map(|v| read(v, depth)).collect())
    }
}

pub(super) fn rule(value: Value<'_>) -> Rule {
    Rule {
        rule: value.str("rule").to_owned(),
        message: value.str("message").to_owned(),
        message_expression: value.str("messageExpression").to_owned(),
        reason: value.get("reason").and_then(Value::as_str).map(str::to_owned),
        field_path: value.str("fieldPath").to_owned(),
        optional_old_self: value.get("optionalOldSelf").and_then(Value::as_bool),
    }
}
