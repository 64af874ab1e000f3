//! ResourceQuotas. Mirrors ValidateResourceQuota.

use super::super::field::Field;
use super::resources::{is_standard_quota, validate_quantity, validate_quota_resource_name};
use crate::apiserver::codes;
use crate::apiserver::go_json::{Go, GoField, internal, texts};

const SCOPES: [&str; 7] = [
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "VolumeAttributesClass",
    "CrossNamespacePodAffinity",
];
const CONFLICTS: [[&str; 2]; 2] = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];
const SCOPE_HELP: &str = "use `Terminating`, `NotTerminating`, `BestEffort`, `NotBestEffort`, `PriorityClass`, `VolumeAttributesClass` or `CrossNamespacePodAffinity`";

/// Mirrors ValidateResourceQuotaSpec.
pub(in super::super) fn validate(quota: Field<'_>) {
    let spec = quota.field("spec");
    for (name, quantity) in spec.field("hard").entries() {
        validate_quota_resource_name(quantity, name);
        validate_quantity(quantity, name);
    }
    validate_scopes(spec);
    validate_scope_selector(spec);
}

/// Mirrors IsResourceQuotaScopeValidForResource.
fn fits(scope: &str, resource: &str) -> bool {
    let compute = matches!(
        resource,
        "cpu" | "memory" | "limits.cpu" | "limits.memory" | "requests.cpu" | "requests.memory"
    );
    match scope {
        "Terminating"
        | "NotTerminating"
        | "NotBestEffort"
        | "PriorityClass"
        | "CrossNamespacePodAffinity" => resource == "pods" || compute,
        "BestEffort" => resource == "pods",
        "VolumeAttributesClass" => matches!(resource, "persistentvolumeclaims" | "requests.storage"),
        _ => true,
    }
}

/// How many resources of the quota a scope does not go with.
fn misfits(spec: Field<'_>, scope: &str) -> usize {
    spec.field("hard").entries().filter(|(name, _)| is_standard_quota(name) && !fits(scope, name)).count()
}

/// Mirrors validateResourceQuotaScopes.
fn validate_scopes(spec: Field<'_>) {
    let scopes = spec.field("scopes");
    if scopes.is_empty() {
        return;
    }
    let printed = || texts(scopes.value());
    for scope in scopes.items() {
        let at = scope.as_at(scopes);
        if !SCOPES.contains(&scope.str()) {
            at.invalid_as(&printed(), "unsupported scope").help(SCOPE_HELP).code(&codes::ENUM);
        }
        for _ in 0..misfits(spec, scope.str()) {
            at.invalid_as(&printed(), "unsupported scope applied to resource")
                .help("remove the scope, or limit resources that it goes with");
        }
    }
    let has = |name: &&str| scopes.items().any(|scope| scope.str() == *name);
    for _ in CONFLICTS.iter().filter(|pair| pair.iter().all(has)) {
        scopes.invalid_as(&printed(), "conflicting scopes").help("leave one of them");
    }
}

/// Mirrors validateScopedResourceSelectorRequirement. Its paths have no index.
fn validate_scope_selector(spec: Field<'_>) {
    const REQUIREMENT: &[GoField] = &[
        ("ScopeName", "scopeName", Go::Text),
        ("Operator", "operator", Go::Text),
        ("Values", "values", Go::Any),
    ];
    let selector = spec.field("scopeSelector");
    let list = selector.field("matchExpressions");
    let printed =
        || internal(selector.value(), &[("MatchExpressions", "matchExpressions", Go::List(REQUIREMENT))]);
    for requirement in list.items() {
        let field = |name: &'static str| requirement.field(name).called(list, name);
        let (scope, operator, values) = (field("scopeName"), field("operator"), field("values"));
        if !SCOPES.contains(&scope.str()) {
            scope.invalid("unsupported scope").help(SCOPE_HELP).code(&codes::ENUM);
        }
        for _ in 0..misfits(spec, scope.str()) {
            requirement
                .as_at(list)
                .invalid_as(&printed(), "unsupported scope applied to resource")
                .help("remove the scope, or limit resources that it goes with");
        }
        let only_exists = matches!(
            scope.str(),
            "BestEffort" | "NotBestEffort" | "Terminating" | "NotTerminating" | "CrossNamespacePodAffinity"
        );
        if only_exists && operator.str() != "Exists" {
            operator.invalid("must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
        }
        match operator.str() {
            "In" | "NotIn" => {
                if values.is_empty() {
                    values.required(
                        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
                    );
                }
            }
            "Exists" | "DoesNotExist" => {
                if !values.is_empty() {
                    values.invalid_as(
                        &texts(values.value()),
                        "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
                    );
                }
            }
            _ => {
                operator
                    .invalid("not a valid selector operator")
                    .help("use `In`, `NotIn`, `Exists` or `DoesNotExist`")
                    .code(&codes::ENUM);
            }
        }
    }
    let has = |name: &&str| list.items().any(|requirement| requirement.text("scopeName") == *name);
    let scopes = spec.field("scopes");
    for _ in CONFLICTS.iter().filter(|pair| pair.iter().all(has)) {
        let printed = if scopes.is_set() { texts(scopes.value()) } else { "null".to_owned() };
        list.invalid_as(&printed, "conflicting scopes").help("leave one of them");
    }
}
