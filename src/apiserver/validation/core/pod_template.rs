//! Pod templates. Mirrors ValidatePodTemplateSpec.

use super::super::field::Field;
use super::super::metadata::{validate_annotations, validate_labels};
use super::pod::{validate_set_template_spec, validate_template_spec};

/// The kind PodTemplate.
pub(in super::super) fn validate(object: Field<'_>) {
    validate_pod_template(object.field("template"));
}

/// Mirrors ValidatePodTemplateSpec.
pub(in super::super) fn validate_pod_template(template: Field<'_>) {
    validate_template_metadata(template);
    let annotations = template.at(&["metadata", "annotations"]).called(template, "annotations");
    validate_template_spec(annotations, template.field("spec"));
}

/// The same for a StatefulSet, whose Pods get volumes of its claims, a hostname and a subdomain.
pub(in super::super) fn validate_pod_template_of_set<'v>(template: Field<'v>, claims: Field<'v>) {
    validate_template_metadata(template);
    let annotations = template.at(&["metadata", "annotations"]).called(template, "annotations");
    validate_set_template_spec(annotations, template.field("spec"), claims);
}

/// Labels and annotations of a template. The server's path leaves `metadata` out.
pub(in super::super) fn validate_template_metadata(template: Field<'_>) {
    let metadata = template.field("metadata");
    validate_labels(metadata.field("labels").called(template, "labels"));
    validate_annotations(metadata.field("annotations").called(template, "annotations"));
}
