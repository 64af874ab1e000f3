//! Where a Pod may run: affinity, spreading, tolerations, gates.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::super::field::{DNS_LABEL_HELP, Field};
use super::super::super::primitives::{dns_1123_label, label_value};
use super::super::super::selector::validate_label_selector;
use super::super::node_selector::{validate_node_selector, validate_node_selector_term};
use crate::apiserver::codes;

/// Mirrors validateAffinity.
pub(super) fn validate_affinity<'v>(affinity: Field<'v>, labels: Option<Field<'v>>) {
    if affinity.is_unset() {
        return;
    }
    let node = affinity.field("nodeAffinity");
    let required = node.field("requiredDuringSchedulingIgnoredDuringExecution");
    if required.is_set() {
        validate_node_selector(required);
    }
    for term in node.each("preferredDuringSchedulingIgnoredDuringExecution") {
        validate_weight(term);
        // What is only preferred may look for labels that no node can have.
        validate_node_selector_term(term.field("preference"), true);
    }
    for name in ["podAffinity", "podAntiAffinity"] {
        let pods = affinity.field(name);
        for term in pods.each("requiredDuringSchedulingIgnoredDuringExecution") {
            validate_pod_affinity_term(term, labels);
        }
        for term in pods.each("preferredDuringSchedulingIgnoredDuringExecution") {
            validate_weight(term);
            validate_pod_affinity_term(term.field("podAffinityTerm"), labels);
        }
    }
}

fn validate_weight(term: Field<'_>) {
    let weight = term.field("weight");
    if !(1..=100).contains(&weight.int().unwrap_or_default()) {
        weight.range("must be in the range 1-100").help("use a weight from 1 to 100");
    }
}

/// Mirrors validatePodAffinityTerm.
fn validate_pod_affinity_term<'v>(term: Field<'v>, labels: Option<Field<'v>>) {
    validate_label_selector(term.field("labelSelector"));
    validate_label_selector(term.field("namespaceSelector"));
    for namespace in term.each("namespaces") {
        // The server calls the list `namespace`.
        namespace.called(term, "namespace").check(dns_1123_label, DNS_LABEL_HELP);
    }
    validate_match_label_keys(term, labels);
    let key = term.field("topologyKey");
    if key.is_empty() {
        key.required("can not be empty").help("add `topologyKey`, for example `kubernetes.io/hostname`");
    }
    key.qualified_name();
}

/// Mirrors ValidateMatchLabelKeysAndMismatchLabelKeys. `labels` are those of a Pod: where they have a key, the server has
/// put it into the selector already.
fn validate_match_label_keys<'v>(term: Field<'v>, labels: Option<Field<'v>>) {
    let selector = term.field("labelSelector");
    for name in ["matchLabelKeys", "mismatchLabelKeys"] {
        let keys = term.field(name);
        if keys.is_empty() {
            continue;
        }
        if selector.is_unset() {
            keys.forbidden("must not be specified when labelSelector is not set")
                .help("add a `labelSelector`");
            continue;
        }
        for key in keys.items() {
            key.qualified_name();
        }
    }
    let (keys, others) = (term.field("matchLabelKeys"), term.field("mismatchLabelKeys"));
    if selector.is_set() && !keys.is_empty() {
        // The selector's keys so far; what the server merges into the selector is said only for expressions.
        let mut seen: FxHashSet<&str> = selector.field("matchLabels").entries().map(|(key, _)| key).collect();
        let merged = [keys, others]
            .into_iter()
            .flat_map(Field::items)
            .map(Field::str)
            .filter(|key| labels.is_some_and(|labels| labels.entry(key).is_set()));
        let written = selector.each("matchExpressions").map(|expression| expression.text("key"));
        for key in written.chain(merged) {
            let listed = keys.items().enumerate().filter(|(_, item)| item.str() == key).last();
            if let Some((index, item)) = listed
                && seen.contains(key)
            {
                item.as_at(term.indexed(index))
                    .invalid("exists in both matchLabelKeys and labelSelector")
                    .help("remove it from one of them");
            }
            seen.insert(key);
        }
    }
    for key in keys.items() {
        if others.items().any(|other| other.str() == key.str()) {
            key.invalid("exists in both matchLabelKeys and mismatchLabelKeys")
                .help("remove it from one of them");
        }
    }
}

/// Mirrors ValidateMatchLabelKeysInTopologySpread, which looks at what is written alone.
fn validate_spread_keys(constraint: Field<'_>) {
    let (keys, selector) = (constraint.field("matchLabelKeys"), constraint.field("labelSelector"));
    if keys.is_empty() {
        return;
    }
    let labels = selector.field("matchLabels").entries().map(|(key, _)| key);
    let expressions = selector.each("matchExpressions").map(|expression| expression.text("key"));
    let selected: FxHashSet<&str> = labels.chain(expressions).collect();
    if selector.is_unset() {
        keys.forbidden("must not be specified when labelSelector is not set").help("add a `labelSelector`");
    }
    for key in keys.items() {
        key.qualified_name();
        if selected.contains(key.str()) {
            key.invalid("exists in both matchLabelKeys and labelSelector").help("remove it from one of them");
        }
    }
}

