//! # `resources/no-cpu-request`
//!
//! ## What it does
//!
//! Reports a container without `requests.cpu`, in a Pod that has some request or limit. Limits (which are requests too),
//! `resources` of the Pod and defaults of a LimitRange count.
//!
//! ## Why is this bad?
//!
//! The scheduler takes the container for free, and under load it gets what others leave.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources: {requests: {memory: 128Mi}, limits: {memory: 256Mi}}
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
//! For programs that hardly compute. A Pod without any request is one finding, `resources/best-effort`; Jobs are not
//! reported.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::Requests;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/no-cpu-request",
        Level::Info,
        Profile::Recommended,
        "A container without a request for cpu.",
        page!("no_cpu_request.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let requests = Requests::new(tree);
    for object in tree.own() {
        for container in requests.lacking(object, "cpu", false) {
            out.push(
                out.finding_in(
                    object,
                    container.name_place(),
                    format!("{} has no cpu of its own", container.what()),
                )
                .label("no requests.cpu")
                .field(container.field("resources.requests.cpu"))
                .because("under load it gets what others leave"),
            );
        }
    }
}
