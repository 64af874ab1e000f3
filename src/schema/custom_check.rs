//! A custom resource against the schema of its CustomResourceDefinition: what the server prunes (and so calls unknown
//! in strict mode), and the first things that its validation asks: types, required fields, nulls, enumerations.

use super::custom::{Rules, json_scalar};
use super::decode::{Decoder, Issue, Path, Weight, What};
use super::go::quote;
use super::minor::MinorSet;
use super::table::{OwnKind, Shape, TypeRef, Types};
use crate::finding::ServerCause;
use crate::yaml::{Kind, View};

const MAX_DEPTH: usize = 200;

/// What the server says about a custom resource.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// In the server's order: metadata, pruned fields sorted, embedded metadata.
    pub(super) issues: Vec<Issue>,
    /// Causes of a refusal by validation, beside the issue of the same position in `invalid`.
    pub(super) causes: Vec<ServerCause>,
    /// What validation refuses.
    pub(super) invalid: Vec<Issue>,
    /// Key nodes and the number of their field, plus one.
    pub(super) notes: Vec<(u32, u16)>,
}

/// Checks the object at `root`.
pub(super) fn check(types: &Types, kind: &OwnKind, root: View<'_>, minors: MinorSet, body: bool) -> Checked {
    let mut walk =
        Walk { types, minors, body, out: Checked::default(), meta: Vec::new(), pruned: Vec::new() };
    walk.value(root, kind.root, &Path::Root, At { key: None, parent: root.index(), depth: 0, kept: false });
    if kind.status_subresource {
        // `status` is dropped before the object is validated.
        let status = |i: &Issue| i.path == "status" || i.path.starts_with("status.");
        let keep: Vec<bool> = walk.out.invalid.iter().map(|i| !status(i)).collect();
        let mut kept = keep.iter();
        walk.out.causes.retain(|_| kept.next().is_none_or(|k| *k));
        walk.out.invalid.retain(|i| !status(i));
    }
    let Walk { mut out, mut meta, mut pruned, .. } = walk;
    pruned.sort_by(|a, b| a.path.cmp(&b.path));
    // Metadata of the object itself comes first, that of embedded objects last.
    let embedded = meta.iter().position(|i| !i.path.starts_with("metadata")).unwrap_or(meta.len());
    let embedded = meta.split_off(embedded);
    out.issues = [meta, pruned, embedded].concat();
    out
}

struct Walk<'t> {
    types: &'t Types,
    minors: MinorSet,
    body: bool,
    out: Checked,
    meta: Vec<Issue>,
    pruned: Vec<Issue>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct At {
    key: Option<u32>,
    parent: u32,
    depth: usize,
    /// A list around it keeps unknown fields.
    kept: bool,
}

