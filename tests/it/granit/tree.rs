//! What granit-parser's events say: the first document of a text as a tree.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, StructureStyle};

/// A node as it is written: nothing resolved, merged or overridden, but aliases followed.
#[derive(Debug)]
pub(super) enum Node {
    Scalar(Scalar),
    Seq(Span, Vec<Rc<Node>>),
    Map(Span, Vec<(Rc<Node>, Rc<Node>)>),
}

/// A scalar with its text as folding and unescaping leave it.
#[derive(Debug)]
pub(super) struct Scalar {
    pub text: String,
    pub style: ScalarStyle,
    pub tag: Option<String>,
    /// Bytes in the text, quotes included.
    pub bytes: Range<usize>,
}

/// Where a collection begins, and whether it is in flow style.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub start: usize,
    pub flow: bool,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The first node, once it is complete.
    pub root: Option<Rc<Node>>,
    pub comments: Vec<Range<usize>>,
    /// What was refused: in the node, or behind it if there is a root.
    pub refused: Option<ErrorKind>,
}

struct Open {
    span: Span,
    map: bool,
    anchor: usize,
    /// Items, or keys and values in turn.
    nodes: Vec<Rc<Node>>,
}

/// Reads the first document, with no limit that Kubernetes has not.
pub(super) fn read(text: &str) -> Tree {
    let options = granit_parser::options! {
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: 1000,
        block_nesting_limit: 1000,
    };
    let mut tree = Tree::default();
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: HashMap<usize, Rc<Node>> = HashMap::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                tree.refused = Some(error.kind().clone());
                break;
            }
        };
        let bytes = span.byte_range().unwrap_or_default();
        let at = |style| Span { start: bytes.start, flow: style == StructureStyle::Flow };
        let (node, anchor) = match event {
            Event::SequenceStart(style, anchor, _) => {
                open.push(Open { span: at(style), map: false, anchor, nodes: Vec::new() });
                continue;
            }
            Event::MappingStart(style, anchor, _) => {
                open.push(Open { span: at(style), map: true, anchor, nodes: Vec::new() });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { span, map, anchor, nodes } = open.pop().unwrap();
                let node = if map {
                    let pairs = nodes.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
                    Node::Map(span, pairs.collect())
                } else {
                    Node::Seq(span, nodes)
                };
                (Rc::new(node), anchor)
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
                (Rc::new(Node::Scalar(Scalar { text: text.into_owned(), style, tag, bytes })), anchor)
            }
            Event::Alias(anchor) => {
                // An alias within its own anchor: we refuse it, and so nothing is compared.
                let itself = || Rc::new(Node::Seq(Span { start: bytes.start, flow: true }, Vec::new()));
                (anchors.get(&anchor).cloned().unwrap_or_else(itself), 0)
            }
            Event::Comment(..) => {
                tree.comments.push(bytes);
                continue;
            }
            Event::DocumentEnd => break,
            _ => continue,
        };
        if anchor != 0 {
            anchors.insert(anchor, node.clone());
        }
        match open.last_mut() {
            Some(parent) => parent.nodes.push(node),
            None => tree.root = Some(node),
        }
    }
    tree
}
