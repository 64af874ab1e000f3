//! # `security/seccomp-unconfined`
//!
//! ## What it does
//!
//! Reports `seccompProfile` of type Unconfined, of the Pod or of a container.
//!
//! ## Why is this bad?
//!
//! The container may use every call of the kernel, even where nodes limit it by default. Namespaces with the Pod
//! Security levels baseline and restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! securityContext:
//!   seccompProfile: {type: Unconfined}
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! securityContext:
//!   seccompProfile: {type: RuntimeDefault}
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For debuggers and sandboxes. (The annotations of former versions have no effect any more; the server warns of them.)

use crate::apiserver::admission::pod_security;
use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/seccomp-unconfined",
        Level::Warning,
        Profile::Security,
        "Seccomp switched off.",
        page!("seccomp_unconfined.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let path = ["securityContext", "seccompProfile", "type"];
    let of_pod = at.pod.spec.at(&path).map(|value| (value, at.field("securityContext.seccompProfile.type")));
    let of_containers = at.containers().filter_map(|container| {
        let value = container.container.value.at(&path)?;
        Some((value, container.field("securityContext.seccompProfile.type")))
    });
    for (value, field) in of_pod.into_iter().chain(of_containers) {
        if value.as_str().is_some_and(|kind| !pod_security::allows_seccomp(kind)) {
            out.push(
                out.finding(value.place(), "seccomp is switched off")
                    .label("every call of the kernel is open")
                    .field(field),
            );
        }
    }
}
