//! Workload controllers: selector, template, restart policy. Mirrors parts of `pkg/apis/apps/validation`, in their
//! order.

use super::errors::anchor;
use super::pod::{validate_pod_template, validate_template_metadata};
use super::selector::{converts, is_empty, selector_json, unsatisfied, validate_label_selector};
use super::{Errors, Path, go_json};
use crate::apiserver::codes;
use crate::object::Value;

const SPEC: Path<'static> = Path::Field(&Path::Root, "spec");
const SELECTOR: Path<'static> = Path::Field(&SPEC, "selector");
const TEMPLATE: Path<'static> = Path::Field(&SPEC, "template");

/// Mirrors ValidateDeploymentSpec and ValidateReplicaSetSpec.
pub(super) fn validate_deployment(object: Value<'_>, out: &mut Errors) {
    let spec = object.get("spec");
    let selector = spec.and_then(|s| s.get("selector"));
    validate_selector(object, selector, "deployment", out);
    if let Some(selector) = selector
        && !converts(selector)
    {
        let json = selector_json(selector);
        let place = selector_place(object);
        out.invalid(&codes::SELECTOR_INVALID, &SELECTOR, place, &json, "invalid label selector");
        return;
    }
    let template = spec.and_then(|s| s.get("template"));
    validate_match(object, selector, template, &TEMPLATE, out);
    validate_pod_template(spec.unwrap_or(object), template, &TEMPLATE, out);
    always_restarts(template, &TEMPLATE, out);
}

/// Mirrors ValidateStatefulSetSpec.
pub(super) fn validate_stateful_set(object: Value<'_>, out: &mut Errors) {
    let spec = object.get("spec");
    let selector = spec.and_then(|s| s.get("selector"));
    validate_selector(object, selector, "statefulset", out);
    let template = spec.and_then(|s| s.get("template"));
    match selector {
        Some(selector) if !converts(selector) => {
            let json = selector_json(selector);
            out.invalid_bare(&codes::SELECTOR_INVALID, &SELECTOR, selector_place(object), &json);
        }
        _ => {
            validate_match(object, selector, template, &TEMPLATE, out);
            validate_pod_template(spec.unwrap_or(object), template, &TEMPLATE, out);
            // The server looks at these twice.
            validate_template_metadata(template, &TEMPLATE, out);
        }
    }
    always_restarts(template, &TEMPLATE, out);
}

/// Mirrors ValidateDaemonSetSpec.
pub(super) fn validate_daemon_set(object: Value<'_>, out: &mut Errors) {
    let spec = object.get("spec");
    let selector = spec.and_then(|s| s.get("selector"));
    let template = spec.and_then(|s| s.get("template"));
    if let Some(selector) = selector {
        validate_label_selector(selector, &SELECTOR, out);
    }
    if selector.is_none_or(converts) {
        validate_match(object, selector, template, &TEMPLATE, out);
    }
    empty_selector(object, selector, "daemonset", out);
    validate_pod_template(spec.unwrap_or(object), template, &TEMPLATE, out);
    always_restarts(template, &TEMPLATE, out);
}

/// Mirrors ValidateReplicationControllerSpec.
pub(super) fn validate_replication_controller(object: Value<'_>, out: &mut Errors) {
    let spec = object.get("spec");
    let selector = spec.and_then(|s| s.get("selector"));
    let empty = selector.is_none_or(|s| s.entries().next().is_none());
    if empty {
        let place = spec.map_or_else(|| anchor(object), |_| object.key_place("spec"));
        out.required(&codes::REQUIRED, &SELECTOR, place, "").plain(
            "the ReplicationController has neither a selector nor template labels",
            "add labels to the template",
        );
    }
    let Some(template) = spec.and_then(|s| s.get("template")) else {
        let place = spec.map_or_else(|| anchor(object), |_| object.key_place("spec"));
        out.required(&codes::REQUIRED, &TEMPLATE, place, "")
            .plain("the ReplicationController has no Pod template", "add `template:`");
        return;
    };
    if let Some(selector) = selector
        && !empty
    {
        let labels = template.at(&["metadata", "labels"]);
        let missing = selector.entries().find(|(key, wanted)| {
            labels
                .and_then(|l| l.entries().find(|(k, _)| k == key))
                .map(|(_, v)| v.as_str().unwrap_or_default())
                != Some(wanted.as_str().unwrap_or_default())
        });
        if let Some((key, wanted)) = missing {
            mismatch(object, Some(template), &TEMPLATE, Some((key, wanted.as_str(), None)), out);
        }
    }
    validate_pod_template(template, Some(template), &TEMPLATE, out);
    always_restarts(Some(template), &TEMPLATE, out);
}

fn selector_place(object: Value<'_>) -> crate::finding::Place {
    object.get("spec").map_or_else(|| anchor(object), |spec| spec.key_place("selector"))
}

