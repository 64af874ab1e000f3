//! replicaset-controller and replicationcontroller-controller: as many Pods as asked for.

use std::sync::Arc;

use super::Context;
use super::context::{Name, Wanted, deletion_order};
use crate::cluster::model::{Owner, Pod, Workload};

/// A controller makes at most this many Pods in one go (`BurstReplicas`).
const BURST: i64 = 500;

/// One step of every ReplicaSet and ReplicationController.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let sets: Vec<Arc<Workload>> = ["ReplicaSet", "ReplicationController"]
        .iter()
        .flat_map(|kind| context.state.workloads_of(kind).cloned())
        .collect();
    let orphans: Vec<Arc<Pod>> = context
        .state
        .pods()
        .filter(|pod| pod.meta.controller().is_none() && !pod.deleting)
        .cloned()
        .collect();
    let mut changed = false;
    for set in sets {
        if context.is_full() {
            break;
        }
        changed |= adopt(context, &set, &orphans);
        changed |= step(context, &set);
    }
    changed
}

/// Takes over Pods without a controller that the selector matches. Of two that select the same Pod the first gets it.
fn adopt(context: &mut Context<'_>, set: &Workload, orphans: &[Arc<Pod>]) -> bool {
    if set.selector.is_empty() {
        return false;
    }
    let from = orphans.partition_point(|pod| pod.meta.namespace < set.meta.namespace);
    let mut changed = false;
    for orphan in orphans[from..].iter().take_while(|pod| pod.meta.namespace == set.meta.namespace) {
        let (namespace, name) = orphan.meta.id();
        let is_free = |pod: &Arc<Pod>| pod.meta.controller().is_none();
        if set.selector.matches(&orphan.meta.labels)
            && let Some(pod) = context.state.pod(namespace, name).filter(|pod| is_free(pod))
        {
            let mut pod = Pod::clone(pod);
            pod.meta.owners.push(Owner::controller(set.kind(), set.meta.name));
            context.state.put_pod(pod);
            changed = true;
        }
    }
    changed
}

fn step(context: &mut Context<'_>, set: &Workload) -> bool {
    let mut pods = context.active_pods(set);
    let missing = set.replicas - pods.len() as i64;
    let mut changed = false;
    let mut failure = None;
    if missing > 0 {
        let prefix = format!("{}-", set.meta.name);
        let missing = missing.min(BURST);
        for _ in 0..missing {
            let wanted = Wanted {
                name: Name::Generated(prefix.clone()),
                labels: Vec::new(),
                pinned: None,
                claims: Vec::new(),
            };
            match context.create_pod(set, wanted) {
                Ok(()) => changed = true,
                Err(refusal) => {
                    // A slow start: the first refusal ends the batch.
                    let message = format!("Error creating: {}", refusal.message(&prefix));
                    let about = (set.kind(), set.meta.namespace, set.meta.name);
                    changed |= context.events.warn(about, "FailedCreate", message);
                    failure = Some(refusal.message(&prefix));
                    break;
                }
            }
        }
    } else if missing < 0 {
        let related = related(context, set);
        deletion_order(&mut pods, &related);
        for pod in pods.iter().take(missing.unsigned_abs() as usize) {
            context.delete_pod_of(set, pod);
            changed = true;
        }
    }
    let status = context.status_of(set, failure);
    changed | context.report(set, status)
}

/// Active Pods of all ReplicaSets with the same controller, this one's included (`getIndirectlyRelatedPods`).
fn related(context: &Context<'_>, set: &Workload) -> Vec<Arc<Pod>> {
    let Some(owner) = set.meta.controller() else { return context.active_pods(set) };
    let sets = context.state.workloads_owned(set.kind(), (&owner.kind, owner.name), set.meta.namespace);
    sets.flat_map(|set| context.active_pods(set)).collect()
}
