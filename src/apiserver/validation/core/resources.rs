//! Resources that are asked for: their names, their amounts, requests and limits.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::field::{Field, LABEL_KEY_HELP};
use super::super::primitives::qualified_name;
use crate::apiserver::codes;
use crate::apiserver::defaults::aggregate;
use crate::schema::quantity::Quantity;
use crate::schema::quote;

const STANDARD: [&str; 20] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];
const QUOTA: [&str; 19] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "persistentvolumeclaims",
    "configmaps",
    "services.nodeports",
    "services.loadbalancers",
];
const COUNTED: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

/// Mirrors IsHugePageResourceName.
pub(super) fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

fn is_quota_huge_page(name: &str) -> bool {
    is_huge_page(name) || name.starts_with("requests.hugepages-")
}

/// Mirrors IsStandardQuotaResourceName.
pub(super) fn is_standard_quota(name: &str) -> bool {
    QUOTA.contains(&name) || is_quota_huge_page(name)
}

/// Mirrors IsNativeResource.
pub(in super::super) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Mirrors IsExtendedResourceName.
pub(in super::super) fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && qualified_name(&format!("requests.{name}")).is_empty()
}

/// Mirrors IsOvercommitAllowed.
pub(super) fn is_overcommit_allowed(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// Mirrors IsIntegerResourceName.
fn is_integer(name: &str) -> bool {
    COUNTED.contains(&name) || is_extended(name)
}

/// Mirrors validateResourceName; `field` is an entry of a map, named by the resource.
pub(in super::super) fn validate_resource_name(field: Field<'_>, name: &str) -> bool {
    let sentences = qualified_name(name);
    for sentence in &sentences {
        field.invalid_text(name, sentence).place(field.key_place()).help(LABEL_KEY_HELP);
    }
    if !sentences.is_empty() {
        return false;
    }
    if !name.contains('/') && !STANDARD.contains(&name) && !is_quota_huge_page(name) {
        field
            .invalid_text(name, "must be a standard resource type or fully qualified")
            .place(field.key_place())
            .plain(
                format!("`{name}` is no resource"),
                "use `cpu`, `memory`, `ephemeral-storage`, or a name with a domain as `nvidia.com/gpu`",
            )
            .code(&codes::ENUM);
        return false;
    }
    true
}

/// Mirrors validateContainerResourceName.
pub(in super::super) fn validate_container_resource_name(field: Field<'_>, name: &str) {
    validate_resource_name(field, name);
    let standard = matches!(name, "cpu" | "memory" | "ephemeral-storage") || is_huge_page(name);
    if !name.contains('/') {
        if !standard {
            field
                .invalid_text(name, "must be a standard resource for containers")
                .place(field.key_place())
                .plain(
                    format!("`{name}` is no resource of a container"),
                    "use `cpu`, `memory`, `ephemeral-storage`, `hugepages-SIZE`, or a name with a domain as `nvidia.com/gpu`",
                )
                .code(&codes::ENUM);
        }
    } else if !is_native(name) && !is_extended(name) {
        field
            .invalid_text(name, "doesn't follow extended resource name standard")
            .place(field.key_place())
            .help("use a name with a domain as `nvidia.com/gpu`");
    }
}

/// Mirrors ValidateResourceQuotaResourceName.
pub(super) fn validate_quota_resource_name(field: Field<'_>, name: &str) {
    validate_resource_name(field, name);
    if !name.contains('/') && !is_standard_quota(name) {
        field.invalid_text(name, "must be a standard resource for quota").place(field.key_place());
    }
}

/// Mirrors ValidateResourceQuantityValue.
pub(in super::super) fn validate_quantity(field: Field<'_>, name: &str) {
    field.non_negative_quantity();
    if is_integer(name) && field.quantity().is_some_and(|q| q.milli() % 1000 != 0) {
        field
            .invalid_as(&field.printed_quantity(), "must be an integer")
            .help("use a whole number: this resource is counted")
            .code(&codes::RANGE);
    }
}

/// Mirrors validateResourceQuantityHugePageValue.
fn validate_huge_page(field: Field<'_>, name: &str) {
    let Some(quantity) = field.quantity() else { return };
    let size = name.strip_prefix("hugepages-").and_then(|size| Quantity::parse(size).ok());
    let divides = size.is_some_and(|size| {
        size.sign() > 0
            && size.milli() % 1000 == 0
            && size.value() != 0
            && quantity.value() % size.value() == 0
    });
    if !divides {
        let detail = format!("{quantity} is not positive integer multiple of {name}");
        field
            .invalid_as(&field.printed_quantity(), &detail)
            .help("use a multiple of the size of a page")
            .code(&codes::RANGE);
    }
}

/// Mirrors ValidateContainerResourceRequirements.
pub(in super::super) fn validate_container_resources(resources: Field<'_>, claims: &FxHashSet<&str>) {
    validate_requirements(resources, validate_container_resource_name);
    validate_claims(resources.field("claims"), claims);
}

/// Mirrors validateOverhead: the overhead is judged as limits.
pub(in super::super) fn validate_overhead(overhead: Field<'_>) {
    validate_limits(overhead, overhead.called(overhead, "limits"));
}

/// Limits without requests.
pub(in super::super) fn validate_limits<'v>(at: Field<'v>, limits: Field<'v>) {
    for (name, quantity) in limits.entries() {
        validate_container_resource_name(quantity, name);
        validate_quantity(quantity, name);
        if is_huge_page(name) {
            validate_huge_page(quantity, name);
        }
    }
    let has = |test: fn(&str) -> bool| limits.entries().any(|(name, _)| test(name));
    if has(is_huge_page) && !has(|name| matches!(name, "cpu" | "memory")) {
        at.forbidden("HugePages require cpu or memory");
    }
}

