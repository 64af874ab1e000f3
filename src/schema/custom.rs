//! CustomResourceDefinitions as tables: their schemas become types, references and kinds like the built-in ones.
//!
//! Structural schemas are what a server accepts; constructs that it refuses (or that older versions allowed) are
//! tolerated, and what they leave open is read as "any value".

use super::table::{ListType, OwnField, OwnKind, OwnRef, OwnType, Shape, Type, TypeRef, Types};
use crate::yaml::View;

/// Deeper schemas than this are read as "any value".
const MAX_DEPTH: usize = 100;

/// What a schema asks of a value beyond its shape.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// `nullable`: null is a value.
    pub(super) nullable: bool,
    /// `x-kubernetes-preserve-unknown-fields`: unknown fields stay.
    pub(super) preserve: bool,
    /// `x-kubernetes-embedded-resource`: an object with apiVersion, kind and metadata of its own.
    pub(super) embedded: bool,
    /// A default stands in for an absent (or null) value.
    pub(super) defaulted: bool,
    /// No type is asked for at all.
    pub(super) untyped: bool,
    /// Names that must be there.
    pub(super) required: Vec<Box<str>>,
    /// Allowed values, as JSON text; empty if any.
    pub(super) values: Vec<Box<str>>,
}

/// What became of a CustomResourceDefinition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Added {
    /// Versions that became kinds.
    pub versions: Vec<String>,
    /// Versions without a schema: nothing is known of their objects.
    pub without_schema: Vec<String>,
}

impl Types {
    /// Adds the kinds of a CustomResourceDefinition (v1, or v1beta1 with its one schema for all versions). A later
    /// definition of the same kind replaces an earlier one. `None` if it is no such object.
    pub fn add_crd(&mut self, crd: View<'_>) -> Option<Added> {
        self.add_crd_for(crd, |_, _, _| true)
    }

    /// The same, with fields only for versions that there are objects of: of the others it is enough that the kind exists.
    pub fn add_crd_for(
        &mut self,
        crd: View<'_>,
        has_objects: impl Fn(&str, &str, &str) -> bool,
    ) -> Option<Added> {
        if crd.get("kind")?.as_str()? != "CustomResourceDefinition" {
            return None;
        }
        let spec = crd.get("spec")?;
        let group = spec.get("group")?.as_str()?;
        let names = spec.get("names")?;
        let kind = names.get("kind")?.as_str()?;
        let plural = names.get("plural")?.as_str()?;
        let namespaced = spec.get("scope").and_then(View::as_str) != Some("Cluster");
        let shared = spec.at(&["validation", "openAPIV3Schema"]);
        let preserve = spec.get("preserveUnknownFields").and_then(View::as_bool) == Some(true)
            || (shared.is_some() && spec.get("preserveUnknownFields").is_none());

        let mut added = Added::default();
        let mut add = |types: &mut Self, version: &str, entry: Option<View<'_>>| {
            let schema = entry.and_then(|e| e.at(&["schema", "openAPIV3Schema"])).or(shared);
            let flag = |name: &str| entry.and_then(|e| e.get(name)).and_then(View::as_bool);
            let Some(schema) = schema else {
                added.without_schema.push(version.to_owned());
                return;
            };
            let name = format!("{group}/{version} {kind}");
            let mut compiler = Compiler { types, name: &name };
            let used = has_objects(group, version, kind);
            let root = if used { compiler.root(schema, preserve) } else { compiler.open() };
            let Shape::Struct(ty) = types.shape(root) else { return };
            types.kinds.retain(|k| !(&*k.kind == kind && &*k.group == group && &*k.version == version));
            let warning = entry.and_then(|e| e.get("deprecationWarning")).and_then(View::as_str);
            let deprecated = (flag("deprecated") == Some(true)).then(|| {
                warning.map_or_else(|| format!("{group}/{version} {kind} is deprecated"), str::to_owned)
            });
            types.kinds.push(OwnKind {
                group: group.into(),
                version: version.into(),
                kind: kind.into(),
                plural: plural.into(),
                namespaced,
                served: flag("served") != Some(false),
                deprecated: deprecated.map(String::into_boxed_str),
                status_subresource: entry
                    .and_then(|e| e.at(&["subresources", "status"]))
                    .or_else(|| spec.at(&["subresources", "status"]))
                    .is_some_and(|s| !s.is_null()),
                ty,
                root,
            });
            added.versions.push(version.to_owned());
        };
        match spec.get("versions").filter(|v| !v.is_empty()) {
            Some(versions) => {
                for entry in versions.items() {
                    if let Some(version) = entry.get("name").and_then(View::as_str) {
                        add(self, version, Some(entry));
                    }
                }
            }
            None => add(self, spec.get("version")?.as_str()?, None),
        }
        Some(added)
    }
}

struct Compiler<'c> {
    types: &'c mut Types,
    name: &'c str,
}

