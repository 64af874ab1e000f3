//! Edits that several rules write: text in, layout and comments kept.
//!
//! All of them answer `None` where the change is not a matter of the text at hand: in JSON, behind an alias, in what an
//! alias shares with another place.

use super::arena::{Document, Kind, View, flag};
use crate::finding::{Edit, FileId, Span};
use std::sync::Arc;

/// Takes a key and its value out of a mapping in block style, line break included. `None` where that would not be a
/// matter of whole lines, or would leave the mapping without keys (which makes it null).
pub fn remove_entry(map: View<'_>, name: &str) -> Option<Edit> {
    let (key, value) = map.entry(name)?;
    (map.len() > 1 && map.node().flags & flag::FLOW == 0).then(|| remove_lines(key, value)).flatten()
}

/// Takes the lines from a key or item to the end of a value, if nothing else stands on them.
pub(super) fn remove_lines(first: View<'_>, last: View<'_>) -> Option<Edit> {
    let document = first.document();
    if document.json || (first.node().flags | last.node().flags) & flag::ALIASED != 0 {
        return None;
    }
    let text = document.source().text();
    let (start, end) = (first.span().start as usize, last.span().end.max(first.span().end) as usize);
    let line = line_start(text, start);
    // The first key of a list item stands behind its dash.
    let in_front = text[line..start].trim_end_matches(['"', '\'']);
    let is_item = first.kind() != Kind::Key;
    if !in_front.bytes().all(|b| b == b' ' || (is_item && b == b'-')) || in_front.matches('-').count() > 1 {
        return None;
    }
    let until = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    // Behind the value: a quote, a comment, or nothing.
    let behind = text[end..until].trim_start_matches(['"', '\'', '}', ']']).trim();
    (behind.is_empty() || behind.starts_with('#')).then(|| Edit {
        file: document.file(),
        span: Span::new(line as u32, until as u32),
        text: String::new(),
    })
}

/// Takes an item out of a list: its lines, or what stands between commas. `None` for the last one that is left.
pub fn remove_item(list: View<'_>, index: usize) -> Option<Edit> {
    let before = index.checked_sub(1).and_then(|at| list.items().nth(at));
    let mut from = list.items().skip(index);
    let item = from.next()?;
    let next = from.next();
    if before.is_none() && next.is_none() || is_foreign(list) || is_foreign(item) {
        return None;
    }
    if list.node().flags & flag::FLOW == 0 {
        return remove_lines(item, item);
    }
    // Up to the next one, or from the end of the one before.
    let span = match (next, before) {
        (Some(next), _) => Span::new(whole(item).start, whole(next).start),
        (None, Some(before)) => Span::new(whole(before).end, whole(item).end),
        (None, None) => return None,
    };
    Some(Edit { file: list.document().file(), span, text: String::new() })
}

/// Puts another text in the place of a scalar. Quotes stay; `None` where the text is not all of what is written (escapes,
/// several lines), or comes from an alias.
pub fn replace_scalar(value: View<'_>, text: &str) -> Option<Edit> {
    if value.node().flags & flag::ALIASED != 0 || value.written() != value.text() {
        return None;
    }
    Some(Edit { file: value.document().file(), span: value.span(), text: text.to_owned() })
}

/// Adds `key: value` to a mapping, as its first entry.
pub fn add_entry(map: View<'_>, entry: &str) -> Option<Edit> {
    let (key, _) = map.entries().next()?;
    if is_foreign(map) || is_foreign(key) {
        return None;
    }
    let document = map.document();
    let text = document.source().text();
    // A key's span leaves its quotes out.
    let at = whole(key).start as usize;
    let text = if map.node().flags & flag::FLOW != 0 {
        format!("{entry}, ")
    } else {
        format!("{entry}{}{}", line_break(text), " ".repeat(at - line_start(text, at)))
    };
    Some(Edit { file: document.file(), span: Span::new(at as u32, at as u32), text })
}

