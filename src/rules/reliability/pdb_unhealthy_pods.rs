//! # `reliability/pdb-unhealthy-pods`
//!
//! ## What it does
//!
//! Reports a PodDisruptionBudget without `unhealthyPodEvictionPolicy: AlwaysAllow`.
//!
//! ## Why is this bad?
//!
//! By default a Pod that runs and is not ready may only be evicted while enough others are healthy. If all of them are
//! broken, none may go, and the drain waits for ever.
//!
//! ## Example
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
//! Use instead:
//!
//! ```yaml
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   unhealthyPodEvictionPolicy: AlwaysAllow
//!   maxUnavailable: 1
//!   selector: {matchLabels: {app: web}}
//! ```
//!
//! ## When to ignore it
//!
//! For databases whose Pods hold data that others lack while they are not ready.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::edit::add_entry;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/pdb-unhealthy-pods",
        Level::Info,
        Profile::Pedantic,
        "A budget by which broken Pods hold a drain up.",
        page!("pdb_unhealthy_pods.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Kind(&[("policy", "PodDisruptionBudget")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    if spec.str("unhealthyPodEvictionPolicy") == "AlwaysAllow" {
        return;
    }
    let value = spec.get("unhealthyPodEvictionPolicy").filter(|value| value.view().is_some());
    let place = value.map_or_else(|| object.value.key_place("spec"), Value::place);
    let mut finding = out
        .finding(place, format!("broken Pods of {} hold a drain up", what(object)))
        .label("no unhealthyPodEvictionPolicy: AlwaysAllow")
        .field("spec.unhealthyPodEvictionPolicy");
    let edit = spec.view().filter(|_| value.is_none());
    if let Some(edit) = edit.and_then(|spec| add_entry(spec, "unhealthyPodEvictionPolicy: AlwaysAllow")) {
        finding = finding.fix(Fix::maybe("let broken Pods go", vec![edit]));
    }
    out.push(finding);
}
