//! Jobs. Mirrors `pkg/apis/batch/validation`.

pub(super) mod cron_job;
pub(super) mod job;
mod policies;

use super::apps::restart_policy;
use super::field::Field;
use crate::apiserver::codes;
use crate::finding::Edit;
use crate::yaml::edit::set;

/// The edit that keeps containers of a template from being restarted.
fn never(template: Field<'_>) -> Option<Edit> {
    set(template.field("spec").value()?.view()?, &["restartPolicy"], "Never")
}

/// Pods of a Job are meant to end.
fn job_restarts<'v>(template: Field<'v>, policy_of_failures: Field<'v>) {
    let (field, policy) = restart_policy(template);
    match policy {
        "OnFailure" if policy_of_failures.is_set() => {
            field.invalid("only \"Never\" is supported when podFailurePolicy is specified").plain(
                "`podFailurePolicy` looks at Pods that have failed, and these Pods restart their containers",
                "use `restartPolicy: Never`",
            )
            .maybe("set `restartPolicy: Never`", never(template))
            .code(&codes::RESTART_POLICY);
        }
        "OnFailure" | "Never" => {}
        "Always" => {
            field
                .required("valid values: \"OnFailure\", \"Never\"")
                .plain(
                    "a Job's Pods must be allowed to end, and the default `restartPolicy` is `Always`",
                    "add `restartPolicy: Never` or `restartPolicy: OnFailure` to the template's spec",
                )
                .maybe("set `restartPolicy: Never`", never(template))
                .code(&codes::RESTART_POLICY);
        }
        other => {
            field
                .not_supported(&["OnFailure", "Never"])
                .plain(format!("`{other}` is no restart policy of a Job"), "use `OnFailure` or `Never`")
                .code(&codes::RESTART_POLICY);
        }
    }
}
