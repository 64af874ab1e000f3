//! Nodes and the Pods on them, as the plugins see them (`backend/cache`, `framework.NodeInfo`).
//!
//! Pods of one template are a class: what a selector or a term says of one of them it says of all. What plugins count
//! (Pods that match a selector, Pods that have a term) is counted per node once and kept up as Pods come and go.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::objects::Objects;
use crate::cluster::fit;
use crate::cluster::model::{
    Assumed, HostPort, Node, Pod, PodAffinityTerm, PodSpec, Resources, Volume, VolumeSource,
};
use crate::object::{Labels, Selector, Sym, sym};

/// Position of a Pod in the snapshot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PodId(pub u32);

/// Position of a class of Pods in the snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ClassId(pub u32);

/// A Pod and its class.
#[derive(Clone, Debug)]
pub struct PodInfo {
    /// The Pod.
    pub pod: Arc<Pod>,
    /// Its class.
    pub class: ClassId,
}

/// A node and what is on it.
#[derive(Clone, Debug)]
pub struct NodeInfo {
    /// Position in the snapshot.
    pub index: u32,
    /// The node.
    pub node: Arc<Node>,
    /// Sum of what its Pods ask.
    pub requested: Resources,
    /// Sum of what scoring assumes that its Pods ask.
    pub assumed: Assumed,
    /// Pods in order of arrival.
    pub pods: Vec<PodId>,
    /// Ports that are taken. A set: of two Pods that share a port, either frees it.
    pub ports: Vec<HostPort>,
    /// Rises whenever a Pod comes or goes.
    pub generation: u32,
}

impl NodeInfo {
    pub(super) fn new(index: u32, node: Arc<Node>) -> Self {
        Self {
            index,
            node,
            requested: Resources::default(),
            assumed: Assumed::default(),
            pods: Vec::new(),
            ports: Vec::new(),
            generation: 0,
        }
    }

    /// Puts a Pod on it.
    pub fn add(&mut self, id: PodId, pod: &Pod) {
        let requests = pod.requests();
        self.requested.add(&requests.total);
        self.assumed.milli_cpu = self.assumed.milli_cpu.saturating_add(requests.assumed.milli_cpu);
        self.assumed.memory = self.assumed.memory.saturating_add(requests.assumed.memory);
        self.pods.push(id);
        for port in &pod.spec.host_ports {
            if !self.ports.contains(port) {
                self.ports.push(*port);
            }
        }
        self.generation += 1;
    }

    /// Takes a Pod off it. False if it was not there.
    pub fn remove(&mut self, id: PodId, pod: &Pod) -> bool {
        let Some(at) = self.pods.iter().position(|other| *other == id) else { return false };
        self.pods.remove(at);
        let requests = pod.requests();
        self.requested.sub(&requests.total);
        self.assumed.milli_cpu = self.assumed.milli_cpu.saturating_sub(requests.assumed.milli_cpu);
        self.assumed.memory = self.assumed.memory.saturating_sub(requests.assumed.memory);
        self.ports.retain(|port| !pod.spec.host_ports.contains(port));
        self.generation += 1;
        true
    }

    /// True if one of these ports is taken.
    pub fn ports_conflict(&self, ports: &[HostPort]) -> bool {
        ports.iter().any(|want| self.ports.iter().any(|used| fit::ports_conflict(want, used)))
    }
}

/// What is counted per node.
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
    fn counts(&self, pod: &Pod, objects: &Objects) -> bool {
        match self {
            Self::Spread { namespace, selector } => {
                !pod.deleting && pod.meta.namespace == *namespace && selector.matches(&pod.meta.labels)
            }
            Self::Claim { namespace, claim } => {
                let names =
                    |volume: &Volume| matches!(volume.source, VolumeSource::Claim(name) if name == *claim);
                pod.meta.namespace == *namespace && pod.spec.volumes.iter().any(names)
            }
            Self::Terms { own, terms } => matches_all(terms, *own, pod, objects),
        }
    }
}

