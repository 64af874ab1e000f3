//! Pods that a selector or a term means, counted per node and per domain once, and kept up as Pods come and go.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::marks::{Mark, Marked, Marks};
use super::objects::Objects;
use super::snapshot::{Class, ClassId, NodeInfo};
use super::sparse::Sparse;
use super::terms::matches_all;
use super::topology::Topology;
use crate::cluster::model::{Node, NodeSelectorTerm, Pod, PodAffinityTerm, Toleration, Volume, VolumeSource};
use crate::cluster::{affinity, tolerations};
use crate::object::{Labels, Selector, Sym};

/// What is counted.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Query {
    /// Pods of a namespace that are not being deleted and match a selector.
    Spread {
        /// The namespace.
        namespace: Sym,
        /// The selector.
        selector: Selector,
    },
    /// Pods that match all of these terms of a Pod in namespace `own`.
    Terms {
        /// Namespace of the Pod that has the terms.
        own: Sym,
        /// The terms.
        terms: Vec<PodAffinityTerm>,
    },
    /// Pods that name a claim.
    Claim {
        /// Its namespace.
        namespace: Sym,
        /// Its name.
        claim: Sym,
    },
}

impl Query {
    /// True if it counts a Pod; whether the Pod is being deleted is another question.
    fn means(&self, pod: &Pod, objects: &Objects) -> bool {
        match self {
            Self::Spread { namespace, selector } => {
                pod.meta.namespace == *namespace && selector.matches(&pod.meta.labels)
            }
            Self::Claim { namespace, claim } => {
                let names =
                    |volume: &Volume| matches!(volume.source, VolumeSource::Claim(name) if name == *claim);
                pod.meta.namespace == *namespace && pod.spec.volumes.iter().any(names)
            }
            Self::Terms { own, terms } => matches_all(terms, *own, pod, objects),
        }
    }

    /// What Pods have that it counts.
    fn marks(&self) -> Marks {
        match self {
            Self::Spread { namespace, selector } => {
                smallvec::smallvec![Mark::of_selector(*namespace, selector)]
            }
            Self::Claim { namespace, .. } => smallvec::smallvec![Mark::Namespace(*namespace)],
            // Pods match all terms, so any of them will do.
            Self::Terms { own, terms } => {
                terms.first().map(|term| Mark::of_term(*own, term)).unwrap_or_default()
            }
        }
    }

    /// True if Pods that are being deleted count as well.
    fn counts_deleted(&self) -> bool {
        !matches!(self, Self::Spread { .. })
    }
}

/// Nodes on which Pods count (`matchNodeInclusionPolicies`).
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct NodeRule {
    /// They have these labels.
    pub keys: SmallVec<[Sym; 2]>,
    /// A node selector and required node affinity select them.
    pub selected: Option<(Labels, Option<Vec<NodeSelectorTerm>>)>,
    /// Their taints are tolerated.
    pub tolerated: Option<Vec<Toleration>>,
}

impl NodeRule {
    /// True if Pods on the node count.
    pub fn includes(&self, node: &Node) -> bool {
        let selects = |(selector, terms): &(Labels, Option<Vec<NodeSelectorTerm>>)| {
            affinity::selects(selector, terms.as_deref(), node)
        };
        self.keys.iter().all(|key| node.meta.labels.get(*key).is_some())
            && self.selected.as_ref().is_none_or(selects)
            && self.tolerated.as_ref().is_none_or(|all| tolerations::untolerated(all, node).is_none())
    }
}

/// Pods per domain.
#[derive(Clone, Default, Debug)]
pub struct Tally {
    /// Pods on nodes that count, per domain.
    pub pods: Arc<Sparse>,
    /// How many domains have such a node.
    pub domains: usize,
}

impl Tally {
    /// No Pods in the domains that have a node on which Pods would count.
    pub(super) fn of_nobody(topology: &Topology, rule: &NodeRule, nodes: &[NodeInfo]) -> Self {
        let only_by_key = rule.selected.is_none() && rule.tolerated.is_none();
        if only_by_key && rule.keys.iter().all(|key| *key == topology.key) {
            return Self { pods: Arc::default(), domains: topology.domains() };
        }
        let included = nodes.iter().filter(|info| rule.includes(&info.node));
        let domains: FxHashSet<u32> = included.filter_map(|info| topology.domain(info.index)).collect();
        Self { pods: Arc::default(), domains: domains.len() }
    }
}

