//! # `resources/hpa-capacity`
//!
//! ## What it does
//!
//! Scales, on a copy of the cluster at rest, what a HorizontalPodAutoscaler may scale to its `maxReplicas`: each alone, then
//! all at once. Reports those whose Pods do not all find a node. Part of `kcheck plan`.
//!
//! ## Why is this bad?
//!
//! The replicas are asked for when the load is highest, and stay Pending. The autoscaler shows its maximum, and the
//! cluster gives less.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers: [{name: web, image: "web:1", resources: {requests: {cpu: "2"}}}]
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   minReplicas: 1
//!   maxReplicas: 20
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers: [{name: web, image: "web:1", resources: {requests: {cpu: "2"}}}]
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   minReplicas: 1
//!   maxReplicas: 3
//! ```
//!
//! ## When to ignore it
//!
//! Where nodes are added when Pods are pending (a node pool that scales itself): kcheck plays the nodes that are there.

use crate::finding::{Code, Level, Profile};
use crate::nodes::Willing;
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, Tree, page};
use crate::simulate::{Outcome, Scaled, WorkloadId};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/hpa-capacity",
        Level::Warning,
        Profile::Plan,
        "A workload that does not fit into the nodes at its autoscaler's maximum.",
        page!("hpa_capacity.rs"),
    ),
    check: Check::Outcome(check),
};

/// More autoscalers are not played one by one.
const MAX_ALONE: usize = 64;

/// An autoscaler, what it scales, and how far.
struct Target<'t> {
    hpa: &'t Object<'t>,
    workload: WorkloadId,
    most: Value<'t>,
    replicas: i64,
}

fn check(tree: &Tree<'_>, outcome: &Outcome, out: &mut Sink<'_>) {
    let all: Vec<Target<'_>> =
        tree.own_of("autoscaling", "HorizontalPodAutoscaler").filter_map(target).collect();
    let wanted: Vec<(WorkloadId, i64)> =
        all.iter().map(|target| (target.workload, target.replicas)).collect();
    let Some(together) = outcome.scaled(&wanted, &Willing) else { return };
    let lacks = |scaled: &Scaled| scaled.placed < scaled.replicas;
    if !together.iter().any(lacks) {
        return;
    }
    let mut told = false;
    for target in all.iter().take(MAX_ALONE) {
        let alone = outcome.scaled(&[(target.workload, target.replicas)], &Willing).unwrap_or_default();
        if let Some(scaled) = alone.first().filter(|scaled| lacks(scaled)) {
            told = true;
            report(target, scaled, "", out);
        }
    }
    // Each for itself fits.
    if !told {
        let first = together.iter().find(|scaled| lacks(scaled));
        let of = |scaled: &&Scaled| all.iter().find(|target| target.workload == scaled.workload);
        if let Some((scaled, target)) = first.zip(first.as_ref().and_then(of)) {
            report(target, scaled, "with all autoscalers at their maximum, ", out);
        }
    }
}

fn report(target: &Target<'_>, scaled: &Scaled, when: &str, out: &mut Sink<'_>) {
    let (kind, _, name) = target.workload;
    let (placed, replicas) = (scaled.placed, scaled.replicas);
    let message = format!("{when}{kind} `{name}` gets {placed} of {replicas} Pods placed");
    let mut finding = out
        .finding_in(target.hpa, target.most.place(), message)
        .label("more than the nodes have room for")
        .field("spec.maxReplicas");
    if !scaled.why.is_empty() {
        finding = finding.because(scaled.why.clone());
    }
    out.push(
        finding.help(format!("lower `maxReplicas` to {}, ask for less per Pod, or add nodes", placed.max(1))),
    );
}

/// What an autoscaler may do.
fn target<'t>(hpa: &'t Object<'t>) -> Option<Target<'t>> {
    let spec = hpa.spec()?;
    let of = spec.get("scaleTargetRef")?;
    let most = spec.get("maxReplicas")?;
    let (kind, name) = (crate::object::sym(of.str("kind")), crate::object::sym(of.str("name")));
    Some(Target { hpa, workload: (kind, hpa.namespace, name), most, replicas: most.as_i64()? })
}
