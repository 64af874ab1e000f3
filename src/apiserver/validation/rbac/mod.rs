//! Roles and their bindings. Mirrors `pkg/apis/rbac/validation`.

use super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::primitives::{dns_1123_subdomain, path_segment};
use super::selector::{converts, validate_label_selector};
use crate::apiserver::codes;
use crate::apiserver::go_json::texts;
use crate::finding::Fix;
use crate::object::Value;
use crate::yaml::edit::remove_entry;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Mirrors ValidateRole.
pub(super) fn validate_role(role: Field<'_>) {
    for rule in role.each("rules") {
        validate_rule(rule, true);
    }
}

/// Mirrors ValidateClusterRole.
pub(super) fn validate_cluster_role(role: Field<'_>) {
    for rule in role.each("rules") {
        validate_rule(rule, false);
    }
    let aggregation = role.field("aggregationRule");
    if aggregation.is_unset() {
        return;
    }
    let selectors = aggregation.field("clusterRoleSelectors");
    selectors.require("at least one clusterRoleSelector required if aggregationRule is non-nil");
    for selector in selectors.items() {
        validate_label_selector(selector);
        if selector.value().is_some_and(|value| !converts(value)) {
            selector.invalid_as("null", "invalid label selector.").code(&codes::SELECTOR_INVALID);
        }
    }
}

/// Mirrors ValidatePolicyRule.
fn validate_rule(rule: Field<'_>, namespaced: bool) {
    rule.field("verbs").require("verbs must contain at least one value");
    let urls = rule.field("nonResourceURLs");
    if !urls.is_empty() {
        if namespaced {
            urls.invalid_as(&texts(urls.value()), "namespaced rules cannot apply to non-resource URLs")
                .help("move the rule to a ClusterRole");
        }
        if ["apiGroups", "resources", "resourceNames"].iter().any(|name| !rule.field(name).is_empty()) {
            urls.invalid_as(
                &texts(urls.value()),
                "rules cannot apply to both regular resources and non-resource URLs",
            )
            .help("make two rules of it");
        }
        return;
    }
    let groups = rule.field("apiGroups");
    if groups.is_empty() {
        groups
            .required("resource rules must supply at least one api group")
            .plain("the rule does not say of which API groups", "add `apiGroups`; `\"\"` is the core group");
    }
    rule.field("resources").require("resource rules must supply at least one resource");
}

/// Mirrors ValidateRoleBinding.
pub(super) fn validate_role_binding(binding: Field<'_>) {
    validate_binding(binding, true);
}

/// Mirrors ValidateClusterRoleBinding.
pub(super) fn validate_cluster_role_binding(binding: Field<'_>) {
    validate_binding(binding, false);
}

fn validate_binding(binding: Field<'_>, namespaced: bool) {
    let role = binding.field("roleRef");
    let (group, kind, name) = (role.field("apiGroup"), role.field("kind"), role.field("name"));
    // Defaulting fills in an empty group.
    if !matches!(group.str(), "" | GROUP) {
        group.not_supported(&[GROUP]);
    }
    kind.one_of(if namespaced { &["Role", "ClusterRole"] } else { &["ClusterRole"] });
    if name.require("") {
        name.check(|text| path_segment(text, false), "use the name of a role");
    }
    for subject in binding.each("subjects") {
        validate_subject(subject, namespaced);
    }
}

/// Mirrors ValidateRoleBindingSubject.
fn validate_subject(subject: Field<'_>, namespaced: bool) {
    let field = |name| subject.field(name);
    let (name, kind, group, namespace) =
        (field("name"), field("kind"), field("apiGroup"), field("namespace"));
    name.require("");
    match kind.str() {
        "ServiceAccount" => {
            if !name.is_empty() {
                name.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
            }
            if !group.is_empty() {
                let fix = subject
                    .value()
                    .and_then(Value::view)
                    .and_then(|view| remove_entry(view, "apiGroup"))
                    .map(|edit| Fix::safe("remove `apiGroup`", vec![edit]));
                group.not_supported(&[""]).help("remove `apiGroup`").fix(fix).code(&codes::SUBJECT_NAMESPACE);
            }
            if !namespaced && namespace.is_empty() {
                namespace
                    .required("")
                    .plain(
                        "a ServiceAccount is in a namespace, and this one does not say in which",
                        "add `namespace`",
                    )
                    .code(&codes::SUBJECT_NAMESPACE);
            }
        }
        "User" | "Group" => {
            if !matches!(group.str(), "" | GROUP) {
                group.not_supported(&[GROUP]).code(&codes::SUBJECT_NAMESPACE);
            }
        }
        _ => {
            kind.not_supported(&["ServiceAccount", "User", "Group"]).code(&codes::SUBJECT_NAMESPACE);
        }
    }
}
