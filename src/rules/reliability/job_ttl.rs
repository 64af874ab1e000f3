//! # `reliability/job-ttl`
//!
//! ## What it does
//!
//! Reports a Job without `ttlSecondsAfterFinished`, and a CronJob whose template has one.
//!
//! ## Why is this bad?
//!
//! Finished Jobs and their Pods stay until somebody deletes them. Those of a CronJob are tidied up by its history
//! limits; with a time of their own they are gone before anybody read the log.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: batch/v1
//! kind: Job
//! metadata: {name: migrate}
//! spec:
//!   template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "migrate:1"}]}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: batch/v1
//! kind: Job
//! metadata: {name: migrate}
//! spec:
//!   ttlSecondsAfterFinished: 86400
//!   template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "migrate:1"}]}}
//! ```
//!
//! ## When to ignore it
//!
//! With GitOps tools, which make a Job anew that has gone. Hooks of Helm are deleted by Helm, and not reported.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::edit::add_entry;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/job-ttl",
        Level::Info,
        Profile::Pedantic,
        "A Job that stays for ever, or goes too early.",
        page!("job_ttl.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    if object.gvk.is("batch", "Job") {
        if spec.get("ttlSecondsAfterFinished").is_some() || object.annotation("helm.sh/hook").is_some() {
            return;
        }
        let mut finding = out
            .finding(
                object.value.key_place("spec"),
                format!("{} stays for ever when it has finished", what(object)),
            )
            .label("no ttlSecondsAfterFinished")
            .field("spec.ttlSecondsAfterFinished");
        if let Some(edit) = spec.view().and_then(|spec| add_entry(spec, "ttlSecondsAfterFinished: 86400")) {
            finding = finding.fix(Fix::maybe("delete it a day later", vec![edit]));
        }
        out.push(finding);
    } else if object.gvk.is("batch", "CronJob")
        && let Some(value) = spec.at(&["jobTemplate", "spec", "ttlSecondsAfterFinished"])
    {
        out.push(
            out.finding(
                value.place(),
                format!("Jobs of {} are gone before its history limits say so", what(object)),
            )
            .label("deleted by this")
            .field("spec.jobTemplate.spec.ttlSecondsAfterFinished"),
        );
    }
}
