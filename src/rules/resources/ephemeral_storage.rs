//! # `resources/ephemeral-storage`
//!
//! ## What it does
//!
//! Reports a container without a request or limit for `ephemeral-storage`.
//!
//! ## Why is this bad?
//!
//! What it writes (its own file system, logs, `emptyDir`) fills the node's disk; then the kubelet evicts Pods, and not
//! always the one that wrote.
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
//!     resources: {limits: {ephemeral-storage: 1Gi}}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that write nothing.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/ephemeral-storage",
        Level::Info,
        Profile::Pedantic,
        "A container without a bound for its local storage.",
        page!("ephemeral_storage.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let has = ["requests", "limits"].iter().any(|list| at.quantity(list, "ephemeral-storage").is_some());
    if !at.serves() || has {
        return;
    }
    out.push(
        out.finding(at.name_place(), format!("{} may fill its node's disk", at.what()))
            .label("no ephemeral-storage")
            .field(at.field("resources.limits.ephemeral-storage")),
    );
}
