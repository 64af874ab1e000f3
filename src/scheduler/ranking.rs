//! Nodes in the order in which Pods of one shape want them, kept from one Pod to the next.
//!
//! Placing a Pod changes one node. Where filters and scores depend on the node alone, only that node moves in the order.
//! Filters and scores that look beyond the node tell how they set nodes apart (`Apart`): by domains of labels, and by a few
//! nodes that are special, as those that have Pods of the same Deployment. Nodes are kept in cells of those that are set apart
//! by no domain, each cell in its own order. So an attempt asks about one node of each cell, and about the special ones: what
//! is said of the first ordinary node of a cell holds for all of its ordinary nodes, and it is the best of them.
//!
//! Where the special nodes become many, because a Deployment has thousands of Pods, the numbers that make them special make
//! cells as well. Such cells hold for Pods of one class.
//!
//! Scores that are brought to a scale depend on which raw scores there are among all feasible nodes. Those that look at the
//! node alone set it apart like a domain; then all nodes of a cell have the same.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::cycle::Cycle;
use super::framework::{Feasible, Scope, Score};
use super::snapshot::{ClassId, NodeInfo, Snapshot};
use super::topology::{Apart, Numbers, Topology};
use crate::object::Sym;

/// Of nodes that are equally good no more are told without `Detail::Full`.
pub(super) const MAX_TIES: usize = 100;

/// With more cells than this, those that only other Pods need are given up.
const MANY_CELLS: usize = 64;

/// Of how many classes of a shape cells are kept.
const MAX_CLASSES: usize = 8;

/// So many Pods of a class in a row make it likely that more of them come.
const IN_A_ROW: usize = 4;

/// The orders of nodes for one shape.
#[derive(Clone, Default, Debug)]
pub(super) struct Rankings {
    of_shape: Ranking,
    /// Those of classes with many special nodes, the oldest first.
    of_classes: Vec<(ClassId, Ranking)>,
    /// The class that had the last attempts, and how many.
    last: Option<(ClassId, usize)>,
}

/// An order of nodes.
#[derive(Clone, Default, Debug)]
struct Ranking {
    /// How far the snapshot's list of changes has been followed.
    seen: usize,
    keys: Keys,
    cells: Vec<Cell>,
    cell_of: FxHashMap<CellKey, u32>,
    places: Vec<Place>,
    /// The attempt that a node was special in last.
    special: Vec<u32>,
    attempt: u32,
}

/// What makes cells: domains of labels, whether a node has a label, and numbers.
#[derive(Clone, Default, Debug)]
struct Keys {
    domains: Vec<Arc<Topology>>,
    labels: Vec<Arc<Topology>>,
    /// The labels that the numbers are by.
    numbers: Vec<Option<Sym>>,
}

/// Domains, presence of labels, numbers, and raw scores that are compared.
type CellKey = SmallVec<[i64; 6]>;

/// Nodes that pass the filters that look at the node alone, and that no key sets apart.
#[derive(Clone, Default, Debug)]
struct Cell {
    /// Sum of the scores that look at the node alone and are not compared, rank of the name, node.
    order: BTreeSet<(Reverse<i64>, u32, u32)>,
    /// In the present attempt, how many of them are special.
    special: usize,
}

#[derive(Clone, Copy, Default, Debug)]
struct Place {
    /// Generation of the node for which this was found out, plus one; 0: never.
    asked: u32,
    /// Cell and score; `None` if the node does not pass.
    at: Option<(u32, i64)>,
}

/// The nodes that the order puts first.
pub(super) struct Best {
    /// No other node is feasible.
    pub(super) only: bool,
    /// The first and those that are as good, by name; at most `MAX_TIES`.
    pub(super) nodes: Vec<u32>,
}

/// Scores with their weights.
type Scores<'s> = Vec<(i64, Box<dyn Score + 's>)>;

