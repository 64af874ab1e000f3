//! The full reader: one chunk of text to one document, as `sigs.k8s.io/yaml` turns it into JSON.
//!
//! Kubernetes reads in three steps, and so the first mistake that it names is not always the first in the text: the tree is
//! made (syntax, unknown anchors), then decoded (tags, merges, what is no key, aliases in excess), then turned into JSON
//! (null keys, infinities). Here the arena is filled while the events come; a mistake of the second step stops the
//! filling, and the events are read on for one of the first.

use rustc_hash::FxHashMap;

use super::arena::{Document, Kind, flag};
use super::build::Builder;
use super::encoding::{self, Fault};
use super::events::{Event, Parser, Properties};
use super::gosyntax;
use super::scalar::{self, Scalar, is_merge, resolve};
use super::scan::{Refusal, Style};
use crate::finding::Span;

/// A document that could not be read, and why.
#[derive(Debug)]
pub(super) struct Unread {
    pub refusal: Refusal,
    /// Which of the three steps refused it.
    pub why: Why,
}

impl Unread {
    /// The sentence as the conversion to JSON prints it.
    pub(super) fn text(&self) -> String {
        match self.why {
            Why::Json => self.refusal.message.clone(),
            _ => self.refusal.text(),
        }
    }
}

/// Why a document could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Why {
    /// It is no YAML, or decodes to nothing.
    Syntax,
    /// It is YAML that JSON has no form for.
    Json,
    Encoding,
    Aliases,
}

/// A chunk of text as the library is given it.
#[derive(Debug)]
pub(super) struct Chunk<'t> {
    pub text: &'t [u8],
    /// Offset of the chunk in the file.
    pub base: u32,
    /// The first byte that is no text, if there is one.
    pub fault: Option<Fault>,
}

/// Reads the first document of a chunk into `doc`. What follows it is not looked at.
pub(super) fn read(doc: Document, chunk: &Chunk<'_>) -> Result<Document, Unread> {
    let readable = match &chunk.fault {
        Some(fault) => &chunk.text[..encoding::block_start(chunk.text, fault.at)],
        None => chunk.text,
    };
    let mut parser = Parser::new(readable);
    let mut composer = Composer::new(doc, readable, chunk.base);
    let result = composer.compose(&mut parser);
    // The library reads in blocks: a byte that is no text is seen when its block is needed, not before.
    if let Some(fault) = &chunk.fault
        && parser.scanner.looked_past()
    {
        return Err(Unread { refusal: Refusal::at(fault.at, fault.message), why: Why::Encoding });
    }
    result.map_err(|refusal| Unread { refusal, why: Why::Syntax })?;
    if let Some(unread) = composer.refusal.take() {
        return Err(unread);
    }
    for &(start, end) in &parser.scanner.comments {
        let span = composer.span(start, end);
        composer.out.comment(span);
    }
    let odd = std::mem::take(&mut composer.odd);
    let doc = composer.out.finish();
    match first_odd(&doc, &odd) {
        Some(message) => {
            let at = doc.view(message.0).span().start.saturating_sub(chunk.base) as usize;
            Err(Unread { refusal: Refusal::at(at, message.1), why: Why::Json })
        }
        None => Ok(doc),
    }
}

/// What YAML has and JSON has not. Only an error if no later key overrides it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Odd {
    NullKey,
    UintKey(u64),
    Number(f64),
}

/// The first of the odd nodes that is seen, and the sentence about it.
fn first_odd(doc: &Document, odd: &[(u32, Odd)]) -> Option<(u32, String)> {
    if odd.is_empty() {
        return None;
    }
    let (mut at, mut candidates) = (0, odd.iter().peekable());
    let mut number = None;
    while (at as usize) < doc.nodes().len() {
        let node = doc.nodes()[at as usize];
        if node.flags & flag::SHADOWED != 0 {
            at = doc.after(at + 1);
            continue;
        }
        while candidates.next_if(|(odd, _)| *odd < at).is_some() {}
        if let Some((_, odd)) = candidates.next_if(|(odd, _)| *odd == at) {
            let value = || gosyntax::value(doc.view(at + 1));
            match odd {
                Odd::NullKey => {
                    let message =
                        format!("unsupported map key of type: %!s(<nil>), key: <nil>, value: {}", value());
                    return Some((at, message));
                }
                Odd::UintKey(key) => {
                    let message =
                        format!("unsupported map key of type: uint64, key: {key:#x}, value: {}", value());
                    return Some((at, message));
                }
                // Numbers are only looked at when all keys are fine.
                Odd::Number(value) => {
                    number = number.or_else(|| {
                        Some((at, format!("json: unsupported value: {}", scalar::display_float(*value))))
                    });
                }
            }
        }
        at += 1;
    }
    number
}

