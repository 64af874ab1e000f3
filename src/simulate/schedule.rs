//! The scheduler's turn: every Pod without a node gets an attempt.

use std::collections::BTreeMap;

use crate::cluster::State;
use crate::cluster::model::{Pod, Resources};
use crate::cluster::{affinity, fit, tolerations};
use crate::object::Sym;

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

/// One turn. True if a Pod was placed.
pub(super) fn schedule(state: &mut State, attempts: &mut BTreeMap<(Sym, Sym), Placement>) -> bool {
    let pending: Vec<_> =
        state.pods().filter(|p| p.node.is_none() && !p.phase.is_terminal()).cloned().collect();
    let mut changed = false;
    for pod in pending {
        let node = state.nodes().find(|node| {
            let mut used = Resources::default();
            let mut pods = 0;
            for other in state.pods().filter(|p| p.node == Some(node.meta.name) && !p.phase.is_terminal()) {
                used.add(&other.requests().total);
                pods += 1;
            }
            affinity::selects_node(&pod.spec, node)
                && tolerations::untolerated(&pod.spec.tolerations, node).is_none()
                && fit::fits(&pod.requests().total, &used, pods, &node.allocatable)
        });
        let name = node.map(|n| n.meta.name);
        if let Some(name) = name {
            state.change_pod(pod.meta.namespace, pod.meta.name, |pod| pod.node = Some(name));
            changed = true;
        }
        let reason = if name.is_some() { "" } else { "Unschedulable" };
        attempts.insert(pod.meta.id(), Placement { ties: Vec::new(), reason, message: String::new() });
    }
    changed
}

/// Why a Pod has no node.
pub(super) fn explain(_state: &State, _pod: &Pod) -> Option<Explanation> {
    None
}