/// Mirrors validateResourceRequirements, up to the claims.
fn validate_requirements<'v>(resources: Field<'v>, judge_name: fn(Field<'v>, &str)) {
    let (limits, requests) = (resources.field("limits"), resources.field("requests"));
    let (mut compute, mut huge) = (false, false);
    for (name, quantity) in limits.entries() {
        judge_name(quantity, name);
        validate_quantity(quantity, name);
        if is_huge_page(name) {
            huge = true;
            validate_huge_page(quantity, name);
        }
        compute |= matches!(name, "cpu" | "memory");
    }
    for (name, quantity) in requests.entries() {
        judge_name(quantity, name);
        validate_quantity(quantity, name);
        let limit = limits.entry(name);
        if let (Some(asked), Some(most)) = (quantity.quantity(), limit.quantity()) {
            let detail = if asked != most && !is_overcommit_allowed(name) {
                Some("equal")
            } else if asked > most {
                Some("less than or equal")
            } else {
                None
            };
            if let Some(relation) = detail {
                requests
                    .invalid_as(
                        &quantity.printed_quantity(),
                        &format!("must be {relation} to {name} limit of {most}"),
                    )
                    .place(quantity.place())
                    .plain(
                        format!("the container asks for {asked} of `{name}` and may have {most}"),
                        "lower the request, or raise the limit",
                    )
                    .code(&codes::REQUEST_ABOVE_LIMIT);
            }
        } else if limit.is_unset() && !is_overcommit_allowed(name) {
            limits
                .required("Limit must be set for non overcommitable resources")
                .place(quantity.key_place())
                .plain(
                    format!("`{name}` is asked for, and has no limit"),
                    "add the same amount under `limits`: this resource cannot be shared",
                );
        }
        if is_huge_page(name) {
            huge = true;
            validate_huge_page(quantity, name);
        }
        compute |= matches!(name, "cpu" | "memory");
    }
    if huge && !compute {
        resources.forbidden("HugePages require cpu or memory").plain(
            "huge pages need a request or limit of `cpu` or `memory` beside them",
            "add `cpu` or `memory`",
        );
    }
}

