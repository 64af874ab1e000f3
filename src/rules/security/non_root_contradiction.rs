//! # `security/non-root-contradiction`
//!
//! ## What it does
//!
//! Reports a container that has `runAsNonRoot: true` and `runAsUser: 0`, each of its own or of its Pod. (A container's
//! value goes before its Pod's.)
//!
//! ## Why is this bad?
//!
//! The kubelet refuses to start it: `CreateContainerConfigError: container's runAsUser breaks non-root policy`. Often it
//! is an init container that needs root under a Pod that forbids it.
//!
//! ## Example
//!
//! ```yaml
//! securityContext: {runAsNonRoot: true}
//! containers:
//!   - name: web
//!     image: web:1
//! initContainers:
//!   - name: chown
//!     image: busybox:1.36
//!     securityContext:
//!       runAsUser: 0
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! securityContext: {runAsNonRoot: true}
//! containers:
//!   - name: web
//!     image: web:1
//! initContainers:
//!   - name: chown
//!     image: busybox:1.36
//!     securityContext:
//!       runAsUser: 0
//!       runAsNonRoot: false
//! ```
//!
//! ## When to ignore it
//!
//! Never: such a container cannot start.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/non-root-contradiction",
        Level::Error,
        Profile::Recommended,
        "A container that must not be root and is told to be root.",
        page!("non_root_contradiction.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let (Some(user), Some(non_root)) = (at.effective("runAsUser"), at.effective("runAsNonRoot")) else {
        return;
    };
    if user.as_i64() != Some(0) || non_root.as_bool() != Some(true) {
        return;
    }
    out.push(
        out.finding(user.place(), format!("{} never starts: it is root, and must not be", at.what()))
            .label("root")
            .related(non_root.place(), "must not be root: runAsNonRoot")
            .field(at.effective_field("runAsUser"))
            .because("the kubelet answers CreateContainerConfigError"),
    );
}
