//! # `security/net-raw`
//!
//! ## What it does
//!
//! Reports a container that drops neither NET_RAW nor ALL.
//!
//! ## Why is this bad?
//!
//! Containers are given NET_RAW unasked. With it one sends packets in the name of other Pods of the node, and answers
//! their DNS questions.
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
//!     securityContext: {capabilities: {drop: [NET_RAW]}}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that ping or watch packets, and where the network plugin forbids false senders. The fix drops NET_RAW
//! alone, unless the container adds it.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::include;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/net-raw",
        Level::Warning,
        Profile::Security,
        "A container that may send raw packets.",
        page!("net_raw.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    if at.drops("NET_RAW") || at.is_privileged() || at.at_pod().is_windows() {
        return;
    }
    let mut finding = out
        .finding(at.name_place(), format!("{} may send packets in the name of others", at.what()))
        .label("NET_RAW is not dropped")
        .field(at.field("securityContext.capabilities.drop"))
        .help("`capabilities: {drop: [ALL]}`, and add back what it needs");
    let path = ["securityContext", "capabilities", "drop"];
    // Whoever adds it wants it.
    let wanted = at.added().any(|c| matches!(c.as_str(), Some("NET_RAW" | "ALL")));
    let container = Some(at.container.value).filter(|_| !wanted).and_then(Value::view);
    if let Some(edit) = container.and_then(|container| include(container, &path, "NET_RAW")) {
        finding = finding.fix(Fix::safe("drop NET_RAW", vec![edit]));
    }
    out.push(finding);
}
