//! What a version says beside its schema: subresources, columns, selectable fields.

use super::super::errors::Errors;
use super::super::field_path;
use super::super::path::Path;
use super::super::schema::Schema;
use super::internal::schema_json;
use crate::apiserver::go_json::{Go, GoField, internal};
use crate::apiserver::validation::Reason;
use crate::object::Value;
use crate::schema::quote;

/// Most fields that can be selected (`MaxSelectableFields`).
const MAX_SELECTABLE: usize = 8;
/// What `validateSimpleJSONPath` says.
const NO_PATH: &str = "must be a simple json path starting with .";

/// Versions as the server prints them: its internal type, in which what all versions share stands elsewhere.
pub(super) fn printed(versions: Option<Value<'_>>) -> String {
    const SCALE: &[GoField] = &[
        ("SpecReplicasPath", "specReplicasPath", Go::Text),
        ("StatusReplicasPath", "statusReplicasPath", Go::Text),
        ("LabelSelectorPath", "labelSelectorPath", Go::Any),
    ];
    const COLUMN: &[GoField] = &[
        ("Name", "name", Go::Text),
        ("Type", "type", Go::Text),
        ("Format", "format", Go::Text),
        ("Description", "description", Go::Text),
        ("Priority", "priority", Go::Int),
        ("JSONPath", "jsonPath", Go::Text),
    ];
    const VERSION: &[GoField] = &[
        ("Name", "name", Go::Text),
        ("Served", "served", Go::Flag),
        ("Storage", "storage", Go::Flag),
        ("Deprecated", "deprecated", Go::Flag),
        ("DeprecationWarning", "deprecationWarning", Go::Any),
    ];
    const OWN: &[GoField] = &[
        (
            "Subresources",
            "subresources",
            Go::Pointer(&[("Status", "status", Go::Any), ("Scale", "scale", Go::Pointer(SCALE))]),
        ),
        ("AdditionalPrinterColumns", "additionalPrinterColumns", Go::List(COLUMN)),
        ("SelectableFields", "selectableFields", Go::List(&[("JSONPath", "jsonPath", Go::Text)])),
    ];
    let Some(list) = versions else { return "null".to_owned() };
    let shared: Vec<bool> = OWN.iter().map(|(_, name, _)| is_alike(list.items(), name)).collect();
    let schema_shared = is_alike(list.items(), "schema");
    let item = |version: Value<'_>| {
        let schema = version.get("schema").filter(|_| !schema_shared);
        let schema = schema.map_or_else(
            || "null".to_owned(),
            |schema| format!("{{\"OpenAPIV3Schema\":{}}}", schema_json(schema.get("openAPIV3Schema"))),
        );
        let own = OWN.iter().zip(&shared).map(|((name, json, go), shared)| {
            if *shared { (*name, "", Go::Always("null")) } else { (*name, *json, *go) }
        });
        let own: Vec<GoField> = own.collect();
        let (first, rest) = (internal(Some(version), VERSION), internal(Some(version), &own));
        let (first, rest) = (first.trim_end_matches('}'), rest.trim_start_matches('{'));
        format!("{first},\"Schema\":{schema},{rest}")
    };
    let items: Vec<String> = list.items().map(item).collect();
    format!("[{}]", items.join(","))
}

/// Whether all versions say the same of a field: then it is one for all.
pub(super) fn is_alike<'v>(versions: impl Iterator<Item = Value<'v>>, name: &str) -> bool {
    let mut all = versions.map(|version| version.get(name));
    let Some(Some(first)) = all.next() else { return false };
    all.all(|other| other.is_some_and(|other| other.equals(first)))
}

/// Mirrors `ValidateCustomResourceDefinitionSubresources`.
pub(super) fn scale(of: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let Some(scale) = of.at(&["subresources", "scale"]).filter(|s| !s.is_null()) else { return };
    let below = [
        ("specReplicasPath", &[".spec."][..], "should be a json path under .spec"),
        ("statusReplicasPath", &[".status."], "should be a json path under .status"),
        ("labelSelectorPath", &[".spec.", ".status."], "should be a json path under either .spec or .status"),
    ];
    let at = path.child("scale");
    for (name, prefixes, detail) in below {
        let value = scale.str(name);
        if value.is_empty() {
            if name != "labelSelectorPath" {
                errors.required(&at.child(name), "");
            }
        } else if !value.starts_with('.') {
            errors.invalid(&at.child(name), &quote(value), NO_PATH);
        } else if !prefixes.iter().any(|prefix| value.starts_with(prefix)) {
            errors.invalid(&at.child(name), &quote(value), detail);
        }
    }
}

/// Mirrors `ValidateCustomResourceColumnDefinition`.
pub(super) fn columns(of: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
    const FORMATS: [&str; 9] =
        ["byte", "date", "date-time", "double", "float", "int32", "int64", "password", "byte"];
    for (index, column) in of.list("additionalPrinterColumns").enumerate() {
        let at = path.index(index);
        if column.str("name").is_empty() {
            errors.required(&at.child("name"), "");
        }
        let (ty, format, json_path) = (column.str("type"), column.str("format"), column.str("jsonPath"));
        let detail = format!("must be one of {}", TYPES.join(","));
        if ty.is_empty() {
            errors.required(&at.child("type"), &detail);
        } else if !TYPES.contains(&ty) {
            errors.invalid(&at.child("type"), &quote(ty), &detail);
        }
        if !format.is_empty() && !FORMATS.contains(&format) {
            let detail = format!("must be one of {}", FORMATS[..8].join(","));
            errors.invalid(&at.child("format"), &quote(format), &detail);
        }
        if json_path.is_empty() {
            errors.required(&at.child("JSONPath"), "");
        } else if !json_path.starts_with('.') {
            errors.invalid(&at.child("JSONPath"), &quote(json_path), NO_PATH);
        }
    }
}

/// Mirrors `ValidateCustomResourceSelectableFields`.
pub(super) fn selectable(of: Value<'_>, schema: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let schema = Schema::read(schema);
    let mut seen: Vec<String> = Vec::new();
    for (index, field) in of.list("selectableFields").enumerate() {
        let at = path.index(index);
        let at = at.child("jsonPath");
        let given = field.str("jsonPath");
        if given.is_empty() {
            errors.required(&at, "");
            continue;
        }
        let (found, of) = match field_path::find(given, &schema, false) {
            Ok(found) => found,
            Err(error) => {
                errors.invalid(&at, &quote(given), &format!("is an invalid path: {error}"));
                continue;
            }
        };
        let name = found.trim_start_matches('.');
        if name == "metadata" || name.starts_with("metadata.") {
            errors.invalid(&at, &quote(given), "must not point to fields in metadata");
        }
        if !matches!(&*of.ty, "string" | "boolean" | "integer") {
            let detail = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
            errors.invalid(&at, &quote(given), detail);
        }
        if seen.contains(&found) {
            errors.say(Reason::Duplicate, &at, format!("Duplicate value: {}", quote(given)));
        } else {
            seen.push(found);
        }
    }
    if seen.len() > MAX_SELECTABLE {
        let count = seen.len();
        errors.say(
            Reason::TooMany,
            path,
            format!("Too many: {count}: must have at most {MAX_SELECTABLE} items"),
        );
    }
}
