//! # `ref/netpol-ipblock`
//!
//! ## What it does
//!
//! Reports an `ipBlock` of a NetworkPolicy inside of the networks from which Pods have their addresses, or one that
//! covers them. `networks` in the configuration says which they are.
//!
//! ## Why is this bad?
//!
//! Addresses of Pods change with every restart. A block that names some of them works until the next rollout; Pods are
//! meant to be named by their labels.
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
//!         - ipBlock: {cidr: 10.244.1.0/24}
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
//!         - podSelector: {matchLabels: {app: frontend}}
//! ```
//!
//! ## When to ignore it
//!
//! Where addresses of Pods are fixed by the network plugin.

use crate::finding::{Code, Level, Profile};
use crate::rules::policy::DIRECTIONS;
use crate::rules::{Check, Network, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/netpol-ipblock",
        Level::Info,
        Profile::Pedantic,
        "An ipBlock that covers no Pod.",
        page!("netpol_ipblock.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let networks = &out.parameters().pod_networks;
    for object in tree.own_of("networking.k8s.io", "NetworkPolicy") {
        for direction in &DIRECTIONS {
            let rules = object.spec().into_iter().flat_map(|spec| spec.list(direction.rules));
            for (i, rule) in rules.enumerate() {
                for (j, peer) in rule.list(direction.peers).enumerate() {
                    let Some(value) = peer.at(&["ipBlock", "cidr"]) else { continue };
                    let Some(block) = value.as_str().and_then(Network::parse) else { continue };
                    if !networks.iter().any(|pods| pods.contains(&block)) {
                        continue;
                    }
                    let cidr = value.as_str().unwrap_or_default();
                    out.push(
                        out.finding_in(object, value.place(), format!("{cidr} are addresses of Pods"))
                            .label("they change with every restart")
                            .field(format!(
                                "spec.{}[{i}].{}[{j}].ipBlock.cidr",
                                direction.rules, direction.peers
                            ))
                            .help("select the Pods by their labels"),
                    );
                }
            }
        }
    }
}
