//! CronJobs.

use super::super::field::Field;
use super::super::metadata::Name;
use super::super::selector::selector_json;
use super::job::validate_job_spec;
use crate::apiserver::codes;
use crate::object::cron::{Schedule, load_location};

/// Mirrors ValidateCronJobCreate.
pub(in super::super) fn validate(object: Field<'_>) {
    let spec = object.field("spec");
    validate_schedule(spec.field("schedule"));
    spec.field("startingDeadlineSeconds").non_negative();
    validate_time_zone(spec.field("timeZone"));
    spec.field("concurrencyPolicy").one_of_if_set(&["Allow", "Forbid", "Replace"]);
    let job = spec.at(&["jobTemplate", "spec"]);
    validate_job_spec(job);
    let selector = job.field("selector");
    if let Some(value) = selector.value() {
        selector
            .invalid_as(&selector_json(value), "`selector` will be auto-generated")
            .help("remove `selector`");
    }
    let manual = job.field("manualSelector");
    if manual.flag() {
        manual.not_supported_as("true", &["nil", "false"]).help("remove `manualSelector`");
    }
    spec.field("successfulJobsHistoryLimit").non_negative();
    spec.field("failedJobsHistoryLimit").non_negative();
    let name = Name::of(object);
    if name.judged.len() > 52 {
        name.invalid("must be no more than 52 characters")
            .plain(
                format!("the name of a CronJob has {} characters; 52 are allowed", name.shown.len()),
                "shorten it: its Jobs get 11 more characters",
            )
            .code(&codes::DERIVED_NAME_TOO_LONG);
    }
}

/// Mirrors validateScheduleFormat.
fn validate_schedule(schedule: Field<'_>) {
    if !schedule.require("") {
        return;
    }
    let text = schedule.str();
    if let Err(error) = Schedule::parse(text) {
        schedule
            .invalid(&error.to_string())
            .plain(
                format!("`{text}` is no schedule: {error}"),
                "write minute, hour, day, month and weekday, as `0 3 * * 1-5`",
            )
            .code(&codes::CRON_SCHEDULE);
    }
    if text.contains("TZ") {
        schedule
            .invalid("cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
            .help("remove it from the schedule, and add `timeZone`")
            .code(&codes::CRON_SCHEDULE);
    }
}

/// Mirrors validateTimeZone.
fn validate_time_zone(zone: Field<'_>) {
    const HELP: &str = "use a name as `Europe/Berlin` or `Etc/UTC`";
    if zone.is_unset() {
        return;
    }
    let name = zone.str();
    if name.is_empty() {
        zone.invalid("timeZone must be nil or non-empty string").help(HELP).code(&codes::CRON_SCHEDULE);
        return;
    }
    let good = |part: &str| {
        !matches!(part, "." | "..")
            && !part.starts_with('-')
            && (1..=14).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+'))
    };
    if !name.split('/').all(good) {
        zone.invalid(&format!("unknown time zone {name}")).help(HELP).code(&codes::CRON_SCHEDULE);
        return;
    }
    if name.eq_ignore_ascii_case("Local") {
        zone.invalid("timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")
            .help(HELP)
            .code(&codes::CRON_SCHEDULE);
    }
    if let Err(error) = load_location(name) {
        zone.invalid(&error).help(HELP).code(&codes::CRON_SCHEDULE);
    }
}
