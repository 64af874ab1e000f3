//! Go's regular expressions (RE2), as `pattern` of a schema and CEL's `matches` and `find` mean them.
//!
//! A pattern is read as Go's `regexp/syntax` reads it, with Go's own errors, and written again in the dialect of the
//! crate `regex`, whose engine is RE2's as well: same matches, linear time. The dialects differ in many small things
//! (`\d` is ASCII, `a{,5}` is text, `a**` is an error), so nothing is passed on as it stands.

use std::fmt;
use std::fmt::Write as _;
use std::ops::Range;

/// Go refuses larger counts, and larger products of nested ones (`maxRepeat`).
const MAX_REPEAT: i32 = 1000;
/// Deeper patterns are not evaluated. (Go's own bound is 1000.)
const MAX_HEIGHT: u32 = 250;
/// Longer patterns are not evaluated.
const MAX_LENGTH: usize = 1 << 18;
/// Bytes that a compiled pattern may take.
const MAX_SIZE: usize = 32 << 20;

/// A class that matches nothing, and the one that matches everything.
const NOTHING: &str = r"[^\x00-\x{10FFFF}]";
const ANYTHING: &str = r"[\x00-\x{10FFFF}]";

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct GoRegexp(regex::Regex);

/// Why a pattern has no compiled form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GoRegexpError {
    /// Go refuses it. Mirrors `syntax.Error`: what is wrong, and the part of the pattern that is.
    Syntax {
        /// Go's words (`syntax.ErrorCode`).
        code: &'static str,
        /// The part that is wrong.
        expr: String,
    },
    /// Go might take it, kcheck does not: it is too large.
    TooLarge,
}

impl fmt::Display for GoRegexpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { code, expr } => write!(f, "error parsing regexp: {code}: `{expr}`"),
            Self::TooLarge => f.write_str("the regular expression is too large to be evaluated"),
        }
    }
}

impl std::error::Error for GoRegexpError {}

impl GoRegexp {
    /// What Go says of a pattern, without compiling it: a tenth of the work.
    pub fn check(pattern: &str) -> Result<(), GoRegexpError> {
        Self::translate(pattern).map(|_| ())
    }

    /// A pattern in the dialect of `regex`.
    fn translate(pattern: &str) -> Result<String, GoRegexpError> {
        if pattern.len() > MAX_LENGTH {
            return Err(GoRegexpError::TooLarge);
        }
        Parser::new(pattern).parse()
    }

    /// Mirrors `regexp.Compile`. Errors: Go's, or that the pattern is too large for kcheck.
    pub fn new(pattern: &str) -> Result<Self, GoRegexpError> {
        let text = Self::translate(pattern)?;
        regex::RegexBuilder::new(&text)
            .size_limit(MAX_SIZE)
            .dfa_size_limit(4 << 20)
            .nest_limit(4 * MAX_HEIGHT)
            .build()
            .map(Self)
            .map_err(|_| GoRegexpError::TooLarge)
    }

    /// True if it matches anywhere. Mirrors `MatchString`.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The leftmost match, in bytes. Mirrors `FindStringIndex`.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        self.0.find(text).map(|found| found.range())
    }

    /// All matches that do not overlap, in bytes. Mirrors `FindAllStringIndex`.
    pub fn find_all<'r>(&'r self, text: &'r str) -> impl Iterator<Item = Range<usize>> + 'r {
        self.0.find_iter(text).map(|found| found.range())
    }
}

/// Flags that can be switched in a pattern. Mirrors `syntax.Flags`, as far as `syntax.Perl` leaves them open.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Flags {
    fold: bool,
    lines: bool,
    dot_newline: bool,
    swapped: bool,
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

struct Parser<'p> {
    pattern: &'p str,
    at: usize,
    flags: Flags,
    /// Whether folding is switched on in what was written.
    fold: bool,
    groups: Vec<Group>,
    out: String,
}

fn error<T>(code: &'static str, expr: &str) -> Result<T, GoRegexpError> {
    Err(GoRegexpError::Syntax { code, expr: expr.to_owned() })
}

type Parsed<T> = Result<T, GoRegexpError>;

impl<'p> Parser<'p> {
    fn new(pattern: &'p str) -> Self {
        let flags = Flags { fold: false, lines: false, dot_newline: false, swapped: false };
        let mut parser = Self { pattern, at: 0, flags, fold: false, groups: Vec::new(), out: String::new() };
        parser.open(flags);
        parser
    }

