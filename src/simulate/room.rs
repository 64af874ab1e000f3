//! How many more replicas of a workload a cluster at rest has room for.
//!
//! The cluster is forked, the workload scaled, and the fork let come to rest: what counts is what controllers and scheduler
//! make of it. A few forks are enough: twice as many replicas each time until some find no node, then as many as found one,
//! and one more. Both of these are played, so that the answer holds whatever the plugins compare.

use std::collections::BTreeMap;

use super::bounds::{Budget, MAX_PODS};
use super::schedule::Turn;
use super::{Explanation, Moving, Outcome};
use crate::cluster::State;
use crate::nodes::Kubelet;
use crate::object::Sym;

/// A workload: kind, namespace and name.
pub type WorkloadId = (Sym, Sym, Sym);

/// How many more replicas fit.
#[derive(Clone, Debug)]
pub struct Room {
    /// The workload.
    pub workload: WorkloadId,
    /// How many replicas it asks for.
    pub replicas: i64,
    /// How many of these run already.
    pub placed: i64,
    /// How many more get a node without any other Pod having to go.
    pub more: i64,
    /// What stops the next.
    pub stop: Stop,
}

/// What stops the next replica.
#[derive(Clone, Debug)]
pub enum Stop {
    /// It finds no node: the scheduler's message, the nearest node and what would mend it.
    Pending(String, Explanation),
    /// It is not made, for this reason.
    NotCreated(String),
    /// These Pods (namespace, name) have to go for it.
    Preempts(Vec<(Sym, Sym)>),
    /// Nothing: more Pods are not played.
    Bound,
}

/// Kinds whose replicas can be counted.
pub const SCALED: [&str; 4] = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];

/// What a fork with more replicas came to.
struct Played {
    /// Replicas that have a node.
    placed: i64,
    /// What is in the way of the others; `None` if there is none.
    stop: Option<Stop>,
}

impl Outcome {
    /// How many more replicas of a workload fit; `None` if it is not there, has no replicas to count, or is a fork's.
    pub fn room(&self, workload: WorkloadId, kubelet: &dyn Kubelet) -> Option<Room> {
        let (kind, namespace, name) = workload;
        let found = self.after.workload(&kind, namespace, name)?;
        if !SCALED.contains(&kind.as_str()) {
            return None;
        }
        let replicas = found.replicas.max(0);
        // One scheduler sees all forks: from one to the next it hears only what is different between them.
        let mut turn = self.scheduler.clone()?;
        let mut budget = Budget::default();
        let mut play =
            |more: i64| play(&self.after, workload, replicas + more, kubelet, &mut turn, &mut budget);
        let first = play(0);
        let answer = |more, stop| Some(Room { workload, replicas, placed: first.placed, more, stop });
        if let Some(mut stop) = first.stop {
            if let Stop::Pending(message, _) = &mut stop {
                // Nobody tried again: the last attempt was made before.
                let mut own = self.after.pods_in(namespace).filter(|pod| pod.node.is_none());
                let waits = own.find(|pod| self.after.owners(pod).last() == Some(&(kind, name)));
                let attempt = waits.and_then(|pod| self.attempts.get(&pod.meta.id()));
                if let Some(attempt) = attempt {
                    message.clone_from(&attempt.message);
                }
            }
            return answer(0, stop);
        }
        // No node takes more Pods than it allows.
        let most = free_slots(&self.after).min(MAX_PODS.saturating_sub(self.after.pod_count()) as i64);
        let (mut fits, mut step) = (0i64, 1i64);
        // What was played and does not fit: how many, how many of them were placed, and why not all.
        let (mut beyond, mut placed, mut stop) = loop {
            let next = (fits + step).min(most.saturating_add(1));
            let played = play(next);
            match played.stop {
                Some(stop) => break (next, played.placed - replicas, stop),
                None if next > most => return answer(next, Stop::Bound),
                None => (fits, step) = (next, step.saturating_mul(2)),
            }
        };
        while beyond - fits > 1 {
            // As many as were placed of too many is the best guess; half way is sure to come to an end.
            let guess =
                if (fits + 1..beyond).contains(&placed) { placed } else { i64::midpoint(fits, beyond) };
            let played = play(guess);
            match played.stop {
                Some(why) => (beyond, placed, stop) = (guess, played.placed - replicas, why),
                // The next one tells whether it is the last that fits.
                None => (fits, placed) = (guess, guess + 1),
            }
        }
        answer(fits, stop)
    }
}

/// What becomes of a workload that is scaled.
#[derive(Clone, Debug)]
pub struct Scaled {
    /// The workload.
    pub workload: WorkloadId,
    /// How many replicas it is given.
    pub replicas: i64,
    /// How many of these have a node.
    pub placed: i64,
    /// The scheduler's message about one that has none, or why no more are made; empty if all have one.
    pub why: String,
}

