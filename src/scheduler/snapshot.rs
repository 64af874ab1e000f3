//! Nodes and the Pods on them, as the plugins see them (`backend/cache`, `framework.NodeInfo`).
//!
//! Pods of one template are a class: what a selector or a term says of one of them it says of all. What plugins count
//! (Pods that match a selector, Pods that have a term) is counted per node once and kept up as Pods come and go.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::counts::{Counters, NodeRule, Query, Tally};
use super::marks::{Mark, Marked};
use super::objects::Objects;
use super::sparse::Sparse;
use super::terms::{Held, HeldTerm};
use super::topology::Topology;
use crate::cluster::fit;
use crate::cluster::model::{Assumed, HostPort, Node, Pod, Resources};
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

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct ClassKey {
    spec: usize,
    namespace: Sym,
    labels: Labels,
    controller: Option<(Sym, Sym)>,
    /// A Pod that was resized in place asks what no other Pod of its template asks.
    resized: Option<Sym>,
}

/// Pods of one template.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// One of them. It keeps the address of the specification, which is the class's key, from being used again.
    pub(super) sample: Arc<Pod>,
    /// How many there are on each node.
    pub(super) placed: Sparse,
    /// How many that are being deleted there are on each node.
    pub(super) deleted: Sparse,
    /// Terms that they have.
    terms: Vec<u32>,
}

/// What holds for all Pods of a class, as far as it has been asked for.
#[derive(Clone, Default, Debug)]
struct Known {
    /// How many of the held terms were looked at.
    looked_at: u32,
    /// Those of them that mean the class.
    meant_by: Vec<u32>,
    default_selector: Option<Arc<Selector>>,
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
    held_by_mark: Marked,
    /// By class.
    known: RefCell<Vec<Known>>,
    counters: RefCell<Counters>,
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
        self.counters.get_mut().clear();
        // The topologies grow, each on its own, so their order does not matter.
        #[expect(clippy::iter_over_hash_type)]
        for topology in self.topologies.get_mut().values_mut() {
            Arc::make_mut(topology).add(&self.nodes[index as usize].node.meta.labels);
        }
        *self.images.get_mut() = None;
        *self.ranks.get_mut() = None;
        *self.by_zone.get_mut() = None;
        self.version += 1;
    }

    /// The class of a Pod.
    pub(super) fn class(&mut self, pod: &Arc<Pod>) -> ClassId {
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
        let terms = HeldTerm::of(pod).map(|term| self.hold(term)).collect();
        let (placed, deleted) = (Sparse::default(), Sparse::default());
        self.classes.push(Class { sample: pod.clone(), placed, deleted, terms });
        self.class_of.insert(key, id);
        id
    }

    fn hold(&mut self, held: HeldTerm) -> u32 {
        if let Some(found) = self.held_of.get(&held) {
            return *found;
        }
        let at = self.held.len() as u32;
        self.held_by_mark.push(held.marks(), at);
        self.held.push(Held { held: held.clone(), pods: Arc::default() });
        self.held_of.insert(held, at);
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
        let by = if up { 1 } else { -1 };
        for at in &self.classes[info.class.0 as usize].terms {
            let key = self.held[*at as usize].held.term.topology_key;
            if let Some(domain) = self.topology(key).domain(node) {
                Arc::make_mut(&mut self.held[*at as usize].pods).add(domain, by);
            }
        }
        let class = &mut self.classes[info.class.0 as usize];
        let pods = if info.pod.deleting { &mut class.deleted } else { &mut class.placed };
        pods.add(node, by);
        let (pod, node) = ((info.class, info.pod.deleting), &self.nodes[node as usize]);
        self.counters.get_mut().step(pod, node, by, (&self.classes, objects));
    }

    /// How many Pods of each node a query counts.
    pub fn counts(&self, query: &Query, objects: &Objects) -> Arc<Sparse> {
        self.counters.borrow_mut().per_node(query, &self.classes, objects)
    }

    /// How many Pods of each domain a query counts, on the nodes on which Pods count.
    pub fn tally(
        &self,
        query: &Query,
        topology: &Arc<Topology>,
        rule: &NodeRule,
        objects: &Objects,
    ) -> Tally {
        let mut counters = self.counters.borrow_mut();
        counters.tally(query, (topology.clone(), rule), &self.nodes, (&self.classes, objects))
    }

    /// The same where nobody is counted.
    pub fn tally_of_nobody(&self, topology: &Topology, rule: &NodeRule) -> Tally {
        Tally::of_nobody(topology, rule, &self.nodes)
    }

    /// Forgets what depends on other objects than Pods and nodes.
    pub(super) fn objects_changed(&mut self) {
        self.counters.get_mut().clear();
        self.known.get_mut().clear();
        self.version += 1;
    }

    /// What is known of a class.
    fn known<R>(&self, class: ClassId, ask: impl FnOnce(&mut Known) -> R) -> R {
        let mut known = self.known.borrow_mut();
        if known.len() < self.classes.len() {
            known.resize_with(self.classes.len(), Known::default);
        }
        ask(&mut known[class.0 as usize])
    }

    /// Terms of Pods on nodes that mean Pods of a class.
    pub(super) fn terms_against(&self, class: ClassId, objects: &Objects, mut each: impl FnMut(&Held)) {
        self.known(class, |known| {
            let sample = &self.classes[class.0 as usize].sample;
            if known.looked_at < self.held.len() as u32 {
                let mut new = self.held_by_mark.with(Mark::of_pod(sample), known.looked_at);
                new.retain(|at| self.held[*at as usize].held.means(sample, objects));
                known.meant_by.extend(new);
                known.looked_at = self.held.len() as u32;
            }
            let held = known.meant_by.iter().map(|at| &self.held[*at as usize]);
            held.filter(|held| !held.pods.is_empty()).for_each(&mut each);
        });
    }

    /// The selector by which Pods of a class are spread if they have no constraints of their own.
    pub(super) fn default_selector(&self, class: ClassId, objects: &Objects) -> Arc<Selector> {
        self.known(class, |known| {
            let of_sample = || Arc::new(objects.default_selector(&self.classes[class.0 as usize].sample));
            known.default_selector.get_or_insert_with(of_sample).clone()
        })
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
        let labels = self.nodes.iter().map(|info| &info.node.meta.labels);
        let topology = Arc::new(Topology::new(key, labels));
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
