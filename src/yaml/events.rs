//! Tokens to events: the grammar of `go.yaml.in/yaml/v2`, as a machine with an explicit stack, so that depth costs no stack.

use super::scan::{Placed, Refusal, Scanner, Style, Token};

/// What precedes a node: the place of its anchor's name, its tag in full.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Properties {
    pub anchor: Option<(usize, usize)>,
    pub tag: Option<Box<str>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Event {
    /// The end of the stream without a (further) document.
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    /// The place is that of the name.
    Alias {
        start: usize,
        end: usize,
    },
    /// `text` unless it is the bytes at the place. `empty`: nothing is written there.
    Scalar {
        start: usize,
        end: usize,
        style: Style,
        text: Option<Box<str>>,
        properties: Properties,
    },
    Sequence {
        start: usize,
        flow: bool,
        properties: Properties,
    },
    Mapping {
        start: usize,
        flow: bool,
        properties: Properties,
    },
    /// The end of a sequence or mapping; `end` is behind its closing bracket, `None` in block style.
    End {
        end: Option<usize>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceEntry,
    IndentlessEntry,
    BlockKey,
    BlockValue,
    FlowEntry { first: bool },
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowKey { first: bool },
    FlowValue { empty: bool },
    End,
}

#[derive(Debug)]
pub(super) struct Parser<'t> {
    pub scanner: Scanner<'t>,
    state: State,
    states: Vec<State>,
    /// Where the open collections began.
    opened: Vec<usize>,
    directives: Vec<(String, String)>,
}

