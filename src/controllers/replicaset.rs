//! replicaset-controller and replicationcontroller-controller: as many Pods as asked for.

use std::sync::Arc;

use super::Context;
use super::context::{Name, Wanted, deletion_order};
use crate::cluster::model::{Owner, Workload, WorkloadCondition, WorkloadStatus};
use crate::object::sym;

/// A controller makes at most this many Pods in one go (`BurstReplicas`).
const BURST: i64 = 500;

/// One step of every ReplicaSet and ReplicationController.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let sets: Vec<Arc<Workload>> = ["ReplicaSet", "ReplicationController"]
        .iter()
        .flat_map(|kind| context.state.workloads_of(kind).cloned())
        .collect();
    let mut changed = false;
    for set in sets {
        changed |= adopt(context, &set);
        changed |= step(context, &set);
    }
    changed
}

/// Takes over Pods without a controller that the selector matches.
fn adopt(context: &mut Context<'_>, set: &Workload) -> bool {
    if set.selector.is_empty() {
        return false;
    }
    let orphans: Vec<_> = context
        .state
        .pods_in(set.meta.namespace)
        .filter(|pod| {
            pod.meta.controller().is_none() && !pod.deleting && set.selector.matches(&pod.meta.labels)
        })
        .cloned()
        .collect();
    for pod in &orphans {
        let mut pod = pod.as_ref().clone();
        pod.meta.owners.push(Owner::controller(set.kind(), set.meta.name));
        context.state.put_pod(pod);
    }
    !orphans.is_empty()
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
            let wanted = Wanted { name: Name::Generated(prefix.clone()), labels: Vec::new(), pinned: None };
            match context.create_pod(set, wanted) {
                Ok(()) => changed = true,
                Err(refusal) => {
                    // A slow start: the first refusal ends the batch.
                    let message = format!("Error creating: {}", refusal.message(&prefix));
                    let about = (set.kind(), set.meta.namespace, set.meta.name);
                    changed |= context.events.warn(about, "FailedCreate", message);
                    failure = Some(WorkloadCondition {
                        kind: "ReplicaFailure",
                        status: true,
                        reason: sym("FailedCreate"),
                        message: refusal.message(&prefix),
                    });
                    break;
                }
            }
        }
    } else if missing < 0 {
        deletion_order(&mut pods);
        for pod in pods.iter().take(missing.unsigned_abs() as usize) {
            context.delete_pod(pod);
            changed = true;
        }
    }
    changed | report(context, set, failure)
}

fn report(context: &mut Context<'_>, set: &Workload, failure: Option<WorkloadCondition>) -> bool {
    let pods = context.active_pods(set);
    let ready = pods.iter().filter(|pod| pod.ready).count() as i64;
    let status = WorkloadStatus {
        replicas: pods.len() as i64,
        updated: pods.len() as i64,
        ready,
        available: ready,
        succeeded: 0,
        conditions: failure.into_iter().collect(),
    };
    if set.status == status {
        return false;
    }
    context.state.change_workload(set.kind(), set.meta.namespace, set.meta.name, |set| set.status = status);
    true
}
