//! Another number of replicas, maybe in the middle of a rollout: every ReplicaSet gets its share.
//!
//! Mirrors `isScalingEvent`, `scale` and `GetReplicaSetProportion`.

use std::cmp::Reverse;

use super::{Sets, limits, revision, scale as resize};
use crate::cluster::model::{Detail, Strategy, Workload};
use crate::controllers::Context;

/// True if `replicas` is another number than the one that a ReplicaSet was scaled for last.
pub(super) fn is_due(deployment: &Workload, sets: &Sets) -> bool {
    sets.active().iter().any(|set| desired(set).is_some_and(|desired| desired != deployment.replicas))
}

fn desired(set: &Workload) -> Option<i64> {
    match set.detail {
        Detail::ReplicaSet { desired, .. } => desired,
        _ => None,
    }
}

/// Scales without rolling out.
pub(super) fn scale(context: &mut Context<'_>, deployment: &Workload, sets: &Sets) -> bool {
    let mut active = sets.active();
    if let [] | [_] = active.as_slice() {
        let one = active.first().or(sets.newest.as_ref()).or(sets.old.last());
        return one.is_some_and(|set| resize(context, deployment, set, deployment.replicas));
    }
    let is_saturated = sets.newest.as_ref().is_some_and(|set| {
        desired(set) == Some(deployment.replicas)
            && set.replicas == deployment.replicas
            && set.status.available == deployment.replicas
    });
    if is_saturated {
        let old = sets.old.iter().filter(|set| set.replicas > 0);
        return old.fold(false, |changed, set| resize(context, deployment, set, 0) | changed);
    }
    let Detail::Deployment { strategy: Strategy::RollingUpdate { .. }, .. } = deployment.detail else {
        return false;
    };
    let (surge, _) = limits(deployment);
    let allowed = if deployment.replicas > 0 { deployment.replicas + surge } else { 0 };
    let total: i64 = active.iter().map(|set| set.replicas).sum();
    // The largest first; of equal ones the newer one grows first, the older one shrinks first.
    if allowed >= total {
        active.sort_by_key(|set| (Reverse(set.replicas), Reverse(revision(set))));
    } else {
        active.sort_by_key(|set| (Reverse(set.replicas), revision(set)));
    }
    let shares: Vec<_> = active.iter().map(|set| Share { replicas: set.replicas, most: most(set) }).collect();
    let sizes = spread(&shares, deployment.replicas + surge, deployment.replicas == 0, allowed - total);
    active
        .iter()
        .zip(sizes)
        .fold(false, |changed, (set, size)| resize(context, deployment, set, size) | changed)
}

fn most(set: &Workload) -> Option<i64> {
    match set.detail {
        Detail::ReplicaSet { most, .. } => most,
        _ => None,
    }
}

/// A ReplicaSet, and of how many Pods in all it had its part.
struct Share {
    replicas: i64,
    most: Option<i64>,
}

/// The sizes of ReplicaSets when there are to be `add` Pods more (or less) than they have together, `most` in all: each keeps
/// its part, and what rounding leaves goes to the first.
fn spread(shares: &[Share], most: i64, to_zero: bool, add: i64) -> Vec<i64> {
    let mut added = 0;
    let mut sizes: Vec<i64> = Vec::new();
    for share in shares {
        if add == 0 {
            sizes.push(share.replicas);
            continue;
        }
        let part = if to_zero {
            -share.replicas
        } else {
            // Rounded to the nearest, halves away from zero.
            let before = i128::from(share.most.filter(|most| *most > 0).unwrap_or(most)).max(1);
            let product = i128::from(share.replicas) * i128::from(most);
            ((2 * product + before).div_euclid(2 * before) - i128::from(share.replicas)) as i64
        };
        let part = if add > 0 { part.min(add - added) } else { part.max(add - added) };
        added += part;
        sizes.push(share.replicas + part);
    }
    if let Some(first) = sizes.first_mut() {
        *first = (*first + add - added).max(0);
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(shares: &[(i64, i64)], most: i64, add: i64) -> Vec<i64> {
        let shares: Vec<_> =
            shares.iter().map(|(replicas, most)| Share { replicas: *replicas, most: Some(*most) }).collect();
        spread(&shares, most, most == 0, add)
    }

    #[test]
    fn everybody_keeps_the_same_part() {
        // 8 old and 5 new of 10 + 3; now 20 + 5.
        assert_eq!(sizes(&[(8, 13), (5, 13)], 25, 12), [15, 10]);
        // 3 and 2 of 4 + 1, down to 2 + 1.
        assert_eq!(sizes(&[(3, 5), (2, 5)], 3, -2), [2, 1]);
        assert_eq!(sizes(&[(3, 5), (2, 5)], 0, -5), [0, 0]);
        // What rounding leaves goes to the first.
        assert_eq!(sizes(&[(1, 3), (1, 3), (1, 3)], 4, 1), [2, 1, 1]);
        assert_eq!(sizes(&[(3, 5), (2, 5)], 5, 0), [3, 2]);
    }
}
