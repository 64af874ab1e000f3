//! Scalars: plain, quoted, block.

use super::super::arena::{Kind, flag};
use super::super::{full, late};
use super::resolver;
use super::{GiveUp, Read, Reader, text};

/// Bytes that a plain scalar cannot begin with, or that need the full reader where one could begin.
pub(super) const NO_PLAIN: [bool; 256] = table(b"\t\n #&*!|>%@`?,]}[{\"'");

/// Bytes at which the scan of a plain scalar stops.
const STOP: [bool; 256] = table(b"\n\t:#");

/// Bytes of a scalar that are looked at one by one.
const SHORT: usize = 24;

/// First bytes of plain scalars that may be more than their text.
const SUSPECT: [bool; 256] = table(b"~nNtTyYfFoO.+-0123456789<");

const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut i = 0;
    while i < bytes.len() {
        table[bytes[i] as usize] = true;
        i += 1;
    }
    table
}

/// A quoted scalar: the text between the quotes.
pub(super) struct Quoted {
    start: usize,
    end: usize,
    double: bool,
    /// The text is not the bytes.
    cooked: bool,
    /// It goes over several lines.
    pub(super) lines: bool,
}

impl Reader<'_> {
    /// The end of a plain scalar of block style on this line; moves to what ended it: the line break, a comment, or a `:`
    /// with a blank behind it.
    #[inline]
    pub(super) fn plain(&mut self) -> Read<usize> {
        let start = self.pos;
        let mut at = start;
        loop {
            at = self.stop(at);
            match self.byte(at) {
                b'\n' => break,
                b':' => match self.byte(at + 1) {
                    b' ' | b'\n' => break,
                    b'\t' => return Err(GiveUp),
                    _ => {}
                },
                b'#' if at > start && self.bytes[at - 1] == b' ' => break,
                b'\t' => return Err(GiveUp),
                _ => {}
            }
            at += 1;
        }
        self.pos = at;
        let mut end = at;
        while end > start && self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        if end == start { Err(GiveUp) } else { Ok(end) }
    }

    /// Where the next byte is at which a plain scalar may end, or the end of the text.
    #[inline]
    fn stop(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        // Keys and most values are short; a sentence is better searched many bytes at a time.
        let (near, far) = rest.split_at(rest.len().min(SHORT));
        if let Some(stop) = near.iter().position(|&c| STOP[c as usize]) {
            return at + stop;
        }
        let stop = memchr::memchr3(b'\n', b':', b'#', far).unwrap_or(far.len());
        at + near.len() + memchr::memchr(b'\t', &far[..stop]).unwrap_or(stop)
    }

    #[inline]
    pub(super) fn write_plain(&mut self, key: bool, start: usize, end: usize) -> Read<()> {
        self.end = end;
        if SUSPECT[self.bytes[start] as usize] {
            return self.write_suspect(key, start, end);
        }
        let kind = if key { Kind::Key } else { Kind::Str };
        self.out.plain(kind, Self::span(start, end), flag::PLAIN);
        Ok(())
    }

    /// A plain scalar that may be a number, a boolean, null or a merge.
    fn write_suspect(&mut self, key: bool, start: usize, end: usize) -> Read<()> {
        let text = self.text.get(start..end).ok_or(GiveUp)?;
        let span = Self::span(start, end);
        if self.bytes[start].is_ascii_alphabetic() && text.len() > "false".len() {
            self.out.plain(if key { Kind::Key } else { Kind::Str }, span, flag::PLAIN);
            return Ok(());
        }
        if !key && resolver::is_canonical_int(text) {
            self.out.plain(Kind::Int, span, flag::PLAIN);
            return Ok(());
        }
        if key && text == "<<" {
            return Err(GiveUp);
        }
        match full::write(&mut self.out, key, &resolver::plain(text), span, flag::PLAIN, text) {
            None => Ok(()),
            Some(_) => Err(GiveUp),
        }
    }

    /// A deeper line behind a plain value: its text goes on.
    pub(super) fn go_on(&mut self) -> Read<()> {
        let end = self.plain()?;
        self.out.go_on(end as u32);
        self.end = end;
        match self.byte(self.pos) {
            b'\n' => {}
            b'#' => {
                self.comment();
                self.goes_on = false;
            }
            _ => return Err(GiveUp),
        }
        Ok(())
    }

    /// Over a quoted scalar.
    pub(super) fn quoted(&mut self, quote: u8) -> Read<Quoted> {
        self.goes_on = false;
        let start = self.pos + 1;
        let double = quote == b'"';
        let (mut cooked, mut lines) = (false, false);
        let mut at = start;
        loop {
            match *self.bytes.get(at).ok_or(GiveUp)? {
                b'\n' => {
                    (cooked, lines) = (true, true);
                    if self.bytes[at + 1..].starts_with(b"...") {
                        return Err(GiveUp);
                    }
                }
                b'\\' if double => {
                    cooked = true;
                    // A line break is looked at all the same.
                    at += usize::from(self.byte(at + 1) != b'\n');
                }
                c if c == quote => {
                    if double || self.byte(at + 1) != quote {
                        break;
                    }
                    cooked = true;
                    at += 1;
                }
                _ => {}
            }
            at += 1;
        }
        self.pos = at + 1;
        Ok(Quoted { start, end: at, double, cooked, lines })
    }

    pub(super) fn write_quoted(&mut self, kind: Kind, quoted: &Quoted) -> Read<()> {
        let span = Self::span(quoted.start, quoted.end);
        self.end = quoted.end;
        if !quoted.cooked {
            self.out.plain(kind, span, 0);
            return Ok(());
        }
        let text = self.text.get(quoted.start..quoted.end).ok_or(GiveUp)?;
        cook(text, quoted.double, self.out.buffer())?;
        self.out.written(kind, span, 0);
        Ok(())
    }

    /// A block scalar from its `|` or `>` on; ends on the line break of its last line (or of its header).
    pub(super) fn block(&mut self) -> Read<()> {
        self.goes_on = false;
        let start = self.pos;
        self.pos += 1;
        // How the end is chomped, and how deep the text is if it says so, in either order.
        let (mut chomp, mut given) = (None, None);
        loop {
            match self.byte(self.pos) {
                c @ (b'+' | b'-') if chomp.is_none() => chomp = Some(c),
                c @ b'1'..=b'9' if given.is_none() => given = Some(self.indent() + usize::from(c - b'0')),
                _ => break,
            }
            self.pos += 1;
        }
        self.spaces();
        if self.byte(self.pos) != b'\n' {
            return Err(GiveUp);
        }
        let mut end = self.pos;
        let (mut line, mut more) = (self.pos + 1, 0);
        let indent = match given {
            Some(indent) => indent,
            // The first line that is not empty says it; empty ones must not be deeper.
            None => {
                let deepest = self.empty_lines(&mut line, usize::MAX, &mut more)?;
                let column = self.leading(line, usize::MAX);
                if deepest > column && line + column < self.bytes.len() {
                    return Err(GiveUp);
                }
                column.max(deepest).max(self.indent() + 1)
            }
        };
        self.empty_lines(&mut line, indent, &mut more)?;
        let mut first = false;
        while self.leading(line, indent) == indent && line + indent < self.bytes.len() {
            end = self.line_end(line + indent);
            (first, more) = (true, 0);
            line = end + 1;
            self.empty_lines(&mut line, indent, &mut more)?;
        }
        let span = Self::span(start, end);
        let keeps = chomp == Some(b'+');
        match u16::try_from(indent) {
            Ok(indent) if first && !keeps => self.out.late(span, 0, indent),
            // Line breaks behind its last line are no part of the span.
            _ => {
                let written = self.text.get(start..end).ok_or(GiveUp)?;
                let out = self.out.buffer();
                if first {
                    late::block(written, indent, out);
                }
                if keeps {
                    out.extend(std::iter::repeat_n('\n', more));
                }
                self.out.written(Kind::Str, span, 0)
            }
        };
        self.end = end;
        // On the line break in front of what follows.
        self.pos = line - 1;
        Ok(())
    }

    /// Over lines of a block scalar that are empty, or have no more than its indentation; moves to the start of the next
    /// one and counts them. Returns the deepest.
    fn empty_lines(&self, line: &mut usize, indent: usize, count: &mut usize) -> Read<usize> {
        let mut deepest = 0;
        loop {
            let column = self.leading(*line, indent);
            match self.byte(*line + column) {
                // The end of the text, behind its last line break.
                b'\n' if column == 0 && *line >= self.bytes.len() => return Ok(deepest),
                b'\n' => {
                    *count += 1;
                    deepest = deepest.max(column);
                    *line += column + 1;
                }
                b'\t' if column < indent => return Err(GiveUp),
                _ => return Ok(deepest),
            }
        }
    }

    /// Spaces at the start of a line, at most so many.
    #[inline]
    fn leading(&self, line: usize, most: usize) -> usize {
        (text::over_spaces(self.bytes, line) - line).min(most)
    }
}

