//! Filling an arena: what every parser of this floor writes through.

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::arena::{Comment, Document, Kind, Node, Repeated, Texts, flag, key_bit};
use super::fast::Frame;
use crate::finding::Span;

/// Nodes above which a document keeps the buffer that it was read into, instead of copying them out.
const LARGE: usize = 1 << 15;

/// Buffers that documents are read into, kept from one to the next: a reader needs memory only for what stays.
#[derive(Debug, Default)]
pub struct Buffers {
    nodes: Vec<Node>,
    texts: Texts,
    comments: Vec<Comment>,
    pub(super) frames: Vec<Frame>,
    pub(super) fast: usize,
    pub(super) full: usize,
}

impl Buffers {
    fn clear(&mut self) {
        self.nodes.clear();
        self.texts.text.clear();
        self.texts.ends.clear();
        self.comments.clear();
    }

    /// Numbers of YAML documents that the fast reader has read, and of those that it left to the full one.
    pub fn documents(&self) -> (usize, usize) {
        (self.fast, self.full)
    }
}

/// Writes nodes in pre-order into a document.
#[derive(Debug)]
pub struct Builder {
    doc: Document,
}

impl Builder {
    /// Starts to fill an empty document.
    pub fn new(mut doc: Document) -> Self {
        // 64 nodes a KB is what manifests have. A JSON value does not know its end yet, so not too much at once.
        doc.nodes.reserve((doc.span.len() as usize / 16 + 1).min(1 << 14));
        Self { doc }
    }

    /// Starts to fill an empty document, in buffers that are kept.
    pub(super) fn reusing(mut doc: Document, buffers: &mut Buffers) -> Self {
        doc.nodes = std::mem::take(&mut buffers.nodes);
        doc.cooked = std::mem::take(&mut buffers.texts);
        doc.comments = std::mem::take(&mut buffers.comments);
        Self { doc }
    }

    /// The filled document; the buffers are free for the next one.
    pub(super) fn finish_reusing(self, buffers: &mut Buffers) -> Document {
        if self.doc.nodes.len() > LARGE || self.doc.cooked.text.len() > 16 * LARGE {
            return self.finish();
        }
        let Self { mut doc } = self;
        doc.repeated.sort_by_key(|r| r.second);
        let nodes = doc.nodes.as_slice().into();
        let comments = doc.comments.as_slice().into();
        let texts = Texts { text: doc.cooked.text.as_str().into(), ends: doc.cooked.ends.as_slice().into() };
        buffers.nodes = std::mem::replace(&mut doc.nodes, nodes);
        buffers.texts = std::mem::replace(&mut doc.cooked, texts);
        buffers.comments = std::mem::replace(&mut doc.comments, comments);
        buffers.clear();
        doc
    }

    /// The document as empty as it was.
    pub(super) fn give_up(self, buffers: &mut Buffers) -> Document {
        let Self { mut doc } = self;
        doc.lates = 0;
        doc.repeated.clear();
        buffers.nodes = std::mem::take(&mut doc.nodes);
        buffers.texts = std::mem::take(&mut doc.cooked);
        buffers.comments = std::mem::take(&mut doc.comments);
        buffers.clear();
        doc
    }

    /// Number of nodes so far: the index of the next one.
    pub fn len(&self) -> u32 {
        self.doc.nodes.len() as u32
    }

    /// True before the first node.
    pub fn is_empty(&self) -> bool {
        self.doc.nodes.is_empty()
    }

    /// A scalar or key whose text is the source's bytes at `span`.
    pub fn plain(&mut self, kind: Kind, span: Span, flags: u8) -> u32 {
        self.push(Node { start: span.start, end: span.end, next: 0, kind, flags, field: 0 })
    }

    /// A scalar or key with a text of its own.
    pub fn cooked(&mut self, kind: Kind, span: Span, flags: u8, text: &str) -> u32 {
        self.doc.cooked.text.push_str(text);
        self.written(kind, span, flags)
    }

    /// The buffer of such texts, to write one at its end; `written` makes a node of it.
    pub(super) fn buffer(&mut self) -> &mut String {
        &mut self.doc.cooked.text
    }

    /// A scalar or key with the text that has been written to `buffer`.
    pub(super) fn written(&mut self, kind: Kind, span: Span, flags: u8) -> u32 {
        let next = self.doc.cooked.end();
        self.push(Node {
            start: span.start,
            end: span.end,
            next,
            kind,
            flags: flags | flag::COOKED,
            field: 0,
        })
    }

    /// A text of several lines that is put together when somebody asks for it. `indent`: the column of the lines of a block.
    pub(super) fn late(&mut self, span: Span, flags: u8, indent: u16) -> u32 {
        let next = self.next_late();
        self.push(Node {
            start: span.start,
            end: span.end,
            next,
            kind: Kind::Str,
            flags: flags | flag::LATE,
            field: indent,
        })
    }

    fn next_late(&mut self) -> u32 {
        self.doc.lates += 1;
        self.doc.lates - 1
    }

