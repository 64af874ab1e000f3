//! Functions of strings. Mirrors cel-go's `ext/strings.go` (version 2), the standard library's, and Kubernetes' library/regex.go.

use super::super::eval::Spent;
use super::super::value::{EvalError, Outcome, Val, err};
use super::{MAX_MADE, format_string};

pub(super) fn call<'a>(function: &str, args: &[Val<'a>], spent: &mut Spent) -> Option<Outcome<'a>> {
    let flag = |b| Ok(Val::Bool(b));
    Some(match (function, args) {
        ("contains", [Val::Str(a), Val::Str(b)]) => flag(a.contains(&**b)),
        ("startsWith", [Val::Str(a), Val::Str(b)]) => flag(a.starts_with(&**b)),
        ("endsWith", [Val::Str(a), Val::Str(b)]) => flag(a.ends_with(&**b)),
        ("matches", [Val::Str(a), Val::Str(pattern)]) => {
            spent.pattern(pattern, "").map(|p| Val::Bool(p.is_match(a)))
        }
        ("find", [Val::Str(a), Val::Str(pattern)]) => spent
            .pattern(pattern, "Illegal regex: ")
            .map(|p| Val::text(p.find(a).and_then(|range| a.get(range)).unwrap_or_default())),
        ("findAll", [Val::Str(a), Val::Str(pattern)]) => find_all(a, pattern, -1, spent),
        ("findAll", [Val::Str(a), Val::Str(pattern), Val::Int(most)]) => find_all(a, pattern, *most, spent),
        ("charAt", [Val::Str(a), Val::Int(at)]) => char_at(a, *at),
        ("indexOf", [Val::Str(a), Val::Str(b)]) => index_of(a, b, 0),
        ("indexOf", [Val::Str(a), Val::Str(b), Val::Int(from)]) => index_of(a, b, *from),
        ("lastIndexOf", [Val::Str(a), Val::Str(b)]) => {
            let length = a.chars().count() as i64;
            if b.is_empty() {
                Ok(Val::Int(length))
            } else if a.len() < b.len() {
                Ok(Val::Int(-1))
            } else {
                last_index_of(a, b, length - 1)
            }
        }
        ("lastIndexOf", [Val::Str(a), Val::Str(b), Val::Int(from)]) => last_index_of(a, b, *from),
        ("lowerAscii", [Val::Str(a)]) => Ok(Val::text(a.to_ascii_lowercase())),
        ("upperAscii", [Val::Str(a)]) => Ok(Val::text(a.to_ascii_uppercase())),
        ("trim", [Val::Str(a)]) => Ok(Val::text(a.trim())),
        ("replace", [Val::Str(a), Val::Str(old), Val::Str(new)]) => replace(a, old, new, -1),
        ("replace", [Val::Str(a), Val::Str(old), Val::Str(new), Val::Int(most)]) => {
            replace(a, old, new, *most)
        }
        ("split", [Val::Str(a), Val::Str(separator)]) => Ok(split(a, separator, -1)),
        ("split", [Val::Str(a), Val::Str(separator), Val::Int(most)]) => Ok(split(a, separator, *most)),
        ("substring", [Val::Str(a), Val::Int(from)]) => {
            let length = a.chars().count() as i64;
            if (0..=length).contains(from) {
                Ok(Val::text(a.chars().skip(*from as usize).collect::<String>()))
            } else {
                err(format!("index out of range: {from}"))
            }
        }
        ("substring", [Val::Str(a), Val::Int(from), Val::Int(to)]) => substring(a, *from, *to),
        ("format", [Val::Str(text), Val::List(list)]) => {
            let text = format_string::parse(text, list.items.len(), |index, clause, precision| {
                match list.items.get(index) {
                    Some(value) => format_string::write(value, clause, precision),
                    None => Err(format!("index {index} out of range")),
                }
            });
            text.map_or_else(err, |text| {
                if text.len() > MAX_MADE { Err(EvalError::CostLimit) } else { Ok(Val::text(text)) }
            })
        }
        ("strings.quote", [Val::Str(a)]) => Ok(Val::text(quote(a))),
        ("join", [Val::List(list)]) => join(&list.items, ""),
        ("join", [Val::List(list), Val::Str(separator)]) => join(&list.items, separator),
        _ => return None,
    })
}