impl Compiler<'_> {
    /// The whole object: what the schema says, and apiVersion, kind and metadata in any case.
    fn root(&mut self, schema: View<'_>, preserve: bool) -> TypeRef {
        let mut rules = rules(schema);
        rules.preserve |= preserve;
        rules.embedded = true;
        let fields = self.fields(schema, 0, true);
        self.structure(fields, rules)
    }

    /// An object of which nothing is known but that it is one.
    fn open(&mut self) -> TypeRef {
        let rules = Rules { preserve: true, embedded: true, ..Rules::default() };
        self.structure(Vec::new(), rules)
    }

    fn structure(&mut self, fields: Vec<OwnField>, rules: Rules) -> TypeRef {
        let ty = self.types.add_type(OwnType { name: self.name.into(), fields });
        self.types.add_ref(OwnRef { shape: Shape::Struct(ty), rules })
    }

    /// Fields of an object, sorted by name.
    fn fields(&mut self, schema: View<'_>, depth: usize, resource: bool) -> Vec<OwnField> {
        let required: Vec<&str> =
            schema.get("required").map(|r| r.items().filter_map(View::as_str).collect()).unwrap_or_default();
        let mut fields: Vec<OwnField> = Vec::new();
        for (key, value) in schema.get("properties").into_iter().flat_map(View::entries) {
            let name = key.text();
            if resource && matches!(name, "apiVersion" | "kind" | "metadata") {
                continue;
            }
            let ty = self.value(value, depth + 1);
            let text = |name: &str| value.get(name).and_then(View::as_str);
            let keys = value.get("x-kubernetes-list-map-keys");
            let keys: Vec<&str> =
                keys.map(|k| k.items().filter_map(View::as_str).collect()).unwrap_or_default();
            fields.push(OwnField {
                name: name.into(),
                ty,
                required: required.contains(&name),
                list: match text("x-kubernetes-list-type") {
                    Some("set") => ListType::Set,
                    Some("map") => ListType::Map,
                    _ => ListType::Atomic,
                },
                keys: keys.join(",").into(),
            });
        }
        if resource {
            let meta = self.types.named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta").map(Type::id);
            let shape = meta.map_or(Shape::Any, Shape::Struct);
            let meta = self.types.add_ref(OwnRef { shape, rules: Rules::default() });
            for (name, ty) in [("apiVersion", TypeRef::STRING), ("kind", TypeRef::STRING), ("metadata", meta)]
            {
                let (list, keys) = (ListType::Atomic, "".into());
                fields.push(OwnField { name: name.into(), ty, required: false, list, keys });
            }
        }
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        fields
    }

    fn value(&mut self, schema: View<'_>, depth: usize) -> TypeRef {
        let mut rules = rules(schema);
        let flag = |name: &str| schema.get(name).and_then(View::as_bool) == Some(true);
        if depth > MAX_DEPTH {
            rules.preserve = true;
            rules.untyped = true;
            return self.types.add_ref(OwnRef { shape: Shape::Any, rules });
        }
        let has = |name: &str| schema.get(name).is_some_and(|v| !v.is_null());
        let shape = match schema.get("type").and_then(View::as_str) {
            _ if flag("x-kubernetes-int-or-string") => Shape::IntOrString,
            Some("string") => Shape::String,
            Some("boolean") => Shape::Bool,
            Some("integer") if schema.get("format").and_then(View::as_str) == Some("int32") => Shape::Int32,
            Some("integer") => Shape::Int64,
            Some("number") => Shape::Double,
            Some("array") => match schema.get("items") {
                Some(items) => Shape::List(self.value(items, depth + 1)),
                None => Shape::List(TypeRef::ANY),
            },
            Some("object") | None if has("properties") || rules.embedded => {
                rules.untyped = !has("type");
                // Both together are not structural; what is not listed is then of the other schema's type.
                rules.preserve |= has("additionalProperties");
                let fields = self.fields(schema, depth, rules.embedded);
                return self.structure(fields, rules);
            }
            Some("object") => match schema.get("additionalProperties") {
                Some(values) if values.as_bool() == Some(true) => Shape::Map(TypeRef::ANY),
                Some(values) if !values.is_null() && values.as_bool().is_none() => {
                    Shape::Map(self.value(values, depth + 1))
                }
                _ => return self.structure(Vec::new(), rules),
            },
            _ => {
                rules.untyped = true;
                Shape::Any
            }
        };
        self.types.add_ref(OwnRef { shape, rules })
    }
}

fn rules(schema: View<'_>) -> Rules {
    let flag = |name: &str| schema.get(name).and_then(View::as_bool) == Some(true);
    let texts = |name: &str, text: fn(View<'_>) -> Option<Box<str>>| {
        schema.get(name).map(|list| list.items().filter_map(text).collect()).unwrap_or_default()
    };
    Rules {
        nullable: flag("nullable"),
        preserve: flag("x-kubernetes-preserve-unknown-fields"),
        embedded: flag("x-kubernetes-embedded-resource"),
        defaulted: schema.get("default").is_some_and(|d| !d.is_null()),
        untyped: false,
        required: texts("required", |v| v.as_str().map(Into::into)),
        values: texts("enum", |v| Some(json_scalar(v).into())),
    }
}

/// A scalar as JSON text.
pub(super) fn json_scalar(value: View<'_>) -> String {
    match value.as_str() {
        Some(text) => super::go::quote(text),
        None => value.text().to_owned(),
    }
}
