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
//! For programs that ping or watch packets, and where the network plugin forbids false senders.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/net-raw",
        Level::Warning,
        Profile::Security,
        "A container that may send raw packets.",
        page!("net_raw.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    if at.drops("NET_RAW") || at.is_privileged() || at.at_pod().is_windows() {
        return;
    }
    out.push(
        out.finding(at.name_place(), format!("{} may send packets in the name of others", at.what()))
            .label("NET_RAW is not dropped")
            .field(at.field("securityContext.capabilities.drop"))
            .help("`capabilities: {drop: [ALL]}`, and add back what it needs"),
    );
}
