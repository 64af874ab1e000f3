//! JSON text into the arena, with JSON's own rules (a request body, a `.json` file).

use super::arena::{Document, Kind, flag};
use super::build::Builder;
use super::gosyntax::quote_char;
use crate::finding::Span;

/// Kubernetes' decoder allows 10,000 levels.
const MAX_DEPTH: usize = 10_000;

/// What Go says when the text ends too early.
pub(super) const END: &str = "unexpected end of JSON input";

/// Why a text is no JSON, in the words of Go's `encoding/json`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    /// Byte offset in the file.
    pub offset: u32,
    /// What is wrong there.
    pub message: String,
}

/// Reads one JSON value from the start of `doc.span`. Returns the document and the offset after the value.
/// What follows the value is the caller's business.
pub fn read_json(mut doc: Document) -> Result<(Document, u32), JsonError> {
    doc.json = true;
    let source = doc.source().clone();
    let span = doc.span;
    let bytes = &source.text().as_bytes()[..span.end as usize];
    let mut reader = Reader { bytes, at: span.start as usize, out: Builder::new(doc) };
    reader.space();
    reader.value()?;
    Ok((reader.out.finish(), reader.at as u32))
}

struct Reader<'s> {
    bytes: &'s [u8],
    at: usize,
    out: Builder,
}

impl Reader<'_> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, JsonError> {
        Err(JsonError { offset: self.at as u32, message: message.into() })
    }

    /// The byte at hand is wrong; `context` says where.
    fn unexpected<T>(&self, context: &str) -> Result<T, JsonError> {
        let Some(&c) = self.bytes.get(self.at) else { return self.fail(END) };
        let mut message = "invalid character '".to_owned();
        match c {
            b'\'' => message.push_str("\\'"),
            c => quote_char(&mut message, c as char),
        }
        message.push_str("' ");
        message.push_str(context);
        self.fail(message)
    }

    fn space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Iterative, so that depth costs no stack.
    fn value(&mut self) -> Result<(), JsonError> {
        let mut open: Vec<(u32, bool)> = Vec::new();
        loop {
            // A value starts here.
            let start = self.at as u32;
            match self.bytes.get(self.at) {
                Some(b'{' | b'[') => {
                    let map = self.bytes[self.at] == b'{';
                    if open.len() >= MAX_DEPTH {
                        return self.fail("exceeded max depth");
                    }
                    let at = self.out.open(if map { Kind::Map } else { Kind::Seq }, start, flag::FLOW);
                    open.push((at, map));
                    self.at += 1;
                    self.space();
                    let close = if map { b'}' } else { b']' };
                    if self.bytes.get(self.at) != Some(&close) {
                        if map {
                            self.key()?;
                        }
                        continue;
                    }
                }
                Some(b'"') => self.string(Kind::Str)?,
                Some(b't') => self.word("true", Kind::True)?,
                Some(b'f') => self.word("false", Kind::False)?,
                Some(b'n') => self.word("null", Kind::Null)?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                _ => return self.unexpected("looking for beginning of value"),
            }
            // A value ended here (or an empty collection is open at its end).
            loop {
                let Some(&(at, map)) = open.last() else { return Ok(()) };
                self.space();
                match (self.bytes.get(self.at), map) {
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.at += 1;
                        self.out.close(at, self.at as u32);
                        open.pop();
                    }
                    (Some(b','), _) => {
                        self.at += 1;
                        self.space();
                        if map {
                            self.key()?;
                        }
                        break;
                    }
                    (_, true) => return self.unexpected("after object key:value pair"),
                    (_, false) => return self.unexpected("after array element"),
                }
            }
        }
    }

    fn key(&mut self) -> Result<(), JsonError> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return self.unexpected("looking for beginning of object key string");
        }
        self.string(Kind::Key)?;
        self.space();
        if self.bytes.get(self.at) != Some(&b':') {
            return self.unexpected("after object key");
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<(), JsonError> {
        let start = self.at as u32;
        for expected in word.chars() {
            if self.bytes.get(self.at).map(|&c| c as char) != Some(expected) {
                return self.unexpected(&format!("in literal {word} (expecting '{expected}')"));
            }
            self.at += 1;
        }
        self.out.plain(kind, Span::new(start, self.at as u32), flag::PLAIN);
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.bytes.get(self.at), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        if self.bytes[self.at] == b'-' {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'0') {
            // Nothing follows a leading zero: a digit there is a mistake of whatever comes after the number.
            self.at += 1;
        } else if self.digits() == 0 {
            return self.unexpected("in numeric literal");
        }
        let mut float = false;
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            float = true;
            if self.digits() == 0 {
                return self.unexpected("after decimal point in numeric literal");
            }
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            float = true;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.unexpected("in exponent of numeric literal");
            }
        }
        let span = Span::new(start as u32, self.at as u32);
        let text = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        let fits = text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
        if !float && fits && text != "-0" {
            self.out.plain(Kind::Int, span, flag::PLAIN);
        } else {
            self.out.plain(Kind::Float, span, flag::PLAIN);
        }
        Ok(())
    }

    fn string(&mut self, kind: Kind) -> Result<(), JsonError> {
        self.at += 1;
        let start = self.at;
        let mut cooked: Option<String> = None;
        loop {
            let run = self.at;
            while self.bytes.get(self.at).is_some_and(|&c| c != b'"' && c != b'\\' && c >= 0x20) {
                self.at += 1;
            }
            let text = std::str::from_utf8(&self.bytes[run..self.at]).unwrap_or_default();
            if let Some(cooked) = &mut cooked {
                cooked.push_str(text);
            }
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let span = Span::new(start as u32, self.at as u32);
                    self.at += 1;
                    match cooked {
                        Some(cooked) => self.out.cooked(kind, span, 0, &cooked),
                        None => self.out.plain(kind, span, 0),
                    };
                    return Ok(());
                }
                Some(b'\\') => {
                    let cooked = cooked.get_or_insert_with(|| text.to_owned());
                    match escape(self.bytes, &mut self.at) {
                        Ok(c) => cooked.push(c),
                        Err(context) => return self.unexpected(context),
                    }
                }
                _ => return self.unexpected("in string literal"),
            }
        }
    }
}

