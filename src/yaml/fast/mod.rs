//! The fast reader: manifests as they are mostly written, in one pass over their bytes.
//!
//! It reads block style with one- and many-line scalars, block texts, and brackets, straight into the arena: no tokens, no
//! events, no text copied that reads as it is written. At anything else (anchors, tags, `?`, TABs that could indent,
//! directives, keys that JSON has not, odd indentation, every mistake) it gives up, and [`super::full`] reads the document
//! from its start. So it must never accept what the full reader reads otherwise, and may give up whenever it likes; that
//! both fill equal arenas is tested over the corpus, recordings, mutations and by fuzzing.
//!
//! The rules that make one pass enough, and are goyaml's: columns count from line starts and only spaces indent; a deeper
//! line is the value that is due or goes on with a plain scalar; a list may stand at the column of its key.

mod flow;
mod scalar;
mod text;

use super::arena::{Document, Kind, flag};
use super::build::{Buffers, Builder};
use super::scalar as resolver;
use crate::finding::Span;
use crate::source::Source;

/// It is for the full reader.
#[derive(Debug)]
struct GiveUp;

type Read<T> = Result<T, GiveUp>;

/// A key must end within this many bytes: the library counts characters, which are not more.
const MAX_KEY: usize = 1024;

/// Open collections; the full reader allows more.
const MAX_DEPTH: usize = 1000;

/// What is open: a collection of block style.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    at: u32,
    column: u32,
    holder: Holder,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Holder {
    Map,
    Seq,
    /// A list at the column of its key: the indentation is the mapping's.
    Indentless,
}

/// Reads the document that is the source's text from `from` to the end of `doc.span`, or gives it back as it was.
#[expect(clippy::result_large_err, reason = "the document goes on to the full reader")]
pub(super) fn read(
    doc: Document,
    source: &Source,
    from: usize,
    buffers: &mut Buffers,
) -> Result<Document, Document> {
    let end = doc.span.end as usize;
    let Some(text) = source.text().get(..end).filter(|_| source.invalid().is_empty()) else {
        return Err(doc);
    };
    let bytes = text.as_bytes();
    if !text::is_simple(bytes.get(from..).unwrap_or_default()) {
        return Err(doc);
    }
    let frames = std::mem::take(&mut buffers.frames);
    let mut reader = Reader {
        text,
        bytes,
        pos: from,
        out: Builder::reusing(doc, buffers),
        frames,
        end: from,
        due: None,
        goes_on: false,
    };
    let read = reader.document();
    reader.frames.clear();
    buffers.frames = std::mem::take(&mut reader.frames);
    match read {
        Ok(()) => Ok(reader.out.finish_reusing(buffers)),
        Err(GiveUp) => Err(reader.out.give_up(buffers)),
    }
}

struct Reader<'t> {
    text: &'t str,
    /// The same as bytes.
    bytes: &'t [u8],
    pos: usize,
    out: Builder,
    frames: Vec<Frame>,
    /// End of what was read last.
    end: usize,
    /// The innermost collection waits for a value, which is nothing that stands here if none comes.
    due: Option<usize>,
    /// The last node is a plain value that ended with its line: deeper lines go on with it.
    goes_on: bool,
}

