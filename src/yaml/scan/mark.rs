//! Where the scanner is, and what the next characters are.

use super::Scanner;

impl Scanner<'_> {
    /// The byte `ahead` of the position; 0 behind the end (a NUL is never part of a text that is scanned).
    #[inline]
    pub(super) fn peek_byte(&self, ahead: usize) -> u8 {
        self.byte(self.pos + ahead)
    }

    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        match self.text.get(at) {
            Some(&byte) => byte,
            None => {
                self.past.set(true);
                0
            }
        }
    }

    /// Column in characters, from 0.
    #[inline]
    pub(super) fn column(&self) -> usize {
        self.pos - self.origin
    }

    /// Length of the line break at a position, 0 if there is none.
    #[inline]
    pub(super) fn break_len(&self, at: usize) -> usize {
        match self.byte(at) {
            b'\n' => 1,
            b'\r' => match (self.byte(at + 1), self.text.get(at + 2)) {
                (b'\n', _) => 2,
                // kubectl's line reader has dropped the second CR.
                (b'\r', Some(b'\n')) => 3,
                _ => 1,
            },
            0xc2 if self.byte(at + 1) == 0x85 => 2,
            0xe2 if self.byte(at + 1) == 0x80 && matches!(self.byte(at + 2), 0xa8 | 0xa9) => 3,
            _ => 0,
        }
    }

    #[inline]
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.peek_byte(0), b' ' | b'\t')
    }

    /// Blank, line break or end.
    #[inline]
    pub(super) fn is_blankz(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\t' | 0) || self.break_len(at) > 0
    }

    /// Line break or end.
    #[inline]
    pub(super) fn is_breakz(&self, at: usize) -> bool {
        self.byte(at) == 0 || self.break_len(at) > 0
    }

    /// Over one character that is no line break.
    #[inline]
    pub(super) fn skip(&mut self) {
        let width = match self.peek_byte(0) {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xff => 4,
            _ => 1,
        };
        self.pos += width;
        self.origin += width - 1;
    }

    /// Over a line break, if there is one; its length.
    #[inline]
    pub(super) fn skip_break(&mut self) -> usize {
        let len = self.break_len(self.pos);
        if len > 0 {
            self.pos += len;
            self.origin = self.pos;
            self.line += 1;
        }
        len
    }

    /// Over a line break; what it reads as is appended: a line feed, or the Unicode separator itself.
    pub(super) fn read_break(&mut self, out: &mut String) {
        let at = self.pos;
        let len = self.skip_break();
        if len == 3 && self.byte(at) == 0xe2 {
            out.push_str(self.slice(at, at + 3));
        } else if len > 0 {
            out.push('\n');
        }
    }

    /// To the next line break or the end. Columns are not kept on the way.
    pub(super) fn skip_to_break(&mut self) {
        let mut at = self.pos.min(self.text.len());
        loop {
            let rest = &self.text[at..];
            let line = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            // NEL, LS and PS are breaks as well.
            match memchr::memchr2(0xc2, 0xe2, &rest[..line]) {
                Some(i) if self.break_len(at + i) > 0 => {
                    at += i;
                    break;
                }
                Some(i) => at += i + 1,
                None => {
                    at += line;
                    break;
                }
            }
        }
        self.pos = at;
        self.byte(at);
    }

    /// `---` or `...` with a blank behind it. Only meant at column 0.
    pub(super) fn document_indicator(&self) -> bool {
        let c = self.peek_byte(0);
        (c == b'-' || c == b'.')
            && self.peek_byte(1) == c
            && self.peek_byte(2) == c
            && self.is_blankz(self.pos + 3)
    }
}