/// Appends what stands between quotes as it reads: escapes resolved, lines folded.
fn cook(text: &str, double: bool, out: &mut String) -> Read<()> {
    let mut rest = text;
    loop {
        let line = memchr::memchr(b'\n', rest.as_bytes());
        let mut part = &rest[..line.unwrap_or(rest.len())];
        if line.is_some() {
            let cut = part.trim_end_matches([' ', '\t']);
            // An escaped blank stays.
            let escaped = double && cut.len() < part.len() && trailing_backslashes(cut) % 2 == 1;
            part = &part[..cut.len() + usize::from(escaped)];
        }
        let joined = if double { unescape(part, line.is_some(), out)? } else { undouble(part, out) };
        let Some(line) = line else { return Ok(()) };
        let mut breaks = 0;
        rest = &rest[line..];
        while let Some(next) = rest.strip_prefix('\n') {
            breaks += 1;
            rest = next.trim_start_matches([' ', '\t']);
        }
        if breaks == 1 && !joined {
            out.push(' ');
        }
        out.extend(std::iter::repeat_n('\n', breaks - 1));
    }
}

fn trailing_backslashes(text: &str) -> usize {
    text.bytes().rev().take_while(|&c| c == b'\\').count()
}

/// Appends a part of a text in single quotes.
fn undouble(text: &str, out: &mut String) -> bool {
    let mut rest = text;
    while let Some(i) = memchr::memchr(b'\'', rest.as_bytes()) {
        out.push_str(&rest[..=i]);
        rest = rest.get(i + 2..).unwrap_or_default();
    }
    out.push_str(rest);
    false
}

