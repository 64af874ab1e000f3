//! Admission policies and their bindings. Mirrors ValidateValidatingAdmissionPolicy and its kin.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::super::expression::{admission, compile, declare_variables, variable_type};
use super::super::field::{DNS_SUBDOMAIN_HELP, Field, LABEL_KEY_HELP};
use super::super::primitives::{dns_1035_label, dns_1123_subdomain, path_segment, qualified_name};
use super::super::selector::validate_label_selector;
use super::rules::{
    FAILURE_POLICIES, REINVOCATION_POLICIES, validate_match_conditions, validate_match_resources,
    validate_mutating_operations,
};
use crate::apiserver::cel::{Env, Type, is_reserved};
use crate::apiserver::codes;
use crate::apiserver::go_json::texts;
use crate::apiserver::policy::declare_patches;

const MAX_AUDIT_ANNOTATIONS: usize = 20;
const MAX_VALUE_EXPRESSION: usize = 5 * 1024;
const NOTHING_TO_DO: &str = "validations or auditAnnotations must contain at least one item";
/// A ValidatingAdmissionPolicy.
pub(in super::super) fn validate_validating(policy: Field<'_>) {
    let spec = policy.field("spec");
    let mut names = Names::new(spec);
    validate_head(spec, false, &mut names);
    let (validations, annotations) = (spec.field("validations"), spec.field("auditAnnotations"));
    if validations.is_empty() && annotations.is_empty() {
        validations.required(NOTHING_TO_DO);
        annotations.required(NOTHING_TO_DO);
        return;
    }
    for validation in validations.items() {
        validate_validation(validation, &names);
    }
    if annotations.len() > MAX_AUDIT_ANNOTATIONS {
        annotations
            .invalid_json(&format!("must not have more than {MAX_AUDIT_ANNOTATIONS} auditAnnotations"))
            .help(format!("keep at most {MAX_AUDIT_ANNOTATIONS} of them"))
            .code(&codes::TOO_MANY);
    }
    let name = policy.field("metadata").text("name");
    let mut keys = FxHashSet::default();
    for annotation in annotations.items() {
        let key = annotation.field("key");
        if name.is_empty() {
            key.invalid_text(key.str(), "requires metadata.name be non-empty").help("give the policy a name");
        } else {
            key.check_text(&format!("{name}/{}", key.str()), qualified_name, LABEL_KEY_HELP);
        }
        let value = annotation.field("valueExpression");
        let text = value.str().trim();
        if text.is_empty() {
            value.required("valueExpression is not specified");
        } else if text.len() > MAX_VALUE_EXPRESSION {
            value
                .required(&format!("must not exceed {MAX_VALUE_EXPRESSION} bytes in length"))
                .plain("the expression is too long", "make the expression shorter")
                .code(&codes::TOO_LONG);
        } else {
            compile(value, text, &names.env(true), &[Type::Str, Type::Null]);
        }
        key.unique(key.str(), &mut keys);
    }
}

/// A MutatingAdmissionPolicy.
pub(in super::super) fn validate_mutating(policy: Field<'_>) {
    let spec = policy.field("spec");
    let mut names = Names::new(spec);
    validate_head(spec, true, &mut names);
    let mutations = spec.field("mutations");
    if mutations.is_empty() {
        mutations.required("mutations must contain at least one item");
    }
    for mutation in mutations.items() {
        validate_mutation(mutation, &names);
    }
    spec.field("reinvocationPolicy").require_one_of("", REINVOCATION_POLICIES);
}

fn validate_head(spec: Field<'_>, mutates: bool, names: &mut Names) {
    spec.field("failurePolicy").require_one_of("", FAILURE_POLICIES);
    if spec.field("paramKind").is_set() {
        validate_param_kind(spec.field("paramKind"));
    }
    let matched = spec.field("matchConstraints");
    if matched.is_unset() {
        matched.required("").help("add `matchConstraints` with the requests the policy is for");
    } else {
        validate_match_resources(matched);
        let rules = matched.field("resourceRules");
        if rules.is_empty() {
            rules.required("");
        }
        if mutates {
            validate_mutating_operations(matched);
        }
    }
    validate_match_conditions(spec.field("matchConditions"), names.params);
    names.composed = mutates || !spec.field("variables").is_empty();
    for variable in spec.each("variables") {
        let (name, expression) = (variable.field("name"), variable.field("expression"));
        if name.str().trim().is_empty() {
            name.required("name is not specified");
        } else if !is_identifier(name.str()) {
            name.invalid("must be a valid CEL identifier")
                .help("use letters, digits and `_`, with no digit in front")
                .code(&codes::NAME_INVALID);
        }
        if expression.str().trim().is_empty() {
            expression.required("expression is not specified");
            continue;
        }
        let output = compile(expression, expression.str(), &names.env(true), &[]);
        let ty = output.as_ref().map_or(Type::Dyn, variable_type);
        names.known.push((name.str().into(), ty));
    }
}

/// What the expressions of a policy may name.
struct Names {
    params: bool,
    composed: bool,
    known: Vec<(Arc<str>, Type)>,
}

impl Names {
    fn new(spec: Field<'_>) -> Self {
        Self { params: spec.field("paramKind").is_set(), composed: false, known: Vec::new() }
    }

    fn env(&self, authorizer: bool) -> Env {
        let mut env = admission(self.params, authorizer);
        if self.composed {
            declare_variables(&mut env, &self.known);
        }
        env
    }
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !is_reserved(text)
}

