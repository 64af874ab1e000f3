//! deployment-controller: a ReplicaSet for every template, and the way from the old ones to the new one.
//!
//! Mirrors pkg/controller/deployment: `rolloutRolling`, `rolloutRecreate`, `ResolveFenceposts`, `NewRSNewReplicas`.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::smallvec;

use super::Context;
use crate::cluster::Entity;
use crate::cluster::model::{
    Detail, IntOrPercent, Meta, Owner, Strategy, TEMPLATE_HASH, Template, Workload, WorkloadCondition,
    WorkloadStatus,
};
use crate::object::{Operator, Requirement, Selector, Sym, sym};

/// One step of every Deployment.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let deployments: Vec<Arc<Workload>> = context.state.workloads_of("Deployment").cloned().collect();
    let mut sets = replica_sets(context);
    let mut changed = false;
    for deployment in deployments {
        let sets = sets.remove(&deployment.meta.id()).unwrap_or_default();
        changed |= step(context, &deployment, &sets);
    }
    changed
}

fn step(context: &mut Context<'_>, deployment: &Workload, sets: &[Arc<Workload>]) -> bool {
    let Detail::Deployment { strategy, paused } = deployment.detail else { return false };
    let newest = sets.iter().find(|set| set.template.digest == deployment.template.digest).cloned();
    let old: Vec<_> = sets
        .iter()
        .filter(|set| newest.as_ref().is_none_or(|n| n.meta.name != set.meta.name))
        .cloned()
        .collect();
    if paused {
        return report(context, deployment, newest.as_deref(), &old);
    }
    let changed = match strategy {
        Strategy::Recreate => recreate(context, deployment, newest.as_deref(), &old),
        Strategy::RollingUpdate { max_surge, max_unavailable } => {
            let limits = resolve(deployment.replicas, max_surge, max_unavailable);
            roll(context, deployment, newest.as_deref(), &old, limits)
        }
    };
    changed || report(context, deployment, newest.as_deref(), &old)
}

/// ReplicaSets by the namespace and name of the Deployment that controls them, oldest revision first.
fn replica_sets(context: &Context<'_>) -> BTreeMap<(Sym, Sym), Vec<Arc<Workload>>> {
    let mut sets: BTreeMap<(Sym, Sym), Vec<Arc<Workload>>> = BTreeMap::new();
    for set in context.state.workloads_of("ReplicaSet") {
        if let Some(owner) = set.meta.controller().filter(|owner| &*owner.kind == "Deployment") {
            sets.entry((set.meta.namespace, owner.name)).or_default().push(set.clone());
        }
    }
    for sets in sets.values_mut() {
        sets.sort_by_key(|set| (revision(set), set.meta.name));
    }
    sets
}

fn revision(set: &Workload) -> i64 {
    match set.detail {
        Detail::ReplicaSet { revision } => revision,
        _ => 0,
    }
}

/// How far a rollout may go above and below `replicas`: surge rounds up, unavailability down, and both zero would
/// never move.
fn resolve(replicas: i64, surge: IntOrPercent, unavailable: IntOrPercent) -> (i64, i64) {
    // An export may hold any number.
    let surge = surge.of(replicas, true).clamp(0, i64::from(i32::MAX));
    let unavailable = unavailable.of(replicas, false).clamp(0, i64::from(i32::MAX));
    if surge == 0 && unavailable == 0 { (0, 1) } else { (surge, unavailable.min(replicas.max(0))) }
}

fn roll(
    context: &mut Context<'_>,
    deployment: &Workload,
    newest: Option<&Workload>,
    old: &[Arc<Workload>],
    (surge, unavailable): (i64, i64),
) -> bool {
    let old_total: i64 = old.iter().map(|set| set.replicas).sum();
    let Some(newest) = newest else {
        let room = (deployment.replicas + surge - old_total).max(0);
        create_set(context, deployment, old, room.min(deployment.replicas));
        return true;
    };
    // Up: as far as the surge lets.
    if newest.replicas > deployment.replicas {
        return scale(context, newest, deployment.replicas);
    }
    let room = deployment.replicas + surge - (old_total + newest.replicas);
    let up = room.min(deployment.replicas - newest.replicas);
    if up > 0 {
        return scale(context, newest, newest.replicas + up);
    }
    // Down: as far as availability lets.
    let min_available = deployment.replicas - unavailable;
    let new_unavailable = newest.replicas - newest.status.available;
    let may_go = old_total + newest.replicas - min_available - new_unavailable;
    if may_go <= 0 || old_total == 0 {
        return false;
    }
    clean_up_unhealthy(context, old, may_go) || scale_down_old(context, old, newest, min_available)
}

/// Old Pods that are not available go first (`cleanupUnhealthyReplicas`).
fn clean_up_unhealthy(context: &mut Context<'_>, old: &[Arc<Workload>], mut may_go: i64) -> bool {
    let mut changed = false;
    for set in old {
        let unhealthy = set.replicas - set.status.available;
        let go = unhealthy.min(may_go);
        if set.replicas > 0 && go > 0 {
            changed |= scale(context, set, set.replicas - go);
            may_go -= go;
        }
    }
    changed
}

