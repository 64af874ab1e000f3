//! Schemas as types of the language. Mirrors `SchemaDeclType` and `MaybeAssignTypeName`.

use std::sync::Arc;

use super::schema::Schema;
use crate::apiserver::cel::{Decl, DeclKind, Format, ListKind, MAX_REQUEST, Object, ObjectField, escape};
use crate::object::Owned;

/// What the objects of a schema are called, step by step: it is written only where there are objects.
#[derive(Clone, Copy)]
struct Name<'n> {
    around: Option<&'n Name<'n>>,
    own: &'n str,
}

impl<'n> Name<'n> {
    fn below(&'n self, own: &'n str) -> Self {
        Self { around: Some(self), own }
    }

    fn write(&self, out: &mut String) {
        if let Some(around) = self.around {
            around.write(out);
            out.push('.');
        }
        out.push_str(self.own);
    }
}

/// The type of what a schema describes. `name` is what its objects are called; `root`: apiVersion, kind and the name can
/// be asked for. None if nothing can be said of the values.
pub(super) fn decl(schema: &Schema, name: &str, root: bool) -> Option<Decl> {
    of(schema, &Name { around: None, own: name }, root)
}

fn of(schema: &Schema, name: &Name<'_>, root: bool) -> Option<Decl> {
    let max_text = MAX_REQUEST - 2;
    let bound =
        |given: Option<i64>, otherwise: u64| given.map_or(otherwise, |n| u64::try_from(n).unwrap_or(0));
    let make = |kind: DeclKind, max_elements: u64, min_size: u64| {
        Some(Decl { kind, nullable: schema.nullable, max_elements, min_size })
    };
    if schema.int_or_string {
        let max =
            schema.bounds().max_length.map_or(max_text, |n| u64::try_from(n).unwrap_or(0).saturating_mul(4));
        return make(DeclKind::IntOrString, max, 1);
    }
    let added = if root && !schema.has_type_and_metadata() { Schema::type_and_metadata() } else { &[] };
    match &*schema.ty {
        "array" => {
            let item_schema = schema.item()?;
            let item = of(item_schema, &name.below("@idx"), item_schema.embedded)?;
            let max = bound(schema.bounds().max_items, max_text / (item.min_size + 1));
            let kind = match schema.seldom().list_type.as_deref() {
                Some("set") => ListKind::Set,
                Some("map") => ListKind::Map(
                    schema
                        .seldom()
                        .list_map_keys
                        .iter()
                        .map(|k| escape(k).unwrap_or_else(|| k.clone()).into())
                        .collect(),
                ),
                _ => ListKind::Atomic,
            };
            make(DeclKind::List(Arc::new(item), kind), max, 2)
        }
        "object" => {
            if let Some(values) = schema.values_schema() {
                let value = of(values, &name.below("@elem"), values.embedded)?;
                let max = bound(schema.bounds().max_properties, max_text / (value.min_size + 6));
                return make(DeclKind::Map(Arc::new(value)), max, 2);
            }
            let mut size = 2;
            let mut fields = Vec::with_capacity(schema.properties.len());
            let own = schema.properties.iter().filter(|(own, _)| added.iter().all(|(name, _)| name != own));
            for (property, field) in own.chain(added) {
                let escaped = escape(property);
                let found = of(field, &name.below(escaped.as_deref().unwrap_or(property)), field.embedded);
                if let Some(found) = &found
                    && schema.required.contains(property)
                    && field.seldom().default.is_none()
                {
                    size += property.len() as u64 + found.min_size + 4;
                }
                let unnamed = found.is_none();
                let found = found.unwrap_or(Decl {
                    kind: DeclKind::Preserved,
                    nullable: field.nullable,
                    max_elements: 0,
                    min_size: 0,
                });
                fields.push(ObjectField {
                    name: property.as_str().into(),
                    escaped: escaped.filter(|_| !unnamed).map(Into::into),
                    decl: Arc::new(found),
                });
            }
            let mut full = String::new();
            name.write(&mut full);
            make(DeclKind::Object(Object { name: full.into(), fields }), 0, size)
        }
        "string" => match &*schema.format {
            "byte" => make(DeclKind::Str(Format::Byte), bound(schema.bounds().max_length, max_text), 2),
            "duration" => make(DeclKind::Str(Format::Duration), 32, 3),
            "date" => make(DeclKind::Str(Format::Date), 12, 12),
            "date-time" => make(DeclKind::Str(Format::DateTime), 32, 21),
            _ => {
                let longest = || {
                    let lengths = schema
                        .seldom()
                        .values
                        .iter()
                        .map(|v| if let Owned::Str(t) = v { t.len() as u64 } else { 0 });
                    lengths.max().unwrap_or(0)
                };
                let max = match schema.bounds().max_length {
                    Some(n) => u64::try_from(n).unwrap_or(0).saturating_mul(4),
                    None if !schema.seldom().values.is_empty() => longest(),
                    None => max_text,
                };
                make(DeclKind::Str(Format::Plain), max, 2)
            }
        },
        // Sizes of what has none are not bounded (`noMaxLength`).
        "boolean" => make(DeclKind::Bool, 0, 4),
        "number" => make(DeclKind::Number, 0, 1),
        "integer" => make(DeclKind::Integer, 0, 1),
        _ => None,
    }
}
