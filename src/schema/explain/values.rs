//! Values that are not of their field's type.

use super::{Context, codes, finding};
use crate::finding::{Edit, Finding, Fix, ServerCause, Span};
use crate::schema::decode::Issue;
use crate::schema::quantity::Quantity;
use crate::schema::table::{Shape, TypeRef};
use crate::yaml::{Kind, View};

/// What is given, in words.
fn given(value: View<'_>) -> String {
    match value.kind() {
        Kind::Null => "nothing".into(),
        Kind::True => "the boolean true".into(),
        Kind::False => "the boolean false".into(),
        Kind::Int | Kind::Float => format!("the number {}", value.text()),
        Kind::Str | Kind::Key => "a string".into(),
        Kind::Seq => "a list".into(),
        Kind::Map => "an object".into(),
    }
}

/// What is wanted, in words.
fn wanted(context: &Context<'_, '_>, ty: TypeRef, depth: usize) -> String {
    match context.types.shape(ty) {
        Shape::Any => "anything".into(),
        Shape::String => "a string".into(),
        Shape::Bool => "true or false".into(),
        Shape::Int32 | Shape::Int64 => "a whole number".into(),
        Shape::Double => "a number".into(),
        Shape::Bytes => "base64".into(),
        Shape::IntOrString => "a whole number or a string".into(),
        Shape::Quantity => "a quantity (`500m`, `1Gi`)".into(),
        Shape::Time => "a time (`2024-01-02T03:04:05Z`)".into(),
        Shape::MicroTime => "a time with six digits of fraction (`2024-01-02T03:04:05.000000Z`)".into(),
        Shape::Duration => "a duration (`1h30m`)".into(),
        Shape::SchemaOrBool => "a JSON schema or a boolean".into(),
        Shape::SchemaOrArray | Shape::SchemaOrStrings => "a JSON schema or a list".into(),
        Shape::Struct(id) => {
            let ty = context.types.get(id);
            if ty.name.contains(' ') { "an object".into() } else { format!("an object ({})", ty.short()) }
        }
        Shape::List(item) if depth < 3 => match context.types.shape(item) {
            Shape::Struct(_) => "a list of objects".into(),
            Shape::String => "a list of strings".into(),
            Shape::Int32 | Shape::Int64 => "a list of whole numbers".into(),
            _ => format!("a list, each {}", wanted(context, item, depth + 1)),
        },
        Shape::Map(value) if depth < 3 => match context.types.shape(value) {
            Shape::Struct(_) => "an object of objects".into(),
            Shape::String => "an object of strings".into(),
            _ => format!("an object, each value {}", wanted(context, value, depth + 1)),
        },
        Shape::List(_) => "a list".into(),
        Shape::Map(_) => "an object".into(),
    }
}

/// What the field is called in a sentence.
fn name(issue: &Issue) -> String {
    if issue.path.is_empty() { "the document".into() } else { format!("`{}`", issue.path) }
}

/// A value of another type.
pub(super) fn mismatch(context: &Context<'_, '_>, issue: &Issue, ty: TypeRef) -> Finding {
    let value = context.root.document().view(issue.value);
    let shape = context.types.shape(ty);
    let scalar = matches!(value.kind(), Kind::True | Kind::False | Kind::Int | Kind::Float);
    match (shape, value.kind()) {
        (Shape::String, _) if scalar => unquoted(context, issue, value),
        (Shape::Bytes | Shape::Quantity | Shape::Time | Shape::MicroTime | Shape::Duration, Kind::Str) => {
            format(context, issue, value, shape)
        }
        _ => plain(context, issue, value, ty),
    }
}

/// A boolean or number where a string is due.
fn unquoted(context: &Context<'_, '_>, issue: &Issue, value: View<'_>) -> Finding {
    let written = value.written();
    let yaml = !value.document().json;
    let code = if yaml { &codes::AMBIGUOUS_SCALAR } else { &codes::TYPE };
    let message = if yaml {
        format!("`{written}` without quotes is {}, and {} is a string", given(value), name(issue))
    } else {
        format!("{} is a string, this is {}", name(issue), given(value))
    };
    let quote = if written.contains(['"', '\\']) { '\'' } else { '"' };
    let quoted = format!("{quote}{written}{quote}");
    let mut out = finding(context, code, issue, value.index(), message).label(format!("write `{quoted}`"));
    if let Some(key) = issue.key.map(|k| value.document().view(k))
        && yaml
        && key.is_plain()
        && key.written() != key.text()
    {
        let (written, read) = (key.written(), key.text());
        out = out.help(format!("the key `{written}` is read as `{read}`: quote it as well"));
    }
    if written.is_empty() || value.node().flags & crate::yaml::flag::ALIASED != 0 {
        return out;
    }
    let edit = Edit { file: value.place().file, span: value.span(), text: quoted };
    out.fix(Fix::safe("quote it", vec![edit]))
}

/// A string that is none of what its field holds.
fn format(context: &Context<'_, '_>, issue: &Issue, value: View<'_>, shape: Shape) -> Finding {
    let text = value.text();
    let short: String = text.chars().take(40).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    let (what, label, help) = match shape {
        Shape::Bytes => (
            "base64",
            issue.text.clone(),
            Some(
                "text that is not encoded goes under `stringData` of a Secret (`data` of a ConfigMap)"
                    .to_owned(),
            ),
        ),
        Shape::Quantity => {
            ("a quantity", "a number and one suffix: `500m`, `1.5`, `2k`, `1Gi`".into(), near_quantity(text))
        }
        Shape::Duration => ("a duration", "numbers with units: `90s`, `1h30m`".into(), None),
        _ => ("a time", "RFC 3339: `2024-01-02T03:04:05Z`".into(), None),
    };
    let message = format!("{} is {what}, and \"{}{dots}\" is none", name(issue), short.escape_debug());
    let out = finding(context, &codes::FORMAT, issue, value.index(), message).label(label);
    match help {
        Some(help) => out.help(help),
        None => out,
    }
}

