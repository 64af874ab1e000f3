//! Rules of a schema: what is said of them without compiling, what the compiler says, and what they may cost.

use super::super::decl::decl;
use super::super::errors::Errors;
use super::super::field_path;
use super::super::path::Path;
use super::super::rules::{Compiled, SELF_TYPE, Wrong, compile};
use super::super::schema::{Rule, Schema};
use super::schema::Node;
use crate::apiserver::cel::MAX_REQUEST;
use crate::apiserver::go_json;
use crate::apiserver::validation::{Cause, Reason};
use crate::object::Value;
use crate::schema::quote;

/// Most that one rule may cost, by its schema (`StaticEstimatedCostLimit`).
const RULE_LIMIT: u64 = 10_000_000;
/// Most that all rules of a schema may cost (`StaticEstimatedCRDCostLimit`).
const TOTAL_LIMIT: u64 = 100_000_000;

/// What the compiler says of all rules of a schema, and what they cost together.
pub(super) struct Compiler<'v> {
    total: u64,
    /// The most expensive rules, with what is said of them.
    expensive: Vec<(u64, Cause)>,
    said: Errors<'v>,
}

impl<'v> Compiler<'v> {
    pub(super) fn new(root: Value<'v>) -> Self {
        Self { total: 0, expensive: Vec::new(), said: Errors::new(root) }
    }

    /// Says what was found. `path` is that of the schema.
    pub(super) fn conclude(self, path: &Path<'_>, errors: &mut Errors<'_>) {
        errors.causes.extend(self.said.causes);
        errors.not_evaluated.extend(self.said.not_evaluated);
        if self.total > TOTAL_LIMIT {
            errors.causes.extend(self.expensive.into_iter().map(|(_, cause)| cause));
            let what = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
            errors.forbidden(path, &too_expensive(what, self.total, TOTAL_LIMIT));
        }
    }

    /// What the compiler and the estimate say of the rules of a node.
    pub(super) fn rules(&mut self, schema: &Schema, node: &Node<'_>, path: &Path<'_>) {
        if schema.seldom().validations.is_empty() {
            return;
        }
        let Some(decl) = decl(schema, SELF_TYPE, node.root || schema.embedded) else {
            let detail = "Internal error: internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations";
            return self.said.say(Reason::Internal, path, detail);
        };
        // Without a bound from above as many as fit into a request.
        let cardinality = node.cardinality.unwrap_or_else(|| MAX_REQUEST / (decl.min_size + 1));
        let compiled = compile(schema, &decl);
        for (index, (rule, compiled)) in schema.seldom().validations.iter().zip(&compiled).enumerate() {
            self.compiled(rule, compiled, cardinality, node, &path.index(index));
        }
    }

    fn compiled(
        &mut self,
        rule: &Rule,
        compiled: &Compiled,
        cardinality: u64,
        node: &Node<'_>,
        path: &Path<'_>,
    ) {
        let (rule_at, message_at) = (path.child("rule"), path.child("messageExpression"));
        let cost = compiled.cost.saturating_mul(cardinality);
        if cost > RULE_LIMIT {
            self.said.forbidden(&rule_at, &too_expensive("estimated rule cost", cost, RULE_LIMIT));
        }
        self.observe(cost, &rule_at);
        match &compiled.program {
            Err(Wrong::Said(error)) => self.said.invalid(&rule_at, &printed(rule), error),
            Err(Wrong::NotEvaluated) => self.not_evaluated(rule, &rule_at),
            Ok(_) => {}
        }
        match &compiled.message {
            Err(Wrong::Said(error)) => self.said.invalid(&message_at, &printed(rule), error),
            Err(Wrong::NotEvaluated) => self.not_evaluated(rule, &message_at),
            Ok(None) => {}
            Ok(Some(_)) => {
                let cost = compiled.message_cost;
                if cost > RULE_LIMIT {
                    let detail = too_expensive("estimated messageExpression cost", cost, RULE_LIMIT);
                    self.said.forbidden(&message_at, &detail);
                }
                self.observe(cost, &message_at);
            }
        }
        if compiled.uses_old {
            if let Some(above) = node.uncorrelatable {
                let detail = format!(
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within {}",
                    above.field()
                );
                self.said.invalid(&rule_at, &quote(&rule.rule), &detail);
            }
        } else if let Some(optional) = rule.optional_old_self {
            let detail = "may not be set if oldSelf is not used in rule";
            self.said.invalid(&path.child("optionalOldSelf"), &optional.to_string(), detail);
        }
    }

