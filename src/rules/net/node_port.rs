//! # `net/node-port`
//!
//! ## What it does
//!
//! Reports a Service of type NodePort.
//!
//! ## Why is this bad?
//!
//! The port is open on every address of every node, past Ingresses and their certificates.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: NodePort
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
//! Behind a load balancer that sends to nodes.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/node-port",
        Level::Info,
        Profile::Security,
        "A Service on a port of every node.",
        page!("node_port.rs"),
    )
    .off(),
    check: Check::Kind(&[("", "Service")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(kind) = object.spec().and_then(|spec| spec.get("type")) else { return };
    if kind.as_str() == Some("NodePort") {
        out.push(
            out.finding(kind.place(), format!("{} is open on every node", what(object)))
                .label("NodePort")
                .field("spec.type"),
        );
    }
}