type Parse<T> = Result<T, Refusal>;

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            scanner: Scanner::new(text),
            state: State::ImplicitDocumentStart,
            states: Vec::new(),
            opened: Vec::new(),
            directives: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> Parse<Event> {
        match self.state {
            State::ImplicitDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSequenceEntry => self.block_entry(),
            State::IndentlessEntry => self.indentless_entry(),
            State::BlockKey => self.block_key(),
            State::BlockValue => self.block_value(),
            State::FlowEntry { first } => self.flow_entry(first),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                self.scanner.peek()?;
                self.state = State::FlowEntry { first: false };
                Ok(Event::End { end: None })
            }
            State::FlowKey { first } => self.flow_key(first),
            State::FlowValue { empty } => self.flow_value(empty),
            State::End => Ok(Event::StreamEnd),
        }
    }

    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// A mistake in the order of tokens. The library counts its lines from 0 here.
    fn refuse<T>(token: (usize, usize), opened: Option<usize>, message: &str) -> Parse<T> {
        let (at, line) = token;
        Err(Refusal { at, opened, line: (line > 0).then_some(line), message: message.to_owned() })
    }

    fn refuse_next<T>(&mut self, opened: Option<usize>, message: &str) -> Parse<T> {
        let token = self.place()?;
        Self::refuse(token, opened, message)
    }

    fn place(&mut self) -> Parse<(usize, usize)> {
        let token = self.scanner.peek()?;
        Ok((token.start, token.line))
    }

    /// Takes the next token if it is this one; its end.
    fn accept(&mut self, token: &Token) -> Parse<Option<usize>> {
        let next = self.scanner.peek()?;
        if next.token != *token {
            return Ok(None);
        }
        let end = next.end;
        self.scanner.take();
        Ok(Some(end))
    }

    fn next_is(&mut self, tokens: &[Token]) -> Parse<bool> {
        let next = self.scanner.peek()?;
        Ok(tokens.contains(&next.token))
    }

    fn empty(at: usize) -> Event {
        Event::Scalar {
            start: at,
            end: at,
            style: Style::Plain,
            text: None,
            properties: Properties::default(),
        }
    }

    fn document_start(&mut self, implicit: bool) -> Parse<Event> {
        if !implicit {
            while self.accept(&Token::DocumentEnd)?.is_some() {}
        }
        let next = &self.scanner.peek()?.token;
        let marked = matches!(next, Token::Version { .. } | Token::TagDirective(_) | Token::DocumentStart);
        if *next == Token::StreamEnd {
            self.scanner.take();
            self.state = State::End;
            return Ok(Event::StreamEnd);
        }
        self.directives()?;
        self.states.push(State::DocumentEnd);
        if implicit && !marked {
            self.state = State::BlockNode;
        } else {
            if self.accept(&Token::DocumentStart)?.is_none() {
                return self.refuse_next(None, "did not find expected <document start>");
            }
            self.state = State::DocumentContent;
        }
        Ok(Event::DocumentStart)
    }

    fn directives(&mut self) -> Parse<()> {
        let mut version = false;
        loop {
            let token = self.place()?;
            match self.scanner.peek()?.token.clone() {
                Token::Version { major, minor } => {
                    if version {
                        return Self::refuse(token, None, "found duplicate %YAML directive");
                    }
                    if (major, minor) != (1, 1) {
                        return Self::refuse(token, None, "found incompatible YAML document");
                    }
                    version = true;
                }
                Token::TagDirective(directive) => {
                    if self.directives.iter().any(|(handle, _)| *handle == directive.0) {
                        return Self::refuse(token, None, "found duplicate %TAG directive");
                    }
                    self.directives.push(*directive);
                }
                _ => break,
            }
            self.scanner.take();
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.directives.iter().any(|(known, _)| known == handle) {
                self.directives.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }

    fn document_content(&mut self) -> Parse<Event> {
        let next = self.scanner.peek()?;
        let start = next.start;
        match next.token {
            Token::Version { .. }
            | Token::TagDirective(_)
            | Token::DocumentStart
            | Token::DocumentEnd
            | Token::StreamEnd => {
                self.pop();
                Ok(Self::empty(start))
            }
            _ => self.node(true, false),
        }
    }

    fn document_end(&mut self) -> Parse<Event> {
        self.accept(&Token::DocumentEnd)?;
        self.directives.clear();
        self.state = State::DocumentStart;
        Ok(Event::DocumentEnd)
    }

    fn node(&mut self, block: bool, indentless: bool) -> Parse<Event> {
        let next = self.scanner.peek()?;
        let (begin, mut at, mut line) = (next.start, next.start, next.line);
        if next.token == Token::Alias {
            let (start, end) = (next.start, next.end);
            self.scanner.take();
            self.pop();
            return Ok(Event::Alias { start, end });
        }
        let mut properties = Properties::default();
        if matches!(next.token, Token::Anchor | Token::Tag(_)) {
            (at, line) = self.properties(&mut properties)?;
        }
        let next = self.scanner.peek()?;
        let start = next.start;
        match next.token {
            Token::BlockEntry if indentless => {
                self.state = State::IndentlessEntry;
                Ok(Event::Sequence { start, flow: false, properties })
            }
            Token::Scalar(..) => {
                let Some(Placed { token: Token::Scalar(style, text), start, end, .. }) = self.scanner.take()
                else {
                    return Self::refuse((at, line), None, "did not find expected node content");
                };
                self.pop();
                Ok(Event::Scalar { start, end, style, text, properties })
            }
            Token::FlowSequence => {
                self.state = State::FlowEntry { first: true };
                Ok(Event::Sequence { start, flow: true, properties })
            }
            Token::FlowMapping => {
                self.state = State::FlowKey { first: true };
                Ok(Event::Mapping { start, flow: true, properties })
            }
            Token::BlockSequence if block => {
                self.scanner.take();
                self.opened.push(start);
                self.state = State::BlockSequenceEntry;
                Ok(Event::Sequence { start, flow: false, properties })
            }
            Token::BlockMapping if block => {
                self.scanner.take();
                self.opened.push(start);
                self.state = State::BlockKey;
                Ok(Event::Mapping { start, flow: false, properties })
            }
            _ if properties != Properties::default() => {
                self.pop();
                Ok(Event::Scalar { start: at, end: at, style: Style::Plain, text: None, properties })
            }
            _ => self.refuse_next(Some(begin), "did not find expected node content"),
        }
    }

    /// An anchor and a tag in either order, each at most once. Returns the place behind them.
    fn properties(&mut self, properties: &mut Properties) -> Parse<(usize, usize)> {
        let mut tag = None;
        let mut place = (0, 0);
        for _ in 0..2 {
            let next = self.scanner.peek()?;
            match &next.token {
                Token::Anchor if properties.anchor.is_none() => {
                    properties.anchor = Some((next.start, next.end));
                }
                Token::Tag(parts) if tag.is_none() => tag = Some((parts.clone(), (next.start, next.line))),
                _ => break,
            }
            place = (next.end, next.line);
            self.scanner.take();
        }
        // What follows is looked at before the tag is.
        self.scanner.peek()?;
        if let Some((parts, at)) = tag {
            let (handle, suffix) = *parts;
            let full = if handle.is_empty() {
                suffix
            } else {
                match self.directives.iter().find(|(known, _)| *known == handle) {
                    Some((_, prefix)) => format!("{prefix}{suffix}"),
                    None => return Self::refuse(at, None, "found undefined tag handle"),
                }
            };
            properties.tag = Some(full.into());
        }
        Ok(place)
    }

    fn block_entry(&mut self) -> Parse<Event> {
        if let Some(end) = self.accept(&Token::BlockEntry)? {
            if self.next_is(&[Token::BlockEntry, Token::BlockEnd])? {
                return Ok(Self::empty(end));
            }
            self.states.push(State::BlockSequenceEntry);
            return self.node(true, false);
        }
        let opened = self.opened.pop();
        if self.accept(&Token::BlockEnd)?.is_some() {
            self.pop();
            return Ok(Event::End { end: None });
        }
        self.refuse_next(opened, "did not find expected '-' indicator")
    }

    fn indentless_entry(&mut self) -> Parse<Event> {
        if let Some(end) = self.accept(&Token::BlockEntry)? {
            if self.next_is(&[Token::BlockEntry, Token::Key, Token::Value, Token::BlockEnd])? {
                return Ok(Self::empty(end));
            }
            self.states.push(State::IndentlessEntry);
            return self.node(true, false);
        }
        self.pop();
        Ok(Event::End { end: None })
    }

    fn block_key(&mut self) -> Parse<Event> {
        if let Some(end) = self.accept(&Token::Key)? {
            if self.next_is(&[Token::Key, Token::Value, Token::BlockEnd])? {
                self.state = State::BlockValue;
                return Ok(Self::empty(end));
            }
            self.states.push(State::BlockValue);
            return self.node(true, true);
        }
        let opened = self.opened.pop();
        if self.accept(&Token::BlockEnd)?.is_some() {
            self.pop();
            return Ok(Event::End { end: None });
        }
        self.refuse_next(opened, "did not find expected key")
    }

    fn block_value(&mut self) -> Parse<Event> {
        let at = match self.accept(&Token::Value)? {
            Some(end) => {
                if !self.next_is(&[Token::Key, Token::Value, Token::BlockEnd])? {
                    self.states.push(State::BlockKey);
                    return self.node(true, true);
                }
                end
            }
            None => self.place()?.0,
        };
        self.state = State::BlockKey;
        Ok(Self::empty(at))
    }

    fn open_flow(&mut self) -> Parse<()> {
        let at = self.place()?.0;
        self.opened.push(at);
        self.scanner.take();
        Ok(())
    }

    fn close_flow(&mut self) -> Parse<Event> {
        self.scanner.peek()?;
        let end = self.scanner.take().map(|token| token.end);
        self.opened.pop();
        self.pop();
        Ok(Event::End { end })
    }

    fn flow_entry(&mut self, first: bool) -> Parse<Event> {
        if first {
            self.open_flow()?;
        }
        if !self.next_is(&[Token::FlowSequenceEnd])? {
            if !first && self.accept(&Token::FlowEntry)?.is_none() {
                let opened = self.opened.pop();
                return self.refuse_next(opened, "did not find expected ',' or ']'");
            }
            let start = self.place()?.0;
            if self.accept(&Token::Key)?.is_some() {
                self.state = State::FlowPairKey;
                return Ok(Event::Mapping { start, flow: true, properties: Properties::default() });
            }
            if !self.next_is(&[Token::FlowSequenceEnd])? {
                self.states.push(State::FlowEntry { first: false });
                return self.node(false, false);
            }
        }
        self.close_flow()
    }

    fn flow_pair_key(&mut self) -> Parse<Event> {
        if !self.next_is(&[Token::Value, Token::FlowEntry, Token::FlowSequenceEnd])? {
            self.states.push(State::FlowPairValue);
            return self.node(false, false);
        }
        // The library takes the token here, whatever it is.
        let end = self.scanner.take().map_or(0, |token| token.end);
        self.state = State::FlowPairValue;
        Ok(Self::empty(end))
    }

    fn flow_pair_value(&mut self) -> Parse<Event> {
        let mut at = self.place()?.0;
        if let Some(end) = self.accept(&Token::Value)? {
            if !self.next_is(&[Token::FlowEntry, Token::FlowSequenceEnd])? {
                self.states.push(State::FlowPairEnd);
                return self.node(false, false);
            }
            at = end;
        }
        self.state = State::FlowPairEnd;
        Ok(Self::empty(at))
    }

    fn flow_key(&mut self, first: bool) -> Parse<Event> {
        if first {
            self.open_flow()?;
        }
        if !self.next_is(&[Token::FlowMappingEnd])? {
            if !first && self.accept(&Token::FlowEntry)?.is_none() {
                let opened = self.opened.pop();
                return self.refuse_next(opened, "did not find expected ',' or '}'");
            }
            if self.accept(&Token::Key)?.is_some() {
                if self.next_is(&[Token::Value, Token::FlowEntry, Token::FlowMappingEnd])? {
                    self.state = State::FlowValue { empty: false };
                    let at = self.place()?.0;
                    return Ok(Self::empty(at));
                }
                self.states.push(State::FlowValue { empty: false });
                return self.node(false, false);
            }
            if !self.next_is(&[Token::FlowMappingEnd])? {
                self.states.push(State::FlowValue { empty: true });
                return self.node(false, false);
            }
        }
        self.close_flow()
    }

    fn flow_value(&mut self, empty: bool) -> Parse<Event> {
        let mut at = self.place()?.0;
        if !empty && let Some(end) = self.accept(&Token::Value)? {
            if !self.next_is(&[Token::FlowEntry, Token::FlowMappingEnd])? {
                self.states.push(State::FlowKey { first: false });
                return self.node(false, false);
            }
            at = end;
        }
        self.state = State::FlowKey { first: false };
        Ok(Self::empty(at))
    }
}
