//! Workload controllers: selector, template, restart policy. Mirrors `pkg/apis/apps/validation`.

pub(super) mod controller_revision;
pub(super) mod daemon_set;
pub(super) mod deployment;
pub(super) mod stateful_set;

use super::field::Field;
use super::primitives::percent;
pub(super) use super::selector::Unsatisfied as Missing;
use super::selector::{is_empty, unsatisfied, validate_label_selector};
use crate::apiserver::codes;
use crate::apiserver::go_json;
use crate::finding::Edit;
use crate::yaml::edit::{needs_quotes, set};

/// A selector must be there, be valid, and ask for something.
fn validate_selector(selector: Field<'_>, kind: &str) {
    if selector.is_unset() {
        selector.required("").plain(
            "the workload has no selector",
            "add `selector: {matchLabels: {...}}` under `spec` with labels of the template",
        );
    }
    validate_label_selector(selector);
    empty_selector(selector, kind);
}

fn empty_selector(selector: Field<'_>, kind: &str) {
    if selector.value().is_some_and(is_empty) {
        selector
            .invalid_as("{}", &format!("empty selector is invalid for {kind}"))
            .plain(
                "the selector is empty, which means every Pod of the namespace",
                "add labels of the template under `matchLabels`",
            )
            .code(&codes::SELECTOR_INVALID);
    }
}

/// The selector must find the Pods made from the template. No selector finds nothing; an empty one everything.
pub(super) fn validate_match<'v>(selector: Field<'v>, template: Field<'v>) {
    let labels = template.at(&["metadata", "labels"]);
    match selector.value() {
        None => mismatch(template, None),
        Some(selector) => {
            if let Some(missing) = unsatisfied(selector, labels.value()) {
                mismatch(template, Some(missing));
            }
        }
    }
}

/// The edit that gives the Pods of a template a label.
fn with_label(template: Field<'_>, key: &str, value: &str) -> Option<Edit> {
    let text = if needs_quotes(value) { format!("\"{value}\"") } else { value.to_owned() };
    if needs_quotes(key) {
        return None;
    }
    set(template.value()?.view()?, &["metadata", "labels", key], &text)
}

/// What a selector asks of a template in vain; nothing if there is no selector.
pub(super) fn mismatch<'v>(template: Field<'v>, missing: Option<Missing<'v>>) {
    let labels = template.at(&["metadata", "labels"]);
    let place = match &missing {
        Some(missing) if labels.entry(missing.key).is_set() => labels.entry(missing.key).place(),
        _ if labels.is_set() => labels.key_place(),
        _ => template.key_place(),
    };
    let said = labels
        .invalid_as(&go_json::string_map(labels.value()), "`selector` does not match template `labels`")
        .place(place)
        .code(&codes::SELECTOR_MISMATCH);
    match missing {
        Some(Missing { key, wanted: Some(wanted), has: Some(has) }) => said
            .plain(
                format!("the selector asks for `{key}: {wanted}`, the template has `{key}: {has}`"),
                "make both the same",
            )
            .maybe(format!("give the template `{key}: {wanted}`"), with_label(template, key, wanted)),
        Some(Missing { key, wanted: Some(wanted), has: None }) => said
            .plain(
                format!("the selector asks for `{key}: {wanted}`, which the template's labels do not have"),
                format!("add `{key}: {wanted}` to `template.metadata.labels`"),
            )
            .maybe(format!("give the template `{key}: {wanted}`"), with_label(template, key, wanted)),
        Some(Missing { key, wanted: None, .. }) => said.plain(
            format!("the selector asks something of the label `{key}` that the template does not satisfy"),
            "change the template's labels or the selector",
        ),
        None => said.plain(
            "without a selector the workload finds none of its Pods",
            "add `selector: {matchLabels: {...}}` under `spec` with labels of the template",
        ),
    };
}

/// `spec.restartPolicy` of a template.
pub(super) fn restart_policy(template: Field<'_>) -> (Field<'_>, &str) {
    let policy = template.at(&["spec", "restartPolicy"]);
    (policy, if policy.is_empty() { "Always" } else { policy.str() })
}

/// Pods of these workloads are meant to run for ever. `kind` is the server's name for the workload.
pub(super) fn always_restarts(template: Field<'_>, kind: &str) {
    let (field, policy) = restart_policy(template);
    if policy != "Always" {
        field
            .not_supported(&["Always"])
            .plain(
                format!("Pods of this workload are restarted always; `{policy}` is for Jobs"),
                "remove `restartPolicy`, or use a Job",
            )
            .code(&codes::RESTART_POLICY);
    }
    let deadline = template.at(&["spec", "activeDeadlineSeconds"]);
    if deadline.is_set() {
        deadline.forbidden(&format!("activeDeadlineSeconds in {kind} is not Supported"));
    }
}

/// A number, or the number before a percent sign. Mirrors getIntOrPercentValue.
fn int_or_percent(field: Field<'_>) -> i64 {
    let text = field.str();
    // What is no good share is read as a number, which it is not.
    let digits = text.strip_suffix('%').filter(|_| percent(text).is_empty()).unwrap_or(text);
    field.int().unwrap_or_else(|| digits.parse().unwrap_or_default())
}
