//! The scheduler: Pods in, placements out.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::attempt::{Attempt, Rejected, Scores};
use super::cycle::{ClassCache, Cycle, Refusal};
use super::framework::{Code, Context, Event, Reason, Status};
use super::message::{Histogram, fit_error};
use super::objects::Objects;
use super::plugins::{self, DynamicResources, Weighted};
use super::preemption::{Preemption, preempt};
use super::queue::Queue;
use super::snapshot::{ClassId, PodId, PodInfo, Snapshot};
use crate::cluster::model::{Node, Phase, Pod};
use crate::object::Sym;

/// How much an `Attempt` tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Detail {
    /// Where the Pod goes, or why it goes nowhere.
    #[default]
    Outcome,
    /// Also the nodes that were refused on the way, and all scores.
    Full,
}

/// Classes whose answers are kept. More would cost memory (a few dozen bytes per node each) and hardly save time.
const MAX_CACHES: usize = 64;

/// A scheduler with its view of the cluster.
#[derive(Clone)]
pub struct Scheduler {
    snapshot: Snapshot,
    objects: Objects,
    plugins: &'static [Weighted],
    queue: Queue,
    names: FxHashMap<(Sym, Sym), PodId>,
    /// Pods that are on a node that nobody knows, by node.
    strays: BTreeMap<PodId, Sym>,
    /// Where each Pod is.
    placed: FxHashMap<PodId, u32>,
    /// Pods that wait for the node that preemption made room on.
    nominated: BTreeMap<u32, Vec<PodId>>,
    /// Rises when a nomination changes.
    nominations: u64,
    caches: FxHashMap<ClassId, ClassCache>,
    /// Classes that had an attempt.
    seen: FxHashSet<ClassId>,
    /// The last failed attempt of a class, and the state it was made in.
    failures: FxHashMap<ClassId, (u64, u64, Attempt)>,
    detail: Detail,
    latest_start: i64,
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
        Self {
            snapshot: Snapshot::default(),
            objects,
            plugins: plugins::DEFAULT,
            queue: Queue::default(),
            names: FxHashMap::default(),
            strays: BTreeMap::new(),
            placed: FxHashMap::default(),
            nominated: BTreeMap::new(),
            nominations: 0,
            caches: FxHashMap::default(),
            seen: FxHashSet::default(),
            failures: FxHashMap::default(),
            detail,
            latest_start: 0,
        }
    }

    /// The nodes and the Pods on them.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(super) fn plugins(&self) -> &'static [Weighted] {
        self.plugins
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
        self.objects = objects;
        self.snapshot.objects_changed();
    }

    /// A node joins.
    pub fn add_node(&mut self, node: Arc<Node>) {
        let name = node.meta.name;
        self.snapshot.add_node(node.clone());
        self.caches.clear();
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
            None if pod.deleting || !self.plugins.iter().all(|(plugin, _)| plugin.pre_enqueue(&pod)) => {}
            None => {
                self.queue.add(id, pod.spec.priority);
                if let Some(node) = pod.nominated.and_then(|name| self.snapshot.node(name)) {
                    let index = node.index;
                    self.nominated.entry(index).or_default().push(id);
                    self.nominations += 1;
                }
            }
        }
    }

    /// A Pod is gone.
    pub fn remove_pod(&mut self, namespace: Sym, name: Sym) {
        let Some(id) = self.names.remove(&(namespace, name)) else { return };
        self.queue.remove(id);
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
        {
            let attempt = Attempt { pod: info.pod.meta.id(), number, ..failure.clone() };
            self.queue.failed(id, attempt.refused_by.clone());
            return Some(attempt);
        }

        let (mut attempt, nomination) = self.attempt(id, &info);
        attempt.number = number;
        if let Some(node) = attempt.node {
            self.bind(id, &info.pod, node);
            return Some(attempt);
        }
        self.queue.failed(id, attempt.refused_by.clone());
        if attempt.nominate.is_none() && nominated.is_none() {
            self.failures.insert(info.class, (state.0, state.1, attempt.clone()));
        }
        self.nominate(id, nomination);
        for (namespace, name) in attempt.victims.clone() {
            // One that is being deleted already takes the time it takes.
            if self.pod(namespace, name).is_some_and(|victim| !victim.deleting) {
                self.remove_pod(namespace, name);
            }
        }
        Some(attempt)
    }

    fn place(&mut self, id: PodId, node: u32) {
        self.snapshot.place(id, node, &self.objects);
        self.placed.insert(id, node);
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
            // Pods of lower priority do not get the room that is made here.
            let priority = old.spec.priority;
            let others = self.nominated.get(&index).cloned().unwrap_or_default();
            let lower = |other: &PodId| {
                self.snapshot.pod(*other).is_some_and(|info| info.pod.spec.priority < priority)
            };
            let lower: Vec<PodId> = others.into_iter().filter(lower).collect();
            self.nominated.entry(index).or_default().push(id);
            self.nominations += 1;
            for other in lower {
                self.nominate(other, Nomination::Clear);
            }
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
        for (plugin, _) in self.plugins {
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

    /// Pods nominated to a node that count for a Pod: others of the same or higher priority.
    fn nominated_for(&self, id: PodId, pod: &Pod, node: u32) -> Vec<(PodId, PodInfo)> {
        let pods = self.nominated.get(&node).into_iter().flatten().filter(|other| **other != id);
        pods.filter_map(|other| Some((*other, self.snapshot.pod(*other)?.clone())))
            .filter(|(_, info)| info.pod.spec.priority >= pod.spec.priority)
            .collect()
    }

    /// One attempt; changes nothing but caches.
    fn attempt(&mut self, id: PodId, info: &PodInfo) -> (Attempt, Nomination) {
        let pod = &*info.pod;
        let mut attempt = Attempt {
            pod: pod.meta.id(),
            nominated: pod.nominated,
            reason: "Unschedulable",
            ..Attempt::default()
        };
        if self.snapshot.nodes().is_empty() {
            attempt.message = "no nodes available to schedule pods".into();
            return (attempt, Nomination::Clear);
        }
        // A class that comes a second time is worth keeping answers for.
        let mut cache = if self.seen.insert(info.class) {
            None
        } else {
            Some(self.caches.remove(&info.class).unwrap_or_default())
        };
        let context = Context { pod, class: info.class, cluster: &self.snapshot, objects: &self.objects };
        let cycle = Cycle::new(context, self.plugins);
        let nominated: BTreeMap<u32, Vec<(PodId, PodInfo)>> = self
            .nominated
            .keys()
            .map(|node| (*node, self.nominated_for(id, pod, *node)))
            .filter(|(_, pods)| !pods.is_empty())
            .collect();
        let nomination = self.verdict(&cycle, &nominated, cache.as_mut(), &mut attempt);
        drop(cycle);
        if let Some(cache) = cache {
            if self.caches.len() >= MAX_CACHES {
                self.caches.clear();
            }
            self.caches.insert(info.class, cache);
        }
        (attempt, nomination)
    }

    fn verdict(
        &self,
        cycle: &Cycle<'_>,
        nominated: &BTreeMap<u32, Vec<(PodId, PodInfo)>>,
        mut cache: Option<&mut ClassCache>,
        attempt: &mut Attempt,
    ) -> Nomination {
        let nodes = self.snapshot.nodes();
        let name = |index: u32| nodes[index as usize].node.meta.name;
        attempt.pre_filter.clone_from(&cycle.refused);
        attempt.narrowed.clone_from(&cycle.narrowed);
        let nominated_on = |node: u32| nominated.get(&node).map_or(&[][..], Vec::as_slice);
        let mut feasible: Vec<u32> = Vec::new();
        let mut refusals: Vec<Refusal> = Vec::new();
        if cycle.refused.is_none() {
            let mut check = |index: u32| {
                let node = &nodes[index as usize];
                match nominated_on(index) {
                    [] => cycle.check(node, cache.as_deref_mut()),
                    pods => cycle.check_nominated(node, pods),
                }
            };
            let promised = cycle.context.pod.nominated.and_then(|name| self.snapshot.node(name));
            if let Some(node) = promised.filter(|node| check(node.index).is_ok()) {
                feasible.push(node.index);
            } else {
                let visit = |index: u32| match check(index) {
                    Ok(()) => feasible.push(index),
                    Err(refusal) => refusals.push(refusal),
                };
                match cycle.narrowed_nodes() {
                    Some(narrowed) => narrowed.into_iter().for_each(visit),
                    None => (0..nodes.len() as u32).for_each(visit),
                }
            }
        }
        let full = self.detail == Detail::Full;
        if full {
            attempt.feasible = feasible.iter().map(|node| name(*node)).collect();
        }
        if feasible.is_empty() {
            return self.fail(cycle, &refusals, &nominated_on, attempt);
        }
        if full {
            let statuses = refusals.iter().filter_map(|r| Some((r.node, r.plugin, cycle.status(r)?)));
            attempt.rejected = group(cycle, statuses, name);
        }
        attempt.reason = "";
        if let [only] = feasible[..] {
            attempt.node = Some(name(only));
            return Nomination::Keep;
        }
        let scores = cycle.score(&feasible, cache);
        let mut totals = vec![0i64; feasible.len()];
        for (_, scores) in &scores {
            for (total, score) in totals.iter_mut().zip(scores) {
                *total += score;
            }
        }
        let most = totals.iter().copied().max().unwrap_or(0);
        let best = feasible.iter().zip(&totals).filter(|(_, total)| **total == most);
        attempt.ties = best.map(|(node, _)| name(*node)).collect();
        attempt.ties.sort_unstable();
        attempt.node = attempt.ties.first().copied();
        if full {
            let of_node = |(at, node): (usize, &u32)| {
                (name(*node), scores.iter().map(|(_, scores)| scores[at]).collect(), totals[at])
            };
            attempt.scores = Some(Scores {
                plugins: scores.iter().map(|(plugin, _)| *plugin).collect(),
                nodes: feasible.iter().enumerate().map(of_node).collect(),
            });
        }
        Nomination::Keep
    }

    /// No node is feasible: the message, and what preemption can do.
    fn fail<'n>(
        &self,
        cycle: &Cycle<'_>,
        refusals: &[Refusal],
        nominated_on: &impl Fn(u32) -> &'n [(PodId, PodInfo)],
        attempt: &mut Attempt,
    ) -> Nomination {
        let nodes = self.snapshot.nodes();
        let name = |index: u32| nodes[index as usize].node.meta.name;
        let statuses: Vec<(u32, usize, Status)> =
            refusals.iter().filter_map(|r| Some((r.node, r.plugin, cycle.status(r)?))).collect();
        let mut reasons = Histogram::default();
        for (.., status) in &statuses {
            status.reasons.iter().for_each(|reason| reasons.add(*reason, 1));
        }
        if let Some([plugin, ..]) = cycle.narrowed_by.get(..) {
            // NodeAffinity is the only plugin that narrows so far; the sentence has no other form.
            debug_assert_eq!(*plugin, "NodeAffinity");
            let outside = nodes.len() - statuses.len();
            reasons.add(Reason::Text("node(s) didn't satisfy plugin(s) [NodeAffinity]"), outside);
        }
        attempt.refused_by.clone_from(&cycle.narrowed_by);
        let refusing = statuses.iter().map(|(_, plugin, _)| cycle.plugins[*plugin].0.name());
        for plugin in refusing.chain(cycle.refused.as_ref().map(|(plugin, ..)| *plugin)) {
            if !attempt.refused_by.contains(&plugin) {
                attempt.refused_by.push(plugin);
            }
        }
        let pre_filter = cycle
            .refused
            .as_ref()
            .map(|(_, code, reasons)| (*code, Status { code: *code, reasons: reasons.clone() }.message()));
        let message = pre_filter.as_ref().map(|(_, message)| message.as_str());

        // DynamicResources comes first in PostFilter. Without its state it fails, and preemption is not tried.
        let unresolvable = matches!(pre_filter, Some((Code::UnschedulableAndUnresolvable, _)));
        if unresolvable {
            attempt.message = fit_error(nodes.len(), message, &reasons, "not found");
            return Nomination::Keep;
        }
        let potential: Vec<u32> = if pre_filter.is_some() {
            (0..nodes.len() as u32).collect()
        } else {
            let may_help = statuses.iter().filter(|(.., status)| status.code == Code::Unschedulable);
            may_help.map(|(node, ..)| *node).collect()
        };
        let promised = cycle.context.pod.nominated.and_then(|name| self.snapshot.node(name));
        let promised_code = promised.and_then(|node| {
            let found = statuses.iter().find(|(index, ..)| *index == node.index);
            found.map(|(.., status)| status.code)
        });
        let claims = DynamicResources::post_filter(cycle.context.pod);
        let (nomination, text) = match preempt(cycle, promised_code, &potential, nominated_on) {
            Preemption::NotEligible(why) => (Nomination::Keep, format!("{claims}, preemption: {why}")),
            Preemption::Nowhere(why) => (Nomination::Clear, format!("{claims}, preemption: {why}")),
            Preemption::Found { candidates, best } => {
                let chosen = best.first().map(|at| &candidates[*at]);
                attempt.candidates = candidates.iter().map(|victims| victims.candidate(cycle)).collect();
                if best.len() > 1 {
                    attempt.preemption_ties = best.iter().map(|at| candidates[*at].name).collect();
                }
                if let Some(chosen) = chosen {
                    attempt.nominate = Some(name(chosen.node));
                    attempt.victims = chosen.candidate(cycle).victims;
                }
                (attempt.nominate.map_or(Nomination::Clear, Nomination::Node), String::new())
            }
        };
        attempt.message = fit_error(nodes.len(), message, &reasons, &text);
        attempt.rejected = group(cycle, statuses.into_iter(), name);
        nomination
    }
}

/// What becomes of `status.nominatedNodeName`.
enum Nomination {
    Keep,
    Clear,
    Node(Sym),
}

/// Refusals of nodes, grouped by plugin, code and reasons.
fn group(
    cycle: &Cycle<'_>,
    statuses: impl Iterator<Item = (u32, usize, Status)>,
    name: impl Fn(u32) -> Sym,
) -> Vec<Rejected> {
    let mut groups: Vec<Rejected> = Vec::new();
    let mut at: FxHashMap<(usize, Status), usize> = FxHashMap::default();
    for (node, plugin, status) in statuses {
        let next = groups.len();
        let at = *at.entry((plugin, status)).or_insert_with_key(|(plugin, status)| {
            groups.push(Rejected {
                plugin: cycle.plugins[*plugin].0.name(),
                code: status.code,
                reasons: status.reasons.clone(),
                nodes: Vec::new(),
            });
            next
        });
        groups[at].nodes.push(name(node));
    }
    groups
}
