//! # `net/load-balancer`
//!
//! ## What it does
//!
//! Reports a Service of type LoadBalancer.
//!
//! ## Why is this bad?
//!
//! Each is a load balancer of the cloud, with an address and a price of its own. One Ingress or Gateway serves many
//! Services.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
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
//!   type: ClusterIP
//!   ports: [{port: 80}]
//! ```
//!
//! ## When to ignore it
//!
//! For the ingress controller itself, and for what is not HTTP.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/load-balancer",
        Level::Info,
        Profile::Pedantic,
        "A Service with a load balancer of its own.",
        page!("load_balancer.rs"),
    )
    .off(),
    check: Check::Kind(&[("", "Service")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(kind) = object.spec().and_then(|spec| spec.get("type")) else { return };
    if kind.as_str() == Some("LoadBalancer") {
        out.push(
            out.finding(kind.place(), format!("{} has a load balancer of its own", what(object)))
                .label("each has its price")
                .field("spec.type"),
        );
    }
}
