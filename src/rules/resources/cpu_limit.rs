//! # `resources/cpu-limit`
//!
//! ## What it does
//!
//! Reports a container with `limits.cpu`.
//!
//! ## Why is this bad?
//!
//! The kernel stops the container for the rest of each tenth of a second in which it used its share, even on a node with
//! idle cores: answers come late though nothing is short.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources: {limits: {cpu: "1"}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources: {requests: {cpu: "1"}}
//! ```
//!
//! ## When to ignore it
//!
//! Where times have to be the same on every node, or a Pod must be of class Guaranteed. The opposite rule is
//! `resources/no-cpu-limit`.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/cpu-limit",
        Level::Info,
        Profile::Pedantic,
        "A container with a limit for cpu.",
        page!("cpu_limit.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some(limit) = at.written_quantity("limits", "cpu") else { return };
    out.push(
        out.finding(limit.place(), format!("{} is slowed down even on an idle node", at.what()))
            .label("throttled at this")
            .field(at.field("resources.limits.cpu")),
    );
}