/// Mirrors validateTopologySpreadConstraints.
pub(super) fn validate_topology_spread<'v>(constraints: Field<'v>, labels: Option<Field<'v>>) {
    const ACTIONS: [&str; 2] = ["DoNotSchedule", "ScheduleAnyway"];
    const POLICIES: [&str; 2] = ["Honor", "Ignore"];
    let pair_of =
        |constraint: Field<'v>| (constraint.text("topologyKey"), constraint.text("whenUnsatisfiable"));
    // How often each pair is still to come.
    let mut ahead: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    for constraint in constraints.items() {
        *ahead.entry(pair_of(constraint)).or_default() += 1;
    }
    for constraint in constraints.items() {
        let skew = constraint.field("maxSkew");
        if skew.int().unwrap_or_default() <= 0 {
            skew.range("must be greater than zero");
        }
        let (key, action) = (constraint.field("topologyKey"), constraint.field("whenUnsatisfiable"));
        key.require("can not be empty");
        action.one_of(&ACTIONS);
        let left = ahead.entry(pair_of(constraint)).or_default();
        *left = left.saturating_sub(1);
        if *left > 0 {
            let pair = crate::schema::quote(&format!("{{{}, {}}}", key.str(), action.str()));
            constraint
                .named("{topologyKey, whenUnsatisfiable}")
                .duplicate_as(&pair)
                .plain("two constraints spread over the same topology in the same way", "remove one of them");
        }
        let domains = constraint.field("minDomains");
        if let Some(least) = domains.int() {
            if least <= 0 {
                domains.range("must be greater than zero");
            }
            if action.str() != "DoNotSchedule" {
                let detail = format!(
                    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {}",
                    action.str()
                );
                domains.invalid_int(&detail).help("remove it, or use `whenUnsatisfiable: DoNotSchedule`");
            }
        }
        constraint.field("nodeAffinityPolicy").one_of_if_set(&POLICIES);
        constraint.field("nodeTaintsPolicy").one_of_if_set(&POLICIES);
        // Gate MatchLabelKeysInPodTopologySpreadSelectorMerge, on since 1.34.
        if constraint.since(34) {
            validate_match_label_keys(constraint, labels);
        } else {
            validate_spread_keys(constraint);
        }
        validate_label_selector(constraint.field("labelSelector"));
    }
}

/// Mirrors validateTaintEffect for an effect that is there.
pub(in super::super) fn validate_taint_effect(effect: Field<'_>) {
    effect.one_of(&["NoSchedule", "PreferNoSchedule", "NoExecute"]);
}

/// Mirrors ValidateTolerations.
pub(in super::super::super) fn validate_tolerations(tolerations: Field<'_>) {
    for toleration in tolerations.items() {
        let field = |name| toleration.field(name);
        let (key, operator, value, effect) =
            (field("key"), field("operator"), field("value"), field("effect"));
        if !key.is_empty() {
            key.qualified_name();
        }
        if key.is_empty() && operator.str() != "Exists" {
            operator
                .invalid("operator must be Exists when `key` is empty, which means \"match all values and all keys\"")
                .help("add a `key`, or use `operator: Exists` to tolerate every taint");
        }
        if field("tolerationSeconds").is_set() && effect.str() != "NoExecute" {
            effect
                .invalid("effect must be 'NoExecute' when `tolerationSeconds` is set")
                .help("remove `tolerationSeconds`, or use `effect: NoExecute`");
        }
        match operator.str() {
            "Equal" | "" => {
                let sentences = label_value(value.str());
                if !sentences.is_empty() {
                    // The server says it about the operator.
                    value.as_at(operator).invalid(&sentences.join(";")).code(&codes::LABEL_INVALID);
                }
            }
            "Exists" => {
                if !value.is_empty() {
                    value
                        .as_at(operator)
                        .invalid("value must be empty when `operator` is 'Exists'")
                        .help("remove `value`, or use `operator: Equal`");
                }
            }
            "Lt" | "Gt" => {
                operator.not_supported(&["Equal", "Exists", "Lt", "Gt"]);
            }
            _ => {
                operator.not_supported(&["Equal", "Exists"]);
            }
        }
        if !effect.is_empty() {
            validate_taint_effect(effect);
        }
    }
}

/// Mirrors ValidateTolerationsInPodAnnotations, as far as the annotation must be JSON: tolerations in it are not read by
/// any scheduler.
pub(super) fn validate_tolerations_annotation<'v>(annotations: Field<'v>, annotation: Field<'v>) {
    let text = annotation.str().trim_start_matches([' ', '\t', '\n', '\r']);
    let Some(first) = text.chars().next() else {
        annotation
            .as_at(annotations)
            .invalid_text("scheduler.alpha.kubernetes.io/tolerations", "unexpected end of JSON input")
            .help("remove the annotation, and use `tolerations`");
        return;
    };
    let starts = matches!(first, '[' | '{' | '"' | '-' | '0'..='9')
        || ["true", "false", "null"].iter().any(|word| text.starts_with(word));
    if !starts && !matches!(first, 't' | 'f' | 'n') {
        let shown = if first == '\'' { "'\\''".to_owned() } else { format!("'{first}'") };
        annotation
            .as_at(annotations)
            .invalid_text(
                "scheduler.alpha.kubernetes.io/tolerations",
                &format!("invalid character {shown} looking for beginning of value"),
            )
            .help("remove the annotation, and use `tolerations`");
    }
}

/// Mirrors validateSchedulingGates.
pub(super) fn validate_scheduling_gates(gates: Field<'_>) {
    let mut seen = FxHashSet::default();
    for gate in gates.items() {
        let name = gate.field("name").as_at(gate);
        name.qualified_name();
        name.unique(name.str(), &mut seen);
    }
}
