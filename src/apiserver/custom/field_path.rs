//! `fieldPath` of a rule. Mirrors `ValidFieldPath`.

use std::fmt::Write as _;

use super::schema::{Additional, Schema};

/// A path of names (`.a.b`, `['a.b']`) below a schema, as field errors write it; or what is wrong with it.
pub(super) fn resolve(text: &str, schema: &Schema) -> Result<String, String> {
    find(text, schema, true).map(|(path, _)| path)
}

/// The path and the schema at its end. `brackets`: names may stand in them.
pub(super) fn find<'s>(
    text: &str,
    schema: &'s Schema,
    brackets: bool,
) -> Result<(String, &'s Schema), String> {
    let mut out = String::new();
    let mut at = schema;
    let mut tokens = tokens(text).into_iter();
    let wrong = || "does not refer to a valid field".to_owned();
    while let Some(token) = tokens.next() {
        let name = match token.as_str() {
            "[" => {
                if !brackets {
                    return Err("array notation is not allowed".into());
                }
                let quoted = tokens.next().ok_or("unexpected end of JSON path")?;
                let inner = quoted
                    .strip_prefix('\'')
                    .and_then(|q| q.strip_suffix('\''))
                    .filter(|_| quoted.len() >= 2);
                let inner = inner.ok_or_else(|| format!("expected single quoted string but got {quoted}"))?;
                unescape(inner)?
            }
            "." => tokens.next().ok_or("unexpected end of JSON path")?,
            other => return Err(format!("expected [ or . but got: {other}")),
        };
        if !at.properties.is_empty() {
            at = at.property(&name).ok_or_else(wrong)?;
            let dot = if out.is_empty() { "" } else { "." };
            let _ = write!(out, "{dot}{name}");
        } else if let Some(Additional::Schema(values)) = &at.additional {
            at = values;
            let _ = write!(out, "[{name}]");
        } else if let Some(Additional::Any(_)) = &at.additional {
            // Whatever is below, no schema says anything of it.
            let _ = write!(out, "[{name}]");
            return Ok((out, at));
        } else {
            return Err(wrong());
        }
        if token == "[" {
            match tokens.next().as_deref() {
                Some("]") => {}
                Some(other) => return Err(format!("expected ] but got {other}")),
                None => return Err("unexpected end of JSON path".into()),
            }
        }
    }
    Ok((out, at))
}

/// Delimiters, quoted texts, and what is between them.
fn tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '.' | '[' | ']' => 1,
            '\'' => {
                let bytes = rest.as_bytes();
                let end = (1..bytes.len())
                    .find(|at| bytes.get(*at) == Some(&b'\'') && bytes.get(at - 1) != Some(&b'\\'));
                end.map_or(rest.len(), |at| at + 1)
            }
            _ => rest.find(['.', '[', ']']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        out.push(token.to_owned());
        rest = after;
    }
    out
}

/// Mirrors `unescapeSingleQuote`.
fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match chars.next() {
            Some('a') => '\u{7}',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('v') => '\u{b}',
            Some(c @ ('\'' | '\\')) => c,
            Some(c) => return Err(format!("invalid string literal: invalid escape char \\{c}")),
            None => '\\',
        });
    }
    Ok(out)
}
