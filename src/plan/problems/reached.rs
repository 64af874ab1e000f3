//! Services that reach nothing, or not all that they promise.

use std::collections::BTreeMap;

use super::{Author, Trouble, count, with_document};
use crate::cluster::model::{Pod, Service, ServicePort};
use crate::finding::{Finding, Level};
use crate::object::{Labels, Sym};
use crate::plan::codes::NO_ENDPOINTS;
use crate::plan::{Plan, PlannedService};
use crate::simulate::Outcome;

/// The trouble that leaves a Service without endpoints, if all its Pods are in trouble. `trouble_of` is the first
/// trouble of each Pod.
pub(super) fn because_of(
    outcome: &Outcome,
    planned: &PlannedService,
    troubles: &[Trouble],
    trouble_of: &BTreeMap<(Sym, Sym), usize>,
) -> Option<usize> {
    let selector = outcome.after.service(planned.namespace, planned.name)?.selector.clone()?;
    let pods = outcome.after.pods_with(planned.namespace, &selector);
    if pods.is_empty() {
        let makes = |author: &Author| {
            outcome.after.workload(&author.0, author.1, author.2).is_some_and(|w| {
                w.meta.namespace == planned.namespace && has_all(&w.template.labels, &selector)
            })
        };
        return troubles.iter().position(|t| t.workload.as_ref().is_some_and(makes));
    }
    let mut of_pods = pods.iter().map(|pod| trouble_of.get(&pod.meta.id()).copied());
    let first = of_pods.next()??;
    of_pods.all(|trouble| trouble.is_some()).then_some(first)
}

fn has_all(labels: &Labels, selector: &Labels) -> bool {
    selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}

pub(super) fn no_endpoints(plan: &Plan, outcome: &Outcome, planned: &PlannedService) -> Option<Finding> {
    let service = outcome.after.service(planned.namespace, planned.name)?;
    let place = service.selector_place.or(service.meta.cause.place)?;
    let path = service.meta.path();
    let selector = service.selector.as_ref()?;
    let matching = outcome.after.pods_with(planned.namespace, selector);
    let finding = if matching.is_empty() {
        let finding = Finding::new(&NO_ENDPOINTS, place, format!("Service {path} selects no Pod"));
        match maker(plan, outcome, planned.namespace, selector) {
            Some(why) => {
                let finding = finding.label("no Pod has these labels");
                if why.ends_with("scaled to 0") {
                    finding.because(why).help("give it replicas, or leave out the Service as well")
                } else {
                    finding.because(why)
                }
            }
            None => selects_nobody(finding, planned, service),
        }
    } else if matching.iter().any(|pod| pod.ready) {
        no_port(
            Finding::new(&NO_ENDPOINTS, place, format!("Service {path} reaches no port of its Pods")),
            service,
            &matching,
        )
    } else {
        let state = |pod: &std::sync::Arc<Pod>| {
            let at = plan.pods.binary_search_by_key(&pod.meta.id(), |p| (p.namespace, p.name)).ok()?;
            Some(plan.pods[at].state.name())
        };
        let states: Vec<_> = matching.iter().filter_map(state).collect();
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

/// Ports of a Service that reach nothing although others do.
pub(super) fn silent_ports(outcome: &Outcome, planned: &PlannedService) -> Vec<Finding> {
    let service = outcome.after.service(planned.namespace, planned.name);
    let Some(service) = service.filter(|_| planned.selects && planned.ready() > 0) else { return Vec::new() };
    let reached = |port: &ServicePort| {
        planned.slices.iter().any(|slice| {
            slice.endpoints.iter().any(|endpoint| endpoint.ready)
                && slice.ports.iter().any(|p| p.name == port.name && p.protocol == port.protocol)
        })
    };
    let silent = service.ports.iter().filter(|port| !reached(port));
    silent
        .map(|port| {
            let what = format!("Service {} reaches nothing at port {}", service.meta.path(), port.port);
            let finding = Finding::new(&NO_ENDPOINTS, port.place, what)
                .label(format!("targetPort {}", port.target))
                .because(format!(
                    "no container of its Pods has a {} port named {}",
                    port.protocol, port.target
                ))
                .help("use a declared name, or the number");
            let finding = Finding { level: Level::Warning, ..finding };
            with_document(finding, service.meta.cause.document)
        })
        .collect()
}

/// Why a workload of the tree that would make such Pods makes none.
fn maker(plan: &Plan, outcome: &Outcome, namespace: Sym, selector: &Labels) -> Option<String> {
    let refused = plan.changes.iter().find(|change| {
        change.refusal.is_some()
            && change.namespace == namespace
            && change.pod_labels.as_ref().is_some_and(|labels| has_all(labels, selector))
    });
    if let Some(change) = refused {
        return Some(format!("{} {} would make its Pods, and is refused", change.gvk.kind, change.name));
    }
    // A ReplicaSet of an earlier revision makes none, and nobody wrote it.
    let idle = outcome.after.workloads().find(|w| {
        w.meta.namespace == namespace
            && w.meta.controller().is_none()
            && has_all(&w.template.labels, selector)
    })?;
    let (kind, name) = (idle.kind(), idle.meta.name);
    Some(if idle.replicas == 0 {
        format!("{kind} {name} would make its Pods, and is scaled to 0")
    } else {
        format!("{kind} {name} would make its Pods, and has made none")
    })
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
