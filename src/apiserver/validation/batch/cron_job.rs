//! CronJobs.

use super::super::core::pod_template::validate_pod_template;
use super::super::field::Field;
use super::super::metadata::Name;
use super::job_restarts;
use crate::apiserver::codes;

/// Mirrors ValidateCronJobSpec and ValidateCronJobCreate.
pub(in super::super) fn validate(object: Field<'_>) {
    let template = object.at(&["spec", "jobTemplate", "spec", "template"]);
    validate_pod_template(template);
    job_restarts(template);
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
