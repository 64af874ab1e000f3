//! What does not work, one finding a cause, ordered by what it breaks.

use std::collections::BTreeMap;

use super::codes::{NO_ENDPOINTS, NOT_CREATED, NOT_STARTED, REFUSED, UNSCHEDULABLE};
use super::{Plan, PlannedPod, PlannedService, PodState};
use crate::cluster::State;
use crate::cluster::model::{Pod, Service};
use crate::finding::{Finding, Place};
use crate::object::{Sym, sym};
use crate::simulate::Outcome;

/// The problems of a plan, most important first: objects that this cluster refuses (`place_of` gives the place of a
/// document), Pods that are not made, Pods that are not placed, containers that do
/// not start, Services that reach nothing.
pub fn problems(plan: &Plan, outcome: &Outcome, place_of: &dyn Fn(u32) -> Place) -> Vec<Finding> {
    let mut found = refused_here(plan, place_of);
    found.extend(not_created(plan, outcome));
    found.extend(not_running(plan, outcome, PodState::Pending));
    found.extend(not_running(plan, outcome, PodState::Waiting));
    found.extend(runs_that_would_fail(plan, outcome));
    found.extend(plan.services.iter().filter_map(|service| no_endpoints(plan, outcome, service)));
    found
}

/// Kind, namespace and name of what people wrote: the last owner that is a workload, or the Pod itself.
fn author(pod: &PlannedPod) -> (Sym, Sym, Sym) {
    let (kind, name) = pod.owners.last().copied().unwrap_or((sym("Pod"), pod.name));
    (kind, pod.namespace, name)
}

