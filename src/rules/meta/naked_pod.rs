//! # `meta/naked-pod`
//!
//! ## What it does
//!
//! Reports a Pod that runs for ever (`restartPolicy: Always`) and that no controller makes.
//!
//! ## Why is this bad?
//!
//! The Pod lives as long as its node: after a drain, an eviction or a crash of the node it is gone, and nothing makes
//! another.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   containers: [{name: web, image: "web:1"}]
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
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For Pods that are started by hand. Pods that run once, hooks of Helm, static Pods of the control plane and Pods with
//! an owner are not reported.
//!
//! Nearly every Pod that is written down as a Pod is one, so this is found in nine of ten of them; there are few. A manifest
//! that somebody keeps is meant to be there again tomorrow, which is what a controller is for.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/naked-pod",
        Level::Warning,
        Profile::Recommended,
        "A Pod that nothing replaces.",
        page!("naked_pod.rs"),
    ),
    check: Check::Kind(&[("", "Pod")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let owned = object.metadata().is_some_and(|metadata| metadata.list("ownerReferences").next().is_some());
    let is_static = &*object.namespace == "kube-system" && spec.flag("hostNetwork");
    let is_hook = object.annotation("helm.sh/hook").is_some()
        || object.annotation("kubernetes.io/config.source").is_some();
    // What has no containers is refused anyway.
    let is_empty = spec.list("containers").next().is_none();
    if owned || is_static || is_hook || is_empty || matches!(spec.str("restartPolicy"), "Never" | "OnFailure")
    {
        return;
    }
    out.push(
        out.finding(name_place(object), format!("nothing replaces {} when its node goes", what(object)))
            .label("no controller")
            .field("metadata.name")
            .help("a Deployment with one replica keeps it running; `restartPolicy: Never` says that it runs once"),
    );
}
