//! # `ref/hpa-target`
//!
//! ## What it does
//!
//! Reports a HorizontalPodAutoscaler whose `scaleTargetRef` names a workload that is not there, or a kind that cannot be
//! scaled.
//!
//! ## Why is this bad?
//!
//! The autoscaler says `FailedGetScale` in its conditions and does nothing, for ever. Nobody notices until the load
//! comes.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: wbe}
//!   maxReplicas: 5
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
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
//!   maxReplicas: 5
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the workload comes from elsewhere. Nothing is reported while the input holds no workload of that namespace, nor
//! for custom resources, whose scale subresource nobody can see.

use crate::finding::{Code, Level, Profile, nearest};
use crate::object::Object;
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/hpa-target",
        Level::Warning,
        Profile::Recommended,
        "A HorizontalPodAutoscaler whose target is not there.",
        page!("hpa_target.rs"),
    ),
    check: Check::Tree(check),
};

/// Built-in kinds with a scale subresource.
const SCALABLE: &[(&str, &str)] =
    &[("", "ReplicationController"), ("apps", "Deployment"), ("apps", "ReplicaSet"), ("apps", "StatefulSet")];

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for hpa in tree.own_of("autoscaling", "HorizontalPodAutoscaler") {
        judge(tree, hpa, out);
    }
}

fn judge(tree: &Tree<'_>, hpa: &Object<'_>, out: &mut Sink<'_>) {
    let Some(target) = hpa.spec().and_then(|spec| spec.get("scaleTargetRef")) else { return };
    let (Some(kind_value), Some(name_value)) = (target.get("kind"), target.get("name")) else { return };
    let (Some(kind), Some(name)) = (kind_value.as_str(), name_value.as_str()) else { return };
    let version = target.str("apiVersion");
    let group = version.split_once('/').map_or("", |(group, _)| group);
    if !SCALABLE.contains(&(group, kind)) {
        if matches!((group, kind), ("", "Pod") | ("apps", "DaemonSet") | ("batch", "Job" | "CronJob")) {
            let message = format!("a {kind} cannot be scaled: it has no scale subresource");
            let field = "spec.scaleTargetRef.kind";
            out.push(out.finding_in(hpa, kind_value.place(), message).label("never scales").field(field));
        }
        return;
    }
    if tree.pods(hpa.namespace).is_empty()
        || !matches!(tree.find(group, kind, hpa.namespace, name), Answer::Missing)
    {
        return;
    }
    let message = format!("{kind} `{name}` is nowhere in namespace {}", hpa.namespace);
    let names: Vec<&str> = tree
        .objects()
        .iter()
        .filter(|o| o.gvk.is(group, kind) && o.namespace == hpa.namespace)
        .map(|o| o.name.as_str())
        .collect();
    let label = match nearest(name, names.iter().copied(), 2) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "nothing to scale".to_owned(),
    };
    out.push(
        out.finding_in(hpa, name_value.place(), message)
            .label(label)
            .field("spec.scaleTargetRef.name")
            .because("the autoscaler reports FailedGetScale and does nothing"),
    );
}