/// The scores of an attempt.
struct Scorers<'s> {
    /// They look at the node alone and are final.
    kept: Scores<'s>,
    /// They look at the node alone and are brought to a scale.
    compared: Scores<'s>,
    /// They look beyond the node.
    beyond: Scores<'s>,
}

/// Feasible nodes of which one stands for all.
struct Contender {
    node: u32,
    copies: usize,
    /// The best of their scores that look at the node alone; the others are the same for all of them.
    kept: i64,
    /// All ordinary nodes of the cell; `None`: the special node alone.
    cell: Option<u32>,
}

impl Rankings {
    /// Brings an order up to date and gives the best nodes; `None` if there can be no order for this attempt, or no node is
    /// feasible.
    pub(super) fn best(&mut self, cycle: &Cycle<'_>) -> Option<Best> {
        if !cycle.is_ranked() {
            return None;
        }
        let class = cycle.context.class;
        let row = self.last.filter(|(last, _)| *last == class).map_or(0, |(_, row)| row + 1);
        self.last = Some((class, row));

        let cluster = cycle.context.cluster;
        let scorers = Scorers::of(cycle);
        let mut apart = Apart::default();
        let alike = cycle.sets_apart(&mut apart)
            && scorers.beyond.iter().all(|(_, score)| score.sets_apart(&mut apart));
        if !alike {
            apart.numbers.clear();
            self.of_shape.follow(cycle, &scorers, &apart);
            let all: Vec<u32> = (0..cluster.nodes().len() as u32).collect();
            return self.of_shape.first(cycle, scorers, &all);
        }
        let special = apart.special();
        if let Some(ranking) = self.of_class(cluster, class, row, special.len()) {
            ranking.follow(cycle, &scorers, &apart);
            return ranking.first(cycle, scorers, &[]);
        }
        apart.numbers.clear();
        self.of_shape.follow(cycle, &scorers, &apart);
        self.of_shape.first(cycle, scorers, &special)
    }

    /// The order of a class, if that is less work than to look at all of its special nodes.
    fn of_class(
        &mut self,
        cluster: &Snapshot,
        class: ClassId,
        row: usize,
        special: usize,
    ) -> Option<&mut Ranking> {
        // A new order costs a look at each node, an old one a look at each node that has changed since.
        if special.saturating_mul(special) <= cluster.nodes().len().saturating_mul(4) {
            return None;
        }
        let more_come = row >= IN_A_ROW;
        let at = match self.of_classes.iter().position(|(other, _)| *other == class) {
            Some(at) => {
                let behind = cluster.changes().len() - self.of_classes[at].1.seen;
                (more_come || behind <= special / 8).then_some(at)?
            }
            None if more_come => {
                if self.of_classes.len() == MAX_CLASSES {
                    self.of_classes.remove(0);
                }
                self.of_classes.push((class, Ranking::default()));
                self.of_classes.len() - 1
            }
            None => return None,
        };
        Some(&mut self.of_classes[at].1)
    }
}

impl Ranking {
    /// The best nodes.
    fn first(&mut self, cycle: &Cycle<'_>, mut scorers: Scorers<'_>, special: &[u32]) -> Option<Best> {
        let cluster = cycle.context.cluster;
        let contenders = self.contenders(cycle, special);
        let mut totals: Vec<i64> = contenders.iter().map(|contender| contender.kept).collect();
        let feasible: usize = contenders.iter().map(|contender| contender.copies).sum();
        if feasible > 1 {
            scorers.add_to(&mut totals, &contenders, cluster);
        }
        let most = *totals.iter().max()?;
        let first = contenders.iter().zip(&totals).filter(|(_, total)| **total == most);
        let ranks = cluster.ranks();
        let mut nodes: Vec<u32> = Vec::new();
        for (contender, _) in first {
            match contender.cell {
                None => nodes.push(contender.node),
                Some(cell) => {
                    let ordinary = self.ordinary(&self.cells[cell as usize]);
                    let as_good = ordinary.take_while(|(score, _)| *score == contender.kept);
                    nodes.extend(as_good.map(|(_, node)| node).take(MAX_TIES));
                }
            }
        }
        // Of each cell they are in order already, which this sort makes use of.
        nodes.sort_by_key(|node| ranks[*node as usize]);
        nodes.truncate(MAX_TIES);
        Some(Best { only: feasible == 1, nodes })
    }

