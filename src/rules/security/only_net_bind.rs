//! # `security/only-net-bind`
//!
//! ## What it does
//!
//! Reports an added capability other than NET_BIND_SERVICE, that no rule about worse ones reports.
//!
//! ## Why is this bad?
//!
//! Namespaces with the Pod Security level restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {capabilities: {add: [CHOWN]}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}
//! ```
//!
//! ## When to ignore it
//!
//! In namespaces of another level.

use crate::apiserver::admission::pod_security;
use crate::finding::{Code, Level, Profile};
use crate::rules::capabilities::plain;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/only-net-bind",
        Level::Warning,
        Profile::Security,
        "A capability other than NET_BIND_SERVICE.",
        page!("only_net_bind.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    for (i, value) in at.added().enumerate() {
        let Some(name) = value.as_str().map(plain) else { continue };
        if name == "NET_BIND_SERVICE" || !pod_security::allows_capability(name) {
            continue;
        }
        out.push(
            out.finding(value.place(), format!("{} adds {name}", at.what()))
                .label("refused at the level restricted")
                .field(at.field(&format!("securityContext.capabilities.add[{i}]"))),
        );
    }
}
