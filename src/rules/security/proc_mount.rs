//! # `security/proc-mount`
//!
//! ## What it does
//!
//! Reports `procMount` other than Default.
//!
//! ## Why is this bad?
//!
//! The runtime hides parts of `/proc` that tell of the node and steer its kernel; `Unmasked` shows them. Namespaces with
//! the Pod Security levels baseline and restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {procMount: Unmasked}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {procMount: Default}
//! ```
//!
//! ## When to ignore it
//!
//! For containers in containers. With `hostUsers: false` it is harmless, and not reported.

use crate::apiserver::admission::pod_security;
use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/proc-mount",
        Level::Warning,
        Profile::Security,
        "A container with an open /proc.",
        page!("proc_mount.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some(value) = at.own("procMount").filter(|value| {
        value.as_str().is_none_or(|kind| !kind.is_empty() && !pod_security::allows_proc_mount(kind))
    }) else {
        return;
    };
    if at.pod.spec.get("hostUsers").and_then(Value::as_bool) == Some(false) {
        return;
    }
    out.push(
        out.finding(value.place(), format!("{} sees all of /proc", at.what()))
            .label("not masked")
            .field(at.field("securityContext.procMount")),
    );
}
