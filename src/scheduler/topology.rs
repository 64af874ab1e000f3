//! Domains that labels of nodes make, and how they tell nodes apart.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::sparse::Sparse;
use crate::object::{Labels, Sym};

/// More domains than this are not walked for every Pod.
pub(super) const MANY: usize = 256;

/// The domains that a label of nodes makes.
#[derive(Clone, Debug)]
pub struct Topology {
    /// The label's key.
    pub key: Sym,
    /// Domain of each node; `NONE` for nodes without the label.
    of: Vec<u32>,
    /// Nodes of each domain.
    members: Vec<Vec<u32>>,
    numbers: FxHashMap<Sym, u32>,
    /// How many nodes have the label.
    labelled: usize,
}

impl Topology {
    /// Domain of nodes without the label.
    pub const NONE: u32 = u32::MAX;

    /// The domains of nodes with these labels.
    pub(super) fn new<'l>(key: Sym, nodes: impl Iterator<Item = &'l Labels>) -> Self {
        let mut this =
            Self { key, of: Vec::new(), members: Vec::new(), numbers: FxHashMap::default(), labelled: 0 };
        nodes.for_each(|labels| this.add(labels));
        this
    }

    /// One more node. The domains of the others stay what they are.
    pub(super) fn add(&mut self, labels: &Labels) {
        let node = self.of.len() as u32;
        let Some(value) = labels.get(self.key) else {
            self.of.push(Self::NONE);
            return;
        };
        let domain = *self.numbers.entry(value).or_insert(self.members.len() as u32);
        if domain as usize == self.members.len() {
            self.members.push(Vec::new());
        }
        self.members[domain as usize].push(node);
        self.of.push(domain);
        self.labelled += 1;
    }

    /// Domain of a node.
    pub fn domain(&self, node: u32) -> Option<u32> {
        let domain = self.of[node as usize];
        (domain != Self::NONE).then_some(domain)
    }

    fn members_of(&self, domain: u32) -> &[u32] {
        self.members.get(domain as usize).map_or(&[], Vec::as_slice)
    }

    /// How many domains there are.
    pub fn domains(&self) -> usize {
        self.members.len()
    }

    /// True if there are few domains of many nodes. Else most nodes have one for themselves.
    fn is_coarse(&self) -> bool {
        self.domains() <= MANY && self.domains() * 2 <= self.labelled
    }
}

/// Numbers of nodes, or of the domains that nodes are in.
pub(super) struct Numbers {
    /// `None`: each node has its own.
    topology: Option<Arc<Topology>>,
    numbers: Arc<Sparse>,
}

impl Numbers {
    /// The label that makes the domains.
    pub(super) fn key(&self) -> Option<Sym> {
        self.topology.as_ref().map(|topology| topology.key)
    }

    /// The number of a node; zero as well if it is in no domain.
    pub(super) fn of(&self, node: u32) -> i64 {
        let at = self.topology.as_ref().map_or(Some(node), |topology| topology.domain(node));
        at.map_or(0, |at| self.numbers.get(at))
    }

    /// The nodes that share the number of a node, itself included.
    pub(super) fn fellows(&self, node: u32) -> impl Iterator<Item = u32> {
        let topology = self.topology.as_ref();
        let domain = topology.and_then(|topology| Some(topology.members_of(topology.domain(node)?)));
        domain.unwrap_or_default().iter().copied()
    }

    /// Nodes whose number is not zero.
    fn nodes(&self) -> impl Iterator<Item = u32> {
        self.numbers.iter().flat_map(|(at, _)| {
            let (alone, members) = match &self.topology {
                None => (Some(at), &[][..]),
                Some(topology) => (None, topology.members_of(at)),
            };
            alone.into_iter().chain(members.iter().copied())
        })
    }
}

/// What sets nodes apart in the eyes of filters and scores that look beyond them. All others are alike: what is said of one
/// of them holds for all.
#[derive(Default)]
pub struct Apart {
    /// Nodes of different domains.
    pub(super) domains: SmallVec<[Arc<Topology>; 2]>,
    /// Nodes with the label from those without.
    pub(super) labels: SmallVec<[Arc<Topology>; 2]>,
    /// Nodes with different numbers; few have other ones than zero.
    pub(super) numbers: SmallVec<[Numbers; 4]>,
}

impl Apart {
    /// Nodes of different domains are not alike.
    pub(super) fn by_domain(&mut self, topology: &Arc<Topology>) {
        if !self.domains.iter().any(|other| other.key == topology.key) {
            self.domains.push(topology.clone());
        }
    }

    /// Nodes with the label are not like those without.
    pub(super) fn by_label(&mut self, topology: &Arc<Topology>) {
        if !self.labels.iter().any(|other| other.key == topology.key) {
            self.labels.push(topology.clone());
        }
    }

    /// Nodes in domains with different numbers are not alike.
    pub(super) fn by_numbers(&mut self, topology: &Arc<Topology>, numbers: &Arc<Sparse>) {
        if topology.is_coarse() {
            self.by_domain(topology);
        } else {
            self.by_label(topology);
            self.numbers.push(Numbers { topology: Some(topology.clone()), numbers: numbers.clone() });
        }
    }

    /// Nodes with different numbers of their own are not alike.
    pub(super) fn by_node(&mut self, numbers: &Arc<Sparse>) {
        self.numbers.push(Numbers { topology: None, numbers: numbers.clone() });
    }

    /// Nodes that have a number other than zero; some are named twice.
    pub(super) fn special(&self) -> Vec<u32> {
        self.numbers.iter().flat_map(Numbers::nodes).collect()
    }
}
