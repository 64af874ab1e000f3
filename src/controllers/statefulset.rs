//! statefulset-controller: numbered Pods, one after another, each with claims of its own.

use std::sync::Arc;

use super::Context;
use super::context::{Name, Wanted};
use super::volume::make_claim;
use crate::cluster::model::{Detail, Pod, Workload};
use crate::object::{Sym, sym};

/// One step of every StatefulSet.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let sets: Vec<Arc<Workload>> = context.state.workloads_of("StatefulSet").cloned().collect();
    let mut changed = false;
    for set in sets {
        if context.is_full() {
            break;
        }
        changed |= step(context, &set);
    }
    changed
}

/// The number at the end of a Pod's name.
fn ordinal(set: &Workload, pod: &Pod) -> Option<i64> {
    pod.meta.name.strip_prefix(set.meta.name.as_str())?.strip_prefix('-')?.parse().ok()
}

fn step(context: &mut Context<'_>, set: &Workload) -> bool {
    let Detail::StatefulSet { parallel, start, on_delete, partition, .. } = set.detail else { return false };
    // Those that are being deleted keep their place and their name until they are gone.
    let mut pods: Vec<(i64, Arc<Pod>)> = context
        .all_pods(set)
        .into_iter()
        .filter(|pod| pod.deleting || !pod.phase.is_terminal())
        .filter_map(|pod| Some((ordinal(set, &pod)?, pod)))
        .collect();
    pods.sort_by_key(|(number, _)| *number);
    let wanted = start..start.saturating_add(set.replicas);

    let mut changed = false;
    let mut failure = None;
    let mut healthy = true;
    // Up: in order; without `Parallel` the next one waits until all before it are ready.
    for number in wanted.clone() {
        match pods.binary_search_by_key(&number, |(n, _)| *n) {
            Ok(at) => healthy &= pods[at].1.ready && !pods[at].1.deleting,
            Err(_) => {
                match create(context, set, number) {
                    Ok(()) => changed = true,
                    Err(message) => {
                        failure = Some(message);
                        break;
                    }
                }
                healthy = false;
            }
        }
        if !healthy && !parallel {
            break;
        }
    }
    // Down: the highest first, one at a time unless `Parallel`, and only while the others are healthy.
    let surplus: Vec<_> = pods.iter().rev().filter(|(number, _)| !wanted.contains(number)).collect();
    let leaving = surplus.iter().any(|(_, pod)| pod.deleting);
    if (healthy || parallel) && !changed && (parallel || !leaving) {
        let going = surplus.iter().filter(|(_, pod)| !pod.deleting);
        for (_, pod) in going.take(if parallel { usize::MAX } else { 1 }) {
            delete(context, set, pod);
            changed = true;
        }
    }
    // Update: the highest outdated one, when those above it are ready. One that is not ready stops everything in a set that
    // is not `Parallel`, be it outdated or not: reverting a broken template heals nothing.
    if (healthy || parallel) && !changed && !on_delete && failure.is_none() && surplus.is_empty() {
        let outdated = |pod: &Pod| pod.template != 0 && pod.template != set.template.digest;
        for (_, pod) in pods.iter().rev().filter(|(number, _)| *number >= partition) {
            if outdated(pod) && !pod.deleting {
                delete(context, set, pod);
                changed = true;
                break;
            }
            if !pod.ready || pod.deleting {
                break;
            }
        }
    }
    let status = context.status_of(set, failure);
    changed | context.report(set, status)
}

fn delete(context: &mut Context<'_>, set: &Workload, pod: &Pod) {
    context.delete_pod(pod);
    let message = format!("Delete Pod {} in StatefulSet {} successful", pod.meta.name, set.meta.name);
    context.events.note(("StatefulSet", set.meta.namespace, set.meta.name), "SuccessfulDelete", message);
}

