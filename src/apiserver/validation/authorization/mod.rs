//! Access reviews: questions rather than objects. Mirrors `pkg/apis/authorization/validation`.

use super::field::{Field, LABEL_KEY_HELP};
use super::primitives::{label_value, qualified_name};
use crate::apiserver::go_json::{Go, GoField, internal};

const NON_RESOURCE: &[GoField] = &[("Path", "path", Go::Text), ("Verb", "verb", Go::Text)];

/// Mirrors ValidateSubjectAccessReview.
pub(super) fn validate_subject_access_review(review: Field<'_>) {
    let spec = review.field("spec");
    validate_what(spec);
    validate_who(spec);
    validate_selectors(spec);
    metadata_is_empty(review, false);
}

/// Mirrors ValidateSelfSubjectAccessReview.
pub(super) fn validate_self_subject_access_review(review: Field<'_>) {
    let spec = review.field("spec");
    validate_what(spec);
    validate_selectors(spec);
    metadata_is_empty(review, false);
}

/// Mirrors ValidateLocalSubjectAccessReview.
pub(super) fn validate_local_subject_access_review(review: Field<'_>) {
    let spec = review.field("spec");
    validate_what(spec);
    validate_who(spec);
    validate_selectors(spec);
    metadata_is_empty(review, true);
    let (resource, other) = (spec.field("resourceAttributes"), spec.field("nonResourceAttributes"));
    let namespace = resource.field("namespace");
    let own = review.field("metadata").text("namespace");
    let own = if own.is_empty() { review.request().namespace } else { own };
    if resource.is_set() && namespace.str() != own {
        namespace.invalid_text(namespace.str(), "must match metadata.namespace");
    }
    if other.is_set() {
        other.invalid_as(&internal(other.value(), NON_RESOURCE), "disallowed on this kind of request");
    }
}

fn validate_what(spec: Field<'_>) {
    let (resource, other) = (spec.field("resourceAttributes"), spec.field("nonResourceAttributes"));
    if resource.is_set() && other.is_set() {
        other
            .invalid_as(
                &internal(other.value(), NON_RESOURCE),
                "cannot be specified in combination with resourceAttributes",
            )
            .help("remove one of them");
    }
    if resource.is_unset() && other.is_unset() {
        resource.invalid_as(
            "null",
            "exactly one of nonResourceAttributes or resourceAttributes must be specified",
        );
    }
}

fn validate_who(spec: Field<'_>) {
    let user = spec.field("user");
    if user.is_empty() && spec.field("groups").is_empty() {
        user.invalid_text("", "at least one of user or group must be specified")
            .help("add `user` or `groups`");
    }
}

/// Mirrors validateResourceAttributes.
fn validate_selectors(spec: Field<'_>) {
    let attributes = spec.field("resourceAttributes");
    for name in ["fieldSelector", "labelSelector"] {
        let selector = attributes.field(name);
        if selector.is_unset() {
            continue;
        }
        let (raw, requirements) = (selector.field("rawSelector"), selector.field("requirements"));
        if !raw.is_empty() && !requirements.is_empty() {
            raw.invalid("may not specified at the same time as requirements").help("remove one of them");
        }
        if raw.is_empty() && requirements.is_empty() {
            requirements.required(&format!(
                "when spec.resourceAttributes.{name} is specified, requirements or rawSelector is required"
            ));
        }
        for requirement in requirements.items() {
            validate_requirement(requirement, name == "labelSelector");
        }
    }
}

fn validate_requirement(requirement: Field<'_>, labels: bool) {
    let field = |name| requirement.field(name);
    let (key, values) = (field("key"), field("values"));
    if !labels && key.is_empty() {
        key.required("must be specified");
    }
    match requirement.text("operator") {
        "In" | "NotIn" if values.is_empty() => {
            values.required("must be specified when `operator` is 'In' or 'NotIn'");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
        _ => {}
    }
    if labels {
        key.check(qualified_name, LABEL_KEY_HELP);
        for value in values.items() {
            value.check(label_value, "use the value of a label");
        }
    }
}

/// Mirrors the create of a SelfSubjectRulesReview.
pub(super) fn validate_self_subject_rules_review(review: Field<'_>) {
    let namespace = review.field("spec").field("namespace");
    if namespace.is_empty() {
        namespace
            .stop(400, "BadRequest", "no namespace on request".to_owned())
            .plain("`spec.namespace` is missing", "add the namespace that is asked about");
    }
}

/// A question has no metadata.
fn metadata_is_empty(review: Field<'_>, namespace: bool) {
    let metadata = review.field("metadata");
    let set = metadata.entries().any(|(name, field)| {
        let allowed = name == "managedFields" || namespace && name == "namespace";
        !allowed && !field.is_empty() && field.value().is_some_and(|value| !value.is_null())
    });
    if set {
        let detail = if namespace { "must be empty except for namespace" } else { "must be empty" };
        metadata.invalid_json(detail).help("remove what is under `metadata`");
    }
}
