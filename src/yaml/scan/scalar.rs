//! Scalars: plain, quoted, block.

use super::{Placed, Scan, Scanner, Style, Token};

/// Bytes that neither end nor interrupt a plain scalar, nor need a second look.
const PLAIN: [bool; 256] = table(b":,?[]{}");

/// The same for quoted scalars.
const QUOTED: [bool; 256] = table(b"'\"\\");

const fn table(stops: &[u8]) -> [bool; 256] {
    let mut safe = [false; 256];
    let mut c = 0x21;
    while c < 0x7f {
        safe[c] = true;
        c += 1;
    }
    let mut i = 0;
    while i < stops.len() {
        safe[stops[i] as usize] = false;
        i += 1;
    }
    safe
}

/// Line breaks between two pieces of a scalar, and what they fold to.
#[derive(Default)]
struct Fold {
    first: String,
    more: String,
}

impl Fold {
    fn clear(&mut self) {
        self.first.clear();
        self.more.clear();
    }

    /// One line feed is a space, further ones stand for themselves; Unicode separators stay.
    fn write(&mut self, out: &mut String) {
        if self.first.starts_with('\n') {
            if self.more.is_empty() {
                out.push(' ');
            }
        } else {
            out.push_str(&self.first);
        }
        out.push_str(&self.more);
        self.clear();
    }
}