/// True if a Pod matches all terms of a Pod in namespace `own` (`podMatchesAllAffinityTerms`).
pub(super) fn matches_all(terms: &[PodAffinityTerm], own: Sym, pod: &Pod, objects: &Objects) -> bool {
    !terms.is_empty() && terms.iter().all(|term| matches_incoming(term, own, pod, objects))
}

/// True if an existing Pod matches a term of the Pod to place. The scheduler resolves the namespace selector to names,
/// and then asks it once more with no labels at all: one that accepts a namespace without labels accepts every one.
pub(super) fn matches_incoming(term: &PodAffinityTerm, own: Sym, pod: &Pod, objects: &Objects) -> bool {
    let by_selector = |selector: &Selector| {
        objects.namespace_matches(pod.meta.namespace, selector) || selector.matches(&Labels::default())
    };
    matches_term(term, own, pod, by_selector)
}

/// True if the Pod to place matches a term of an existing Pod in namespace `own`.
pub(super) fn matches_existing(term: &PodAffinityTerm, own: Sym, pod: &Pod, objects: &Objects) -> bool {
    matches_term(term, own, pod, |selector| objects.namespace_matches(pod.meta.namespace, selector))
}

fn matches_term(
    term: &PodAffinityTerm,
    own: Sym,
    pod: &Pod,
    by_selector: impl Fn(&Selector) -> bool,
) -> bool {
    let namespace = pod.meta.namespace;
    let namespace_matches = if term.namespaces.is_empty() && term.namespace_selector.is_none() {
        namespace == own
    } else {
        term.namespaces.contains(&namespace) || term.namespace_selector.as_ref().is_some_and(by_selector)
    };
    namespace_matches && term.selector.as_ref().is_some_and(|selector| selector.matches(&pod.meta.labels))
}

/// How a Pod holds a term of affinity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TermKind {
    /// Required affinity.
    Required,
    /// Required anti-affinity.
    RequiredAnti,
    /// Preferred affinity, with its weight.
    Preferred(i64),
    /// Preferred anti-affinity, with its weight.
    PreferredAnti(i64),
}

/// A term that Pods on nodes have.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct HeldTerm {
    kind: TermKind,
    own: Sym,
    term: PodAffinityTerm,
}

/// A held term and how many Pods of each node have it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) kind: TermKind,
    pub(super) own: Sym,
    pub(super) term: PodAffinityTerm,
    pub(super) per_node: Vec<u32>,
    pub(super) total: u32,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct ClassKey {
    spec: usize,
    namespace: Sym,
    labels: Labels,
    controller: Option<(Sym, Sym)>,
    /// A Pod that was resized in place asks what no other Pod of its template asks.
    resized: Option<Sym>,
}

#[derive(Clone, Debug)]
struct Class {
    // Keeps the address that is the class's key from being used again.
    _spec: Arc<PodSpec>,
    terms: Vec<u32>,
}

/// The domains that a label of nodes makes.
#[derive(Debug)]
pub struct Topology {
    /// The label's key.
    pub key: Sym,
    /// Domain of each node; `NONE` for nodes without the label.
    pub of: Vec<u32>,
    /// How many domains there are.
    pub domains: usize,
}

impl Topology {
    /// Domain of nodes without the label.
    pub const NONE: u32 = u32::MAX;

    /// Domain of a node.
    pub fn domain(&self, node: u32) -> Option<usize> {
        let domain = self.of[node as usize];
        (domain != Self::NONE).then_some(domain as usize)
    }
}

#[derive(Clone, Debug)]
struct Counter {
    per_node: Arc<Vec<u32>>,
    /// Does it count a class? 0: not known yet, 1: no, 2: yes.
    of_class: Vec<u8>,
}

