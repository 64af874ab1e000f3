//! Optionals. Mirrors cel-go's `optionalLib`. `or` and `orValue` are lazy, so they are in the evaluator.

use super::super::value::{Map, Outcome, Val, err};

pub(super) fn call<'a>(function: &str, args: &[Val<'a>]) -> Option<Outcome<'a>> {
    let of = |value: Option<&Val<'a>>| Ok(Val::Optional(value.map(|v| v.clone().into())));
    Some(match (function, args) {
        ("optional.of", [value]) => of(Some(value)),
        ("optional.ofNonZeroValue", [value]) => of(Some(value).filter(|v| !is_zero(v))),
        ("optional.none", []) => of(None),
        ("value", [Val::Optional(Some(value))]) => Ok((**value).clone()),
        ("value", [Val::Optional(None)]) => err("optional.none() dereference"),
        ("hasValue", [Val::Optional(value)]) => Ok(Val::Bool(value.is_some())),
        ("first", [Val::List(list)]) => of(list.items.first()),
        ("last", [Val::List(list)]) => of(list.items.last()),
        ("optional.unwrap" | "unwrapOpt", [Val::List(list)]) => {
            let mut out = Vec::with_capacity(list.items.len());
            for item in list.items.iter() {
                match item {
                    Val::Optional(Some(value)) => out.push((**value).clone()),
                    Val::Optional(None) => {}
                    other => return Some(err(format!("value {} is not optional", other.type_name()))),
                }
            }
            Ok(Val::list(out))
        }
        ("cel.@mapInsert", [Val::Map(map), key, value]) => insert(map, vec![(key.clone(), value.clone())]),
        ("cel.@mapInsert", [Val::Map(map), Val::Map(more)]) => insert(map, more.entries()),
        _ => return None,
    })
}

/// Mirrors `InsertMapKeyValue`.
fn insert<'a>(map: &Map<'a>, more: Vec<(Val<'a>, Val<'a>)>) -> Outcome<'a> {
    let mut entries = map.entries();
    for (key, value) in more {
        let mut work = u64::MAX;
        if entries.iter().any(|(known, _)| known.same(&key, &mut work) == Ok(true)) {
            return err(format!("insert failed: key {} already exists", display(&key)));
        }
        entries.push((key, value));
    }
    Ok(Val::map(entries))
}

/// A key as Go's `%v` writes it.
pub(in super::super) fn display(key: &Val<'_>) -> String {
    match key {
        Val::Str(text) => text.to_string(),
        Val::Int(n) => n.to_string(),
        Val::Uint(n) => n.to_string(),
        Val::Bool(b) => b.to_string(),
        Val::Double(n) => super::numbers::format_g(*n),
        other => other.type_name().into_owned(),
    }
}

/// Mirrors `IsZeroValue`.
fn is_zero(value: &Val<'_>) -> bool {
    match value {
        Val::Null
        | Val::Bool(false)
        | Val::Int(0)
        | Val::Uint(0)
        | Val::Duration(0)
        | Val::Optional(None) => true,
        // The first moment of the year one.
        Val::Timestamp(at) => *at == -62_135_596_800_000_000_000,
        Val::Double(n) => *n == 0.0,
        Val::Str(text) => text.is_empty(),
        Val::Bytes(bytes) => bytes.is_empty(),
        Val::List(list) => list.items.is_empty(),
        Val::Map(map) => map.is_empty(),
        _ => false,
    }
}
