//! Deployments and ReplicaSets.

use super::super::core::pod_template::validate_pod_template;
use super::super::field::Field;
use super::super::selector::{converts, selector_json};
use super::{always_restarts, int_or_percent, validate_match, validate_selector};
use crate::apiserver::codes;
use crate::apiserver::go_json::{Go, internal};

/// Mirrors ValidateDeploymentSpec.
pub(in super::super) fn validate(object: Field<'_>) {
    let spec = object.field("spec");
    spec.field("replicas").non_negative();
    selector_and_template(spec);
    validate_strategy(spec.field("strategy"));
    spec.field("minReadySeconds").non_negative();
    spec.field("revisionHistoryLimit").non_negative();
    let rollback = spec.field("rollback");
    spec.field("rollbackTo").field("revision").called(rollback, "version").non_negative();
    // The field of older versions, kept as an annotation.
    let kept = object.at(&["metadata", "annotations"]).entry("deprecated.deployment.rollback.to");
    if let Some(revision) = kept.str().parse::<i64>().ok().filter(|n| *n < 0) {
        kept.called(rollback, "version")
            .invalid_as(&revision.to_string(), "must be greater than or equal to 0")
            .code(&codes::RANGE)
            .help("remove the annotation; `kubectl rollout undo` rolls back");
    }
    let deadline = spec.field("progressDeadlineSeconds");
    deadline.non_negative();
    let ready = spec.field("minReadySeconds").int().unwrap_or_default();
    if deadline.int().is_some_and(|n| n <= ready) {
        deadline.range("must be greater than minReadySeconds");
    }
}

/// Mirrors ValidateReplicaSetSpec.
pub(in super::super) fn validate_replica_set(object: Field<'_>) {
    let spec = object.field("spec");
    spec.field("replicas").non_negative();
    spec.field("minReadySeconds").non_negative();
    selector_and_template(spec);
}

fn selector_and_template(spec: Field<'_>) {
    let selector = spec.field("selector");
    validate_selector(selector, "deployment");
    if let Some(value) = selector.value()
        && !converts(value)
    {
        selector.invalid_as(&selector_json(value), "invalid label selector").code(&codes::SELECTOR_INVALID);
        return;
    }
    let template = spec.field("template");
    validate_match(selector, template);
    validate_pod_template(template);
    always_restarts(template, "ReplicaSet");
}

/// Mirrors ValidateDeploymentStrategy.
fn validate_strategy(strategy: Field<'_>) {
    if strategy.is_unset() {
        return;
    }
    let (kind, rolling) = (strategy.field("type"), strategy.field("rollingUpdate"));
    match kind.str() {
        "Recreate" => {
            rolling.forbid_if_set("may not be specified when strategy `type` is 'Recreate'");
        }
        "RollingUpdate" => {
            if rolling.is_unset() {
                rolling.required("this should be defaulted and never be nil");
                return;
            }
            let (unavailable, surge) = (rolling.field("maxUnavailable"), rolling.field("maxSurge"));
            unavailable.non_negative_or_percent();
            surge.non_negative_or_percent();
            if int_or_percent(unavailable) == 0 && int_or_percent(surge) == 0 {
                unavailable.invalid_json("may not be 0 when `maxSurge` is 0").plain(
                    "with no Pod more and no Pod less nothing can be replaced",
                    "raise `maxUnavailable` or `maxSurge`",
                );
            }
            unavailable.at_most_100_percent();
        }
        _ => {
            let rolling_update =
                [("MaxUnavailable", "maxUnavailable", Go::Any), ("MaxSurge", "maxSurge", Go::Any)];
            let printed = match rolling.value() {
                None => "null".to_owned(),
                some => internal(some, &rolling_update),
            };
            let json = format!(
                "{{\"Type\":{},\"RollingUpdate\":{printed}}}",
                crate::apiserver::go_json::text(kind.str())
            );
            strategy.not_supported_as(&json, &["Recreate", "RollingUpdate"]).place(kind.place()).plain(
                format!("`{}` is no strategy of a Deployment", kind.str()),
                "use `RollingUpdate` or `Recreate`",
            );
        }
    }
}