    /// The plain value that was written last goes on, on another line, up to `end`.
    pub(super) fn go_on(&mut self, end: u32) {
        let Some(&node) = self.doc.nodes.last() else { return };
        // A number may have had a text of its own.
        if node.flags & flag::COOKED != 0 {
            let Texts { text, ends } = &mut self.doc.cooked;
            ends.pop();
            text.truncate(ends.last().map_or(0, |&end| end as usize));
        }
        let next = if node.flags & flag::LATE != 0 { node.next } else { self.next_late() };
        let flags = node.flags & !flag::COOKED | flag::LATE;
        if let Some(last) = self.doc.nodes.last_mut() {
            *last = Node { end, next, kind: Kind::Str, flags, ..node };
        }
    }

    /// A list or mapping that starts at `start`; to be closed with `close`.
    pub fn open(&mut self, kind: Kind, start: u32, flags: u8) -> u32 {
        self.push(Node { start, end: start, next: 0, kind, flags, field: 0 })
    }

    /// Closes a list or mapping whose last byte is before `end`. In a mapping the last of equal keys wins.
    pub fn close(&mut self, at: u32, end: u32) {
        let next = self.len();
        let node = &mut self.doc.nodes[at as usize];
        node.next = next;
        node.end = end.max(node.start);
        if node.kind == Kind::Map {
            self.shadow(at);
        }
    }

    /// Appends a copy of a closed subtree (an alias).
    pub fn copy(&mut self, from: u32) -> u32 {
        let at = self.len();
        let until = self.doc.after(from);
        for i in from..until {
            let mut node = self.doc.nodes[i as usize];
            node.flags |= flag::ALIASED;
            if matches!(node.kind, Kind::Seq | Kind::Map) {
                node.next = node.next - from + at;
            }
            self.doc.nodes.push(node);
        }
        at
    }

    /// Notes a comment.
    pub fn comment(&mut self, span: Span) {
        self.doc.comments.push(Comment { span });
    }

    /// The document so far.
    pub fn document(&self) -> &Document {
        &self.doc
    }

    /// The node at an index, to be changed.
    pub fn node_mut(&mut self, at: u32) -> &mut Node {
        &mut self.doc.nodes[at as usize]
    }

    /// The filled document.
    pub fn finish(mut self) -> Document {
        self.doc.repeated.sort_by_key(|r| r.second);
        let spare = self.doc.nodes.capacity() - self.doc.nodes.len();
        if spare > self.doc.nodes.len().min(LARGE / 8) {
            self.doc.nodes.shrink_to_fit();
        }
        self.doc
    }

    fn push(&mut self, node: Node) -> u32 {
        self.doc.nodes.push(node);
        self.doc.nodes.len() as u32 - 1
    }

    /// Marks keys that a later key overrides, and notes them unless they came from a merge. Gathers the bits of all keys.
    fn shadow(&mut self, map: u32) {
        let end = self.doc.after(map);
        let mut bits = 0;
        // Keys with a mark that equal texts share.
        let mut keys = smallvec::SmallVec::<[(u32, u32); 32]>::new();
        let mut at = map + 1;
        while at < end {
            // The key of a merge (`<<`) is no key of the mapping.
            if self.doc.nodes[at as usize].flags & flag::SHADOWED == 0 {
                let key = self.doc.text(at);
                bits |= key_bit(key.as_bytes());
                keys.push((mark(key), at));
            }
            at = self.doc.after(at + 1);
        }
        self.doc.nodes[map as usize].field = bits;
        if keys.len() <= 32 {
            for (i, &(of_second, second)) in keys.iter().enumerate().skip(1) {
                // Marks tell nearly all keys apart.
                if keys[..i].iter().all(|&(mark, _)| mark != of_second) {
                    continue;
                }
                let equal = |&&(mark, first): &&(u32, u32)| {
                    mark == of_second && self.doc.text(first) == self.doc.text(second)
                };
                if let Some(&(_, first)) = keys[..i].iter().rev().find(equal) {
                    self.override_key(first, second);
                }
            }
        } else {
            let mut last = FxHashMap::with_capacity_and_hasher(keys.len(), FxBuildHasher);
            let again: Vec<(u32, u32)> = keys
                .iter()
                .filter_map(|&(_, second)| Some((last.insert(self.doc.text(second), second)?, second)))
                .collect();
            for (first, second) in again {
                self.override_key(first, second);
            }
        }
    }

    fn override_key(&mut self, first: u32, second: u32) {
        let merged =
            (self.doc.nodes[first as usize].flags | self.doc.nodes[second as usize].flags) & flag::ALIASED;
        self.doc.nodes[first as usize].flags |= flag::SHADOWED;
        if merged == 0 {
            self.doc.repeated.push(Repeated { first, second });
        }
    }
}

/// A number that equal texts share: length, first and last byte.
fn mark(text: &str) -> u32 {
    match text.as_bytes() {
        [] => 0,
        [only] => u32::from(*only),
        [first, .., last] => (text.len() as u32) << 16 | u32::from(*first) << 8 | u32::from(*last),
    }
}
