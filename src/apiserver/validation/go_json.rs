//! Values as Go's encoder prints them inside an error: keys of maps sorted, `<`, `>` and `&` escaped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::object::{Owned, Value};
use crate::yaml::Kind;

/// Deeper values print as null.
const MAX_DEPTH: usize = 64;

/// A string.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Any value; null where there is none.
pub(super) fn value(value: Option<Value<'_>>) -> String {
    value.map_or_else(|| "null".to_owned(), |v| within(v, MAX_DEPTH))
}

fn within(value: Value<'_>, depth: usize) -> String {
    if depth == 0 || value.is_null() {
        return "null".to_owned();
    }
    if value.is_seq() {
        let items: Vec<String> = value.items().map(|v| within(v, depth - 1)).collect();
        return format!("[{}]", items.join(","));
    }
    if value.is_map() {
        let fields: BTreeMap<&str, String> =
            value.entries().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, within(v, depth - 1))).collect();
        return object(fields);
    }
    match value {
        Value::File(view, _) if view.kind() == Kind::Str => text(view.text()),
        Value::File(view, _) => view.text().to_owned(),
        Value::Made(Owned::Str(made), _) => text(made),
        Value::Made(..) => value.as_text().map_or_else(|| "null".to_owned(), std::borrow::Cow::into_owned),
    }
}

/// A map of strings; null where there is none.
pub(super) fn string_map(map: Option<Value<'_>>) -> String {
    map.map_or_else(
        || "null".to_owned(),
        |map| strings(map.entries().map(|(k, v)| (k, v.as_str().unwrap_or_default()))),
    )
}

/// A map of these strings.
pub(super) fn strings<'s>(entries: impl Iterator<Item = (&'s str, &'s str)>) -> String {
    object(entries.map(|(k, v)| (k, text(v))).collect())
}

fn object(fields: BTreeMap<&str, String>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|(k, v)| format!("{}:{v}", text(k))).collect();
    format!("{{{}}}", fields.join(","))
}
