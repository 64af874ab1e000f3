//! The lines of a file that a finding shows, cut to what fits; and what miette needs to draw them.

use std::fmt;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::finding::{Finding, Label, LabelKind};
use crate::source::{Source, Sources};

use super::look::{Look, clean, shown, wrap};

/// More labels than this are counted.
const MAX_LABELS: usize = 8;
/// A place of more lines than this is shown by its first line.
const MAX_LINES: u32 = 4;

/// What stands between the header of a finding and its notes.
pub(super) enum Shown<'a> {
    /// Lines of a file.
    Excerpt(Excerpt<'a>),
    /// A file without text.
    Path(String),
    /// So many labels were left out.
    More(usize),
}

/// The excerpts of a finding: that of its place first, then the related ones in order of file and place.
pub(super) fn of<'a>(sources: &'a Sources, finding: &Finding, look: &Look) -> Vec<Shown<'a>> {
    let visible: Vec<&Label> = finding.labels.iter().filter(|l| l.kind != LabelKind::Quiet).collect();
    let mut labels: Vec<&Label> = visible.iter().copied().take(MAX_LABELS).collect();
    labels.sort_by_key(|l| (l.place, l.kind != LabelKind::Primary));
    let mut places: Vec<(Lines<'a>, Vec<&Label>)> = Vec::new();
    let mut paths = Vec::new();
    for label in labels {
        let source: &'a Source = sources.get(label.place.file);
        if source.text().is_empty() {
            let path = source.path();
            let text =
                if label.text.is_empty() { path.to_owned() } else { format!("{path}: {}", label.text) };
            paths.push(Shown::Path(text));
            continue;
        }
        let lines = Lines::of(source, label, look.width);
        if let Some((last, of_lines)) = places.last_mut()
            && last.join(&lines)
        {
            of_lines.push(label);
        } else {
            places.push((lines, vec![label]));
        }
    }
    places.sort_by_key(|(_, labels)| labels.iter().all(|l| l.kind != LabelKind::Primary));
    let mut all: Vec<Shown<'a>> =
        places.iter().map(|(lines, labels)| Shown::Excerpt(Excerpt::new(lines, labels, look))).collect();
    all.append(&mut paths);
    if visible.len() > MAX_LABELS {
        all.push(Shown::More(visible.len() - MAX_LABELS));
    }
    all
}

/// A run of lines of a file; or a part of one long line.
struct Lines<'a> {
    source: &'a Source,
    first: u32,
    last: u32,
    /// Bytes of the part that is shown, if it is one long line.
    part: Option<(usize, usize)>,
}

impl<'a> Lines<'a> {
    fn of(source: &'a Source, label: &Label, width: usize) -> Self {
        let span = label.place.span;
        let (first, _) = source.position(span.start);
        // The end is exclusive: a span that ends with a line break does not reach into the next line.
        let (last, _) = source.position(if span.is_empty() { span.start } else { span.end - 1 });
        let last = if last - first < MAX_LINES { last } else { first };
        let room = room(width);
        for line in first..=last {
            let (from, to) = bounds(source, line);
            if is_long(&source.text()[from..to], room) {
                let (from, to) = bounds(source, first);
                let at = (span.start as usize).clamp(from, to);
                let part = is_long(&source.text()[from..to], room)
                    .then(|| part_around(source.text(), from, at, to, room));
                return Self { source, first, last: first, part };
            }
        }
        Self { source, first, last, part: None }
    }

    /// Takes in the lines of the next label if they touch these.
    fn join(&mut self, next: &Self) -> bool {
        let same = std::ptr::eq(self.source, next.source);
        match (self.part, next.part) {
            (Some((_, to)), Some((from, _))) => same && self.first == next.first && from < to,
            (None, None) if same && next.first <= self.last + 2 => {
                self.last = self.last.max(next.last);
                true
            }
            _ => false,
        }
    }
}

/// Columns for text: line number and bar take some.
fn room(width: usize) -> usize {
    width.saturating_sub(8).max(40)
}

/// Bytes of a line (from 1), without its line break.
fn bounds(source: &Source, line: u32) -> (usize, usize) {
    let from = source.line_start(line) as usize;
    let to = source.line_start(line + 1) as usize;
    let text = &source.text()[from..to];
    let text = text.strip_suffix('\n').unwrap_or(text);
    (from, from + text.strip_suffix('\r').unwrap_or(text).len())
}

/// More characters than fit. Looks at no more bytes than needed.
fn is_long(line: &str, room: usize) -> bool {
    line.len() > room && line.chars().nth(room).is_some()
}