/// Gives a field the value `value`, a text in flow style. Mappings on the way to it that are missing are made, in the
/// style of what they stand in.
pub fn set(map: View<'_>, path: &[&str], value: &str) -> Option<Edit> {
    let (name, rest) = path.split_first()?;
    if is_foreign(map) {
        return None;
    }
    let Some((key, held)) = map.entry(name) else { return insert(map, path, value) };
    if is_foreign(key) || is_foreign(held) {
        return None;
    }
    match held.kind() {
        Kind::Map if !rest.is_empty() && !held.is_empty() => set(held, rest, value),
        Kind::Map | Kind::Seq if rest.is_empty() && !held.is_empty() => None,
        Kind::Map | Kind::Null => replace(key, held, &flow(rest, value)),
        _ if rest.is_empty() => replace(key, held, value),
        _ => None,
    }
}

/// Adds an item to the list of a field, which is made if it is missing.
pub fn include(map: View<'_>, path: &[&str], item: &str) -> Option<Edit> {
    match map.at(path) {
        Some(list) if list.kind() == Kind::Seq && !list.is_empty() => append(list, item),
        Some(list) if list.kind() != Kind::Null && list.kind() != Kind::Seq => None,
        _ => set(map, path, &format!("[{item}]")),
    }
}

/// Puts a list in the place of one in brackets.
pub fn replace_list(list: View<'_>, text: &str) -> Option<Edit> {
    let in_brackets = list.kind() == Kind::Seq && list.node().flags & flag::FLOW != 0;
    let document = list.document();
    (in_brackets && !is_foreign(list)).then(|| Edit {
        file: document.file(),
        span: list.span(),
        text: text.to_owned(),
    })
}

/// Adds an item behind the others of a list.
fn append(list: View<'_>, item: &str) -> Option<Edit> {
    let last = list.items().last()?;
    if is_foreign(list) || is_foreign(last) {
        return None;
    }
    let file = list.document().file();
    let text = list.document().source().text();
    let span = whole(last);
    if list.node().flags & flag::FLOW != 0 {
        return Some(Edit { file, span: Span::new(span.end, span.end), text: format!(", {item}") });
    }
    let line = line_start(text, span.start as usize);
    let in_front = &text[line..span.start as usize];
    let dash = in_front.find('-')?;
    if in_front.bytes().any(|b| b != b' ' && b != b'-') || !is_one_line(last) {
        return None;
    }
    let at = line_end(text, span.end as usize) as u32;
    let text = format!("{}{}- {item}", line_break(text), " ".repeat(dash));
    Some(Edit { file, span: Span::new(at, at), text })
}

/// Adds a field that a mapping lacks: behind its leading entries of one line (`name`, `image`), else in front of all.
fn insert(map: View<'_>, path: &[&str], value: &str) -> Option<Edit> {
    let document = map.document();
    let text = document.source().text();
    let file = document.file();
    let first = map.entries().next()?.0;
    let simple = |(key, value): &(View<'_>, View<'_>)| {
        !is_foreign(*key)
            && !value.is_null()
            && !matches!(value.kind(), Kind::Map | Kind::Seq)
            && {
                line_start(text, key.span().start as usize) == line_start(text, value.span().start as usize)
            }
            && is_one_line(*value)
    };
    let behind = map.entries().take_while(simple).last();
    if map.node().flags & flag::FLOW != 0 {
        let entry = flow(path, value);
        let entry = entry.strip_prefix('{')?.strip_suffix('}')?.to_owned();
        return Some(match behind {
            Some((_, value)) => {
                let at = whole(value).end;
                Edit { file, span: Span::new(at, at), text: format!(", {entry}") }
            }
            None if is_foreign(first) => return None,
            None => {
                let at = whole(first).start;
                Edit { file, span: Span::new(at, at), text: format!("{entry}, ") }
            }
        });
    }
    let column = column_of(map)?;
    let lines = |indent: usize| {
        let mut lines: Vec<String> = Vec::new();
        for (depth, name) in path.iter().enumerate() {
            let value = if depth + 1 == path.len() { format!(" {value}") } else { String::new() };
            lines.push(format!("{}{name}:{value}", " ".repeat(indent + 2 * depth)));
        }
        lines.join(line_break(text))
    };
    Some(match behind {
        Some((_, value)) => {
            let at = line_end(text, value.span().end as usize) as u32;
            Edit { file, span: Span::new(at, at), text: format!("{}{}", line_break(text), lines(column)) }
        }
        None if is_foreign(first) => return None,
        None => {
            let at = whole(first).start as usize;
            let line = line_start(text, at);
            let entry = if text[line..at].contains('-') {
                format!("{}{}{}", lines(column).trim_start(), line_break(text), " ".repeat(column))
            } else {
                format!("{}{}", lines(column), line_break(text))
            };
            // What is said about the first entry stays with it.
            let at = if entry.starts_with(' ') { comments_above(document, line, 0, column) } else { at };
            let at = at as u32;
            Edit { file, span: Span::new(at, at), text: entry }
        }
    })
}

