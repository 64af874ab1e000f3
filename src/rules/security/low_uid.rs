//! # `security/low-uid`
//!
//! ## What it does
//!
//! Reports a container whose effective `runAsUser` is below 10000 (`least` of the rule in the configuration), and not 0.
//!
//! ## Why is this bad?
//!
//! Low numbers are users of the node, too: whoever leaves the container is that user there.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {runAsUser: 1000}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {runAsUser: 10001}
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
        "security/low-uid",
        Level::Info,
        Profile::Pedantic,
        "A user id that a node may have as well.",
        page!("low_uid.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some(value) = at.effective("runAsUser") else { return };
    let Some(user) = value.as_i64().filter(|user| *user > 0 && *user < out.parameters().lowest_id) else {
        return;
    };
    out.push(
        out.finding(value.place(), format!("{} runs as user {user}, which a node may have", at.what()))
            .label(format!("below {}", out.parameters().lowest_id))
            .field(at.effective_field("runAsUser")),
    );
}