/// Writes a resolved scalar as a key or a value; says if JSON has no form for it.
pub(super) fn write(
    out: &mut Builder,
    key: bool,
    scalar: &Scalar<'_>,
    span: Span,
    flags: u8,
    written: &str,
) -> Option<Odd> {
    let kind = match scalar {
        _ if key => Kind::Key,
        Scalar::Null => Kind::Null,
        Scalar::Bool(true) => Kind::True,
        Scalar::Bool(false) => Kind::False,
        Scalar::Str(_) => Kind::Str,
        Scalar::Int(_) | Scalar::Uint(_) => Kind::Int,
        Scalar::Float(_) => Kind::Float,
    };
    match scalar {
        Scalar::Str(text) if text == written => out.plain(kind, span, flags),
        Scalar::Str(text) => out.cooked(kind, span, flags, text),
        Scalar::Null if key => {
            out.cooked(kind, span, flags, "null");
            return Some(Odd::NullKey);
        }
        Scalar::Bool(value) if key => out.cooked(kind, span, flags, if *value { "true" } else { "false" }),
        // No text: their kind says all.
        Scalar::Null | Scalar::Bool(_) => out.plain(kind, span, flags),
        Scalar::Int(_) if !key && scalar::is_canonical_int(written) => out.plain(kind, span, flags),
        Scalar::Int(value) => number(out, kind, span, flags, written, &value.to_string()),
        Scalar::Uint(value) => {
            number(out, kind, span, flags, written, &value.to_string());
            return key.then_some(Odd::UintKey(*value));
        }
        Scalar::Float(value) if key => out.cooked(kind, span, flags, &scalar::key_float(*value)),
        Scalar::Float(value) if !value.is_finite() => {
            number(out, kind, span, flags, written, &scalar::display_float(*value));
            return Some(Odd::Number(*value));
        }
        // Through JSON, 80.0 and 8e1 are integers.
        Scalar::Float(value) => {
            let text = scalar::json_float(*value);
            let fits = text != "-0" && (text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok());
            number(out, if fits { Kind::Int } else { kind }, span, flags, written, &text)
        }
    };
    None
}

/// A number, which has a text of its own unless it is a value that is written just so.
fn number(out: &mut Builder, kind: Kind, span: Span, flags: u8, written: &str, text: &str) -> u32 {
    if kind != Kind::Key && text == written {
        out.plain(kind, span, flags)
    } else {
        out.cooked(kind, span, flags, text)
    }
}

/// What an anchor stands for.
#[derive(Clone, Debug)]
enum Anchored {
    /// A collection that is not closed yet.
    Open,
    Scalar(Scalar<'static>, Span),
    /// A closed collection, and how many steps decoding it takes.
    Node(u32, u64),
}

#[derive(Debug)]
struct Frame {
    at: u32,
    map: bool,
    /// In a mapping: a key was read, its value is next.
    value_next: bool,
    /// The value that is next is merged.
    merge: bool,
    /// The collection stands where a key is due.
    key: bool,
    anchor: Option<Box<str>>,
    /// Decoding steps before it.
    steps: u64,
}

struct Composer<'t> {
    out: Builder,
    text: &'t [u8],
    base: u32,
    frames: Vec<Frame>,
    anchors: FxHashMap<Box<str>, Anchored>,
    /// Decoding steps so far, and those that aliases caused.
    steps: u64,
    aliased: u64,
    /// What decoding would refuse.
    refusal: Option<Unread>,
    odd: Vec<(u32, Odd)>,
    /// End of what was read last.
    end: usize,
}

