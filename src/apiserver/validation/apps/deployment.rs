//! Deployments and ReplicaSets.

use super::super::core::pod_template::validate_pod_template;
use super::super::field::Field;
use super::super::selector::{converts, selector_json};
use super::{always_restarts, validate_match, validate_selector};
use crate::apiserver::codes;

/// Mirrors ValidateDeploymentSpec and ValidateReplicaSetSpec.
pub(in super::super) fn validate(object: Field<'_>) {
    let spec = object.field("spec");
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
    always_restarts(template);
}
