//! The text around a mistake.

use crate::finding::Span;
use crate::source::Source;

/// At most so many characters of the text are quoted in a sentence.
const SHOWN: usize = 40;

/// How far one looks for a cause, in bytes: a sentence about a mistake need not cost a pass over 100 MB.
const REACH: usize = 64 * 1024;

/// A document's text in its file. Offsets are those of the file.
#[derive(Debug)]
pub(super) struct Scene<'s> {
    text: &'s str,
    start: usize,
    end: usize,
}

/// A text as it is quoted in a sentence: not too long.
pub(super) fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}

/// A line without its line break.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Line<'s> {
    pub start: usize,
    pub text: &'s str,
}

impl<'s> Line<'s> {
    pub(super) fn end(self) -> usize {
        self.start + self.text.len()
    }

    /// Without indentation.
    pub(super) fn content(self) -> &'s str {
        self.text.trim_start()
    }

    /// Characters before the first that is no blank.
    pub(super) fn indent(self) -> usize {
        self.text.len() - self.content().len()
    }

    /// True for blank lines and comments.
    pub(super) fn is_empty(self) -> bool {
        matches!(self.content().as_bytes().first(), None | Some(b'#'))
    }
}

impl<'s> Scene<'s> {
    pub(super) fn new(source: &'s Source, document: Span) -> Self {
        Self { text: source.text(), start: document.start as usize, end: document.end as usize }
    }

    fn slice(&self, start: usize, end: usize) -> &'s str {
        let end = self.text.floor_char_boundary(end.min(self.text.len()));
        let start = self.text.ceil_char_boundary(start).min(end);
        &self.text[start..end]
    }

    /// The document from an offset on (not further than one looks).
    pub(super) fn rest(&self, at: usize) -> &'s str {
        self.slice(at, self.end.min(at + REACH))
    }

    /// The document up to an offset (not further back than one looks).
    pub(super) fn before(&self, at: usize) -> &'s str {
        self.slice(self.start.max(at.saturating_sub(REACH)), at)
    }

    /// The line of an offset. What stands too far from it is left out.
    pub(super) fn line(&self, at: usize) -> Line<'s> {
        let at = self.text.floor_char_boundary(at.min(self.end));
        let before = self.before(at);
        let start = at - before.rfind('\n').map_or(before.len(), |i| before.len() - i - 1);
        let rest = self.rest(at);
        let end = at + rest.find('\n').unwrap_or(rest.len());
        Line { start, text: self.slice(start, end).trim_end_matches('\r') }
    }

    /// Lines above a line that are no comments and not blank, the nearest first.
    pub(super) fn above(&self, line: Line<'s>) -> impl Iterator<Item = Line<'s>> + use<'s> {
        let text = self.before(line.start);
        let base = line.start - text.len();
        text.split_inclusive('\n')
            .rev()
            .scan(base + text.len(), |end, text| {
                *end -= text.len();
                Some(Line { start: *end, text: text.trim_end_matches(['\n', '\r']) })
            })
            .filter(|line| !line.is_empty())
            .take(1000)
    }

    /// The character at an offset; nothing at the end.
    pub(super) fn character(&self, at: usize) -> Span {
        let width = self.rest(at).chars().next().map_or(0, char::len_utf8);
        Span::new(at as u32, (at + width) as u32)
    }

    /// From an offset to the next blank or line break.
    pub(super) fn word(&self, at: usize) -> Span {
        let rest = self.rest(at);
        let len = rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len());
        if len == 0 { self.character(at) } else { Span::new(at as u32, (at + len) as u32) }
    }

    /// From an offset to the end of its line, blanks at the end left out.
    pub(super) fn to_line_end(&self, at: usize) -> Span {
        let line = self.line(at);
        let text = self.slice(at, line.end()).trim_end();
        if text.is_empty() { self.character(at) } else { Span::new(at as u32, (at + text.len()) as u32) }
    }

    pub(super) fn shown(&self, span: Span) -> String {
        short(self.slice(span.start as usize, span.end as usize))
    }

    /// True if the beginning has what no text has.
    pub(super) fn binary(&self) -> bool {
        let head = self.slice(0, 1024);
        head.bytes().filter(|&c| c < 0x20 && !matches!(c, b'\t' | b'\n' | b'\r')).count() > 4
    }

    /// True if the offset is the end of the document (but for line breaks).
    pub(super) fn is_end(&self, at: usize) -> bool {
        self.rest(at).trim().is_empty()
    }
}