/// Mirrors validateParamKind.
fn validate_param_kind(kind: Field<'_>) {
    let (version, name) = (kind.field("apiVersion"), kind.field("kind"));
    let text = version.str();
    let help = "use an `apiVersion` as `v1` or `example.com/v1`";
    if version.require("") {
        let parts: Vec<&str> = if text == "/" { vec![""] } else { text.split('/').collect() };
        let (group, number) = match parts.as_slice() {
            [number] => ("", *number),
            [group, number] => (*group, *number),
            _ => {
                version.invalid(&format!("unexpected GroupVersion string: {text}")).help(help);
                ("", "v1")
            }
        };
        let wrong = dns_1123_subdomain(group);
        if !group.is_empty() && !wrong.is_empty() {
            version.invalid_text(group, &wrong.join(",")).help(help);
        }
        let wrong = dns_1035_label(number);
        if number.is_empty() {
            version.invalid("version must be specified").help(help);
        } else if !wrong.is_empty() {
            version.invalid_text(number, &wrong.join(",")).help(help);
        }
    }
    if name.require("") {
        let wrong = dns_1035_label(&name.str().to_lowercase());
        if !wrong.is_empty() {
            name.invalid(&format!("may have mixed case, but should otherwise match: {}", wrong.join(",")))
                .help("use the name of a kind as `ConfigMap`");
        }
    }
}

/// Mirrors validateValidation.
fn validate_validation(validation: Field<'_>, names: &Names) {
    let field = |name| validation.field(name);
    if field("expression").str().trim().is_empty() {
        field("expression").required("expression is not specified");
    } else {
        compile(field("expression"), field("expression").str(), &names.env(true), &[Type::Bool]);
    }
    let (expression, message) = (field("messageExpression"), field("message"));
    let blank = |field: Field<'_>| !field.is_empty() && field.str().trim().is_empty();
    if blank(expression) {
        expression.invalid("must be non-empty if specified");
    } else if !expression.is_empty() {
        compile(expression, expression.str(), &names.env(false), &[Type::Str]);
    }
    if blank(message) {
        message.invalid("must be non-empty if specified");
    } else if message.str().trim().contains(['\n', '\r']) {
        message.invalid("must not contain line breaks").help("write it on one line");
    }
    field("reason").one_of_if_set(&["Forbidden", "Invalid", "RequestEntityTooLarge"]);
}

/// Mirrors validateMutation.
fn validate_mutation(mutation: Field<'_>, names: &Names) {
    let kind = mutation.field("patchType");
    let (patch, apply) = (mutation.field("jsonPatch"), mutation.field("applyConfiguration"));
    let (own, other, shown) = match kind.str() {
        "JSONPatch" => (patch, apply, "{applyConfiguration}"),
        "ApplyConfiguration" => (apply, patch, "{jsonPatch}"),
        _ => {
            kind.require_one_of("", &["ApplyConfiguration", "JSONPatch"]);
            return;
        }
    };
    if own.is_unset() {
        own.required(&format!("must be specified when patchType is {}", kind.str()));
    } else {
        let expression = own.field("expression");
        let text = expression.str().trim();
        if text.is_empty() {
            expression.required("");
        } else {
            let mut env = names.env(true);
            declare_patches(&mut env);
            let patch = match kind.str() {
                "JSONPatch" => Type::list(Type::Struct("JSONPatch".into())),
                _ => Type::Struct("Object".into()),
            };
            compile(expression, text, &env, &[patch]);
        }
    }
    if other.is_set() {
        other
            .invalid_text(shown, &format!("must not be specified when patchType is {}", kind.str()))
            .help("remove it, or change `patchType`");
    }
}

/// A ValidatingAdmissionPolicyBinding.
pub(in super::super) fn validate_validating_binding(binding: Field<'_>) {
    let spec = binding.field("spec");
    validate_binding(spec);
    let actions = spec.field("validationActions");
    let mut seen = FxHashSet::default();
    for action in actions.items() {
        action.one_of(&["Audit", "Deny", "Warn"]);
        action.unique(action.str(), &mut seen);
    }
    if seen.contains("Deny") && seen.contains("Warn") {
        actions
            .invalid_as(
                &texts(actions.value()),
                "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
            )
            .help("keep one of them");
    }
    if seen.is_empty() {
        actions
            .required("at least one validation action is required")
            .help("add `validationActions: [Deny]`");
    }
}

/// A MutatingAdmissionPolicyBinding.
pub(in super::super) fn validate_mutating_binding(binding: Field<'_>) {
    let spec = binding.field("spec");
    validate_binding(spec);
    validate_mutating_operations(spec.field("matchResources"));
}

fn validate_binding(spec: Field<'_>) {
    let name = spec.field("policyName");
    if name.require("") {
        name.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
    }
    if spec.field("paramRef").is_set() {
        validate_param_ref(spec.field("paramRef"));
    }
    if spec.field("matchResources").is_set() {
        validate_match_resources(spec.field("matchResources"));
    }
}

/// Mirrors validateParamRef.
fn validate_param_ref(reference: Field<'_>) {
    let (name, selector) = (reference.field("name"), reference.field("selector"));
    let both = !name.is_empty() && selector.is_set();
    let exclusive = |field: Field<'_>| {
        field.forbidden("name and selector are mutually exclusive").help("keep `name` or `selector`");
    };
    if !name.is_empty() {
        name.check(|text| path_segment(text, false), "use the name of an object");
    }
    if both {
        exclusive(name);
    }
    if selector.is_set() {
        validate_label_selector(selector);
    }
    if both {
        exclusive(selector);
    }
    if name.is_empty() && selector.is_unset() {
        reference.required("one of name or selector must be specified").help("add `name` or `selector`");
    }
    reference.field("parameterNotFoundAction").require_one_of("", &["Deny", "Allow"]);
}
