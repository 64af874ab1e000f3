//! How much more fits, and how many nodes are needed.

use crate::object::Sym;

/// The smallest number of nodes of a shape on which everything runs.
#[derive(Clone, Debug)]
pub struct NodesNeeded {
    /// The shape, as it was given.
    pub shape: String,
    /// So many of them, beside the nodes that are there.
    pub nodes: u64,
    /// What does not run on one less; nothing if there can be no less.
    pub one_less: Vec<Nowhere>,
    /// What runs on no number of them.
    pub nowhere: Vec<Nowhere>,
    /// All smaller numbers that arithmetic does not rule out were played, not only the next one.
    pub exhaustive: bool,
}

/// Pods that find no node.
#[derive(Clone, Debug)]
pub struct Nowhere {
    /// Kind, namespace and name of what people wrote.
    pub author: (Sym, Sym, Sym),
    /// How many of its Pods.
    pub pods: usize,
    /// The scheduler's words for one of them.
    pub message: String,
}