/// Mirrors validateResourceClaimNames.
fn validate_claims(claims: Field<'_>, known: &FxHashSet<&str>) {
    let mut names: FxHashSet<String> = FxHashSet::default();
    // How many requests of a claim there are.
    let mut requests: FxHashMap<&str, usize> = FxHashMap::default();
    for claim in claims.items() {
        let (name, request) = (claim.field("name").as_at(claim), claim.field("request"));
        if name.is_empty() {
            name.required("").help("name one of the Pod's `resourceClaims`");
            continue;
        }
        let text = name.str();
        if names.contains(text) {
            name.duplicate();
        } else {
            let mut key = text.to_owned();
            if !request.is_empty() {
                request.dns_label();
                key = format!("{text}/{}", request.str());
            }
            if names.contains(&key) {
                name.duplicate_as(&quote(&key));
            } else if request.is_empty() {
                for _ in 0..requests.get(text).copied().unwrap_or_default() {
                    name.duplicate();
                }
            }
            if key.len() > text.len() {
                *requests.entry(text).or_default() += 1;
            }
            names.insert(key);
        }
        if !known.contains(text) {
            let mut sorted: Vec<&str> = known.iter().copied().collect();
            sorted.sort_unstable();
            let detail = if sorted.is_empty() {
                "must be one of the names in pod.spec.resourceClaims which is empty".to_owned()
            } else {
                format!("must be one of the names in pod.spec.resourceClaims: {}", sorted.join(", "))
            };
            name.not_found_because(&detail).plain(
                format!("the Pod has no resource claim `{text}`"),
                "add it to the Pod's `resourceClaims`, or correct the name",
            );
        }
    }
}

/// Mirrors validatePodResources: what a Pod asks for as a whole.
pub(in super::super) fn validate_pod_resources(spec: Field<'_>, os: &str, known: &FxHashSet<&str>) {
    let resources = spec.field("resources");
    if resources.is_unset() {
        return;
    }
    if os == "windows" {
        resources.forbidden("may not be set for a windows pod");
        return;
    }
    let claims = resources.field("claims");
    if claims.is_set() {
        claims.forbidden("claims may not be set for Resources at pod-level");
    }
    validate_requirements(resources, pod_resource_name);
    validate_claims(claims, known);
    validate_consistency(spec, resources);
}

/// Mirrors validatePodResourceName.
fn pod_resource_name(field: Field<'_>, name: &str) {
    if validate_resource_name(field, name) && !matches!(name, "cpu" | "memory") && !is_huge_page(name) {
        field
            .not_supported_as(&quote(name), &["cpu", "hugepages-", "memory"])
            .place(field.key_place())
            .plain(format!("`{name}` is no resource of a whole Pod"), "ask for it in the containers");
    }
}

/// Mirrors validatePodResourceConsistency.
fn validate_consistency<'v>(spec: Field<'v>, resources: Field<'v>) {
    let Some(value) = spec.value() else { return };
    for (name, sum) in aggregate(value, "requests") {
        let Some((_, own)) = resources.field("requests").entries().find(|(n, _)| *n == name) else {
            continue;
        };
        if own.quantity().is_some_and(|q| sum > q) {
            let detail = format!("must be greater than or equal to aggregate container requests of {sum}");
            own.invalid_as(&own.printed_quantity(), &detail).code(&codes::RANGE);
        }
    }
    for (name, sum) in aggregate(value, "limits") {
        let Some((_, own)) = resources.field("limits").entries().find(|(n, _)| *n == name) else { continue };
        if is_huge_page(&name) && own.quantity().is_some_and(|q| sum > q) {
            let detail = format!("must be greater than or equal to aggregate container limits of {sum}");
            own.invalid_as(&own.printed_quantity(), &detail).code(&codes::RANGE);
        }
    }
    let shown = resources.field("containers");
    for (i, container) in spec.each("containers").enumerate() {
        for (name, limit) in container.field("resources").field("limits").entries() {
            let Some(most) = resources.field("limits").entry(name).quantity() else { continue };
            if limit.quantity().is_some_and(|q| q > most) {
                limit
                    .as_at(shown.indexed(i).keyed(name).named("limits"))
                    .invalid_as(
                        &limit.printed_quantity(),
                        &format!("must be less than or equal to pod limits of {most}"),
                    )
                    .code(&codes::RANGE);
            }
        }
    }
}