#[derive(Clone, Debug)]
struct PerDomain {
    topology: Arc<Topology>,
    rule: NodeRule,
    tally: Tally,
}

impl PerDomain {
    fn new(topology: Arc<Topology>, rule: NodeRule, per_node: &Sparse, nodes: &[NodeInfo]) -> Self {
        let tally = Tally::of_nobody(&topology, &rule, nodes);
        let mut this = Self { topology, rule, tally };
        for (node, pods) in per_node.iter() {
            this.step(&nodes[node as usize], pods);
        }
        this
    }

    fn step(&mut self, info: &NodeInfo, by: i64) {
        if let Some(domain) = self.topology.domain(info.index)
            && self.rule.includes(&info.node)
        {
            Arc::make_mut(&mut self.tally.pods).add(domain, by);
        }
    }
}

#[derive(Clone, Debug)]
struct Counter {
    query: Query,
    per_node: Arc<Sparse>,
    per_domain: Vec<PerDomain>,
}

/// What has been asked for, kept up to date.
#[derive(Clone, Default, Debug)]
pub(super) struct Counters {
    all: Vec<Counter>,
    of_query: FxHashMap<Query, u32>,
    /// Per class, those that count its Pods.
    of_class: Vec<Vec<u32>>,
    by_mark: Marked,
    classes_by_mark: Marked,
}

impl Counters {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Learns of classes that were made since.
    fn meet(&mut self, classes: &[Class], objects: &Objects) {
        let known = self.of_class.len();
        for (class, number) in classes.get(known..).unwrap_or_default().iter().zip(known as u32..) {
            let pod = &*class.sample;
            self.classes_by_mark.push(Mark::of_pod(pod), number);
            let mut of_class = self.by_mark.with(Mark::of_pod(pod), 0);
            of_class.retain(|counter| self.all[*counter as usize].query.means(pod, objects));
            self.of_class.push(of_class);
        }
    }

    /// A Pod of a class came to a node, or went.
    pub(super) fn step(
        &mut self,
        (id, deleting): (ClassId, bool),
        node: &NodeInfo,
        by: i64,
        (classes, objects): (&[Class], &Objects),
    ) {
        self.meet(classes, objects);
        for at in &self.of_class[id.0 as usize] {
            let counter = &mut self.all[*at as usize];
            if deleting && !counter.query.counts_deleted() {
                continue;
            }
            Arc::make_mut(&mut counter.per_node).add(node.index, by);
            for per_domain in &mut counter.per_domain {
                per_domain.step(node, by);
            }
        }
    }

    fn counter(&mut self, query: &Query, classes: &[Class], objects: &Objects) -> &mut Counter {
        if let Some(found) = self.of_query.get(query) {
            return &mut self.all[*found as usize];
        }
        self.meet(classes, objects);
        let at = self.all.len();
        let number = at as u32;
        let mut per_node = Sparse::default();
        self.by_mark.push(query.marks(), number);
        for class in self.classes_by_mark.with(query.marks(), 0) {
            let (class, of_class) = (&classes[class as usize], &mut self.of_class[class as usize]);
            if !query.means(&class.sample, objects) {
                continue;
            }
            of_class.push(number);
            let deleted = class.deleted.iter().filter(|_| query.counts_deleted());
            for (node, pods) in class.placed.iter().chain(deleted) {
                per_node.add(node, pods);
            }
        }
        self.of_query.insert(query.clone(), number);
        self.all.push(Counter { query: query.clone(), per_node: Arc::new(per_node), per_domain: Vec::new() });
        &mut self.all[at]
    }

    /// How many Pods of each node a query counts.
    pub(super) fn per_node(&mut self, query: &Query, classes: &[Class], objects: &Objects) -> Arc<Sparse> {
        self.counter(query, classes, objects).per_node.clone()
    }

    /// How many Pods of each domain a query counts, on nodes that count.
    pub(super) fn tally(
        &mut self,
        query: &Query,
        (topology, rule): (Arc<Topology>, &NodeRule),
        nodes: &[NodeInfo],
        (classes, objects): (&[Class], &Objects),
    ) -> Tally {
        let counter = self.counter(query, classes, objects);
        let known = counter.per_domain.iter().find(|p| p.topology.key == topology.key && p.rule == *rule);
        if let Some(known) = known {
            return known.tally.clone();
        }
        let made = PerDomain::new(topology, rule.clone(), &counter.per_node, nodes);
        let tally = made.tally.clone();
        counter.per_domain.push(made);
        tally
    }
}