    fn rest(&self) -> &'p str {
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
    fn parse(mut self) -> Parsed<String> {
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
    fn settle(&mut self, atom: Option<(usize, i32, u32)>) {
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
    fn atom(&mut self, text: &str, weight: i32, height: u32) -> Parsed<()> {
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

    fn fixed(&mut self, text: &str) -> Parsed<()> {
        self.at += 2;
        self.atom(text, 1, 1)
    }

    /// Mirrors `parseEscape`: one escaped character.
    fn escape(&mut self) -> Parsed<u32> {
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

    /// Mirrors `parsePerlClassEscape`: `\d`, `\S`.
    fn perl_class(&mut self, out: &mut String) -> bool {
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
    fn unicode_class(&mut self, out: &mut String) -> Parsed<bool> {
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
    fn class(&mut self) -> Parsed<()> {
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

/// `\x41` and `\x{41}` from behind the `x`: the value, and where it ends or where Go gave up.
fn hexadecimal(s: &str, from: usize) -> (Option<u32>, usize) {
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
fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// A code point, in a pattern or in a class. Half of a surrogate pair never stands in a text.
fn write_char(out: &mut String, c: u32) {
    match char::from_u32(c) {
        None => out.push_str(NOTHING),
        Some(c) if c.is_ascii_alphanumeric() => out.push(c),
        Some(_) => {
            let _ = write!(out, "\\x{{{c:X}}}");
        }
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

/// Mirrors `unicodeTable`: the table of a category, an alias of one, or a script, as the items of a class. Names are
/// compared without regard to case, spaces, underscores and hyphens, except that single letters stand for themselves.
fn unicode_table(name: &str) -> Option<String> {
    let plain: String =
        name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect();
    if plain.is_empty() || !plain.chars().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    match plain.as_str() {
        "any" => return Some(ANYTHING.to_owned()),
        "ascii" => return Some(r"\x00-\x7F".to_owned()),
        "assigned" => return Some(r"\p{Assigned}".to_owned()),
        "cs" | "surrogate" => return Some(NOTHING.to_owned()),
        _ => {}
    }
    if CATEGORIES.contains(&plain.as_str()) {
        return Some(format!("\\p{{gc={plain}}}"));
    }
    // Go knows scripts by their long names, the engine by codes of four letters as well.
    let code = plain.len() <= 4 && !SHORT_SCRIPTS.contains(&plain.as_str());
    let known = !code && regex::Regex::new(&format!("\\p{{sc={plain}}}")).is_ok();
    known.then(|| format!("\\p{{sc={plain}}}"))
}

/// General categories, and what `unicode.CategoryAliases` calls them.
const CATEGORIES: &[&str] = &[
    "c",
    "cc",
    "cf",
    "cn",
    "co",
    "l",
    "ll",
    "lm",
    "lo",
    "lt",
    "lu",
    "lc",
    "m",
    "mc",
    "me",
    "mn",
    "n",
    "nd",
    "nl",
    "no",
    "p",
    "pc",
    "pd",
    "pe",
    "pf",
    "pi",
    "po",
    "ps",
    "s",
    "sc",
    "sk",
    "sm",
    "so",
    "z",
    "zl",
    "zp",
    "zs",
    "other",
    "control",
    "cntrl",
    "format",
    "unassigned",
    "privateuse",
    "letter",
    "casedletter",
    "lowercaseletter",
    "modifierletter",
    "otherletter",
    "titlecaseletter",
    "uppercaseletter",
    "mark",
    "combiningmark",
    "spacingmark",
    "enclosingmark",
    "nonspacingmark",
    "number",
    "decimalnumber",
    "digit",
    "letternumber",
    "othernumber",
    "punctuation",
    "punct",
    "connectorpunctuation",
    "dashpunctuation",
    "closepunctuation",
    "finalpunctuation",
    "initialpunctuation",
    "otherpunctuation",
    "openpunctuation",
    "symbol",
    "currencysymbol",
    "modifiersymbol",
    "mathsymbol",
    "othersymbol",
    "separator",
    "lineseparator",
    "paragraphseparator",
    "spaceseparator",
];

/// Scripts whose full name is no longer than a code.
const SHORT_SCRIPTS: &[&str] =
    &["ahom", "cham", "lao", "lisu", "miao", "modi", "mro", "newa", "nko", "thai", "toto", "vai", "yi"];

#[cfg(test)]
mod tests {
    use super::GoRegexp;

    #[track_caller]
    fn matches(pattern: &str, text: &str) -> bool {
        GoRegexp::new(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}")).is_match(text)
    }

    fn refused(pattern: &str) -> String {
        GoRegexp::new(pattern).unwrap_err().to_string()
    }

    #[test]
    fn flags_hold_to_the_end_of_their_group() {
        assert!(matches("^(?i)ab(?-i)c$", "ABc"));
        assert!(!matches("^(?i)ab(?-i)c$", "ABC"));
        assert!(matches("^(?:(?i)a|b)c$", "Bc"));
        assert!(!matches("^((?i)a)b$", "AB"));
        assert!(matches("^(?i:a)b$", "Ab"));
        assert!(matches("^a(?i)*$", "aaa"));
        assert!(matches("(?m)^b$", "a\nb\nc"));
        assert!(matches("(?s)^a.b$", "a\nb"));
    }

    #[test]
    fn classes_of_perl_are_ascii() {
        assert!(!matches(r"\w", "é") && matches(r"\W", "é"));
        assert!(matches(r"^[\W]$", "é") && matches(r"^[^\W]$", "a"));
        assert!(matches(r"é\B", "é") && matches(r"\b", "a é"));
        assert!(matches(r"^[\d\-z]+$", "1-z") && matches("^[[:^alpha:]]$", "1"));
        assert!(matches("(?i)^[^a]$", "b") && !matches("(?i)^[^a]$", "A"));
        assert!(matches(r"^\p{^Greek}\P{Lu}\p{letter}$", "aaa"));
        assert!(matches("^[a-]+$", "-a") && matches("^[a&&b]+$", "&") && matches("^[a~~b,--]+$", "~-"));
    }

    #[test]
    fn errors_are_those_of_go() {
        for (pattern, error) in [
            ("(", "missing closing ): `(`"),
            (")", "unexpected ): `)`"),
            ("a)b", "unexpected ): `a)b`"),
            ("*a", "missing argument to repetition operator: `*`"),
            ("(|*)", "missing argument to repetition operator: `*`"),
            ("a*+?", "invalid nested repetition operator: `*+?`"),
            (r"a\", "trailing backslash at end of expression: ``"),
            (r"\pX", r"invalid character class range: `\pX`"),
            (r"\p{Grek}", r"invalid character class range: `\p{Grek}`"),
            ("[z-a]", "invalid character class range: `z-a`"),
            ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
            ("(?P<a-b>x)", "invalid named capture: `(?P<a-b>`"),
            ("(?<=a)", "invalid named capture: `(?<=a)`"),
            ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
            ("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`"),
            (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
            (r"\8", r"invalid escape sequence: `\8`"),
            ("(a{10}){101}", "invalid repeat count: `{101}`"),
            ("a{99999999999}", "invalid repeat count: `{99999999999}`"),
        ] {
            assert_eq!(refused(pattern), format!("error parsing regexp: {error}"), "{pattern}");
        }
    }

    #[test]
    fn hostile_patterns_end() {
        let deep = "(".repeat(100_000) + &")".repeat(100_000);
        assert!(GoRegexp::new(&deep).is_err());
        let stars = "(".repeat(100) + "a" + &"*)".repeat(100);
        assert!(GoRegexp::new(&stars).is_ok());
        let _ = GoRegexp::new(r"(?:\pL{1000}){1}").map(|regexp| regexp.is_match("é"));
        let long = "(?i)é".repeat(20_000);
        let _ = GoRegexp::new(&long);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(pattern in r"([a-c(){}\[\]*+?|^$.\\,:<>pPQEdDwWsSbBiUxA0-9é-]|\\p\{L\}|\(\?i\)){0,24}", text in ".{0,16}") {
            if let Ok(regexp) = GoRegexp::new(&pattern) {
                let _ = regexp.find(&text);
            }
        }

        // Whatever Go reads, the engine reads: only size may keep a pattern from being compiled.
        #[test]
        fn what_is_read_is_compiled(pattern in r"([a-c(){}\[\]*+?|^$.\\,:é-]|\\[pdwsbQE]|\(\?[imsU]\)){0,16}") {
            let compiled = GoRegexp::new(&pattern);
            proptest::prop_assert_ne!(compiled.err(), Some(super::GoRegexpError::TooLarge));
        }
    }
}