/// Nodes and the Pods on them.
#[derive(Clone, Default, Debug)]
pub struct Snapshot {
    nodes: Vec<NodeInfo>,
    by_name: FxHashMap<Sym, u32>,
    ranks: RefCell<Option<Arc<Vec<u32>>>>,
    by_zone: RefCell<Option<Arc<Vec<u32>>>>,
    pods: Vec<Option<PodInfo>>,
    classes: Vec<Class>,
    class_of: FxHashMap<ClassKey, ClassId>,
    held: Vec<Held>,
    held_of: FxHashMap<HeldTerm, u32>,
    counters: RefCell<FxHashMap<Query, Counter>>,
    topologies: RefCell<FxHashMap<Sym, Arc<Topology>>>,
    images: RefCell<Option<Arc<FxHashMap<Sym, Image>>>>,
    version: u64,
    /// Nodes in the order in which Pods came to them or left them.
    changes: Vec<u32>,
}

/// An image and how many nodes have it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Image {
    pub(super) size: i64,
    pub(super) nodes: u32,
}

impl Snapshot {
    /// All nodes in order of arrival.
    pub fn nodes(&self) -> &[NodeInfo] {
        &self.nodes
    }

    /// The node of a name.
    pub fn node(&self, name: Sym) -> Option<&NodeInfo> {
        self.by_name.get(&name).map(|index| &self.nodes[*index as usize])
    }

    /// A Pod of the snapshot.
    pub fn pod(&self, id: PodId) -> Option<&PodInfo> {
        self.pods.get(id.0 as usize)?.as_ref()
    }

    /// Position of each node in the order of names.
    pub(super) fn ranks(&self) -> Arc<Vec<u32>> {
        let by_name = || {
            let mut order: Vec<u32> = (0..self.nodes.len() as u32).collect();
            order.sort_unstable_by_key(|node| self.nodes[*node as usize].node.meta.name);
            let mut ranks = vec![0; order.len()];
            for (rank, node) in order.into_iter().enumerate() {
                ranks[node as usize] = rank as u32;
            }
            Arc::new(ranks)
        };
        self.ranks.borrow_mut().get_or_insert_with(by_name).clone()
    }

    /// Nodes in the order in which a scan that stops early looks at them: one of each zone in turn, zones and their nodes
    /// in order of arrival (`nodeTree.list`).
    pub(super) fn by_zone(&self) -> Arc<Vec<u32>> {
        let order = || {
            let mut zones: Vec<Vec<u32>> = Vec::new();
            let mut at: FxHashMap<(Option<Sym>, Option<Sym>), usize> = FxHashMap::default();
            for node in &self.nodes {
                let label = |now: &str, before: &str| {
                    let labels = &node.node.meta.labels;
                    labels.get(sym(now)).or_else(|| labels.get(sym(before))).filter(|v| !v.is_empty())
                };
                let region =
                    label("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region");
                let zone = label("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone");
                let next = zones.len();
                let at = *at.entry((region, zone)).or_insert(next);
                if at == next {
                    zones.push(Vec::new());
                }
                zones[at].push(node.index);
            }
            let longest = zones.iter().map(Vec::len).max().unwrap_or(0);
            let turn = |turn: usize| zones.iter().filter_map(move |zone| zone.get(turn).copied());
            Arc::new((0..longest).flat_map(turn).collect())
        };
        self.by_zone.borrow_mut().get_or_insert_with(order).clone()
    }

    /// Nodes in the order in which Pods came to them or left them. It only grows.
    pub(super) fn changes(&self) -> &[u32] {
        &self.changes
    }

    /// Rises with every change.
    pub fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn add_node(&mut self, node: Arc<Node>) {
        let index = self.nodes.len() as u32;
        self.by_name.insert(node.meta.name, index);
        self.nodes.push(NodeInfo::new(index, node));
        for held in &mut self.held {
            held.per_node.push(0);
        }
        self.counters.get_mut().clear();
        self.topologies.get_mut().clear();
        *self.images.get_mut() = None;
        *self.ranks.get_mut() = None;
        *self.by_zone.get_mut() = None;
        self.version += 1;
    }

