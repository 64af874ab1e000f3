//! # `reliability/spread-impossible`
//!
//! ## What it does
//!
//! Reports a workload with Pods that stay Pending because a `DoNotSchedule` spread constraint or a required
//! anti-affinity leaves no node for them. It is judged with the cluster at rest, so only `plan` (or `--cluster`) says
//! it.
//!
//! ## Why is this bad?
//!
//! Some replicas never run, however long one waits; a rollout that needs all of them never ends.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   replicas: 4
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers: [{name: web, image: "web:1"}]
//!       affinity:
//!         podAntiAffinity:
//!           requiredDuringSchedulingIgnoredDuringExecution:
//!             - topologyKey: kubernetes.io/hostname
//!               labelSelector: {matchLabels: {app: web}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   replicas: 4
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers: [{name: web, image: "web:1"}]
//!       affinity:
//!         podAntiAffinity:
//!           preferredDuringSchedulingIgnoredDuringExecution:
//!             - weight: 1
//!               podAffinityTerm:
//!                 topologyKey: kubernetes.io/hostname
//!                 labelSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## When to ignore it
//!
//! When nodes are added by an autoscaler.

use crate::finding::{Code, Level, Profile};
use crate::object::{Labels, PodTemplate, Selector, Value};
use crate::rules::pod::{settled_pods, what};
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};
use crate::simulate::Outcome;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/spread-impossible",
        Level::Warning,
        Profile::Recommended,
        "Replicas that must not share a place, and too few places.",
        page!("spread_impossible.rs"),
    ),
    check: Check::Outcome(check),
};

/// Constraints of Pods against Pods, and what the manifest calls them.
const PATHS: &[(&[&str], &str)] = &[
    (
        &["affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"],
        "no two of them on one place",
    ),
    (&["topologySpreadConstraints"], "spread over places"),
];

fn check(tree: &Tree<'_>, outcome: &Outcome, out: &mut Sink<'_>) {
    for object in tree.own() {
        let Some(pod) = object.pod_template() else { continue };
        let Some((constraint, why)) =
            PATHS.iter().find_map(|(path, why)| constraint(pod, path).zip(Some(why)))
        else {
            continue;
        };
        let pods = settled_pods(outcome, object);
        let pending = pods.iter().filter(|pod| pod.node.is_none()).count();
        if pending == 0 {
            continue;
        }
        let has = if pending == 1 { "has" } else { "have" };
        let message = format!("{pending} of {} Pods of {} {has} no place", pods.len(), what(object));
        out.push(
            out.finding_in(object, name_place(object), message)
                .label("stay Pending")
                .related(constraint.place(), *why)
                .field("metadata.name")
                .because(format!("the cluster has {} nodes", outcome.after.node_count())),
        );
    }
}

/// A hard constraint at a path of the Pod spec that selects the Pod itself.
fn constraint<'a>(pod: PodTemplate<'a>, path: &[&str]) -> Option<Value<'a>> {
    let labels = Labels::read(pod.holder.at(&["metadata", "labels"]));
    pod.spec.at(path)?.items().find(|term| {
        term.str("whenUnsatisfiable") != "ScheduleAnyway"
            && term.get("labelSelector").is_some_and(|s| Selector::read(s).matches(&labels))
    })
}
