//! Custom resources: what the server says about an object of a kind that a CustomResourceDefinition made, and about the
//! definition itself. Mirrors `apiextensions-apiserver`.
//!
//! - `schema` reads OpenAPI v3 schemas, `complete` prunes and defaults, `shape` is kube-openapi's validation, `lists`
//!   sets, maps and embedded resources, `decl` and `rules` the rules in CEL; `definition` and `structural` judge the
//!   definition itself.
//! - What cannot be evaluated is told in `Answer::not_evaluated`: it is never a silent yes.

mod by_name;
mod complete;
mod decl;
mod definition;
mod errors;
mod field_path;
mod formats;
mod lists;
mod path;
mod rules;
/// Schemas.
pub mod schema;
mod shape;
mod structural;
mod words;

pub use definition::{create as create_definition, update as update_definition};
pub use schema::Schema;

use std::sync::OnceLock;

use errors::Errors;
use path::Path;

use super::Answer;
use super::validation::{self, Cause, Reason, Request};
use crate::apiserver::go_json;
use crate::object::{Owned, Value};

/// A version of a kind that a CustomResourceDefinition makes.
#[derive(Debug)]
pub struct Definition {
    /// `spec.group`
    pub group: String,
    /// `spec.versions[].name`
    pub version: String,
    /// `spec.names.kind`
    pub kind: String,
    schema: Schema,
    /// Compiled when there is an object to ask.
    rules: OnceLock<rules::Tree>,
    status: bool,
    scale: Option<Scale>,
}

/// `subresources.scale`
#[derive(Debug)]
struct Scale {
    spec_replicas: String,
    status_replicas: String,
    label_selector: String,
}

/// The kinds of all CustomResourceDefinitions that are known.
#[derive(Debug, Default)]
pub struct Definitions(Vec<Definition>);

impl Definitions {
    /// Adds the versions of a definition that have a schema, if they are wanted: group, version and kind. A later one
    /// replaces an earlier one.
    pub fn add(&mut self, crd: Value<'_>, wanted: impl Fn(&str, &str, &str) -> bool) {
        let spec = crd.get("spec");
        if crd.str("kind") != "CustomResourceDefinition" {
            return;
        }
        let Some(spec) = spec else { return };
        let group = spec.str("group");
        let kind = spec.get("names").map_or("", |names| names.str("kind"));
        let shared = spec.at(&["validation", "openAPIV3Schema"]);
        let mut add = |version: &str, entry: Option<Value<'_>>| {
            let of_version = entry.and_then(|e| e.at(&["schema", "openAPIV3Schema"]));
            let wanted = |_: &Value<'_>| wanted(group, version, kind);
            let Some(schema) = of_version.or(shared).filter(wanted) else { return };
            let schema = Schema::read(schema);
            let subresource = |name: &str| {
                let own = entry.and_then(|e| e.at(&["subresources", name]));
                own.or_else(|| spec.at(&["subresources", name])).filter(|s| !s.is_null())
            };
            let scale = subresource("scale").map(|scale| Scale {
                spec_replicas: scale.str("specReplicasPath").to_owned(),
                status_replicas: scale.str("statusReplicasPath").to_owned(),
                label_selector: scale.str("labelSelectorPath").to_owned(),
            });
            self.0.retain(|d| !(d.group == group && d.kind == kind && d.version == version));
            self.0.push(Definition {
                group: group.to_owned(),
                version: version.to_owned(),
                kind: kind.to_owned(),
                rules: OnceLock::new(),
                schema,
                status: subresource("status").is_some(),
                scale,
            });
        };
        for entry in spec.list("versions") {
            add(entry.str("name"), Some(entry));
        }
        if spec.list("versions").next().is_none() {
            add(spec.str("version"), None);
        }
    }

    /// The definition of a kind.
    pub fn find(&self, group: &str, version: &str, kind: &str) -> Option<&Definition> {
        self.0.iter().find(|d| d.kind == kind && d.group == group && d.version == version)
    }
}

impl Definition {
    /// An object as it is stored: pruned, defaults filled in.
    pub fn complete(&self, object: Value<'_>) -> Owned {
        let mut object = Owned::copy(object);
        complete::complete(&mut object, &self.schema, self.status);
        object
    }

    /// Judges a new object. Mirrors `customResourceStrategy.Validate`.
    pub fn create(&self, request: &Request<'_>, object: Value<'_>) -> Answer {
        let completed = self.complete(object);
        let mut errors = Errors::new(object);
        errors.take(validation::validate(request, object));
        shape::validate(&self.schema, &completed, None, &mut errors);
        self.scale(&completed, &mut errors);
        lists::embedded(&self.schema, &completed, &Path::ROOT, &mut errors);
        lists::unique(&self.schema, &completed, &Path::ROOT, &mut errors);
        self.rules(&completed, None, &mut errors);
        errors.answer(request)
    }

