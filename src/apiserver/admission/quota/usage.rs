//! What an object uses of a quota. Mirrors `pkg/quota/v1/evaluator/core`.

use std::collections::{BTreeMap, BTreeSet};

use super::super::refusal::{Attributes, Spot};
use crate::apiserver::defaults::quantity::{aggregate, read_list};
use crate::apiserver::strategy::quality_of_service;
use crate::object::Value;
use crate::schema::quantity::{Format, Quantity};

/// Names of resources and how much.
pub type Amounts = Vec<(String, Quantity)>;

/// What a quota can count of Pods.
const POD: &[&str] = &[
    "count/pods",
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
];
/// What every container has to say if a quota counts it.
const REQUIRED: [&str; 6] =
    ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];
const SERVICE: &[&str] = &["count/services", "services", "services.nodeports", "services.loadbalancers"];
/// Kinds that are counted under their plural as well.
const ALIASED: [&str; 4] = ["configmaps", "resourcequotas", "replicationcontrollers", "secrets"];
const BY_STORAGE_CLASS: &str = ".storageclass.storage.k8s.io/";
const BY_DEVICE_CLASS: &str = ".deviceclass.resource.k8s.io/devices";

/// Adds to an amount. A new one keeps its format.
pub(super) fn add(all: &mut Amounts, name: &str, amount: &Quantity) {
    match all.iter_mut().find(|(known, _)| known == name) {
        Some((_, sum)) => sum.add(amount),
        None => all.push((name.to_owned(), amount.clone())),
    }
}

fn one() -> Quantity {
    Quantity::new(1, Format::DecimalSI)
}

fn is_extended(name: &str) -> bool {
    name.contains('/') && !name.contains("kubernetes.io/")
}

/// True if a quota of this name counts objects of the kind. Mirrors MatchingResources.
pub(super) fn is_counted(at: &Attributes<'_>, name: &str) -> bool {
    if at.is("", "Pod") {
        let extended = name
            .strip_prefix("requests.")
            .is_some_and(|rest| is_extended(rest) || rest.starts_with("deviceclass.resource.kubernetes.io/"));
        let huge = ["hugepages-", "requests.hugepages-"].iter().any(|prefix| name.starts_with(prefix));
        return POD.contains(&name) || huge || extended;
    }
    if at.is("", "Service") {
        return SERVICE.contains(&name);
    }
    if name.strip_prefix("count/").is_some_and(|counted| at.is_of(counted)) {
        return true;
    }
    if at.is("", "PersistentVolumeClaim") {
        const OF_CLAIMS: [&str; 2] = ["persistentvolumeclaims", "requests.storage"];
        let class = name.rsplit_once(BY_STORAGE_CLASS).map_or(name, |(_, rest)| rest);
        return OF_CLAIMS.contains(&class);
    }
    if at.is("resource.k8s.io", "ResourceClaim") {
        return name.ends_with(BY_DEVICE_CLASS);
    }
    at.request.gvk.group.is_empty() && at.resource == name && ALIASED.contains(&name)
}

/// What a new object uses. Mirrors Usage.
pub(super) fn counted(at: &Attributes<'_>, object: Value<'_>) -> Amounts {
    let spec = object.get("spec");
    let mut all = vec![(format!("count/{}", at.group_resource()), one())];
    if at.is("", "Pod") {
        all.extend(spec.map(pod).unwrap_or_default());
    } else if at.is("", "Service") {
        service(spec, &mut all);
    } else if at.is("", "PersistentVolumeClaim") {
        claim(object, &mut all);
    } else if at.is("resource.k8s.io", "ResourceClaim") {
        device_claim(spec, &mut all);
    } else if at.request.gvk.group.is_empty() && ALIASED.contains(&at.resource) {
        all.push((at.resource.to_owned(), one()));
    }
    all
}

/// Mirrors PodUsageFunc.
fn pod(spec: Value<'_>) -> Amounts {
    let total = |list: &str| {
        let mut all = aggregate(spec, list);
        for (name, amount) in read_list(spec.get("resources").and_then(|resources| resources.get(list))) {
            if !matches!(name.as_str(), "cpu" | "memory") && !name.starts_with("hugepages-") {
                continue;
            }
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = amount,
                None => all.push((name, amount)),
            }
        }
        for (name, amount) in read_list(spec.get("overhead")) {
            // A limit that is not there is not raised.
            if list == "requests" || all.iter().any(|(known, sum)| *known == name && !sum.is_zero()) {
                add(&mut all, &name, &amount);
            }
        }
        all
    };
    usage_of(&total("requests"), &total("limits"))
}

/// Mirrors podComputeUsageHelper.
fn usage_of(requests: &Amounts, limits: &Amounts) -> Amounts {
    let mut all = vec![("pods".to_owned(), one())];
    for (name, amount) in requests {
        let plain =
            matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-");
        if plain {
            all.push((name.clone(), amount.clone()));
        }
        if plain || is_extended(name) || name.starts_with("deviceclass.resource.kubernetes.io/") {
            all.push((format!("requests.{name}"), amount.clone()));
        }
    }
    for (name, amount) in limits {
        if matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage") {
            all.push((format!("limits.{name}"), amount.clone()));
        }
    }
    all
}

