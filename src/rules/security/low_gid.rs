//! # `security/low-gid`
//!
//! ## What it does
//!
//! Reports a container whose effective `runAsGroup` is below 10000 (`least` of the rule in the configuration), and not 0.
//!
//! ## Why is this bad?
//!
//! Low numbers are groups of the node, too: whoever leaves the container is in that group there.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {runAsGroup: 1000}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {runAsGroup: 10001}
//! ```
//!
//! ## When to ignore it
//!
//! Where the image fixes the number, or a platform (OpenShift) chooses it.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/low-gid",
        Level::Info,
        Profile::Pedantic,
        "A group id that a node may have as well.",
        page!("low_gid.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some(value) = at.effective("runAsGroup") else { return };
    let Some(group) = value.as_i64().filter(|group| *group > 0 && *group < out.parameters().lowest_id) else {
        return;
    };
    out.push(
        out.finding(value.place(), format!("{} runs as group {group}, which a node may have", at.what()))
            .label(format!("below {}", out.parameters().lowest_id))
            .field(at.effective_field("runAsGroup")),
    );
}
