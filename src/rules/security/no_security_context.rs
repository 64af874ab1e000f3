//! # `security/no-security-context`
//!
//! ## What it does
//!
//! Reports a container without a `securityContext` in a Pod without one.
//!
//! ## Why is this bad?
//!
//! It runs with what its image and its node choose.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {allowPrivilegeEscalation: false}
//! ```
//!
//! ## When to ignore it
//!
//! When the single rules about its fields are on.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/no-security-context",
        Level::Info,
        Profile::Pedantic,
        "A container without a securityContext.",
        page!("no_security_context.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let has = |holder: Value<'_>| holder.get("securityContext").is_some_and(|c| c.entries().next().is_some());
    if has(at.container.value) || has(at.pod.spec) {
        return;
    }
    out.push(
        out.finding(at.name_place(), format!("{} runs as its image and node choose", at.what()))
            .label("no securityContext")
            .field(at.field("securityContext")),
    );
}
