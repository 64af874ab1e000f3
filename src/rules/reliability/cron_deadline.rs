//! # `reliability/cron-deadline`
//!
//! ## What it does
//!
//! Reports a CronJob without `startingDeadlineSeconds`, and one with less than 10 seconds.
//!
//! ## Why is this bad?
//!
//! Without a deadline a run that was missed long ago is started as soon as the controller can, and after a hundred
//! missed runs none is started any more. With less than 10 seconds the controller, which looks every 10 seconds, may
//! start none at all.
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
//!   startingDeadlineSeconds: 600
//!   jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: backup, image: "backup:1"}]}}}}
//! ```
//!
//! ## When to ignore it
//!
//! Where a run that is late is better than none.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/cron-deadline",
        Level::Info,
        Profile::Pedantic,
        "A CronJob without a deadline for its start.",
        page!("cron_deadline.rs"),
    )
    .off(),
    check: Check::Kind(&[("batch", "CronJob")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let field = "spec.startingDeadlineSeconds";
    let finding = match spec.get("startingDeadlineSeconds") {
        None => {
            let place = spec.get("schedule").map_or_else(|| name_place(object), Value::place);
            out.finding(place, format!("missed runs of {} are started at any time later", what(object)))
                .label("no startingDeadlineSeconds")
        }
        Some(value) if value.as_i64().is_some_and(|seconds| seconds < 10) => {
            let mut finding = out
                .finding(value.place(), format!("{} may never start", what(object)))
                .label("less than 10 seconds");
            finding.level = Level::Warning;
            finding
        }
        Some(_) => return,
    };
    out.push(finding.field(field));
}
