//! # `net/gateway-listener`
//!
//! ## What it does
//!
//! Reports a listener of a Gateway with the same port, protocol and hostname as another one.
//!
//! ## Why is this bad?
//!
//! The two are in conflict: both get the condition `Conflicted`, and neither serves anything.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: edge}
//! spec:
//!   gatewayClassName: example
//!   listeners:
//!     - {name: http, port: 80, protocol: HTTP}
//!     - name: web
//!       port: 80
//!       protocol: HTTP
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: edge}
//! spec:
//!   gatewayClassName: example
//!   listeners:
//!     - {name: http, port: 80, protocol: HTTP}
//!     - name: web
//!       port: 80
//!       protocol: HTTP
//!       hostname: "*.example.com"
//! ```
//!
//! ## When to ignore it
//!
//! Never.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/gateway-listener",
        Level::Warning,
        Profile::Recommended,
        "Two listeners of a Gateway for the same thing.",
        page!("gateway_listener.rs"),
    ),
    check: Check::Kind(&[("gateway.networking.k8s.io", "Gateway")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let listeners: Vec<Value<'_>> = spec.list("listeners").collect();
    let same = |a: &Value<'_>, b: &Value<'_>| {
        let group = |of: &Value<'_>| match of.str("protocol") {
            // Told apart by host name on one port.
            "TLS" => "HTTPS".to_owned(),
            other => other.to_owned(),
        };
        a.int("port").is_some()
            && a.int("port") == b.int("port")
            && group(a) == group(b)
            && a.str("hostname") == b.str("hostname")
    };
    for (i, listener) in listeners.iter().enumerate() {
        let Some(other) = listeners[..i].iter().find(|other| same(other, listener)) else { continue };
        let message = format!(
            "listener `{}` wants the same as listener `{}`: neither serves",
            listener.str("name"),
            other.str("name")
        );
        let place = |of: &Value<'_>| of.get("name").map_or_else(|| of.place(), Value::place);
        out.push(
            out.finding(place(listener), message)
                .label("same port, protocol and hostname")
                .related(place(other), "the other")
                .field(format!("spec.listeners[{i}]")),
        );
    }
}
