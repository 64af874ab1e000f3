//! Classes of characters: `[a-z]`, `\d`, `\pL`, `[:alpha:]`.

use std::fmt::Write as _;

use super::parse::{Parsed, Parser, error, slice};
use super::tables::{ANYTHING, NOTHING, unicode_table};

impl Parser<'_> {
    /// Mirrors `parsePerlClassEscape`: `\d`, `\S`.
    pub(super) fn perl_class(&mut self, out: &mut String) -> bool {
        let class = match self.rest().as_bytes().get(..2) {
            Some(br"\d") => "[0-9]",
            Some(br"\D") => "[^0-9]",
            Some(br"\s") => r"[\t\n\x0C\r ]",
            Some(br"\S") => r"[^\t\n\x0C\r ]",
            Some(br"\w") => "[0-9A-Za-z_]",
            Some(br"\W") => "[^0-9A-Za-z_]",
            _ => return false,
        };
        self.at += 2;
        out.push_str(class);
        true
    }

    /// Mirrors `parseUnicodeClass`: `\pN`, `\p{Greek}`, `\P{^Lu}`.
    pub(super) fn unicode_class(&mut self, out: &mut String) -> Parsed<bool> {
        let s = self.rest();
        if !(s.starts_with(r"\p") || s.starts_with(r"\P")) {
            return Ok(false);
        }
        let Some(c) = slice(s, 2, s.len()).chars().next() else {
            // Go reads U+FFFD of width 0, a name that nothing has.
            return error("invalid character class range", s);
        };
        let mut negative = s.starts_with(r"\P");
        let (name, end) = if c == '{' {
            let Some(end) = s.find('}') else { return error("invalid character class range", s) };
            (slice(s, 3, end), end + 1)
        } else {
            (slice(s, 2, 2 + c.len_utf8()), 2 + c.len_utf8())
        };
        let name = match name.strip_prefix('^') {
            Some(name) => {
                negative = !negative;
                name
            }
            None => name,
        };
        match unicode_table(name) {
            None => error("invalid character class range", slice(s, 0, end)),
            Some(table) => {
                self.at += end;
                out.push_str(if negative { "[^" } else { "[" });
                out.push_str(&table);
                out.push(']');
                Ok(true)
            }
        }
    }

    /// Mirrors `parseClass`.
    pub(super) fn class(&mut self) -> Parsed<()> {
        let whole = self.rest();
        self.at += 1;
        let negative = self.rest().starts_with('^');
        self.at += usize::from(negative);
        let mut items = String::new();
        let mut first = true;
        while first || !self.rest().starts_with(']') {
            first = false;
            if self.named_class(&mut items)? || self.unicode_class(&mut items)? || self.perl_class(&mut items)
            {
                continue;
            }
            let begin = self.at;
            let low = self.class_char(whole)?;
            let mut high = low;
            let rest = self.rest().as_bytes();
            if rest.len() >= 2 && rest.first() == Some(&b'-') && rest.get(1) != Some(&b']') {
                self.at += 1;
                high = self.class_char(whole)?;
                if high < low {
                    return error("invalid character class range", slice(self.pattern, begin, self.at));
                }
            }
            write_range(&mut items, low, high);
        }
        self.at += 1;
        let text = match (items.is_empty(), negative) {
            (true, false) => NOTHING.to_owned(),
            (true, true) => ANYTHING.to_owned(),
            (false, false) => format!("[{items}]"),
            (false, true) => format!("[^{items}]"),
        };
        self.atom(&text, 1, 1)
    }

    /// Mirrors `parseClassChar`.
    fn class_char(&mut self, whole: &str) -> Parsed<u32> {
        match self.rest().chars().next() {
            None => error("missing closing ]", whole),
            Some('\\') => self.escape(),
            Some(c) => {
                self.at += c.len_utf8();
                Ok(c as u32)
            }
        }
    }

    /// Mirrors `parseNamedClass`: `[:alpha:]`.
    fn named_class(&mut self, out: &mut String) -> Parsed<bool> {
        let s = self.rest();
        if s.len() <= 2 || !s.starts_with("[:") {
            return Ok(false);
        }
        let Some(end) = slice(s, 2, s.len()).find(":]") else { return Ok(false) };
        let name = slice(s, 2, 2 + end);
        let (negative, plain) = match name.strip_prefix('^') {
            Some(plain) => (true, plain),
            None => (false, name),
        };
        let class = match plain {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => r"\x00-\x7F",
            "blank" => r"\t ",
            "cntrl" => r"\x00-\x1F\x7F",
            "digit" => "0-9",
            "graph" => r"\x21-\x7E",
            "lower" => "a-z",
            "print" => r"\x20-\x7E",
            "punct" => r"\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E",
            "space" => r"\t\n\x0B\x0C\r ",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => return error("invalid character class range", slice(s, 0, end + 4)),
        };
        out.push_str(if negative { "[^" } else { "[" });
        out.push_str(class);
        out.push(']');
        self.at += end + 4;
        Ok(true)
    }
}

fn write_range(out: &mut String, low: u32, high: u32) {
    // Surrogates are left out.
    let part = |out: &mut String, low: u32, high: u32| {
        if low <= high {
            let _ = write!(out, "\\x{{{low:X}}}-\\x{{{high:X}}}");
        }
    };
    if high < 0xd800 || low > 0xdfff {
        part(out, low, high);
        return;
    }
    part(out, low, 0xd7ff);
    part(out, 0xe000, high);
    if low >= 0xd800 && high <= 0xdfff {
        out.push_str(NOTHING);
    }
}
