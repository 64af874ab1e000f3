//! Keys put in order: entries of block mappings move as whole lines, with the comments right above them.

use super::sorted_keys::rank;
use crate::finding::{Edit, Span};
use crate::yaml::edit::{comments_above, line_start, reads_the_same};
use crate::yaml::{Document, Kind, View, flag};

/// A part of the text and what is to stand there.
struct Part {
    start: usize,
    end: usize,
    text: String,
}

/// The edits that put the keys of a document's mappings in order, as far as they are whole lines. None if the document
/// would not read as before.
pub(super) fn sorted(document: &Document) -> Vec<Edit> {
    let Some(root) = document.root().filter(|_| !document.json) else { return Vec::new() };
    let mut parts = Vec::new();
    // Nesting is bounded by the reader.
    collect(root, true, &mut parts);
    let edits: Vec<Edit> = parts
        .into_iter()
        .map(|part| Edit {
            file: document.file(),
            span: Span::new(part.start as u32, part.end as u32),
            text: part.text,
        })
        .collect();
    if reads_the_same(document, &edits) { edits } else { Vec::new() }
}

/// The new texts of the outermost mappings that change, in order of place.
fn collect(view: View<'_>, is_root: bool, parts: &mut Vec<Part>) {
    match view.kind() {
        Kind::Seq => view.items().for_each(|item| collect(item, false, parts)),
        Kind::Map => {
            let mut inner = Vec::new();
            view.written_entries().for_each(|(_, value)| collect(value, false, &mut inner));
            match mapping(view, is_root, &inner) {
                Some(part) => parts.push(part),
                None => parts.append(&mut inner),
            }
        }
        _ => {}
    }
}

/// A mapping in order, with the parts inside of it. `None` if it is in order, or is not made of whole lines.
fn mapping(map: View<'_>, is_root: bool, inner: &[Part]) -> Option<Part> {
    if map.node().flags & (flag::FLOW | flag::ALIASED) != 0 {
        return None;
    }
    let text = map.document().source().text();
    let entries: Vec<(View<'_>, View<'_>)> = map.written_entries().collect();
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&at| rank(entries[at].0.text()));
    if order.is_sorted() || entries.iter().any(|(key, _)| key.node().flags & flag::ALIASED != 0) {
        return None;
    }
    let first = entries.first()?.0.span().start as usize;
    let in_front = text[line_start(text, first)..first].trim_end_matches(['"', '\'']);
    let column = in_front.len();
    let is_item = in_front.contains('-');
    if !in_front.bytes().all(|b| b == b' ' || b == b'-') {
        return None;
    }
    // Each entry: where its comments begin, where its line begins.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for (at, (key, _)) in entries.iter().enumerate() {
        let line = line_start(text, key.span().start as usize);
        let indent = text[line..key.span().start as usize].trim_end_matches(['"', '\'']);
        if indent.len() != column || (at > 0 && indent.bytes().any(|b| b != b' ')) {
            return None;
        }
        let above = match at.checked_sub(1).and_then(|before| entries.get(before)) {
            // The head of a document is the document's; above a dash it is the item's.
            None if is_root || is_item => line,
            None => comments_above(map.document(), line, 0, column),
            Some((_, value)) => comments_above(map.document(), line, value.span().end as usize, column),
        };
        starts.push((above, line));
    }
    let last = entries.last()?.1.span().end.max(entries.last()?.0.span().end) as usize;
    let end = text[last..].find('\n').map_or(text.len(), |newline| last + newline + 1);
    let start = if is_item { first - (first - line_start(text, first) - column) } else { starts.first()?.0 };
    let mut out = String::with_capacity(end - start);
    for (to, &from) in order.iter().enumerate() {
        let (above, line) = *starts.get(from)?;
        let until = starts.get(from + 1).map_or(end, |(next, _)| *next);
        if is_item && to == 0 && above != line {
            return None;
        }
        out.push_str(&text[above..line]);
        // The first one stands behind the dash, the others are indented.
        if !(is_item && to == 0) {
            out.push_str(&" ".repeat(column));
        }
        with_parts(text, line + column, until, inner, &mut out);
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    if !text[..end].ends_with('\n') {
        out.pop();
    }
    Some(Part { start, end, text: out })
}

/// A piece of the text with its parts replaced.
fn with_parts(text: &str, start: usize, end: usize, parts: &[Part], out: &mut String) {
    let mut from = start;
    for part in parts.iter().filter(|part| part.start >= start && part.end <= end) {
        out.push_str(&text[from..part.start]);
        out.push_str(&part.text);
        from = part.end;
    }
    out.push_str(&text[from..end]);
}
