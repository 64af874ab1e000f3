//! The scheduler's turn: every Pod without a node that has a chance gets an attempt.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cluster::State;
use crate::cluster::model::{Node, Pod};
use crate::object::Sym;
use crate::scheduler::{Attempt, Detail, Objects, Scheduler};

/// The last attempt to place a Pod.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    /// Nodes that were equally good.
    pub ties: Vec<Sym>,
    /// `Unschedulable` or `SchedulerError`; empty if it was placed.
    pub reason: &'static str,
    /// What lands in the condition `PodScheduled`.
    pub message: String,
}

/// Why a Pod has no node, and what would give it one.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The nearest node and its arithmetic, a line each.
    pub facts: Vec<String>,
    /// The smallest changes, any of which is enough.
    pub mends: Vec<String>,
}

/// The name of the scheduler that is played; Pods of others are left alone.
const OURS: &str = "default-scheduler";

/// A scheduler and what it knows of the cluster.
#[derive(Debug)]
pub(super) struct Turn {
    scheduler: Scheduler,
    nodes: Vec<Arc<Node>>,
    pods: BTreeMap<(Sym, Sym), Arc<Pod>>,
}

impl Default for Turn {
    fn default() -> Self {
        let scheduler = Scheduler::new(Objects::default(), Detail::Outcome);
        Self { scheduler, nodes: Vec::new(), pods: BTreeMap::new() }
    }
}

/// True if what the scheduler looks at is the same.
fn same(a: &Pod, b: &Pod) -> bool {
    a.node == b.node
        && a.deleting == b.deleting
        && a.phase.is_terminal() == b.phase.is_terminal()
        && Arc::ptr_eq(&a.spec, &b.spec)
        && a.meta.labels == b.meta.labels
        && a.meta.owners == b.meta.owners
}

impl Turn {
    /// Attempts until nothing moves. True if a Pod was placed, or made room.
    pub(super) fn play(&mut self, state: &mut State, attempts: &mut BTreeMap<(Sym, Sym), Placement>) -> bool {
        self.look(state);
        let mut changed = false;
        while let Some(attempt) = self.scheduler.schedule_one() {
            changed |= self.apply(state, &attempt);
            let Attempt { pod, ties, reason, message, .. } = attempt;
            attempts.insert(pod, Placement { ties, reason, message });
        }
        changed
    }

    /// Takes over what has happened since the last turn.
    fn look(&mut self, state: &State) {
        let known = self.nodes.iter().zip(state.nodes()).take_while(|(a, b)| Arc::ptr_eq(a, b)).count();
        if known < self.nodes.len() {
            // A node changed or left: such a thing happens once in a simulation, if at all.
            *self = Self::default();
        }
        let objects = Objects::of(state);
        if objects != *self.scheduler.objects() {
            self.scheduler.set_objects(objects);
        }
        for node in state.nodes().skip(self.nodes.len()) {
            self.scheduler.add_node(node.clone());
            self.nodes.push(node.clone());
        }
        let gone: Vec<_> = self.pods.keys().filter(|id| state.pod(id.0, id.1).is_none()).copied().collect();
        for id in gone {
            self.pods.remove(&id);
            self.scheduler.remove_pod(id.0, id.1);
        }
        let mut arrived: Vec<&Arc<Pod>> = Vec::new();
        for pod in state.pods() {
            match self.pods.get(&pod.meta.id()) {
                Some(known) if Arc::ptr_eq(known, pod) => continue,
                Some(known) if same(known, pod) => {}
                _ => arrived.push(pod),
            }
            self.pods.insert(pod.meta.id(), pod.clone());
        }
        // Those that are bound count before others are placed. Of the others, first those of the document that was
        // applied first.
        arrived.sort_by_key(|pod| (pod.node.is_none(), pod.meta.cause.document, pod.meta.id()));
        for pod in arrived {
            if pod.node.is_some() || &*pod.spec.scheduler == OURS || pod.spec.scheduler.is_empty() {
                self.scheduler.add_pod(pod.clone());
            }
        }
    }

    fn apply(&mut self, state: &mut State, attempt: &Attempt) -> bool {
        let (namespace, name) = attempt.pod;
        for victim in &attempt.victims {
            // One that is being deleted already goes by itself.
            if state.pod(victim.0, victim.1).is_some_and(|pod| !pod.deleting) {
                state.remove_pod(victim.0, victim.1);
                self.pods.remove(victim);
            }
        }
        if attempt.node.is_some() || attempt.nominate != attempt.nominated {
            state.change_pod(namespace, name, |pod| {
                pod.node = attempt.node;
                pod.nominated = attempt.nominate.or(pod.nominated);
            });
            if let Some(pod) = state.pod(namespace, name) {
                self.pods.insert(attempt.pod, pod.clone());
            }
        }
        attempt.node.is_some() || !attempt.victims.is_empty()
    }

    /// Why a Pod has no node.
    pub(super) fn explain(&self, namespace: Sym, name: Sym) -> Option<Explanation> {
        let explanation = self.scheduler.explain(namespace, name)?;
        let nearest = explanation.nearest?;
        let lacks: Vec<String> = nearest.lacks.iter().map(ToString::to_string).collect();
        Some(Explanation {
            facts: vec![format!("nearest: {} {}", nearest.node, lacks.join(", and "))],
            mends: explanation.mends.iter().map(ToString::to_string).collect(),
        })
    }
}