impl Outcome {
    /// The cluster with other numbers of replicas, let come to rest on a fork. Workloads that are not there are left out, and
    /// no more replicas are played than the cluster may hold Pods. `None` on a fork, which has no scheduler.
    pub fn scaled(&self, wanted: &[(WorkloadId, i64)], kubelet: &dyn Kubelet) -> Option<Vec<Scaled>> {
        let mut turn = self.scheduler.clone()?;
        let mut budget = Budget::default();
        let mut state = self.after.clone();
        let most = MAX_PODS.saturating_sub(state.pod_count()) as i64;
        let mut scaled: Vec<Scaled> = Vec::new();
        for &(workload, replicas) in wanted {
            let (kind, namespace, name) = workload;
            let Some(found) = state.workload(&kind, namespace, name) else { continue };
            if SCALED.contains(&kind.as_str()) {
                let replicas = replicas.clamp(0, found.replicas.max(0).saturating_add(most));
                state.change_workload(&kind, namespace, name, |workload| workload.replicas = replicas);
                scaled.push(Scaled { workload, replicas, placed: 0, why: String::new() });
            }
        }
        if scaled.is_empty() {
            return Some(scaled);
        }
        let mut outcome = Outcome::default();
        let mut moving = Moving {
            state: &mut state,
            kubelet,
            turn: &mut turn,
            budget: &mut budget,
            outcome: &mut outcome,
        };
        moving.rest(None, false);
        for one in &mut scaled {
            let (kind, namespace, name) = one.workload;
            let own = state.pods_in(namespace).filter(|pod| state.owners(pod).last() == Some(&(kind, name)));
            let own: Vec<_> = own.filter(|pod| !pod.deleting).collect();
            one.placed = own.iter().filter(|pod| pod.node.is_some()).count() as i64;
            let waits = own.iter().find(|pod| pod.node.is_none());
            let attempt = waits.and_then(|pod| {
                let id = pod.meta.id();
                outcome.attempts.get(&id).or_else(|| self.attempts.get(&id))
            });
            one.why = attempt.map(|attempt| attempt.message.clone()).unwrap_or_default();
        }
        Some(scaled)
    }
}

/// How many more Pods the nodes allow.
fn free_slots(state: &State) -> i64 {
    let mut used: BTreeMap<Sym, i64> = BTreeMap::new();
    for node in state.pods().filter(|pod| !pod.phase.is_terminal()).filter_map(|pod| pod.node) {
        *used.entry(node).or_default() += 1;
    }
    state.nodes().fold(0i64, |sum, node| {
        let used = used.get(&node.meta.name).copied().unwrap_or_default();
        sum.saturating_add(node.allocatable.pods.saturating_sub(used).max(0))
    })
}

/// Scales the workload on a fork, and lets that come to rest.
fn play(
    base: &State,
    workload: WorkloadId,
    replicas: i64,
    kubelet: &dyn Kubelet,
    turn: &mut Turn,
    budget: &mut Budget,
) -> Played {
    let (kind, namespace, name) = workload;
    let mut state = base.clone();
    state.change_workload(&kind, namespace, name, |workload| workload.replicas = replicas);
    let mut outcome = Outcome::default();
    Moving { state: &mut state, kubelet, turn, budget, outcome: &mut outcome }.rest(None, false);
    let own: Vec<_> =
        state.pods_in(namespace).filter(|pod| state.owners(pod).last() == Some(&(kind, name))).collect();
    let placed = own.iter().filter(|pod| pod.node.is_some() && !pod.deleting).count() as i64;
    let pending = own.iter().find(|pod| pod.node.is_none());
    let stop = if let Some(cut) = outcome.cut_short.first() {
        Some(Stop::NotCreated(cut.why.clone()))
    } else if !outcome.preempted.is_empty() {
        Some(Stop::Preempts(outcome.preempted.iter().map(|p| p.victim.meta.id()).collect()))
    } else if let Some(pod) = pending {
        let message = outcome.attempts.get(&pod.meta.id()).map(|attempt| attempt.message.clone());
        let explanation = turn.explain(namespace, pod.meta.name).unwrap_or_default();
        Some(Stop::Pending(message.unwrap_or_default(), explanation))
    } else if placed < replicas {
        let refused = state.workload(&kind, namespace, name).and_then(|workload| {
            let failed = workload.status.conditions.iter().find(|c| c.kind == "ReplicaFailure");
            failed.map(|condition| condition.message.clone())
        });
        Some(Stop::NotCreated(refused.unwrap_or_else(|| "its controller makes no more Pods".into())))
    } else {
        None
    };
    Played { placed, stop }
}
