//! The text of an expression, and errors shown in it. Mirrors cel-go's `common.Source` and `common.Errors`.

use std::fmt::Write as _;

/// Longer lines are not shown below an error (`maxSnippetLength`).
const MAX_SNIPPET: usize = 16_384;
/// More errors than these are counted only (`maxErrorsToReport`).
const MAX_ERRORS: usize = 100;

/// A place in an expression: the number of a character; `None` for the expression as a whole.
pub type Position = Option<u32>;

/// What is wrong with an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    /// Where.
    pub at: Position,
    /// cel-go's sentence.
    pub message: String,
}

/// Errors of one expression.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Issues {
    /// The first hundred, in the order in which they were found.
    list: Vec<Issue>,
    /// All of them.
    count: usize,
}

impl Issues {
    /// Adds one.
    pub fn add(&mut self, at: Position, message: impl Into<String>) {
        self.count += 1;
        if self.count <= MAX_ERRORS {
            self.list.push(Issue { at, message: message.into() });
        }
    }

    /// True if nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Those that were kept.
    pub fn iter(&self) -> impl Iterator<Item = &Issue> {
        self.list.iter()
    }

    /// All of them with the line and a caret, in order of place. Mirrors `Errors.ToDisplayString`.
    pub fn display(&self, text: &str) -> String {
        let lines = Lines::new(text);
        let mut sorted: Vec<(&Issue, (i64, i64))> =
            self.list.iter().map(|issue| (issue, lines.place(issue.at))).collect();
        sorted.sort_by_key(|(_, place)| *place);
        let mut parts: Vec<String> =
            sorted.iter().map(|(issue, place)| lines.show(&issue.message, *place)).collect();
        if self.count > MAX_ERRORS {
            parts.push(format!("{} more errors were truncated", self.count - MAX_ERRORS));
        }
        parts.join("\n")
    }
}

/// The lines of a text, and the number of the character that each begins with.
struct Lines<'t> {
    lines: Vec<(&'t str, u32)>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let mut at = 0;
        let lines = text
            .split('\n')
            .map(|line| {
                let start = at;
                at += line.chars().count() as u32 + 1;
                (line, start)
            })
            .collect();
        Self { lines }
    }

    /// Line from 1 and column from 0; -1 and -1 for no place.
    fn place(&self, at: Position) -> (i64, i64) {
        let Some(at) = at else { return (-1, -1) };
        // The end of an empty text lies before it.
        if let [("", _)] = self.lines.as_slice() {
            return (1, -1);
        }
        let line = self.lines.partition_point(|(_, start)| *start <= at).saturating_sub(1);
        let start = self.lines.get(line).map_or(0, |(_, start)| *start);
        (line as i64 + 1, i64::from(at - start))
    }

    /// Mirrors `Error.ToDisplayString`.
    fn show(&self, message: &str, (line, column): (i64, i64)) -> String {
        let mut out = format!("ERROR: <input>:{line}:{}: {message}", column + 1);
        let found = usize::try_from(line - 1).ok().and_then(|at| self.lines.get(at));
        let Some((text, _)) = found.filter(|(text, _)| text.len() <= MAX_SNIPPET && column >= 0) else {
            return out;
        };
        let snippet = text.replace('\t', " ");
        let _ = write!(out, "\n | {snippet}\n | ");
        let mut chars = snippet.chars();
        for c in chars.by_ref().take(column as usize) {
            out.push(if c.len_utf8() > 1 { '\u{ff0e}' } else { '.' });
        }
        out.push(if chars.next().is_some_and(|c| c.len_utf8() > 1) { '\u{ff3e}' } else { '^' });
        out
    }
}
