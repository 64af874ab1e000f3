//! Which fields of an object that exists a manifest changes, as `kubectl apply` would: what the manifest says is set,
//! what it said the last time and says no more is taken away, the rest stays.

use super::FieldChange;
use crate::object::Value;
use crate::schema::quantity::Quantity;

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
    let same = same_scalar(live, wanted) || (is_amount(&path) && same_amount(live, wanted));
    if !same {
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

/// Fields around quantities: `0.5` and `500m` are the same there.
const AMOUNTS: [&str; 8] =
    ["requests", "limits", "capacity", "allocatable", "overhead", "hard", "default", "defaultRequest"];

fn is_amount(path: &str) -> bool {
    let mut parts = path.rsplit('.');
    parts.next().is_some_and(|name| name == "sizeLimit")
        || parts.any(|part| AMOUNTS.contains(&part.split('[').next().unwrap_or(part)))
}

fn same_amount(live: Option<Value<'_>>, wanted: Value<'_>) -> bool {
    let read = |value: Value<'_>| Quantity::parse(&value.as_text()?).ok();
    match (live.and_then(read), read(wanted)) {
        (Some(live), Some(wanted)) => live == wanted,
        _ => false,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Overlay;

    fn document(text: &str) -> crate::yaml::Document {
        let source = std::sync::Arc::new(crate::source::Source::new("test.yaml", text.as_bytes().to_vec()));
        crate::yaml::parse(&source, crate::finding::FileId(0)).0.remove(0)
    }

    fn changes(live: &str, target: &str, applied: &str) -> Vec<(String, Option<String>, Option<String>)> {
        let overlay = Overlay::default();
        let documents = [live, target, applied].map(document);
        let [live, target, applied] = documents.each_ref().map(|d| Value::new(d.root().unwrap(), &overlay));
        let applied = (!applied.is_null()).then_some(applied);
        field_changes(live, target, applied).into_iter().map(|c| (c.path, c.before, c.after)).collect()
    }

    fn change(path: &str, before: &str, after: &str) -> (String, Option<String>, Option<String>) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (path.to_owned(), some(before), some(after))
    }

    #[test]
    fn what_is_written_is_set_and_the_rest_stays() {
        assert_eq!(changes("{a: 1, b: 2}", "{a: 1}", "null"), []);
        assert_eq!(
            changes("{a: 1}", "{a: 2, c: {d: x}}", "null"),
            [change("a", "1", "2"), change("c.d", "", "x")]
        );
        // An empty text and nothing are the same.
        assert_eq!(changes("{}", "{a: ''}", "null"), []);
    }

    #[test]
    fn what_was_written_and_is_no_more_goes() {
        assert_eq!(changes("{a: 1, b: 2}", "{a: 1}", "{a: 1, b: 2}"), [change("b", "2", "")]);
        // Somebody else took it away already.
        assert_eq!(changes("{a: 1}", "{a: 1}", "{a: 1, b: 2}"), []);
    }

    #[test]
    fn items_are_told_apart_by_name_or_else_by_place() {
        let live = "{l: [{name: a, v: 1}, {name: b, v: 1}]}";
        assert_eq!(
            changes(live, "{l: [{name: b, v: 2}, {name: a, v: 1}]}", "null"),
            [change("l[b].v", "1", "2")]
        );
        assert_eq!(changes(live, "{l: [{name: a, v: 1}]}", "null"), [change("l[b]", "{name, v}", "")]);
        assert_eq!(changes("{l: [x, v]}", "{l: [x, z]}", "null"), [change("l[1]", "v", "z")]);
        assert_eq!(changes("{l: [x, v]}", "{l: [x]}", "null"), [change("l[1]", "v", "")]);
    }

    #[test]
    fn amounts_are_compared_as_amounts() {
        let (half, milli) = ("{limits: {cpu: 0.5}}", "{limits: {cpu: 500m}}");
        assert_eq!(changes(milli, half, "null"), []);
        assert_eq!(changes("{limits: {memory: 1Gi}}", "{limits: {memory: 1024Mi}}", "null"), []);
        assert_eq!(changes(half, "{limits: {cpu: 1}}", "null"), [change("limits.cpu", "0.5", "1")]);
        // Elsewhere texts are texts.
        assert_eq!(changes("{version: '1.0'}", "{version: '1'}", "null"), [change("version", "1.0", "1")]);
    }

    #[test]
    fn the_status_is_not_asked_for() {
        assert_eq!(changes("{status: {a: 1}}", "{status: {a: 2}}", "null"), []);
    }
}
