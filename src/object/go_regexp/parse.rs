//! Reads a pattern as Go's `regexp/syntax` does, and writes it again for the engine.

use std::fmt::Write as _;

use super::tables::{ANYTHING, NOTHING};
use super::{GoRegexpError, MAX_HEIGHT, MAX_LENGTH};

/// Go refuses larger counts, and larger products of nested ones (`maxRepeat`).
const MAX_REPEAT: i32 = 1000;

/// Flags that can be switched in a pattern. Mirrors `syntax.Flags`, as far as `syntax.Perl` leaves them open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags {
    pub(super) fold: bool,
    pub(super) lines: bool,
    pub(super) dot_newline: bool,
    pub(super) swapped: bool,
}

/// An open group, or the whole pattern.
struct Group {
    /// Flags around it, which come back behind it.
    outer: Flags,
    /// Whether folding is switched on in what was written before it.
    outer_fold: bool,
    /// Where it begins in what is written.
    start: usize,
    /// Whether an atom stands before the next character, and where it begins in what is written.
    last: Option<usize>,
    /// Product of nested counts in the last atom, and the largest in the group so far.
    last_weight: i32,
    weight: i32,
    /// Height of the last atom and of the group so far.
    last_height: u32,
    height: u32,
}

pub(super) struct Parser<'p> {
    pub(super) pattern: &'p str,
    pub(super) at: usize,
    pub(super) flags: Flags,
    /// Whether folding is switched on in what was written.
    fold: bool,
    groups: Vec<Group>,
    out: String,
}

pub(super) fn error<T>(code: &'static str, expr: &str) -> Result<T, GoRegexpError> {
    Err(GoRegexpError::Syntax { code, expr: expr.to_owned() })
}

pub(super) type Parsed<T> = Result<T, GoRegexpError>;

impl<'p> Parser<'p> {
    pub(super) fn new(pattern: &'p str) -> Self {
        let flags = Flags { fold: false, lines: false, dot_newline: false, swapped: false };
        let mut parser = Self { pattern, at: 0, flags, fold: false, groups: Vec::new(), out: String::new() };
        parser.open(flags);
        parser
    }

