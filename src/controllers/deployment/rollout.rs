//! From the old ReplicaSets to the new one: step by step, or all at once.
//!
//! Mirrors `rolloutRolling`, `rolloutRecreate`, `NewRSNewReplicas`, `cleanupUnhealthyReplicas`,
//! `scaleDownOldReplicaSetsForRollingUpdate`.

use std::sync::Arc;

use super::{Sets, create_set, limits, scale};
use crate::cluster::model::Workload;
use crate::controllers::Context;

/// `RollingUpdate`: up as far as the surge lets, then down as far as availability lets.
pub(super) fn roll(context: &mut Context<'_>, deployment: &Workload, sets: &Sets) -> bool {
    let (surge, unavailable) = limits(deployment);
    let old_total: i64 = sets.old.iter().map(|set| set.replicas).sum();
    let Some(newest) = &sets.newest else {
        let room = (deployment.replicas + surge - old_total).max(0);
        create_set(context, deployment, &sets.old, room.min(deployment.replicas));
        return true;
    };
    let wanted = new_size(deployment.replicas, surge, old_total, newest.replicas);
    if scale(context, deployment, newest, wanted) {
        return true;
    }
    let min_available = deployment.replicas - unavailable;
    let new_unavailable = newest.replicas - newest.status.available;
    let may_go = old_total + newest.replicas - min_available - new_unavailable;
    if may_go <= 0 || old_total == 0 {
        return false;
    }
    let old: Vec<_> = sets.old.iter().filter(|set| set.replicas > 0).collect();
    let available = old.iter().map(|set| set.status.available).sum::<i64>() + newest.status.available;
    let sizes: Vec<_> = old.iter().map(|set| (set.replicas, set.status.available)).collect();
    let shrunk = shrink(&sizes, may_go, available - min_available);
    let mut changed = false;
    for (set, steps) in old.into_iter().zip(shrunk) {
        // Unhealthy ones go in a step of their own.
        for replicas in steps {
            let current = context.state.workload("ReplicaSet", set.meta.namespace, set.meta.name).cloned();
            if let Some(current) = current {
                changed |= scale(context, deployment, &current, replicas);
            }
        }
    }
    changed
}

/// What the new ReplicaSet is to have while the old ones have `old` (`NewRSNewReplicas`).
fn new_size(replicas: i64, surge: i64, old: i64, now: i64) -> i64 {
    if now >= replicas {
        return replicas;
    }
    let room = replicas + surge - (old + now);
    now + room.clamp(0, replicas - now)
}

/// Sizes to which old ReplicaSets go, one after another. Given are their Pods and how many of these are available: the
/// others go first, at most `may_go` in all; then available ones, at most `spare` of them.
fn shrink(sizes: &[(i64, i64)], may_go: i64, spare: i64) -> Vec<Vec<i64>> {
    let mut steps = vec![Vec::new(); sizes.len()];
    let mut left: Vec<i64> = sizes.iter().map(|(replicas, _)| *replicas).collect();
    let mut unhealthy_may_go = may_go;
    for (at, (replicas, available)) in sizes.iter().enumerate() {
        let go = (replicas - available).min(unhealthy_may_go);
        if go > 0 {
            left[at] -= go;
            unhealthy_may_go -= go;
            steps[at].push(left[at]);
        }
    }
    let mut spare = spare;
    for (at, replicas) in left.into_iter().enumerate() {
        let go = replicas.min(spare);
        if go > 0 {
            spare -= go;
            steps[at].push(replicas - go);
        }
    }
    steps
}

/// `Recreate`: all old Pods are gone before the first new one comes.
pub(super) fn recreate(context: &mut Context<'_>, deployment: &Workload, sets: &Sets) -> bool {
    let mut changed = false;
    for set in sets.old.iter().filter(|set| set.replicas > 0) {
        changed |= scale(context, deployment, set, 0);
    }
    let is_there = |set: &Arc<Workload>| context.all_pods(set).iter().any(|pod| !pod.phase.is_terminal());
    if changed || sets.old.iter().any(is_there) {
        return changed;
    }
    match &sets.newest {
        None => {
            create_set(context, deployment, &sets.old, deployment.replicas);
            true
        }
        Some(set) => scale(context, deployment, set, deployment.replicas),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_one_grows_by_what_surge_leaves() {
        // 25 % of 4: one more than asked for.
        assert_eq!(new_size(4, 1, 4, 0), 1);
        assert_eq!(new_size(4, 1, 3, 1), 2);
        assert_eq!(new_size(4, 1, 0, 3), 4);
        // No room: it stays. Too many: they go.
        assert_eq!(new_size(4, 0, 4, 0), 0);
        assert_eq!(new_size(2, 1, 0, 4), 2);
        // Never more than are asked for, whatever the surge.
        assert_eq!(new_size(4, 100, 4, 0), 4);
    }

    #[test]
    fn old_ones_shrink_broken_pods_first() {
        // Two of three are not available: those two go, and one that is, if one is to spare.
        assert_eq!(shrink(&[(3, 1)], 3, 0), [vec![1]]);
        assert_eq!(shrink(&[(3, 1)], 3, 1), [vec![1, 0]]);
        assert_eq!(shrink(&[(3, 1)], 1, 0), [vec![2]]);
        // The oldest ReplicaSet first.
        assert_eq!(shrink(&[(2, 2), (2, 2)], 4, 3), [vec![0], vec![1]]);
        assert_eq!(shrink(&[(2, 2)], 4, -1), [Vec::<i64>::new()]);
    }
}
