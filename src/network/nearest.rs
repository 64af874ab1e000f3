//! Whom a Service that selects nothing most likely meant.

use std::collections::BTreeMap;

use crate::cluster::State;
use crate::cluster::model::Service;
use crate::finding::{Place, distance};
use crate::object::{Labels, Sym};

/// The Pods that come nearest to a Service's selector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nearest {
    /// The part of the selector that fails: key and value.
    pub asked: (Sym, Sym),
    /// The label that the Pods have instead; `None` if they lack the key.
    pub has: Option<(Sym, Sym)>,
    /// Kind and name of what makes the Pods.
    pub of: (Sym, Sym),
    /// How many letters apart the two are.
    pub distance: usize,
    /// The line of the Pods' labels.
    pub place: Option<Place>,
}

/// What a mismatch costs: keys that differ weigh more than values that differ.
const MISSING_KEY: usize = 8;
/// Farther than this nobody meant it.
const TOO_FAR: usize = 12;

/// The nearest Pod template of the Service's namespace, if any comes near.
pub fn nearest(state: &State, service: &Service) -> Option<Nearest> {
    let selector = service.selector.as_ref()?;
    let mut candidates: BTreeMap<(Sym, Sym), (&Labels, Option<Place>)> = BTreeMap::new();
    for workload in state.workloads().filter(|w| w.meta.namespace == service.meta.namespace) {
        if workload.meta.controller().is_none() {
            let of = (workload.kind().into(), workload.meta.name);
            candidates.insert(of, (&workload.template.labels, Some(workload.template.labels_place)));
        }
    }
    for pod in state.pods_in(service.meta.namespace).filter(|p| p.meta.controller().is_none()) {
        candidates.insert(("Pod".into(), pod.meta.name), (&pod.meta.labels, pod.meta.cause.place));
    }
    let ranked = candidates.into_iter().filter_map(|(of, (labels, place))| {
        let mut total = 0;
        let mut worst: Option<Nearest> = None;
        for (key, value) in selector.iter() {
            let (has, apart) = mismatch(labels, key, value);
            total += apart;
            if apart > worst.as_ref().map_or(0, |w| w.distance) {
                worst = Some(Nearest { asked: (key, value), has, of, distance: apart, place });
            }
        }
        (total <= TOO_FAR).then_some((total, worst?))
    });
    ranked.min_by_key(|(total, nearest)| (*total, nearest.of)).map(|(_, nearest)| nearest)
}

/// How one `key=value` of a selector fails on these labels: the label that is there instead, and the distance.
fn mismatch(labels: &Labels, key: Sym, value: Sym) -> (Option<(Sym, Sym)>, usize) {
    if let Some(has) = labels.get(key) {
        // Another value altogether ("frontend" for "backend") is no slip of the pen, but the nearest there is.
        return (Some((key, has)), distance(&has, &value));
    }
    let same_value = labels.iter().filter(|(_, v)| *v == value);
    let renamed = same_value.map(|(k, v)| (distance(&k, &key), (k, v))).min();
    match renamed {
        Some((apart, label)) => (Some(label), apart.min(MISSING_KEY)),
        None => (None, MISSING_KEY),
    }
}
