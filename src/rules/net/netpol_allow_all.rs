//! # `net/netpol-allow-all`
//!
//! ## What it does
//!
//! Reports a rule without peers and ports (`- {}`), and one for the block `0.0.0.0/0` or `::/0` without ports.
//!
//! ## Why is this bad?
//!
//! It allows everything in its direction, so the other rules of the policy say nothing.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   ingress: [{}]
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
//!   ingress: [{from: [{podSelector: {}}]}]
//! ```
//!
//! ## When to ignore it
//!
//! Where everything is to be allowed.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::policy::{DIRECTIONS, covers};
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/netpol-allow-all",
        Level::Info,
        Profile::Security,
        "A rule of a NetworkPolicy that allows everything.",
        page!("netpol_allow_all.rs"),
    ),
    check: Check::Kind(&[("networking.k8s.io", "NetworkPolicy")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    for direction in DIRECTIONS.iter().filter(|direction| covers(object, direction)) {
        let rules = object.spec().into_iter().flat_map(|spec| spec.list(direction.rules));
        for (i, rule) in rules.enumerate() {
            let mut peers = rule.list(direction.peers).peekable();
            let anywhere = peers.peek().is_none()
                || peers.any(|peer| {
                    let cidr = peer.at(&["ipBlock", "cidr"]).and_then(Value::as_str);
                    matches!(cidr, Some("0.0.0.0/0" | "::/0")) && peer.at(&["ipBlock", "except"]).is_none()
                });
            if !anywhere || rule.list("ports").next().is_some() {
                continue;
            }
            out.push(
                out.finding(rule.place(), format!("this {} rule allows everything", direction.rules))
                    .label("from and to anywhere")
                    .field(format!("spec.{}[{i}]", direction.rules)),
            );
        }
    }
}