/// Column of a block mapping's own keys; `None` if a key stands behind something else than blanks and dashes.
fn column_of(map: View<'_>) -> Option<usize> {
    let (key, _) = map.entries().find(|(key, _)| !is_foreign(*key))?;
    let text = map.document().source().text();
    let at = whole(key).start as usize;
    let line = line_start(text, at);
    text[line..at].bytes().all(|b| matches!(b, b' ' | b'-')).then_some(at - line)
}

/// Puts a text in the place of a value, quotes included.
fn replace(key: View<'_>, held: View<'_>, text: &str) -> Option<Edit> {
    let document = held.document();
    let file = document.file();
    let all = document.source().text();
    if held.is_null() && held.written().is_empty() {
        let after = whole(key).end as usize;
        let colon = after + all.get(after..)?.find(|c: char| c != ' ')?;
        if all.as_bytes().get(colon) != Some(&b':') {
            return None;
        }
        let at = colon as u32 + 1;
        return Some(Edit { file, span: Span::new(at, at), text: format!(" {text}") });
    }
    let span = whole(held);
    let has_tag = all.get(key.span().end as usize..span.start as usize)?.contains(['&', '!', '|', '>']);
    let is_one = is_one_line(held) || matches!(held.kind(), Kind::Map | Kind::Seq);
    (is_one && !has_tag).then(|| Edit { file, span, text: text.to_owned() })
}

/// True for a text that YAML does not read as the string that it is, unless it stands in quotes.
pub fn needs_quotes(text: &str) -> bool {
    let simple = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
    let source = Arc::new(crate::source::Source::new("", format!("a: {text}\n").into_bytes()));
    let (documents, _) = super::parse(&source, FileId(0));
    let read = documents.first().and_then(Document::root).and_then(|root| root.get("a"));
    !text.bytes().all(simple) || read.and_then(View::as_str) != Some(text)
}

/// `{a: {b: value}}`; without a path the value alone.
fn flow(path: &[&str], value: &str) -> String {
    path.iter().rev().fold(value.to_owned(), |inner, name| format!("{{{name}: {inner}}}"))
}

/// A scalar that begins and ends on one line.
fn is_one_line(value: View<'_>) -> bool {
    let text = value.document().source().text();
    let Span { start, end } = value.span();
    let written = text.get(start as usize..end as usize).unwrap_or_default();
    !written.contains('\n') && (value.is_plain() || !written.starts_with(['|', '>']))
}

/// True for what an alias brought here, or takes from here to somewhere else; for JSON, which is written otherwise; and for a
/// pair in brackets that has no braces of its own (`[a: 1]`), where a second key would be a second pair.
fn is_foreign(view: View<'_>) -> bool {
    let document = view.document();
    document.json
        || view.node().flags & flag::ALIASED != 0
        || document.is_shared(view.node())
        || is_bare_pair(view)
}