/// Then available ones, oldest set first, while enough stay (`scaleDownOldReplicaSetsForRollingUpdate`).
fn scale_down_old(
    context: &mut Context<'_>,
    old: &[Arc<Workload>],
    newest: &Workload,
    min_available: i64,
) -> bool {
    let available: i64 = old.iter().map(|set| set.status.available).sum::<i64>() + newest.status.available;
    let mut may_go = available - min_available;
    let mut changed = false;
    for set in old {
        let go = set.replicas.min(may_go);
        if go > 0 {
            changed |= scale(context, set, set.replicas - go);
            may_go -= go;
        }
    }
    changed
}

fn recreate(
    context: &mut Context<'_>,
    deployment: &Workload,
    newest: Option<&Workload>,
    old: &[Arc<Workload>],
) -> bool {
    let mut changed = false;
    for set in old.iter().filter(|set| set.replicas > 0) {
        changed |= scale(context, set, 0);
    }
    if changed || old.iter().any(|set| !context.active_pods(set).is_empty()) {
        return changed;
    }
    match newest {
        None => {
            create_set(context, deployment, old, deployment.replicas);
            true
        }
        Some(set) if set.replicas != deployment.replicas => scale(context, set, deployment.replicas),
        Some(_) => false,
    }
}

fn scale(context: &mut Context<'_>, set: &Workload, replicas: i64) -> bool {
    if set.replicas == replicas {
        return false;
    }
    context
        .state
        .change_workload("ReplicaSet", set.meta.namespace, set.meta.name, |set| set.replicas = replicas);
    true
}

fn create_set(context: &mut Context<'_>, deployment: &Workload, old: &[Arc<Workload>], replicas: i64) {
    let revision = old.iter().map(|set| revision(set)).max().unwrap_or_default() + 1;
    let hash = sym(&format!("<h{revision}>"));
    let mut template = Template::clone(&deployment.template);
    template.labels.set(sym(TEMPLATE_HASH), hash);
    let mut selector: Selector = deployment.selector.clone();
    selector.push(Requirement { key: sym(TEMPLATE_HASH), operator: Operator::In(smallvec![hash]) });
    context.state.put(Entity::Workload(Workload {
        meta: Meta {
            namespace: deployment.meta.namespace,
            name: sym(&format!("{}-{hash}", deployment.meta.name)),
            labels: template.labels.clone(),
            owners: vec![Owner::controller("Deployment", deployment.meta.name)],
            cause: deployment.meta.cause,
        },
        detail: Detail::ReplicaSet { revision },
        replicas,
        replicas_place: deployment.replicas_place,
        selector,
        template: Arc::new(template),
        status: WorkloadStatus::default(),
    }));
}

fn report(
    context: &mut Context<'_>,
    deployment: &Workload,
    newest: Option<&Workload>,
    old: &[Arc<Workload>],
) -> bool {
    let sets = || old.iter().map(AsRef::as_ref).chain(newest);
    let sum = |of: fn(&WorkloadStatus) -> i64| sets().map(|set| of(&set.status)).sum::<i64>();
    let available = sum(|s| s.available);
    let (_, unavailable) = match deployment.detail {
        Detail::Deployment { strategy: Strategy::RollingUpdate { max_surge, max_unavailable }, .. } => {
            resolve(deployment.replicas, max_surge, max_unavailable)
        }
        _ => (0, 0),
    };
    let enough = available >= deployment.replicas - unavailable;
    let mut conditions = vec![WorkloadCondition {
        kind: "Available",
        status: enough,
        reason: sym(if enough { "MinimumReplicasAvailable" } else { "MinimumReplicasUnavailable" }),
        message: format!("Deployment {} minimum availability.", if enough { "has" } else { "does not have" }),
    }];
    conditions.extend(sets().flat_map(|set| &set.status.conditions).next().cloned());
    let status = WorkloadStatus {
        replicas: sum(|s| s.replicas),
        updated: newest.map_or(0, |set| set.status.replicas),
        ready: sum(|s| s.ready),
        available,
        succeeded: 0,
        conditions,
    };
    if deployment.status == status {
        return false;
    }
    let (namespace, name) = deployment.meta.id();
    context.state.change_workload("Deployment", namespace, name, |deployment| deployment.status = status);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenceposts() {
        use IntOrPercent::{Int, Percent};
        assert_eq!(resolve(4, Percent(25), Percent(25)), (1, 1));
        assert_eq!(resolve(10, Percent(25), Percent(25)), (3, 2));
        assert_eq!(resolve(3, Percent(0), Percent(10)), (0, 1));
        assert_eq!(resolve(3, Int(0), Int(9)), (0, 3));
    }
}