    /// Mirrors `ObserveExpressionCost`: the four most expensive rules are told, if the whole is too expensive.
    fn observe(&mut self, cost: u64, path: &Path<'_>) {
        self.total = self.total.saturating_add(cost);
        if cost < TOTAL_LIMIT / 100 {
            return;
        }
        let mut errors = Errors::new(self.said.root);
        let detail =
            "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
        errors.forbidden(path, detail);
        self.expensive.extend(errors.causes.into_iter().map(|cause| (cost, cause)));
        self.expensive.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
        self.expensive.truncate(4);
    }

    fn not_evaluated(&mut self, rule: &Rule, path: &Path<'_>) {
        let place = path.place(self.said.root);
        self.said.not_evaluated.push((place, rule.rule.clone()));
    }
}

/// What can be said of a rule without compiling it.
pub(super) fn rule(schema: &Schema, rule: &Rule, path: &Path<'_>, errors: &mut Errors<'_>) {
    const REASONS: [&str; 4] =
        ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
    let breaks = |text: &str| text.contains(['\n', '\r']);
    let message = rule.message.trim();
    let message_at = path.child("message");
    if rule.rule.trim().is_empty() {
        errors.required(&path.child("rule"), "rule is not specified");
    } else if !rule.message.is_empty() && message.is_empty() {
        errors.invalid(&message_at, &quote(&rule.message), "must be non-empty if specified");
    } else if breaks(message) {
        errors.invalid(&message_at, &quote(&rule.message), "must not contain line breaks");
    } else if breaks(rule.rule.trim()) && message.is_empty() {
        errors.required(&message_at, "message must be specified if rule contains line breaks");
    }
    if !rule.message_expression.is_empty() && rule.message_expression.trim().is_empty() {
        let at = path.child("messageExpression");
        errors.required(&at, "messageExpression must be non-empty if specified");
    }
    if let Some(reason) = rule.reason.as_deref().filter(|reason| !REASONS.contains(reason)) {
        errors.not_supported(&path.child("reason"), &quote(reason), &REASONS);
    }
    let at = path.child("fieldPath");
    if !rule.field_path.is_empty() {
        let shown = quote(&rule.field_path);
        if rule.field_path.trim().is_empty() {
            errors.invalid(&at, &shown, "must be non-empty if specified");
        }
        if breaks(&rule.field_path) {
            errors.invalid(&at, &shown, "must not contain line breaks");
        }
        // Of a schema that is not structural no path is known.
        if schema.is_convertible() && field_path::resolve(&rule.field_path, schema).is_err() {
            errors.invalid(&at, &shown, "must be a valid path");
        }
    }
}

/// A rule as a field error prints it.
pub(super) fn printed(rule: &Rule) -> String {
    let reason = rule.reason.as_deref().map_or_else(|| "null".into(), go_json::text);
    let optional = rule.optional_old_self.map_or_else(|| "null".into(), |b| b.to_string());
    format!(
        "{{\"Rule\":{},\"Message\":{},\"MessageExpression\":{},\"Reason\":{reason},\"FieldPath\":{},\"OptionalOldSelf\":{optional}}}",
        go_json::text(&rule.rule),
        go_json::text(&rule.message),
        go_json::text(&rule.message_expression),
        go_json::text(&rule.field_path),
    )
}

/// Mirrors `getCostErrorMessage`.
fn too_expensive(what: &str, cost: u64, limit: u64) -> String {
    let factor = cost as f64 / limit as f64;
    let factor = if factor > 100.0 {
        "more than 100x".to_owned()
    } else if factor < 1.5 {
        format!("{factor:.6}x")
    } else {
        format!("{factor:.1}x")
    };
    format!(
        "{what} exceeds budget by factor of {factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)"
    )
}