fn is_bare_pair(view: View<'_>) -> bool {
    let in_flow = view.kind() == Kind::Map && view.node().flags & flag::FLOW != 0;
    in_flow && !view.written().starts_with('{')
}

/// The bytes of a value or key, quotes included.
fn whole(view: View<'_>) -> Span {
    let Span { start, end } = view.span();
    let bytes = view.document().source().text().as_bytes();
    let quote = (start as usize).checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let is_scalar = !matches!(view.kind(), Kind::Map | Kind::Seq);
    let is_quoted = is_scalar && !view.is_plain() && quote.is_some_and(|q| matches!(q, b'"' | b'\''));
    if is_quoted && bytes.get(end as usize).copied() == quote {
        Span::new(start - 1, end + 1)
    } else {
        Span::new(start, end)
    }
}

/// Where the line of a place begins.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line of a place ends, its line break left out.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    if text[..end].ends_with('\r') { end - 1 } else { end }
}

/// Where the comments begin that stand right above a line, at its column, and not before a place.
pub fn comments_above(document: &Document, line: usize, not_before: usize, column: usize) -> usize {
    let text = document.source().text();
    let mut at = line;
    while at > 0 {
        let above = line_start(text, at - 1);
        let hash = above + column;
        let is_comment = text[above..at].len() > column
            && text[above..at].bytes().take(column).all(|b| b == b' ')
            && document.comments().binary_search_by_key(&(hash as u32), |c| c.span.start).is_ok();
        if above < not_before || !is_comment {
            break;
        }
        at = above;
    }
    at
}

