//! # `security/pod-security-labels`
//!
//! ## What it does
//!
//! Reports a Namespace without the label `pod-security.kubernetes.io/enforce`, or with the level privileged.
//!
//! ## Why is this bad?
//!
//! Whoever may make Pods there may make privileged ones: root on the nodes.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//!   labels: {pod-security.kubernetes.io/enforce: restricted}
//! ```
//!
//! ## When to ignore it
//!
//! For namespaces of node agents, and where another policy engine decides. Namespaces `kube-*` are not reported.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/pod-security-labels",
        Level::Info,
        Profile::Security,
        "A namespace without a Pod Security level.",
        page!("pod_security_labels.rs"),
    )
    .off(),
    check: Check::Kind(&[("", "Namespace")], check),
};

const LABEL: &str = "pod-security.kubernetes.io/enforce";

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let level = object.metadata().and_then(|metadata| metadata.at(&["labels", LABEL]));
    if matches!(level.and_then(Value::as_str), Some("baseline" | "restricted"))
        || object.name.starts_with("kube-")
    {
        return;
    }
    let place = level.map_or_else(|| name_place(object), Value::place);
    out.push(
        out.finding(place, format!("privileged Pods may be made in namespace {}", object.name))
            .label(if level.is_some() { "the level privileged" } else { "no level is enforced" })
            .field(format!("metadata.labels[{LABEL}]")),
    );
}
