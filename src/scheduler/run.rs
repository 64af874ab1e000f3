//! The scheduler: Pods in, placements out.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::attempt::Attempt;
use super::config::Configuration;
use super::cycle::ShapeCache;
use super::framework::{Context, Event};
use super::objects::Objects;
use super::plugins::Part;
use super::profile::Profile;
use super::queue::Queue;
use super::shape::{ShapeId, Shapes};
use super::snapshot::{ClassId, PodId, PodInfo, Snapshot};
use super::verdict::Nomination;
use crate::cluster::model::{Content, Node, Other, Phase, Pod};
use crate::object::Sym;

/// How much an `Attempt` tells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Detail {
    /// Where the Pod goes, or why it goes nowhere.
    #[default]
    Outcome,
    /// Also the nodes that were refused on the way, and all scores.
    Full,
    /// Also all that each node lacks, not only what was found first.
    Explained,
}

/// A scheduler with its view of the cluster.
#[derive(Clone)]
pub struct Scheduler {
    pub(super) snapshot: Snapshot,
    pub(super) objects: Objects,
    pub(super) configuration: Configuration,
    /// Plugins of all profiles, once by name: those that hear of events.
    pub(super) listeners: Vec<Part>,
    /// Where a search that stops early starts the next time.
    pub(super) next_start: Cell<usize>,
    pub(super) queue: Queue,
    pub(super) names: FxHashMap<(Sym, Sym), PodId>,
    /// Pods that a plugin keeps from being queued.
    pub(super) held: BTreeSet<PodId>,
    /// Pods that are on a node that nobody knows, by node.
    pub(super) strays: BTreeMap<PodId, Sym>,
    /// Where each Pod is.
    pub(super) placed: FxHashMap<PodId, u32>,
    /// Pods that wait for the node that preemption made room on.
    pub(super) nominated: BTreeMap<u32, Vec<PodId>>,
    /// Rises when a nomination changes.
    pub(super) nominations: u64,
    pub(super) shapes: Shapes,
    pub(super) caches: FxHashMap<ShapeId, ShapeCache>,
    /// Shapes of Pods that had an attempt.
    pub(super) seen: FxHashSet<ShapeId>,
    /// The last failed attempt of a class, and the state it was made in.
    pub(super) failures: FxHashMap<ClassId, (u64, u64, Attempt)>,
    pub(super) detail: Detail,
    /// Pods whose attempts tell all.
    pub(super) watched: FxHashSet<(Sym, Sym)>,
    pub(super) latest_start: i64,
}

impl std::fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scheduler")
            .field("nodes", &self.snapshot.nodes().len())
            .field("pods", &self.names.len())
            .finish_non_exhaustive()
    }
}

impl Scheduler {
    /// A scheduler of a cluster without nodes and Pods.
    pub fn new(objects: Objects, detail: Detail) -> Self {
        Self::configured(objects, detail, Configuration::default())
    }

    /// The same with a configuration.
    pub fn configured(objects: Objects, detail: Detail, configuration: Configuration) -> Self {
        let mut listeners: Vec<Part> = Vec::new();
        for plugin in configuration.profiles.iter().flat_map(|profile| &profile.all) {
            if !listeners.iter().any(|other| other.name() == plugin.name()) {
                listeners.push(plugin.clone());
            }
        }
        Self {
            snapshot: Snapshot::default(),
            objects,
            configuration,
            listeners,
            next_start: Cell::new(0),
            queue: Queue::default(),
            names: FxHashMap::default(),
            held: BTreeSet::new(),
            strays: BTreeMap::new(),
            placed: FxHashMap::default(),
            nominated: BTreeMap::new(),
            nominations: 0,
            shapes: Shapes::default(),
            caches: FxHashMap::default(),
            seen: FxHashSet::default(),
            failures: FxHashMap::default(),
            detail,
            watched: FxHashSet::default(),
            latest_start: 0,
        }
    }

    /// The nodes and the Pods on them.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What it is configured with.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// The profile of a `schedulerName`; `None`: another scheduler takes its Pods.
    pub fn profile(&self, name: Sym) -> Option<&Profile> {
        self.configuration.profile(name).map(|profile| &**profile)
    }