/// What a quantity with a wrong suffix was meant to be.
fn near_quantity(text: &str) -> Option<String> {
    let text = text.trim();
    let at = text.find(|c: char| c.is_ascii_alphabetic() || c == ' ')?;
    let (number, suffix) = text.split_at(at);
    let meant = match suffix.trim().to_ascii_lowercase().as_str() {
        "k" => "`Ki` (1024) or `k` (1000)",
        "kb" | "kib" | "ki" => "`Ki` (1024) or `k` (1000)",
        "m" | "mb" | "mib" | "mi" => "`Mi` (1024²) or `M` (1000²)",
        "g" | "gb" | "gib" | "gi" => "`Gi` (1024³) or `G` (1000³)",
        "t" | "tb" | "tib" | "ti" => "`Ti` (1024⁴) or `T` (1000⁴)",
        _ => return None,
    };
    Quantity::parse(number).ok()?;
    Some(format!("did you mean {meant}?"))
}

fn plain(context: &Context<'_, '_>, issue: &Issue, value: View<'_>, ty: TypeRef) -> Finding {
    let shape = context.types.shape(ty);
    let message = if issue.text.contains("of type uint8") {
        format!("{} is base64 text, this is {}", name(issue), given(value))
    } else {
        format!("{} is {}, this is {}", name(issue), wanted(context, ty, 0), given(value))
    };
    let place = if matches!(value.kind(), Kind::Map | Kind::Seq) {
        issue.key.unwrap_or(issue.value)
    } else {
        issue.value
    };
    let out = finding(context, &codes::TYPE, issue, place, message);
    match (shape, value.kind()) {
        (Shape::Int32 | Shape::Int64, Kind::Int | Kind::Float) => {
            let range = if shape == Shape::Int32 { "-2147483648 to 2147483647" } else { "64 bits" };
            out.label(if value.text().contains(['.', 'e', 'E']) {
                "no fraction, no exponent".into()
            } else {
                format!("whole numbers here are of {range}")
            })
        }
        (Shape::Int32 | Shape::Int64 | Shape::Bool | Shape::Double | Shape::IntOrString, Kind::Str) => {
            unquote(out, value, shape)
        }
        (Shape::List(item), Kind::Str) if context.types.shape(item) == Shape::String => one_item(out, value),
        (Shape::List(_), Kind::Map) => out.label("start each item with `- `"),
        (Shape::Struct(_) | Shape::Map(_), Kind::Seq) => out.label("no `- ` here"),
        (Shape::String, Kind::Map | Kind::Seq) => out.label("one value, on the same line"),
        _ => out,
    }
}

/// One string where a list of strings is due.
fn one_item(out: Finding, value: View<'_>) -> Finding {
    let written = value.written();
    if !value.is_plain() || written.contains([',', '[', ']', '{', '}', '\n', '#']) {
        return out.label("each item on a line of its own, after `- `");
    }
    let text = format!("[{written}]");
    let edit = Edit { file: value.place().file, span: value.span(), text: text.clone() };
    out.label(format!("write `{text}`")).fix(Fix::maybe("make it a list of one", vec![edit]))
}

/// `"80"` where a number is due.
fn unquote(out: Finding, value: View<'_>, shape: Shape) -> Finding {
    let text = value.text();
    let right = match shape {
        Shape::Bool => matches!(text, "true" | "false"),
        Shape::Int32 => text.parse::<i32>().is_ok_and(|n| n.to_string() == text),
        Shape::Int64 => text.parse::<i64>().is_ok_and(|n| n.to_string() == text),
        _ => false,
    };
    let source = value.document().source().text();
    let span = value.span();
    let around = |at: Option<u32>| at.and_then(|at| source.as_bytes().get(at as usize)).copied();
    let (before, after) = (around(span.start.checked_sub(1)), around(Some(span.end)));
    if right && before == after && matches!(before, Some(b'"' | b'\'')) {
        let edit = Edit {
            file: value.place().file,
            span: Span::new(span.start - 1, span.end + 1),
            text: text.to_owned(),
        };
        return out.label("without quotes").fix(Fix::safe("remove the quotes", vec![edit]));
    }
    out
}

/// What validation against the schema of a custom resource says.
pub(super) fn invalid(context: &Context<'_, '_>, issue: &Issue, cause: &ServerCause) -> Finding {
    use crate::schema::decode::What;
    let doc = context.root.document();
    let value = doc.view(issue.value);
    let mut out = match issue.what {
        What::Required => {
            let name = issue.path.rsplit('.').next().unwrap_or(&issue.path);
            let place = value.entries().next().map_or(issue.value, |(key, _)| key.index());
            finding(context, &codes::REQUIRED, issue, place, format!("`{}` is missing", issue.path))
                .label(format!("`{name}` must be there"))
        }
        What::Type(ty) => mismatch(context, issue, ty),
        _ => {
            let message = format!("`{}`: {}", issue.path, cause.message);
            finding(context, &codes::ENUM, issue, issue.value, message)
        }
    };
    out.server = Some(cause.clone());
    out
}
