//! # `reliability/hpa-no-request`
//!
//! ## What it does
//!
//! Reports a HorizontalPodAutoscaler that scales on the utilisation of cpu or memory (`Resource`, `ContainerResource`),
//! while a container of its target has no request for it.
//!
//! ## Why is this bad?
//!
//! Utilisation is a share of the request. Without one there is no number: the autoscaler reports
//! `FailedGetResourceMetric: missing request for cpu` and never scales.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   maxReplicas: 10
//!   metrics:
//!     - type: Resource
//!       resource:
//!         name: cpu
//!         target: {type: Utilization, averageUtilization: 80}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - {name: web, image: "web:1", resources: {requests: {cpu: 100m}}}
//!         - {name: proxy, image: "proxy:1"}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   maxReplicas: 10
//!   metrics:
//!     - type: ContainerResource
//!       containerResource:
//!         name: cpu
//!         container: web
//!         target: {type: Utilization, averageUtilization: 80}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - {name: web, image: "web:1", resources: {requests: {cpu: 100m}}}
//!         - {name: proxy, image: "proxy:1"}
//! ```
//!
//! ## When to ignore it
//!
//! When requests come from something that kcheck does not see. A LimitRange of the namespace with a default, limits
//! (which are requests too) and `resources` of the Pod itself count.

use crate::finding::{Code, Level, Profile};
use crate::object::{ContainerKind, Object, PodTemplate, Value};
use crate::rules::pod::{Requests, what};
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/hpa-no-request",
        Level::Warning,
        Profile::Recommended,
        "An autoscaler that measures against a request that is not there.",
        page!("hpa_no_request.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let requests = Requests::new(tree);
    for hpa in tree.own_of("autoscaling", "HorizontalPodAutoscaler") {
        let Some(spec) = hpa.spec() else { continue };
        let Some(target) = spec.get("scaleTargetRef") else { continue };
        let group = target.str("apiVersion").split_once('/').map_or("", |(group, _)| group);
        let Answer::Found(workload) = tree.find(group, target.str("kind"), hpa.namespace, target.str("name"))
        else {
            continue;
        };
        let Some(pod) = workload.pod_template() else { continue };
        // autoscaling/v1 knows cpu only.
        if let Some(cpu) = spec.get("targetCPUUtilizationPercentage") {
            report(
                hpa,
                workload,
                cpu,
                "spec.targetCPUUtilizationPercentage",
                "cpu",
                None,
                &requests,
                pod,
                out,
            );
        }
        for (i, metric) in spec.list("metrics").enumerate() {
            for source in ["resource", "containerResource"] {
                let Some(of) = metric.get(source) else { continue };
                if of.get("target").is_none_or(|target| target.str("type") != "Utilization") {
                    continue;
                }
                let Some(name) = of.get("name") else { continue };
                let resource = name.as_str().unwrap_or_default();
                let only = of.get("container").and_then(Value::as_str);
                let field = format!("spec.metrics[{i}].{source}.name");
                report(hpa, workload, name, &field, resource, only, &requests, pod, out);
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "what one sentence is made of")]
fn report(
    hpa: &Object<'_>,
    workload: &Object<'_>,
    value: Value<'_>,
    field: &str,
    resource: &str,
    only: Option<&str>,
    requests: &Requests<'_>,
    pod: PodTemplate<'_>,
    out: &mut Sink<'_>,
) {
    let lacks = pod.containers().find(|c| {
        matches!(c.kind, ContainerKind::App | ContainerKind::Sidecar)
            && only.is_none_or(|name| c.value.str("name") == name)
            && !requests.has(workload.namespace, pod, c.value, resource)
    });
    let Some(container) = lacks else { return };
    let name = container.value.str("name");
    let message = format!(
        "{} never scales: container `{name}` of {} has no request for {resource}",
        what(hpa),
        what(workload)
    );
    let place = container.value.get("name").map_or_else(|| container.value.place(), Value::place);
    out.push(
        out.finding_in(hpa, value.place(), message)
            .label("a share of what?")
            .related(place, format!("no request for {resource}"))
            .field(field)
            .because(format!("it reports FailedGetResourceMetric: missing request for {resource}")),
    );
}
