//! # `resources/memory-request-below-limit`
//!
//! ## What it does
//!
//! Reports a container whose memory request differs from its limit.
//!
//! ## Why is this bad?
//!
//! Memory cannot be taken back like cpu: what a container uses above its request was promised to others, and it is
//! killed first when the node has no more.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources:
//!       requests: {memory: 128Mi}
//!       limits: {memory: 256Mi}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources:
//!       requests: {memory: 256Mi}
//!       limits: {memory: 256Mi}
//! ```
//!
//! ## When to ignore it
//!
//! Where use varies and nodes have memory to spare.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::pod::quantity;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/memory-request-below-limit",
        Level::Info,
        Profile::Pedantic,
        "A request for memory below its limit.",
        page!("memory_request_below_limit.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let (Some(request), Some(limit)) = (at.quantity("requests", "memory"), at.quantity("limits", "memory"))
    else {
        return;
    };
    let (Some(asked), Some(most)) = (quantity(request), quantity(limit)) else { return };
    if asked.value() >= most.value() {
        return;
    }
    let mut finding = out
        .finding(request.place(), format!("{} may use memory that it did not ask for", at.what()))
        .label("the request")
        .related(limit.place(), "the limit")
        .field(at.field("resources.requests.memory"));
    let text = limit.as_text().unwrap_or_default();
    if let Some(edit) = Value::view(request).and_then(|view| replace_scalar(view, &text)) {
        finding = finding.fix(Fix::maybe(format!("ask for {text}, the limit"), vec![edit]));
    }
    out.push(finding);
}
