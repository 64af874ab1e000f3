//! # `security/windows-host-process`
//!
//! ## What it does
//!
//! Reports `windowsOptions.hostProcess: true`, of the Pod or of a container.
//!
//! ## Why is this bad?
//!
//! It runs on the node itself, with the node's files and network. Namespaces with the Pod Security levels baseline and
//! restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! hostNetwork: true
//! securityContext:
//!   windowsOptions: {hostProcess: true}
//! containers: [{name: agent, image: "agent:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers: [{name: agent, image: "agent:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For node agents.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/windows-host-process",
        Level::Warning,
        Profile::Security,
        "A Windows container that is a process of its node.",
        page!("windows_host_process.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let path = ["securityContext", "windowsOptions", "hostProcess"];
    let of_pod =
        at.pod.spec.at(&path).map(|value| (value, at.field("securityContext.windowsOptions.hostProcess")));
    let of_containers = at.containers().filter_map(|container| {
        let value = container.container.value.at(&path)?;
        Some((value, container.field("securityContext.windowsOptions.hostProcess")))
    });
    for (value, field) in of_pod.into_iter().chain(of_containers) {
        if value.as_bool() == Some(true) {
            out.push(
                out.finding(value.place(), format!("{} runs as a process of its node", at.what()))
                    .label("not contained")
                    .field(field),
            );
        }
    }
}
