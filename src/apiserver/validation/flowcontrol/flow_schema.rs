//! FlowSchemas. Mirrors ValidateFlowSchema.

use super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::metadata::Name;
use super::super::primitives::{dns_1123_label, dns_1123_subdomain};
use crate::apiserver::codes;
use crate::apiserver::go_json::{self, texts};

const MAX_PRECEDENCE: i64 = 10_000;
const VERBS: [&str; 9] =
    ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

/// Mirrors ValidateFlowSchemaSpec.
pub(in super::super) fn validate(schema: Field<'_>) {
    let spec = schema.field("spec");
    let precedence = spec.field("matchingPrecedence");
    // An absent one has a default.
    if let Some(number) = precedence.int().filter(|n| *n != 0) {
        if number <= 0 {
            precedence.range("must be a positive value");
        }
        if number > MAX_PRECEDENCE {
            precedence.range(&format!("must not be greater than {MAX_PRECEDENCE}"));
        }
        if number == 1 && Name::of(schema).shown != "exempt" {
            precedence.range("only the schema named 'exempt' may have matchingPrecedence 1");
        }
    }
    let method = spec.field("distinguisherMethod");
    let kind = method.field("type");
    if method.is_set() && !matches!(kind.str(), "ByNamespace" | "ByUser") {
        let json = format!("{{\"Type\":{}}}", go_json::text(kind.str()));
        kind.not_supported_as(&json, &["ByNamespace", "ByUser"]);
    }
    let level = spec.field("priorityLevelConfiguration").field("name");
    if level.require("must reference a priority level") {
        level.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
    }
    for rule in spec.each("rules") {
        validate_rule(rule);
    }
    super::mandatory::of_schema(schema);
    super::validate_conditions(schema);
}

/// Mirrors ValidateFlowSchemaPolicyRulesWithSubjects.
fn validate_rule(rule: Field<'_>) {
    let subjects = rule.field("subjects");
    subjects.require("subjects must contain at least one value");
    for subject in subjects.items() {
        validate_subject(subject);
    }
    let (resources, others) = (rule.field("resourceRules"), rule.field("nonResourceRules"));
    if resources.is_empty() && others.is_empty() {
        rule.required("at least one of resourceRules and nonResourceRules has to be non-empty");
    }
    for rule in resources.items() {
        validate_resource_rule(rule);
    }
    for rule in others.items() {
        validate_verbs(rule.field("verbs"));
        let urls = rule.field("nonResourceURLs");
        if urls.require("nonResourceURLs must contain at least one value")
            && !wildcard(urls, "non-resource URLs")
        {
            for url in urls.items() {
                validate_url(url);
            }
        }
    }
}

/// Mirrors ValidateFlowSchemaSubject.
fn validate_subject(subject: Field<'_>) {
    const KINDS: [(&str, &str); 3] =
        [("ServiceAccount", "serviceAccount"), ("User", "user"), ("Group", "group")];
    let kind = subject.field("kind");
    let Some((_, own)) = KINDS.into_iter().find(|(name, _)| *name == kind.str()) else {
        kind.not_supported(&["Group", "ServiceAccount", "User"]);
        return;
    };
    let field = subject.field(own);
    if field.is_unset() {
        field.required(&format!("{own} is required when subject kind is '{}'", kind.str()));
    } else {
        let name = field.field("name");
        if name.require("") && own == "serviceAccount" && name.str() != "*" {
            name.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
        }
        if own == "serviceAccount" {
            let namespace = field.field("namespace");
            if namespace.require("must specify namespace for service account") {
                namespace.dns_label();
            }
        }
    }
    for (name, other) in KINDS.into_iter().filter(|(_, other)| *other != own) {
        subject
            .field(other)
            .forbid_if_set(&format!("{other} is forbidden when subject kind is not '{name}'"));
    }
}

/// Says where a star stands beside other things; true if there is a star.
fn wildcard(list: Field<'_>, what: &str) -> bool {
    let star = list.items().any(|item| item.str() == "*");
    if star && list.len() > 1 {
        list.invalid_as(&texts(list.value()), &format!("if '*' is present, must not specify other {what}"))
            .help("leave only `*`, or remove it");
    }
    star
}

fn validate_verbs(verbs: Field<'_>) {
    if verbs.require("verbs must contain at least one value")
        && !wildcard(verbs, "verbs")
        && !verbs.items().all(|verb| VERBS.contains(&verb.str()))
    {
        verbs.not_supported_as(&texts(verbs.value()), &VERBS);
    }
}

/// Mirrors ValidateFlowSchemaResourcePolicyRule.
fn validate_resource_rule(rule: Field<'_>) {
    validate_verbs(rule.field("verbs"));
    for (name, detail, what) in [
        ("apiGroups", "resource rules must supply at least one api group", "api groups"),
        ("resources", "resource rules must supply at least one resource", "resources"),
    ] {
        let list = rule.field(name);
        if list.require(detail) {
            wildcard(list, what);
        }
    }
    let namespaces = rule.field("namespaces");
    if namespaces.is_empty() && !rule.field("clusterScope").flag() {
        namespaces.required("resource rules that are not cluster scoped must supply at least one namespace");
    } else if !wildcard(namespaces, "namespaces") {
        for namespace in namespaces.items() {
            for sentence in dns_1123_label(namespace.str()) {
                let detail = format!("each member of this list must be '*' or a DNS-1123 label; {sentence}");
                namespace.invalid_text(namespace.str(), &detail).code(&codes::NAME_INVALID);
            }
        }
    }
}

/// Mirrors ValidateNonResourceURLPath.
fn validate_url(url: Field<'_>) {
    let path = url.str();
    let stars = path.matches('*').count();
    let detail = if path.is_empty() {
        "must not be empty"
    } else if path == "/" {
        return;
    } else if !path.starts_with('/') {
        "must start with slash"
    } else if path.contains(' ') {
        "must not contain white-space"
    } else if path.contains("//") {
        "must not contain double slash"
    } else if stars > 1 || stars == 1 && !path.ends_with("/*") {
        "wildcard can only do suffix matching"
    } else {
        return;
    };
    url.invalid_text(path, detail).help("write a path as `/healthz` or `/apis/*`");
}