fn path((_, namespace, name): (Sym, Sym, Sym)) -> String {
    format!("{namespace}/{name}")
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The line that made a workload or Pod.
fn cause(state: &State, (kind, namespace, name): (Sym, Sym, Sym)) -> Option<(Place, Option<u32>)> {
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

/// Refusals that no other finding tells: those for what the cluster lacks.
fn refused_here(plan: &Plan, place_of: &dyn Fn(u32) -> Place) -> Vec<Finding> {
    let refused = plan.changes.iter().filter_map(|change| Some((change, change.refusal.as_ref()?)));
    refused
        .filter(|(_, (code, ..))| *code == 404)
        .map(|(change, (_, reason, message))| {
            let what = format!("{} {}/{} is refused", change.gvk.kind, change.namespace, change.name);
            Finding::new(&REFUSED, place_of(change.document), what)
                .server(reason, "", message.clone())
                .help(format!("add a Namespace {} to the tree", change.namespace))
                .document(change.document)
        })
        .collect()
}

fn not_created(plan: &Plan, outcome: &Outcome) -> Vec<Finding> {
    let mut found = Vec::new();
    for workload in &plan.workloads {
        let Some(condition) = workload.status.conditions.iter().find(|c| c.kind == "ReplicaFailure") else {
            continue;
        };
        // A ReplicaSet of a Deployment: the Deployment repeats it.
        let Some(this) = outcome.after.workload(workload.kind, workload.namespace, workload.name) else {
            continue;
        };
        if this.meta.controller().is_some() {
            continue;
        }
        let Some((place, document)) =
            cause(&outcome.after, (sym(workload.kind), workload.namespace, workload.name))
        else {
            continue;
        };
        let (kind, path) = (workload.kind, this.meta.path());
        let missing = workload.wants - workload.status.replicas - workload.status.succeeded;
        let message = if workload.status.replicas == 0 {
            format!("{kind} {path} gets none of its {}", count(workload.wants.unsigned_abs() as usize, "Pod"))
        } else {
            format!("{kind} {path} gets {} of its {} Pods", workload.status.replicas, workload.wants)
        };
        let finding = Finding::new(&NOT_CREATED, place, message)
            .label(format!("{} refused", count(missing.unsigned_abs() as usize, "Pod")))
            .because(format!("FailedCreate: {}", condition.message))
            .because("`kubectl apply` succeeds and says nothing of this.");
        found.push(with_document(finding, document));
    }
    found
}

/// Pods in one state, grouped by who wrote them and by what the component says.
fn not_running(plan: &Plan, outcome: &Outcome, state: PodState) -> Vec<Finding> {
    let pods: Vec<_> = plan.pods.iter().filter(|pod| pod.state == state && !pod.untouched).collect();
    group(&pods, outcome, "")
}

fn group(pods: &[&PlannedPod], outcome: &Outcome, prefix: &str) -> Vec<Finding> {
    type Group<'a> = BTreeMap<((Sym, Sym, Sym), &'a str), Vec<&'a PlannedPod>>;
    let mut groups: Group<'_> = BTreeMap::new();
    for pod in pods {
        groups.entry((author(pod), pod.message.as_deref().unwrap_or_default())).or_default().push(pod);
    }
    let mut found = Vec::new();
    for ((author, message), pods) in groups {
        let Some(first) = pods.first() else { continue };
        let Some((mut place, document)) = cause(&outcome.after, author) else { continue };
        let who = if &*author.0 == "Pod" {
            format!("Pod {}", path(author))
        } else {
            format!("{} of {}", count(pods.len(), "Pod"), path(author))
        };
        let plural = pods.len() > 1 || &*author.0 != "Pod";
        let finding = if first.state == PodState::Pending {
            let stays = if pods.len() > 1 { "stay" } else { "stays" };
            let mut finding = Finding::new(&UNSCHEDULABLE, place, format!("{prefix}{who} {stays} Pending"));
            if !message.is_empty() {
                finding = finding.because(message);
            }
            explain(finding, outcome, first)
        } else {
            if let Some(line) = waits_for(outcome, first) {
                place = line;
            }
            let wait = if plural && pods.len() > 1 { "wait" } else { "waits" };
            let reason = first.reason.as_deref().unwrap_or_default();
            Finding::new(&NOT_STARTED, place, format!("{prefix}{who} {wait} and never starts its containers"))
                .label("nobody makes this")
                .because(format!("{reason}: {message}"))
                .help("add it to the tree, or give the cluster that has it with --cluster; `optional: true` starts without it")
        };
        found.push(with_document(finding, document));
    }
    found
}

/// The nearest node, what it lacks, and the smallest change.
fn explain(finding: Finding, outcome: &Outcome, pod: &PlannedPod) -> Finding {
    let Some(explanation) = outcome.explain(pod.namespace, pod.name) else { return finding };
    let finding = explanation.facts.into_iter().fold(finding, Finding::because);
    if explanation.mends.is_empty() { finding } else { finding.help(explanation.mends.join(", or ")) }
}

/// The line of the reference that a Pod waits for.
fn waits_for(outcome: &Outcome, pod: &PlannedPod) -> Option<Place> {
    let live = outcome.after.pod(pod.namespace, pod.name)?;
    let message = &live.waiting.as_ref()?.message;
    live.spec.references.iter().find(|r| message.contains(&format!("\"{}\"", r.name))).map(|r| r.place)
}

fn runs_that_would_fail(plan: &Plan, outcome: &Outcome) -> Vec<Finding> {
    let mut found = Vec::new();
    for (planned, run) in plan.next_runs.iter().zip(&outcome.next_runs) {
        let broken: Vec<_> = planned
            .pods
            .iter()
            .filter(|p| matches!(p.state, PodState::Pending | PodState::Waiting))
            .collect();
        found.extend(group(&broken, &run.outcome, "the next run: "));
    }
    found
}

fn no_endpoints(plan: &Plan, outcome: &Outcome, planned: &PlannedService) -> Option<Finding> {
    if !planned.selects || planned.ready() > 0 {
        return None;
    }
    let service = outcome.after.service(planned.namespace, planned.name)?;
    let place = service.selector_place.or(service.meta.cause.place)?;
    let path = service.meta.path();
    let selector = service.selector.as_ref()?;
    let matching = outcome.after.pods_with(planned.namespace, selector);
    let finding = if matching.is_empty() {
        selects_nobody(
            Finding::new(&NO_ENDPOINTS, place, format!("Service {path} selects no Pod")),
            planned,
            service,
        )
    } else if matching.iter().any(|pod| pod.ready) {
        no_port(
            Finding::new(&NO_ENDPOINTS, place, format!("Service {path} reaches no port of its Pods")),
            service,
            &matching,
        )
    } else {
        let states: Vec<_> = plan
            .pods
            .iter()
            .filter(|p| matching.iter().any(|m| m.meta.id() == (p.namespace, p.name)))
            .map(|p| p.state.name())
            .collect();
        let first = states.first().copied().unwrap_or("not ready");
        let of = count(matching.len(), "Pod");
        let those = if states.iter().all(|s| *s == first) { first.to_owned() } else { "not ready".into() };
        Finding::new(
            &NO_ENDPOINTS,
            place,
            format!(
                "Service {path} has no endpoint: its {of} {} {those}",
                if matching.len() == 1 { "is" } else { "are" }
            ),
        )
        .label(format!("selects {of}"))
    };
    Some(with_document(finding, service.meta.cause.document))
}

fn selects_nobody(finding: Finding, planned: &PlannedService, service: &Service) -> Finding {
    let Some(near) = &planned.nearest else {
        let selector = service.selector.as_ref().map(ToString::to_string).unwrap_or_default();
        return finding
            .label("no Pod has these labels")
            .because(format!("{selector} matches no Pod of namespace {}", planned.namespace))
            .help("apply what makes the Pods too, or give the cluster that has them with --cluster");
    };
    let (asked, of) = (format!("{}={}", near.asked.0, near.asked.1), format!("{} {}", near.of.0, near.of.1));
    let (fact, help) = match near.has {
        Some((key, value)) => {
            let apart = match near.distance {
                1 => "    (1 letter apart)".to_owned(),
                n @ 2..=3 => format!("    ({n} letters apart)"),
                _ => String::new(),
            };
            (format!("{asked}; the Pods of {of} have {key}={value}{apart}"), format!("write {key}: {value}"))
        }
        None => (
            format!("{asked}; the Pods of {of} come nearest and have no label {}", near.asked.0),
            format!(
                "give the Pods of {of} the label {}: {}, or drop it from the selector",
                near.asked.0, near.asked.1
            ),
        ),
    };
    let finding = finding.label("no Pod has this").because(fact).help(help);
    match near.place {
        Some(place) => finding.related(place, "the nearest Pods have these labels"),
        None => finding,
    }
}

fn no_port(finding: Finding, service: &Service, pods: &[std::sync::Arc<Pod>]) -> Finding {
    let mut finding = finding.label(format!("selects {}", count(pods.len(), "Pod")));
    let mut names: Vec<Sym> = pods
        .iter()
        .flat_map(|p| p.spec.running().flat_map(|c| &c.ports))
        .map(|p| p.name)
        .filter(|n| !n.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    for port in &service.ports {
        let declared = names.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", ");
        let declared = if declared.is_empty() { "no named port".to_owned() } else { declared };
        finding = finding.related(port.place, "this port").because(format!(
            "targetPort {} is no {} port of their containers, which declare {declared}",
            port.target, port.protocol
        ));
    }
    finding.help("use a declared name, or the number")
}
