//! Which requests are matched: rules, resources and conditions, as webhooks and policies share them.

use std::cell::LazyCell;

use rustc_hash::FxHashSet;

use super::super::expression::{admission, compile};
use super::super::field::Field;
use super::super::primitives::path_segment;
use super::super::selector::validate_label_selector;
use crate::apiserver::cel::Type;
use crate::apiserver::go_json::texts;

const MAX_CONDITIONS: usize = 64;
const OPERATIONS: &[&str] = &["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const MUTATING_OPERATIONS: &[&str] = &["*", "CONNECT", "CREATE", "UPDATE"];
const ALONE: &str = "`*` stands alone: remove it or the others";

pub(super) const FAILURE_POLICIES: &[&str] = &["Fail", "Ignore"];
pub(super) const MATCH_POLICIES: &[&str] = &["Equivalent", "Exact"];
pub(super) const REINVOCATION_POLICIES: &[&str] = &["IfNeeded", "Never"];

/// `*` beside others.
fn star_among_others(list: Field<'_>, what: &str) {
    if list.len() > 1 && list.items().any(|item| item.str() == "*") {
        list.invalid_as(&texts(list.value()), &format!("if '*' is present, must not specify other {what}"))
            .help(ALONE);
    }
}

/// Mirrors validateRuleWithOperations.
pub(super) fn validate_rule(rule: Field<'_>) {
    let operations = rule.field("operations");
    if operations.is_empty() {
        operations.required("");
    }
    star_among_others(operations, "operations");
    for operation in operations.items() {
        operation.one_of(OPERATIONS);
    }
    let (groups, versions) = (rule.field("apiGroups"), rule.field("apiVersions"));
    if groups.is_empty() {
        groups.required("").help("list the groups; `\"\"` is the core group");
    }
    star_among_others(groups, "API groups");
    if versions.is_empty() {
        versions.required("");
    }
    star_among_others(versions, "API versions");
    for version in versions.items() {
        version.require("");
    }
    validate_resources(rule.field("resources"));
    rule.field("scope").one_of_if_set(&["*", "Cluster", "Namespaced"]);
}

/// Mirrors validateResources.
fn validate_resources(resources: Field<'_>) {
    if resources.is_empty() {
        resources.required("");
    }
    let (mut all_parts, mut all_resources) = (FxHashSet::default(), FxHashSet::default());
    let (mut double, mut single, mut plain) = (false, false, false);
    for resource in resources.items() {
        let text = resource.str();
        if text.is_empty() {
            resource.required("");
            continue;
        }
        double |= text == "*/*";
        single |= text == "*";
        let Some((of, part)) = text.split_once('/') else {
            plain = text != "*";
            continue;
        };
        if all_parts.contains(of) {
            resource.invalid(&format!("if '{of}/*' is present, must not specify {text}")).help("remove it");
        }
        if all_resources.contains(part) {
            resource.invalid(&format!("if '*/{part}' is present, must not specify {text}")).help("remove it");
        }
        if part == "*" {
            all_parts.insert(of);
        }
        if of == "*" {
            all_resources.insert(part);
        }
    }
    let printed = || texts(resources.value());
    if resources.len() > 1 && double {
        resources
            .invalid_as(&printed(), "if '*/*' is present, must not specify other resources")
            .help("`*/*` stands alone: remove it or the others");
    }
    if single && plain {
        let detail = "if '*' is present, must not specify other resources without subresources";
        resources.invalid_as(&printed(), detail).help(ALONE);
    }
}

/// Mirrors validateMatchResources.
pub(super) fn validate_match_resources(matched: Field<'_>) {
    matched.field("matchPolicy").require_one_of("", MATCH_POLICIES);
    for name in ["namespaceSelector", "objectSelector"] {
        let selector = matched.field(name);
        if selector.is_unset() {
            selector.required("");
        } else {
            validate_label_selector(selector);
        }
    }
    for name in ["resourceRules", "excludeResourceRules"] {
        for rule in matched.each(name) {
            let mut seen = FxHashSet::default();
            for name in rule.each("resourceNames") {
                name.check(|text| path_segment(text, false), "use the name of an object");
                name.unique(name.str(), &mut seen);
            }
            validate_rule(rule);
        }
    }
}

/// Policies that mutate match no deletions.
pub(super) fn validate_mutating_operations(matched: Field<'_>) {
    for rule in matched.each("resourceRules") {
        for operation in rule.each("operations") {
            if !MUTATING_OPERATIONS.contains(&operation.str()) {
                let shown = operation.called(matched.field("resourceRules"), "operations");
                shown.not_supported(MUTATING_OPERATIONS);
            }
        }
    }
}

/// Mirrors validateMatchConditions.
pub(super) fn validate_match_conditions(conditions: Field<'_>, params: bool) {
    let env = LazyCell::new(|| admission(params, true));
    if conditions.len() > MAX_CONDITIONS {
        conditions.too_many(conditions.len(), MAX_CONDITIONS);
    }
    let mut seen = FxHashSet::default();
    for condition in conditions.items() {
        let (name, expression) = (condition.field("name"), condition.field("expression"));
        if expression.str().trim().is_empty() {
            expression.required("");
        } else {
            compile(expression, expression.str().trim(), &env, &[Type::Bool]);
        }
        if name.require("") {
            name.qualified_name();
            name.unique(name.str(), &mut seen);
        }
    }
}
