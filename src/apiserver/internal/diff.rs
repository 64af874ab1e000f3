//! A unified difference as the server prints it. Mirrors `diff.Diff` of apimachinery, which is Python's `difflib` by way of
//! `go-difflib`: where several differences are as good as each other, its rules decide.

use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use super::Held;

/// Lines around a change.
const CONTEXT: usize = 3;
/// Texts of more lines are not compared: no object that fits in etcd has them, and comparing is quadratic.
const MAX_LINES: usize = 20_000;

/// The difference of two values, empty if there is none.
pub(in crate::apiserver) fn unified(old: &Held<'_>, new: &Held<'_>) -> String {
    let (old, new) = (old.pretty(), new.pretty());
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    if a.len().max(b.len()) > MAX_LINES {
        return String::new();
    }
    let mut out = String::new();
    for group in grouped(&blocks(&a, &b), a.len(), b.len()) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let _ = writeln!(
            out,
            "@@ -{} +{} @@",
            range(first.a.start, last.a.end),
            range(first.b.start, last.b.end)
        );
        for step in &group {
            let equal = step.equal;
            let mut lines = |sign: char, lines: &[&str]| {
                for line in lines {
                    let _ = writeln!(out, "{sign}{line}");
                }
            };
            if equal {
                lines(' ', &a[step.a.clone()]);
            } else {
                lines('-', &a[step.a.clone()]);
                lines('+', &b[step.b.clone()]);
            }
        }
    }
    out
}

/// Mirrors formatRangeUnified.
fn range(start: usize, stop: usize) -> String {
    match stop - start {
        1 => (start + 1).to_string(),
        0 => format!("{start},0"),
        length => format!("{},{length}", start + 1),
    }
}

/// Lines of the old text and of the new one that stand for each other.
#[derive(Clone, Debug)]
struct Step {
    equal: bool,
    a: std::ops::Range<usize>,
    b: std::ops::Range<usize>,
}

/// Equal runs: where they start in both, and how long they are. Mirrors GetMatchingBlocks.
fn blocks(a: &[&str], b: &[&str]) -> Vec<(usize, usize, usize)> {
    let mut places: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, line) in b.iter().enumerate() {
        places.entry(line).or_default().push(at);
    }
    // Lines that are everywhere say little about what belongs together.
    if b.len() >= 200 {
        let most = b.len() / 100 + 1;
        places.retain(|_, at| at.len() <= most);
    }
    let mut found = Vec::new();
    let mut open = vec![(0, a.len(), 0, b.len())];
    while let Some((alo, ahi, blo, bhi)) = open.pop() {
        let (i, j, size) = longest(a, b, &places, [alo, ahi, blo, bhi]);
        if size == 0 {
            continue;
        }
        found.push((i, j, size));
        if alo < i && blo < j {
            open.push((alo, i, blo, j));
        }
        if i + size < ahi && j + size < bhi {
            open.push((i + size, ahi, j + size, bhi));
        }
    }
    found.sort_unstable();
    let mut merged: Vec<(usize, usize, usize)> = Vec::new();
    for (i, j, size) in found {
        match merged.last_mut() {
            Some((a, b, length)) if *a + *length == i && *b + *length == j => *length += size,
            _ => merged.push((i, j, size)),
        }
    }
    merged
}

/// Mirrors findLongestMatch.
fn longest(
    a: &[&str],
    b: &[&str],
    places: &FxHashMap<&str, Vec<usize>>,
    [alo, ahi, blo, bhi]: [usize; 4],
) -> (usize, usize, usize) {
    let (mut i, mut j, mut size) = (alo, blo, 0);
    let mut lengths: FxHashMap<usize, usize> = FxHashMap::default();
    for (at, line) in a.iter().enumerate().take(ahi).skip(alo) {
        let mut next = FxHashMap::default();
        for &place in places.get(line).map_or(&[][..], Vec::as_slice) {
            if place < blo {
                continue;
            }
            if place >= bhi {
                break;
            }
            let before = place.checked_sub(1).and_then(|p| lengths.get(&p)).copied().unwrap_or(0);
            let length = before + 1;
            next.insert(place, length);
            if length > size {
                (i, j, size) = (at + 1 - length, place + 1 - length, length);
            }
        }
        lengths = next;
    }
    while i > alo && j > blo && a[i - 1] == b[j - 1] {
        (i, j, size) = (i - 1, j - 1, size + 1);
    }
    while i + size < ahi && j + size < bhi && a[i + size] == b[j + size] {
        size += 1;
    }
    (i, j, size)
}

/// Changes with what is around them. Mirrors GetGroupedOpCodes.
fn grouped(blocks: &[(usize, usize, usize)], a_len: usize, b_len: usize) -> Vec<Vec<Step>> {
    let mut steps = Vec::new();
    let (mut i, mut j) = (0, 0);
    for &(a, b, size) in blocks.iter().chain([&(a_len, b_len, 0)]) {
        if i < a || j < b {
            steps.push(Step { equal: false, a: i..a, b: j..b });
        }
        (i, j) = (a + size, b + size);
        if size > 0 {
            steps.push(Step { equal: true, a: a..i, b: b..j });
        }
    }
    if let Some(first) = steps.first_mut().filter(|step| step.equal) {
        first.a.start = first.a.start.max(first.a.end.saturating_sub(CONTEXT));
        first.b.start = first.b.start.max(first.b.end.saturating_sub(CONTEXT));
    }
    if let Some(last) = steps.last_mut().filter(|step| step.equal) {
        last.a.end = last.a.end.min(last.a.start + CONTEXT);
        last.b.end = last.b.end.min(last.b.start + CONTEXT);
    }
    let mut groups = Vec::new();
    let mut group: Vec<Step> = Vec::new();
    for step in steps {
        let mut step = step;
        if step.equal && step.a.len() > 2 * CONTEXT {
            group.push(Step {
                equal: true,
                a: step.a.start..step.a.end.min(step.a.start + CONTEXT),
                b: step.b.start..step.b.end.min(step.b.start + CONTEXT),
            });
            groups.push(std::mem::take(&mut group));
            step.a.start = step.a.end - CONTEXT;
            step.b.start = step.b.end - CONTEXT;
        }
        group.push(step);
    }
    groups.push(group);
    groups.retain(|group| group.iter().any(|step| !step.equal));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_as_difflib_prints_them() {
        let text = |lines: &[&'static str]| {
            Held::List(Some(lines.iter().map(|line| Held::Text((*line).into())).collect()))
        };
        let old = text(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
        let new = text(&["a", "b", "c", "d", "x", "f", "g", "h", "i", "j"]);
        assert_eq!(
            unified(&old, &new),
            "@@ -3,7 +3,7 @@\n  \"b\",\n  \"c\",\n  \"d\",\n- \"e\",\n+ \"x\",\n  \"f\",\n  \"g\",\n  \"h\",\n"
        );
        assert_eq!(unified(&old, &old), "");
        assert_eq!(unified(&text(&[]), &text(&["a"])), "@@ -1 +1,3 @@\n-[]\n+[\n+ \"a\"\n+]\n");
    }
}
