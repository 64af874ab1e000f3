//! Filling an arena: what every parser of this floor writes through.

use rustc_hash::FxHashMap;

use super::arena::{Comment, Document, Kind, Node, Repeated, flag};
use crate::finding::Span;

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
    pub fn cooked(&mut self, kind: Kind, span: Span, flags: u8, text: impl Into<Box<str>>) -> u32 {
        let next = self.doc.cooked.len() as u32;
        self.doc.cooked.push(text.into());
        self.push(Node {
            start: span.start,
            end: span.end,
            next,
            kind,
            flags: flags | flag::COOKED,
            field: 0,
        })
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
        if self.doc.nodes.capacity() > 2 * self.doc.nodes.len() {
            self.doc.nodes.shrink_to_fit();
        }
        self.doc
    }

    fn push(&mut self, node: Node) -> u32 {
        self.doc.nodes.push(node);
        self.doc.nodes.len() as u32 - 1
    }

    /// Marks keys that a later key overrides, and notes them unless they came from a merge.
    fn shadow(&mut self, map: u32) {
        let end = self.doc.after(map);
        let mut keys = smallvec::SmallVec::<[u32; 16]>::new();
        let mut at = map + 1;
        while at < end {
            // The key of a merge (`<<`) is no key of the mapping.
            if self.doc.nodes[at as usize].flags & flag::SHADOWED == 0 {
                keys.push(at);
            }
            at = self.doc.after(at + 1);
        }
        if keys.len() <= 12 {
            for (i, &second) in keys.iter().enumerate() {
                if let Some(&first) =
                    keys[..i].iter().rev().find(|&&first| self.doc.text(first) == self.doc.text(second))
                {
                    self.override_key(first, second);
                }
            }
        } else {
            let mut last: FxHashMap<Box<str>, u32> = FxHashMap::default();
            for second in keys {
                if let Some(first) = last.insert(self.doc.text(second).into(), second) {
                    self.override_key(first, second);
                }
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
