//! # `resources/no-memory-request`
//!
//! ## What it does
//!
//! Reports a container without `requests.memory`, in a Pod that has some request or limit. A limit (which is a request
//! too), `resources` of the Pod and defaults of a LimitRange count.
//!
//! ## Why is this bad?
//!
//! The scheduler takes the container for free: nodes are filled with more than they have. When memory runs out,
//! containers above their request (any use is above none) are killed first.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources: {requests: {cpu: 100m}}
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
//! In clusters where something outside of the input sets requests. A Pod without any request is one finding,
//! `resources/best-effort`; Jobs are not reported. A container that has neither request nor limit for memory is reported
//! here alone.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::Requests;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/no-memory-request",
        Level::Warning,
        Profile::Recommended,
        "A container without a request for memory.",
        page!("no_memory_request.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let requests = Requests::new(tree);
    for object in tree.own() {
        for container in requests.lacking(object, "memory", false) {
            out.push(
                out.finding_in(
                    object,
                    container.name_place(),
                    format!("{} is counted with no memory", container.what()),
                )
                .label("no requests.memory")
                .field(container.field("resources.requests.memory"))
                .because("when a node's memory runs out, it is killed before those that asked for theirs"),
            );
        }
    }
}
