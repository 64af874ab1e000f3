//! Schedules that never come. The page is the server's validation's, which refuses others under the same code.

use crate::apiserver::codes;
use crate::finding::Level;
use crate::object::Object;
use crate::object::cron::Schedule;
use crate::rules::{Check, Rule, Sink};

/// See the page.
pub static RULE: Rule =
    Rule { code: codes::cron_schedule(), check: Check::Kind(&[("batch", "CronJob")], check) };

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(schedule) = object.spec().and_then(|spec| spec.get("schedule")) else { return };
    let Some(text) = schedule.as_str() else { return };
    if !Schedule::parse(text).is_ok_and(|schedule| schedule.never_comes()) {
        return;
    }
    let mut finding = out
        .finding(schedule.place(), format!("the schedule of CronJob `{}` never comes", object.name))
        .label("none of these months has such a day")
        .field("spec.schedule")
        .because("the CronJob is accepted, and never makes a Job");
    finding.level = Level::Warning;
    out.push(finding);
}
