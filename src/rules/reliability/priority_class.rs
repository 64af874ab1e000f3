//! # `reliability/priority-class`
//!
//! ## What it does
//!
//! Reports a Pod without `priorityClassName`, or with one that is not among those of the configuration. In
//! `kcheck.yaml`, under `rules`: `reliability/priority-class: {allow: [normal, high]}`.
//!
//! ## Why is this bad?
//!
//! When nodes are full, Pods of lower priority are stopped for others. Without a class it is the default, which is
//! mostly the lowest.
//!
//! ## Example
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! priorityClassName: high
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! In clusters without PriorityClasses. Those of the system (`system-*`) are always right.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/priority-class",
        Level::Info,
        Profile::Pedantic,
        "A Pod without the wanted priority.",
        page!("priority_class.rs"),
    )
    .off(),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let allowed = &out.parameters().priority_classes;
    let (place, message, label) = match at.pod.spec.get("priorityClassName") {
        None => (
            at.pod.spec.key_place("containers"),
            format!("{} has no PriorityClass", at.what()),
            "no priorityClassName",
        ),
        Some(value) => {
            let name = value.as_str().unwrap_or_default();
            if allowed.is_empty() || name.starts_with("system-") || allowed.iter().any(|class| class == name)
            {
                return;
            }
            (
                value.place(),
                format!("PriorityClass `{name}` is not allowed here"),
                "not among the configured ones",
            )
        }
    };
    out.push(out.finding(place, message).label(label).field(at.field("priorityClassName")));
}
