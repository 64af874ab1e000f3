//! The scheduler's turn: it hears what changed, and places what it can.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cluster::model::{Other, Pod};
use crate::cluster::{Entity, Events, State};
use crate::object::Sym;
use crate::scheduler::{self, Attempt, Configuration, Detail, Objects, Scheduler};

/// The last attempt to place each Pod, by namespace and name.
pub type Attempts = BTreeMap<(Sym, Sym), Attempt>;

/// A Pod that had to go for a more important one.
#[derive(Clone, Debug)]
pub struct Preempted {
    /// The Pod that went.
    pub victim: Arc<Pod>,
    /// Namespace and name of the Pod that it went for.
    pub by: (Sym, Sym),
    /// How many of those that went with it a PodDisruptionBudget protects.
    pub protected: usize,
}

/// Why a Pod has no node, and what would give it one.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The nearest node and its arithmetic, a line each.
    pub facts: Vec<String>,
    /// The smallest changes, any of which is enough.
    pub mends: Vec<String>,
}

/// Pods that somebody wants explained: one by its name, or all of a workload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watch {
    /// Their namespace, if only Pods of one are meant.
    pub namespace: Option<Sym>,
    /// Name of the Pod, or of one of its owners.
    pub name: Sym,
}

impl Watch {
    /// True for a Pod that is meant.
    pub fn means(&self, state: &State, pod: &Pod) -> bool {
        self.namespace.is_none_or(|namespace| namespace == pod.meta.namespace)
            && (pod.meta.name == self.name || state.owners(pod).iter().any(|(_, name)| *name == self.name))
    }
}

/// Of so many Pods all that the scheduler sees is kept: it is a few hundred bytes a node.
const WATCHED: usize = 10;

/// A scheduler beside a state that others change.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    scheduler: Scheduler,
    /// The state that the scheduler knows.
    known: State,
    /// A state with the nodes that it knows.
    nodes: State,
    watches: Vec<Watch>,
    /// Pods that are watched.
    watched: Vec<(Sym, Sym)>,
}

impl Turn {
    /// A scheduler that knows the nodes and nothing else yet.
    pub(super) fn new(state: &State, configuration: Configuration) -> Self {
        let objects = Objects::of(state, configuration.minor);
        let mut scheduler = Scheduler::configured(objects, Detail::Outcome, configuration);
        for node in state.nodes() {
            scheduler.add_node(node.clone());
        }
        let mut nodes = State::default();
        nodes.share_nodes(state);
        Self { scheduler, known: State::default(), nodes, watches: Vec::new(), watched: Vec::new() }
    }

    /// Attempts to place these Pods tell all.
    pub(super) fn watch(&mut self, watches: Vec<Watch>) {
        self.watches = watches;
    }

    /// One turn. True if something changed.
    pub(super) fn take(
        &mut self,
        state: &mut State,
        attempts: &mut Attempts,
        preempted: &mut Vec<Preempted>,
        events: &mut Events,
    ) -> bool {
        self.hear(state);
        let mut changed = false;
        while let Some(attempt) = self.scheduler.schedule_one() {
            let (namespace, name) = attempt.pod;
            state.change_pod(namespace, name, |pod| {
                changed |= attempt.node.is_some();
                pod.node = attempt.node;
                pod.nominated =
                    if attempt.node.is_some() { None } else { attempt.nominate.or(pod.nominated) };
            });
            for other in &attempt.changes {
                state.put(Entity::Other(Other::clone(other)));
            }
            let chosen = attempt.candidates.iter().find(|candidate| Some(candidate.node) == attempt.nominate);
            let protected = chosen.map_or(0, |candidate| candidate.budget_violations);
            for victim in &attempt.victims {
                // One that is being deleted already goes by itself.
                if state.pod(victim.0, victim.1).is_some_and(|pod| pod.deleting) {
                    continue;
                }
                if let Some(victim) = state.remove_pod(victim.0, victim.1) {
                    let on = victim.node.map_or("", Sym::as_str);
                    let message = format!("Preempted by pod <uid> on node {on}");
                    let (namespace, name) = victim.meta.id();
                    events.note(("Pod", namespace, name), "Preempted", message);
                    preempted.push(Preempted { victim, by: attempt.pod, protected });
                    changed = true;
                }
            }
            attempts.insert(attempt.pod, attempt);
        }
        self.known = state.clone();
        changed
    }

    /// Tells the scheduler what happened since its last turn, in the order in which it happened.
    fn hear(&mut self, state: &State) {
        if state.nodes_changed(&self.nodes) {
            // Somebody applied a Node: every Pod without one gets another chance.
            let fresh = Self::new(state, self.scheduler.configuration().clone());
            let (watches, watched) = (std::mem::take(&mut self.watches), std::mem::take(&mut self.watched));
            *self = Self { watches, watched, ..fresh };
            self.watched.iter().for_each(|(namespace, name)| self.scheduler.watch(*namespace, *name));
        }
        if state.others_changed(&self.known) {
            let minor = self.scheduler.configuration().minor;
            self.scheduler.set_objects(Objects::of(state, minor));
        }
        let (mut come, gone) = state.pods_changed(&self.known);
        for pod in gone {
            self.scheduler.remove_pod(pod.meta.namespace, pod.meta.name);
        }
        // Those that are bound count before others are placed. Among the others the objects that were applied first have
        // their Pods first, whatever their kinds: controllers work side by side.
        come.sort_by_key(|pod| (pod.node.is_none(), pod.meta.cause.document, pod.created));
        for pod in come {
            let (namespace, name) = pod.meta.id();
            let same = self.scheduler.pod(namespace, name).is_some_and(|known| {
                known.node == pod.node
                    && known.deleting == pod.deleting
                    && !pod.phase.is_terminal()
                    && Arc::ptr_eq(&known.spec, &pod.spec)
                    && known.meta.labels == pod.meta.labels
            });
            let is_new = pod.node.is_none() && self.watched.len() < WATCHED;
            if is_new && self.watches.iter().any(|watch| watch.means(state, &pod)) {
                self.scheduler.watch(namespace, name);
                self.watched.push((namespace, name));
            }
            if !same && (pod.node.is_some() || self.scheduler.profile(pod.spec.scheduler).is_some()) {
                self.scheduler.add_pod(pod);
            }
        }
    }

    /// Why a Pod has no node: what each node lacks.
    pub(super) fn explain_all(&self, namespace: Sym, name: Sym) -> Option<scheduler::Explanation> {
        self.scheduler.explain(namespace, name)
    }

    /// Why a Pod has no node, in a few lines.
    pub(super) fn explain(&self, namespace: Sym, name: Sym) -> Option<Explanation> {
        let explanation = self.explain_all(namespace, name)?;
        let nearest = explanation.nearest?;
        let lacks: Vec<String> = nearest.lacks.iter().map(|(_, lack)| lack.to_string()).collect();
        Some(Explanation {
            facts: vec![format!("nearest: {} {}", nearest.node, lacks.join(", and "))],
            mends: explanation.mends.iter().map(ToString::to_string).collect(),
        })
    }
}
