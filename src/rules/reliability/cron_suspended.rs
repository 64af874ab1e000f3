//! # `reliability/cron-suspended`
//!
//! ## What it does
//!
//! Reports `suspend: true`.
//!
//! ## Why is this bad?
//!
//! It never runs. Where that is meant, it is worth knowing; where it is not, it was left behind by somebody who stopped
//! it for an hour.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: batch/v1
//! kind: CronJob
//! metadata: {name: backup}
//! spec:
//!   schedule: "0 3 * * *"
//!   suspend: true
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec: {restartPolicy: Never, containers: [{name: backup, image: "backup:1"}]}
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
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec: {restartPolicy: Never, containers: [{name: backup, image: "backup:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! For jobs that only people start (`kubectl create job --from`).

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/cron-suspended",
        Level::Info,
        Profile::Recommended,
        "A CronJob that is suspended.",
        page!("cron_suspended.rs"),
    ),
    check: Check::Kind(&[("batch", "CronJob")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(suspend) = object.spec().and_then(|spec| spec.get("suspend")) else { return };
    if suspend.as_bool() == Some(true) {
        out.push(
            out.finding(suspend.place(), format!("{} never runs", what(object)))
                .label("suspended")
                .field("spec.suspend"),
        );
    }
}