    /// Brings the cells up to date.
    fn follow(&mut self, cycle: &Cycle<'_>, scorers: &Scorers<'_>, apart: &Apart) {
        let cluster = cycle.context.cluster;
        let (nodes, ranks) = (cluster.nodes(), cluster.ranks());
        if self.places.len() != nodes.len() {
            *self = Self::default();
        }
        let has_new = self.keys.add(apart);
        let changes = cluster.changes().get(self.seen..).unwrap_or_default();
        // Where numbers make cells, a change is more than a look at the node.
        let far_behind = !apart.numbers.is_empty() && changes.len() > nodes.len();
        if has_new || far_behind || self.places.is_empty() {
            self.rebuild(cycle, scorers, apart, &ranks);
            if self.cells.len() > MANY_CELLS && apart.numbers.is_empty() {
                self.keys = Keys::default();
                self.keys.add(apart);
                self.rebuild(cycle, scorers, apart, &ranks);
            }
        } else {
            for node in changes {
                self.update(cycle, scorers, apart, (&nodes[*node as usize], ranks[*node as usize]));
                for fellow in apart.numbers.iter().flat_map(|numbers| numbers.fellows(*node)) {
                    self.update(cycle, scorers, apart, (&nodes[fellow as usize], ranks[fellow as usize]));
                }
            }
        }
        self.seen = cluster.changes().len();
    }

    fn rebuild(&mut self, cycle: &Cycle<'_>, scorers: &Scorers<'_>, apart: &Apart, ranks: &[u32]) {
        let nodes = cycle.context.cluster.nodes();
        *self = Self {
            keys: std::mem::take(&mut self.keys),
            places: vec![Place::default(); nodes.len()],
            special: vec![0; nodes.len()],
            ..Self::default()
        };
        for node in nodes {
            self.update(cycle, scorers, apart, (node, ranks[node.index as usize]));
        }
    }

    fn update(
        &mut self,
        cycle: &Cycle<'_>,
        scorers: &Scorers<'_>,
        apart: &Apart,
        (node, rank): (&NodeInfo, u32),
    ) {
        let place = &mut self.places[node.index as usize];
        // Numbers change with other nodes as well.
        if place.asked == node.generation + 1 && apart.numbers.is_empty() {
            return;
        }
        place.asked = node.generation + 1;
        if let Some((cell, score)) = place.at.take() {
            self.cells[cell as usize].order.remove(&(Reverse(score), rank, node.index));
        }
        if !cycle.passes_locally(node) {
            return;
        }
        let numbers = apart.numbers.iter().map(|numbers| numbers.of(node.index));
        let compared = scorers.compared.iter().map(|(_, score)| score.score(node));
        let key = self.keys.of(node.index).chain(numbers).chain(compared);
        let next = self.cells.len() as u32;
        let cell = *self.cell_of.entry(key.collect()).or_insert(next);
        if cell == next {
            self.cells.push(Cell::default());
        }
        let score = scorers.kept(node);
        place.at = Some((cell, score));
        self.cells[cell as usize].order.insert((Reverse(score), rank, node.index));
    }

    /// Feasible nodes: the special ones, and of the ordinary ones the best of each cell.
    fn contenders(&mut self, cycle: &Cycle<'_>, special: &[u32]) -> Vec<Contender> {
        let nodes = cycle.context.cluster.nodes();
        let mut contenders = Vec::new();
        self.attempt += 1;
        self.cells.iter_mut().for_each(|cell| cell.special = 0);
        for node in special {
            let at = *node as usize;
            if self.special[at] == self.attempt {
                continue;
            }
            self.special[at] = self.attempt;
            let Some((cell, kept)) = self.places[at].at else { continue };
            self.cells[cell as usize].special += 1;
            if cycle.passes_beyond(&nodes[at]) {
                contenders.push(Contender { node: *node, copies: 1, kept, cell: None });
            }
        }
        for (number, cell) in (0..).zip(&self.cells) {
            let copies = cell.order.len() - cell.special;
            if copies > 0
                && let Some((kept, node)) = self.ordinary(cell).next()
                && cycle.passes_beyond(&nodes[node as usize])
            {
                contenders.push(Contender { node, copies, kept, cell: Some(number) });
            }
        }
        contenders
    }

