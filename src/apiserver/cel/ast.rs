//! Expressions as a tree in one vector. Mirrors cel-go's `common/ast`.

use std::sync::Arc;

use super::source::Position;

/// A node of the tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Id(pub(super) u32);

/// A constant.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
}

/// An entry of a map or a field of a struct.
#[derive(Clone, Debug)]
pub(super) struct Entry<K> {
    pub(super) key: K,
    pub(super) value: Id,
    /// `?key: value`: left out if the value is `optional.none()`.
    pub(super) optional: bool,
    pub(super) at: Position,
}

/// A loop over a list or a map, which macros are made of.
#[derive(Clone, Debug)]
pub(super) struct Comprehension {
    pub(super) range: Id,
    pub(super) var: Arc<str>,
    pub(super) var2: Option<Arc<str>>,
    pub(super) accu: Arc<str>,
    pub(super) init: Id,
    pub(super) condition: Id,
    pub(super) step: Id,
    pub(super) result: Id,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    /// Stands for what could not be read.
    Unspecified,
    Literal(Literal),
    Ident(Arc<str>),
    Select {
        operand: Id,
        field: Arc<str>,
        test_only: bool,
    },
    Call {
        function: Arc<str>,
        target: Option<Id>,
        args: Vec<Id>,
    },
    List {
        elements: Vec<Id>,
        optional: Vec<usize>,
    },
    Map(Vec<Entry<Id>>),
    Struct {
        name: Arc<str>,
        fields: Vec<Entry<Arc<str>>>,
    },
    Comprehension(Box<Comprehension>),
}

#[derive(Clone, Debug)]
struct Node {
    expr: Expr,
    at: Position,
}

/// The tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Ast {
    nodes: Vec<Node>,
    pub(super) root: Option<Id>,
}

/// What is returned for a node that is not there. None is ever asked for.
const NOTHING: &Expr = &Expr::Unspecified;

impl Ast {
    /// Adds a node.
    pub(super) fn add(&mut self, at: Position, expr: Expr) -> Id {
        self.nodes.push(Node { expr, at });
        Id(self.nodes.len() as u32 - 1)
    }

    /// What a node is.
    pub(super) fn expr(&self, id: Id) -> &Expr {
        self.nodes.get(id.0 as usize).map_or(NOTHING, |node| &node.expr)
    }

    /// Where a node stands.
    pub(super) fn at(&self, id: Id) -> Position {
        self.nodes.get(id.0 as usize).and_then(|node| node.at)
    }

    /// Puts something else in the place of a node.
    pub(super) fn replace(&mut self, id: Id, expr: Expr) {
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.expr = expr;
        }
    }

    /// How many nodes there are, those that are no longer part of the tree included.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Children of a node, in the order in which cel-go walks them.
    pub(super) fn children(&self, id: Id) -> Vec<Id> {
        match self.expr(id) {
            Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) => Vec::new(),
            Expr::Select { operand, .. } => vec![*operand],
            Expr::Call { target, args, .. } => target.iter().chain(args).copied().collect(),
            Expr::List { elements, .. } => elements.clone(),
            Expr::Map(entries) => entries.iter().flat_map(|e| [e.key, e.value]).collect(),
            Expr::Struct { fields, .. } => fields.iter().map(|f| f.value).collect(),
            Expr::Comprehension(c) => vec![c.range, c.init, c.condition, c.step, c.result],
        }
    }

    /// All nodes below and with one, parents before children, with the index of the parent in the list.
    pub(super) fn walk(&self, root: Id) -> Vec<(Id, Option<usize>)> {
        let mut out = Vec::new();
        let mut stack = vec![(root, None)];
        while let Some((id, parent)) = stack.pop() {
            let at = out.len();
            out.push((id, parent));
            stack.extend(self.children(id).into_iter().rev().map(|child| (child, Some(at))));
        }
        out
    }

    /// Copies a subtree, with the places of the original. `None` if the tree would grow beyond a bound.
    pub(super) fn copy(&mut self, root: Id, most: usize) -> Option<Id> {
        let order = self.walk(root);
        if self.len() + order.len() > most {
            return None;
        }
        // Children stand behind their parents, so copy from behind.
        let mut copies: rustc_hash::FxHashMap<Id, Id> = rustc_hash::FxHashMap::default();
        for (id, _) in order.iter().rev() {
            let (mut expr, at) = (self.expr(*id).clone(), self.at(*id));
            let to = |old: &mut Id| *old = copies.get(old).copied().unwrap_or(*old);
            match &mut expr {
                Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) => {}
                Expr::Select { operand, .. } => to(operand),
                Expr::Call { target, args, .. } => target.iter_mut().chain(args).for_each(to),
                Expr::List { elements, .. } => elements.iter_mut().for_each(to),
                Expr::Map(entries) => entries.iter_mut().for_each(|e| {
                    to(&mut e.key);
                    to(&mut e.value);
                }),
                Expr::Struct { fields, .. } => fields.iter_mut().for_each(|f| to(&mut f.value)),
                Expr::Comprehension(c) => {
                    for part in [&mut c.range, &mut c.init, &mut c.condition, &mut c.step, &mut c.result] {
                        to(part);
                    }
                }
            }
            let copy = self.add(at, expr);
            copies.insert(*id, copy);
        }
        copies.get(&root).copied()
    }

    /// `a.b.c` as a name, if it is nothing else. Mirrors `containers.ToQualifiedName`.
    pub(super) fn qualified(&self, id: Id) -> Option<String> {
        let mut parts: Vec<&str> = Vec::new();
        let mut at = id;
        loop {
            match self.expr(at) {
                Expr::Ident(name) => {
                    parts.push(name);
                    parts.reverse();
                    return Some(parts.join("."));
                }
                Expr::Select { operand, field, test_only: false } => {
                    parts.push(field);
                    at = *operand;
                }
                _ => return None,
            }
        }
    }
}
