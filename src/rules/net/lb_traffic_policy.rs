//! # `net/lb-traffic-policy`
//!
//! ## What it does
//!
//! Reports a Service of type LoadBalancer with `externalTrafficPolicy: Cluster` (the default), and one of type NodePort
//! with `Local`.
//!
//! ## Why is this bad?
//!
//! With Cluster the program sees the address of a node in place of the client's. With Local a node without a Pod drops
//! what reaches its port, and nothing in front of a NodePort knows which nodes have one.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//!   externalTrafficPolicy: Cluster
//!   ports: [{port: 80}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//!   externalTrafficPolicy: Local
//!   ports: [{port: 80}]
//! ```
//!
//! ## When to ignore it
//!
//! Where addresses of clients do not matter, or are told by another way (PROXY protocol).

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/lb-traffic-policy",
        Level::Info,
        Profile::Pedantic,
        "A traffic policy with a price.",
        page!("lb_traffic_policy.rs"),
    )
    .off(),
    check: Check::Kind(&[("", "Service")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let policy = spec.get("externalTrafficPolicy");
    let local = policy.and_then(Value::as_str) == Some("Local");
    let message = match (spec.str("type"), local) {
        ("LoadBalancer", false) => {
            format!("the Pods of {} do not see the addresses of clients", what(object))
        }
        ("NodePort", true) => format!("nodes without a Pod of {} drop what reaches its port", what(object)),
        _ => return,
    };
    let place = policy.map_or_else(|| spec.key_place("type"), Value::place);
    out.push(out.finding(place, message).label("traffic policy").field("spec.externalTrafficPolicy"));
}
