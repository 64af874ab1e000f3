//! Pod templates. Mirrors ValidatePodTemplateSpec.

use super::super::field::Field;
use super::super::metadata::{validate_annotations, validate_labels};
use super::pod::validate_pod_spec;

/// The kind PodTemplate.
pub(in super::super) fn validate(object: Field<'_>) {
    validate_pod_template(object.field("template"));
}

/// Mirrors ValidatePodTemplateSpec.
pub(in super::super) fn validate_pod_template(template: Field<'_>) {
    validate_template_metadata(template);
    validate_pod_spec(template.field("metadata"), template.field("spec"), false);
}

/// Labels and annotations of a template. The server's path leaves `metadata` out.
pub(in super::super) fn validate_template_metadata(template: Field<'_>) {
    let metadata = template.field("metadata");
    validate_labels(metadata.field("labels").called(template, "labels"));
    validate_annotations(metadata.field("annotations").called(template, "annotations"));
}