    /// The class of a Pod.
    pub(super) fn class(&mut self, pod: &Pod) -> ClassId {
        let key = ClassKey {
            spec: Arc::as_ptr(&pod.spec) as usize,
            namespace: pod.meta.namespace,
            labels: pod.meta.labels.clone(),
            controller: pod.meta.controller().map(|owner| (owner.kind, owner.name)),
            resized: pod.resized.as_ref().map(|_| pod.meta.name),
        };
        if let Some(class) = self.class_of.get(&key) {
            return *class;
        }
        let id = ClassId(self.classes.len() as u32);
        let spec = &*pod.spec;
        let mut terms = Vec::new();
        let (with, against) = (&spec.pod_affinity, &spec.pod_anti_affinity);
        let required = with.required.iter().map(|t| (TermKind::Required, t));
        let required_anti = against.required.iter().map(|t| (TermKind::RequiredAnti, t));
        let preferred = with.preferred.iter().map(|w| (TermKind::Preferred(w.weight), &w.term));
        let preferred_anti = against.preferred.iter().map(|w| (TermKind::PreferredAnti(w.weight), &w.term));
        for (kind, term) in required.chain(required_anti).chain(preferred).chain(preferred_anti) {
            terms.push(self.hold(HeldTerm { kind, own: pod.meta.namespace, term: term.clone() }));
        }
        self.classes.push(Class { _spec: pod.spec.clone(), terms });
        self.class_of.insert(key, id);
        id
    }

    fn hold(&mut self, term: HeldTerm) -> u32 {
        if let Some(found) = self.held_of.get(&term) {
            return *found;
        }
        let at = self.held.len() as u32;
        let HeldTerm { kind, own, term: held } = term.clone();
        self.held.push(Held { kind, own, term: held, per_node: vec![0; self.nodes.len()], total: 0 });
        self.held_of.insert(term, at);
        at
    }

    /// Makes a Pod known; it is on no node.
    pub(super) fn insert(&mut self, pod: Arc<Pod>) -> PodId {
        let id = PodId(self.pods.len() as u32);
        let class = self.class(&pod);
        self.pods.push(Some(PodInfo { pod, class }));
        id
    }

    /// Puts another version of a Pod in its place. It must be on no node, and of the same class.
    pub(super) fn replace(&mut self, id: PodId, pod: Arc<Pod>) {
        if let Some(Some(info)) = self.pods.get_mut(id.0 as usize) {
            info.pod = pod;
        }
    }

    /// Forgets a Pod that is on no node.
    pub(super) fn forget(&mut self, id: PodId) -> Option<PodInfo> {
        self.pods.get_mut(id.0 as usize)?.take()
    }

    /// Puts a Pod on a node.
    pub(super) fn place(&mut self, id: PodId, node: u32, objects: &Objects) {
        let Some(info) = self.pods[id.0 as usize].clone() else { return };
        self.nodes[node as usize].add(id, &info.pod);
        self.count(&info, node, true, objects);
    }

    /// Takes a Pod off a node.
    pub(super) fn lift(&mut self, id: PodId, node: u32, objects: &Objects) {
        let Some(info) = self.pods[id.0 as usize].clone() else { return };
        if self.nodes[node as usize].remove(id, &info.pod) {
            self.count(&info, node, false, objects);
        }
    }

