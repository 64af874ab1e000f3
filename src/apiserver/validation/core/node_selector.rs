//! Selectors of nodes. Mirrors ValidateNodeSelector.

use super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::metadata::label_value_words;
use super::super::primitives::{dns_1123_subdomain, label_value};
use crate::apiserver::codes;

/// Mirrors ValidateNodeSelector.
pub(in super::super) fn validate_node_selector(selector: Field<'_>) {
    let terms = selector.field("nodeSelectorTerms");
    if terms.is_empty() {
        terms.required("must have at least one node selector term");
        return;
    }
    for term in terms.items() {
        validate_node_selector_term(term, false);
    }
}

/// Mirrors ValidateNodeSelectorTerm; `any_value` lets values pass that no label can have.
pub(in super::super) fn validate_node_selector_term(term: Field<'_>, any_value: bool) {
    for requirement in term.each("matchExpressions") {
        validate_requirement(requirement, any_value);
    }
    for requirement in term.each("matchFields") {
        validate_field_requirement(requirement);
    }
}

/// Mirrors ValidateNodeSelectorRequirement.
fn validate_requirement(requirement: Field<'_>, any_value: bool) {
    let (operator, values) = (requirement.field("operator"), requirement.field("values"));
    match operator.str() {
        "In" | "NotIn" => {
            if values.is_empty() {
                values.required("must be specified when `operator` is 'In' or 'NotIn'");
            }
        }
        "Exists" | "DoesNotExist" => {
            if !values.is_empty() {
                values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
            }
        }
        "Gt" | "Lt" => {
            if values.len() != 1 {
                values
                    .required("must be specified single value when `operator` is 'Lt' or 'Gt'")
                    .plain("`Lt` and `Gt` compare with exactly one number", "write `values: [\"NUMBER\"]`");
            }
        }
        _ => {
            operator
                .invalid("not a valid selector operator")
                .help("use `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`")
                .code(&codes::ENUM);
        }
    }
    requirement.field("key").qualified_name();
    if any_value {
        return;
    }
    for value in values.items() {
        for sentence in label_value(value.str()) {
            let (plain, help) = label_value_words(value.str());
            value.invalid_text(value.str(), sentence).plain(plain, help).code(&codes::LABEL_INVALID);
        }
    }
}

/// Mirrors ValidateNodeFieldSelectorRequirement.
fn validate_field_requirement(requirement: Field<'_>) {
    let field = |name| requirement.field(name);
    let (key, operator, values) = (field("key"), field("operator"), field("values"));
    match operator.str() {
        "In" | "NotIn" => {
            if values.len() != 1 {
                values.required(
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
                );
            }
        }
        _ => {
            operator.invalid("not a valid selector operator").help("use `In` or `NotIn`").code(&codes::ENUM);
        }
    }
    if key.str() == "metadata.name" {
        for value in values.items() {
            value.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
        }
    } else {
        key.invalid("not a valid field selector key").help("use `metadata.name`").code(&codes::ENUM);
    }
}
