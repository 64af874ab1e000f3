//! What does not work, one finding a cause, ordered by what it breaks.

mod made;
mod placed;
mod reached;
mod started;

use std::collections::BTreeMap;

use super::{Plan, PlannedPod, PodState};
use crate::cluster::State;
use crate::finding::{Finding, Place};
use crate::object::{Sym, sym};
use crate::simulate::Outcome;
use made::{cut_short, not_created, refused_here};
use placed::{group_pending, pending, preempted, unknown_scheduler};
use reached::{because_of, no_endpoints, silent_ports};
use started::{group_waiting, waiting};

/// A problem and what it takes down.
struct Trouble {
    finding: Finding,
    /// Pods that do not run because of it.
    pods: Vec<(Sym, Sym)>,
    /// The workload whose Pods are not even made.
    workload: Option<Author>,
    /// Services without endpoints because of it.
    services: Vec<Sym>,
}

/// The problems of a plan, most important first: objects that this cluster refuses (`place_of` gives the place of a
/// document), Pods that are not made, Pods that are not placed, containers that do not start, Services that reach
/// nothing for a reason of their own. A Service whose Pods are in trouble is told with the trouble.
pub fn problems(plan: &Plan, outcome: &Outcome, place_of: &dyn Fn(u32) -> Place) -> Vec<Finding> {
    let mut troubles = not_created(plan, outcome);
    troubles.extend(pending(plan, outcome));
    troubles.extend(unknown_scheduler(plan, outcome));
    troubles.extend(waiting(plan, outcome));
    let mut trouble_of: BTreeMap<(Sym, Sym), usize> = BTreeMap::new();
    for (at, trouble) in troubles.iter().enumerate() {
        for pod in &trouble.pods {
            trouble_of.entry(*pod).or_insert(at);
        }
    }
    let mut services = Vec::new();
    for service in plan.services.iter().filter(|s| s.is_silent()) {
        match because_of(outcome, service, &troubles, &trouble_of) {
            Some(at) => troubles[at].push(service.name),
            None => services.extend(no_endpoints(plan, outcome, service)),
        }
    }
    let mut found = refused_here(plan, place_of);
    found.extend(cut_short(plan, outcome, place_of));
    found.extend(troubles.into_iter().map(Trouble::told));
    found.extend(runs_that_would_fail(plan, outcome));
    found.extend(services);
    found.extend(plan.services.iter().flat_map(|service| silent_ports(outcome, service)));
    found.extend(preempted(outcome));
    found
}

/// Kind, namespace and name.
type Author = (Sym, Sym, Sym);

/// What people wrote: the last owner that is a workload, or the Pod itself.
fn author(pod: &PlannedPod) -> Author {
    let (kind, name) = pod.owners.last().copied().unwrap_or((sym("Pod"), pod.name));
    (kind, pod.namespace, name)
}

fn path((_, namespace, name): Author) -> String {
    format!("{namespace}/{name}")
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The line that made a workload or Pod.
fn cause(state: &State, (kind, namespace, name): Author) -> Option<(Place, Option<u32>)> {
    let meta = match state.workload(&kind, namespace, name) {
        Some(workload) => &workload.meta,
        None => &state.pod(namespace, name)?.meta,
    };
    Some((meta.cause.place?, meta.cause.document))
}

fn with_document(finding: Finding, document: Option<u32>) -> Finding {
    match document {
        Some(document) => finding.document(document),
        None => finding,
    }
}

impl Trouble {
    fn new(finding: Finding, pods: &[&PlannedPod]) -> Self {
        Self {
            finding,
            pods: pods.iter().map(|pod| (pod.namespace, pod.name)).collect(),
            workload: None,
            services: Vec::new(),
        }
    }

    /// A Service that has no endpoint because of it.
    fn push(&mut self, service: Sym) {
        self.services.push(service);
    }

    fn told(self) -> Finding {
        let names: Vec<_> = self.services.iter().map(|name| name.as_str()).collect();
        match names.as_slice() {
            [] => self.finding,
            [one] => self.finding.because(format!("Service {one} has no endpoint because of it.")),
            several => self
                .finding
                .because(format!("Services {} have no endpoint because of it.", several.join(", "))),
        }
    }
}

/// Pods in a state that the tree has to do with.
fn pods_in(plan: &Plan, state: PodState) -> impl Iterator<Item = &PlannedPod> {
    plan.pods.iter().filter(move |pod| pod.state == state && !pod.untouched)
}

/// Who wrote these Pods, in order, each once.
fn authors(pods: &[&PlannedPod]) -> Vec<Author> {
    let mut authors: Vec<_> = pods.iter().map(|pod| author(pod)).collect();
    authors.sort_unstable();
    authors.dedup();
    authors
}

/// More places than this are not listed.
const PLACES_LISTED: usize = 100;

/// More workloads than this are counted, not listed.
const NAMES_LISTED: usize = 6;

/// `Pod shop/a`, `3 Pods of shop/worker`, `14 Pods of sock-shop (carts, carts-db, ...)`
fn who(pods: &[&PlannedPod]) -> String {
    match authors(pods).as_slice() {
        [one] if &*one.0 == "Pod" => format!("Pod {}", path(*one)),
        // A StatefulSet's Pods have names that stay.
        [(kind, namespace, _)] if &**kind == "StatefulSet" && pods.len() == 1 => {
            format!("Pod {namespace}/{}", pods.first().map_or("", |pod| pod.name.as_str()))
        }
        [one] => format!("{} of {}", count(pods.len(), "Pod"), path(*one)),
        several => {
            let namespace = several.first().map_or("", |(_, namespace, _)| namespace.as_str());
            let mut names: Vec<_> =
                several.iter().map(|(_, _, name)| name.as_str()).take(NAMES_LISTED).collect();
            let more = format!("{} more", several.len() - names.len());
            if several.len() > names.len() {
                names.push(&more);
            }
            format!("{} of {namespace} ({})", count(pods.len(), "Pod"), names.join(", "))
        }
    }
}

fn runs_that_would_fail(plan: &Plan, outcome: &Outcome) -> Vec<Finding> {
    let mut troubles = Vec::new();
    for (planned, run) in plan.next_runs.iter().zip(&outcome.next_runs) {
        let of = |state| planned.pods.iter().filter(move |pod| pod.state == state);
        troubles.extend(group_pending(plan, of(PodState::Pending), &run.outcome, "the next run: "));
        troubles.extend(group_waiting(of(PodState::Waiting), &run.outcome, "the next run: "));
    }
    troubles.into_iter().map(Trouble::told).collect()
}
