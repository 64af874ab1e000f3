//! Go's encoder: `omitempty`, pointers, and structs that are always there.

use serde_json::{Map, Value as Json};

use super::go::facts;
use crate::schema::quantity::Quantity;
use crate::schema::{Shape, Type, Types};

/// Deeper values stay as they are; no Kubernetes type comes near.
const MAX_DEPTH: usize = 64;

/// Makes an object what Go's encoder would print of it.
pub(super) fn encode(json: &mut Json, ty: Type<'_>, types: &Types) {
    if let Json::Object(fields) = json {
        structure(fields, ty, types, MAX_DEPTH);
    }
}

fn structure(fields: &mut Map<String, Json>, ty: Type<'_>, types: &Types, depth: usize) {
    if depth == 0 {
        return;
    }
    let facts = facts(ty.name);
    let (kept, always) = facts.map_or(("", ""), |facts| (facts.kept, facts.always));
    let is_in = |list: &str, name: &str| list.split(' ').any(|other| other == name);
    fields.retain(|name, value| {
        let Some(field) = ty.field(name) else { return true };
        let shape = types.shape(field.ty);
        within(value, shape, types, depth - 1);
        !is_empty(value, shape) || is_in(kept, name) && !value.is_null()
    });
    for name in always.split(' ').filter(|name| !name.is_empty()) {
        let (name, null) = name.strip_prefix('*').map_or((name, false), |name| (name, true));
        let Some(field) = ty.field(name) else { continue };
        if !fields.contains_key(name) {
            let value = if null { Json::Null } else { zero(types.shape(field.ty), types, depth - 1) };
            fields.insert(name.to_owned(), value);
        }
    }
}

fn within(value: &mut Json, shape: Shape, types: &Types, depth: usize) {
    if depth == 0 {
        return;
    }
    match (shape, value) {
        (Shape::Struct(id), Json::Object(fields)) => structure(fields, types.get(id), types, depth),
        (Shape::List(of), Json::Array(items)) => {
            let shape = types.shape(of);
            for item in items {
                if item.is_null() {
                    *item = zero(shape, types, depth - 1);
                }
                within(item, shape, types, depth - 1);
            }
        }
        (Shape::Map(of), Json::Object(entries)) => {
            let shape = types.shape(of);
            for (_, entry) in entries.iter_mut() {
                if entry.is_null() {
                    *entry = zero(shape, types, depth - 1);
                }
                within(entry, shape, types, depth - 1);
            }
        }
        (Shape::Quantity, value @ (Json::String(_) | Json::Number(_))) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if let Ok(quantity) = Quantity::parse_json(&text) {
                *value = Json::String(quantity.to_string());
            }
        }
        _ => {}
    }
}

/// What `omitempty` leaves out. An empty struct is no pointer's nil, and stays.
fn is_empty(value: &Json, shape: Shape) -> bool {
    match value {
        Json::Null => true,
        Json::Bool(value) => !value,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => matches!(shape, Shape::Map(_)) && entries.is_empty(),
    }
}

/// What Go prints of a field that nobody set.
fn zero(shape: Shape, types: &Types, depth: usize) -> Json {
    match shape {
        Shape::String | Shape::Duration => Json::String(String::new()),
        Shape::Bool => Json::Bool(false),
        Shape::Int32 | Shape::Int64 | Shape::Double | Shape::IntOrString => Json::from(0),
        Shape::Quantity => Json::String("0".to_owned()),
        Shape::Struct(id) => {
            let mut fields = Map::new();
            structure(&mut fields, types.get(id), types, depth);
            Json::Object(fields)
        }
        _ => Json::Null,
    }
}
