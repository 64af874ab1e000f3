//! Characters to tokens, by the rules of `go.yaml.in/yaml/v2`, which is what Kubernetes reads YAML with.
//!
//! That library is YAML 1.1 with habits of its own, and what it refuses (and in which words) is part of the verdict, so
//! this scanner follows its rules one by one: simple keys of at most 1024 characters on one line, indents as a stack,
//! tabs, limits of depth. Where it looks ahead matters too: an error behind the first document is never seen.
//!
//! Positions are bytes in the text given; lines and columns are counted as the library counts them (from 0, in characters).

mod mark;
mod scalar;
mod tag;

use std::cell::Cell;
use std::collections::VecDeque;

/// Flow levels and indents that the library allows.
const MAX_DEPTH: usize = 10_000;

/// A simple key must end within this many characters.
const MAX_KEY: usize = 1024;

/// Why a text is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    /// Byte at which it is seen.
    pub at: usize,
    /// Where that began which is broken (an unclosed quote), if it is known.
    pub opened: Option<usize>,
    /// The line that the library prints, if it prints one.
    pub line: Option<usize>,
    /// The library's words, without `yaml: line N: `.
    pub message: String,
}

impl Refusal {
    pub(super) fn at(at: usize, message: impl Into<String>) -> Self {
        Self { at, opened: None, line: None, message: message.into() }
    }

    /// As the library prints it.
    pub(super) fn text(&self) -> String {
        match self.line {
            Some(line) => format!("yaml: line {line}: {}", self.message),
            None => format!("yaml: {}", self.message),
        }
    }
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Plain,
    Quoted,
    Block,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    StreamEnd,
    Version {
        major: u8,
        minor: u8,
    },
    TagDirective(Box<(String, String)>),
    DocumentStart,
    DocumentEnd,
    BlockSequence,
    BlockMapping,
    BlockEnd,
    FlowSequence,
    FlowSequenceEnd,
    FlowMapping,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    /// The name is the text at the token's place, without `*`.
    Alias,
    /// The name is the text at the token's place, without `&`.
    Anchor,
    /// Handle and suffix.
    Tag(Box<(String, String)>),
    /// The text, unless it is the bytes at the token's place.
    Scalar(Style, Option<Box<str>>),
}

/// A token and its place. The place of a quoted scalar is that of the text between the quotes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Placed {
    pub token: Token,
    pub start: usize,
    pub end: usize,
    /// Line of the start, from 0.
    pub line: usize,
}

/// Where a key may have begun whose `:` is yet to come.
#[derive(Clone, Copy, Default, Debug)]
struct SimpleKey {
    possible: bool,
    required: bool,
    number: usize,
    at: usize,
    line: usize,
    column: usize,
}

#[derive(Debug)]
pub(super) struct Scanner<'t> {
    text: &'t [u8],
    pos: usize,
    /// The position at which column 0 would be, if every character were one byte.
    origin: usize,
    line: usize,
    /// Set as soon as something behind the text was looked at.
    past: Cell<bool>,
    queue: VecDeque<Placed>,
    /// Number of the token at the head of the queue.
    number: usize,
    ready: bool,
    ended: bool,
    indent: isize,
    indents: Vec<isize>,
    key_allowed: bool,
    flow: usize,
    /// One for each flow level, and one for the block level.
    keys: Vec<SimpleKey>,
    /// Tokens at which a simple key may begin, with the level of that key; ascending.
    key_tokens: VecDeque<(usize, usize)>,
    /// Places of comments, in order.
    pub comments: Vec<(usize, usize)>,
}

