//! # `reliability/one-node`
//!
//! ## What it does
//!
//! Reports a Deployment or StatefulSet with two or more replicas whose Pods all land on one node, though the cluster has
//! others.
//!
//! ## Why is this bad?
//!
//! The replicas are there so that one may fail. On one node they fail together: when it reboots, when it is drained, when
//! its disk is full.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 3
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       nodeSelector: {kubernetes.io/hostname: node-1}
//!       containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 3
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       topologySpreadConstraints:
//!         - maxSkew: 1
//!           topologyKey: kubernetes.io/hostname
//!           whenUnsatisfiable: ScheduleAnyway
//!           labelSelector: {matchLabels: {app: web}}
//!       containers:
//!         - name: web
//!           image: web:1
//!           resources: {requests: {cpu: 1500m}}
//! ```
//!
//! ## When to ignore it
//!
//! When only one node has what the Pods need (a disk, a GPU), or when the replicas are workers whose loss costs nothing.

use std::collections::BTreeSet;

use crate::finding::{Code, Level, Profile};
use crate::object::sym;
use crate::rules::pod::settled_pods;
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};
use crate::simulate::Outcome;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/one-node",
        Level::Warning,
        Profile::Plan,
        "All replicas land on one node.",
        page!("one_node.rs"),
    ),
    check: Check::Outcome(check),
};

fn check(tree: &Tree<'_>, outcome: &Outcome, out: &mut Sink<'_>) {
    let state = &outcome.after;
    if state.node_count() < 2 {
        return;
    }
    for object in tree.own() {
        if !(object.gvk.is("apps", "Deployment") || object.gvk.is("apps", "StatefulSet")) {
            continue;
        }
        let kind = object.gvk.kind;
        let pods = settled_pods(outcome, object);
        let nodes: BTreeSet<_> = pods.iter().filter_map(|pod| pod.node).collect();
        let placed = pods.iter().filter(|pod| pod.node.is_some()).count();
        let (Some(node), 1, 2..) = (nodes.first(), nodes.len(), placed) else { continue };
        let mut finding = out
            .finding_in(
                object,
                name_place(object),
                format!("all {placed} Pods of {kind} `{}` are on {node}", object.name),
            )
            .label("one failure takes all of them")
            .field("metadata.name")
            .because(format!("the cluster has {} nodes", state.node_count()));
        let selector = object.pod_template().and_then(|pod| pod.spec.get("nodeSelector"));
        if let Some(selector) = selector {
            finding = finding.related(selector.place(), "the Pods may go nowhere else");
        } else if pods
            .iter()
            .any(|pod| pod.spec.spread.iter().all(|s| s.topology_key != sym("kubernetes.io/hostname")))
        {
            finding = finding.help("a topologySpreadConstraint over kubernetes.io/hostname keeps them apart");
        }
        out.push(finding);
    }
}