/// How a text ends its lines.
fn line_break(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// True if a document still reads the same after some edits, in order of place.
pub fn reads_the_same(document: &Document, edits: &[Edit]) -> bool {
    let Span { start, end } = document.span;
    let text = document.source().text();
    let end = (end as usize).min(text.len());
    let (mut out, mut from) = (String::new(), start as usize);
    for edit in edits {
        let Some(before) = text.get(from..edit.span.start as usize) else { return false };
        out.push_str(before);
        out.push_str(&edit.text);
        from = edit.span.end as usize;
    }
    let Some(rest) = text.get(from..end) else { return false };
    out.push_str(rest);
    let source = Arc::new(crate::source::Source::new("", out.into_bytes()));
    let (documents, _) = super::parse(&source, FileId(0));
    let mut now = documents.iter().filter_map(Document::root);
    match (document.root(), now.next(), now.next()) {
        (Some(before), Some(after), None) => is_same(before, after),
        _ => false,
    }
}

/// Equal values; the order of keys is none of theirs.
fn is_same(a: View<'_>, b: View<'_>) -> bool {
    if a.kind() != b.kind() || a.text() != b.text() {
        return false;
    }
    let (items, others): (Vec<_>, Vec<_>) = (a.items().collect(), b.items().collect());
    items.len() == others.len()
        && a.entries().count() == b.entries().count()
        && items.iter().zip(&others).all(|(a, b)| is_same(*a, *b))
        && a.entries().all(|(key, value)| b.get(key.text()).is_some_and(|other| is_same(value, other)))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn after(text: &str, edit: impl Fn(View<'_>) -> Option<Edit>) -> Option<String> {
        let source = Arc::new(crate::source::Source::new("a.yaml", text.as_bytes().to_vec()));
        let (documents, _) = parse(&source, FileId(0));
        let Edit { span, text: new, .. } = edit(documents[0].root()?)?;
        let mut text = text.to_owned();
        text.replace_range(span.start as usize..span.end as usize, &new);
        Some(text)
    }

    #[test]
    fn fields_are_set() {
        let path = ["a", "b", "c"];
        for (before, expected) in [
            ("x: 1 # one\ny: {}\n", "x: 1 # one\na:\n  b:\n    c: v\ny: {}\n"),
            ("y: {}\nx: 1\n", "a:\n  b:\n    c: v\ny: {}\nx: 1\n"),
            ("- x: 'q'\n  y: [1]\n", "- x: 'q'\n  a:\n    b:\n      c: v\n  y: [1]\n"),
            ("{x: \"1\", y: {}}\n", "{x: \"1\", a: {b: {c: v}}, y: {}}\n"),
            ("{y: {}}\n", "{a: {b: {c: v}}, y: {}}\n"),
            ("a: {}\n", "a: {b: {c: v}}\n"),
            ("a:\nz: 1\n", "a: {b: {c: v}}\nz: 1\n"),
            ("a: ~\n", "a: {b: {c: v}}\n"),
            ("a:\n  b:\n    d: 1", "a:\n  b:\n    d: 1\n    c: v"),
            ("a:\n  b:\n    c: 'old' # why\n", "a:\n  b:\n    c: v # why\n"),
            ("a:\n  b:\n    d: |\n      x\n", "a:\n  b:\n    c: v\n    d: |\n      x\n"),
            ("x: 1\r\n", "x: 1\r\na:\r\n  b:\r\n    c: v\r\n"),
        ] {
            let edit = |root: View<'_>| set(root.items().next().unwrap_or(root), &path, "v");
            assert_eq!(after(before, edit).as_deref(), Some(expected), "{before}");
        }
        let below = |root: View<'_>| set(root.get("r")?, &["a"], "v");
        let (before, expected) = ("r:\n  # why\n  y: {}\n", "r:\n  a: v\n  # why\n  y: {}\n");
        assert_eq!(after(before, below).as_deref(), Some(expected));
        // What aliases share stays; so does JSON, and what is something else.
        for before in ["s: &s {x: 1}\na: {b: *s}\n", "{\"x\": 1}", "a: text\n", "a: {b: {c: {d: 1}}}\n"] {
            assert_eq!(after(before, |root| set(root, &path, "v")), None, "{before}");
        }
        // A second key would be a second item.
        assert_eq!(after("[y: {}]\n", |root| set(root.items().next()?, &path, "v")), None);
        assert_eq!(after("[y: {}]\n", |root| add_entry(root.items().next()?, "a: 1")), None);
        assert_eq!(after("s: &s\n  a: {x: 1}\nt: *s\n", |root| set(root.get("s")?, &path, "v")), None);
    }

    #[test]
    fn items_are_added_and_removed() {
        let add = |root: View<'_>| include(root, &["a", "b"], "X");
        for (before, expected) in [
            ("a: {b: [Y, \"Z\"]}\n", "a: {b: [Y, \"Z\", X]}\n"),
            (
                "a:\n  b:\n    - Y\n    - 'Z' # z\n  c: 1\n",
                "a:\n  b:\n    - Y\n    - 'Z' # z\n    - X\n  c: 1\n",
            ),
            ("a:\n  b:\n  - Y", "a:\n  b:\n  - Y\n  - X"),
            ("a: {b: []}\n", "a: {b: [X]}\n"),
            ("a:\n  c: 1\n", "a:\n  c: 1\n  b: [X]\n"),
        ] {
            assert_eq!(after(before, add).as_deref(), Some(expected), "{before}");
        }
        let remove = |root: View<'_>| remove_item(root.get("a")?, 1);
        for (before, expected) in [
            ("a:\n  - x: 1\n  - x: 2\n    y: 3\n  - x: 4\n", Some("a:\n  - x: 1\n  - x: 4\n")),
            ("a: [1, 2, 3]\n", Some("a: [1, 3]\n")),
            ("a: [1, 2]\n", Some("a: [1]\n")),
            ("a: [1]\n", None),
        ] {
            assert_eq!(after(before, remove).as_deref(), expected, "{before}");
        }
    }
}
