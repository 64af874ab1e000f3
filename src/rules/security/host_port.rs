//! # `security/host-port`
//!
//! ## What it does
//!
//! Reports a `hostPort`.
//!
//! ## Why is this bad?
//!
//! The port is open on the node's own address, past every Service and, with most network plugins, past NetworkPolicies;
//! and only one such Pod fits on a node. Namespaces with the Pod Security levels baseline and restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     ports:
//!       - containerPort: 80
//!         hostPort: 80
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     ports:
//!       - containerPort: 80
//! ```
//!
//! ## When to ignore it
//!
//! For node agents and ingress controllers. Ports of Pods with `hostNetwork` are part of that finding.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/host-port",
        Level::Warning,
        Profile::Security,
        "A port of the node.",
        page!("host_port.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    if at.pod.spec.flag("hostNetwork") {
        return;
    }
    for (i, port) in at.container.value.list("ports").enumerate() {
        let Some(value) = port.get("hostPort") else { continue };
        let Some(number) = value.as_i64().filter(|number| *number != 0) else { continue };
        out.push(
            out.finding(value.place(), format!("{} opens port {number} of its node", at.what()))
                .label("past Services and NetworkPolicies")
                .field(at.field(&format!("ports[{i}].hostPort"))),
        );
    }
}
