//! HorizontalPodAutoscalers. Mirrors `pkg/apis/autoscaling/validation`.

use super::core::resources::validate_container_resource_name;
use super::field::Field;
use super::primitives::path_segment;
use crate::apiserver::codes;

const METRICS: [&str; 5] = ["ContainerResource", "External", "Object", "Pods", "Resource"];
/// Types of metrics and the fields that go with them, in the order in which the server looks at them.
const SOURCES: [(&str, &str); 5] = [
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];
const MAX_WINDOW: i64 = 3600;
const MAX_PERIOD: i64 = 1800;

/// Mirrors validateHorizontalPodAutoscalerSpec.
pub(super) fn validate_horizontal_pod_autoscaler(object: Field<'_>) {
    let spec = object.field("spec");
    let (least, most) = (spec.field("minReplicas"), spec.field("maxReplicas"));
    // Gate HPAScaleToZero is off.
    least.at_least(1);
    let number = most.int().unwrap_or_default();
    if number == 0 {
        most.required("must be set and greater than 0");
    } else if number < 0 {
        most.range("must be greater than or equal to 1");
    }
    if least.int().is_some_and(|least| number < least) {
        most.range("must be greater than or equal to `minReplicas`");
    }
    let target = spec.field("scaleTargetRef");
    validate_reference(target, target.text("kind") == "ReplicationController");
    if object.request().gvk.version.starts_with("v1") {
        // What v1 says about CPU is a metric of the other versions.
        let cpu = spec.field("targetCPUUtilizationPercentage");
        if cpu.int().is_some_and(|n| n < 1) {
            cpu.as_at(
                spec.field("metrics")
                    .indexed(0)
                    .field("resource")
                    .field("target")
                    .field("averageUtilization"),
            )
            .range("must be greater than 0");
        }
        if least.int() == Some(0) {
            forbid_zero(spec.field("metrics"));
        }
        return;
    }
    validate_metrics(spec.field("metrics"), least);
    let behavior = spec.field("behavior");
    for name in ["scaleUp", "scaleDown"] {
        let rules = behavior.field(name);
        if rules.is_set() {
            validate_rules(rules);
        }
    }
}

fn segment(field: Field<'_>) {
    field.check(|text| path_segment(text, false), "leave out `/` and `%`; `.` and `..` are no names");
}

/// Mirrors ValidateCrossVersionObjectReference.
fn validate_reference(reference: Field<'_>, may_be_core: bool) {
    for name in ["kind", "name"] {
        let field = reference.field(name);
        if field.require("") {
            segment(field);
        }
    }
    let version = reference.field("apiVersion");
    let text = version.str();
    if text.matches('/').count() > 1 {
        version.invalid_text(text, &format!("unexpected GroupVersion string: {text}"));
    } else if !may_be_core && (!text.contains('/') || text.starts_with('/')) {
        version
            .invalid_text(text, "apiVersion must specify API group")
            .help("write the group and the version, as `networking.k8s.io/v1`");
    }
}

/// Nothing would ever wake what has no Pods.
fn forbid_zero(metrics: Field<'_>) {
    metrics
        .forbidden("must specify at least one Object or External metric to support scaling to zero replicas");
}

/// Mirrors validateMetrics.
fn validate_metrics<'v>(metrics: Field<'v>, least: Field<'v>) {
    for metric in metrics.items() {
        validate_metric(metric);
    }
    let for_zero = metrics.items().any(|metric| matches!(metric.text("type"), "Object" | "External"));
    if least.int() == Some(0) && !for_zero {
        forbid_zero(metrics);
    }
}

