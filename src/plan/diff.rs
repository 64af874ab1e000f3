//! Which fields of an object that exists a manifest changes, as `kubectl apply` would: what the manifest says is set,
//! what it said the last time and says no more is taken away, the rest stays.

use super::FieldChange;
use crate::object::Value;

/// Objects are deeper than this only to do harm.
const MAX_DEPTH: usize = 100;

/// Fields that are written in `target` and differ in `live`, and those of `applied` (what was applied the last time) that
/// `target` does not write any more; by path. Lists of named items are compared by name (or by what makes an item the
/// same: `mountPath`, `containerPort`, ...), others by position.
pub fn field_changes(live: Value<'_>, target: Value<'_>, applied: Option<Value<'_>>) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare(Some(live), Some(target), String::new(), 0, &mut changes);
    if let Some(applied) = applied {
        taken_away(applied, target, Some(live), String::new(), 0, &mut changes);
    }
    changes
}

/// True for a key that defaulting added: nobody asked for it.
fn is_default(map: Value<'_>, key: &str) -> bool {
    map.view().is_some_and(|view| view.get(key).is_none())
}

fn child(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Keys of maps that were applied, are there, and are not asked for any more. Items of lists are told by `compare`.
fn taken_away(
    applied: Value<'_>,
    target: Value<'_>,
    live: Option<Value<'_>>,
    path: String,
    depth: usize,
    out: &mut Vec<FieldChange>,
) {
    let Some(live) = live.filter(|_| depth <= MAX_DEPTH) else { return };
    if applied.is_map() && target.is_map() {
        for (key, before) in applied.entries() {
            let path = child(&path, key);
            match target.get(key) {
                Some(wanted) if !is_default(target, key) => {
                    taken_away(before, wanted, live.get(key), path, depth + 1, out);
                }
                default => {
                    let (before, after) = (live.get(key).map(text), default.map(text));
                    if before.is_some() && before != after && !(depth == 0 && key == "status") {
                        out.push(FieldChange { path, before, after });
                    }
                }
            }
        }
    } else if applied.is_seq() && target.is_seq() {
        let Some(identity) = identity(target) else { return };
        for item in target.items() {
            let name = item.get(identity).and_then(Value::as_text);
            let is_same = |other: &Value<'_>| other.get(identity).and_then(Value::as_text) == name;
            if let Some(before) = applied.items().find(is_same) {
                let path = format!("{path}[{}]", name.as_deref().unwrap_or_default());
                taken_away(before, item, live.items().find(is_same), path, depth + 1, out);
            }
        }
    }
}

fn compare(
    live: Option<Value<'_>>,
    target: Option<Value<'_>>,
    path: String,
    depth: usize,
    out: &mut Vec<FieldChange>,
) {
    let Some(wanted) = target else { return };
    if depth > MAX_DEPTH || (depth == 1 && path == "status") {
        return;
    }
    if wanted.is_map() {
        for (key, value) in wanted.entries() {
            if is_default(wanted, key) {
                continue;
            }
            let path = child(&path, key);
            compare(live.and_then(|l| l.get(key)), Some(value), path, depth + 1, out);
        }
        return;
    }
    if wanted.is_seq() {
        let identity = identity(wanted);
        let items: Vec<_> = wanted.items().collect();
        for (i, item) in items.iter().enumerate() {
            let (other, label) = match identity {
                Some(key) => {
                    let name = item.get(key).and_then(Value::as_text).unwrap_or_default();
                    let other = live
                        .into_iter()
                        .flat_map(Value::items)
                        .find(|l| l.get(key).and_then(Value::as_text).is_some_and(|n| n == name));
                    (other, format!("{path}[{name}]"))
                }
                None => (live.and_then(|l| l.items().nth(i)), format!("{path}[{i}]")),
            };
            compare(other, Some(*item), label, depth + 1, out);
        }
        for (i, other) in live.into_iter().flat_map(Value::items).enumerate() {
            let kept = match identity {
                Some(key) => {
                    let name = other.get(key).and_then(Value::as_text);
                    items.iter().any(|item| item.get(key).and_then(Value::as_text) == name)
                }
                None => i < items.len(),
            };
            if !kept {
                let label = identity
                    .and_then(|key| other.get(key)?.as_text())
                    .unwrap_or_else(|| i.to_string().into());
                out.push(FieldChange {
                    path: format!("{path}[{label}]"),
                    before: Some(text(other)),
                    after: None,
                });
            }
        }
        return;
    }
    if !same_scalar(live, wanted) {
        out.push(FieldChange { path, before: live.map(text), after: Some(text(wanted)) });
    }
}

/// The key that tells items of this list apart, if every item has one.
fn identity(list: Value<'_>) -> Option<&'static str> {
    ["name", "mountPath", "containerPort", "port", "key", "ip"]
        .into_iter()
        .find(|key| list.items().next().is_some() && list.items().all(|item| item.get(key).is_some()))
}

fn same_scalar(live: Option<Value<'_>>, wanted: Value<'_>) -> bool {
    match live.and_then(Value::as_text) {
        Some(live) => wanted.as_text().is_some_and(|w| w == live),
        // An empty string and nothing are the same to the server.
        None => live.is_none() && wanted.as_text().is_none_or(|w| w.is_empty()),
    }
}

fn text(value: Value<'_>) -> String {
    match value.as_text() {
        Some(text) => text.into_owned(),
        None if value.is_seq() => format!("[{} items]", value.items().count()),
        None if value.is_map() => {
            format!("{{{}}}", value.entries().map(|(k, _)| k).collect::<Vec<_>>().join(", "))
        }
        None => "null".into(),
    }
}
