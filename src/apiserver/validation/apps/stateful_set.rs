//! StatefulSets.

use super::super::core::pod_template::{validate_pod_template, validate_template_metadata};
use super::super::field::Field;
use super::super::selector::{converts, selector_json};
use super::{always_restarts, validate_match, validate_selector};
use crate::apiserver::codes;

/// Mirrors ValidateStatefulSetSpec.
pub(in super::super) fn validate(object: Field<'_>) {
    let spec = object.field("spec");
    let (selector, template) = (spec.field("selector"), spec.field("template"));
    validate_selector(selector, "statefulset");
    match selector.value() {
        Some(value) if !converts(value) => {
            selector.invalid_as(&selector_json(value), "").code(&codes::SELECTOR_INVALID);
        }
        _ => {
            validate_match(selector, template);
            validate_pod_template(template);
            // The server looks at these twice.
            validate_template_metadata(template);
        }
    }
    always_restarts(template);
}
