//! Moving lines to another column.

use std::fmt::Write as _;

use crate::finding::{Edit, Span};
use crate::yaml::edit::comments_above;
use crate::yaml::{View, flag};

/// Column (from 0, in bytes) of a key that is the first thing on its line, and the offset of the line.
fn column(key: View<'_>) -> Option<(u32, u32)> {
    let text = key.document().source().text();
    let start = key.span().start;
    let line = text.get(..start as usize)?.rfind('\n').map_or(0, |at| at as u32 + 1);
    let before = text.get(line as usize..start as usize)?;
    // `- name`: the dash belongs to the list, the column to the key.
    before.chars().all(|c| c == ' ' || c == '-').then_some((start - line, line))
}

fn block(map: View<'_>) -> bool {
    !map.document().json && map.node().flags & (flag::FLOW | flag::ALIASED) == 0
}

/// By how many columns keys have to move to stand in `target`; `None` where columns do not matter.
pub(super) fn step(keys: &[View<'_>], target: View<'_>) -> Option<i32> {
    let (first, home) = (keys.first()?, target.entries().next()?.0);
    if !block(target) || keys.iter().any(|k| !block(*k)) {
        return None;
    }
    let (from, to) = (column(*first)?.0, column(home)?.0);
    if keys.iter().any(|k| column(*k).is_none_or(|(c, _)| c != from)) {
        return None;
    }
    (from != to).then_some(to as i32 - from as i32)
}

/// The edits that move the keys with all their lines, if that alone puts them into `target`: they are the lines right
/// behind it (to be moved right), or the last lines of it (to be moved left).
pub(super) fn shift(
    keys: &[View<'_>],
    target: View<'_>,
    around: &[View<'_>],
    step: i32,
) -> Option<Vec<Edit>> {
    let (first, last) = (keys.first()?, keys.last()?);
    let here = around.last()?;
    let text = first.document().source().text();
    let end_of = |map: &View<'_>| map.span().end;
    let last_value = here.entries().find(|(k, _)| k.index() == last.index())?.1;

    // No other key stands between them.
    let between = here.entries().filter(|(k, _)| (first.index()..=last.index()).contains(&k.index())).count();
    if between != keys.len() || keys.iter().any(|k| target.get(k.text()).is_some()) {
        return None;
    }
    if step > 0 {
        // The value before the first key ends with `target`.
        let before = here.entries().take_while(|(k, _)| k.index() < first.index()).last()?.1;
        if before.span().end != end_of(&target) && !ends_with(before, target) {
            return None;
        }
    } else {
        // Nothing comes behind them up to the end of the object that is left.
        let behind = here.entries().any(|(k, _)| k.index() > last.index());
        let inner: Vec<&View<'_>> = around.iter().skip_while(|m| m.index() != target.index()).collect();
        if behind || inner.is_empty() || !chained(&inner) {
            return None;
        }
    }

    let file = first.place().file;
    let (_, mut line) = column(*first)?;
    // `- image: x` cannot be moved without its dash.
    let indented = |line: u32, n: u32| {
        text.get(line as usize..(line + n) as usize).is_some_and(|t| t.bytes().all(|b| b == b' '))
    };
    if !indented(line, column(*first)?.0) {
        return None;
    }
    let end = last_value.span().end.max(last.span().end);
    let mut edits = Vec::new();
    while line < end {
        let rest = text.get(line as usize..)?;
        if !rest.lines().next().unwrap_or_default().trim().is_empty() {
            if step > 0 {
                let text = " ".repeat(step.unsigned_abs() as usize);
                edits.push(Edit { file, span: Span::new(line, line), text });
            } else {
                let n = step.unsigned_abs();
                if !indented(line, n) {
                    return None;
                }
                edits.push(Edit { file, span: Span::new(line, line + n), text: String::new() });
            }
        }
        line = next_line(text, line);
    }
    Some(edits)
}

/// The edits that put keys, which follow each other, into a new object at `path` (`spec`, `template.spec`).
pub(super) fn wrap(keys: &[View<'_>], path: &str) -> Option<Vec<Edit>> {
    let (first, last) = (keys.first()?, keys.last()?);
    if keys.iter().any(|k| !block(*k)) {
        return None;
    }
    let (from, line) = column(*first)?;
    if keys.iter().any(|k| column(*k).is_none_or(|(c, _)| c != from)) {
        return None;
    }
    let document = first.document();
    let text = document.source().text();
    if !text.get(line as usize..(line + from) as usize)?.bytes().all(|b| b == b' ') {
        return None;
    }
    // No other key stands between them.
    for pair in keys.windows(2) {
        let [key, next] = pair else { continue };
        if document.view(key.index() + 1).after() != next.index() {
            return None;
        }
    }
    let end = document.view(last.index() + 1).span().end.max(last.span().end);
    let file = first.place().file;
    let steps: Vec<&str> = path.split('.').collect();
    let mut above = String::new();
    for (i, step) in steps.iter().enumerate() {
        above.push_str(&" ".repeat(from as usize + 2 * i));
        above.push_str(step);
        above.push_str(":\n");
    }
    let indent = " ".repeat(2 * steps.len());
    let mut edits = vec![Edit { file, span: Span::new(line, line), text: format!("{above}{indent}") }];
    let mut line = next_line(text, line);
    while line < end {
        let rest = text.get(line as usize..)?;
        if !rest.lines().next().unwrap_or_default().trim().is_empty() {
            edits.push(Edit { file, span: Span::new(line, line), text: indent.clone() });
        }
        line = next_line(text, line);
    }
    Some(edits)
}

/// The edits that take keys with all their lines, and the comments right above them, out of `here` and put them behind the
/// last entry of `target`, in new objects called `inside`. `None` where that is not a matter of whole lines, or `target` has
/// such a key, or nothing would be left of `here`.
pub(super) fn transfer(
    keys: &[View<'_>],
    here: View<'_>,
    target: View<'_>,
    inside: &[&str],
) -> Option<Vec<Edit>> {
    if !block(target) || here.len() <= keys.len() || keys.iter().any(|k| !block(*k)) {
        return None;
    }
    let has = |name: &str| inside.is_empty() && target.get(name).is_some();
    if keys.iter().any(|k| has(k.text())) || inside.first().is_some_and(|name| target.get(name).is_some()) {
        return None;
    }
    let document = here.document();
    let text = document.source().text();
    let (home, last) = (target.entries().next()?.0, target.entries().last()?);
    let to = column(home)?.0 as usize;
    let behind = next_line(text, last_line(text, last.1.span().end.max(last.0.span().end))?);
    let mut moved = String::new();
    for (i, step) in inside.iter().enumerate() {
        let indent = to + 2 * i;
        // Writing into a String cannot fail.
        let _ = writeln!(moved, "{:indent$}{step}:", "");
    }
    let to = to + 2 * inside.len();
    let file = here.place().file;
    let mut edits: Vec<Edit> = Vec::new();
    for key in keys {
        let (from, line) = column(*key)?;
        // `- image: x` cannot be moved without its dash.
        if !text.get(line as usize..(line + from) as usize)?.bytes().all(|b| b == b' ') {
            return None;
        }
        let value = here.entries().find(|(k, _)| k.index() == key.index())?.1;
        let start = comments_above(document, line as usize, 0, from as usize) as u32;
        let end = next_line(text, last_line(text, value.span().end.max(key.span().end))?);
        for line in text.get(start as usize..end as usize)?.split_inclusive('\n') {
            let rest = line.strip_prefix(&*" ".repeat(from as usize));
            match rest {
                Some(rest) => {
                    let _ = write!(moved, "{:to$}{rest}", "");
                }
                None if line.trim().is_empty() => moved.push_str(line),
                None => return None,
            }
        }
        // Lines that are left out at the end of the file, or stand in others that move, are no lines of their own.
        if !text.get(start as usize..end as usize)?.ends_with('\n')
            || edits.last().is_some_and(|before| before.span.end > start)
            || (start < behind && behind < end)
        {
            return None;
        }
        edits.push(Edit { file, span: Span::new(start, end), text: String::new() });
    }
    if !text.get(..behind as usize)?.ends_with('\n') {
        return None;
    }
    // What goes right there is replaced.
    match edits.iter_mut().find(|edit| edit.span.start == behind) {
        Some(edit) => edit.text = moved,
        None => edits.push(Edit { file, span: Span::new(behind, behind), text: moved }),
    }
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    Some(edits)
}

/// Where the line begins on which a value ends at `end`.
fn last_line(text: &str, end: u32) -> Option<u32> {
    let before = text.get(..end as usize)?;
    // A block scalar ends behind its last line break.
    let before = before.strip_suffix('\n').unwrap_or(before);
    Some(before.rfind('\n').map_or(0, |at| at as u32 + 1))
}

/// Offset of the line after the one that starts at `line`.
fn next_line(text: &str, line: u32) -> u32 {
    let rest = text.get(line as usize..).unwrap_or_default();
    line + rest.find('\n').map_or(rest.len(), |n| n + 1) as u32
}

/// True if `inner` is the last thing in `outer`.
fn ends_with(outer: View<'_>, inner: View<'_>) -> bool {
    let mut view = outer;
    loop {
        if view.index() == inner.index() {
            return true;
        }
        let last = match view.items().last() {
            Some(item) => Some(item),
            None => view.entries().last().map(|(_, value)| value),
        };
        match last {
            Some(next) if next.index() <= inner.index() => view = next,
            _ => return false,
        }
    }
}

/// True if every object is the last thing in the one before it.
fn chained(maps: &[&View<'_>]) -> bool {
    maps.windows(2).all(|pair| matches!(pair, [outer, inner] if ends_with(**outer, **inner)))
}
