//! What a plan tells of Pods that somebody asked about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Plan, PlannedPod};
use crate::object::Sym;
use crate::scheduler::{self, Attempt};
use crate::simulate::{Outcome, Watch};

/// A Pod and all that the scheduler saw of it.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The Pod.
    pub pod: PlannedPod,
    /// How many Pods of its author share its fate: they are refused for the same reasons.
    pub likewise: usize,
    /// The last attempt to place it; `None` if nobody tried.
    pub attempt: Option<Attempt>,
    /// What the nodes lack: at the attempt, or when the cluster is at rest.
    pub lacks: Option<Arc<scheduler::Explanation>>,
    /// Pods that had to go for it.
    pub preempted: Vec<(Sym, Sym)>,
}

/// Pods with a node of which the table of scores is told, of each that was asked about.
const PLACED_TOLD: usize = 3;
/// Pods without a node that are told, one for all that share their fate.
const PENDING_TOLD: usize = 5;

/// What is told of the Pods that are meant: those without a node first, one of all that are refused in the same words,
/// then the first of those with one. `None` if there is no such Pod.
pub fn explained(plan: &Plan, outcome: &Outcome, watch: &Watch) -> Option<Vec<Explained>> {
    let is_meant = |pod: &&PlannedPod| {
        watch.namespace.is_none_or(|namespace| namespace == pod.namespace)
            && (pod.name == watch.name || pod.owners.iter().any(|(_, name)| *name == watch.name))
    };
    let of_runs = plan.next_runs.iter().zip(&outcome.next_runs);
    let of_runs = of_runs.flat_map(|(planned, run)| planned.pods.iter().map(|pod| (pod, &run.outcome)));
    let pods: Vec<(&PlannedPod, &Outcome)> =
        plan.pods.iter().map(|pod| (pod, outcome)).chain(of_runs).filter(|(pod, _)| is_meant(pod)).collect();
    if pods.is_empty() {
        return None;
    }
    let (placed, pending): (Vec<_>, Vec<_>) = pods.into_iter().partition(|(pod, _)| pod.node.is_some());
    type Fate<'p> = (Option<&'p (Sym, Sym)>, Option<&'p str>);
    let mut fates: BTreeMap<Fate<'_>, Vec<(&PlannedPod, &Outcome)>> = BTreeMap::new();
    for (pod, outcome) in pending {
        fates.entry((pod.owners.last(), pod.message.as_deref())).or_default().push((pod, outcome));
    }
    let mut told = Vec::new();
    for pods in fates.values().take(PENDING_TOLD) {
        // One whose attempt told all, if there is one.
        let all =
            pods.iter().find(|(pod, outcome)| attempt(outcome, pod).is_some_and(|a| a.explanation.is_some()));
        if let Some((pod, outcome)) = all.or(pods.first()) {
            told.push(Explained { likewise: pods.len() - 1, ..one(outcome, pod) });
        }
    }
    // Those whose scores are known first.
    let mut order: Vec<_> = placed.iter().collect();
    order.sort_by_key(|(pod, outcome)| attempt(outcome, pod).is_none_or(|a| a.explanation.is_none()));
    let likewise = placed.len().saturating_sub(PLACED_TOLD);
    let last = order.len().min(PLACED_TOLD);
    for (number, (pod, outcome)) in order.into_iter().take(PLACED_TOLD).enumerate() {
        let likewise = if number + 1 == last { likewise } else { 0 };
        told.push(Explained { likewise, ..one(outcome, pod) });
    }
    Some(told)
}

fn attempt<'o>(outcome: &'o Outcome, pod: &PlannedPod) -> Option<&'o Attempt> {
    outcome.attempts.get(&(pod.namespace, pod.name))
}

fn one(outcome: &Outcome, pod: &PlannedPod) -> Explained {
    let id = (pod.namespace, pod.name);
    let attempt = attempt(outcome, pod).cloned();
    let at_rest = || outcome.explain_all(id.0, id.1).map(Arc::new);
    let lacks = attempt.as_ref().and_then(|attempt| attempt.explanation.clone());
    let victims = outcome.preempted.iter().filter(|preempted| preempted.by == id);
    Explained {
        pod: pod.clone(),
        likewise: 0,
        lacks: if pod.node.is_none() { lacks.or_else(at_rest) } else { lacks },
        attempt,
        preempted: victims.map(|preempted| preempted.victim.meta.id()).collect(),
    }
}

/// Names of Pods and workloads, with their namespaces and without: what may be asked about.
pub fn askable(plan: &Plan) -> BTreeSet<String> {
    let of_runs = plan.next_runs.iter().flat_map(|run| &run.pods);
    let mut names = BTreeSet::new();
    for pod in plan.pods.iter().chain(of_runs) {
        for name in pod.owners.iter().map(|(_, name)| *name).chain([pod.name]) {
            names.insert(name.to_string());
            names.insert(format!("{}/{name}", pod.namespace));
        }
    }
    names
}