    /// Judges an object in the place of a stored one. Mirrors `customResourceStrategy.ValidateUpdate`.
    pub fn update(&self, request: &Request<'_>, old: Value<'_>, object: Value<'_>) -> Answer {
        let mut before = Owned::copy(old);
        complete::default(&mut before, &self.schema);
        let mut completed = self.complete(object);
        // What is stored stays: an update of the object does not touch its status.
        if let (true, Owned::Map(entries), Some(status)) = (self.status, &mut completed, before.get("status"))
        {
            entries.push(("status".into(), status.clone()));
        }
        let mut errors = Errors::new(object);
        errors.take(validation::validate(request, object));
        shape::validate(&self.schema, &completed, Some(&before), &mut errors);
        self.scale(&completed, &mut errors);
        let clean = |check: fn(&Schema, &Owned, &Path<'_>, &mut Errors<'_>)| {
            let mut errors = Errors::new(old);
            check(&self.schema, &before, &Path::ROOT, &mut errors);
            errors.is_empty()
        };
        if clean(lists::embedded) {
            lists::embedded(&self.schema, &completed, &Path::ROOT, &mut errors);
        }
        if clean(lists::unique) {
            lists::unique(&self.schema, &completed, &Path::ROOT, &mut errors);
        }
        self.rules(&completed, Some(&before), &mut errors);
        errors.answer(request)
    }

    /// The rules are asked only if the object has the shape that they count on (`hasBlockingErr`).
    fn rules(&self, object: &Owned, old: Option<&Owned>, errors: &mut Errors<'_>) {
        if !self.schema.has_rules {
            return;
        }
        let blocks = |cause: &Cause| {
            matches!(
                cause.reason,
                Reason::NotSupported
                    | Reason::Required
                    | Reason::TooLong
                    | Reason::TooMany
                    | Reason::TypeInvalid
            )
        };
        if errors.causes.iter().any(blocks) {
            let message = "Invalid value: null: some validation rules were not checked because the object was \
                           invalid; correct the existing errors to complete validation";
            errors.say(Reason::Invalid, &Path::ROOT, message);
            return;
        }
        let rules = self.rules.get_or_init(|| rules::Tree::new(&self.schema, true));
        rules::run(rules, &self.schema, object, old, errors);
    }

    /// Mirrors `ValidateScaleSpec` and `ValidateScaleStatus`.
    fn scale(&self, object: &Owned, errors: &mut Errors<'_>) {
        let Some(scale) = &self.scale else { return };
        let find = |path: &str| path.split('.').try_fold(object, |value, name| value.get(name));
        for path in [&scale.spec_replicas, &scale.status_replicas] {
            let path = path.strip_prefix('.').unwrap_or(path);
            let at = Path::ROOT;
            let at = at.child(path);
            match find(path) {
                Some(Owned::Int(count)) if *count < 0 => {
                    errors.invalid(&at, &count.to_string(), "should be a non-negative integer");
                }
                Some(Owned::Int(count)) if *count > i64::from(i32::MAX) => {
                    let detail = format!("should be less than or equal to {}", i32::MAX);
                    errors.invalid(&at, &count.to_string(), &detail);
                }
                Some(Owned::Int(_)) | None => {}
                Some(other) => {
                    let detail = accessor_error(path, other, "int64");
                    errors.invalid(&at, "0", &detail);
                }
            }
        }
        let path = scale.label_selector.strip_prefix('.').unwrap_or(&scale.label_selector);
        if path.is_empty() {
            return;
        }
        match find(path) {
            Some(Owned::Str(_)) | None => {}
            Some(other) => {
                let detail = accessor_error(path, other, "string");
                errors.invalid(&Path::ROOT.child(path), "\"\"", &detail);
            }
        }
    }
}

/// What `unstructured.NestedInt64` and its kin say.
fn accessor_error(path: &str, value: &Owned, wanted: &str) -> String {
    let (shown, ty) = match value {
        Owned::Null => ("<nil>".to_owned(), "<nil>"),
        Owned::Bool(b) => (b.to_string(), "bool"),
        Owned::Int(n) => (n.to_string(), "int64"),
        Owned::Number(_) => (errors::printed(value), "float64"),
        Owned::Str(text) => (text.clone().into_owned(), "string"),
        Owned::Seq(_) => (go_json::owned(value), "[]interface {}"),
        Owned::Map(_) => (go_json::owned(value), "map[string]interface {}"),
    };
    format!(".{path} accessor error: {shown} is of the type {ty}, expected {wanted}")
}
