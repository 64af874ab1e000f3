//! # `security/root-user`
//!
//! ## What it does
//!
//! Reports a container whose effective `runAsUser` (its own, or else the Pod's) is 0.
//!
//! ## Why is this bad?
//!
//! A hole in the program is a hole in the container's root, one step from the node. Namespaces with the Pod Security
//! level restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {runAsUser: 0}
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
//! For programs that need root: node agents, some init containers. A container that must not be root at the same time is
//! another finding, `security/non-root-contradiction`.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/root-user",
        Level::Warning,
        Profile::Security,
        "A container that runs as root.",
        page!("root_user.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some(user) = at.effective("runAsUser").filter(|user| user.as_i64() == Some(0)) else { return };
    if at.effective("runAsNonRoot").and_then(Value::as_bool) == Some(true) || at.is_privileged() {
        return;
    }
    out.push(
        out.finding(user.place(), format!("{} runs as root", at.what()))
            .label("root")
            .quiet(at.name_place())
            .field(at.effective_field("runAsUser")),
    );
}