impl Reader<'_> {
    /// The byte at a position; behind the end there is the line break that kubectl adds.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    #[inline]
    fn span(start: usize, end: usize) -> Span {
        Span::new(start as u32, end as u32)
    }

    #[inline]
    fn spaces(&mut self) {
        self.pos = text::over_spaces(self.bytes, self.pos);
    }

    #[inline]
    fn is_dash(&self) -> bool {
        self.byte(self.pos) == b'-' && matches!(self.byte(self.pos + 1), b' ' | b'\n')
    }

    /// Over a comment, up to its line break.
    fn comment(&mut self) {
        let start = self.pos;
        self.pos = self.line_end(start);
        self.out.comment(Self::span(start, self.pos));
    }

    #[inline]
    fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |i| from + i)
    }

    /// Nothing but a comment may follow a value on its line.
    #[inline]
    fn rest_of_line(&mut self) -> Read<()> {
        let from = self.pos;
        self.spaces();
        match self.byte(self.pos) {
            b'\n' => Ok(()),
            b'#' if self.pos > from => {
                self.comment();
                Ok(())
            }
            _ => Err(GiveUp),
        }
    }

    fn document(&mut self) -> Read<()> {
        let marked = self.bytes[self.pos..].starts_with(b"---");
        if marked {
            self.pos += 3;
            self.rest_of_line()?;
            self.pos += 1;
        }
        while self.pos < self.bytes.len() {
            let line = self.pos;
            self.spaces();
            let column = self.pos - line;
            match self.byte(self.pos) {
                b'\n' => {}
                b'#' => {
                    self.comment();
                    self.goes_on = false;
                }
                c => {
                    if column == 0 && c == b'.' && self.bytes[self.pos..].starts_with(b"...") {
                        if self.out.is_empty() || !matches!(self.byte(self.pos + 3), b' ' | b'\n') {
                            return Err(GiveUp);
                        }
                        // What follows is never looked at.
                        break;
                    }
                    self.line(column)?;
                }
            }
            self.pos += 1;
        }
        if let Some(at) = self.due.take() {
            self.null(at);
        }
        while !self.frames.is_empty() {
            self.close();
        }
        // After `---`, nothing is null.
        if marked && self.out.is_empty() { Err(GiveUp) } else { Ok(()) }
    }

    /// A line that holds more than a comment, from its first character on; ends on its line break.
    fn line(&mut self, column: usize) -> Read<()> {
        let dash = self.is_dash();
        let Some(&top) = self.frames.last() else {
            // What follows the first node is never looked at, but for its first token.
            return if self.out.is_empty() { self.node(column, dash, true, false) } else { Err(GiveUp) };
        };
        let deeper = column > top.column as usize;
        match self.due.take() {
            Some(_) if deeper => return self.node(column, dash, true, false),
            Some(_) if dash && top.holder == Holder::Map && column == top.column as usize => {
                self.open(Holder::Indentless, column)?;
                return self.node(column, dash, false, false);
            }
            Some(at) => self.null(at),
            None if deeper && self.goes_on => return self.go_on(),
            None => {}
        }
        while let Some(top) = self.frames.last() {
            let column_of_top = top.column as usize;
            let over = column_of_top == column && top.holder == Holder::Indentless && !dash;
            if column_of_top <= column && !over {
                break;
            }
            self.close();
        }
        match self.frames.last() {
            Some(top) if top.column as usize == column && dash == (top.holder != Holder::Map) => {
                self.node(column, dash, false, false)
            }
            _ => Err(GiveUp),
        }
    }

    /// Entries and keys. `fresh`: a node begins here; otherwise an open collection goes on. `inline`: behind a dash.
    fn node(&mut self, mut column: usize, mut dash: bool, mut fresh: bool, mut inline: bool) -> Read<()> {
        while dash {
            if fresh {
                self.open(Holder::Seq, column)?;
            }
            let start = self.pos;
            self.pos += 1;
            self.spaces();
            match self.byte(self.pos) {
                b'\n' => {
                    self.wait(start + 1);
                    return Ok(());
                }
                b'#' => {
                    self.comment();
                    self.wait(start + 1);
                    return Ok(());
                }
                _ => {}
            }
            column += self.pos - start;
            (fresh, inline) = (true, true);
            dash = self.is_dash();
        }
        let start = self.pos;
        match self.byte(start) {
            quote @ (b'"' | b'\'') => {
                let quoted = self.quoted(quote)?;
                if !quoted.lines && self.is_colon() {
                    self.key(column, fresh, start)?;
                    self.write_quoted(Kind::Key, &quoted)?;
                    return self.value();
                }
                self.fresh_value(fresh)?;
                self.write_quoted(Kind::Str, &quoted)?;
                self.rest_of_line()
            }
            b'[' | b'{' => {
                self.fresh_value(fresh)?;
                self.flow()?;
                self.rest_of_line()
            }
            b'|' | b'>' => {
                self.fresh_value(fresh && inline)?;
                self.block()
            }
            c if scalar::NO_PLAIN[c as usize] => Err(GiveUp),
            _ => {
                let end = self.plain()?;
                if self.byte(self.pos) == b':' {
                    self.key(column, fresh, start)?;
                    self.write_plain(true, start, end)?;
                    self.pos += 1;
                    return self.value();
                }
                self.fresh_value(fresh)?;
                self.plain_value(start, end)
            }
        }
    }

    /// A value that is no collection of block style: where one is due, and not as the root.
    fn fresh_value(&self, fresh: bool) -> Read<()> {
        if fresh && !self.frames.is_empty() { Ok(()) } else { Err(GiveUp) }
    }

    /// A key that began at `start` has ended.
    #[inline]
    fn key(&mut self, column: usize, fresh: bool, start: usize) -> Read<()> {
        if self.pos - start > MAX_KEY {
            return Err(GiveUp);
        }
        if fresh {
            let at = self.out.open(Kind::Map, start as u32, 0);
            self.push(Frame { at, column: column as u32, holder: Holder::Map })?;
        }
        Ok(())
    }

    /// Behind a quoted key: blanks, and `:` with a blank behind it. Moves behind it.
    fn is_colon(&mut self) -> bool {
        let mut at = self.pos;
        while self.byte(at) == b' ' {
            at += 1;
        }
        let is = self.byte(at) == b':' && matches!(self.byte(at + 1), b' ' | b'\n');
        if is {
            self.pos = at + 1;
        }
        is
    }

    /// What follows the `:` of a key.
    fn value(&mut self) -> Read<()> {
        let colon = self.pos;
        self.spaces();
        let start = self.pos;
        match self.byte(start) {
            b'\n' => {
                self.wait(colon);
                Ok(())
            }
            b'#' => {
                self.comment();
                self.wait(colon);
                Ok(())
            }
            quote @ (b'"' | b'\'') => {
                let quoted = self.quoted(quote)?;
                self.write_quoted(Kind::Str, &quoted)?;
                self.rest_of_line()
            }
            b'[' | b'{' => {
                self.flow()?;
                self.rest_of_line()
            }
            b'|' | b'>' => self.block(),
            c if scalar::NO_PLAIN[c as usize] || self.is_dash() => Err(GiveUp),
            _ => {
                let end = self.plain()?;
                self.plain_value(start, end)
            }
        }
    }

    /// A plain value whose scan ended where `pos` is.
    #[inline]
    fn plain_value(&mut self, start: usize, end: usize) -> Read<()> {
        self.write_plain(false, start, end)?;
        let stop = self.byte(self.pos);
        self.goes_on = stop == b'\n';
        match stop {
            b'\n' => Ok(()),
            b'#' => {
                self.comment();
                Ok(())
            }
            _ => Err(GiveUp),
        }
    }

    /// A value is due; nothing stands for it at `at`.
    #[inline]
    fn wait(&mut self, at: usize) {
        self.due = Some(at);
        self.goes_on = false;
    }

    fn null(&mut self, at: usize) {
        self.out.plain(Kind::Null, Self::span(at, at), flag::PLAIN);
        self.end = at;
    }

    fn open(&mut self, holder: Holder, column: usize) -> Read<()> {
        let at = self.out.open(Kind::Seq, self.pos as u32, 0);
        self.push(Frame { at, column: column as u32, holder })
    }

    #[inline]
    fn push(&mut self, frame: Frame) -> Read<()> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(GiveUp);
        }
        self.frames.push(frame);
        Ok(())
    }

    #[inline]
    fn close(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.out.close(frame.at, self.end as u32);
        }
        self.goes_on = false;
    }

    /// Column that the content of a scalar must be deeper than.
    fn indent(&self) -> usize {
        self.frames.last().map_or(0, |top| top.column as usize)
    }
}
