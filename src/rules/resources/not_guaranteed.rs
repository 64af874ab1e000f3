//! # `resources/not-guaranteed`
//!
//! ## What it does
//!
//! Reports a container for which request and limit of cpu or memory are not both set and equal.
//!
//! ## Why is this bad?
//!
//! Its Pod is not of class Guaranteed: it is killed before those that are, and cannot have cores of its own.
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
//!     resources: {limits: {cpu: 100m, memory: 128Mi}}
//! ```
//!
//! ## When to ignore it
//!
//! For all but the most important programs.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::quantity;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/not-guaranteed",
        Level::Info,
        Profile::Pedantic,
        "A container whose requests and limits differ.",
        page!("not_guaranteed.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let amount =
        |list: &str, resource: &str| at.quantity(list, resource).and_then(quantity).map(|q| q.milli());
    let differs = |resource: &&str| {
        let limit = amount("limits", resource);
        // Without a request the limit is the request.
        limit.is_none() || amount("requests", resource).is_some_and(|request| Some(request) != limit)
    };
    let names: Vec<&str> = ["cpu", "memory"].into_iter().filter(|name| differs(name)).collect();
    if !at.serves() || names.is_empty() {
        return;
    }
    out.push(
        out.finding(at.name_place(), format!("{} keeps its Pod from being Guaranteed", at.what()))
            .label(format!("request and limit differ: {}", names.join(", ")))
            .field(at.field("resources")),
    );
}