impl Scanner<'_> {
    #[inline]
    fn run(&mut self, safe: &[bool; 256]) {
        let rest = &self.text[self.pos.min(self.text.len())..];
        self.pos += rest.iter().position(|&c| !safe[c as usize]).unwrap_or(rest.len());
    }

    pub(super) fn plain(&mut self) -> Scan<()> {
        let (start, line) = (self.pos, self.line);
        let indent = (self.indent + 1) as usize;
        let mut end = start;
        // Only a scalar over several lines has a text that is not its bytes.
        let mut cooked: Option<String> = None;
        let mut fold = Fold::default();
        let mut folding = false;
        loop {
            if (self.column() == 0 && self.document_indicator()) || self.peek_byte(0) == b'#' {
                break;
            }
            let from = self.pos;
            loop {
                self.run(&PLAIN);
                match self.peek_byte(0) {
                    b':' if !self.is_blankz(self.pos + 1) => self.pos += 1,
                    b',' | b'?' | b'[' | b']' | b'{' | b'}' if self.flow == 0 => self.pos += 1,
                    0x80.. if self.break_len(self.pos) == 0 => self.skip(),
                    _ => break,
                }
            }
            if self.pos > from {
                if folding {
                    let text = cooked.get_or_insert_with(|| self.slice(start, end).to_owned());
                    fold.write(text);
                    text.push_str(self.slice(from, self.pos));
                    folding = false;
                } else if let Some(text) = &mut cooked {
                    text.push_str(self.slice(end, self.pos));
                }
                end = self.pos;
            }
            if !self.is_blank() && self.break_len(self.pos) == 0 {
                break;
            }
            loop {
                if self.is_blank() {
                    if folding && self.column() < indent && self.peek_byte(0) == b'\t' {
                        return self.fail(Some(start), "found a tab character that violates indentation");
                    }
                    self.pos += 1;
                } else if self.break_len(self.pos) > 0 {
                    self.read_break(if folding { &mut fold.more } else { &mut fold.first });
                    folding = true;
                } else {
                    break;
                }
            }
            if self.flow == 0 && self.column() < indent {
                break;
            }
        }
        if folding {
            self.key_allowed = true;
        }
        let token = Token::Scalar(Style::Plain, cooked.map(Into::into));
        self.push(token, start, end, line);
        Ok(())
    }

    pub(super) fn quoted(&mut self, quote: u8) -> Scan<()> {
        let (open, line) = (self.pos, self.line);
        self.pos += 1;
        let start = self.pos;
        let mut cooked: Option<String> = None;
        let mut fold = Fold::default();
        let end = loop {
            if self.column() == 0 && self.document_indicator() {
                return self.fail(Some(open), "found unexpected document indicator");
            }
            if self.peek_byte(0) == 0 {
                return self.fail(Some(open), "found unexpected end of stream");
            }
            let mut folding = false;
            let mut from = self.pos;
            loop {
                self.run(&QUOTED);
                match self.peek_byte(0) {
                    b'\'' if quote == b'\'' => {
                        if self.peek_byte(1) != b'\'' {
                            break;
                        }
                        // The first of the two belongs to the text.
                        let text = cooked.get_or_insert_with(|| self.slice(start, from).to_owned());
                        text.push_str(self.slice(from, self.pos + 1));
                        self.pos += 2;
                        from = self.pos;
                    }
                    b'"' if quote == b'"' => break,
                    b'\\' if quote == b'"' => {
                        let text = cooked.get_or_insert_with(|| self.slice(start, from).to_owned());
                        text.push_str(self.slice(from, self.pos));
                        if self.break_len(self.pos + 1) > 0 {
                            self.pos += 1;
                            self.skip_break();
                            folding = true;
                            from = self.pos;
                            break;
                        }
                        let c = self.escape(open)?;
                        text.push(c);
                        from = self.pos;
                    }
                    b'\'' | b'"' | b'\\' => self.pos += 1,
                    0x80.. if self.break_len(self.pos) == 0 => self.skip(),
                    _ => break,
                }
            }
            if let Some(text) = &mut cooked {
                text.push_str(self.slice(from, self.pos));
            }
            if self.peek_byte(0) == quote {
                break self.pos;
            }
            let blanks = self.pos;
            loop {
                if self.is_blank() {
                    self.pos += 1;
                } else if self.break_len(self.pos) > 0 {
                    if cooked.is_none() {
                        cooked = Some(self.slice(start, blanks).to_owned());
                    }
                    self.read_break(if folding { &mut fold.more } else { &mut fold.first });
                    folding = true;
                } else {
                    break;
                }
            }
            if let Some(text) = &mut cooked {
                if folding {
                    fold.write(text);
                } else {
                    text.push_str(self.slice(blanks, self.pos));
                }
            }
        };
        self.pos += 1;
        let token = Token::Scalar(Style::Quoted, cooked.map(Into::into));
        self.push(token, start, end, line);
        Ok(())
    }

    /// The character of the escape sequence at the position; moves behind it.
    fn escape(&mut self, open: usize) -> Scan<char> {
        let digits = match self.peek_byte(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            c => {
                let c = match c {
                    b'0' => '\0',
                    b'a' => '\x07',
                    b'b' => '\x08',
                    b't' | b'\t' => '\t',
                    b'n' => '\n',
                    b'v' => '\x0b',
                    b'f' => '\x0c',
                    b'r' => '\r',
                    b'e' => '\x1b',
                    b' ' => ' ',
                    b'"' => '"',
                    b'\'' => '\'',
                    b'\\' => '\\',
                    b'N' => '\u{85}',
                    b'_' => '\u{a0}',
                    b'L' => '\u{2028}',
                    b'P' => '\u{2029}',
                    // YAML 1.2's `\/` is not among them.
                    _ => return self.fail(Some(open), "found unknown escape character"),
                };
                self.pos += 2;
                return Ok(c);
            }
        };
        self.pos += 2;
        let mut value = 0u64;
        for i in 0..digits {
            match (self.peek_byte(i) as char).to_digit(16) {
                Some(digit) => value = value << 4 | u64::from(digit),
                None => return self.fail(Some(open), "did not find expected hexdecimal number"),
            }
        }
        match u32::try_from(value).ok().and_then(char::from_u32) {
            Some(c) => {
                self.pos += digits;
                Ok(c)
            }
            None => self.fail(Some(open), "found invalid Unicode character escape code"),
        }
    }

    pub(super) fn block_scalar(&mut self, literal: bool) -> Scan<()> {
        let (start, line) = (self.pos, self.line);
        self.pos += 1;
        let (chomp, increment) = self.block_header(start)?;
        let mut indent = match increment {
            0 => None,
            n if self.indent >= 0 => Some(self.indent as usize + n),
            n => Some(n),
        };
        let mut end = self.pos;
        self.skip_break();

        let mut text = String::new();
        let (mut first, mut more) = (String::new(), String::new());
        self.block_breaks(&mut indent, &mut more, start)?;
        let mut leading_blank = false;
        while Some(self.column()) == indent && self.peek_byte(0) != 0 {
            let blank = self.is_blank();
            if !literal && !leading_blank && !blank && first.starts_with('\n') {
                if more.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&first);
            }
            first.clear();
            text.push_str(&more);
            more.clear();
            leading_blank = blank;
            let from = self.pos;
            self.skip_to_break();
            text.push_str(self.slice(from, self.pos));
            end = self.pos;
            self.read_break(&mut first);
            self.block_breaks(&mut indent, &mut more, start)?;
        }
        if chomp != Some(false) {
            text.push_str(&first);
        }
        if chomp == Some(true) {
            text.push_str(&more);
        }
        self.push(Token::Scalar(Style::Block, Some(text.into())), start, end, line);
        Ok(())
    }

    /// What follows `|` or `>` up to the line break: whether line breaks at the end are kept or stripped, and the
    /// indentation if it is given (else 0).
    fn block_header(&mut self, start: usize) -> Scan<(Option<bool>, usize)> {
        let (mut chomp, mut increment) = (None, 0);
        // Chomping and indentation come in either order, each once.
        for _ in 0..2 {
            match self.peek_byte(0) {
                c @ (b'+' | b'-') if chomp.is_none() => chomp = Some(c == b'+'),
                b'0' if increment == 0 => {
                    return self.fail(Some(start), "found an indentation indicator equal to 0");
                }
                c @ b'1'..=b'9' if increment == 0 => increment = usize::from(c - b'0'),
                _ => break,
            }
            self.pos += 1;
        }
        while self.is_blank() {
            self.pos += 1;
        }
        if self.peek_byte(0) == b'#' {
            self.comment();
        }
        if !self.is_breakz(self.pos) {
            return self.fail(Some(start), "did not find expected comment or line break");
        }
        Ok((chomp, increment))
    }

    /// Over indentation and empty lines. Without a given indentation the deepest of them decides.
    fn block_breaks(&mut self, indent: &mut Option<usize>, breaks: &mut String, start: usize) -> Scan<()> {
        let mut deepest = 0;
        loop {
            while indent.is_none_or(|indent| self.column() < indent) && self.peek_byte(0) == b' ' {
                self.pos += 1;
            }
            deepest = deepest.max(self.column());
            if indent.is_none_or(|indent| self.column() < indent) && self.peek_byte(0) == b'\t' {
                return self
                    .fail(Some(start), "found a tab character where an indentation space is expected");
            }
            if self.break_len(self.pos) == 0 {
                break;
            }
            self.read_break(breaks);
        }
        if indent.is_none() {
            *indent = Some(deepest.max((self.indent + 1) as usize).max(1));
        }
        Ok(())
    }
}

const _: () = assert!(size_of::<Placed>() <= 56);
