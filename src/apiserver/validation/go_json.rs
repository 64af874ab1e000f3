//! Values as Go's encoder prints them inside an error: keys of maps sorted, `<`, `>` and `&` escaped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::object::{Owned, Value};
use crate::yaml::Kind;

/// Deeper values print as null.
const MAX_DEPTH: usize = 64;

/// A string.
pub(in crate::apiserver) fn text(text: &str) -> String {
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

/// JSON that the server keeps as it came: keys in their order, nulls where they are.
pub(in crate::apiserver) fn as_written(value: Value<'_>) -> String {
    written_within(value, MAX_DEPTH)
}

fn written_within(value: Value<'_>, depth: usize) -> String {
    if depth == 0 || !(value.is_seq() || value.is_map()) {
        return within(value, depth);
    }
    if value.is_seq() {
        let items: Vec<String> = value.items().map(|v| written_within(v, depth - 1)).collect();
        return format!("[{}]", items.join(","));
    }
    let fields: Vec<String> =
        value.entries().map(|(k, v)| format!("{}:{}", text(k), written_within(v, depth - 1))).collect();
    format!("{{{}}}", fields.join(","))
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

/// How a field of one of Go's internal structs, which have no names for JSON, is printed.
#[derive(Clone, Copy)]
pub(super) enum Go {
    /// A text; empty if absent.
    Text,
    /// A number; 0 if absent.
    Int,
    /// A pointer or list that is printed as it is; null if absent.
    Any,
    /// A pointer to a struct; null if absent.
    Pointer(&'static [GoField]),
    /// A list of structs; null if absent.
    List(&'static [GoField]),
    /// Always this.
    Always(&'static str),
}

/// A field: Go's name, the name in JSON, how it is printed.
pub(super) type GoField = (&'static str, &'static str, Go);

/// A struct of Go without names for JSON.
pub(super) fn internal(value: Option<Value<'_>>, fields: &[GoField]) -> String {
    internal_within(value, fields, MAX_DEPTH)
}

fn internal_within(value: Option<Value<'_>>, fields: &[GoField], depth: usize) -> String {
    if depth == 0 {
        return "null".to_owned();
    }
    let parts: Vec<String> = fields
        .iter()
        .map(|(name, json, go)| {
            // Inlined structs read the fields of the same object.
            let field = if json.is_empty() { value } else { value.and_then(|v| v.get(json)) };
            let printed = match (go, field) {
                (Go::Always(text), _) => (*text).to_owned(),
                (Go::Text, None) => "\"\"".to_owned(),
                (Go::Int, None) => "0".to_owned(),
                (_, None) => "null".to_owned(),
                (Go::Pointer(fields), field) => internal_within(field, fields, depth - 1),
                (Go::List(fields), Some(list)) => {
                    let items: Vec<String> =
                        list.items().map(|item| internal_within(Some(item), fields, depth - 1)).collect();
                    format!("[{}]", items.join(","))
                }
                (_, field) => self::value(field),
            };
            format!("\"{name}\":{printed}")
        })
        .collect();
    format!("{{{}}}", parts.join(","))
}

/// A list of texts, null items as empty ones; null if it is absent or empty.
pub(super) fn texts(list: Option<Value<'_>>) -> String {
    let items: Vec<String> =
        list.into_iter().flat_map(Value::items).map(|item| text(item.as_str().unwrap_or_default())).collect();
    if list.is_none() { "null".to_owned() } else { format!("[{}]", items.join(",")) }
}

/// What Go's decoder says of bytes that should be a JSON object; nothing if they are one.
pub(super) fn object_error(bytes: &[u8]) -> Option<String> {
    let skip = bytes.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
    let Some(first) = skip.and_then(|at| bytes.get(at)) else {
        return Some("unexpected end of JSON input".to_owned());
    };
    let starts = |word: &[u8]| skip.is_some_and(|at| bytes[at..].starts_with(word));
    let type_name = match first {
        b'{' => return unfinished(bytes),
        b'[' => "array",
        b'"' => "string",
        b'-' | b'0'..=b'9' => "number",
        b't' if starts(b"true") => "bool",
        b'f' if starts(b"false") => "bool",
        b'n' if starts(b"null") => return None,
        other => {
            return Some(format!("invalid character {} looking for beginning of value", character(*other)));
        }
    };
    Some(format!("json: cannot unmarshal {type_name} into Go value of type map[string]interface {{}}"))
}

/// A byte as Go's decoder quotes it.
fn character(byte: u8) -> String {
    match byte {
        b'\'' => "'\\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => "'\\\\'".to_owned(),
        b' '..=b'~' => format!("'{}'", char::from(byte)),
        b'\n' => "'\\n'".to_owned(),
        b'\t' => "'\\t'".to_owned(),
        b'\r' => "'\\r'".to_owned(),
        0x80.. => format!("'{}'", char::from(byte)),
        _ => format!("'\\x{byte:02x}'"),
    }
}

/// An object that ends too early, or well.
fn unfinished(bytes: &[u8]) -> Option<String> {
    let (mut depth, mut in_text, mut escaped) = (0i64, false, false);
    for byte in bytes {
        match (in_text, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => depth -= 1,
            _ => {}
        }
    }
    (in_text || depth > 0).then(|| "unexpected end of JSON input".to_owned())
}
