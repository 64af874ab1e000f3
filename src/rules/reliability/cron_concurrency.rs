//! # `reliability/cron-concurrency`
//!
//! ## What it does
//!
//! Reports a CronJob whose `concurrencyPolicy` is Allow, or not set.
//!
//! ## Why is this bad?
//!
//! A run that takes longer than the time to the next is joined by it, and by the one after: they do the same work on the
//! same data.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: batch/v1
//! kind: CronJob
//! metadata: {name: backup}
//! spec:
//!   schedule: "0 3 * * *"
//!   jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: backup, image: "backup:1"}]}}}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: batch/v1
//! kind: CronJob
//! metadata: {name: backup}
//! spec:
//!   schedule: "0 3 * * *"
//!   concurrencyPolicy: Forbid
//!   jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: backup, image: "backup:1"}]}}}}
//! ```
//!
//! ## When to ignore it
//!
//! For work that may be done twice at once.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/cron-concurrency",
        Level::Info,
        Profile::Pedantic,
        "Runs of a CronJob may overlap.",
        page!("cron_concurrency.rs"),
    )
    .off(),
    check: Check::Kind(&[("batch", "CronJob")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let policy = spec.get("concurrencyPolicy");
    if !matches!(policy.and_then(Value::as_str), None | Some("" | "Allow")) {
        return;
    }
    let written = policy.filter(|policy| policy.view().is_some()).or_else(|| spec.get("schedule"));
    let place = written.map_or_else(|| name_place(object), Value::place);
    out.push(
        out.finding(place, format!("runs of {} may overlap", what(object)))
            .label("concurrencyPolicy: Allow")
            .field("spec.concurrencyPolicy"),
    );
}