    fn count(&mut self, info: &PodInfo, node: u32, up: bool, objects: &Objects) {
        self.version += 1;
        self.changes.push(node);
        let step = |count: &mut u32| {
            *count = if up { *count + 1 } else { count.saturating_sub(1) };
        };
        for term in &self.classes[info.class.0 as usize].terms {
            let held = &mut self.held[*term as usize];
            step(&mut held.per_node[node as usize]);
            step(&mut held.total);
        }
        // Every counter is stepped on its own, so their order does not matter.
        #[expect(clippy::iter_over_hash_type)]
        for (query, counter) in self.counters.get_mut() {
            if counter.counts(query, info, objects) {
                step(&mut Arc::make_mut(&mut counter.per_node)[node as usize]);
            }
        }
    }

    /// How many Pods of each node a query counts.
    pub fn counts(&self, query: &Query, objects: &Objects) -> Arc<Vec<u32>> {
        if let Some(counter) = self.counters.borrow().get(query) {
            return counter.per_node.clone();
        }
        let mut counter = Counter { per_node: Arc::default(), of_class: vec![0; self.classes.len()] };
        let per_node: Vec<u32> = self
            .nodes
            .iter()
            .map(|node| {
                let pods = node.pods.iter().filter_map(|id| self.pod(*id));
                pods.filter(|info| counter.counts(query, info, objects)).count() as u32
            })
            .collect();
        counter.per_node = Arc::new(per_node);
        let per_node = counter.per_node.clone();
        self.counters.borrow_mut().insert(query.clone(), counter);
        per_node
    }

    /// Forgets what depends on other objects than Pods and nodes.
    pub(super) fn objects_changed(&mut self) {
        self.counters.get_mut().clear();
        self.version += 1;
    }

    /// Terms that Pods on nodes have.
    pub(super) fn held(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|held| held.total > 0)
    }

    /// Terms of a class.
    pub(super) fn terms_of(&self, class: ClassId) -> impl Iterator<Item = &Held> {
        self.classes[class.0 as usize].terms.iter().map(|term| &self.held[*term as usize])
    }

    /// Says that volumes or devices have changed, on which nothing that is counted depends.
    pub(super) fn touched(&mut self) {
        self.version += 1;
    }

    /// The domains of a label.
    pub fn topology(&self, key: Sym) -> Arc<Topology> {
        if let Some(found) = self.topologies.borrow().get(&key) {
            return found.clone();
        }
        let mut numbers = FxHashMap::default();
        let of = self
            .nodes
            .iter()
            .map(|info| match info.node.meta.labels.get(key) {
                Some(value) => {
                    let next = numbers.len() as u32;
                    *numbers.entry(value).or_insert(next)
                }
                None => Topology::NONE,
            })
            .collect();
        let topology = Arc::new(Topology { key, of, domains: numbers.len() });
        self.topologies.borrow_mut().insert(key, topology.clone());
        topology
    }

    /// Images of all nodes. The size of a name is that which its first node reports.
    pub(super) fn images(&self) -> Arc<FxHashMap<Sym, Image>> {
        self.images
            .borrow_mut()
            .get_or_insert_with(|| {
                let mut images: FxHashMap<Sym, Image> = FxHashMap::default();
                for info in &self.nodes {
                    let mut seen: Vec<Sym> = Vec::new();
                    for image in &info.node.images {
                        for name in &image.names {
                            let entry = images.entry(*name).or_insert(Image { size: image.size, nodes: 0 });
                            if !seen.contains(name) {
                                entry.nodes += 1;
                                seen.push(*name);
                            }
                        }
                    }
                }
                Arc::new(images)
            })
            .clone()
    }
}

impl Counter {
    fn counts(&mut self, query: &Query, info: &PodInfo, objects: &Objects) -> bool {
        // Whether a Pod is being deleted is not a matter of its class.
        if info.pod.deleting && matches!(query, Query::Spread { .. }) {
            return false;
        }
        let at = info.class.0 as usize;
        if self.of_class.len() <= at {
            self.of_class.resize(at + 1, 0);
        }
        if self.of_class[at] == 0 {
            self.of_class[at] = 1 + u8::from(query.counts(&info.pod, objects));
        }
        self.of_class[at] == 2
    }
}
