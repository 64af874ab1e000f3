//! Edits that several rules write.

use crate::finding::{Edit, Span};
use crate::yaml::{View, flag};

/// Takes a key and its value out of a mapping in block style, line break included. `None` where that would not be a
/// matter of whole lines, or would leave the mapping without keys (which makes it null).
pub(super) fn remove_entry(map: View<'_>, name: &str) -> Option<Edit> {
    let (key, value) = map.entry(name)?;
    let inherited = (key.node().flags | map.node().flags) & (flag::FLOW | flag::ALIASED) != 0;
    if inherited || map.len() < 2 {
        return None;
    }
    let document = map.document();
    let text = document.source().text();
    let (start, end) = (key.span().start as usize, value.span().end.max(key.span().end) as usize);
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    // The first key of a list item stands behind its dash.
    if !text[line..start].bytes().all(|b| b == b' ') {
        return None;
    }
    let rest = &text[end..];
    let until = rest.find('\n').map_or(text.len(), |at| end + at + 1);
    // Behind the value: a quote, a comment, or nothing.
    let behind = text[end..until].trim_start_matches(['"', '\'', '}', ']']).trim();
    (behind.is_empty() || behind.starts_with('#')).then(|| Edit {
        file: document.file(),
        span: Span::new(line as u32, until as u32),
        text: String::new(),
    })
}

/// Puts another text in the place of a scalar. Quotes stay; `None` where the text is not all of what is written (escapes,
/// several lines), or comes from an alias.
pub(super) fn replace_scalar(value: View<'_>, text: &str) -> Option<Edit> {
    if value.node().flags & flag::ALIASED != 0 || value.written() != value.text() {
        return None;
    }
    Some(Edit { file: value.document().file(), span: value.span(), text: text.to_owned() })
}

/// Adds `key: value` to a mapping, as its first entry.
pub(super) fn add_entry(map: View<'_>, entry: &str) -> Option<Edit> {
    let (key, _) = map.entries().next()?;
    if (key.node().flags | map.node().flags) & flag::ALIASED != 0 {
        return None;
    }
    let document = map.document();
    let mut at = key.span().start as usize;
    let text = document.source().text();
    // A key's span leaves its quotes out.
    if text[..at].ends_with(['"', '\'']) {
        at -= 1;
    }
    let text = if map.node().flags & flag::FLOW != 0 {
        format!("{entry}, ")
    } else {
        let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        format!("{entry}\n{}", " ".repeat(at - line))
    };
    Some(Edit { file: document.file(), span: Span::new(at as u32, at as u32), text })
}
