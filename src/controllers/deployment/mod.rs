//! deployment-controller: a ReplicaSet for every template, and the way from the old ones to the new one.
//!
//! Mirrors pkg/controller/deployment: `syncDeployment` here, the ways of a rollout in `rollout`, a change of size in the middle
//! of one in `scaling`, what is told of it in `status`.

mod rollout;
mod scaling;
mod status;

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::smallvec;

use super::Context;
use crate::cluster::Entity;
use crate::cluster::model::{
    Detail, IntOrPercent, Meta, Owner, Strategy, TEMPLATE_HASH, Template, Workload, WorkloadStatus,
};
use crate::object::{Operator, Requirement, Selector, Sym, sym};

/// One step of every Deployment.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let deployments: Vec<Arc<Workload>> = context.state.workloads_of("Deployment").cloned().collect();
    let mut sets = replica_sets(context);
    let mut changed = false;
    for deployment in deployments {
        let sets = sets.remove(&deployment.meta.id()).unwrap_or_default();
        changed |= step(context, &deployment, sets);
    }
    changed
}

/// Time passes: rollouts that did not move meanwhile are over their deadline.
pub(super) fn wait(context: &mut Context<'_>, seconds: i64) -> bool {
    let late = |deployment: &Workload| matches!(deployment.detail, Detail::Deployment { deadline_seconds, .. } if deadline_seconds <= seconds);
    let deployments: Vec<_> =
        context.state.workloads_of("Deployment").filter(|deployment| late(deployment)).cloned().collect();
    deployments
        .into_iter()
        .fold(false, |changed, deployment| status::time_out(context, &deployment) | changed)
}

/// A Deployment and its ReplicaSets.
struct Sets {
    /// That of the Deployment's template.
    newest: Option<Arc<Workload>>,
    /// The others, oldest revision first.
    old: Vec<Arc<Workload>>,
}

impl Sets {
    /// All that ask for Pods, old ones first.
    fn active(&self) -> Vec<Arc<Workload>> {
        self.old.iter().chain(&self.newest).filter(|set| set.replicas > 0).cloned().collect()
    }
}

fn step(context: &mut Context<'_>, deployment: &Workload, sets: Vec<Arc<Workload>>) -> bool {
    let Detail::Deployment { strategy, paused, .. } = deployment.detail else { return false };
    let is_newest = |set: &Arc<Workload>| set.template.digest == deployment.template.digest;
    let at = sets.iter().position(is_newest);
    let mut old = sets;
    let sets = Sets { newest: at.map(|at| old.remove(at)), old };
    // Who goes back to an old template makes it the newest revision again.
    let latest = sets.old.iter().map(|set| revision(set)).max().unwrap_or_default();
    if let Some(newest) = sets.newest.as_ref().filter(|set| !paused && revision(set) <= latest) {
        context.state.change_workload("ReplicaSet", newest.meta.namespace, newest.meta.name, |set| {
            if let Detail::ReplicaSet { revision, .. } = &mut set.detail {
                *revision = latest + 1;
            }
        });
    }
    let changed = if paused || scaling::is_due(deployment, &sets) {
        scaling::scale(context, deployment, &sets)
    } else {
        match strategy {
            Strategy::Recreate => rollout::recreate(context, deployment, &sets),
            Strategy::RollingUpdate { .. } => rollout::roll(context, deployment, &sets),
        }
    };
    changed | status::report(context, deployment, &sets)
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
        Detail::ReplicaSet { revision, .. } => revision,
        _ => 0,
    }
}

/// How far a Deployment may go above and below its `replicas`.
fn limits(deployment: &Workload) -> (i64, i64) {
    match deployment.detail {
        Detail::Deployment { strategy: Strategy::RollingUpdate { max_surge, max_unavailable }, .. } => {
            resolve(deployment.replicas, max_surge, max_unavailable)
        }
        _ => (0, 0),
    }
}

/// Surge rounds up, unavailability down, and both zero would never move (`ResolveFenceposts`).
fn resolve(replicas: i64, surge: IntOrPercent, unavailable: IntOrPercent) -> (i64, i64) {
    // An export may hold any number.
    let surge = surge.of(replicas, true).clamp(0, i64::from(i32::MAX));
    let unavailable = unavailable.of(replicas, false).clamp(0, i64::from(i32::MAX));
    let unavailable = if surge == 0 && unavailable == 0 { 1 } else { unavailable };
    (surge, unavailable.min(replicas.max(0)))
}

/// Asks a ReplicaSet for so many Pods. True if that is another number (`scaleReplicaSet`).
fn scale(context: &mut Context<'_>, deployment: &Workload, set: &Workload, replicas: i64) -> bool {
    let (surge, _) = limits(deployment);
    let before = set.replicas;
    let is_noted = matches!(
        set.detail,
        Detail::ReplicaSet { desired: Some(desired), most: Some(most), .. }
            if desired == deployment.replicas && most == deployment.replicas + surge
    );
    if before == replicas && is_noted {
        return false;
    }
    context.state.change_workload("ReplicaSet", set.meta.namespace, set.meta.name, |set| {
        set.replicas = replicas;
        if let Detail::ReplicaSet { desired, most, .. } = &mut set.detail {
            (*desired, *most) = (Some(deployment.replicas), Some(deployment.replicas + surge));
        }
    });
    if before != replicas {
        tell(context, deployment, set.meta.name, before, replicas);
    }
    before != replicas
}

fn tell(context: &mut Context<'_>, deployment: &Workload, set: Sym, before: i64, replicas: i64) {
    let way = if replicas > before { "up" } else { "down" };
    let message = format!("Scaled {way} replica set {set} from {before} to {replicas}");
    let about = ("Deployment", deployment.meta.namespace, deployment.meta.name);
    context.events.note(about, "ScalingReplicaSet", message);
}

/// Makes the ReplicaSet of the Deployment's template (`getNewReplicaSet`).
fn create_set(context: &mut Context<'_>, deployment: &Workload, old: &[Arc<Workload>], replicas: i64) {
    let revision = old.iter().map(|set| revision(set)).max().unwrap_or_default() + 1;
    let hash = sym(&format!("<h{}>", old.len() + 1));
    let mut template = Template::clone(&deployment.template);
    template.labels.set(sym(TEMPLATE_HASH), hash);
    let mut selector: Selector = deployment.selector.clone();
    selector.push(Requirement { key: sym(TEMPLATE_HASH), operator: Operator::In(smallvec![hash]) });
    let (surge, _) = limits(deployment);
    let (desired, most) = (Some(deployment.replicas), Some(deployment.replicas + surge));
    let name = sym(&format!("{}-{hash}", deployment.meta.name));
    context.state.put(Entity::Workload(Workload {
        meta: Meta {
            namespace: deployment.meta.namespace,
            name,
            labels: template.labels.clone(),
            owners: vec![Owner::controller("Deployment", deployment.meta.name)],
            cause: deployment.meta.cause,
            ..Meta::default()
        },
        detail: Detail::ReplicaSet { revision, desired, most },
        replicas,
        replicas_place: deployment.replicas_place,
        selector,
        template: Arc::new(template),
        status: WorkloadStatus::default(),
    }));
    if replicas > 0 {
        tell(context, deployment, name, 0, replicas);
    }
    status::created(context, deployment, name);
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
        assert_eq!(resolve(0, Percent(25), Percent(25)), (0, 0));
        assert_eq!(resolve(1, Percent(25), Percent(25)), (1, 0));
        assert_eq!(resolve(-5, Int(i64::MAX), Int(-1)), (i64::from(i32::MAX), 0));
    }
}
