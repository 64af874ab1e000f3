//! JSON Schema: the only door to the `jsonschema` crate.
//!
//! What comes through it are documents about which nobody but a JSON Schema knows anything: kcheck's own configuration,
//! schemas that users bring, values of a chart. Nothing is fetched: a reference to another address is an error; one to
//! another file is read if the schema lies in a file itself.

use std::path::Path;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Retrieve, Uri};
use serde_json::Value;

use crate::source::uri;

/// A schema that values are checked against.
#[derive(Debug)]
pub struct JsonSchema(jsonschema::Validator);

/// A schema that is none.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadSchema(String);

/// What a value does against its schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// JSON Pointer (RFC 6901) of the value.
    pub pointer: String,
    /// What is wrong.
    pub trouble: Trouble,
    /// The library's sentence: `"x" is not of type "array"`.
    pub message: String,
}

/// What is wrong, as far as callers ask.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Keys of the mapping that the schema does not allow.
    UnknownKeys(Vec<String>),
    /// A key of the mapping is missing.
    Required(String),
    /// The value is none of these, as JSON.
    NotOneOf(Vec<String>),
    /// Anything else; the keyword, as `type`.
    Other(String),
}

impl JsonSchema {
    /// Reads a schema; which draft it is of is said by its `$schema`.
    pub fn new(schema: &Value) -> Result<Self, BadSchema> {
        jsonschema::options().offline().build(schema).map(Self).map_err(|error| BadSchema(error.to_string()))
    }

    /// Reads the schema in a file, and the files beside it that it refers to.
    pub fn read(path: &Path) -> Result<Self, BadSchema> {
        let schema = read_json(path).map_err(BadSchema)?;
        let path = std::path::absolute(path).map_err(|error| BadSchema(error.to_string()))?;
        jsonschema::options()
            .with_base_uri(uri::of(&path.to_string_lossy()))
            .with_retriever(Files)
            .build(&schema)
            .map(Self)
            .map_err(|error| BadSchema(error.to_string()))
    }

    /// What is wrong with a value, in the order of the schema.
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        self.0
            .iter_errors(value)
            .map(|error| Violation {
                pointer: error.instance_path().as_str().to_owned(),
                trouble: Trouble::of(error.kind()),
                message: error.to_string(),
            })
            .collect()
    }
}

/// A JSON Pointer as people write paths: `spec.ports[0].name` of `/spec/ports/0/name`.
pub fn field_path(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if !path.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            path.extend(["[", step.as_str(), "]"]);
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&step);
        }
    }
    path
}

/// Reads what `$ref` names, where it names a file.
struct Files;

impl Retrieve for Files {
    fn retrieve(&self, at: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let path = uri::path(at.as_str()).ok_or("kcheck reads files only, nothing is fetched")?;
        read_json(Path::new(&path)).map_err(Into::into)
    }
}

fn read_json(path: &Path) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

impl Trouble {
    fn of(kind: &ValidationErrorKind) -> Self {
        match kind {
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                Self::UnknownKeys(unexpected.clone())
            }
            ValidationErrorKind::Required { property } => {
                Self::Required(property.as_str().map_or_else(|| property.to_string(), str::to_owned))
            }
            ValidationErrorKind::Enum { options } => {
                Self::NotOneOf(options.as_array().into_iter().flatten().map(Value::to_string).collect())
            }
            other => Self::Other(other.keyword().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn violations_know_their_place() {
        let schema = JsonSchema::new(&json!({
            "properties": {"a": {"items": {"type": "integer"}}, "b": {"enum": ["x", "y"]}},
            "additionalProperties": false,
            "required": ["a"],
        }))
        .unwrap();
        let found =
            |value| schema.violations(&value).into_iter().map(|v| (v.pointer, v.trouble)).collect::<Vec<_>>();
        assert_eq!(found(json!({"a": [1], "b": "x"})), []);
        assert_eq!(found(json!({"a": [1, "2"]})), [("/a/1".to_owned(), Trouble::Other("type".into()))]);
        assert_eq!(
            found(json!({"a": [], "c": 1})),
            [(String::new(), Trouble::UnknownKeys(vec!["c".into()]))]
        );
        assert_eq!(
            found(json!({"a": [], "b": 1})),
            [("/b".to_owned(), Trouble::NotOneOf(vec!["\"x\"".into(), "\"y\"".into()]))]
        );
        assert_eq!(found(json!({})), [(String::new(), Trouble::Required("a".into()))]);
    }

    #[test]
    fn nothing_is_fetched() {
        let error = JsonSchema::new(&json!({"$ref": "https://example.com/x.json"})).unwrap_err();
        assert!(error.to_string().contains("example.com"), "{error}");
    }
}
