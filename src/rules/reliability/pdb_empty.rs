//! # `reliability/pdb-empty`
//!
//! ## What it does
//!
//! Reports a PodDisruptionBudget with neither `minAvailable` nor `maxUnavailable`.
//!
//! ## Why is this bad?
//!
//! It reads as if it asked for nothing, and forbids everything. The server accepts it; the disruption controller then
//! expects no Pods at all, and allows no disruption where it expects none. Every eviction of the selected Pods is
//! refused, so that no node that carries one can be drained.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   maxUnavailable: 1
//!   selector: {matchLabels: {app: web}}
//! ```
//!
//! ## When to ignore it
//!
//! Never: if all evictions shall be refused, `maxUnavailable: 0` says so.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/pdb-empty",
        Level::Warning,
        Profile::Recommended,
        "A PodDisruptionBudget without a budget refuses every eviction.",
        page!("pdb_empty.rs"),
    ),
    check: Check::Kind(&[("policy", "PodDisruptionBudget")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let set = |name| object.spec().is_some_and(|spec| spec.get(name).is_some());
    if set("minAvailable") || set("maxUnavailable") {
        return;
    }
    let place = match object.spec() {
        Some(_) => object.value.key_place("spec"),
        None => name_place(object),
    };
    let message = format!("PodDisruptionBudget `{}` refuses every eviction: it has no budget", object.name);
    out.push(
        out.finding(place, message)
            .label("neither minAvailable nor maxUnavailable")
            .field("spec")
            .because("the disruption controller computes expectedPods 0, and with that disruptionsAllowed 0")
            .help("add `maxUnavailable: 1`"),
    );
}
