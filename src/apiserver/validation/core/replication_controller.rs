//! ReplicationControllers. Mirrors ValidateReplicationControllerSpec.

use super::super::apps::{Missing, always_restarts, mismatch};
use super::super::field::Field;
use super::pod_template::validate_pod_template;

/// Mirrors ValidateReplicationController.
pub(in super::super) fn validate(object: Field<'_>) {
    let spec = object.field("spec");
    spec.field("minReadySeconds").non_negative();
    let selector = spec.field("selector");
    if selector.is_empty() {
        selector.required("").plain(
            "the ReplicationController has neither a selector nor template labels",
            "add labels to the template",
        );
    }
    spec.field("replicas").non_negative();
    let template = spec.field("template");
    if template.is_unset() {
        template.required("").plain("the ReplicationController has no Pod template", "add `template:`");
        return;
    }
    let labels = template.at(&["metadata", "labels"]);
    let missing = selector
        .entries()
        .map(|(key, wanted)| (key, wanted.str()))
        .find(|(key, wanted)| labels.entry(key).is_unset() || labels.entry(key).str() != *wanted);
    if let Some((key, wanted)) = missing {
        mismatch(template, Some(Missing { key, wanted: Some(wanted), has: None }));
    }
    validate_pod_template(template);
    always_restarts(template, "ReplicationController");
}
