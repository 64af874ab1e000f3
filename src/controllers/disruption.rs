//! disruption controller: how many Pods a PodDisruptionBudget lets go (`DisruptionController.trySync`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Context;
use crate::cluster::model::{Content, Detail, Other, Pod, PodDisruptionBudget};
use crate::cluster::{Entity, State};

/// Brings the status of every budget up to date.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let state = &*context.state;
    let mut changed: Vec<Other> = Vec::new();
    for (_, other) in state.others() {
        let Content::Budget(budget) = &other.content else { continue };
        let synced = sync(state, other, budget);
        if synced != **budget {
            changed.push(Other { content: Content::Budget(Box::new(synced)), ..Other::clone(other) });
        }
    }
    let any = !changed.is_empty();
    for other in changed {
        context.state.put(Entity::Other(other));
    }
    any
}

fn sync(state: &State, other: &Other, budget: &PodDisruptionBudget) -> PodDisruptionBudget {
    let selects =
        |pod: &&Arc<Pod>| budget.selector.as_ref().is_some_and(|selector| selector.matches(&pod.meta.labels));
    let pods: Vec<_> = state.pods_in(other.meta.namespace).filter(selects).collect();
    // Counting is given up, and nobody may go, where a controller cannot be asked how many Pods it wants.
    let Some((expected, desired)) = wanted(state, budget, &pods) else {
        return PodDisruptionBudget { allowed: 0, ..budget.clone() };
    };
    let healthy = |pod: &&&Arc<Pod>| pod.ready && !pod.deleting && !budget.disrupted.contains(&pod.meta.name);
    let current = pods.iter().filter(healthy).count() as i64;
    let allowed = if expected <= 0 { 0 } else { current.saturating_sub(desired).max(0) };
    PodDisruptionBudget { allowed, current, desired, expected, ..budget.clone() }
}

/// How many Pods there should be, and how many of them healthy (`getExpectedPodCount`).
fn wanted(state: &State, budget: &PodDisruptionBudget, pods: &[&Arc<Pod>]) -> Option<(i64, i64)> {
    use crate::cluster::model::IntOrPercent::{Int, Percent};
    match (budget.max_unavailable, budget.min_available) {
        (Some(most), _) => {
            let expected = scale(state, pods)?;
            Some((expected, expected.saturating_sub(most.of(expected, true)).max(0)))
        }
        (None, Some(Int(least))) => Some((pods.len() as i64, least)),
        (None, Some(Percent(percent))) => {
            let expected = scale(state, pods)?;
            Some((expected, Percent(percent).of(expected, true)))
        }
        (None, None) => Some((pods.len() as i64, 0)),
    }
}

/// How many Pods the controllers of these want (`getExpectedScale`); Pods of their own do not count. `None` if one has no
/// scale.
fn scale(state: &State, pods: &[&Arc<Pod>]) -> Option<i64> {
    let mut controllers = BTreeSet::new();
    for pod in pods.iter().filter(|pod| pod.meta.controller().is_some()) {
        let owners = state.owners(pod);
        let (kind, name) = match owners.as_slice() {
            [.., (set, _), (deployment, name)] if &**set == "ReplicaSet" && &**deployment == "Deployment" => {
                (*deployment, *name)
            }
            [first, ..] => *first,
            [] => continue,
        };
        controllers.insert((kind, pod.meta.namespace, name));
    }
    let replicas = controllers.iter().map(|(kind, namespace, name)| {
        let workload = state.workload(kind, *namespace, *name)?;
        let has_scale =
            !matches!(workload.detail, Detail::DaemonSet { .. } | Detail::Job(_) | Detail::CronJob { .. });
        has_scale.then_some(workload.replicas)
    });
    replicas.sum()
}
