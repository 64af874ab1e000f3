//! What JSON Schemas of the user say of kinds that nobody else knows.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::tree::Unit;
use crate::finding::Finding;
use crate::report::Verdict;
use crate::schema::codes::JSON_SCHEMA;
use crate::schema::json_schema::{JsonSchema, Trouble, Violation, field_path};
use crate::schema::{Location, Minor, MinorSet};
use crate::yaml::{View, to_json};

/// Schemas, each read when the first object asks for it.
#[derive(Debug, Default)]
pub(super) struct JsonSchemas {
    locations: Vec<Location>,
    read: Mutex<BTreeMap<PathBuf, Found>>,
}

/// A schema, or why it cannot be used; `None` where there is no file.
type Found = Option<Result<Arc<JsonSchema>, String>>;

impl JsonSchemas {
    /// Those at these locations; the first that has a kind is asked.
    pub(super) fn at(locations: &[Location]) -> Self {
        Self { locations: locations.to_vec(), read: Mutex::default() }
    }

    fn find(&self, unit: &Unit, minor: Minor) -> Option<(PathBuf, Result<Arc<JsonSchema>, String>)> {
        let paths = self
            .locations
            .iter()
            .flat_map(|location| location.paths(&unit.gvk.group, &unit.gvk.version, &unit.gvk.kind, minor));
        for path in paths {
            // What is in the map is whole whenever somebody holds it.
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            let found = read.entry(path.clone()).or_insert_with(|| {
                path.is_file()
                    .then(|| JsonSchema::read(&path).map(Arc::new).map_err(|error| error.to_string()))
            });
            if let Some(found) = found {
                return Some((path, found.clone()));
            }
        }
        None
    }

    /// Judges an object of a kind that nobody else knows; `None` if no schema is there either. Schemas of custom kinds
    /// do not differ by minor: the newest is asked.
    pub(super) fn judge(&self, unit: &mut Unit, view: View<'_>, minors: MinorSet) -> Option<Vec<Finding>> {
        let minor = minors.iter().last()?;
        let (path, found) = self.find(unit, minor)?;
        let at = view.get("kind").unwrap_or(view);
        let unusable = |why: String| {
            let text = format!("cannot use the JSON Schema {}: {why}", path.display());
            Finding::new(&JSON_SCHEMA, at.place(), text)
        };
        let schema = match found {
            Ok(schema) => schema,
            Err(why) => {
                unit.verdict = Verdict::Unknown;
                unit.why = Some("schema not usable".into());
                return Some(vec![unusable(why)]);
            }
        };
        let Ok(value) = serde_json::from_str(&to_json(view)) else {
            unit.verdict = Verdict::Unknown;
            unit.why = Some("schema not usable".into());
            return Some(vec![unusable("the object has no form in JSON".into())]);
        };
        let findings: Vec<Finding> =
            schema.violations(&value).iter().flat_map(|violation| told(view, violation)).collect();
        unit.verdict = if findings.is_empty() { Verdict::Accepted } else { Verdict::Refused };
        Some(findings)
    }
}

/// A violation in words, at its place.
fn told(view: View<'_>, violation: &Violation) -> Vec<Finding> {
    let (key, value) = view.pointer(&violation.pointer).unwrap_or((None, view));
    let field = field_path(&violation.pointer);
    let finding =
        |at: View<'_>, field: String, text: String| Finding::new(&JSON_SCHEMA, at.place(), text).field(field);
    let below = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
    match &violation.trouble {
        Trouble::UnknownKeys(names) => names
            .iter()
            .map(|name| {
                let at = value.entry(name).map_or(value, |(key, _)| key);
                finding(at, below(name), format!("unknown field \"{}\"", below(name)))
                    .label("the schema has no such field")
            })
            .collect(),
        Trouble::Required(name) => {
            let at = key.unwrap_or_else(|| view.get("kind").unwrap_or(view));
            vec![
                finding(at, below(name), format!("`{}` is missing", below(name)))
                    .help(format!("add `{name}`")),
            ]
        }
        Trouble::NotOneOf(allowed) => {
            let text = format!("`{field}` is none of {}", allowed.join(", "));
            vec![finding(value, field, text).label("not one of those allowed")]
        }
        Trouble::Other(keyword) => {
            let text = format!("{field}: {}", violation.message);
            vec![finding(value, field, text).label(format!("`{keyword}` of the schema"))]
        }
    }
}