    pub(super) fn rest(&self) -> &'p str {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    fn open(&mut self, outer: Flags) {
        self.groups.push(Group {
            outer,
            outer_fold: self.fold,
            start: self.out.len(),
            last: None,
            last_weight: 1,
            weight: 1,
            last_height: 1,
            height: 1,
        });
    }

    /// Mirrors `syntax.parse`.
    pub(super) fn parse(mut self) -> Parsed<String> {
        let mut last_repeat: Option<usize> = None;
        while let Some(c) = self.rest().chars().next() {
            let mut repeat = None;
            match c {
                '(' if self.rest().starts_with("(?") => self.perl_flags()?,
                '(' => {
                    self.at += 1;
                    self.begin_group(self.flags);
                }
                '|' => {
                    self.at += 1;
                    self.out.push('|');
                    self.settle(None);
                }
                ')' => self.end_group()?,
                '^' => {
                    self.at += 1;
                    self.atom(if self.flags.lines { "(?m:^)" } else { r"\A" }, 1, 1)?;
                }
                '$' => {
                    self.at += 1;
                    self.atom(if self.flags.lines { "(?m:$)" } else { r"\z" }, 1, 1)?;
                }
                '.' => {
                    self.at += 1;
                    self.atom(if self.flags.dot_newline { ANYTHING } else { r"[^\n]" }, 1, 1)?;
                }
                '[' => self.class()?,
                '*' | '+' | '?' => {
                    repeat = Some(self.at);
                    self.at += 1;
                    self.repeat(self.at - 1, last_repeat, c.encode_utf8(&mut [0; 4]), None)?;
                }
                '{' => match self.count() {
                    None => {
                        self.at += 1;
                        self.literal('{')?;
                    }
                    Some((min, max, after)) => {
                        let before = self.at;
                        if !(0..=MAX_REPEAT).contains(&min) || max > MAX_REPEAT || (max >= 0 && min > max) {
                            return error("invalid repeat count", slice(self.pattern, before, after));
                        }
                        self.at = after;
                        repeat = Some(before);
                        let written = match max {
                            -1 => format!("{{{min},}}"),
                            max if max == min => format!("{{{min}}}"),
                            max => format!("{{{min},{max}}}"),
                        };
                        self.repeat(before, last_repeat, &written, Some((min, max)))?;
                    }
                },
                '\\' => self.escape_sequence()?,
                c => {
                    self.at += c.len_utf8();
                    self.literal(c)?;
                }
            }
            last_repeat = repeat;
        }
        if self.groups.len() != 1 {
            return error("missing closing )", self.pattern);
        }
        Ok(self.out)
    }

    /// Says that an atom begins at a place of what is written, or that none does.
    pub(super) fn settle(&mut self, atom: Option<(usize, i32, u32)>) {
        if let Some(group) = self.groups.last_mut() {
            group.last = atom.map(|(start, ..)| start);
            if let Some((_, weight, height)) = atom {
                (group.last_weight, group.last_height) = (weight, height);
                group.weight = group.weight.max(weight);
                group.height = group.height.max(height);
            }
        }
    }

    /// Writes an atom.
    pub(super) fn atom(&mut self, text: &str, weight: i32, height: u32) -> Parsed<()> {
        if height > MAX_HEIGHT || self.out.len() > 16 * MAX_LENGTH {
            return Err(GoRegexpError::TooLarge);
        }
        if self.fold != self.flags.fold {
            self.fold = self.flags.fold;
            self.out.push_str(if self.fold { "(?i)" } else { "(?-i)" });
        }
        let start = self.out.len();
        self.out.push_str(text);
        self.settle(Some((start, weight, height)));
        Ok(())
    }

    fn literal(&mut self, c: char) -> Parsed<()> {
        let mut text = String::new();
        write_char(&mut text, c as u32);
        self.atom(&text, 1, 1)
    }

    fn begin_group(&mut self, outer: Flags) {
        // The group takes what is switched on when it is opened, so switch before it.
        if self.fold != self.flags.fold {
            self.fold = self.flags.fold;
            self.out.push_str(if self.fold { "(?i)" } else { "(?-i)" });
        }
        self.open(outer);
        self.out.push_str("(?:");
    }

    /// Mirrors `parseRightParen`.
    fn end_group(&mut self) -> Parsed<()> {
        if self.groups.len() < 2 {
            return error("unexpected )", self.pattern);
        }
        let Some(group) = self.groups.pop() else { return Ok(()) };
        self.at += 1;
        self.out.push(')');
        (self.flags, self.fold) = (group.outer, group.outer_fold);
        let height = group.height + 1;
        if height > MAX_HEIGHT {
            return Err(GoRegexpError::TooLarge);
        }
        self.settle(Some((group.start, group.weight, height)));
        Ok(())
    }

    /// Mirrors `parser.repeat`: applies an operator to the last atom.
    fn repeat(
        &mut self,
        before: usize,
        last_repeat: Option<usize>,
        written: &str,
        counts: Option<(i32, i32)>,
    ) -> Parsed<()> {
        let mut lazy = self.flags.swapped;
        if self.rest().starts_with('?') {
            self.at += 1;
            lazy = !lazy;
        }
        if let Some(last) = last_repeat {
            return error("invalid nested repetition operator", slice(self.pattern, last, self.at));
        }
        let operator = slice(self.pattern, before, self.at);
        let Some(group) = self.groups.last_mut() else { return Ok(()) };
        let Some(start) = group.last else {
            return error("missing argument to repetition operator", operator);
        };
        let mut weight = group.last_weight;
        if let Some((min, max)) = counts {
            let most = if max < 0 { min } else { max };
            // A count of zero hides what is in it.
            weight = if max == 0 || most == 0 { weight.min(MAX_REPEAT) } else { weight.saturating_mul(most) };
            if (min >= 2 || max >= 2) && weight > MAX_REPEAT {
                return error("invalid repeat count", operator);
            }
        }
        let height = group.last_height + 1;
        if height > MAX_HEIGHT {
            return Err(GoRegexpError::TooLarge);
        }
        self.out.push_str(written);
        if lazy {
            self.out.push('?');
        }
        self.settle(Some((start, weight, height)));
        Ok(())
    }

    /// Mirrors `parseRepeat`: `{2}`, `{2,}`, `{2,3}` as (least, most or -1, where it ends); least is -1 if a number is
    /// far too large. `None` if it is text.
    fn count(&self) -> Option<(i32, i32, usize)> {
        let (min, at) = self.integer(self.at + 1)?;
        let byte = |at: usize| self.pattern.as_bytes().get(at).copied();
        match byte(at)? {
            b'}' => Some((min, min, at + 1)),
            b',' if byte(at + 1)? == b'}' => Some((min, -1, at + 2)),
            b',' => {
                let (max, at) = self.integer(at + 1)?;
                (byte(at)? == b'}').then_some((if max < 0 { -1 } else { min }, max, at + 1))
            }
            _ => None,
        }
    }

    /// Mirrors `parseInt`.
    fn integer(&self, at: usize) -> Option<(i32, usize)> {
        let digits: &str = self.pattern.get(at..)?;
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let digits = digits.get(..end)?;
        if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
            return None;
        }
        Some((digits.parse().ok().filter(|n| *n < 1_000_000_000).unwrap_or(-1), at + end))
    }

    /// Mirrors `parsePerlFlags`: `(?i)`, `(?i:`, `(?P<name>`, `(?<name>`.
    fn perl_flags(&mut self) -> Parsed<()> {
        let s = self.rest();
        let name_at = if s.len() > 4 && s.starts_with("(?P<") {
            Some(4)
        } else {
            (s.len() > 3 && s.starts_with("(?<")).then_some(3)
        };
        if let Some(name_at) = name_at {
            let Some(end) = s.find('>') else { return error("invalid named capture", s) };
            let name = slice(s, name_at, end);
            if name.is_empty() || !name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                return error("invalid named capture", slice(s, 0, end + 1));
            }
            self.at += end + 1;
            self.begin_group(self.flags);
            return Ok(());
        }
        let mut flags = self.flags;
        let (mut on, mut saw) = (true, false);
        let mut end = 2;
        for c in slice(s, 2, s.len()).chars() {
            end += c.len_utf8();
            match c {
                'i' => (flags.fold, saw) = (on, true),
                'm' => (flags.lines, saw) = (on, true),
                's' => (flags.dot_newline, saw) = (on, true),
                'U' => (flags.swapped, saw) = (on, true),
                '-' if on => (on, saw) = (false, false),
                ':' | ')' if on || saw => {
                    self.at += end;
                    if c == ':' {
                        let outer = self.flags;
                        self.begin_group(outer);
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            }
        }
        error("invalid or unsupported Perl syntax", slice(s, 0, end))
    }

    /// What begins with a backslash, outside of a class.
    fn escape_sequence(&mut self) -> Parsed<()> {
        let s = self.rest();
        match s.as_bytes().get(1) {
            Some(b'A') => self.fixed(r"\A"),
            Some(b'b') => self.fixed(r"(?-u:\b)"),
            Some(b'B') => self.fixed(r"(?-u:\B)"),
            Some(b'z') => self.fixed(r"\z"),
            Some(b'C') => error("invalid escape sequence", slice(s, 0, 2)),
            Some(b'Q') => {
                let text = slice(s, 2, s.len());
                let (literal, skip) = match text.find(r"\E") {
                    Some(end) => (slice(text, 0, end), end + 4),
                    None => (text, s.len()),
                };
                self.at += skip;
                literal.chars().try_for_each(|c| self.literal(c))
            }
            _ => {
                let mut text = String::new();
                if !self.unicode_class(&mut text)? && !self.perl_class(&mut text) {
                    let c = self.escape()?;
                    write_char(&mut text, c);
                }
                self.atom(&text, 1, 1)
            }
        }
    }

    pub(super) fn fixed(&mut self, text: &str) -> Parsed<()> {
        self.at += 2;
        self.atom(text, 1, 1)
    }

    /// Mirrors `parseEscape`: one escaped character.
    pub(super) fn escape(&mut self) -> Parsed<u32> {
        let s = self.rest();
        let mut chars = s.chars();
        chars.next();
        let Some(c) = chars.next() else { return error("trailing backslash at end of expression", "") };
        let mut end = 1 + c.len_utf8();
        let octal = |at: usize| s.as_bytes().get(at).filter(|b| (b'0'..=b'7').contains(*b)).copied();
        let value = match c {
            '0'..='7' if c == '0' || octal(end).is_some() => {
                let mut value = c as u32 - '0' as u32;
                for _ in 0..2 {
                    let Some(digit) = octal(end) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    end += 1;
                }
                Some(value)
            }
            'x' => {
                let (value, after) = hexadecimal(s, end);
                end = after;
                value
            }
            'a' => Some(7),
            'f' => Some(0xc),
            'n' => Some(0xa),
            'r' => Some(0xd),
            't' => Some(9),
            'v' => Some(0xb),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c as u32),
            _ => None,
        };
        match value {
            Some(value) => {
                self.at += end;
                Ok(value)
            }
            None => error("invalid escape sequence", slice(s, 0, end)),
        }
    }
}

