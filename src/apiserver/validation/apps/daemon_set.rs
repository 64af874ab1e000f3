//! DaemonSets.

use super::super::core::pod_template::validate_pod_template;
use super::super::field::Field;
use super::super::selector::{converts, validate_label_selector};
use super::{always_restarts, empty_selector, validate_match};

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
    always_restarts(template);
}
