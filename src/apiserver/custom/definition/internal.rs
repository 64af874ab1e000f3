//! A schema as errors print it: the server's internal `JSONSchemaProps`, with Go's names, all of its fields.

use std::fmt::Write as _;

use crate::apiserver::cel::format_g;
use crate::apiserver::go_json;
use crate::object::{Owned, Value};

/// What a field of the struct is.
#[derive(Clone, Copy)]
enum Of {
    Text,
    /// A pointer to a text, or a list of texts: null if it is absent.
    Nullable,
    Flag,
    /// A pointer to a number.
    Number,
    /// Any value, or a list of them.
    Any,
    Schema,
    Schemas,
    /// Schemas by name.
    ByName,
    /// A schema or a list of them.
    OrList,
    /// A schema, or whether anything goes.
    OrFlag,
    Rules,
    Docs,
}

const FIELDS: &[(&str, &str, Of)] = &[
    ("ID", "id", Of::Text),
    ("Schema", "$schema", Of::Text),
    ("Ref", "$ref", Of::Nullable),
    ("Description", "description", Of::Text),
    ("Type", "type", Of::Text),
    ("Nullable", "nullable", Of::Flag),
    ("Format", "format", Of::Text),
    ("Title", "title", Of::Text),
    ("Default", "default", Of::Any),
    ("Maximum", "maximum", Of::Number),
    ("ExclusiveMaximum", "exclusiveMaximum", Of::Flag),
    ("Minimum", "minimum", Of::Number),
    ("ExclusiveMinimum", "exclusiveMinimum", Of::Flag),
    ("MaxLength", "maxLength", Of::Number),
    ("MinLength", "minLength", Of::Number),
    ("Pattern", "pattern", Of::Text),
    ("MaxItems", "maxItems", Of::Number),
    ("MinItems", "minItems", Of::Number),
    ("UniqueItems", "uniqueItems", Of::Flag),
    ("MultipleOf", "multipleOf", Of::Number),
    ("Enum", "enum", Of::Any),
    ("MaxProperties", "maxProperties", Of::Number),
    ("MinProperties", "minProperties", Of::Number),
    ("Required", "required", Of::Nullable),
    ("Items", "items", Of::OrList),
    ("AllOf", "allOf", Of::Schemas),
    ("OneOf", "oneOf", Of::Schemas),
    ("AnyOf", "anyOf", Of::Schemas),
    ("Not", "not", Of::Schema),
    ("Properties", "properties", Of::ByName),
    ("AdditionalProperties", "additionalProperties", Of::OrFlag),
    ("PatternProperties", "patternProperties", Of::ByName),
    ("Dependencies", "dependencies", Of::Any),
    ("AdditionalItems", "additionalItems", Of::OrFlag),
    ("Definitions", "definitions", Of::ByName),
    ("ExternalDocs", "externalDocs", Of::Docs),
    ("Example", "example", Of::Any),
    ("XPreserveUnknownFields", "x-kubernetes-preserve-unknown-fields", Of::Nullable),
    ("XEmbeddedResource", "x-kubernetes-embedded-resource", Of::Flag),
    ("XIntOrString", "x-kubernetes-int-or-string", Of::Flag),
    ("XListMapKeys", "x-kubernetes-list-map-keys", Of::Nullable),
    ("XListType", "x-kubernetes-list-type", Of::Nullable),
    ("XMapType", "x-kubernetes-map-type", Of::Nullable),
    ("XValidations", "x-kubernetes-validations", Of::Rules),
];

/// Schemas deeper than this are no schemas any more: reading stops before.
const MAX_DEPTH: usize = 100;

/// A schema as JSON of the internal struct.
pub(super) fn schema_json(schema: Option<Value<'_>>) -> String {
    let mut out = String::new();
    write(schema, &mut out, MAX_DEPTH);
    out
}

fn write(schema: Option<Value<'_>>, out: &mut String, depth: usize) {
    let Some(schema) = schema.filter(|schema| depth > 0 && schema.is_map()) else {
        out.push_str("null");
        return;
    };
    for (at, (go, json, of)) in FIELDS.iter().enumerate() {
        let _ = write!(out, "{}\"{go}\":", if at == 0 { '{' } else { ',' });
        field(schema.get(json), *of, out, depth - 1);
    }
    out.push('}');
}

fn field(value: Option<Value<'_>>, of: Of, out: &mut String, depth: usize) {
    let present = value.filter(|value| !value.is_null());
    match (of, present) {
        (Of::Text, _) => {
            out.push_str(&go_json::text(present.and_then(Value::as_str).unwrap_or_default()));
        }
        (Of::Flag, _) => {
            out.push_str(if present.and_then(Value::as_bool) == Some(true) { "true" } else { "false" });
        }
        (_, None) => out.push_str("null"),
        (Of::Number, Some(value)) => out.push_str(&number(value)),
        (Of::Nullable, Some(value)) => out.push_str(&go_json::value(Some(value))),
        (Of::Any, Some(value)) => out.push_str(&go_json::owned(&Owned::copy(value))),
        (Of::Schema, value) => write(value, out, depth),
        (Of::Schemas, Some(value)) => list(value, out, depth),
        (Of::ByName, Some(value)) => {
            let mut entries: Vec<(&str, Value<'_>)> = value.entries().collect();
            entries.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (at, (name, schema)) in entries.into_iter().enumerate() {
                let _ = write!(out, "{}{}:", if at == 0 { "" } else { "," }, go_json::text(name));
                write(Some(schema), out, depth);
            }
            out.push('}');
        }
        (Of::OrList, Some(value)) if value.is_seq() => {
            out.push_str("{\"Schema\":null,\"JSONSchemas\":");
            list(value, out, depth);
            out.push('}');
        }
        (Of::OrList, value) => {
            out.push_str("{\"Schema\":");
            write(value, out, depth);
            out.push_str(",\"JSONSchemas\":null}");
        }
        (Of::OrFlag, Some(value)) => {
            let _ = write!(out, "{{\"Allows\":{},\"Schema\":", value.as_bool().unwrap_or(true));
            write(Some(value), out, depth);
            out.push('}');
        }
        (Of::Rules, Some(value)) => {
            let rules: Vec<String> =
                value.items().map(|rule| super::rules::printed(&super::super::schema::rule(rule))).collect();
            let _ = write!(out, "[{}]", rules.join(","));
        }
        (Of::Docs, Some(value)) => {
            let (description, url) = (value.str("description"), value.str("url"));
            let (description, url) = (go_json::text(description), go_json::text(url));
            let _ = write!(out, "{{\"Description\":{description},\"URL\":{url}}}");
        }
    }
}

fn list(schemas: Value<'_>, out: &mut String, depth: usize) {
    out.push('[');
    for (at, schema) in schemas.items().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(Some(schema), out, depth);
    }
    out.push(']');
}

/// A number as Go's encoder prints it.
fn number(value: Value<'_>) -> String {
    let text = value.as_text().unwrap_or_default();
    match (value.as_i64(), text.parse::<f64>()) {
        (None, Ok(number)) => format_g(number),
        _ => text.into_owned(),
    }
}
