//! DaemonSets.

use super::super::core::pod_template::validate_pod_template;
use super::super::field::Field;
use super::super::selector::{converts, validate_label_selector};
use super::{always_restarts, empty_selector, int_or_percent, validate_match};
use crate::apiserver::go_json::{Go, internal};

/// Mirrors ValidateDaemonSetSpec.
pub(in super::super) fn validate(object: Field<'_>) {
    let spec = object.field("spec");
    let (selector, template) = (spec.field("selector"), spec.field("template"));
    validate_label_selector(selector);
    if selector.value().is_none_or(converts) {
        validate_match(selector, template);
    }
    empty_selector(selector, "daemonset");
    validate_pod_template(template);
    always_restarts(template, "DaemonSet");
    spec.field("minReadySeconds").non_negative();
    validate_update_strategy(spec.field("updateStrategy"));
    spec.field("revisionHistoryLimit").non_negative();
}

/// Mirrors ValidateDaemonSetUpdateStrategy.
fn validate_update_strategy(strategy: Field<'_>) {
    let (kind, rolling) = (strategy.field("type"), strategy.field("rollingUpdate"));
    match kind.str() {
        _ if strategy.is_unset() => {}
        "OnDelete" => {}
        "RollingUpdate" => {
            if rolling.is_unset() {
                rolling.required("");
                return;
            }
            let (unavailable, surge) = (rolling.field("maxUnavailable"), rolling.field("maxSurge"));
            unavailable.non_negative_or_percent();
            surge.non_negative_or_percent();
            unavailable.at_most_100_percent();
            surge.at_most_100_percent();
            match (int_or_percent(unavailable) != 0, int_or_percent(surge) != 0) {
                (true, true) => {
                    surge.invalid_json("may not be set when maxUnavailable is non-zero").plain(
                        "a DaemonSet starts new Pods before it ends old ones, or after, not both",
                        "set `maxUnavailable: 0`, or remove `maxSurge`",
                    );
                }
                (false, false) => {
                    unavailable.required("cannot be 0 when maxSurge is 0");
                }
                _ => {}
            }
        }
        _ => {
            let fields = [("MaxUnavailable", "maxUnavailable", Go::Any), ("MaxSurge", "maxSurge", Go::Any)];
            let printed = match rolling.value() {
                None => "null".to_owned(),
                some => internal(some, &fields),
            };
            let json = format!(
                "{{\"Type\":{},\"RollingUpdate\":{printed}}}",
                crate::apiserver::go_json::text(kind.str())
            );
            strategy.not_supported_as(&json, &["RollingUpdate", "OnDelete"]).place(kind.place()).plain(
                format!("`{}` is no update strategy of a DaemonSet", kind.str()),
                "use `RollingUpdate` or `OnDelete`",
            );
        }
    }
}