/// `\x41` and `\x{41}` from behind the `x`: the value, and where it ends or where Go gave up.
pub(super) fn hexadecimal(s: &str, from: usize) -> (Option<u32>, usize) {
    let mut at = from;
    let mut next = || {
        let c = slice(s, at, s.len()).chars().next();
        at += c.map_or(0, char::len_utf8);
        (c, at)
    };
    let (first, after) = next();
    match first {
        None => (None, after),
        Some('{') => {
            let (mut value, mut digits) = (0u32, 0);
            loop {
                let (c, after) = next();
                match c.map(|c| (c, c.to_digit(16))) {
                    Some(('}', _)) => return ((digits > 0).then_some(value), after),
                    Some((_, Some(digit))) => {
                        value = value * 16 + digit;
                        digits += 1;
                        if value > 0x10_ffff {
                            return (None, after);
                        }
                    }
                    _ => return (None, after),
                }
            }
        }
        Some(first) => {
            let (second, after) = next();
            let pair = first.to_digit(16).zip(second.and_then(|c| c.to_digit(16)));
            (pair.map(|(high, low)| high * 16 + low), after)
        }
    }
}

/// A part of a text; empty where there is none.
pub(super) fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// A code point, in a pattern or in a class. Half of a surrogate pair never stands in a text.
pub(super) fn write_char(out: &mut String, c: u32) {
    match char::from_u32(c) {
        None => out.push_str(NOTHING),
        Some(c) if c.is_ascii_alphanumeric() => out.push(c),
        Some(c) if c.is_ascii() => {
            let digit = |of: u32| char::from_digit(of, 16).unwrap_or_default();
            out.extend(['\\', 'x', digit(c as u32 / 16), digit(c as u32 % 16)]);
        }
        Some(_) => {
            let _ = write!(out, "\\x{{{c:X}}}");
        }
    }
}