    /// True if no plugin keeps a Pod from being queued.
    fn may_be_queued(&self, pod: &Pod) -> bool {
        self.profile(pod.spec.scheduler)
            .is_some_and(|profile| profile.pre_enqueue.iter().all(|p| p.pre_enqueue(pod, &self.objects)))
    }

    pub(super) fn info(&self, namespace: Sym, name: Sym) -> Option<&PodInfo> {
        self.snapshot.pod(*self.names.get(&(namespace, name))?)
    }

    /// Other objects.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Services, controllers, namespaces or budgets have changed.
    pub fn set_objects(&mut self, objects: Objects) {
        if self.objects == objects {
            return;
        }
        self.objects = objects;
        self.snapshot.objects_changed();
        self.caches.clear();
        let held: Vec<PodId> = self.held.iter().copied().collect();
        for id in held {
            let Some(pod) = self.snapshot.pod(id).map(|info| info.pod.clone()) else { continue };
            if self.may_be_queued(&pod) {
                self.held.remove(&id);
                self.enqueue(id, &pod);
            }
        }
        self.happened(Event::Objects, None);
    }

    /// A node joins.
    pub fn add_node(&mut self, node: Arc<Node>) {
        let name = node.meta.name;
        self.caches.clear();
        self.shapes.forget();
        self.snapshot.add_node(node.clone());
        let index = self.snapshot.nodes().len() as u32 - 1;
        let arrived: Vec<PodId> =
            self.strays.iter().filter(|(_, at)| **at == name).map(|(id, _)| *id).collect();
        for id in arrived {
            self.strays.remove(&id);
            self.place(id, index);
        }
        self.happened(Event::NodeAdded(&node), None);
    }

    /// A Pod appears: one that is bound counts on its node, one that is not is queued. Pods that have ended count
    /// nowhere, Pods with gates wait elsewhere.
    pub fn add_pod(&mut self, pod: Arc<Pod>) {
        self.remove_pod(pod.meta.namespace, pod.meta.name);
        if pod.phase.is_terminal() {
            return;
        }
        let id = self.snapshot.insert(pod.clone());
        self.names.insert(pod.meta.id(), id);
        self.latest_start = self.latest_start.max(pod.start.unwrap_or(0));
        match pod.node {
            Some(name) => {
                match self.snapshot.node(name).map(|node| node.index) {
                    Some(node) => self.place(id, node),
                    None => {
                        self.strays.insert(id, name);
                    }
                }
                self.happened(Event::PodAdded(&pod), None);
            }
            None if pod.deleting => {}
            None if !self.may_be_queued(&pod) => _ = self.held.insert(id),
            None => self.enqueue(id, &pod),
        }
    }

    fn enqueue(&mut self, id: PodId, pod: &Pod) {
        self.queue.add(id, pod.spec.priority);
        if let Some(node) = pod.nominated.and_then(|name| self.snapshot.node(name)) {
            let index = node.index;
            self.nominated.entry(index).or_default().push(id);
            self.nominations += 1;
        }
    }

    /// A Pod is gone.
    pub fn remove_pod(&mut self, namespace: Sym, name: Sym) {
        let Some(id) = self.names.remove(&(namespace, name)) else { return };
        self.queue.remove(id);
        self.held.remove(&id);
        self.denominate(id);
        self.strays.remove(&id);
        if let Some(node) = self.placed.remove(&id) {
            self.snapshot.lift(id, node, &self.objects);
        }
        let Some(info) = self.snapshot.forget(id) else { return };
        if info.pod.node.is_some() || info.pod.nominated.is_some() {
            self.happened(Event::PodDeleted(&info.pod), None);
        }
    }

    /// A Pod as the scheduler sees it: its node, once it is placed.
    pub fn pod(&self, namespace: Sym, name: Sym) -> Option<&Arc<Pod>> {
        self.info(namespace, name).map(|info| &info.pod)
    }