type Scan<T> = Result<T, Refusal>;

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        let bom = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self {
            text,
            pos: bom,
            origin: bom,
            line: 0,
            past: Cell::new(false),
            queue: VecDeque::new(),
            number: 0,
            ready: false,
            ended: false,
            indent: -1,
            indents: Vec::new(),
            key_allowed: true,
            flow: 0,
            keys: vec![SimpleKey::default()],
            key_tokens: VecDeque::new(),
            comments: Vec::new(),
        }
    }

    /// True if what stands behind the text was asked for.
    pub(super) fn looked_past(&self) -> bool {
        self.past.get()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        let end = end.min(self.text.len());
        std::str::from_utf8(self.text.get(start..end).unwrap_or_default()).unwrap_or_default()
    }

    /// The next token, not taken.
    pub(super) fn peek(&mut self) -> Scan<&Placed> {
        if !self.ready {
            self.fetch_more()?;
            self.ready = true;
        }
        match self.queue.front() {
            Some(token) => Ok(token),
            None => Err(Refusal::at(self.pos, "unknown problem parsing YAML content")),
        }
    }

    /// Takes the token that was peeked at.
    pub(super) fn take(&mut self) -> Option<Placed> {
        let token = self.queue.pop_front()?;
        self.ready = false;
        self.number += 1;
        Some(token)
    }

    fn fail<T>(&self, opened: Option<usize>, message: &str) -> Scan<T> {
        let line = (self.line > 0).then_some(self.line + 1);
        Err(Refusal { at: self.pos, opened, line, message: message.to_owned() })
    }

    fn too_deep<T>(&self) -> Scan<T> {
        self.fail(None, &format!("exceeded max depth of {MAX_DEPTH}"))
    }

    /// Number that the next token to be queued will have.
    fn next_number(&self) -> usize {
        self.number + self.queue.len()
    }

    fn push(&mut self, token: Token, start: usize, end: usize, line: usize) {
        self.queue.push_back(Placed { token, start, end, line });
    }

    /// Queues tokens until it is known whether the first of them begins a key.
    fn fetch_more(&mut self) -> Scan<()> {
        loop {
            if !self.queue.is_empty() {
                while self.key_tokens.front().is_some_and(|&(number, _)| number < self.number) {
                    self.key_tokens.pop_front();
                }
                match self.key_tokens.front() {
                    Some(&(number, level)) if number == self.number => {
                        if !self.key_is_valid(level)? {
                            return Ok(());
                        }
                    }
                    _ => return Ok(()),
                }
            }
            if self.ended {
                return Ok(());
            }
            self.fetch()?;
        }
    }

    fn fetch(&mut self) -> Scan<()> {
        self.skip_to_token();
        let column = self.column();
        self.unroll(column as isize);
        let c = self.peek_byte(0);
        if c == 0 {
            return self.stream_end();
        }
        if column == 0 {
            if c == b'%' {
                return self.directive();
            }
            if self.document_indicator() {
                return self.document_marker(c);
            }
        }
        let blank_next = |scanner: &Self| scanner.is_blankz(scanner.pos + 1);
        match c {
            b'[' => self.open_flow(Token::FlowSequence),
            b'{' => self.open_flow(Token::FlowMapping),
            b']' => self.close_flow(Token::FlowSequenceEnd),
            b'}' => self.close_flow(Token::FlowMappingEnd),
            b',' => self.flow_entry(),
            b'-' if blank_next(self) => self.block_entry(),
            b'?' if self.flow > 0 || blank_next(self) => self.explicit_key(),
            b':' if self.flow > 0 || blank_next(self) => self.value(),
            b'*' | b'&' => self.anchor(c == b'*'),
            b'!' => self.tag(),
            b'|' | b'>' if self.flow == 0 => {
                self.remove_key()?;
                self.key_allowed = true;
                self.block_scalar(c == b'|')
            }
            b'\'' | b'"' => {
                self.save_key()?;
                self.key_allowed = false;
                self.quoted(c)
            }
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' | b' ' => {
                self.fail(None, "found character that cannot start any token")
            }
            _ => {
                self.save_key()?;
                self.key_allowed = false;
                self.plain()
            }
        }
    }

    /// Over blanks, comments and line breaks.
    fn skip_to_token(&mut self) {
        loop {
            if self.pos == 3 && self.text.starts_with(b"\xef\xbb\xbf\xef\xbb\xbf") {
                self.skip();
            }
            loop {
                match self.peek_byte(0) {
                    b' ' => self.pos += 1,
                    b'\t' if self.flow > 0 || !self.key_allowed => self.pos += 1,
                    _ => break,
                }
            }
            if self.peek_byte(0) == b'#' {
                self.comment();
            }
            if self.skip_break() == 0 {
                return;
            }
            if self.flow == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Over a comment, up to its line break.
    fn comment(&mut self) {
        let start = self.pos;
        self.skip_to_break();
        self.comments.push((start, self.pos));
    }

    fn key_is_valid(&mut self, level: usize) -> Scan<bool> {
        let (line, column) = (self.line, self.column());
        let Some(&key) = self.keys.get(level) else { return Ok(false) };
        if !key.possible {
            return Ok(false);
        }
        // Lines differ, or the key is too long: then it is none.
        if key.line < line || key.column + MAX_KEY < column {
            if key.required {
                return self.fail(Some(key.at), "could not find expected ':'");
            }
            self.keys[level].possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    fn save_key(&mut self) -> Scan<()> {
        if !self.key_allowed {
            return Ok(());
        }
        let column = self.column();
        let required = self.flow == 0 && self.indent == column as isize;
        let number = self.next_number();
        self.remove_key()?;
        let level = self.keys.len() - 1;
        self.keys[level] =
            SimpleKey { possible: true, required, number, at: self.pos, line: self.line, column };
        self.key_tokens.push_back((number, level));
        Ok(())
    }

    fn remove_key(&mut self) -> Scan<()> {
        let level = self.keys.len() - 1;
        let key = self.keys[level];
        if key.possible {
            if key.required {
                return self.fail(Some(key.at), "could not find expected ':'");
            }
            self.keys[level].possible = false;
            self.forget_key_token(key.number);
        }
        Ok(())
    }

    fn forget_key_token(&mut self, number: usize) {
        if let Some(i) = self
            .key_tokens
            .iter()
            .rposition(|&(n, _)| n <= number)
            .filter(|&i| self.key_tokens[i].0 == number)
        {
            self.key_tokens.remove(i);
        }
    }

    /// Opens a block collection if the column is deeper than the indent. `number`: the token before which it starts.
    fn roll(
        &mut self,
        column: usize,
        number: Option<usize>,
        token: Token,
        at: usize,
        line: usize,
    ) -> Scan<()> {
        if self.flow > 0 || self.indent >= column as isize {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column as isize;
        if self.indents.len() > MAX_DEPTH {
            return self.too_deep();
        }
        let token = Placed { token, start: at, end: at, line };
        self.insert(number, token);
        Ok(())
    }

    /// Queues a token before the one of that number, or last.
    fn insert(&mut self, number: Option<usize>, token: Placed) {
        match number.and_then(|n| n.checked_sub(self.number)) {
            Some(i) if i <= self.queue.len() => self.queue.insert(i, token),
            _ => self.queue.push_back(token),
        }
    }

    /// Closes block collections that are deeper than the column.
    fn unroll(&mut self, column: isize) {
        if self.flow > 0 {
            return;
        }
        while self.indent > column {
            self.push(Token::BlockEnd, self.pos, self.pos, self.line);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn stream_end(&mut self) -> Scan<()> {
        if self.column() != 0 {
            self.origin = self.pos;
            self.line += 1;
        }
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        self.push(Token::StreamEnd, self.pos, self.pos, self.line);
        self.ended = true;
        Ok(())
    }

    fn document_marker(&mut self, c: u8) -> Scan<()> {
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let token = if c == b'-' { Token::DocumentStart } else { Token::DocumentEnd };
        self.push(token, self.pos, self.pos + 3, self.line);
        self.pos += 3;
        Ok(())
    }

    fn indicator(&mut self, token: Token) {
        self.push(token, self.pos, self.pos + 1, self.line);
        self.pos += 1;
    }

    fn open_flow(&mut self, token: Token) -> Scan<()> {
        self.save_key()?;
        let number = self.next_number();
        self.keys.push(SimpleKey { number, ..SimpleKey::default() });
        self.flow += 1;
        if self.flow > MAX_DEPTH {
            return self.too_deep();
        }
        self.key_allowed = true;
        self.indicator(token);
        Ok(())
    }

    fn close_flow(&mut self, token: Token) -> Scan<()> {
        self.remove_key()?;
        if self.flow > 0 {
            self.flow -= 1;
            // With an empty collection this forgets the key that the collection itself might be, as the library does.
            if let Some(key) = self.keys.pop() {
                self.forget_key_token(key.number);
            }
        }
        self.key_allowed = false;
        self.indicator(token);
        Ok(())
    }

    fn flow_entry(&mut self) -> Scan<()> {
        self.remove_key()?;
        self.key_allowed = true;
        self.indicator(Token::FlowEntry);
        Ok(())
    }

    fn block_entry(&mut self) -> Scan<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return self.fail(None, "block sequence entries are not allowed in this context");
            }
            self.roll(self.column(), None, Token::BlockSequence, self.pos, self.line)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.indicator(Token::BlockEntry);
        Ok(())
    }

    fn explicit_key(&mut self) -> Scan<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return self.fail(None, "mapping keys are not allowed in this context");
            }
            self.roll(self.column(), None, Token::BlockMapping, self.pos, self.line)?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow == 0;
        self.indicator(Token::Key);
        Ok(())
    }

    fn value(&mut self) -> Scan<()> {
        let level = self.keys.len() - 1;
        if self.key_is_valid(level)? {
            let key = self.keys[level];
            self.insert(
                Some(key.number),
                Placed { token: Token::Key, start: key.at, end: key.at, line: key.line },
            );
            self.roll(key.column, Some(key.number), Token::BlockMapping, key.at, key.line)?;
            self.keys[level].possible = false;
            self.forget_key_token(key.number);
            self.key_allowed = false;
        } else {
            if self.flow == 0 {
                if !self.key_allowed {
                    return self.fail(None, "mapping values are not allowed in this context");
                }
                self.roll(self.column(), None, Token::BlockMapping, self.pos, self.line)?;
            }
            self.key_allowed = self.flow == 0;
        }
        self.indicator(Token::Value);
        Ok(())
    }
}
