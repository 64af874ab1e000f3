//! The arena: a document as a flat, pre-order `Vec` of 16-byte nodes.
//!
//! A node knows its bytes in the file and where its subtree ends, so skipping a value is one addition and a view is
//! a document and an index. Text is borrowed from the source; only a scalar that needs folding or unescaping, or a
//! key that is not written the way it reads (`yes:` reads `true`), has its text in the document's side buffer. What goes
//! over several lines is put together when somebody asks for it: most of it is descriptions in definitions.
//!
//! Aliases and merge keys are expanded when the arena is filled (within goyaml's own limits), so a reader never sees
//! them; the copies carry the places of the anchored nodes.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::late;
use crate::finding::{FileId, Place, Span};
use crate::source::Source;

/// What a node is, after Kubernetes' own resolution of scalars.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// `false` in any of its spellings.
    False,
    /// `true` in any of its spellings.
    True,
    /// An integer that fits 64 bits (signed or unsigned); its text is the decimal form.
    Int,
    /// Any other finite number; its text is the JSON form.
    Float,
    /// A string.
    Str,
    /// A key of a mapping, always a string; the next node is its value.
    Key,
    /// A list; its items follow.
    Seq,
    /// A mapping; pairs of key and value follow.
    Map,
}

/// Bits of `Node::flags`.
pub mod flag {
    /// The text is in the side buffer (at index `next` for scalars and keys).
    pub const COOKED: u8 = 1;
    /// A key that a later key of the same mapping overrides. Not seen through a `View`.
    pub const SHADOWED: u8 = 1 << 1;
    /// Written as a plain scalar (no quotes, no block).
    pub const PLAIN: u8 = 1 << 2;
    /// Came through an alias or a merge key: the place is the anchor's.
    pub const ALIASED: u8 = 1 << 3;
    /// Written in flow style (`{}` or `[]`).
    pub const FLOW: u8 = 1 << 4;
    /// A text of several lines, which is put together when somebody asks for it (at index `next` of those).
    pub const LATE: u8 = 1 << 5;
}

/// One node; 16 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// First byte in the file.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// Lists and mappings: index of the node after the subtree. Scalars and keys: index into the side buffer if
    /// `COOKED`, the number of the text if `LATE`, else unused.
    pub next: u32,
    /// What it is.
    pub kind: Kind,
    /// See `flag`.
    pub flags: u8,
    /// Keys: number of the field in its type plus one, written by `schema`'s typing; 0 before that and for keys
    /// that are no fields. Mappings: the bits of their keys (see `key_bit`), so that most keys that are not there need not
    /// be looked for. Blocks whose text is `LATE`: the column of their lines.
    pub field: u16,
}

const _: () = assert!(size_of::<Node>() == 16);

/// One of sixteen bits for a key, by its length and its ends: equal keys have the same one, and the fields of Kubernetes'
/// types spread well over all of them.
#[inline]
pub(super) const fn key_bit(key: &[u8]) -> u16 {
    match key {
        [] => 1,
        [first, ..] => 1 << ((4 * key.len() + 5 * *first as usize + key[key.len() - 1] as usize) % 16),
    }
}

/// A comment, kept beside the nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// From the `#` to the end of the line.
    pub span: Span,
}

/// A key that was written more than once in one mapping.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repeated {
    /// The earlier key, which is overridden.
    pub first: u32,
    /// The later key, whose value counts.
    pub second: u32,
}

/// Texts that are not written the way they read, one behind the other.
#[derive(Clone, Default, Debug)]
pub(super) struct Texts {
    pub(super) text: String,
    /// Where each of them ends.
    pub(super) ends: Vec<u32>,
}

impl Texts {
    /// Ends the text that has been written behind the last one; its number.
    pub(super) fn end(&mut self) -> u32 {
        self.ends.push(self.text.len() as u32);
        self.ends.len() as u32 - 1
    }

    fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(number).copied().unwrap_or(0);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// One document of a file.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) source: Arc<Source>,
    pub(super) file: FileId,
    /// Position among the file's documents, empty ones counted (`index` of the machine format).
    pub index: u32,
    /// From the byte after its `---` line to the next one (or the end of the file).
    pub span: Span,
    /// Read as JSON (a repeated key and a number are judged by JSON's rules).
    pub json: bool,
    /// It could not be read: it has no nodes, and a finding says why.
    pub broken: bool,
    pub(super) nodes: Vec<Node>,
    pub(super) cooked: Texts,
    pub(super) comments: Vec<Comment>,
    pub(super) repeated: Vec<Repeated>,
    shared: OnceLock<Vec<Span>>,
    /// Texts that are put together when somebody asks for them: how many, and those that were asked for.
    pub(super) lates: u32,
    late: OnceLock<Box<[OnceLock<Box<str>>]>>,
}

impl Document {
    /// An empty document, to be filled by a parser.
    pub fn new(source: Arc<Source>, file: FileId, index: u32, span: Span) -> Self {
        Self {
            source,
            file,
            index,
            span,
            json: false,
            broken: false,
            nodes: Vec::new(),
            cooked: Texts::default(),
            comments: Vec::new(),
            repeated: Vec::new(),
            shared: OnceLock::new(),
            lates: 0,
            late: OnceLock::new(),
        }
    }

    /// True if what is written at a node is read at another place too, through an alias or a merge.
    pub fn is_shared(&self, node: Node) -> bool {
        let shared = self.shared.get_or_init(|| {
            let copies = self.nodes.iter().filter(|node| node.flags & flag::ALIASED != 0);
            let mut spans: Vec<Span> = copies.map(|node| Span::new(node.start, node.end)).collect();
            spans.sort_unstable();
            spans.dedup_by(|next, last| {
                let within = next.start <= last.end;
                last.end = if within { last.end.max(next.end) } else { last.end };
                within
            });
            spans
        });
        let before = shared.partition_point(|span| span.start <= node.start);
        before.checked_sub(1).and_then(|at| shared.get(at)).is_some_and(|span| node.end <= span.end)
    }

    /// The value of the document; `None` if it holds nothing but comments.
    pub fn root(&self) -> Option<View<'_>> {
        (!self.nodes.is_empty()).then_some(View { doc: self, at: 0 })
    }

    /// The node at an index.
    pub fn view(&self, at: u32) -> View<'_> {
        View { doc: self, at }
    }

    /// The file it is in.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The text it is in.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// All nodes, pre-order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// For `schema`'s typing: notes the number of a field at its key.
    pub fn annotate(&mut self, key: u32, field: u16) {
        self.nodes[key as usize].field = field;
    }

    /// Comments in order of place.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Keys that were repeated, in order of place.
    pub fn repeated(&self) -> &[Repeated] {
        &self.repeated
    }

    pub(super) fn text(&self, at: u32) -> &str {
        let node = self.nodes[at as usize];
        if node.flags & flag::COOKED != 0 {
            return self.cooked.get(node.next);
        }
        let written = self.source.text().get(node.start as usize..node.end as usize).unwrap_or_default();
        if node.flags & flag::LATE != 0 { self.late(node, written) } else { written }
    }

    fn late(&self, node: Node, written: &str) -> &str {
        let all = self.late.get_or_init(|| (0..self.lates).map(|_| OnceLock::new()).collect());
        let text = all.get(node.next as usize);
        let put_together = || late::put_together(written, usize::from(node.field)).into_boxed_str();
        text.map_or("", |text| text.get_or_init(put_together))
    }

    pub(super) fn after(&self, at: u32) -> u32 {
        let node = self.nodes[at as usize];
        match node.kind {
            Kind::Seq | Kind::Map => node.next,
            _ => at + 1,
        }
    }
}

/// A value in a document: a document and an index. Knows its place.
#[derive(Clone, Copy)]
pub struct View<'d> {
    doc: &'d Document,
    at: u32,
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "View({} {:?})", self.at, self.kind())
    }
}