    /// Scores and nodes of a cell without those that are special in the present attempt, the best first.
    fn ordinary<'c>(&'c self, cell: &'c Cell) -> impl Iterator<Item = (i64, u32)> + 'c {
        let all = cell.order.iter().map(|(score, _, node)| (score.0, *node));
        all.filter(|(_, node)| self.special[*node as usize] != self.attempt)
    }
}

impl Keys {
    /// Adds what sets nodes apart; true if there was something new.
    fn add(&mut self, apart: &Apart) -> bool {
        let is_in = |list: &[Arc<Topology>], key| list.iter().any(|topology| topology.key == key);
        let before = self.domains.len() + self.labels.len();
        for topology in &apart.domains {
            if !is_in(&self.domains, topology.key) {
                self.domains.push(topology.clone());
            }
        }
        for topology in &apart.labels {
            if !is_in(&self.domains, topology.key) && !is_in(&self.labels, topology.key) {
                self.labels.push(topology.clone());
            }
        }
        let had = std::mem::take(&mut self.numbers);
        self.numbers = apart.numbers.iter().map(Numbers::key).collect();
        before != self.domains.len() + self.labels.len() || had != self.numbers
    }

    /// How domains and labels set a node apart.
    fn of(&self, node: u32) -> impl Iterator<Item = i64> {
        let domains = self.domains.iter().map(move |topology| topology.domain(node).map_or(-1, i64::from));
        let has_label = move |topology: &Arc<Topology>| i64::from(topology.domain(node).is_some());
        domains.chain(self.labels.iter().map(has_label))
    }
}

impl<'s> Scorers<'s> {
    fn of(cycle: &'s Cycle<'_>) -> Self {
        let (mut kept, mut compared, mut beyond) = (Vec::new(), Vec::new(), Vec::new());
        for (plugin, weight) in &cycle.profile.score {
            let Some(score) = plugin.pre_score(&cycle.context) else { continue };
            let list = match (score.scope(), score.compares()) {
                (Scope::Cluster, _) => &mut beyond,
                (Scope::Node, true) => &mut compared,
                (Scope::Node, false) => &mut kept,
            };
            list.push((*weight, score));
        }
        Self { kept, compared, beyond }
    }

    /// The sum of the weighted scores that look at the node alone and are final.
    fn kept(&self, node: &NodeInfo) -> i64 {
        let weighted = self.kept.iter().map(|(weight, score)| score.score(node).saturating_mul(*weight));
        weighted.fold(0, i64::saturating_add)
    }

    /// Adds the other scores.
    fn add_to(&mut self, totals: &mut [i64], contenders: &[Contender], cluster: &Snapshot) {
        let nodes: Vec<u32> = contenders.iter().map(|contender| contender.node).collect();
        let copies: Vec<usize> = contenders.iter().map(|contender| contender.copies).collect();
        let mut scores = vec![0; nodes.len()];
        for (weight, score) in self.compared.iter_mut().chain(&mut self.beyond) {
            score.meet(Feasible { nodes: &nodes, copies: &copies });
            for (raw, node) in scores.iter_mut().zip(&nodes) {
                *raw = score.score(&cluster.nodes()[*node as usize]);
            }
            score.normalize(&nodes, &mut scores);
            for (total, score) in totals.iter_mut().zip(&scores) {
                *total = total.saturating_add(score.saturating_mul(*weight));
            }
        }
    }
}
