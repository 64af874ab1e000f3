//! Nodes in the order in which Pods of one shape want them, kept from one Pod to the next.
//!
//! Placing a Pod changes one node. Where filters and scores depend on the node alone, only that node moves in the order, and
//! the next Pod of the shape goes to the first. Filters that look at more than the node are asked along the order, until one
//! passes. Scores that look at more than the node are asked of all nodes, and added to what is kept of the others. What
//! compares nodes with each other (a score of a node that is brought to a scale) stands in the way, unless it says the same of
//! all.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::cycle::Cycle;
use super::framework::{Scope, Score};
use super::plugins::Part;
use super::snapshot::NodeInfo;

/// Of nodes that are equally good no more are told without `Detail::Full`.
pub(super) const MAX_TIES: usize = 100;

/// The order of nodes for one shape.
#[derive(Clone, Default, Debug)]
pub(super) struct Ranking {
    /// How far the snapshot's list of changes has been followed.
    seen: usize,
    /// Nodes that pass the filters that look at the node alone: score, rank of the name, node.
    order: BTreeSet<(Reverse<i64>, u32, u32)>,
    /// Score of each node; `None` if it does not pass.
    score: Vec<Option<i64>>,
    /// How many of these nodes have something to compare. The order holds only if none has.
    compared: usize,
    is_compared: Vec<bool>,
}

/// The nodes that the order puts first.
pub(super) struct Best {
    /// No other node is feasible.
    pub(super) only: bool,
    /// The first and those that are as good, by name; at most `MAX_TIES`.
    pub(super) nodes: Vec<u32>,
}

/// Scores that can be kept.
struct Scorers<'s> {
    all: Vec<(i64, Box<dyn Score + 's>)>,
}

impl Ranking {
    /// Brings the order up to date and gives the best nodes; `None` if the order cannot be kept for this shape, or no node
    /// is feasible.
    pub(super) fn best(&mut self, cycle: &Cycle<'_>) -> Option<Best> {
        if !cycle.is_ranked() {
            return None;
        }
        let (beyond, scorers) = Scorers::of(cycle);
        let cluster = cycle.context.cluster;
        let (nodes, ranks) = (cluster.nodes(), cluster.ranks());
        if self.score.len() == nodes.len() {
            let changes = cluster.changes();
            for index in changes.get(self.seen..).unwrap_or_default() {
                self.update(cycle, &scorers, &nodes[*index as usize], ranks[*index as usize]);
            }
        } else {
            *self = Self::default();
            self.score.resize(nodes.len(), None);
            self.is_compared.resize(nodes.len(), false);
            for node in nodes {
                self.update(cycle, &scorers, node, ranks[node.index as usize]);
            }
        }
        self.seen = cluster.changes().len();
        if self.compared > 0 {
            return None;
        }
        if !beyond.is_empty() {
            return self.compare(cycle, &beyond, &ranks);
        }
        let feasible = self.order.iter().filter(|(.., node)| cycle.passes_beyond(&nodes[*node as usize]));
        let mut feasible = feasible.peekable();
        let (most, ..) = *feasible.peek()?;
        let mut best = Vec::new();
        while best.len() < MAX_TIES
            && let Some((.., node)) = feasible.next_if(|(score, ..)| *score == *most)
        {
            best.push(*node);
        }
        let only = best.len() == 1 && feasible.peek().is_none();
        Some(Best { only, nodes: best })
    }

    /// The best nodes where scores look at more than the node.
    fn compare(&self, cycle: &Cycle<'_>, beyond: &[Beyond<'_>], ranks: &[u32]) -> Option<Best> {
        let nodes = cycle.context.cluster.nodes();
        let (mut feasible, mut totals) = (Vec::with_capacity(nodes.len()), Vec::with_capacity(nodes.len()));
        for (index, kept) in (0..).zip(&self.score) {
            if let Some(kept) = kept
                && cycle.passes_beyond(&nodes[index as usize])
            {
                feasible.push(index);
                totals.push(*kept);
            }
        }
        if feasible.len() > 1 {
            for (plugin, weight) in beyond {
                let Some(score) = plugin.pre_score(&cycle.context, &feasible) else { continue };
                let mut scores = score.scores(&feasible, nodes);
                score.normalize(&feasible, &mut scores);
                for (total, score) in totals.iter_mut().zip(scores) {
                    *total = total.saturating_add(score.saturating_mul(*weight));
                }
            }
        }
        let most = totals.iter().max()?;
        let best = feasible.iter().zip(&totals).filter(|(_, total)| *total == most);
        let mut best: Vec<u32> = best.map(|(node, _)| *node).collect();
        best.sort_unstable_by_key(|node| ranks[*node as usize]);
        best.truncate(MAX_TIES);
        Some(Best { only: feasible.len() == 1, nodes: best })
    }

    fn update(&mut self, cycle: &Cycle<'_>, scorers: &Scorers<'_>, node: &NodeInfo, rank: u32) {
        let at = node.index as usize;
        if let Some(old) = self.score[at].take() {
            self.order.remove(&(Reverse(old), rank, node.index));
        }
        self.compared -= usize::from(std::mem::take(&mut self.is_compared[at]));
        if !cycle.passes_locally(node) {
            return;
        }
        let (score, is_compared) = scorers.score(node);
        self.score[at] = Some(score);
        self.is_compared[at] = is_compared;
        self.compared += usize::from(is_compared);
        self.order.insert((Reverse(score), rank, node.index));
    }
}

/// A plugin whose score looks at more than the node, and its weight.
type Beyond<'s> = &'s (Part, i64);

impl<'s> Scorers<'s> {
    /// Plugins whose scores look at more than the node, and the scores of the others.
    fn of(cycle: &'s Cycle<'_>) -> (Vec<Beyond<'s>>, Self) {
        let context = &cycle.context;
        let (beyond, own): (Vec<Beyond<'s>>, Vec<Beyond<'s>>) =
            cycle.profile.score.iter().partition(|(plugin, _)| plugin.looks_beyond_nodes(context));
        let all = own.into_iter().filter_map(|(plugin, weight)| {
            let score = plugin.pre_score(context, &[])?;
            debug_assert_eq!(score.scope(), Scope::Node, "{}", plugin.name());
            Some((*weight, score))
        });
        (beyond, Self { all: all.collect() })
    }

    /// The sum of the weighted scores, and whether one of them would be compared with that of other nodes.
    fn score(&self, node: &NodeInfo) -> (i64, bool) {
        let mut sum = 0i64;
        let mut is_compared = false;
        for (weight, score) in &self.all {
            let raw = score.score(node);
            let normalized = score.of_zeros().unwrap_or(raw);
            is_compared |= score.of_zeros().is_some() && raw != 0;
            sum = sum.saturating_add(normalized.saturating_mul(*weight));
        }
        (sum, is_compared)
    }
}
