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

/// What of a schema decides about types. Schemas have many keywords, so each key is looked at once.
#[derive(Clone, Copy, Default)]
struct Keywords<'d> {
    ty: Option<View<'d>>,
    format: Option<View<'d>>,
    properties: Option<View<'d>>,
    additional: Option<View<'d>>,
    items: Option<View<'d>>,
    required: Option<View<'d>>,
    values: Option<View<'d>>,
    default: Option<View<'d>>,
    nullable: Option<View<'d>>,
    int_or_string: Option<View<'d>>,
    preserve: Option<View<'d>>,
    embedded: Option<View<'d>>,
    list_type: Option<View<'d>>,
    list_keys: Option<View<'d>>,
}

impl<'d> Keywords<'d> {
    fn of(schema: View<'d>) -> Self {
        let mut found = Self::default();
        for (key, value) in schema.entries() {
            let keyword = match key.text() {
                "type" => &mut found.ty,
                "format" => &mut found.format,
                "properties" => &mut found.properties,
                "additionalProperties" => &mut found.additional,
                "items" => &mut found.items,
                "required" => &mut found.required,
                "enum" => &mut found.values,
                "default" => &mut found.default,
                "nullable" => &mut found.nullable,
                "x-kubernetes-int-or-string" => &mut found.int_or_string,
                "x-kubernetes-preserve-unknown-fields" => &mut found.preserve,
                "x-kubernetes-embedded-resource" => &mut found.embedded,
                "x-kubernetes-list-type" => &mut found.list_type,
                "x-kubernetes-list-map-keys" => &mut found.list_keys,
                _ => continue,
            };
            *keyword = Some(value);
        }
        found
    }

    fn rules(&self) -> Rules {
        Rules {
            nullable: is_true(self.nullable),
            preserve: is_true(self.preserve),
            embedded: is_true(self.embedded),
            defaulted: is_there(self.default),
            untyped: false,
            required: texts(self.required).map(Into::into).collect(),
            values: self.values.into_iter().flat_map(View::items).map(|v| json_scalar(v).into()).collect(),
        }
    }
}

fn is_true(keyword: Option<View<'_>>) -> bool {
    keyword.and_then(View::as_bool) == Some(true)
}

fn is_there(keyword: Option<View<'_>>) -> bool {
    keyword.is_some_and(|value| !value.is_null())
}

fn text(keyword: Option<View<'_>>) -> Option<&str> {
    keyword.and_then(View::as_str)
}

fn texts(keyword: Option<View<'_>>) -> impl Iterator<Item = &str> {
    keyword.into_iter().flat_map(View::items).filter_map(View::as_str)
}

struct Compiler<'c> {
    types: &'c mut Types,
    name: &'c str,
}

impl Compiler<'_> {
    /// The whole object: what the schema says, and apiVersion, kind and metadata in any case.
    fn root(&mut self, schema: View<'_>, preserve: bool) -> TypeRef {
        let schema = Keywords::of(schema);
        let mut rules = schema.rules();
        rules.preserve |= preserve;
        rules.embedded = true;
        let fields = self.fields(&schema, 0, true);
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
    fn fields(&mut self, schema: &Keywords<'_>, depth: usize, resource: bool) -> Vec<OwnField> {
        let required: Vec<&str> = texts(schema.required).collect();
        let mut fields: Vec<OwnField> = Vec::new();
        for (key, value) in schema.properties.into_iter().flat_map(View::entries) {
            let name = key.text();
            if resource && matches!(name, "apiVersion" | "kind" | "metadata") {
                continue;
            }
            let property = Keywords::of(value);
            fields.push(OwnField {
                name: name.into(),
                ty: self.value(&property, depth + 1),
                required: required.contains(&name),
                list: match text(property.list_type) {
                    Some("set") => ListType::Set,
                    Some("map") => ListType::Map,
                    _ => ListType::Atomic,
                },
                keys: texts(property.list_keys).collect::<Vec<_>>().join(",").into(),
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

    fn value(&mut self, schema: &Keywords<'_>, depth: usize) -> TypeRef {
        let mut rules = schema.rules();
        if depth > MAX_DEPTH {
            rules.preserve = true;
            rules.untyped = true;
            return self.types.add_ref(OwnRef { shape: Shape::Any, rules });
        }
        let shape = match text(schema.ty) {
            _ if is_true(schema.int_or_string) => Shape::IntOrString,
            Some("string") => Shape::String,
            Some("boolean") => Shape::Bool,
            Some("integer") if text(schema.format) == Some("int32") => Shape::Int32,
            Some("integer") => Shape::Int64,
            Some("number") => Shape::Double,
            Some("array") => match schema.items {
                Some(items) => Shape::List(self.value(&Keywords::of(items), depth + 1)),
                None => Shape::List(TypeRef::ANY),
            },
            Some("object") | None if is_there(schema.properties) || rules.embedded => {
                rules.untyped = !is_there(schema.ty);
                // Both together are not structural; what is not listed is then of the other schema's type.
                rules.preserve |= is_there(schema.additional);
                let fields = self.fields(schema, depth, rules.embedded);
                return self.structure(fields, rules);
            }
            Some("object") => match schema.additional {
                Some(values) if values.as_bool() == Some(true) => Shape::Map(TypeRef::ANY),
                Some(values) if !values.is_null() && values.as_bool().is_none() => {
                    Shape::Map(self.value(&Keywords::of(values), depth + 1))
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

/// A scalar as JSON text.
pub(super) fn json_scalar(value: View<'_>) -> String {
    match value.as_str() {
        Some(text) => super::go::quote(text),
        None => value.text().to_owned(),
    }
}
