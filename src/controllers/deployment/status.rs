//! What a Deployment says of itself: counts, and the conditions `Available`, `Progressing` and `ReplicaFailure`.
//!
//! Mirrors `calculateStatus` and `syncRolloutStatus`.

use super::{Sets, limits};
use crate::cluster::model::{Detail, Workload, WorkloadCondition, WorkloadStatus};
use crate::controllers::Context;
use crate::object::{Sym, sym};

const PROGRESSING: &str = "Progressing";
const COMPLETE: &str = "NewReplicaSetAvailable";

fn condition(kind: &'static str, status: &'static str, reason: &str, message: String) -> WorkloadCondition {
    WorkloadCondition { kind, status, reason: sym(reason), message }
}

/// Notes that the ReplicaSet of a new template was made.
pub(super) fn created(context: &mut Context<'_>, deployment: &Workload, set: Sym) {
    let message = format!("Created new replica set \"{set}\"");
    let progressing = condition(PROGRESSING, "True", "NewReplicaSetCreated", message);
    let (namespace, name) = deployment.meta.id();
    context.state.change_workload("Deployment", namespace, name, |deployment| {
        let conditions = &mut deployment.status.conditions;
        conditions.retain(|c| c.kind != PROGRESSING);
        conditions.push(progressing);
    });
}

/// Notes that a rollout which is not complete has made no progress for too long (`DeploymentTimedOut`).
pub(super) fn time_out(context: &mut Context<'_>, deployment: &Workload) -> bool {
    let mut status = deployment.status.clone();
    let Some(progressing) = status.conditions.iter_mut().find(|c| c.kind == PROGRESSING) else {
        return false;
    };
    let is_moving = matches!(&*progressing.reason, "NewReplicaSetCreated" | "ReplicaSetUpdated");
    // `Created new replica set "web-x"`
    let Some(set) = progressing.message.split('"').nth(1).filter(|_| is_moving).map(str::to_owned) else {
        return false;
    };
    let message = format!("ReplicaSet \"{set}\" has timed out progressing.");
    *progressing = condition(PROGRESSING, "False", "ProgressDeadlineExceeded", message);
    context.report(deployment, status)
}

/// Writes the status. True if it is another one.
pub(super) fn report(context: &mut Context<'_>, deployment: &Workload, sets: &Sets) -> bool {
    // `created` may have written since this one was read.
    let (namespace, name) = deployment.meta.id();
    let Some(current) = context.state.workload("Deployment", namespace, name).cloned() else { return false };
    let status = status(&current, sets);
    context.report(&current, status)
}

fn status(deployment: &Workload, sets: &Sets) -> WorkloadStatus {
    let newest = sets.newest.as_deref();
    let all = || sets.old.iter().map(AsRef::as_ref).chain(newest);
    let sum = |of: fn(&WorkloadStatus) -> i64| all().map(|set| of(&set.status)).sum::<i64>();
    let mut status = WorkloadStatus {
        replicas: sum(|s| s.replicas),
        updated: newest.map_or(0, |set| set.status.replicas),
        ready: sum(|s| s.ready),
        available: sum(|s| s.available),
        ..WorkloadStatus::default()
    };
    let (_, unavailable) = limits(deployment);
    status.conditions.push(if status.available >= deployment.replicas - unavailable {
        let message = "Deployment has minimum availability.".to_owned();
        condition("Available", "True", "MinimumReplicasAvailable", message)
    } else {
        let message = "Deployment does not have minimum availability.".to_owned();
        condition("Available", "False", "MinimumReplicasUnavailable", message)
    });
    status.conditions.extend(progressing(deployment, newest, &status));
    // The newest ReplicaSet's words, else those of an old one (`getReplicaFailures`).
    let failure = |set: &Workload| set.status.conditions.iter().find(|c| c.kind == "ReplicaFailure").cloned();
    status.conditions.extend(newest.and_then(failure).or_else(|| all().find_map(failure)));
    status
}

/// `DeploymentComplete`, `DeploymentProgressing`, or what was there before.
fn progressing(
    deployment: &Workload,
    newest: Option<&Workload>,
    status: &WorkloadStatus,
) -> Option<WorkloadCondition> {
    let before = deployment.status.conditions.iter().find(|c| c.kind == PROGRESSING);
    if matches!(deployment.detail, Detail::Deployment { paused: true, .. }) {
        let message = "Deployment is paused".to_owned();
        return Some(condition(PROGRESSING, "Unknown", "DeploymentPaused", message));
    }
    let Some(newest) = newest else { return before.cloned() };
    let was_complete = before.is_some_and(|c| &*c.reason == COMPLETE);
    if was_complete && status.replicas == status.updated {
        return before.cloned();
    }
    let wanted = deployment.replicas;
    let name = newest.meta.name;
    if [status.updated, status.replicas, status.available] == [wanted; 3] {
        let message = format!("ReplicaSet \"{name}\" has successfully progressed.");
        return Some(condition(PROGRESSING, "True", COMPLETE, message));
    }
    let earlier = &deployment.status;
    let moved = status.updated > earlier.updated
        || status.replicas - status.updated < earlier.replicas - earlier.updated
        || status.ready > earlier.ready
        || status.available > earlier.available;
    if moved {
        let message = format!("ReplicaSet \"{name}\" is progressing.");
        return Some(condition(PROGRESSING, "True", "ReplicaSetUpdated", message));
    }
    before.cloned()
}