    /// Attempts to place this Pod tell all (`Detail::Explained`), whatever others tell.
    pub fn watch(&mut self, namespace: Sym, name: Sym) {
        self.watched.insert((namespace, name));
    }

    /// How much is told of an attempt to place a Pod.
    pub(super) fn detail_of(&self, pod: &Pod) -> Detail {
        if self.watched.contains(&pod.meta.id()) { Detail::Explained } else { self.detail }
    }

    /// Pods that have no node, in order of arrival.
    pub fn pending(&self) -> impl Iterator<Item = &Arc<Pod>> {
        self.queue.pods().filter_map(|id| self.snapshot.pod(id)).map(|info| &info.pod)
    }

    /// Attempts until nothing moves.
    pub fn run(&mut self) -> Vec<Attempt> {
        std::iter::from_fn(|| self.schedule_one()).collect()
    }

    /// The next attempt; `None` if no Pod has a chance before something happens.
    pub fn schedule_one(&mut self) -> Option<Attempt> {
        let (id, number) = self.queue.pop()?;
        let info = self.snapshot.pod(id)?.clone();
        let nominated = info.pod.nominated;
        let state = (self.snapshot.version(), self.nominations);
        if let Some((snapshot, nominations, failure)) = self.failures.get(&info.class)
            && (*snapshot, *nominations) == state
            && nominated.is_none()
            && (failure.explanation.is_some() || self.detail_of(&info.pod) < Detail::Explained)
        {
            let attempt = Attempt { pod: info.pod.meta.id(), number, ..failure.clone() };
            self.queue.failed(id, attempt.refused_by.clone());
            return Some(attempt);
        }

        let (mut attempt, nomination) = self.attempt(id, &info);
        attempt.number = number;
        if let Some(node) = attempt.node {
            attempt.changes = self.reserve(&info, node);
            self.bind(id, &info.pod, node);
            return Some(attempt);
        }
        self.queue.failed(id, attempt.refused_by.clone());
        self.apply(&attempt.changes);
        if attempt.nominate.is_none() && nominated.is_none() && attempt.changes.is_empty() {
            self.failures.insert(info.class, (state.0, state.1, attempt.clone()));
        }
        self.nominate(id, nomination);
        // One that is being deleted already takes the time it takes.
        let lives = |path: &(Sym, Sym)| self.pod(path.0, path.1).is_some_and(|victim| !victim.deleting);
        let evicted: Vec<(Sym, Sym)> = attempt.victims.iter().copied().filter(lives).collect();
        if let (false, Some(node)) = (evicted.is_empty(), attempt.nominate) {
            self.clear_lower_nominations(node, info.pod.spec.priority);
        }
        for (namespace, name) in evicted {
            self.remove_pod(namespace, name);
        }
        Some(attempt)
    }

    fn place(&mut self, id: PodId, node: u32) {
        self.snapshot.place(id, node, &self.objects);
        self.placed.insert(id, node);
    }

    /// Writes what the Pod needs on the node besides itself.
    fn reserve(&mut self, info: &PodInfo, node: Sym) -> Vec<Arc<Other>> {
        let mut changes = Vec::new();
        if let Some(node) = self.snapshot.node(node) {
            let context = Context {
                pod: &info.pod,
                class: info.class,
                cluster: &self.snapshot,
                objects: &self.objects,
            };
            let profile = self.profile(info.pod.spec.scheduler);
            for (profile, plugin) in profile.iter().flat_map(|p| p.reserve.iter().map(move |part| (p, part)))
            {
                // Only what its filter found is reserved.
                if profile.filter.iter().any(|filter| filter.name() == plugin.name()) {
                    changes.extend(plugin.reserve(&context, node));
                }
            }
        }
        self.apply(&changes);
        changes
    }

    /// Objects that were made or changed for a Pod.
    fn apply(&mut self, changes: &[Arc<Other>]) {
        for other in changes {
            let (namespace, name) = other.meta.id();
            let event = match &other.content {
                Content::Volume(_) if self.objects.volumes().volume(name).is_none() => Event::VolumeAdded,
                Content::Volume(_) => Event::VolumeChanged,
                Content::Claim(_) => Event::ClaimChanged(namespace, name),
                Content::ResourceClaim(claim) => {
                    Event::ResourceClaim { namespace, name, freed: claim.allocation.is_none() }
                }
                _ => Event::Objects,
            };
            self.objects.put(other);
            self.snapshot.touched();
            self.happened(event, None);
        }
    }

