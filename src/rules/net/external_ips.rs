//! # `net/external-ips`
//!
//! ## What it does
//!
//! Reports `externalIPs` of a Service.
//!
//! ## Why is this bad?
//!
//! Every node sends traffic for these addresses to the Service, whoever they belong to: whoever may make Services reads
//! what Pods send to any address (CVE-2020-8554). The field is deprecated.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   externalIPs: [192.0.2.1]
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
//!   ports: [{port: 80}]
//! ```
//!
//! ## When to ignore it
//!
//! Where an administrator routes these addresses to the nodes.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/external-ips",
        Level::Warning,
        Profile::Security,
        "A Service with addresses of its choice.",
        page!("external_ips.rs"),
    ),
    check: Check::Kind(&[("", "Service")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(value) = object.spec().and_then(|spec| spec.get("externalIPs")) else { return };
    let addresses: Vec<&str> = value.items().filter_map(Value::as_str).collect();
    if !addresses.is_empty() {
        let message = format!("nodes send all traffic for {} to {}", addresses.join(", "), what(object));
        out.push(out.finding(value.place(), message).label("CVE-2020-8554").field("spec.externalIPs"));
    }
}
