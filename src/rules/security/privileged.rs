//! # `security/privileged`
//!
//! ## What it does
//!
//! Reports a container with `securityContext.privileged: true`.
//!
//! ## Why is this bad?
//!
//! A privileged container is root on its node: it sees every device, may load kernel modules, and can read the
//! credentials of the kubelet and of every Pod beside it. Whoever takes over the program takes over the node. Namespaces
//! with the Pod Security levels baseline and restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: net
//!     image: net:1
//!     securityContext: {privileged: true}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: net
//!     image: net:1
//!     securityContext:
//!       capabilities: {add: [NET_ADMIN], drop: [ALL]}
//! ```
//!
//! ## When to ignore it
//!
//! For node agents that are part of the node: CNI plugins, CSI drivers, device plugins.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/privileged",
        Level::Warning,
        Profile::Security,
        "A privileged container.",
        page!("privileged.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some(privileged) = at.container.value.at(&["securityContext", "privileged"]) else { return };
    if privileged.as_bool() != Some(true) {
        return;
    }
    let message = format!("container `{}` is root on its node", at.name());
    out.push(
        out.finding(privileged.place(), message)
            .label("all devices, all capabilities")
            .field(at.field("securityContext.privileged"))
            .help("add the capabilities that it needs, and drop the others"),
    );
}
