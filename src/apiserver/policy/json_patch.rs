//! JSON Patch (RFC 6902), in the words of the server's library (`evanphx/json-patch`).

use crate::object::Owned;

/// An operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Operation {
    pub(super) op: String,
    pub(super) path: String,
    pub(super) from: String,
    pub(super) value: Option<Owned>,
}

/// Why a patch is not applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    /// A test does not hold: the object stays as it is.
    Test,
    /// The library's sentence.
    Error(String),
}

/// Values that copies may add, together.
const MOST_COPIED: usize = 1 << 20;

/// Applies a patch to a copy of an object.
pub(super) fn apply(object: &Owned, patch: &[Operation]) -> Result<Owned, Stop> {
    let mut document = object.clone();
    let mut copied = 0;
    for operation in patch {
        step(&mut document, operation, &mut copied)?;
    }
    Ok(document)
}

fn error(text: String) -> Stop {
    Stop::Error(text)
}

fn step(document: &mut Owned, operation: &Operation, copied: &mut usize) -> Result<(), Stop> {
    let Operation { op, path, from, value } = operation;
    let value = || value.clone().unwrap_or(Owned::Null);
    match op.as_str() {
        "add" => {
            let missing =
                || format!("add operation does not apply: doc is missing path: \"{path}\": missing value");
            let (holder, key) = find(document, path).ok_or_else(|| error(missing()))?;
            add(holder, &key, value()).map_err(|why| error(format!("error in add for path: '{path}': {why}")))
        }
        "remove" => {
            let missing =
                || format!("remove operation does not apply: doc is missing path: \"{path}\": missing value");
            let (holder, key) = find(document, path).ok_or_else(|| error(missing()))?;
            remove(holder, &key)
                .map_err(|why| error(format!("error in remove for path: '{path}': {why}")))
                .map(drop)
        }
        "replace" if path.is_empty() => {
            *document = value();
            Ok(())
        }
        "replace" => {
            let missing = |what| {
                format!("replace operation does not apply: doc is missing {what}: {path}: missing value")
            };
            let (holder, key) = find(document, path).ok_or_else(|| error(missing("path")))?;
            get(holder, &key).map_err(|_| error(missing("key")))?;
            set(holder, &key, value());
            Ok(())
        }
        "move" => {
            let missing = |what, at: &str| {
                error(format!(
                    "move operation does not apply: doc is missing {what} path: {at}: missing value"
                ))
            };
            let (holder, key) = find(document, from).ok_or_else(|| missing("from", from))?;
            let moved = remove(holder, &key)
                .map_err(|why| error(format!("error in move for path: '{key}': {why}")))?;
            let (holder, key) = find(document, path).ok_or_else(|| missing("destination", path))?;
            add(holder, &key, moved).map_err(|why| error(format!("error in move for path: '{path}': {why}")))
        }
        "copy" => {
            let missing = |what, at: &str| {
                error(format!(
                    "copy operation does not apply: doc is missing {what} path: {at}: missing value"
                ))
            };
            let (holder, key) = find(document, from).ok_or_else(|| missing("from", from))?;
            let found =
                get(holder, &key).map_err(|why| error(format!("error in copy for from: '{from}': {why}")))?;
            let copy = found.cloned().unwrap_or(Owned::Null);
            *copied += size(&copy);
            if *copied > MOST_COPIED {
                return Err(error("the copies of the patch are too large".into()));
            }
            let (holder, key) = find(document, path).ok_or_else(|| missing("destination", path))?;
            add(holder, &key, copy)
                .map_err(|why| error(format!("error while adding value during copy: {why}")))
        }
        "test" => {
            let found = if path.is_empty() {
                Some(&*document)
            } else {
                let missing =
                    || format!("test operation does not apply: is missing path: {path}: missing value");
                let (holder, key) = find(document, path).ok_or_else(|| error(missing()))?;
                get(holder, &key).map_err(|why| error(format!("error in test for path: '{path}': {why}")))?
            };
            if same(found.unwrap_or(&Owned::Null), &value()) { Ok(()) } else { Err(Stop::Test) }
        }
        op => Err(error(format!("Unexpected kind: {op}"))),
    }
}

