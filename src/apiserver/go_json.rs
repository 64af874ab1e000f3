//! Values as Go's encoder prints them inside an error: keys of maps sorted, `<`, `>` and `&` escaped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::finding::{FileId, Place, Span};
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

/// Any value of a built-in type, whose fields are left out where they are null; null where there is none.
pub(in crate::apiserver) fn value(value: Option<Value<'_>>) -> String {
    let mut out = String::new();
    write(value, Style::Typed, &mut out, MAX_DEPTH);
    out
}

/// Any value of no type of ours, with its nulls.
pub(in crate::apiserver) fn owned(value: &Owned) -> String {
    let mut out = String::new();
    let nowhere = Place::new(FileId(0), Span::default());
    write(Some(Value::Made(value, nowhere)), Style::Free, &mut out, MAX_DEPTH);
    out
}

/// How maps are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Keys sorted, nulls left out.
    Typed,
    /// Keys sorted.
    Free,
    /// Keys in their order.
    Written,
}

fn write(value: Option<Value<'_>>, style: Style, out: &mut String, depth: usize) {
    let Some(value) = value.filter(|v| depth > 0 && !v.is_null()) else {
        out.push_str("null");
        return;
    };
    if value.is_seq() {
        out.push('[');
        for (at, item) in value.items().enumerate() {
            if at > 0 {
                out.push(',');
            }
            write(Some(item), style, out, depth - 1);
        }
        out.push(']');
    } else if value.is_map() {
        let mut fields: Vec<_> =
            value.entries().filter(|(_, v)| style != Style::Typed || !v.is_null()).collect();
        if style != Style::Written {
            fields.sort_by_key(|(key, _)| *key);
        }
        out.push('{');
        for (at, (key, field)) in fields.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&text(key));
            out.push(':');
            write(Some(field), style, out, depth - 1);
        }
        out.push('}');
    } else {
        match value {
            Value::File(view, _) if view.kind() == Kind::Str => out.push_str(&text(view.text())),
            Value::Made(Owned::Str(made), _) => out.push_str(&text(made)),
            _ => out.push_str(&value.as_text().unwrap_or_default()),
        }
    }
}

/// JSON that the server keeps as it came: keys in their order, nulls where they are.
pub(in crate::apiserver) fn as_written(value: Value<'_>) -> String {
    let mut out = String::new();
    write(Some(value), Style::Written, &mut out, MAX_DEPTH);
    out
}

/// A map of strings; null where there is none.
pub(in crate::apiserver) fn string_map(map: Option<Value<'_>>) -> String {
    map.map_or_else(
        || "null".to_owned(),
        |map| strings(map.entries().map(|(k, v)| (k, v.as_str().unwrap_or_default()))),
    )
}

/// A map of these strings.
pub(in crate::apiserver) fn strings<'s>(entries: impl Iterator<Item = (&'s str, &'s str)>) -> String {
    object(entries.map(|(k, v)| (k, text(v))).collect())
}

fn object(fields: BTreeMap<&str, String>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|(k, v)| format!("{}:{v}", text(k))).collect();
    format!("{{{}}}", fields.join(","))
}

/// How a field of one of Go's internal structs, which have no names for JSON, is printed.
#[derive(Clone, Copy)]
pub(in crate::apiserver) enum Go {
    /// A text; empty if absent.
    Text,
    /// A number; 0 if absent.
    Int,
    /// A boolean; false if absent.
    Flag,
    /// A pointer or list that is printed as it is; null if absent.
    Any,
    /// A pointer to a struct; null if absent.
    Pointer(&'static [GoField]),
    /// A struct; its zero if absent.
    Struct(&'static [GoField]),
    /// A list of structs; null if absent.
    List(&'static [GoField]),
    /// A list of texts; null if absent.
    Texts,
    /// A pointer to a label selector; null if absent.
    Selector,
    /// Always this.
    Always(&'static str),
}

/// A field: Go's name, the name in JSON, how it is printed.
pub(in crate::apiserver) type GoField = (&'static str, &'static str, Go);

/// A struct of Go without names for JSON.
pub(in crate::apiserver) fn internal(value: Option<Value<'_>>, fields: &[GoField]) -> String {
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
                (Go::Flag, None) => "false".to_owned(),
                (Go::Struct(fields), field) => internal_within(field, fields, depth - 1),
                (_, None) => "null".to_owned(),
                (Go::Texts, field) => texts(field),
                (Go::Selector, Some(selector)) => super::validation::selector_json(selector),
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
pub(in crate::apiserver) fn texts(list: Option<Value<'_>>) -> String {
    let items: Vec<String> =
        list.into_iter().flat_map(Value::items).map(|item| text(item.as_str().unwrap_or_default())).collect();
    if list.is_none() { "null".to_owned() } else { format!("[{}]", items.join(",")) }
}

/// What Go's decoder says of bytes that should be a JSON object; nothing if they are one.
pub(in crate::apiserver) fn object_error(bytes: &[u8]) -> Option<String> {
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
