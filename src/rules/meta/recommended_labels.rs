//! # `meta/recommended-labels`
//!
//! ## What it does
//!
//! Reports a workload, Service or claim with none of the labels `app.kubernetes.io/name`, `instance`, `version`,
//! `component`, `part-of` and `managed-by`, on itself or its Pods.
//!
//! ## Why is this bad?
//!
//! Tools that show applications group by these labels.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! spec: {ports: [{port: 80}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//!   labels: {app.kubernetes.io/name: web}
//! spec: {ports: [{port: 80}]}
//! ```
//!
//! ## When to ignore it
//!
//! Where other labels do the same.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/recommended-labels",
        Level::Info,
        Profile::Pedantic,
        "An object without the common labels.",
        page!("recommended_labels.rs"),
    )
    .off(),
    check: Check::Object(check),
};

const NAMES: &[&str] = &["component", "instance", "managed-by", "name", "part-of", "version"];

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let pod = object.pod_template();
    let judged = matches!(
        (&*object.gvk.group, &*object.gvk.kind),
        ("", "Service" | "PersistentVolumeClaim") | ("networking.k8s.io", "Ingress")
    );
    let holders = [Some(object.value), pod.map(|pod| pod.holder)];
    let labels = holders.into_iter().flatten().filter_map(|holder| holder.at(&["metadata", "labels"]));
    let has = labels
        .flat_map(Value::entries)
        .any(|(key, _)| key.strip_prefix("app.kubernetes.io/").is_some_and(|name| NAMES.contains(&name)));
    if has || !(judged || pod.is_some()) {
        return;
    }
    out.push(
        out.finding(name_place(object), format!("{} has none of the common labels", what(object)))
            .label("no app.kubernetes.io/name")
            .field("metadata.labels"),
    );
}