/// JSON types as the validator names them.
fn json_type(value: View<'_>) -> &'static str {
    match value.kind() {
        Kind::Null => "null",
        Kind::True | Kind::False => "boolean",
        Kind::Int => "integer",
        Kind::Float if value.as_f64().is_some_and(|f| f.fract() == 0.0) => "integer",
        Kind::Float => "number",
        Kind::Str | Kind::Key => "string",
        Kind::Seq => "array",
        Kind::Map => "object",
    }
}

impl Walk<'_> {
    fn value(&mut self, value: View<'_>, ty: TypeRef, path: &Path<'_>, at: At) {
        let At { key, parent, depth, kept } = at;
        if depth > MAX_DEPTH {
            return;
        }
        let default = Rules::default();
        let types = self.types;
        let rules = types.rules(ty).unwrap_or(&default);
        let shape = types.shape(ty);
        let wanted = match shape {
            Shape::Any => None,
            Shape::Struct(_) | Shape::Map(_) if rules.untyped => None,
            Shape::Struct(_) | Shape::Map(_) => Some("object"),
            Shape::List(_) => Some("array"),
            Shape::Bool => Some("boolean"),
            Shape::Int32 | Shape::Int64 => Some("integer"),
            Shape::Double => Some("number"),
            Shape::IntOrString => Some("integer,string"),
            _ => Some("string"),
        };
        let given = json_type(value);
        if given == "null" && rules.nullable {
            return;
        }
        if let Some(wanted) = wanted {
            let fits = wanted.split(',').any(|w| w == given) || (wanted == "number" && given == "integer");
            if !fits {
                let field = path.strict();
                let body = format!("{field} in body must be of type {wanted}: \"{given}\"");
                let message = format!("Invalid value: \"{given}\": {body}");
                self.invalid("FieldValueTypeInvalid", message, What::Type(ty), value, path, key, parent);
                return;
            }
        }
        self.values(rules, value, path, key, parent);
        match (shape, value.kind()) {
            (Shape::Struct(_), Kind::Map) => {
                for name in &rules.required {
                    let absent = match value.get(name) {
                        None => true,
                        // A null that may not be one is dropped before validation.
                        Some(v) => v.is_null() && !self.field_rules(ty, name).is_some_and(|r| r.nullable),
                    };
                    if absent && !self.field_rules(ty, name).is_some_and(|r| r.defaulted) {
                        let at = path.strict_with(name);
                        self.out.causes.push(ServerCause {
                            reason: "FieldValueRequired",
                            field: at.clone(),
                            message: "Required value".into(),
                        });
                        self.out.invalid.push(Issue {
                            what: What::Required,
                            weight: Weight::Invalid,
                            text: "Required value".into(),
                            path: at,
                            key: None,
                            value: value.index(),
                            parent: value.index(),
                            minors: self.minors,
                        });
                    }
                }
                self.object(value, ty, rules, path, at);
            }
            (Shape::Map(values), Kind::Map) => {
                for (key, entry) in value.entries() {
                    if entry.is_null() && !types.rules(values).is_some_and(|r| r.nullable) {
                        continue;
                    }
                    let path = Path::Key { up: path, name: key.text() };
                    let at =
                        At { key: Some(key.index()), parent: value.index(), depth: depth + 1, kept: false };
                    self.value(entry, values, &path, at);
                }
            }
            (Shape::List(item), Kind::Seq) => {
                // What a list keeps, its items keep.
                let kept = kept || rules.preserve;
                for (index, entry) in value.items().enumerate() {
                    let path = Path::Index { up: path, index };
                    let at = At { key: None, parent: value.index(), depth: depth + 1, kept };
                    self.value(entry, item, &path, at);
                }
            }
            _ => {}
        }
    }

    fn field_rules(&self, ty: TypeRef, name: &str) -> Option<&Rules> {
        let Shape::Struct(id) = self.types.shape(ty) else { return None };
        self.types.rules(self.types.get(id).field(name)?.ty)
    }

    /// The fields of an object: known ones are walked, others are pruned.
    fn object(&mut self, map: View<'_>, ty: TypeRef, rules: &Rules, path: &Path<'_>, at: At) {
        let Shape::Struct(id) = self.types.shape(ty) else { return };
        let fields = self.types.get(id);
        for (key, value) in map.entries() {
            let name = key.text();
            let Some(field) = fields.field(name) else {
                if !rules.preserve && !at.kept {
                    let path = path.strict_with(name);
                    self.pruned.push(Issue {
                        what: What::Unknown,
                        weight: Weight::Strict,
                        text: format!("unknown field {}", quote(&path)),
                        path,
                        key: Some(key.index()),
                        value: value.index(),
                        parent: map.index(),
                        minors: self.minors,
                    });
                }
                continue;
            };
            self.out.notes.push((key.index(), field.index + 1));
            let path = Path::Field { up: path, name: field.name, holder: id, index: field.index };
            if rules.embedded && name == "metadata" {
                self.metadata(key, value, map, &path);
                continue;
            }
            // A null that may not be one is dropped, or replaced by the default.
            if value.is_null() && !self.types.rules(field.ty).is_some_and(|r| r.nullable) {
                continue;
            }
            let at = At { key: Some(key.index()), parent: map.index(), depth: at.depth + 1, kept: false };
            self.value(value, field.ty, &path, at);
        }
    }

    /// `metadata` is always an ObjectMeta, whatever the schema says.
    fn metadata(&mut self, key: View<'_>, value: View<'_>, map: View<'_>, path: &Path<'_>) {
        let Some(meta) = self.types.named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta") else { return };
        let mut decoder = Decoder::new(self.types, self.body);
        decoder.ordered = true;
        decoder.document(value, meta.id(), self.minors);
        self.out.notes.append(&mut decoder.notes);
        let prefix = path.strict();
        for mut issue in decoder.issues {
            if issue.weight != Weight::Strict {
                let mut json = String::new();
                // A value that is no object is told as it stands.
                write_json(value, &mut json, 0);
                issue.text = format!("{prefix}: Invalid value: {json}: {}", issue.text);
            }
            issue.path =
                if issue.path.is_empty() { prefix.clone() } else { format!("{prefix}.{}", issue.path) };
            if issue.weight == Weight::Strict {
                let word = if issue.what == What::Duplicate { "duplicate" } else { "unknown" };
                issue.text = format!("{word} field {}", quote(&issue.path));
            }
            if issue.value == value.index() {
                (issue.key, issue.parent) = (Some(key.index()), map.index());
            }
            self.meta.push(issue);
        }
    }

    fn values(&mut self, rules: &Rules, value: View<'_>, path: &Path<'_>, key: Option<u32>, parent: u32) {
        if rules.values.is_empty() || matches!(value.kind(), Kind::Map | Kind::Seq) {
            return;
        }
        let given = json_scalar(value);
        if rules.values.iter().any(|v| **v == *given) {
            return;
        }
        let all: Vec<String> = rules
            .values
            .iter()
            .map(|v| if v.starts_with('"') { v.to_string() } else { format!("\"{v}\"") })
            .collect();
        let message = format!("Unsupported value: {given}: supported values: {}", all.join(", "));
        self.invalid("FieldValueNotSupported", message, What::NotAllowed, value, path, key, parent);
    }

    fn invalid(
        &mut self,
        reason: &'static str,
        message: String,
        what: What,
        value: View<'_>,
        path: &Path<'_>,
        key: Option<u32>,
        parent: u32,
    ) {
        let field = path.strict();
        self.out.causes.push(ServerCause { reason, field: field.clone(), message: message.clone() });
        self.out.invalid.push(Issue {
            what,
            weight: Weight::Invalid,
            text: message,
            path: field,
            key,
            value: value.index(),
            parent,
            minors: self.minors,
        });
    }
}

/// Compact JSON with sorted keys.
fn write_json(value: View<'_>, out: &mut String, depth: usize) {
    match value.kind() {
        _ if depth > MAX_DEPTH => out.push_str("null"),
        Kind::Map => {
            let mut entries: Vec<_> = value.entries().collect();
            entries.sort_by(|a, b| a.0.text().cmp(b.0.text()));
            out.push('{');
            for (i, (key, value)) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&quote(key.text()));
                out.push(':');
                write_json(value, out, depth + 1);
            }
            out.push('}');
        }
        Kind::Seq => {
            out.push('[');
            for (i, value) in value.items().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_json(value, out, depth + 1);
            }
            out.push(']');
        }
        _ => out.push_str(&json_scalar(value)),
    }
}