fn find_all<'a>(text: &str, pattern: &str, most: i64, spent: &mut Spent) -> Outcome<'a> {
    let pattern = spent.pattern(pattern, "Illegal regex: ")?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let found = pattern.find_all(text).take(most).filter_map(|range| text.get(range)).map(Val::text);
    Ok(Val::list(found.collect()))
}

fn char_at<'a>(text: &str, at: i64) -> Outcome<'a> {
    let length = text.chars().count() as i64;
    if !(0..=length).contains(&at) {
        return err(format!("index out of range: {at}"));
    }
    Ok(Val::text(text.chars().skip(at as usize).take(1).collect::<String>()))
}

/// Number of the character at a byte.
fn characters(text: &str, bytes: usize) -> i64 {
    text.get(..bytes).map_or(-1, |before| before.chars().count() as i64)
}

fn index_of<'a>(text: &str, part: &str, from: i64) -> Outcome<'a> {
    if part.is_empty() {
        return Ok(Val::Int(from));
    }
    if from < 0 {
        return err(format!("index out of range: {from}"));
    }
    let Some((start, _)) = text.char_indices().nth(from as usize) else { return Ok(Val::Int(-1)) };
    let found = text.get(start..).and_then(|rest| rest.find(part)).map(|at| characters(text, start + at));
    Ok(Val::Int(found.unwrap_or(-1)))
}

fn last_index_of<'a>(text: &str, part: &str, from: i64) -> Outcome<'a> {
    if part.is_empty() {
        return Ok(Val::Int(from));
    }
    if from < 0 {
        return err(format!("index out of range: {from}"));
    }
    let Some((start, _)) = text.char_indices().nth(from as usize) else { return Ok(Val::Int(-1)) };
    // The part may begin at the offset and reach beyond it.
    let end = (start + part.len()).min(text.len());
    let end = (end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let found = text.get(..end).and_then(|head| head.rfind(part)).filter(|at| *at <= start);
    Ok(Val::Int(found.map_or(-1, |at| characters(text, at))))
}

fn substring<'a>(text: &str, from: i64, to: i64) -> Outcome<'a> {
    let length = text.chars().count() as i64;
    if from > to {
        return err(format!("invalid substring range. start: {from}, end: {to}"));
    }
    for at in [from, to] {
        if !(0..=length).contains(&at) {
            return err(format!("index out of range: {at}"));
        }
    }
    Ok(Val::text(text.chars().skip(from as usize).take((to - from) as usize).collect::<String>()))
}

/// Mirrors `strings.Replace`.
fn replace<'a>(text: &str, old: &str, new: &str, most: i64) -> Outcome<'a> {
    let count = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old).count() };
    let count = usize::try_from(most).map_or(count, |most| count.min(most));
    if text.len() + count.saturating_mul(new.len()) > MAX_MADE {
        return Err(EvalError::CostLimit);
    }
    Ok(Val::text(text.replacen(old, new, count)))
}

/// Mirrors `strings.SplitN`.
fn split<'a>(text: &str, separator: &str, most: i64) -> Val<'a> {
    if most == 0 {
        return Val::list(Vec::new());
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let parts: Vec<Val<'a>> = if separator.is_empty() {
        let mut parts: Vec<String> = text.chars().map(String::from).collect();
        if parts.len() > most {
            let rest = parts.split_off(most - 1).concat();
            parts.push(rest);
        }
        parts.into_iter().map(Val::text).collect()
    } else {
        text.splitn(most, separator).map(Val::text).collect()
    };
    Val::list(parts)
}

fn join<'a>(items: &[Val<'a>], separator: &str) -> Outcome<'a> {
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        let Val::Str(text) = item else {
            return err(format!("join: invalid input: {}", super::optional::display(item)));
        };
        if at > 0 {
            out.push_str(separator);
        }
        out.push_str(text);
        if out.len() > MAX_MADE {
            return Err(EvalError::CostLimit);
        }
    }
    Ok(Val::text(out))
}

/// Mirrors `strings.quote`.
fn quote(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
