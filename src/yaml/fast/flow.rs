//! Brackets: lists and mappings of flow style.

use smallvec::SmallVec;

use super::super::arena::{Kind, flag};
use super::scalar::NO_PLAIN;
use super::{GiveUp, MAX_DEPTH, MAX_KEY, Read, Reader};

impl Reader<'_> {
    /// A collection from its opening bracket on; moves behind the closing one. Lines may end everywhere.
    pub(super) fn flow(&mut self) -> Read<()> {
        let mut open: SmallVec<[(u32, bool); 8]> = SmallVec::new();
        self.goes_on = false;
        loop {
            // A value begins here.
            match self.byte(self.pos) {
                bracket @ (b'[' | b'{') => {
                    let map = bracket == b'{';
                    if open.len() >= MAX_DEPTH {
                        return Err(GiveUp);
                    }
                    let kind = if map { Kind::Map } else { Kind::Seq };
                    open.push((self.out.open(kind, self.pos as u32, flag::FLOW), map));
                    self.pos += 1;
                    self.flow_space()?;
                    if self.byte(self.pos) != if map { b'}' } else { b']' } {
                        if map {
                            self.flow_key()?;
                        }
                        continue;
                    }
                }
                quote @ (b'"' | b'\'') => {
                    let quoted = self.quoted(quote)?;
                    self.write_quoted(Kind::Str, &quoted)?;
                }
                _ => {
                    let start = self.pos;
                    let end = self.flow_plain()?;
                    self.write_plain(false, start, end)?;
                }
            }
            // A value ended here (or an empty collection is open at its end).
            loop {
                let Some(&(at, map)) = open.last() else { return Ok(()) };
                self.flow_space()?;
                match (self.byte(self.pos), map) {
                    (b'}', true) | (b']', false) => {
                        self.pos += 1;
                        self.end = self.pos;
                        self.out.close(at, self.pos as u32);
                        open.pop();
                    }
                    (b',', _) => {
                        self.pos += 1;
                        self.flow_space()?;
                        if self.byte(self.pos) == if map { b'}' } else { b']' } {
                            continue;
                        }
                        if map {
                            self.flow_key()?;
                        }
                        break;
                    }
                    _ => return Err(GiveUp),
                }
            }
        }
    }

    /// Over blanks, line breaks and comments.
    fn flow_space(&mut self) -> Read<()> {
        loop {
            self.spaces();
            match self.byte(self.pos) {
                b'\n' => {
                    self.pos += 1;
                    // The end of a document, or of the text.
                    if self.pos >= self.bytes.len() || self.bytes[self.pos..].starts_with(b"...") {
                        return Err(GiveUp);
                    }
                }
                b'#' if matches!(self.byte(self.pos - 1), b' ' | b'\n') => self.comment(),
                _ => return Ok(()),
            }
        }
    }

    /// A key and its `:`, on one line; moves to its value.
    fn flow_key(&mut self) -> Read<()> {
        let start = self.pos;
        match self.byte(start) {
            quote @ (b'"' | b'\'') => {
                let quoted = self.quoted(quote)?;
                self.spaces();
                if quoted.lines {
                    return Err(GiveUp);
                }
                self.write_quoted(Kind::Key, &quoted)?;
            }
            _ => {
                let end = self.flow_plain()?;
                self.write_plain(true, start, end)?;
            }
        }
        if self.byte(self.pos) != b':' || self.pos - start > MAX_KEY {
            return Err(GiveUp);
        }
        self.pos += 1;
        self.flow_space()
    }

    /// The end of a plain scalar; moves to what ended it.
    fn flow_plain(&mut self) -> Read<usize> {
        let start = self.pos;
        let first = self.byte(start);
        let dash =
            first == b'-' && !matches!(self.byte(start + 1), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-');
        if NO_PLAIN[first as usize] || dash || first == b':' {
            return Err(GiveUp);
        }
        let mut at = start;
        loop {
            match self.byte(at) {
                b'\n' | b',' | b'[' | b']' | b'{' | b'}' => break,
                b'\t' | b'?' => return Err(GiveUp),
                b':' => match self.byte(at + 1) {
                    b' ' | b'\n' => break,
                    b',' | b'[' | b']' | b'{' | b'}' | b'\t' => return Err(GiveUp),
                    _ => {}
                },
                b'#' if self.byte(at - 1) == b' ' => break,
                _ => {}
            }
            at += 1;
        }
        self.pos = at;
        let text = self.bytes[start..at].trim_ascii_end();
        if text.is_empty() { Err(GiveUp) } else { Ok(start + text.len()) }
    }
}
