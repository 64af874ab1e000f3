//! # `net/netpol-peer-split`
//!
//! ## What it does
//!
//! Reports a rule of a NetworkPolicy with a peer that has only a `namespaceSelector`, next to a peer that has only a
//! `podSelector`.
//!
//! ## Why is this bad?
//!
//! Two items of the list mean: Pods of these namespaces, or these Pods of the own namespace. Both selectors in one item
//! mean: these Pods in these namespaces. One dash makes the difference, and the first allows far more.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   ingress:
//!     - from:
//!         - namespaceSelector: {matchLabels: {team: shop}}
//!         - podSelector: {matchLabels: {app: web}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   ingress:
//!     - from:
//!         - namespaceSelector: {matchLabels: {team: shop}}
//!           podSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## When to ignore it
//!
//! Where both are meant.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::policy::DIRECTIONS;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/netpol-peer-split",
        Level::Info,
        Profile::Pedantic,
        "Two peers where one may have been meant.",
        page!("netpol_peer_split.rs"),
    )
    .off(),
    check: Check::Kind(&[("networking.k8s.io", "NetworkPolicy")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    for direction in &DIRECTIONS {
        let rules = object.spec().into_iter().flat_map(|spec| spec.list(direction.rules));
        for (i, rule) in rules.enumerate() {
            let peers: Vec<Value<'_>> = rule.list(direction.peers).collect();
            for (j, pair) in peers.windows(2).enumerate() {
                let [first, second] = pair else { continue };
                let only = |peer: &Value<'_>, field: &str, other: &str| {
                    peer.get(field).is_some() && peer.get(other).is_none()
                };
                if only(first, "namespaceSelector", "podSelector")
                    && only(second, "podSelector", "namespaceSelector")
                {
                    let message = "allows these Pods or that namespace, not these Pods in that namespace";
                    out.push(
                        out.finding(second.place(), message)
                            .label("an item of its own")
                            .related(first.place(), "the namespaces")
                            .field(format!("spec.{}[{i}].{}[{}]", direction.rules, direction.peers, j + 1)),
                    );
                }
            }
        }
    }
}
