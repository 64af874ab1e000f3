//! Jobs. Mirrors `pkg/apis/batch/validation`.

pub(super) mod cron_job;
pub(super) mod job;

use super::apps::restart_policy;
use super::field::Field;

/// Pods of a Job are meant to end.
fn job_restarts(template: Field<'_>) {
    let (field, policy) = restart_policy(template);
    match policy {
        "OnFailure" | "Never" => {}
        "Always" => {
            field.required("valid values: \"OnFailure\", \"Never\"").plain(
                "a Job's Pods must be allowed to end, and the default `restartPolicy` is `Always`",
                "add `restartPolicy: Never` or `restartPolicy: OnFailure` to the template's spec",
            );
        }
        other => {
            field
                .not_supported(&["OnFailure", "Never"])
                .plain(format!("`{other}` is no restart policy of a Job"), "use `OnFailure` or `Never`");
        }
    }
}
