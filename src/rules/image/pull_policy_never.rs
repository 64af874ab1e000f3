//! # `image/pull-policy-never`
//!
//! ## What it does
//!
//! Reports a container with `imagePullPolicy: Never`.
//!
//! ## Why is this bad?
//!
//! The container starts only on nodes that have the image already; on all others it stays in `ErrImageNeverPull`. What
//! works on the machine where the image was built fails in every other cluster, and after every new node.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     imagePullPolicy: Never
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     imagePullPolicy: IfNotPresent
//! ```
//!
//! ## When to ignore it
//!
//! In manifests for kind or minikube, where images are loaded into the nodes.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/pull-policy-never",
        Level::Info,
        Profile::Recommended,
        "An image that nodes never pull.",
        page!("pull_policy_never.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some(policy) = at.container.value.get("imagePullPolicy") else { return };
    if policy.as_str() != Some("Never") {
        return;
    }
    let message = format!("{} starts only on nodes that have its image", at.what());
    out.push(
        out.finding(policy.place(), message)
            .label("ErrImageNeverPull on all others")
            .field(at.field("imagePullPolicy")),
    );
}
