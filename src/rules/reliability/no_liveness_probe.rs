//! # `reliability/no-liveness-probe`
//!
//! ## What it does
//!
//! Reports a container without a `livenessProbe`, of a Pod that runs for ever.
//!
//! ## Why is this bad?
//!
//! A program that hangs is not restarted. (One that crashes is, with or without a probe; and a liveness probe that is
//! too strict does more harm than none.)
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     livenessProbe: {httpGet: {path: /live, port: 80}}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that end when they cannot go on.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/no-liveness-probe",
        Level::Info,
        Profile::Pedantic,
        "A container without a liveness probe.",
        page!("no_liveness_probe.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    if !at.serves() || at.at_pod().runs_to_completion() || at.container.value.get("livenessProbe").is_some() {
        return;
    }
    out.push(
        out.finding(at.name_place(), format!("nothing restarts {} when it hangs", at.what()))
            .label("no livenessProbe")
            .field(at.field("livenessProbe")),
    );
}
