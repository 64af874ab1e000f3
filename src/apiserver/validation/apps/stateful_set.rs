//! StatefulSets.

use super::super::core::claim::validate_claim_spec;
use super::super::core::pod_template::{validate_pod_template_of_set, validate_template_metadata};
use super::super::field::Field;
use super::super::selector::{converts, selector_json};
use super::{always_restarts, validate_match, validate_selector};
use crate::apiserver::codes;
use crate::apiserver::go_json::{Go, GoField, internal};

/// Mirrors ValidateStatefulSetSpec.
pub(in super::super) fn validate(object: Field<'_>) {
    const POLICIES: [&str; 2] = ["OrderedReady", "Parallel"];
    let spec = object.field("spec");
    let (selector, template) = (spec.field("selector"), spec.field("template"));
    let management = spec.field("podManagementPolicy");
    if spec.is_set() && management.require("") && !POLICIES.contains(&management.str()) {
        management
            .invalid("must be 'OrderedReady' or 'Parallel'")
            .help("use `OrderedReady` or `Parallel`")
            .code(&codes::ENUM);
    }
    validate_update_strategy(spec.field("updateStrategy"));
    let retention = spec.field("persistentVolumeClaimRetentionPolicy");
    if retention.is_set() {
        for name in ["whenDeleted", "whenScaled"] {
            retention.field(name).one_of(&["Retain", "Delete"]);
        }
    }
    // What cannot change may be as it was.
    let exists = object.stored().is_some();
    for claim in spec.each("volumeClaimTemplates").filter(|_| !exists) {
        validate_claim_spec(claim.field("spec"));
    }
    spec.field("replicas").non_negative();
    spec.field("minReadySeconds").non_negative();
    spec.field("ordinals").field("start").called(spec, "ordinals.start").non_negative();
    // Services of other names were accepted before.
    let service = spec.field("serviceName");
    if !service.is_empty() && service.since(35) && !exists {
        service.dns_label();
    }
    validate_selector(selector, "statefulset");
    match selector.value() {
        Some(value) if !converts(value) => {
            selector.invalid_as(&selector_json(value), "").code(&codes::SELECTOR_INVALID);
        }
        _ => {
            validate_match(selector, template);
            validate_pod_template_of_set(template, spec.field("volumeClaimTemplates"));
            // The server looks at these twice.
            validate_template_metadata(template);
        }
    }
    always_restarts(template, "StatefulSet");
}

fn validate_update_strategy(strategy: Field<'_>) {
    const ROLLING: &[GoField] =
        &[("Partition", "partition", Go::Int), ("MaxUnavailable", "maxUnavailable", Go::Always("null"))];
    let (kind, rolling) = (strategy.field("type"), strategy.field("rollingUpdate"));
    match kind.str() {
        "" => {
            if strategy.is_set() {
                strategy.required("");
            }
        }
        "OnDelete" => {
            if rolling.is_set() {
                rolling
                    .invalid_as(
                        &internal(rolling.value(), ROLLING),
                        "only allowed for updateStrategy 'RollingUpdate'",
                    )
                    .help("remove `rollingUpdate`, or use `type: RollingUpdate`")
                    .code(&codes::FORBIDDEN);
            }
        }
        "RollingUpdate" => {
            rolling.field("partition").non_negative();
        }
        _ => {
            let fields =
                [("Type", "type", Go::Text), ("RollingUpdate", "rollingUpdate", Go::Pointer(ROLLING))];
            strategy
                .invalid_as(&internal(strategy.value(), &fields), "must be 'RollingUpdate' or 'OnDelete'")
                .place(kind.place())
                .help("use `RollingUpdate` or `OnDelete`")
                .code(&codes::ENUM);
        }
    }
}
