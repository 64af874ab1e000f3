//! Values as JSON values, where an interface is JSON (`--include stored`, JSON Schema).

use serde_json::{Map, Number, Value as Json};

use super::{Owned, Value};
use crate::yaml::Kind;

/// Deeper values become null; no Kubernetes type comes near.
const MAX_DEPTH: usize = 256;

/// A value as JSON, as it stands. In mappings of the file, null is left out, as the server leaves out what a pointer,
/// list or map does not hold; a null that was made on purpose stays.
pub fn to_json(value: Value<'_>) -> Json {
    within(value, false, MAX_DEPTH)
}

/// The same with its nulls: an entry of a map that is null is there, and holds the zero of its type.
pub fn to_json_with_nulls(value: Value<'_>) -> Json {
    within(value, true, MAX_DEPTH)
}

fn within(value: Value<'_>, nulls: bool, depth: usize) -> Json {
    if depth == 0 {
        return Json::Null;
    }
    match value {
        Value::File(view, _) => match view.kind() {
            Kind::Null => Json::Null,
            Kind::True => Json::Bool(true),
            Kind::False => Json::Bool(false),
            Kind::Int | Kind::Float => number(view.text()),
            Kind::Str | Kind::Key => Json::String(view.text().to_owned()),
            Kind::Seq => Json::Array(value.items().map(|v| within(v, nulls, depth - 1)).collect()),
            Kind::Map => Json::Object(
                value
                    .entries()
                    .filter(|(_, v)| nulls || !v.is_null())
                    .map(|(k, v)| (k.to_owned(), within(v, nulls, depth - 1)))
                    .collect(),
            ),
        },
        Value::Made(owned, _) => made(owned, depth),
    }
}

fn made(owned: &Owned, depth: usize) -> Json {
    if depth == 0 {
        return Json::Null;
    }
    match owned {
        Owned::Null => Json::Null,
        Owned::Bool(value) => Json::Bool(*value),
        Owned::Int(value) => Json::Number((*value).into()),
        Owned::Number(text) => number(text),
        Owned::Str(text) => Json::String(text.clone().into_owned()),
        Owned::Seq(items) => Json::Array(items.iter().map(|v| made(v, depth - 1)).collect()),
        Owned::Map(entries) => Json::Object(
            entries.iter().map(|(k, v)| (k.clone().into_owned(), made(v, depth - 1))).collect::<Map<_, _>>(),
        ),
    }
}

fn number(text: &str) -> Json {
    if let Ok(int) = text.parse::<i64>() {
        return Json::Number(int.into());
    }
    if let Ok(int) = text.parse::<u64>() {
        return Json::Number(int.into());
    }
    text.parse::<f64>().ok().and_then(Number::from_f64).map_or(Json::Null, Json::Number)
}
