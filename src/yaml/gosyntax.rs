//! A value as Go's `%#v` prints it: some of the server's sentences quote one.

use std::fmt::Write;

use super::arena::{Kind, View};
use super::scalar::{self, Scalar};

/// What of a value is printed at most: the sentence is for people.
const MAX_LEN: usize = 64 * 1024;

/// Prints a value as it was before it became JSON: `map[interface {}]interface {}{"a":1}`.
pub(super) fn value(view: View<'_>) -> String {
    let mut out = String::new();
    if view.is_null() {
        return "<nil>".to_owned();
    }
    write_value(&mut out, view, 0);
    out
}

fn write_value(out: &mut String, view: View<'_>, depth: usize) {
    // Deeper than anything that a person would read.
    if depth > 100 || out.len() > MAX_LEN {
        out.push_str("...");
        return;
    }
    match view.kind() {
        Kind::Null => out.push_str("interface {}(nil)"),
        Kind::Str => quote(out, view.text()),
        Kind::Key => write_key(out, view),
        Kind::Int => match view.text().parse::<i64>() {
            Ok(value) => drop(write!(out, "{value}")),
            Err(_) => drop(write!(out, "{:#x}", view.text().parse::<u64>().unwrap_or_default())),
        },
        Kind::Float => match view.text().parse() {
            Ok(value) => out.push_str(&scalar::display_float(value)),
            Err(_) => out.push_str(view.text()),
        },
        Kind::True | Kind::False => out.push_str(view.text()),
        Kind::Seq => {
            out.push_str("[]interface {}{");
            for (i, item) in view.items().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_value(out, item, depth + 1);
            }
            out.push('}');
        }
        Kind::Map => {
            // Go sorts the keys before it prints them.
            let mut entries: Vec<_> = view.entries().collect();
            entries.sort_by(|(a, _), (b, _)| a.text().cmp(b.text()));
            out.push_str("map[interface {}]interface {}{");
            for (i, (key, value)) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_key(out, key);
                out.push(':');
                write_value(out, value, depth + 1);
            }
            out.push('}');
        }
    }
}

/// A key has become text; before that it was what its written form says.
fn write_key(out: &mut String, key: View<'_>) {
    match scalar::plain(key.written()) {
        Scalar::Null if key.is_plain() => out.push_str("interface {}(nil)"),
        Scalar::Bool(_) | Scalar::Int(_) if key.is_plain() => out.push_str(key.text()),
        Scalar::Uint(value) if key.is_plain() => drop(write!(out, "{value:#x}")),
        Scalar::Float(value) if key.is_plain() => out.push_str(&scalar::display_float(value)),
        _ => quote(out, key.text()),
    }
}

/// Go's `strconv.Quote`.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            c => quote_char(out, c),
        }
    }
    out.push('"');
}

/// One character of a quoted Go string, quotes left as they are.
pub(super) fn quote_char(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        c if (c as u32) < 0x20 || c == '\x7f' => drop(write!(out, "\\x{:02x}", c as u32)),
        c if !is_print(c) && (c as u32) < 0x1_0000 => drop(write!(out, "\\u{:04x}", c as u32)),
        c if !is_print(c) => drop(write!(out, "\\U{:08x}", c as u32)),
        c => out.push(c),
    }
}

/// Near enough to Go's `unicode.IsPrint`: no spaces but the plain one, no control or format characters.
fn is_print(c: char) -> bool {
    let format = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}');
    c == ' ' || !(c.is_control() || c.is_whitespace() || format)
}
