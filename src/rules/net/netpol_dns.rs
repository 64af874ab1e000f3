//! # `net/netpol-dns`
//!
//! ## What it does
//!
//! Reports a NetworkPolicy with `egress` rules whose Pods may not reach port 53 (UDP) of the cluster's DNS by this
//! policy or any other of the input.
//!
//! ## Why is this bad?
//!
//! Egress rules allow what they list and nothing else. Without DNS no name resolves, and a rule that allows the
//! database's Pods is of no use: the application does not find the database, and reports a timeout.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Egress]
//!   egress:
//!     - to: [{podSelector: {matchLabels: {app: db}}}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Egress]
//!   egress:
//!     - to: [{podSelector: {matchLabels: {app: db}}}]
//!     - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
//!       ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
//! ```
//!
//! ## When to ignore it
//!
//! When the Pods use addresses only. A policy that forbids all egress, and a rule for port 53 to whomever, are not
//! reported.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Selector, Value};
use crate::rules::pod::what;
use crate::rules::policy::{DIRECTIONS, covers, selector};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/netpol-dns",
        Level::Warning,
        Profile::Recommended,
        "Pods that cannot ask the cluster's DNS.",
        page!("netpol_dns.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let [_, egress] = &DIRECTIONS;
    let all: Vec<&Object<'_>> =
        tree.of("networking.k8s.io", "NetworkPolicy").filter(|policy| covers(policy, egress)).collect();
    let allowing: Vec<(&Object<'_>, Selector)> =
        all.iter().filter(|policy| allows_dns(policy)).map(|policy| (*policy, selector(policy))).collect();
    for policy in &all {
        let Some(spec) = policy.spec().filter(|_| policy.document.is_some()) else { continue };
        if spec.list("egress").next().is_none() || allows_dns(policy) {
            continue;
        }
        let own = selector(policy);
        let helped = allowing.iter().any(|(other, selector)| {
            other.namespace == policy.namespace
                && (selector.is_empty() || *selector == own || {
                    let mut pods = tree.selected(policy.namespace, &own).peekable();
                    pods.peek().is_some() && pods.all(|p| selector.matches(&p.labels))
                })
        });
        if helped {
            continue;
        }
        out.push(
            out.finding_in(
                policy,
                spec.key_place("egress"),
                format!("no name resolves in the Pods that {} isolates", what(policy)),
            )
            .label("port 53 of the cluster's DNS is not among them")
            .field("spec.egress")
            .help("allow ports 53 UDP and TCP to the namespace kube-system"),
        );
    }
}

fn allows_dns(policy: &Object<'_>) -> bool {
    policy.spec().is_some_and(|spec| {
        spec.list("egress").any(|rule| {
            let mut ports = rule.list("ports").peekable();
            if ports.peek().is_some() {
                return ports.any(is_dns);
            }
            let mut peers = rule.list("to").peekable();
            // Whether addresses or another namespace are those of the DNS, nobody can see.
            peers.peek().is_none()
                || peers.any(|peer| peer.get("ipBlock").is_some() || peer.get("namespaceSelector").is_some())
        })
    })
}

/// True for port 53 by UDP, by number, name or range.
fn is_dns(port: Value<'_>) -> bool {
    if port.str("protocol") != "UDP" {
        return false;
    }
    match port.get("port") {
        None => true,
        Some(value) => match (value.as_i64(), port.int("endPort")) {
            (Some(from), Some(to)) => (from..=to).contains(&53),
            // CoreDNS of OpenShift listens on 5353.
            (Some(number), None) => number == 53 || number == 5353,
            (None, _) => value.as_str().is_some_and(|name| name.contains("dns") || name == "53"),
        },
    }
}
