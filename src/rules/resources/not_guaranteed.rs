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
//! For all but the most important programs. The fix asks for what the limit is; without a limit, the request becomes one.

use crate::finding::{Code, Edit, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::pod::quantity;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::set;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/not-guaranteed",
        Level::Info,
        Profile::Pedantic,
        "A container whose requests and limits differ.",
        page!("not_guaranteed.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
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
    let mut finding = out
        .finding(at.name_place(), format!("{} keeps its Pod from being Guaranteed", at.what()))
        .label(format!("request and limit differ: {}", names.join(", ")))
        .field(at.field("resources"));
    if let Some((title, edit)) = names.iter().find_map(|name| equal(at, name)) {
        finding = finding.fix(Fix::maybe(title, vec![edit]));
    }
    out.push(finding);
}

/// The edit that makes request and limit of a resource equal: the limit is asked for; without one the request limits.
fn equal(at: &ContainerAt<'_>, resource: &str) -> Option<(String, Edit)> {
    let (request, limit) =
        (at.written_quantity("requests", resource), at.written_quantity("limits", resource));
    let (list, value) = match (request, limit) {
        (_, Some(limit)) => ("requests", limit),
        (Some(request), None) => ("limits", request),
        (None, None) => return None,
    };
    let text = value.as_text()?;
    // A number may be meant by the text that it is.
    let written = Value::view(value)
        .filter(|view| view.is_plain())
        .map_or_else(|| format!("\"{text}\""), |view| view.written().to_owned());
    let edit = set(at.container.value.view()?, &["resources", list, resource], &written)?;
    Some((format!("{list}: {resource}: {text}"), edit))
}