/// The character of the escape sequence at `*at` (on its backslash); moves behind it, or to what is wrong.
fn escape(bytes: &[u8], at: &mut usize) -> Result<char, &'static str> {
    *at += 1;
    let c = match bytes.get(*at) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            *at += 1;
            let high = hex4(bytes, at)?;
            if (0xd800..0xdc00).contains(&high) && bytes.get(*at..*at + 2) == Some(b"\\u") {
                let mut low_at = *at + 2;
                if let Ok(low @ 0xdc00..0xe000) = hex4(bytes, &mut low_at) {
                    *at = low_at;
                    let c = char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                    return Ok(c.unwrap_or('\u{fffd}'));
                }
            }
            // A lone surrogate reads as the replacement character, as in Go.
            return Ok(char::from_u32(high).unwrap_or('\u{fffd}'));
        }
        _ => return Err("in string escape code"),
    };
    *at += 1;
    Ok(c)
}

fn hex4(bytes: &[u8], at: &mut usize) -> Result<u32, &'static str> {
    let mut value = 0;
    for _ in 0..4 {
        let digit = bytes.get(*at).and_then(|&c| (c as char).to_digit(16));
        value = value * 16 + digit.ok_or("in \\u hexadecimal character escape")?;
        *at += 1;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FileId;
    use crate::source::Source;
    use std::sync::Arc;

    fn read(text: &str) -> Result<Document, JsonError> {
        let source = Arc::new(Source::new("x.json", text.into()));
        let doc = Document::new(source, FileId(0), 0, Span::new(0, text.len() as u32));
        read_json(doc).map(|(doc, _)| doc)
    }

    #[test]
    fn values_and_places() {
        let doc = read(r#"{"a": [1, {"b\n": "x"}, []], "a": true}"#).unwrap();
        let root = doc.root().unwrap();
        assert_eq!(root.get("a").and_then(crate::yaml::View::as_bool), Some(true));
        assert_eq!(doc.repeated().len(), 1);
        let doc = read(r#"{"c": [1, {"b\n": "x"}, []]}"#).unwrap();
        let list = doc.root().unwrap().get("c").unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(list.items().nth(1).unwrap().get("b\n").unwrap().as_str(), Some("x"));
    }

    #[test]
    fn refusals_in_the_words_of_go() {
        for (text, message) in [
            ("{{", "invalid character '{' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("[01]", "invalid character '1' after array element"),
            ("--", "invalid character '-' in numeric literal"),
            ("tru", "unexpected end of JSON input"),
            ("trx", "invalid character 'x' in literal true (expecting 'u')"),
            ("'", "invalid character '\\'' looking for beginning of value"),
            ("\"\\u00g", "invalid character 'g' in \\u hexadecimal character escape"),
        ] {
            assert_eq!(read(text).unwrap_err().message, message, "{text}");
        }
    }

    #[test]
    fn refusals() {
        for text in ["", "{", "[1,]", "{\"a\" 1}", "tru", "\"a", "{\"a\":1,}", "\"\u{1}\""] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"[".repeat(200_000)).is_err());
    }
}
