//! Anchors, aliases, tags, directives.

use super::{Scan, Scanner, Token};

fn is_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_' || c == b'-'
}

impl Scanner<'_> {
    fn word(&mut self) -> usize {
        let start = self.pos;
        while is_word(self.peek_byte(0)) {
            self.pos += 1;
        }
        start
    }

    fn blanks(&mut self) {
        while self.is_blank() {
            self.pos += 1;
        }
    }

    pub(super) fn anchor(&mut self, alias: bool) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let (open, line) = (self.pos, self.line);
        self.pos += 1;
        let start = self.word();
        let ends = self.is_blankz(self.pos)
            || matches!(self.peek_byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if self.pos == start || !ends {
            return self.fail(Some(open), "did not find expected alphabetic or numeric character");
        }
        self.push(if alias { Token::Alias } else { Token::Anchor }, start, self.pos, line);
        Ok(())
    }

    pub(super) fn tag(&mut self) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let (start, line) = (self.pos, self.line);
        let (handle, suffix);
        if self.peek_byte(1) == b'<' {
            self.pos += 2;
            handle = String::new();
            suffix = self.tag_uri("", start)?;
            if self.peek_byte(0) != b'>' {
                return self.fail(Some(start), "did not find the expected '>'");
            }
            self.pos += 1;
        } else {
            let head = self.tag_handle(false, start)?;
            if head.len() > 1 && head.ends_with('!') {
                suffix = self.tag_uri("", start)?;
                handle = head;
            } else {
                let rest = self.tag_uri(&head, start)?;
                // A lone `!`: no handle, and itself as the tag.
                (handle, suffix) =
                    if rest.is_empty() { (String::new(), "!".into()) } else { ("!".into(), rest) };
            }
        }
        if !self.is_blankz(self.pos) {
            return self.fail(Some(start), "did not find expected whitespace or line break");
        }
        self.push(Token::Tag(Box::new((handle, suffix))), start, self.pos, line);
        Ok(())
    }

    fn tag_handle(&mut self, directive: bool, opened: usize) -> Scan<String> {
        if self.peek_byte(0) != b'!' {
            return self.fail(Some(opened), "did not find expected '!'");
        }
        let start = self.pos;
        self.pos += 1;
        self.word();
        if self.peek_byte(0) == b'!' {
            self.pos += 1;
        } else if directive && self.pos > start + 1 {
            return self.fail(Some(opened), "did not find expected '!'");
        }
        Ok(self.slice(start, self.pos).to_owned())
    }

    /// A URI whose beginning (behind its first character) may have been read as a handle.
    fn tag_uri(&mut self, head: &str, opened: usize) -> Scan<String> {
        let mut uri: Vec<u8> = head.bytes().skip(1).collect();
        let mut any = !head.is_empty();
        loop {
            match self.peek_byte(0) {
                b'%' => self.uri_escape(&mut uri, opened)?,
                c if is_word(c) || b";/?:@&=+$,.!~*'()[]".contains(&c) => {
                    uri.push(c);
                    self.pos += 1;
                }
                _ => break,
            }
            any = true;
        }
        if !any {
            return self.fail(Some(opened), "did not find expected tag URI");
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// One character written as `%XX` octets.
    fn uri_escape(&mut self, uri: &mut Vec<u8>, opened: usize) -> Scan<()> {
        let mut left = 0;
        loop {
            let hex = |at: usize| (self.peek_byte(at) as char).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.peek_byte(0), hex(1), hex(2)) else {
                return self.fail(Some(opened), "did not find URI escaped octet");
            };
            let octet = (high << 4 | low) as u8;
            if left == 0 {
                left = match octet {
                    0x00..=0x7f => 1,
                    0xc0..=0xdf => 2,
                    0xe0..=0xef => 3,
                    0xf0..=0xf7 => 4,
                    _ => return self.fail(Some(opened), "found an incorrect leading UTF-8 octet"),
                };
            } else if octet & 0xc0 != 0x80 {
                return self.fail(Some(opened), "found an incorrect trailing UTF-8 octet");
            }
            uri.push(octet);
            self.pos += 3;
            left -= 1;
            if left == 0 {
                return Ok(());
            }
        }
    }

    pub(super) fn directive(&mut self) -> Scan<()> {
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let (start, line) = (self.pos, self.line);
        self.pos += 1;
        let name = self.word();
        if self.pos == name {
            return self.fail(Some(start), "could not find expected directive name");
        }
        if !self.is_blankz(self.pos) {
            return self.fail(Some(start), "found unexpected non-alphabetical character");
        }
        let token = match self.slice(name, self.pos) {
            "YAML" => {
                self.blanks();
                let major = self.version_number(start)?;
                if self.peek_byte(0) != b'.' {
                    return self.fail(Some(start), "did not find expected digit or '.' character");
                }
                self.pos += 1;
                Token::Version { major, minor: self.version_number(start)? }
            }
            "TAG" => {
                self.blanks();
                let handle = self.tag_handle(true, start)?;
                if !self.is_blank() {
                    return self.fail(Some(start), "did not find expected whitespace");
                }
                self.blanks();
                let prefix = self.tag_uri("", start)?;
                if !self.is_blankz(self.pos) {
                    return self.fail(Some(start), "did not find expected whitespace or line break");
                }
                Token::TagDirective(Box::new((handle, prefix)))
            }
            _ => return self.fail(Some(start), "found unknown directive name"),
        };
        let end = self.pos;
        self.blanks();
        if self.peek_byte(0) == b'#' {
            self.comment();
        }
        if !self.is_breakz(self.pos) {
            return self.fail(Some(start), "did not find expected comment or line break");
        }
        self.skip_break();
        self.push(token, start, end, line);
        Ok(())
    }

    fn version_number(&mut self, opened: usize) -> Scan<u8> {
        let mut value = 0;
        let start = self.pos;
        while let c @ b'0'..=b'9' = self.peek_byte(0) {
            if self.pos - start == 2 {
                return self.fail(Some(opened), "found extremely long version number");
            }
            value = value * 10 + (c - b'0');
            self.pos += 1;
        }
        if self.pos == start {
            return self.fail(Some(opened), "did not find expected version number");
        }
        Ok(value)
    }
}