/// Appends a part of a text in double quotes. `broken`: a line break follows it; true if that one is escaped.
fn unescape(text: &str, broken: bool, out: &mut String) -> Read<bool> {
    let mut rest = text;
    while let Some(i) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..i]);
        rest = &rest[i + 1..];
        let Some(&c) = rest.as_bytes().first() else { return if broken { Ok(true) } else { Err(GiveUp) } };
        let digits = match c {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => {
                out.push(match c {
                    b'0' => '\0',
                    b'a' => '\x07',
                    b'b' => '\x08',
                    b't' => '\t',
                    b'n' => '\n',
                    b'v' => '\x0b',
                    b'f' => '\x0c',
                    b'r' => '\r',
                    b'e' => '\x1b',
                    b' ' | b'"' | b'\'' | b'\\' => c as char,
                    _ => return Err(GiveUp),
                });
                rest = &rest[1..];
                continue;
            }
        };
        let hex =
            rest.get(1..=digits).filter(|hex| hex.bytes().all(|c| c.is_ascii_hexdigit())).ok_or(GiveUp)?;
        let value = u32::from_str_radix(hex, 16).map_err(|_| GiveUp)?;
        out.push(char::from_u32(value).ok_or(GiveUp)?);
        rest = &rest[1 + digits..];
    }
    out.push_str(rest);
    Ok(false)
}
