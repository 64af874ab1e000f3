//! # `security/selinux`
//!
//! ## What it does
//!
//! Reports `seLinuxOptions` with a type other than `container_t`, `container_init_t`, `container_kvm_t` and
//! `container_engine_t`, or with a user or role.
//!
//! ## Why is this bad?
//!
//! The type says what the process may touch; types like `spc_t` may touch the whole node. Namespaces with the Pod
//! Security levels baseline and restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! securityContext:
//!   seLinuxOptions: {type: spc_t}
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! securityContext:
//!   seLinuxOptions: {type: container_t}
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For node agents that are part of the node.

use crate::apiserver::admission::pod_security;
use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};
use crate::schema::MinorSet;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/selinux",
        Level::Warning,
        Profile::Security,
        "SELinux options that weaken it.",
        page!("selinux.rs"),
    ),
    check: Check::Pod(check),
};

/// True if all of these versions allow a type.
fn allowed(name: &str, minors: MinorSet) -> bool {
    minors.iter().all(|minor| pod_security::allows_selinux_type(name, minor.number().into()))
}

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let path = ["securityContext", "seLinuxOptions"];
    let of_pod = at.pod.spec.at(&path).map(|value| (value, at.field("securityContext.seLinuxOptions")));
    let of_containers = at.containers().filter_map(|container| {
        let value = container.container.value.at(&path)?;
        Some((value, container.field("securityContext.seLinuxOptions")))
    });
    for (options, field) in of_pod.into_iter().chain(of_containers) {
        for name in ["type", "user", "role"] {
            let Some(value) = options.get(name) else { continue };
            let text = value.as_str().unwrap_or_default();
            let message = match name {
                "type" if !allowed(text, out.minors()) => {
                    format!("SELinux type {text} is not one of containers")
                }
                "user" | "role" if !text.is_empty() => format!("SELinux {name} {text} is set"),
                _ => continue,
            };
            out.push(
                out.finding(value.place(), message)
                    .label("refused at the level baseline")
                    .field(format!("{field}.{name}")),
            );
        }
    }
}