fn service(spec: Option<Value<'_>>, all: &mut Amounts) {
    all.push(("services".to_owned(), one()));
    let Some(spec) = spec else { return };
    let count = |ports: usize| Quantity::new(i64::try_from(ports).unwrap_or(i64::MAX), Format::DecimalSI);
    let ports = spec.list("ports").count();
    match spec.str("type") {
        "NodePort" => all.push(("services.nodeports".to_owned(), count(ports))),
        "LoadBalancer" => {
            let fixed = || {
                let given = |port: &Value<'_>| port.int("nodePort").is_some_and(|number| number != 0);
                spec.list("ports").filter(given).count()
            };
            let allocated = spec.get("allocateLoadBalancerNodePorts").and_then(Value::as_bool) != Some(false);
            all.push(("services.nodeports".to_owned(), count(if allocated { ports } else { fixed() })));
            all.push(("services.loadbalancers".to_owned(), one()));
        }
        _ => {}
    }
}

/// Mirrors the Usage of pvcEvaluator.
fn claim(object: Value<'_>, all: &mut Amounts) {
    const ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
    let class = object
        .at(&["metadata", "annotations", ANNOTATION])
        .or_else(|| object.at(&["spec", "storageClassName"]))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let by_class = |what: &str| format!("{class}{BY_STORAGE_CLASS}{what}");
    all.push(("persistentvolumeclaims".to_owned(), one()));
    if !class.is_empty() {
        all.push((by_class("persistentvolumeclaims"), one()));
    }
    let requests = read_list(object.at(&["spec", "resources", "requests"]));
    if let Some((_, storage)) = requests.into_iter().find(|(name, _)| name == "storage") {
        let storage = whole(storage);
        if !class.is_empty() {
            all.push((by_class("requests.storage"), storage.clone()));
        }
        all.push(("requests.storage".to_owned(), storage));
    }
}

/// Rounded up to whole units; what has no fraction stays as it is written.
fn whole(quantity: Quantity) -> Quantity {
    let rounded = Quantity::new(quantity.value(), quantity.format());
    if quantity.to_f64().abs() > 9e18 || rounded == quantity { quantity } else { rounded }
}

/// Mirrors the Usage of claimEvaluator: the most devices of each class that a claim can take.
fn device_claim(spec: Option<Value<'_>>, all: &mut Amounts) {
    /// `AllocationResultsMaxSize`
    const MOST: i64 = 32;
    let devices = |request: Value<'_>| match request.str("allocationMode") {
        "All" => MOST,
        _ => request.int("count").unwrap_or(1),
    };
    let requests = spec.and_then(|spec| spec.get("devices"));
    for request in requests.into_iter().flat_map(|devices| devices.list("requests")) {
        let mut most: BTreeMap<&str, i64> = BTreeMap::new();
        for one in request.get("exactly").into_iter().chain(request.list("firstAvailable")) {
            let known = most.entry(one.str("deviceClassName")).or_default();
            *known = devices(one).max(*known);
        }
        for (class, count) in most {
            add(all, &format!("{class}{BY_DEVICE_CLASS}"), &Quantity::new(count, Format::DecimalSI));
        }
    }
}

/// What containers of a Pod do not say although a quota counts it, in the server's words. Mirrors Constraints.
pub(super) fn unspecified(
    at: &Attributes<'_>,
    object: Value<'_>,
    restricted: &[&str],
) -> Option<(String, Option<Spot>)> {
    let spec = object.get("spec").filter(|_| at.is("", "Pod"))?;
    let states = |resources: Value<'_>| {
        ["requests", "limits"].iter().any(|list| {
            resources
                .map(list)
                .any(|(name, _)| matches!(name, "cpu" | "memory") || name.starts_with("hugepages-"))
        })
    };
    if spec.get("resources").is_some_and(states) {
        return None;
    }
    let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut spot = None;
    for list in ["containers", "initContainers"] {
        for (index, container) in spec.list(list).enumerate() {
            let of =
                |name: &str| read_list(container.get("resources").and_then(|resources| resources.get(name)));
            let usage = usage_of(&of("requests"), &of("limits"));
            for name in restricted.iter().filter(|name| REQUIRED.contains(name)) {
                if !usage.iter().any(|(known, _)| known == name) {
                    missing.entry(name).or_default().insert(container.str("name"));
                    spot.get_or_insert_with(|| {
                        let place = container.get("name").unwrap_or(container);
                        Spot::new(place, format!("spec.{list}[{index}].resources"))
                    });
                }
            }
        }
    }
    if missing.is_empty() {
        return None;
    }
    let parts: Vec<String> = missing
        .into_iter()
        .map(|(name, containers)| {
            format!("{name} for: {}", containers.into_iter().collect::<Vec<_>>().join(","))
        })
        .collect();
    Some((format!("must specify {}", parts.join("; ")), spot))
}

pub(super) fn is_terminating(spec: Value<'_>) -> bool {
    spec.int("activeDeadlineSeconds").is_some_and(|seconds| seconds >= 0)
}

pub(super) fn is_best_effort(spec: Value<'_>) -> bool {
    quality_of_service(spec) == "BestEffort"
}

/// Mirrors usesCrossNamespacePodAffinity.
pub(super) fn uses_other_namespaces(spec: Value<'_>) -> bool {
    let crosses =
        |term: Value<'_>| term.list("namespaces").next().is_some() || term.get("namespaceSelector").is_some();
    ["podAffinity", "podAntiAffinity"].iter().any(|kind| {
        spec.at(&["affinity", kind]).is_some_and(|affinity| {
            affinity.list("requiredDuringSchedulingIgnoredDuringExecution").any(crosses)
                || affinity
                    .list("preferredDuringSchedulingIgnoredDuringExecution")
                    .any(|weighted| weighted.get("podAffinityTerm").is_some_and(crosses))
        })
    })
}
