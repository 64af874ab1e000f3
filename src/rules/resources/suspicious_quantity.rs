//! # `resources/suspicious-quantity`
//!
//! ## What it does
//!
//! Reports a request or limit that is legal and likely a slip: memory in thousandths of a byte (`128m`), memory below 4
//! MiB, 100 cores and more, and cpu with a unit of bytes (`100Mi`).
//!
//! ## Why is this bad?
//!
//! `memory: 128m` is an eighth of a byte: as a limit the container cannot start, as a request it asks for nothing. `cpu:
//! 100Mi` is a hundred million cores: the Pod stays Pending for ever.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources:
//!       limits: {memory: 128m}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources:
//!       limits: {memory: 128Mi}
//! ```
//!
//! ## When to ignore it
//!
//! For test containers that do nothing, and very large machines.

use crate::finding::{Code, Finding, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::pod::quantity;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/suspicious-quantity",
        Level::Warning,
        Profile::Recommended,
        "An amount that is hardly meant.",
        page!("suspicious_quantity.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

/// Programs need more; what is below was written in another unit.
const LEAST_MEMORY: i64 = 4 << 20;
const MOST_CORES: i64 = 100;

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    for list in ["requests", "limits"] {
        // Defaulting takes limits for requests; what counts is what is written.
        if let Some(value) = at.written_quantity(list, "memory") {
            memory(at, list, value, out);
        }
        if let Some(value) = at.written_quantity(list, "cpu") {
            cpu(at, list, value, out);
        }
    }
}

fn memory(at: &ContainerAt<'_>, list: &str, value: Value<'_>, out: &mut Sink<'_>) {
    let (Some(amount), Some(text)) = (quantity(value), value.as_text()) else { return };
    let bytes = amount.value();
    if amount.sign() <= 0 || bytes >= LEAST_MEMORY {
        return;
    }
    let what = if amount.milli() < 1000 {
        "less than a byte".to_owned()
    } else {
        format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" })
    };
    let number = text.trim_end_matches('m');
    let mut finding = out
        .finding(value.place(), format!("memory {text} is {what}"))
        .label("no program runs in this")
        .field(at.field(&format!("resources.{list}.memory")));
    if number.bytes().all(|b| b.is_ascii_digit()) && number.len() < 6 {
        finding = meant(finding, value, &format!("{number}Mi"));
    }
    out.push(finding);
}

fn cpu(at: &ContainerAt<'_>, list: &str, value: Value<'_>, out: &mut Sink<'_>) {
    let (Some(amount), Some(text)) = (quantity(value), value.as_text()) else { return };
    let cores = amount.value();
    if cores < MOST_CORES {
        return;
    }
    let mut finding = out
        .finding(value.place(), format!("cpu {text} asks for {cores} cores"))
        .label("no node has as many")
        .field(at.field(&format!("resources.{list}.cpu")));
    if text.bytes().all(|b| b.is_ascii_digit()) {
        finding = meant(finding, value, &format!("{text}m"));
    }
    out.push(finding);
}

fn meant(finding: Finding, value: Value<'_>, right: &str) -> Finding {
    let finding = finding.label(format!("did you mean `{right}`?"));
    match value.view().and_then(|view| replace_scalar(view, right)) {
        Some(edit) => finding.fix(Fix::maybe(format!("write `{right}`"), vec![edit])),
        None => finding,
    }
}
