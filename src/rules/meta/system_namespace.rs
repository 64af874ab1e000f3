//! # `meta/system-namespace`
//!
//! ## What it does
//!
//! Reports a workload or Service in `kube-system`, `kube-public` or `kube-node-lease`.
//!
//! ## Why is this bad?
//!
//! Whoever may change what is there has the cluster, so rights for these namespaces are rights for everything; Pod
//! Security and quotas are mostly switched off there.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//!   namespace: kube-system
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//!   namespace: shop
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! For add-ons that belong there: network plugins, CSI drivers. Pods of the priorities `system-*` say that they do, and
//! are not reported.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/system-namespace",
        Level::Warning,
        Profile::Security,
        "A workload in a namespace of the control plane.",
        page!("system_namespace.rs"),
    ),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    if !matches!(&*object.namespace, "kube-node-lease" | "kube-public" | "kube-system") {
        return;
    }
    let pod = object.pod_template();
    let belongs = pod.is_some_and(|pod| pod.spec.str("priorityClassName").starts_with("system-"));
    if belongs || !(pod.is_some() || object.gvk.is("", "Service")) {
        return;
    }
    let namespace = object.metadata().and_then(|metadata| metadata.get("namespace"));
    let place = namespace.map_or_else(|| name_place(object), Value::place);
    out.push(
        out.finding(place, format!("{} is in a namespace of the control plane", what(object)))
            .label("rights here are rights for everything")
            .field("metadata.namespace"),
    );
}
