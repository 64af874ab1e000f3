//! What Jobs make of Pods that fail or succeed. Mirrors validatePodFailurePolicy and validateSuccessPolicy.

use rustc_hash::FxHashSet;

use super::super::field::Field;
use crate::apiserver::codes;
use crate::apiserver::go_json::{self, Go, GoField, internal};
use crate::schema::quote;

const MAX_RULES: usize = 20;
const MAX_CODES: usize = 255;
const MAX_INDEXES: usize = 64 * 1024;

/// Mirrors validatePodFailurePolicy.
pub(super) fn validate_failure_policy<'v>(spec: Field<'v>, policy: Field<'v>) {
    const ACTIONS: [&str; 4] = ["Count", "FailIndex", "FailJob", "Ignore"];
    let rules = policy.field("rules");
    if rules.len() > MAX_RULES {
        rules.too_many(rules.len(), MAX_RULES);
    }
    let pod = spec.at(&["template", "spec"]);
    let containers: FxHashSet<&str> = ["containers", "initContainers"]
        .into_iter()
        .flat_map(|list| pod.each(list))
        .map(|container| container.text("name"))
        .collect();
    for rule in rules.items() {
        let action = rule.field("action");
        match action.str() {
            "FailIndex" => {
                if spec.field("backoffLimitPerIndex").is_unset() {
                    action
                        .invalid("requires the backoffLimitPerIndex to be set")
                        .help("add `backoffLimitPerIndex`");
                }
            }
            _ => {
                action.require_one_of(
                    "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]",
                    &ACTIONS,
                );
            }
        }
        let (exit_codes, conditions) = (rule.field("onExitCodes"), rule.field("onPodConditions"));
        if exit_codes.is_set() {
            validate_exit_codes(exit_codes, &containers);
        }
        validate_conditions(conditions);
        // The server prints no value here.
        if exit_codes.is_set() && !conditions.is_empty() {
            rule.invalid_bare("specifying both OnExitCodes and OnPodConditions is not supported")
                .help("make two rules of it");
        }
        if exit_codes.is_unset() && conditions.is_empty() {
            rule.invalid_bare("specifying one of OnExitCodes and OnPodConditions is required")
                .help("add `onExitCodes` or `onPodConditions`");
        }
    }
}

/// Mirrors validatePodFailurePolicyRuleOnPodConditions.
fn validate_conditions(conditions: Field<'_>) {
    if conditions.len() > MAX_RULES {
        conditions.too_many(conditions.len(), MAX_RULES);
    }
    for pattern in conditions.items() {
        pattern.field("type").qualified_name();
        pattern
            .field("status")
            .require_one_of("valid values: [\"False\" \"True\" \"Unknown\"]", &["False", "True", "Unknown"]);
    }
}

/// Mirrors validatePodFailurePolicyRuleOnExitCodes.
fn validate_exit_codes(requirement: Field<'_>, containers: &FxHashSet<&str>) {
    let operator = requirement.field("operator");
    operator.require_one_of("valid values: [\"In\" \"NotIn\"]", &["In", "NotIn"]);
    let name = requirement.field("containerName");
    if name.is_set() && !containers.contains(name.str()) {
        name.invalid("must be one of the container or initContainer names in the pod template");
    }
    let values = requirement.field("values");
    if values.is_empty() {
        values
            .invalid_as(&go_json::value(values.value()), "at least one value is required")
            .code(&codes::REQUIRED);
    } else if values.len() > MAX_CODES {
        values.too_many(values.len(), MAX_CODES);
    }
    let (mut seen, mut last, mut ordered) = (FxHashSet::default(), i64::MIN, true);
    for value in values.items() {
        let code = value.int().unwrap_or_default();
        if operator.str() == "In" && code == 0 {
            value.range("must not be 0 for the In operator").help("remove 0: it means success");
        }
        value.unique(code, &mut seen);
        ordered &= last <= code;
        last = code;
    }
    if !ordered {
        values.invalid_json("must be ordered").help("sort the values");
    }
}

/// Mirrors validateSuccessPolicy.
pub(super) fn validate_success_policy<'v>(spec: Field<'v>, policy: Field<'v>) {
    const RULE: &[GoField] =
        &[("SucceededIndexes", "succeededIndexes", Go::Any), ("SucceededCount", "succeededCount", Go::Any)];
    if spec.text("completionMode") != "Indexed" {
        let fields = [("Rules", "rules", Go::List(RULE))];
        policy
            .invalid_as(&internal(policy.value(), &fields), "requires indexed completion mode")
            .help("add `completionMode: Indexed`");
        return;
    }
    let rules = policy.field("rules");
    if rules.is_empty() {
        rules.required("at least one rules must be specified when the successPolicy is specified");
    }
    if rules.len() > MAX_RULES {
        rules.too_many(rules.len(), MAX_RULES);
    }
    // A Job with indexes has completions; what the server does without them is its own trouble.
    let completions = spec.field("completions").int().unwrap_or_default();
    for rule in rules.items() {
        validate_success_rule(rule, completions);
    }
}

/// Mirrors validateSuccessPolicyRule.
fn validate_success_rule(rule: Field<'_>, completions: i64) {
    let (indexes, count) = (rule.field("succeededIndexes"), rule.field("succeededCount"));
    if indexes.is_unset() && count.is_unset() {
        rule.required("at least one of succeededCount or succeededIndexes must be specified");
    }
    let mut total = 0;
    if indexes.is_set() {
        if indexes.str().len() > MAX_INDEXES {
            indexes.too_long(MAX_INDEXES);
        }
        match count_indexes(indexes.str(), completions) {
            Ok(count) => total = count,
            Err(error) => {
                indexes
                    .invalid(&format!("error parsing succeededIndexes: {error}"))
                    .help("write ascending indexes and ranges, as `0,2-4`");
            }
        }
    }
    let Some(wanted) = count.int() else { return };
    count.non_negative();
    if wanted > completions {
        count.range(&format!(
            "must be less than or equal to {completions} (the number of specified completions)"
        ));
    }
    if indexes.is_set() && wanted > total {
        count.range(&format!(
            "must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
        ));
    }
}

/// Mirrors validateIndexesFormat: how many indexes there are.
fn count_indexes(text: &str, completions: i64) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let number = |text: &str| {
        let number: i64 = text
            .parse()
            .map_err(|_| format!("cannot convert string to integer for index: {}", quote(text)))?;
        if number >= completions { Err(format!("too large index: {}", quote(text))) } else { Ok(number) }
    };
    let (mut total, mut last) = (0, None);
    for interval in text.split(',') {
        let parts: Vec<&str> = interval.split('-').collect();
        let (from, to) = match parts.as_slice() {
            [one] => (number(one)?, number(one)?),
            [from, to] => {
                let (from, to) = (number(from)?, number(to)?);
                if from >= to {
                    return Err(format!("non-increasing order, previous: {from}, current: {to}"));
                }
                (from, to)
            }
            _ => {
                return Err(format!(
                    "the fragment {} violates the requirement that an index interval can have at most two parts separated by '-'",
                    quote(interval)
                ));
            }
        };
        if let Some(last) = last
            && last >= from
        {
            return Err(format!("non-increasing order, previous: {last}, current: {from}"));
        }
        total += to - from + 1;
        last = Some(to);
    }
    Ok(total)
}
