//! Keys and list items that stand in a column of their own.

use super::Cause;
use super::scene::{Line, Scene};
use crate::finding::Span;

/// Where a key or list item begins.
#[derive(Clone, Debug)]
struct Level {
    column: usize,
    span: Span,
    /// As it is called in a sentence.
    name: String,
    /// A list item (else a key).
    item: bool,
    /// A key with a value on its line.
    valued: bool,
}

/// The items and the key at the beginning of a line, the leftmost first: `- name: x` has two.
fn levels(line: Line<'_>) -> Vec<Level> {
    let mut levels = Vec::new();
    let mut column = line.indent();
    loop {
        let text = &line.text[column..];
        let at = |len: usize| Span::new((line.start + column) as u32, (line.start + column + len) as u32);
        if text == "-" || text.starts_with("- ") {
            levels.push(Level { column, span: at(1), name: "the `-`".to_owned(), item: true, valued: false });
            let rest = &text[1..];
            let skipped = rest.len() - rest.trim_start().len();
            if skipped == rest.len() {
                return levels;
            }
            column += 1 + skipped;
            continue;
        }
        if let Some(name) = key(text) {
            let value = text[name.len()..].trim_start_matches([':', ' ', '\t']);
            let valued = !value.is_empty() && !value.starts_with(['#', '&', '!', '|', '>']);
            levels.push(Level {
                column,
                span: at(name.len()),
                name: format!("`{name}`"),
                item: false,
                valued,
            });
        }
        return levels;
    }
}

/// The key at the beginning of a text, as it is written.
pub(super) fn key(text: &str) -> Option<&str> {
    let end = match text.as_bytes().first()? {
        quote @ (b'"' | b'\'') => 1 + text[1..].find(*quote as char)? + 1,
        _ => text
            .match_indices(':')
            .map(|(at, _)| at)
            .find(|at| matches!(text.as_bytes().get(at + 1), None | Some(b' ' | b'\t')))?,
    };
    let name = &text[..end];
    let plausible = text[end..].trim_start().starts_with(':')
        && !name.is_empty()
        && name.len() < 100
        && !name.contains(['{', '}', '[', ']', '#'])
        && !name.starts_with(['-', '|', '>', '&', '*', '!', '%', '@', '`']);
    plausible.then_some(name)
}

fn columns(n: usize) -> String {
    match n {
        1 => "one column".to_owned(),
        2 => "two columns".to_owned(),
        3 => "three columns".to_owned(),
        n => format!("{n} columns"),
    }
}

/// A line that begins in a column in which nothing above it begins, or in that of a thing of the other kind.
pub(super) fn find(scene: &Scene<'_>, at: usize) -> Option<Cause> {
    let line = scene.line(at);
    let own = levels(line).into_iter().next()?;
    // The levels that are open above the line, the deepest first.
    let mut above: Vec<Level> = Vec::new();
    for line in scene.above(line) {
        for level in levels(line).into_iter().rev() {
            if above.last().is_none_or(|inner| level.column < inner.column) {
                above.push(level);
            }
        }
        if above.last().is_some_and(|level| level.column == 0) {
            break;
        }
    }
    let me = &own.name;
    if let Some(peer) = above.iter().find(|level| level.column == own.column) {
        return mixed(&own, peer);
    }
    let right = above.iter().rev().find(|level| level.column > own.column && level.item == own.item);
    let left = above.iter().find(|level| level.column < own.column && level.item == own.item);
    let too_far_left = right.map(|level| (level.column - own.column, level));
    let too_far_right = left.map(|level| (own.column - level.column, level));
    let (by, peer, side, move_to) = match (too_far_left, too_far_right) {
        (Some((by, peer)), Some((other, _))) if by <= other => (by, peer, "left", "right"),
        (Some((by, peer)), None) => (by, peer, "left", "right"),
        (_, Some((by, peer))) => (by, peer, "right", "left"),
        (None, None) => return None,
    };
    let (by, to) = (columns(by), columns(by));
    if side == "right" && peer.valued && own.column >= peer.column + 2 && !own.item {
        return Some(
            Cause::new(
                own.span,
                format!("{me} stands inside {}, which has a value already", peer.name),
                format!(
                    "move {me} {to} left, so that it stands under {}; or, if it belongs inside, take the value of {} away",
                    peer.name, peer.name
                ),
            )
            .related(peer.span, "this one has a value on its line"),
        );
    }
    Some(
        Cause::new(
            own.span,
            format!("{me} is {by} {side} of {}", peer.name),
            format!(
                "lines that belong together begin in the same column: move {me} {to} {move_to}, so that it stands under {}",
                peer.name
            ),
        )
        .label("in no column that is open here")
        .related(peer.span, "begins here"),
    )
}

/// A key where a list goes on, or an item where a mapping goes on.
fn mixed(own: &Level, peer: &Level) -> Option<Cause> {
    let (message, help) = match (own.item, peer.item) {
        (false, true) => (
            format!("{} stands in the column of a list", own.name),
            "every line here must begin with `- `, or be indented further to belong to the item above it",
        ),
        (true, false) => (
            format!("a list item stands in the column of the key {}", peer.name),
            "the items of a list stand under their own key; here a mapping goes on, which needs keys",
        ),
        _ => return None,
    };
    Some(Cause::new(own.span, message, help).related(peer.span, "the column begins here"))
}
