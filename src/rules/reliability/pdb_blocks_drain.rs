//! # `reliability/pdb-blocks-drain`
//!
//! ## What it does
//!
//! Reports a PodDisruptionBudget that allows no Pod to be evicted even when all are healthy: `maxUnavailable` of 0 or 0
//! %, `minAvailable` of 100 %, or a `minAvailable` that is not below the number of replicas (of an autoscaler's minimum,
//! where there is one).
//!
//! ## Why is this bad?
//!
//! Every drain of a node with one of these Pods waits for ever: upgrades of nodes and the cluster autoscaler stop there.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   minAvailable: 2
//!   selector: {matchLabels: {app: web}}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 2
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
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
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 2
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! For singletons that must only stop when a person says so.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Selector, Value};
use crate::rules::pod::{is_replicated, replicas, what};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/pdb-blocks-drain",
        Level::Warning,
        Profile::Recommended,
        "A PodDisruptionBudget that allows no disruption.",
        page!("pdb_blocks_drain.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for pdb in tree.own_of("policy", "PodDisruptionBudget") {
        let Some(spec) = pdb.spec() else { continue };
        let (field, value, why) = if let Some(value) = spec.get("maxUnavailable") {
            if !matches!(value.as_text().as_deref(), Some("0" | "0%")) {
                continue;
            }
            ("maxUnavailable", value, "no Pod may be unavailable".to_owned())
        } else if let Some(value) = spec.get("minAvailable") {
            let Some(text) = value.as_text() else { continue };
            if text == "100%" {
                ("minAvailable", value, "all Pods must be available".to_owned())
            } else {
                let (Some(expected), Ok(least)) = (expected(tree, pdb, spec), text.parse::<i64>()) else {
                    continue;
                };
                if least < expected {
                    continue;
                }
                ("minAvailable", value, format!("{least} of {expected} Pods must be available"))
            }
        } else {
            continue;
        };
        out.push(
            out.finding_in(pdb, value.place(), format!("{} never lets a node be drained", what(pdb)))
                .label(why)
                .field(format!("spec.{field}"))
                .because("disruptionsAllowed is 0 even when every Pod is healthy")
                .help("allow one: `maxUnavailable: 1`"),
        );
    }
}

/// How many Pods the budget is about, at least; `None` if that is not known, or nothing runs.
fn expected(tree: &Tree<'_>, pdb: &Object<'_>, spec: Value<'_>) -> Option<i64> {
    let selector = Selector::read(spec.get("selector")?);
    let mut total = 0;
    for pods in tree.selected(pdb.namespace, &selector) {
        if &*pods.object.gvk.kind == "Pod" {
            total += 1;
        } else if !is_replicated(pods.object) {
            return None;
        } else if let Some(scaler) = tree.scaler_of(pods.object) {
            let spec = scaler.spec()?;
            // A ScaledObject without a minimum scales to nothing.
            total += spec.int("minReplicas").or_else(|| spec.int("minReplicaCount")).unwrap_or(1).max(1);
            let most = spec.int("maxReplicas").or_else(|| spec.int("maxReplicaCount"));
            // With more replicas than the least it lets nodes go.
            if most.is_none_or(|most| most > total) && total > 1 {
                return None;
            }
        } else {
            total += replicas(pods.object);
        }
    }
    (total > 0).then_some(total)
}