/// A selector must be there, be valid, and ask for something.
fn validate_selector(object: Value<'_>, selector: Option<Value<'_>>, kind: &str, out: &mut Errors) {
    match selector {
        None => {
            let place = object.get("spec").map_or_else(|| anchor(object), |_| object.key_place("spec"));
            out.required(&codes::REQUIRED, &SELECTOR, place, "").plain(
                "the workload has no selector",
                "add `selector: {matchLabels: {...}}` under `spec` with labels of the template",
            );
        }
        Some(selector) => validate_label_selector(selector, &SELECTOR, out),
    }
    empty_selector(object, selector, kind, out);
}

fn empty_selector(object: Value<'_>, selector: Option<Value<'_>>, kind: &str, out: &mut Errors) {
    if selector.is_some_and(is_empty) {
        let detail = format!("empty selector is invalid for {kind}");
        out.invalid(&codes::SELECTOR_INVALID, &SELECTOR, selector_place(object), "{}", &detail).plain(
            "the selector is empty, which means every Pod of the namespace",
            "add labels of the template under `matchLabels`",
        );
    }
}

/// The selector must find the Pods made from the template. No selector finds nothing; an empty one everything.
pub(super) fn validate_match(
    object: Value<'_>,
    selector: Option<Value<'_>>,
    template: Option<Value<'_>>,
    path: &Path<'_>,
    out: &mut Errors,
) {
    let labels = template.and_then(|t| t.at(&["metadata", "labels"]));
    match selector {
        None => mismatch(object, template, path, None, out),
        Some(selector) => {
            if let Some(missing) = unsatisfied(selector, labels) {
                mismatch(object, template, path, Some((missing.key, missing.wanted, missing.has)), out);
            }
        }
    }
}

type Missing<'v> = (&'v str, Option<&'v str>, Option<&'v str>);

fn mismatch(
    object: Value<'_>,
    template: Option<Value<'_>>,
    path: &Path<'_>,
    missing: Option<Missing<'_>>,
    out: &mut Errors,
) {
    let metadata = template.and_then(|t| t.get("metadata"));
    let labels = metadata.and_then(|m| m.get("labels"));
    let place = match (labels, missing) {
        (Some(labels), Some((key, ..))) if labels.entries().any(|(k, _)| k == key) => {
            labels.get(key).map_or_else(|| labels.key_place(key), Value::place)
        }
        (Some(_), _) => metadata.map_or_else(|| object.place(), |m| m.key_place("labels")),
        (None, _) => object.get("spec").map_or_else(|| anchor(object), |spec| spec.key_place("template")),
    };
    let json = go_json::string_map(labels);
    let detail = "`selector` does not match template `labels`";
    let cause = out.invalid(&codes::SELECTOR_MISMATCH, &path.child("metadata.labels"), place, &json, detail);
    match missing {
        Some((key, Some(wanted), Some(has))) => cause.plain(
            format!("the selector asks for `{key}: {wanted}`, the template has `{key}: {has}`"),
            "make both the same",
        ),
        Some((key, Some(wanted), None)) => cause.plain(
            format!("the selector asks for `{key}: {wanted}`, which the template's labels do not have"),
            format!("add `{key}: {wanted}` to `template.metadata.labels`"),
        ),
        Some((key, None, _)) => cause.plain(
            format!("the selector asks something of the label `{key}` that the template does not satisfy"),
            "change the template's labels or the selector",
        ),
        None => cause.plain(
            "without a selector the workload finds none of its Pods",
            "add `selector: {matchLabels: {...}}` under `spec` with labels of the template",
        ),
    }
}

pub(super) fn restart_policy(template: Option<Value<'_>>) -> &str {
    let policy = template.and_then(|t| t.at(&["spec", "restartPolicy"])).and_then(Value::as_str);
    policy.filter(|p| !p.is_empty()).unwrap_or("Always")
}

pub(super) fn restart_place(holder: Value<'_>, template: Option<Value<'_>>) -> crate::finding::Place {
    let spec = template.and_then(|t| t.get("spec"));
    match spec.and_then(|s| s.get("restartPolicy")) {
        Some(policy) if policy.view().is_some() => policy.place(),
        _ => spec.map_or_else(|| anchor(holder), anchor),
    }
}

/// Pods of these workloads are meant to run for ever.
fn always_restarts(template: Option<Value<'_>>, path: &Path<'_>, out: &mut Errors) {
    let policy = restart_policy(template);
    if policy != "Always"
        && let Some(template) = template
    {
        let place = restart_place(template, Some(template));
        let path = path.child("spec.restartPolicy");
        out.not_supported(&codes::ENUM, &path, place, policy, &["Always"]).plain(
            format!("Pods of this workload are restarted always; `{policy}` is for Jobs"),
            "remove `restartPolicy`, or use a Job",
        );
    }
}