/// The container that a path ends in, and the key in it.
fn find<'d>(document: &'d mut Owned, path: &str) -> Option<(&'d mut Owned, String)> {
    let decode = |part: &str| part.replace("~1", "/").replace("~0", "~");
    let (before, key) = path.rsplit_once('/')?;
    let mut holder = document;
    for part in before.split('/').skip(1) {
        let part = decode(part);
        holder = match holder {
            Owned::Map(entries) => entries.iter_mut().find(|(k, _)| *k == part).map(|(_, v)| v)?,
            Owned::Seq(items) => items.get_mut(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    matches!(holder, Owned::Map(_) | Owned::Seq(_)).then(|| (holder, decode(key)))
}

/// An index of a list; negative ones count from the end, `length` past the last.
fn index(key: &str, length: usize) -> Result<usize, String> {
    let Ok(number) = key.parse::<i64>() else {
        return Err(format!("strconv.Atoi: parsing {}: invalid syntax", crate::schema::quote(key)));
    };
    let found = if number < 0 { number + i64::try_from(length).unwrap_or(i64::MAX) } else { number };
    match usize::try_from(found) {
        Ok(found) if found < length => Ok(found),
        _ => Err(format!("Unable to access invalid index: {number}: invalid index referenced")),
    }
}

fn get<'d>(holder: &'d Owned, key: &str) -> Result<Option<&'d Owned>, String> {
    match holder {
        Owned::Seq(items) => Ok(items.get(index(key, items.len())?)),
        holder => Ok(holder.get(key)),
    }
}

fn set(holder: &mut Owned, key: &str, value: Owned) {
    match holder {
        Owned::Seq(items) => {
            let at = index(key, items.len());
            if let Some(slot) = at.ok().and_then(|at| items.get_mut(at)) {
                *slot = value;
            }
        }
        Owned::Map(entries) => match entries.iter_mut().find(|(k, _)| k == key) {
            Some((_, slot)) => *slot = value,
            None => entries.push((key.to_owned().into(), value)),
        },
        _ => {}
    }
}

fn add(holder: &mut Owned, key: &str, value: Owned) -> Result<(), String> {
    if let Owned::Seq(items) = holder {
        if key == "-" {
            items.push(value);
            return Ok(());
        }
        if key.parse::<i64>().is_err() {
            return Err(format!(
                "value was not a proper array index: '{key}': strconv.Atoi: parsing {}: invalid syntax",
                crate::schema::quote(key)
            ));
        }
        let at = index(key, items.len() + 1)?;
        items.insert(at, value);
        return Ok(());
    }
    set(holder, key, value);
    Ok(())
}

fn remove(holder: &mut Owned, key: &str) -> Result<Owned, String> {
    match holder {
        Owned::Seq(items) => {
            let at = index(key, items.len())?;
            Ok(items.remove(at))
        }
        Owned::Map(entries) => match entries.iter().position(|(k, _)| k == key) {
            Some(at) => Ok(entries.remove(at).1),
            None => Err(format!("Unable to remove nonexistent key: {key}: missing value")),
        },
        _ => Err("invalid state detected".into()),
    }
}

/// Equal, whatever the order of keys.
fn same(a: &Owned, b: &Owned) -> bool {
    match (a, b) {
        (Owned::Map(a), Owned::Map(_)) => {
            let Owned::Map(other) = b else { return false };
            a.len() == other.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|v| same(value, v)))
        }
        (Owned::Seq(a), Owned::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (a, b) => a == b,
    }
}

/// Values in it.
fn size(value: &Owned) -> usize {
    match value {
        Owned::Map(entries) => 1 + entries.iter().map(|(_, v)| size(v)).sum::<usize>(),
        Owned::Seq(items) => 1 + items.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}