/// Mirrors validateMetricSpec.
fn validate_metric(metric: Field<'_>) {
    let kind = metric.field("type");
    if kind.is_empty() {
        kind.required("must specify a metric source type");
    }
    let known = METRICS.contains(&kind.str());
    if !known {
        kind.not_supported(&METRICS);
    }
    let present: Vec<(&str, &'static str)> =
        SOURCES.into_iter().filter(|(_, name)| metric.field(name).is_set()).collect();
    if let Some((_, name)) = present.first() {
        validate_source(metric.field(name), name);
    }
    let expected = SOURCES.into_iter().find(|(source, _)| *source == kind.str());
    match expected {
        Some((_, name)) => {
            if metric.field(name).is_unset() {
                metric.field(name).required("must populate information for the given metric source");
            }
        }
        None => {
            kind.not_supported(&METRICS);
        }
    }
    if present.len() != 1 {
        for (_, name) in present.iter().filter(|(_, name)| expected.is_none_or(|(_, e)| e != *name)) {
            metric
                .field(name)
                .forbidden("must populate the given metric source only")
                .help(format!("remove `{name}`, or make a metric of its own of it"));
        }
    }
}

fn validate_source(source: Field<'_>, kind: &str) {
    let target = source.field("target");
    let field = |name| target.field(name);
    let (value, average, utilization) = (field("value"), field("averageValue"), field("averageUtilization"));
    let identifier = || {
        let name = source.field("metric").field("name");
        if name.require("must specify a metric name") {
            segment(name);
        }
    };
    match kind {
        "object" => {
            validate_reference(source.field("describedObject"), true);
            identifier();
            validate_target(target);
            if value.is_unset() && average.is_unset() {
                average.required("must set either a target value or averageValue");
            }
        }
        "external" => {
            identifier();
            validate_target(target);
            if value.is_unset() && average.is_unset() {
                average.required("must set either a target value for metric or a per-pod target");
            }
            if value.is_set() && average.is_set() {
                value.forbidden("may not set both a target value for metric and a per-pod target");
            }
        }
        "pods" => {
            identifier();
            validate_target(target);
            if average.is_unset() {
                average.required("must specify a positive target averageValue");
            }
        }
        _ => {
            let name = source.field("name");
            let named = name.require("must specify a resource name");
            if kind == "containerResource" {
                if named {
                    validate_container_resource_name(name, name.str());
                }
                let container = source.field("container");
                if container.require("must specify a container") {
                    container.dns_label();
                }
            }
            validate_target(target);
            if utilization.is_unset() && average.is_unset() {
                utilization.required("must set either a target raw value or a target utilization");
            }
            if utilization.is_set() && average.is_set() {
                average.forbidden("may not set both a target raw value and a target utilization");
            }
        }
    }
}

/// Mirrors validateMetricTarget.
fn validate_target(target: Field<'_>) {
    let kind = target.field("type");
    kind.require("must specify a metric target type");
    if !matches!(kind.str(), "Utilization" | "Value" | "AverageValue") {
        kind.invalid_text(kind.str(), "must be either Utilization, Value, or AverageValue")
            .help("use `Utilization`, `Value` or `AverageValue`")
            .code(&codes::ENUM);
    }
    for name in ["value", "averageValue"] {
        let field = target.field(name);
        if field.quantity().is_some_and(|q| q.sign() != 1) {
            field.invalid_as(&field.printed_quantity(), "must be positive").code(&codes::RANGE);
        }
    }
    let utilization = target.field("averageUtilization");
    if utilization.is_set() {
        utilization.positive();
    }
}

/// Mirrors validateScalingRules. What is absent has a default.
fn validate_rules(rules: Field<'_>) {
    let window = rules.field("stabilizationWindowSeconds");
    if window.int().is_some_and(|n| n < 0) {
        window.range("must be greater than or equal to zero");
    }
    if window.int().is_some_and(|n| n > MAX_WINDOW) {
        window.range(&format!("must be less than or equal to {MAX_WINDOW}"));
    }
    rules.field("selectPolicy").one_of_if_set(&["Disabled", "Max", "Min"]);
    let policies = rules.field("policies");
    if policies.is_set() && policies.is_empty() {
        policies.required("must specify at least one Policy");
    }
    for policy in policies.items() {
        policy.field("type").one_of(&["Percent", "Pods"]);
        for name in ["value", "periodSeconds"] {
            let field = policy.field(name);
            if field.int().unwrap_or_default() <= 0 {
                field.range("must be greater than zero");
            }
        }
        let period = policy.field("periodSeconds");
        if period.int().is_some_and(|n| n > MAX_PERIOD) {
            period.range(&format!("must be less than or equal to {MAX_PERIOD}"));
        }
    }
    // Gate HPAConfigurableTolerance, on since 1.35.
    let tolerance = rules.field("tolerance");
    if tolerance.since(35) {
        tolerance.non_negative_quantity();
    }
}