impl<'d> View<'d> {
    /// The document.
    pub fn document(self) -> &'d Document {
        self.doc
    }

    /// Index of the node.
    pub fn index(self) -> u32 {
        self.at
    }

    /// Index of the node after its subtree.
    pub fn after(self) -> u32 {
        self.doc.after(self.at)
    }

    /// The node itself.
    pub fn node(self) -> Node {
        self.doc.nodes[self.at as usize]
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// Its bytes in the file. A quoted scalar's span is that of its text between the quotes.
    pub fn span(self) -> Span {
        let node = self.node();
        Span::new(node.start, node.end)
    }

    /// Its place. That of an empty text in quotes are the quotes: something must be there to point at.
    pub fn place(self) -> Place {
        let span = self.span();
        if span.start < span.end {
            return Place::new(self.doc.file, span);
        }
        let bytes = self.doc.source().text().as_bytes();
        let around = |at: u32| bytes.get(at as usize).copied();
        let quoted = span.start > 0
            && matches!(around(span.start - 1), Some(b'"' | b'\''))
            && around(span.start - 1) == around(span.end);
        if quoted {
            return Place::new(self.doc.file, Span::new(span.start - 1, span.end + 1));
        }
        Place::new(self.doc.file, span)
    }

    /// The text of a scalar or key: the string itself, or the JSON form of a number, boolean or null.
    pub fn text(self) -> &'d str {
        match self.kind() {
            Kind::Null => "null",
            Kind::True => "true",
            Kind::False => "false",
            Kind::Seq | Kind::Map => "",
            _ => self.doc.text(self.at),
        }
    }

    /// The text for this once: if it has to be put together, it is not kept.
    pub fn text_once(self) -> Cow<'d, str> {
        let node = self.node();
        if node.flags & flag::LATE != 0 {
            return late::put_together(self.written(), usize::from(node.field)).into();
        }
        self.text().into()
    }

    /// The text as it is written in the file.
    pub fn written(self) -> &'d str {
        let node = self.node();
        self.doc.source.text().get(node.start as usize..node.end as usize).unwrap_or_default()
    }

    /// True if written without quotes.
    pub fn is_plain(self) -> bool {
        self.node().flags & flag::PLAIN != 0
    }

    /// True for null (and nothing).
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// True for a string that is not empty: nothing is put together to tell that.
    pub fn has_text(self) -> bool {
        let node = self.node();
        node.kind == Kind::Str && (node.flags & flag::LATE != 0 || !self.doc.text(self.at).is_empty())
    }

    /// The string, if it is one.
    pub fn as_str(self) -> Option<&'d str> {
        matches!(self.kind(), Kind::Str | Kind::Key).then(|| self.doc.text(self.at))
    }

    /// The boolean, if it is one.
    pub fn as_bool(self) -> Option<bool> {
        match self.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// The integer, if it is one that fits.
    pub fn as_i64(self) -> Option<i64> {
        (self.kind() == Kind::Int).then(|| self.doc.text(self.at).parse().ok()).flatten()
    }

    /// The number as a float, if it is a number.
    pub fn as_f64(self) -> Option<f64> {
        matches!(self.kind(), Kind::Int | Kind::Float).then(|| self.doc.text(self.at).parse().ok()).flatten()
    }

    /// Items of a list; nothing for anything else.
    pub fn items(self) -> Children<'d> {
        let at = if self.kind() == Kind::Seq { self.at + 1 } else { u32::MAX };
        Children { doc: self.doc, at, end: self.doc.after(self.at) }
    }

    /// Keys and values of a mapping, overridden keys left out; nothing for anything else.
    pub fn entries(self) -> Entries<'d> {
        let at = if self.kind() == Kind::Map { self.at + 1 } else { u32::MAX };
        Entries { doc: self.doc, at, end: self.doc.after(self.at) }
    }

    /// All keys and values of a mapping as they are written, those included that a later key overrides.
    pub fn written_entries(self) -> impl Iterator<Item = (View<'d>, View<'d>)> {
        let Entries { doc, mut at, end } = self.entries();
        std::iter::from_fn(move || {
            let key = (at < end).then_some(View { doc, at })?;
            at = doc.after(key.at + 1);
            Some((key, View { doc, at: key.at + 1 }))
        })
    }

    /// The value of a key of a mapping. A null value is there (`Some`).
    pub fn get(self, name: &str) -> Option<View<'d>> {
        self.entry(name).map(|(_, value)| value)
    }

    /// False if it is no mapping, or one that certainly has no such key.
    #[inline]
    pub fn may_have(self, name: &str) -> bool {
        let map = self.node();
        map.kind == Kind::Map && map.field & key_bit(name.as_bytes()) != 0
    }

    /// The key node and the value of a key of a mapping.
    #[inline]
    pub fn entry(self, name: &str) -> Option<(View<'d>, View<'d>)> {
        if self.may_have(name) { self.find(name.as_bytes()) } else { None }
    }

    fn find(self, name: &[u8]) -> Option<(View<'d>, View<'d>)> {
        let doc = self.doc;
        let nodes = doc.nodes.get(..self.node().next as usize)?;
        let text = doc.source.text().as_bytes();
        let mut at = self.at as usize + 1;
        while let Some([key, value]) = nodes.get(at..at + 2) {
            let is = if key.flags & flag::COOKED == 0 {
                // Most keys are told apart by how long they are.
                (key.end - key.start) as usize == name.len()
                    && text.get(key.start as usize..key.end as usize) == Some(name)
            } else {
                doc.text(at as u32).as_bytes() == name
            };
            if is && key.flags & flag::SHADOWED == 0 {
                return Some((View { doc, at: at as u32 }, View { doc, at: at as u32 + 1 }));
            }
            at = match value.kind {
                Kind::Seq | Kind::Map => value.next as usize,
                _ => at + 2,
            };
        }
        None
    }

    /// The value at the end of a path of keys.
    pub fn at(self, path: &[&str]) -> Option<View<'d>> {
        path.iter().try_fold(self, |view, name| view.get(name))
    }

    /// The key (if it has one) and the value at a JSON Pointer (RFC 6901).
    pub fn pointer(self, pointer: &str) -> Option<(Option<View<'d>>, View<'d>)> {
        pointer.split('/').skip(1).try_fold((None, self), |(_, view), step| {
            let step = step.replace("~1", "/").replace("~0", "~");
            match view.kind() {
                Kind::Seq => Some((None, view.items().nth(step.parse().ok()?)?)),
                _ => view.entry(&step).map(|(key, value)| (Some(key), value)),
            }
        })
    }

    /// Number of items or entries.
    pub fn len(self) -> usize {
        match self.kind() {
            Kind::Seq => self.items().count(),
            Kind::Map => self.entries().count(),
            _ => 0,
        }
    }

    /// True if there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Items of a list.
#[derive(Clone, Debug)]
pub struct Children<'d> {
    doc: &'d Document,
    at: u32,
    end: u32,
}

impl<'d> Iterator for Children<'d> {
    type Item = View<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let view = View { doc: self.doc, at: self.at };
        self.at = self.doc.after(self.at);
        Some(view)
    }
}

/// Keys and values of a mapping.
#[derive(Clone, Debug)]
pub struct Entries<'d> {
    doc: &'d Document,
    at: u32,
    end: u32,
}

impl<'d> Iterator for Entries<'d> {
    type Item = (View<'d>, View<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.at >= self.end {
                return None;
            }
            let key = View { doc: self.doc, at: self.at };
            let value = View { doc: self.doc, at: self.at + 1 };
            self.at = self.doc.after(self.at + 1);
            if key.node().flags & flag::SHADOWED == 0 {
                return Some((key, value));
            }
        }
    }
}
