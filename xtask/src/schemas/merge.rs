//! The types of all minors in one table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::{Definitions, FIRST, LAST, runs};
use crate::Result;

/// What is known of a field besides its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Field {
    /// `string`, `[string]`, `{io.k8s...}`, ...
    pub(crate) ty: String,
    /// Listed as required by the published schema.
    pub(crate) required: bool,
    /// `list=`, `keys=`, `map=`, `enum=`, `default=`.
    pub(crate) notes: Vec<String>,
    /// Where it exists as described here.
    pub(crate) minors: Vec<u8>,
}

/// A type of all minors.
#[derive(Debug, Default)]
pub(crate) struct Type {
    /// Where it exists.
    pub(crate) minors: Vec<u8>,
    /// Several entries of one field where its type changed.
    pub(crate) fields: BTreeMap<String, Vec<Field>>,
}

/// Types that are scalars to a reader, by name: their schemas say too little.
fn scalar_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit('.').next()? {
        "IntOrString" => "int-or-string",
        "Quantity" => "quantity",
        "Time" => "time",
        "MicroTime" => "micro-time",
        "Duration" => "duration",
        "RawExtension" | "FieldsV1" | "Patch" => "any",
        "JSON" => "any",
        "JSONSchemaPropsOrArray" => "json-schema-or-array",
        "JSONSchemaPropsOrBool" => "json-schema-or-bool",
        "JSONSchemaPropsOrStringArray" => "json-schema-or-strings",
        _ => return None,
    })
}

/// `type` of a schema; the wheel writes `["string", "null"]` for what is optional.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(text) => Some(text),
        Value::Array(several) => several.iter().filter_map(Value::as_str).find(|t| *t != "null"),
        _ => None,
    }
}

fn type_text(schema: &Value) -> Result<String> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        return Ok(scalar_type(name).unwrap_or(name).to_owned());
    }
    let format = schema.get("format").and_then(Value::as_str);
    Ok(match (type_of(schema), format) {
        (Some("string"), Some("byte")) => "bytes".into(),
        (Some("string"), _) => "string".into(),
        (Some("boolean"), _) => "bool".into(),
        (Some("integer"), Some("int32")) => "int32".into(),
        (Some("integer"), _) => "int64".into(),
        (Some("number"), _) => "double".into(),
        (Some("array"), _) => format!("[{}]", type_text(schema.get("items").unwrap_or(&Value::Null))?),
        (Some("object"), _) => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("{{{}}}", type_text(values)?),
            _ => "any".into(),
        },
        (None, _) => "any".into(),
        (Some(other), _) => return Err(format!("no such type: {other}")),
    })
}

/// What the newest published schema (and the live server) add to a field.
fn notes(schema: &Value, live: Option<&Value>) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(list) = schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
        out.push(format!("list={list}"));
    }
    let words = |v: &Value| {
        v.as_array().map(|a| a.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>())
    };
    if let Some(keys) = schema.get("x-kubernetes-list-map-keys").and_then(words) {
        out.push(format!("keys={}", keys.join(",")));
    }
    if let Some(map) = schema.get("x-kubernetes-map-type").and_then(Value::as_str) {
        out.push(format!("map={map}"));
    }
    let Some(live) = live else { return out };
    let item = live.get("items").or_else(|| live.get("additionalProperties")).unwrap_or(&Value::Null);
    if let Some(values) = live.get("enum").or_else(|| item.get("enum")).and_then(words) {
        out.push(format!("enum={}", values.join("|")));
    }
    // `{}`, `0` and `""` are artefacts of the generator, no defaults.
    match live.get("default") {
        Some(Value::String(text)) if !text.is_empty() => out.push(format!("default={text}")),
        Some(Value::Bool(true)) => out.push("default=true".into()),
        Some(Value::Number(n)) if n.as_f64() != Some(0.0) => out.push(format!("default={n}")),
        _ => {}
    }
    out
}

/// The types of all minors in one table.
pub(crate) fn types(
    minors: &BTreeMap<u8, Definitions>,
    live: &Definitions,
) -> Result<BTreeMap<String, Type>> {
    let mut types: BTreeMap<String, Type> = BTreeMap::new();
    // Newest first, so that the notes are those of the newest minor that has the field.
    let mut newest: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (&minor, definitions) in minors.iter().rev() {
        for (name, schema) in definitions {
            if scalar_type(name).is_some() {
                continue;
            }
            let ty = types.entry(name.clone()).or_default();
            ty.minors.insert(0, minor);
            let required = schema.get("required").and_then(Value::as_array);
            for (field, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
                let live_field = || live.get(name)?.get("properties")?.get(field);
                let notes = newest
                    .entry((name.clone(), field.clone()))
                    .or_insert_with(|| notes(schema, live_field()))
                    .clone();
                let next = Field {
                    ty: type_text(schema).map_err(|e| format!("{name}.{field}: {e}"))?,
                    required: required.is_some_and(|r| r.iter().any(|v| v == field)),
                    notes,
                    minors: Vec::new(),
                };
                let entries = ty.fields.entry(field.clone()).or_default();
                let same = |f: &Field| f.ty == next.ty && f.required == next.required;
                let at = entries.iter().position(same).unwrap_or_else(|| {
                    entries.push(next);
                    entries.len() - 1
                });
                entries[at].minors.insert(0, minor);
            }
        }
    }
    Ok(types)
}

/// The table as text.
pub(crate) fn print(types: &BTreeMap<String, Type>) -> String {
    let mut out = format!(
        "# Types of Kubernetes 1.{FIRST} to 1.{LAST}, written by `cargo xtask schemas`.\n\
         # TYPE MINORS, then its fields: NAME TYPE [required] [in=MINORS, where not as long as the type] [list=, keys=, map=] [enum=, default= (1.36)]\n\
         # [X] list of X, {{X}} map of string to X.\n"
    );
    for (name, ty) in types {
        let _ = writeln!(out, "{name} {}", runs(&ty.minors));
        for (field, entries) in &ty.fields {
            for entry in entries {
                let _ = write!(out, "  {field} {}", entry.ty);
                if entry.required {
                    out.push_str(" required");
                }
                if entry.minors != ty.minors {
                    let _ = write!(out, " in={}", runs(&entry.minors));
                }
                for note in &entry.notes {
                    let _ = write!(out, " {note}");
                }
                out.push('\n');
            }
        }
    }
    out
}