impl<'t> Composer<'t> {
    fn new(doc: Document, text: &'t [u8], base: u32) -> Self {
        Self {
            out: Builder::new(doc),
            text,
            base,
            frames: Vec::new(),
            anchors: FxHashMap::default(),
            // The document itself is the first step.
            steps: 1,
            aliased: 0,
            refusal: None,
            odd: Vec::new(),
            end: 0,
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        // The line break that kubectl adds is not in the file.
        let limit = self.out.document().span.end;
        let offset = |at: usize| (self.base + at.min(self.text.len()) as u32).min(limit);
        Span::new(offset(start), offset(end))
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        let end = end.min(self.text.len());
        std::str::from_utf8(self.text.get(start..end).unwrap_or_default()).unwrap_or_default()
    }

    fn compose(&mut self, parser: &mut Parser<'t>) -> Result<(), Refusal> {
        if parser.next()? == Event::StreamEnd {
            return Ok(());
        }
        let mut depth = 0usize;
        loop {
            let event = parser.next()?;
            match &event {
                Event::Sequence { .. } | Event::Mapping { .. } => depth += 1,
                Event::End { .. } => depth = depth.saturating_sub(1),
                Event::Alias { start, end } => {
                    let name = self.slice(*start, *end);
                    if !self.anchors.contains_key(name) {
                        return Err(Refusal::at(
                            start.saturating_sub(1),
                            format!("unknown anchor '{name}' referenced"),
                        ));
                    }
                }
                _ => {}
            }
            if self.refusal.is_none() {
                self.event(event);
            } else if let Event::Sequence { properties, .. }
            | Event::Mapping { properties, .. }
            | Event::Scalar { properties, .. } = event
                && let Some((start, end)) = properties.anchor
            {
                self.anchors.insert(self.slice(start, end).into(), Anchored::Open);
            }
            if depth == 0 {
                break;
            }
        }
        // The library wants to see where the document ends, so a mistake in the very next token counts.
        parser.next().map(|_| ())
    }

    fn refuse(&mut self, at: usize, message: impl Into<String>) {
        self.refusal.get_or_insert(Unread { refusal: Refusal::at(at, message), why: Why::Syntax });
    }

    /// Counts decoding steps; refuses when too many of them came through aliases.
    fn count(&mut self, at: usize, own: u64, aliased: u64) {
        const LOW: u64 = 400_000;
        const HIGH: u64 = 4_000_000;
        self.steps += own + aliased;
        self.aliased += aliased;
        if self.aliased <= 100 || self.steps <= 1000 {
            return;
        }
        let allowed = match self.steps {
            ..=LOW => 0.99,
            HIGH.. => 0.10,
            steps => 0.99 - 0.89 * ((steps - LOW) as f64 / (HIGH - LOW) as f64),
        };
        if self.aliased as f64 / self.steps as f64 > allowed {
            self.refusal.get_or_insert(Unread {
                refusal: Refusal::at(at, "document contains excessive aliasing"),
                why: Why::Aliases,
            });
        }
    }

    fn key_due(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.map && !frame.value_next)
    }

