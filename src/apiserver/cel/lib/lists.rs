//! Functions of lists. Mirrors cel-go's `ext/lists.go` (version 3), `ext/sets.go` and Kubernetes' library/lists.go.

use std::cmp::Ordering;

use super::super::eval::Spent;
use super::super::value::{EvalError, List, Outcome, Val, err};
use super::{numbers, order};

/// Lists that grow beyond this are not made: making one would cost more than an expression may.
pub(super) const fn max_elements() -> usize {
    2_000_000
}

fn too_large<T>() -> Result<T, EvalError> {
    Err(EvalError::CostLimit)
}

pub(super) fn call<'a>(function: &str, args: &[Val<'a>], spent: &mut Spent) -> Option<Outcome<'a>> {
    Some(match (function, args) {
        ("isSorted", [Val::List(list)]) => {
            let mut pairs = list.items.iter().zip(list.items.iter().skip(1));
            Ok(Val::Bool(pairs.all(|(a, b)| order(a, b) != Some(Ordering::Greater))))
        }
        ("sum", [Val::List(list)]) => sum(list),
        ("min" | "max", [Val::List(list)]) => {
            let better = if function == "min" { Ordering::Greater } else { Ordering::Less };
            let mut best: Option<&Val<'a>> = None;
            for item in list.items.iter() {
                if best.is_none_or(|best| order(best, item) == Some(better)) {
                    best = Some(item);
                }
            }
            best.map_or_else(|| err(format!("{function} called on empty list")), |best| Ok(best.clone()))
        }
        ("indexOf", [Val::List(list), item]) => position(list.items.iter().enumerate(), item, spent),
        ("lastIndexOf", [Val::List(list), item]) => {
            position(list.items.iter().enumerate().rev(), item, spent)
        }
        ("slice", [Val::List(list), Val::Int(from), Val::Int(to)]) => slice(list, *from, *to),
        ("flatten", [Val::List(list)]) => flatten(list, 1).map(Val::list),
        ("flatten", [Val::List(list), Val::Int(depth)]) => flatten(list, *depth).map(Val::list),
        ("lists.range", [Val::Int(count)]) => {
            if *count > max_elements() as i64 {
                return Some(too_large());
            }
            Ok(Val::list((0..*count).map(Val::Int).collect()))
        }
        ("reverse", [Val::List(list)]) => Ok(Val::list(list.items.iter().rev().cloned().collect())),
        ("distinct", [Val::List(list)]) => {
            let mut unique: Vec<Val<'a>> = Vec::new();
            for item in list.items.iter() {
                let mut seen = false;
                for known in &unique {
                    match item.same(known, &mut spent.work) {
                        Ok(same) => seen |= same,
                        Err(error) => return Some(Err(error)),
                    }
                    if seen {
                        break;
                    }
                }
                if !seen {
                    unique.push(item.clone());
                }
            }
            Ok(Val::list(unique))
        }
        ("sort", [Val::List(list)]) => sort(list, list),
        ("@sortByAssociatedKeys", [Val::List(list), Val::List(keys)]) => sort(list, keys),
        ("sets.contains", [Val::List(a), Val::List(b)]) => holds(a, b, spent).map(Val::Bool),
        ("sets.equivalent", [Val::List(a), Val::List(b)]) => {
            holds(a, b, spent).and_then(|yes| Ok(Val::Bool(yes && holds(b, a, spent)?)))
        }
        ("sets.intersects", [Val::List(a), Val::List(b)]) => {
            for item in a.items.iter() {
                match b.contains(item, &mut spent.work) {
                    Ok(false) => {}
                    found => return Some(found.map(Val::Bool)),
                }
            }
            Ok(Val::Bool(false))
        }
        _ => return None,
    })
}

/// True if all elements of the second list are in the first.
fn holds<'a>(list: &List<'a>, part: &List<'a>, spent: &mut Spent) -> Result<bool, EvalError> {
    for item in part.items.iter() {
        if !list.contains(item, &mut spent.work)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn position<'v, 'a: 'v>(
    items: impl Iterator<Item = (usize, &'v Val<'a>)>,
    item: &Val<'a>,
    spent: &mut Spent,
) -> Outcome<'a> {
    for (at, own) in items {
        if own.same(item, &mut spent.work)? {
            return Ok(Val::Int(at as i64));
        }
    }
    Ok(Val::Int(-1))
}

/// The zero of an empty list depends on its type, which only the checker knows; zero is the same number in all of them.
fn sum<'a>(list: &List<'a>) -> Outcome<'a> {
    let Some((first, rest)) = list.items.split_first() else { return Ok(Val::Int(0)) };
    let mut total = first.clone();
    for item in rest {
        total = numbers::arithmetic("_+_", &total, item).unwrap_or_else(|| err("no such overload"))?;
    }
    Ok(total)
}

fn slice<'a>(list: &List<'a>, from: i64, to: i64) -> Outcome<'a> {
    let length = list.items.len() as i64;
    if from < 0 || to < 0 {
        return err(format!("cannot slice({from}, {to}), negative indexes not supported"));
    }
    if from > to {
        return err(format!(
            "cannot slice({from}, {to}), start index must be less than or equal to end index"
        ));
    }
    if length < to {
        return err(format!("cannot slice({from}, {to}), list is length {length}"));
    }
    Ok(Val::list(list.items.get(from as usize..to as usize).unwrap_or_default().to_vec()))
}

/// Takes lists out of lists, level by level.
fn flatten<'a>(list: &List<'a>, depth: i64) -> Result<Vec<Val<'a>>, EvalError> {
    if depth < 0 {
        return err("level must be non-negative");
    }
    let mut items = list.items.to_vec();
    for _ in 0..depth.min(1_000) {
        if !items.iter().any(|item| matches!(item, Val::List(_))) {
            break;
        }
        let mut next = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Val::List(inner) => next.extend(inner.items.iter().cloned()),
                other => next.push(other),
            }
            if next.len() > max_elements() {
                return too_large();
            }
        }
        items = next;
    }
    Ok(items)
}

/// Sorts by keys beside the elements. Mirrors `sortListByAssociatedKeys`.
fn sort<'a>(list: &List<'a>, keys: &List<'a>) -> Outcome<'a> {
    let (length, count) = (list.items.len(), keys.items.len());
    if length != count {
        return err(format!(
            "@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got {length} and {count} elements respectively"
        ));
    }
    let Some(first) = keys.items.first() else { return Ok(Val::List(list.clone())) };
    if order(first, first).is_none() {
        return err("list elements must be comparable");
    }
    if keys.items.iter().any(|key| key.type_name() != first.type_name()) {
        return err("list elements must have the same type");
    }
    let mut pairs: Vec<(&Val<'a>, &Val<'a>)> = keys.items.iter().zip(list.items.iter()).collect();
    pairs.sort_by(|a, b| order(a.0, b.0).unwrap_or(Ordering::Equal));
    Ok(Val::list(pairs.into_iter().map(|(_, item)| item.clone()).collect()))
}