/// The bytes of a long line that show what stands at `at`.
fn part_around(text: &str, from: usize, at: usize, to: usize, room: usize) -> (usize, usize) {
    let at = text.floor_char_boundary(at);
    let lead = text[from..at].char_indices().rev().take(room / 4).last().map_or(at, |(i, _)| from + i);
    let end = text[lead..to].char_indices().nth(room.saturating_sub(6)).map_or(to, |(i, _)| lead + i);
    (lead, end)
}

/// A line of an excerpt.
struct Row {
    /// Where it starts in the excerpt's text.
    start: usize,
    /// Bytes of the file that it shows.
    from: usize,
    to: usize,
    /// Where those start in the excerpt's text (after the mark of what was cut off).
    at: usize,
    /// Columns of the file before them.
    columns: u32,
    /// Its number in the file, from 1.
    number: u32,
}

/// Lines with labels; a small text of its own, with the line numbers of the file.
pub(super) struct Excerpt<'a> {
    path: &'a str,
    text: String,
    rows: Vec<Row>,
    labels: Vec<LabeledSpan>,
}

impl<'a> Excerpt<'a> {
    fn new(lines: &Lines<'a>, labels: &[&Label], look: &Look) -> Self {
        let source = lines.source;
        let mut excerpt =
            Self { path: source.path(), text: String::new(), rows: Vec::new(), labels: Vec::new() };
        if let Some((from, to)) = lines.part {
            excerpt.row(source, lines.first, from, to, look);
        } else {
            let above = lines.first - 1;
            let (from, to) = if above > 0 { bounds(source, above) } else { (0, 0) };
            if !source.text()[from..to].trim().is_empty() {
                let to = source.text()[from..to]
                    .char_indices()
                    .nth(room(look.width))
                    .map_or(to, |(i, _)| from + i);
                excerpt.row(source, above, from, to, look);
            }
            for line in lines.first..=lines.last {
                let (from, to) = bounds(source, line);
                excerpt.row(source, line, from, to, look);
            }
        }
        for label in labels {
            excerpt.label(label, look.width);
        }
        excerpt
    }

    fn row(&mut self, source: &Source, number: u32, from: usize, to: usize, look: &Look) {
        let start = self.text.len();
        let (whole_from, whole_to) = bounds(source, number);
        let (_, column) = source.position(from as u32);
        if from > whole_from {
            self.text.push_str(look.dots());
        }
        let at = self.text.len();
        self.text.extend(source.text()[from..to].chars().map(shown));
        if to < whole_to {
            self.text.push_str(look.dots());
        }
        // miette draws a label at the end of a line under its line break.
        self.text.push('\n');
        self.rows.push(Row { start, from, to, at, columns: column - 1, number });
    }

    fn label(&mut self, label: &Label, width: usize) {
        let span = label.place.span;
        let (start, end) = (self.offset(span.start as usize), self.offset(span.end as usize));
        let column = self.text[..start].rsplit('\n').next().map_or(0, |t| t.chars().count());
        let text = wrap(&clean(&label.text), width.saturating_sub(column + 12).max(30), 0, 0);
        let text = (!text.is_empty()).then_some(text);
        let range = (start, end.max(start) - start);
        self.labels.push(if label.kind == LabelKind::Primary {
            LabeledSpan::new_primary_with_span(text, range)
        } else {
            LabeledSpan::new_with_span(text, range)
        });
    }

    /// Offset in the excerpt of an offset in the file; the nearest one if it is not shown.
    fn offset(&self, file: usize) -> usize {
        let row = self.rows.iter().rev().find(|row| row.from <= file).or(self.rows.first());
        row.map_or(0, |row| row.at + self.boundary(row, file.clamp(row.from, row.to)))
    }

    fn boundary(&self, row: &Row, file: usize) -> usize {
        self.text.floor_char_boundary(row.at + (file - row.from)) - row.at
    }
}

impl SourceCode for Excerpt<'_> {
    /// With context: the whole excerpt. Without: the span alone, which is how miette asks for line and column.
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let (start, end, row, column);
        if before + after > 0 {
            (start, end) = (0, self.text.len());
            row = self.rows.first();
            column = 0;
        } else {
            (start, end) = (span.offset(), span.offset() + span.len());
            row = self.rows.iter().rev().find(|row| row.start <= start);
            column = row.map_or(0, |row| {
                row.columns as usize + self.text.get(row.at..start).map_or(0, |t| t.chars().count())
            });
        }
        let data = self.text.as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
        let line = row.map_or(0, |row| row.number as usize - 1);
        let count = memchr::memchr_iter(b'\n', data).count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.to_owned(),
            data,
            (start, end - start).into(),
            line,
            column,
            count,
        )))
    }
}

/// An excerpt has no message of its own: the header is written before it.
impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl fmt::Debug for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Excerpt").field("path", &self.path).finish_non_exhaustive()
    }
}

impl std::error::Error for Excerpt<'_> {}

impl miette::Diagnostic for Excerpt<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
