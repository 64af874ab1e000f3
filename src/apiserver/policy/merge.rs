//! An apply configuration merged into an object, by the types of Kubernetes: maps key by key, keyed lists item by item,
//! sets as unions. Mirrors `ApplyStructuredMergeDiff`.

use crate::object::Owned;
use crate::schema::{ListType, Shape, Type, TypeRef, Types};

/// Deeper values are not merged.
const MAX_DEPTH: usize = 64;

/// What a value is, as the type table says.
#[derive(Clone, Copy)]
struct Of<'t> {
    types: &'t Types,
    ty: TypeRef,
    list: ListType,
    keys: &'t str,
}

/// Merges a configuration into an object of a type. The error is the server's sentence.
pub(super) fn apply(types: &Types, root: Type<'_>, object: &mut Owned, patch: &Owned) -> Result<(), String> {
    let mut atomics = Vec::new();
    let mut unknown = None;
    fields(types, root, object, patch, "", &mut atomics, &mut unknown, MAX_DEPTH);
    if let Some(path) = unknown {
        return Err(format!(
            "error applying patch: failed to convert patch object to typed object: {path}: field not declared in schema"
        ));
    }
    if !atomics.is_empty() {
        return Err(format!(
            "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: {}",
            atomics.join(", ")
        ));
    }
    Ok(())
}

fn fields(
    types: &Types,
    ty: Type<'_>,
    object: &mut Owned,
    patch: &Owned,
    path: &str,
    atomics: &mut Vec<String>,
    unknown: &mut Option<String>,
    depth: usize,
) {
    let Owned::Map(changes) = patch else {
        *object = patch.clone();
        return;
    };
    if depth == 0 {
        return;
    }
    for (key, change) in changes {
        let path = format!("{path}.{key}");
        let Some(field) = ty.field(key) else {
            unknown.get_or_insert(path);
            continue;
        };
        let of = Of { types, ty: field.ty, list: field.list, keys: field.keys };
        if let Some(slot) = slot(object, key) {
            value(of, slot, change, &path, atomics, unknown, depth - 1);
        }
    }
}

/// The value of a key, null if there is none yet.
fn slot<'o>(object: &'o mut Owned, key: &str) -> Option<&'o mut Owned> {
    if !matches!(object, Owned::Map(_)) {
        *object = Owned::Map(Vec::new());
    }
    let Owned::Map(entries) = object else { return None };
    if !entries.iter().any(|(known, _)| known == key) {
        entries.push((key.to_owned().into(), Owned::Null));
    }
    entries.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value)
}

fn value(
    of: Of<'_>,
    object: &mut Owned,
    patch: &Owned,
    path: &str,
    atomics: &mut Vec<String>,
    unknown: &mut Option<String>,
    depth: usize,
) {
    if depth == 0 {
        return;
    }
    match (of.types.shape(of.ty), patch) {
        (Shape::Struct(id), Owned::Map(_)) => {
            fields(of.types, of.types.get(id), object, patch, path, atomics, unknown, depth);
        }
        (Shape::Map(item), Owned::Map(changes)) => {
            for (key, change) in changes {
                let of = Of { ty: item, list: ListType::Atomic, keys: "", ..of };
                if let Some(slot) = slot(object, key) {
                    value(of, slot, change, &format!("{path}.{key}"), atomics, unknown, depth - 1);
                }
            }
        }
        (Shape::List(_), Owned::Seq(_)) if of.list == ListType::Atomic => atomics.push(path.to_owned()),
        (Shape::List(_), Owned::Seq(changes)) if of.list == ListType::Set => {
            let Some(known) = list(object) else { return };
            for change in changes {
                if !known.contains(change) {
                    known.push(change.clone());
                }
            }
        }
        (Shape::List(item), Owned::Seq(changes)) => {
            let keys: Vec<&str> = of.keys.split(',').collect();
            let Some(known) = list(object) else { return };
            for (index, change) in changes.iter().enumerate() {
                let same = |item: &Owned| keys.iter().all(|key| item.get(key) == change.get(key));
                let at = known.iter().position(same).unwrap_or_else(|| {
                    known.push(Owned::Map(Vec::new()));
                    known.len() - 1
                });
                let of = Of { ty: item, list: ListType::Atomic, keys: "", ..of };
                let path = format!("{path}[{index}]");
                if let Some(item) = known.get_mut(at) {
                    value(of, item, change, &path, atomics, unknown, depth - 1);
                }
            }
        }
        _ => *object = patch.clone(),
    }
}

fn list(object: &mut Owned) -> Option<&mut Vec<Owned>> {
    if !matches!(object, Owned::Seq(_)) {
        *object = Owned::Seq(Vec::new());
    }
    match object {
        Owned::Seq(items) => Some(items),
        _ => None,
    }
}
