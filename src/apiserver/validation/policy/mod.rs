//! PodDisruptionBudgets. Mirrors `pkg/apis/policy/validation`.

use super::field::Field;
use super::selector::validate_label_selector;
use crate::apiserver::go_json::{Go, internal};

/// Mirrors ValidatePodDisruptionBudgetSpec.
pub(super) fn validate_pod_disruption_budget(budget: Field<'_>) {
    let spec = budget.field("spec");
    let (least, most) = (spec.field("minAvailable"), spec.field("maxUnavailable"));
    if least.is_set() && most.is_set() {
        let fields = [
            ("MinAvailable", "minAvailable", Go::Any),
            ("Selector", "selector", Go::Selector),
            ("MaxUnavailable", "maxUnavailable", Go::Any),
            ("UnhealthyPodEvictionPolicy", "unhealthyPodEvictionPolicy", Go::Any),
        ];
        spec.invalid_as(
            &internal(spec.value(), &fields),
            "minAvailable and maxUnavailable cannot be both set",
        )
        .place(most.key_place())
        .plain(
            "a budget counts what is there or what is not, not both",
            "remove `minAvailable` or `maxUnavailable`",
        );
    }
    for bound in [least, most] {
        if bound.is_set() {
            bound.non_negative_or_percent();
            bound.at_most_100_percent();
        }
    }
    validate_label_selector(spec.field("selector"));
    spec.field("unhealthyPodEvictionPolicy").one_of_if_set(&["AlwaysAllow", "IfHealthyBudget"]);
}
