//! What an attempt to place a Pod came to.

use std::sync::Arc;

use super::explain::Explanation;
use super::framework::{Code, Reasons};
use crate::cluster::model::Other;
use crate::object::Sym;

/// Nodes that one plugin refused for the same reasons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rejected {
    /// The first plugin that refused them.
    pub plugin: &'static str,
    /// Whether removing Pods may help.
    pub code: Code,
    /// Why.
    pub reasons: Reasons,
    /// The nodes, in order of arrival.
    pub nodes: Vec<Sym>,
}

/// Scores of the feasible nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scores {
    /// Plugins that scored, in order.
    pub plugins: Vec<&'static str>,
    /// What the score of each is multiplied with.
    pub weights: Vec<i64>,
    /// Per node the weighted, normalized score of each plugin, and the total.
    pub nodes: Vec<(Sym, Vec<i64>, i64)>,
}

/// A node on which removing Pods makes room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The node.
    pub node: Sym,
    /// Pods that have to go (namespace, name), most important first.
    pub victims: Vec<(Sym, Sym)>,
    /// How many of them a PodDisruptionBudget protects.
    pub budget_violations: usize,
}

/// One attempt to place a Pod.
#[derive(Clone, Default, Debug)]
pub struct Attempt {
    /// Namespace and name.
    pub pod: (Sym, Sym),
    /// Which attempt it was, from 1.
    pub number: u32,
    /// `status.nominatedNodeName` before.
    pub nominated: Option<Sym>,
    /// The refusal of a whole Pod that ended the attempt: plugin, code, reasons.
    pub pre_filter: Option<(&'static str, Code, Reasons)>,
    /// The only nodes that came into question, if a plugin named them.
    pub narrowed: Option<Vec<Sym>>,
    /// Refused nodes; for an attempt that succeeded only with `Detail::Full`.
    pub rejected: Vec<Rejected>,
    /// Nodes that passed and may be chosen; only with `Detail::Full`.
    pub feasible: Vec<Sym>,
    /// The node that passed when enough were found: a search that stops early stops at it, and leaves it out. Only with
    /// `Detail::Full`.
    pub stopped_at: Option<Sym>,
    /// With `Detail::Full` and at least two feasible nodes.
    pub scores: Option<Scores>,
    /// Nodes with the best score, by name; without `Detail::Full` the first hundred. Empty if only one node was feasible.
    pub ties: Vec<Sym>,
    /// Where the Pod goes: the first by name of `ties`.
    pub node: Option<Sym>,
    /// What lands in the condition `PodScheduled`; empty if it was placed.
    pub message: String,
    /// Reason of the condition: `Unschedulable` or `SchedulerError`; empty if it was placed.
    pub reason: &'static str,
    /// The node on which preemption makes room.
    pub nominate: Option<Sym>,
    /// Pods that preemption deletes (namespace, name), most important first.
    pub victims: Vec<(Sym, Sym)>,
    /// Nodes on which preemption could make room.
    pub candidates: Vec<Candidate>,
    /// Candidates that were equally good, if there was more than one.
    pub preemption_ties: Vec<Sym>,
    /// Objects that were made or changed for the Pod: claims and their volumes.
    pub changes: Vec<Arc<Other>>,
    /// Plugins that refused the Pod or a node: events that concern them give it another chance.
    pub refused_by: Vec<&'static str>,
    /// What all nodes lack; only with `Detail::Explained`.
    pub explanation: Option<Arc<Explanation>>,
}
