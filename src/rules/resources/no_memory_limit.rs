//! # `resources/no-memory-limit`
//!
//! ## What it does
//!
//! Reports a container with a request for memory and without `limits.memory`. A limit of the Pod and the default of a
//! LimitRange count.
//!
//! ## Why is this bad?
//!
//! A leak grows until the node has no memory left. Then the kernel kills what it thinks best, which may be another Pod.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources: {requests: {cpu: 100m, memory: 128Mi}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi}}
//! ```
//!
//! ## When to ignore it
//!
//! Where limits come from something outside of the input. A Pod without any request or limit is one finding,
//! `resources/best-effort`, a container without request and limit is `resources/no-memory-request`; Jobs are not
//! reported.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::Requests;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/no-memory-limit",
        Level::Warning,
        Profile::Recommended,
        "A container without a limit for memory.",
        page!("no_memory_limit.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let requests = Requests::new(tree);
    for object in tree.own() {
        for container in requests.lacking(object, "memory", true) {
            out.push(
                out.finding_in(
                    object,
                    container.name_place(),
                    format!("{} may take all of its node's memory", container.what()),
                )
                .label("no limits.memory")
                .field(container.field("resources.limits.memory"))
                .because("a leak grows until the kernel kills something, which may be another Pod"),
            );
        }
    }
}
