//! What is wrong with a custom object or a definition, in the server's words. Mirrors `field.Error`.

use super::path::Path;
use crate::apiserver::cel;
use crate::apiserver::codes;
use crate::apiserver::validation::{Cause, Reason};
use crate::finding::{Code, Place};
use crate::object::{Owned, Value};

/// Errors in the server's order, and warnings.
pub(super) struct Errors<'v> {
    /// The object that the places come from.
    pub(super) root: Value<'v>,
    pub(super) causes: Vec<Cause>,
    /// What the server says in warnings.
    pub(super) warnings: Vec<String>,
    /// Rules that kcheck could not evaluate, and where they would have been asked.
    pub(super) not_evaluated: Vec<(Place, String)>,
}

impl<'v> Errors<'v> {
    pub(super) fn new(root: Value<'v>) -> Self {
        Self { root, causes: Vec::new(), warnings: Vec::new(), not_evaluated: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }

    /// Says something about a place of the object.
    pub(super) fn say(&mut self, reason: Reason, path: &Path<'_>, message: impl Into<String>) {
        let place = path.place(self.root);
        self.say_as(reason, path.field(), place, message);
    }

    /// Says something about a place of the object that the server calls otherwise.
    pub(super) fn say_as(&mut self, reason: Reason, field: String, place: Place, message: impl Into<String>) {
        self.causes.push(cause(reason, field, place, message.into()));
    }

    pub(super) fn invalid(&mut self, path: &Path<'_>, value: &str, detail: &str) {
        self.say(Reason::Invalid, path, format!("Invalid value: {value}: {detail}"));
    }

    pub(super) fn required(&mut self, path: &Path<'_>, detail: &str) {
        let colon = if detail.is_empty() { "" } else { ": " };
        self.say(Reason::Required, path, format!("Required value{colon}{detail}"));
    }

    pub(super) fn forbidden(&mut self, path: &Path<'_>, detail: &str) {
        self.say(Reason::Forbidden, path, format!("Forbidden: {detail}"));
    }

    pub(super) fn not_supported(&mut self, path: &Path<'_>, value: &str, supported: &[&str]) {
        let all: Vec<String> = supported.iter().map(|v| crate::schema::quote(v)).collect();
        let message = format!("Unsupported value: {value}: supported values: {}", all.join(", "));
        self.say(Reason::NotSupported, path, message);
    }
}

/// A cause with kcheck's code for its reason.
pub(super) fn cause(reason: Reason, field: String, place: Place, message: String) -> Cause {
    let code: &'static Code = match reason {
        Reason::Required => &codes::REQUIRED,
        Reason::NotSupported => &codes::ENUM,
        Reason::Duplicate => &codes::DUPLICATE,
        _ => &codes::CUSTOM_INVALID,
    };
    let name = field.rsplit(['.', ']']).find(|part| !part.is_empty()).unwrap_or(&field);
    let help = match reason {
        Reason::Required => format!("add `{name}`"),
        Reason::Duplicate => "leave one of them".to_owned(),
        Reason::TypeInvalid => {
            "write a value of the type that the CustomResourceDefinition asks for".to_owned()
        }
        _ => "the CustomResourceDefinition of the kind says what is allowed here".to_owned(),
    };
    Cause { reason, field, message, place, code, plain: String::new(), help: Some(help) }
}

/// A value as a field error prints it: texts and numbers plain, lists and maps as JSON with sorted keys.
pub(super) fn printed(value: &Owned) -> String {
    let mut out = String::new();
    match value {
        Owned::Str(text) => out.push_str(&crate::schema::quote(text)),
        Owned::Number(text) => out.push_str(&float(text)),
        other => write(other, &mut out, 64),
    }
    out
}

/// A number that is no integer, as `%v` prints it.
fn float(text: &str) -> String {
    text.parse::<f64>().map_or_else(|_| text.to_owned(), cel::format_g)
}

/// JSON as Go writes it.
pub(super) fn json(value: &Owned) -> String {
    let mut out = String::new();
    write(value, &mut out, 64);
    out
}

fn write(value: &Owned, out: &mut String, depth: usize) {
    use std::fmt::Write as _;
    if depth == 0 {
        out.push_str("null");
        return;
    }
    match value {
        Owned::Null => out.push_str("null"),
        Owned::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Owned::Int(n) => {
            let _ = write!(out, "{n}");
        }
        Owned::Number(text) => out.push_str(text),
        Owned::Str(text) => out.push_str(&json_text(text)),
        Owned::Seq(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out, depth - 1);
            }
            out.push(']');
        }
        Owned::Map(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            for (at, (key, value)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&json_text(key));
                out.push(':');
                write(value, out, depth - 1);
            }
            out.push('}');
        }
    }
}

/// A text as Go's encoder writes it, with `<`, `>` and `&` escaped.
pub(super) fn json_text(text: &str) -> String {
    use std::fmt::Write as _;
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