    fn bind(&mut self, id: PodId, pod: &Arc<Pod>, node: Sym) {
        self.queue.remove(id);
        self.denominate(id);
        self.latest_start += 1;
        let mut bound = Pod::clone(pod);
        bound.node = Some(node);
        bound.phase = Phase::Running;
        bound.start = Some(self.latest_start);
        let bound = Arc::new(bound);
        self.snapshot.replace(id, bound.clone());
        if let Some(index) = self.snapshot.node(node).map(|info| info.index) {
            self.place(id, index);
        }
        self.happened(Event::PodAdded(&bound), None);
    }

    fn denominate(&mut self, id: PodId) {
        let before = self.nominations;
        self.nominated.retain(|_, pods| {
            let count = pods.len();
            pods.retain(|pod| *pod != id);
            self.nominations += u64::from(pods.len() != count);
            !pods.is_empty()
        });
        debug_assert!(self.nominations - before <= 1, "a Pod is nominated to one node");
    }

    /// Pods of lower priority do not get the room that is made on a node. Where all victims were on their way out before, none
    /// is made. Mirrors `prepareCandidateAsync`.
    fn clear_lower_nominations(&mut self, node: Sym, priority: i64) {
        let Some(index) = self.snapshot.node(node).map(|node| node.index) else { return };
        let lower =
            |other: &PodId| self.snapshot.pod(*other).is_some_and(|info| info.pod.spec.priority < priority);
        let others = self.nominated.get(&index).into_iter().flatten();
        let lower: Vec<PodId> = others.copied().filter(lower).collect();
        for other in lower {
            self.nominate(other, Nomination::Clear);
        }
    }

    /// Sets, clears or keeps a Pod's nomination. Losing one frees the node for Pods of the same or lower priority.
    fn nominate(&mut self, id: PodId, nomination: Nomination) {
        let Some(info) = self.snapshot.pod(id) else { return };
        let old = info.pod.clone();
        let new = match nomination {
            Nomination::Keep => return,
            Nomination::Clear => None,
            Nomination::Node(name) => Some(name),
        };
        if old.nominated == new {
            return;
        }
        self.denominate(id);
        let mut changed = Pod::clone(&old);
        changed.nominated = new;
        self.snapshot.replace(id, Arc::new(changed));
        if let Some(index) = new.and_then(|name| self.snapshot.node(name)).map(|node| node.index) {
            self.nominated.entry(index).or_default().push(id);
            self.nominations += 1;
        }
        if old.nominated.is_some() {
            self.happened(Event::PodDeleted(&old), Some(old.spec.priority));
        }
    }

    /// Gives waiting Pods whom an event may help another chance; with `up_to` only those of at most this priority.
    fn happened(&mut self, event: Event<'_>, up_to: Option<i64>) {
        if self.queue.nobody_waits() {
            return;
        }
        let mut woken = Vec::new();
        for plugin in &self.listeners {
            if matches!(event, Event::PodAdded(_)) && !plugin.hears_bindings() {
                continue;
            }
            // Pods of one class are helped by the same events.
            let mut of_class: FxHashMap<ClassId, bool> = FxHashMap::default();
            for id in self.queue.refused_by(plugin.name()) {
                let Some(info) = self.snapshot.pod(id) else { continue };
                if up_to.is_some_and(|most| info.pod.spec.priority > most) {
                    continue;
                }
                let helps = of_class.entry(info.class).or_insert_with(|| {
                    let (pod, class) = (&*info.pod, info.class);
                    let context = Context { pod, class, cluster: &self.snapshot, objects: &self.objects };
                    plugin.hint(&context, event)
                });
                if *helps {
                    woken.push(id);
                }
            }
        }
        for id in woken {
            self.queue.wake(id);
        }
    }
}