/// Claims first, then the Pod; a refusal is the text of the event.
fn create(context: &mut Context<'_>, set: &Workload, number: i64) -> Result<(), String> {
    let name = format!("{}-{number}", set.meta.name);
    let mut own_claims = Vec::new();
    if let Detail::StatefulSet { claims, .. } = &set.detail {
        for (claim, content) in claims {
            let made = sym(&format!("{claim}-{name}"));
            make_claim(context, &set.meta, made, content, Vec::new());
            own_claims.push((*claim, made));
        }
    }
    let labels: Vec<(Sym, Sym)> = [
        ("statefulset.kubernetes.io/pod-name", name.clone()),
        ("apps.kubernetes.io/pod-index", number.to_string()),
        ("controller-revision-hash", format!("{}-<r1>", set.meta.name)),
    ]
    .into_iter()
    .map(|(key, value)| (sym(key), sym(&value)))
    .collect();
    let wanted = Wanted { name: Name::Exact(name.clone()), labels, pinned: None, claims: own_claims };
    context.create_pod(set, wanted).map_err(|refusal| {
        let reason = refusal.message(&name);
        let message = format!("Create Pod {name} in StatefulSet {} failed error: {reason}", set.meta.name);
        context.events.warn(("StatefulSet", set.meta.namespace, set.meta.name), "FailedCreate", message);
        reason
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::model::{Meta, Namespace, Phase, Template, WorkloadStatus};
    use crate::cluster::{Entity, Events, State};
    use crate::controllers::Admitted;
    use crate::finding::{FileId, Place, Span};
    use crate::nodes::Willing;
    use crate::object::{Labels, Selector};

    fn set(replicas: i64, parallel: bool, digest: u64) -> Workload {
        let place = Place::new(FileId(0), Span::default());
        let template = Template {
            labels: Labels::default(),
            annotations: Labels::default(),
            spec: Arc::default(),
            digest,
            place,
            labels_place: place,
        };
        Workload {
            meta: Meta { namespace: sym("shop"), name: sym("db"), ..Meta::default() },
            detail: Detail::StatefulSet {
                service: sym("db"),
                parallel,
                start: 0,
                claims: Vec::new(),
                on_delete: false,
                partition: 0,
            },
            replicas,
            replicas_place: None,
            selector: Selector::default(),
            template: Arc::new(template),
            status: WorkloadStatus::default(),
        }
    }

    fn namespace() -> State {
        let mut state = State::default();
        state.put(Entity::Namespace(Namespace::named("shop")));
        state
    }

    /// One step, and the names of the Pods that are there then.
    fn after_step(state: &mut State, set: &Workload) -> Vec<String> {
        let (mut events, mut admitted) = (Events::default(), Admitted::default());
        let mut context = Context {
            state,
            events: &mut events,
            admitted: &mut admitted,
            due: Vec::new(),
            kubelet: &Willing,
            max_pods: 100,
        };
        step(&mut context, set);
        state.pods().map(|pod| pod.meta.name.to_string()).collect()
    }

    fn ready(state: &mut State, name: &str, ready: bool) {
        state.change_pod(sym("shop"), sym(name), |pod| {
            (pod.phase, pod.ready) = (Phase::Running, ready);
        });
    }

    #[test]
    fn one_after_another_or_all_at_once() {
        let (mut state, ordered) = (namespace(), set(3, false, 1));
        assert_eq!(after_step(&mut state, &ordered), ["db-0"]);
        assert_eq!(after_step(&mut state, &ordered), ["db-0"], "it is not ready");
        ready(&mut state, "db-0", true);
        assert_eq!(after_step(&mut state, &ordered), ["db-0", "db-1"]);
        assert_eq!(after_step(&mut namespace(), &set(3, true, 1)), ["db-0", "db-1", "db-2"]);
    }

    #[test]
    fn the_highest_goes_first() {
        let mut state = namespace();
        after_step(&mut state, &set(3, true, 1));
        let fewer = set(1, false, 1);
        assert_eq!(after_step(&mut state, &fewer).len(), 3, "the one that stays is not ready");
        ready(&mut state, "db-0", true);
        assert_eq!(after_step(&mut state, &fewer), ["db-0", "db-1"]);
        assert_eq!(after_step(&mut state, &fewer), ["db-0"]);
    }

    #[test]
    fn an_update_stops_at_what_is_not_ready() {
        let mut state = namespace();
        after_step(&mut state, &set(3, true, 1));
        for name in ["db-0", "db-1", "db-2"] {
            ready(&mut state, name, true);
        }
        let newer = set(3, false, 2);
        assert_eq!(after_step(&mut state, &newer), ["db-0", "db-1"], "the highest is made anew");
        assert_eq!(after_step(&mut state, &newer), ["db-0", "db-1", "db-2"]);
        // It never gets ready: the others keep the old template, and going back to it heals nothing.
        ready(&mut state, "db-2", false);
        assert_eq!(after_step(&mut state, &newer).len(), 3);
        assert_eq!(after_step(&mut state, &set(3, false, 1)).len(), 3);
        let of = |state: &State, name: &str| state.pod(sym("shop"), sym(name)).map(|pod| pod.template);
        assert_eq!((of(&state, "db-1"), of(&state, "db-2")), (Some(1), Some(2)));
    }
}