    fn merging(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.map && frame.value_next && frame.merge)
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Scalar { start, end, style, text, properties } => {
                self.end = end;
                self.scalar(start, end, style, text, properties);
            }
            Event::Alias { start, end } => {
                self.end = end;
                self.alias(start, end);
            }
            Event::Sequence { start, flow, properties } => {
                self.open(Kind::Seq, start, flow, &properties);
            }
            Event::Mapping { start, flow, properties } => {
                self.open(Kind::Map, start, flow, &properties);
            }
            Event::End { end } => self.close(end),
            Event::StreamEnd | Event::DocumentStart | Event::DocumentEnd => {}
        }
    }

    fn scalar(
        &mut self,
        start: usize,
        end: usize,
        style: Style,
        cooked: Option<Box<str>>,
        properties: Properties,
    ) {
        let key = self.key_due();
        let tag = properties.tag.as_deref();
        let text = cooked.as_deref().unwrap_or_else(|| self.slice(start, end));
        let span = self.span(start, end);
        let flags = if style == Style::Plain { flag::PLAIN } else { 0 };
        if key && is_merge(text, style, tag) {
            if let Some(anchor) = properties.anchor {
                self.anchor(anchor, Anchored::Scalar(Scalar::Str("<<".into()), span));
            }
            self.out.plain(Kind::Key, span, flags | flag::SHADOWED);
            if let Some(frame) = self.frames.last_mut() {
                (frame.value_next, frame.merge) = (true, true);
            }
            return;
        }
        if self.merging() {
            return self.refuse(start, "map merge requires map or sequence of maps as the value");
        }
        self.count(start, 1, 0);
        let resolved = match resolve(text, style, tag) {
            Ok(resolved) => resolved,
            Err(message) => return self.refuse(start, message),
        };
        if let Some(anchor) = properties.anchor {
            let owned = match &resolved {
                Scalar::Str(text) => Scalar::Str(text.to_string().into()),
                Scalar::Null => Scalar::Null,
                Scalar::Bool(value) => Scalar::Bool(*value),
                Scalar::Int(value) => Scalar::Int(*value),
                Scalar::Uint(value) => Scalar::Uint(*value),
                Scalar::Float(value) => Scalar::Float(*value),
            };
            self.anchor(anchor, Anchored::Scalar(owned, span));
        }
        let written = self.slice(start, end);
        self.emit(key, &resolved, span, flags, written);
        self.done(key);
    }

    fn anchor(&mut self, (start, end): (usize, usize), to: Anchored) {
        self.anchors.insert(self.slice(start, end).into(), to);
    }

    /// Writes a scalar as a key or a value.
    fn emit(&mut self, key: bool, scalar: &Scalar<'_>, span: Span, flags: u8, written: &str) {
        let at = self.out.len();
        if let Some(odd) = write(&mut self.out, key, scalar, span, flags, written) {
            self.odd.push((at, odd));
        }
    }

    fn alias(&mut self, start: usize, end: usize) {
        let name = self.slice(start, end);
        let (key, at) = (self.key_due(), start.saturating_sub(1));
        let Some(target) = self.anchors.get(name).cloned() else { return };
        let steps = match &target {
            Anchored::Open => return self.refuse(at, format!("anchor '{name}' value contains itself")),
            Anchored::Scalar(..) => 1,
            Anchored::Node(_, steps) => *steps,
        };
        let is_map =
            matches!(&target, Anchored::Node(node, _) if self.out.document().view(*node).kind() == Kind::Map);
        if self.merging() && !is_map {
            return self.refuse(at, "map merge requires map or sequence of maps as the value");
        }
        // Counted before it is copied, so that a bomb never goes off.
        self.count(at, 1, steps);
        if self.refusal.is_some() {
            return;
        }
        match target {
            Anchored::Scalar(scalar, span) => {
                let written = self.written(span);
                self.emit(key, &scalar, span, flag::ALIASED, written);
            }
            Anchored::Node(node, _) if key => {
                let key = gosyntax::value(self.out.document().view(node));
                return self.refuse(at, format!("invalid map key: {key}"));
            }
            Anchored::Node(node, _) if self.merging() => {
                let span = self.span(at, end);
                self.out.plain(Kind::Null, span, flag::ALIASED);
                self.merge(node);
            }
            Anchored::Node(node, _) => {
                let (from, to) = (node, self.out.copy(node));
                let until = self.out.document().after(from);
                let odd: Vec<_> =
                    self.odd.iter().filter(|(at, _)| (from..until).contains(at)).copied().collect();
                self.odd.extend(odd.into_iter().map(|(at, odd)| (at - from + to, odd)));
            }
            Anchored::Open => {}
        }
        self.done(key);
    }

    fn written(&self, span: Span) -> &'t str {
        self.slice((span.start - self.base) as usize, (span.end - self.base) as usize)
    }

    fn open(&mut self, kind: Kind, start: usize, flow: bool, properties: &Properties) {
        let (key, steps) = (self.key_due(), self.steps);
        // A list of maps to merge is not decoded itself.
        if !(self.merging() && kind == Kind::Seq) {
            self.count(start, 1, 0);
        }
        let anchor = properties.anchor.map(|(start, end)| self.slice(start, end).into());
        if let Some(anchor) = properties.anchor {
            self.anchor(anchor, Anchored::Open);
        }
        let flags = if flow { flag::FLOW } else { 0 };
        let start = self.span(start, start).start;
        let at = self.out.open(kind, start, flags);
        self.frames.push(Frame {
            at,
            map: kind == Kind::Map,
            value_next: false,
            merge: false,
            key,
            anchor,
            steps,
        });
    }

    fn close(&mut self, end: Option<usize>) {
        let Some(frame) = self.frames.pop() else { return };
        if let Some(end) = end {
            self.end = end;
        }
        let end = self.span(self.end, self.end).end;
        self.out.close(frame.at, end);
        if let Some(anchor) = frame.anchor {
            self.anchors.insert(anchor, Anchored::Node(frame.at, self.steps - frame.steps));
        }
        if frame.key {
            let view = self.out.document().view(frame.at);
            let (at, key) = ((view.span().start - self.base) as usize, gosyntax::value(view));
            return self.refuse(at, format!("invalid map key: {key}"));
        }
        if self.merging() {
            self.merge_value(frame.at);
        }
        self.done(false);
    }

    /// Merges a mapping, or a list of mappings of which the earlier win.
    fn merge_value(&mut self, value: u32) {
        let doc = self.out.document();
        let view = doc.view(value);
        if view.kind() == Kind::Map {
            return self.merge(value);
        }
        let maps: Vec<(u32, Kind, u32)> =
            view.items().map(|item| (item.index(), item.kind(), item.span().start)).collect();
        for (map, kind, start) in maps.into_iter().rev() {
            if kind != Kind::Map {
                let at = (start - self.base) as usize;
                return self.refuse(at, "map merge requires map or sequence of maps as the value");
            }
            self.merge(map);
        }
    }

    /// Appends copies of a mapping's entries: where the merge stands counts, so they win over what stands before them
    /// and lose against what comes later.
    fn merge(&mut self, map: u32) {
        let entries: Vec<(u32, u32)> = self
            .out
            .document()
            .view(map)
            .entries()
            .map(|(key, value)| (key.index(), value.index()))
            .collect();
        for (key, value) in entries {
            self.out.copy(key);
            self.out.copy(value);
        }
    }

    /// A node is complete.
    fn done(&mut self, key: bool) {
        if let Some(frame) = self.frames.last_mut()
            && frame.map
        {
            frame.value_next = key;
            if !key {
                frame.merge = false;
            }
        }
    }
}
