//! What the registry does to the new version before it is judged: `BeforeUpdate`, the strategies' `PrepareForUpdate`, and
//! the parts of a Service's storage that keep what was allocated.

use crate::apiserver::disabled::drop_disabled_fields;
use crate::apiserver::stored::ALLOCATED_IP;
use crate::apiserver::strategy;
use crate::apiserver::validation::Request;
use crate::object::{Draft, Owned, Value};

/// Mirrors BeforeUpdate up to the validation.
pub(super) fn before_update(request: &Request<'_>, old: Value<'_>, new: &mut Draft<'_, '_>) {
    let gvk = request.gvk;
    metadata(request, old, new);
    if gvk.is("", "Service") {
        service(old, new);
    }
    keep(new, old, "status");
    match (&*gvk.group, &*gvk.kind) {
        ("", "Namespace") => {
            let finalizers = old.at(&["spec", "finalizers"]).map(Owned::copy);
            if let (Some(mut spec), Some(finalizers)) = (new.ensure("spec"), finalizers) {
                spec.set("finalizers", finalizers);
            }
        }
        ("certificates.k8s.io", "CertificateSigningRequest") => keep(new, old, "spec"),
        ("", "Secret") => {
            strategy::string_data(new);
            if new.read().str("type").is_empty() {
                keep(new, old, "type");
            }
        }
        ("", "PersistentVolumeClaim") => strategy::data_sources(new, old.get("spec")),
        _ => {}
    }
    if gvk.is("", "Pod") {
        strategy::convert_pod(new);
    }
    drop_disabled_fields(gvk, request.minor, new, Some(old));
}

/// A field becomes what it was.
fn keep(new: &mut Draft<'_, '_>, old: Value<'_>, name: &'static str) {
    match old.get(name) {
        Some(value) => new.set(name, Owned::copy(value)),
        None => new.remove(name),
    }
}

/// What no request changes, and what is filled in when it is left out.
fn metadata(request: &Request<'_>, old: Value<'_>, new: &mut Draft<'_, '_>) {
    let Some(old) = old.get("metadata") else { return };
    let Some(mut metadata) = new.ensure("metadata") else { return };
    if !request.namespaced {
        // Mirrors EnsureObjectNamespaceMatchesRequestNamespace.
        metadata.remove("namespace");
    }
    for name in ["generation", "creationTimestamp"] {
        keep(&mut metadata, old, name);
    }
    if old.get("deletionTimestamp").is_some() {
        keep(&mut metadata, old, "deletionTimestamp");
    }
    for name in ["uid", "resourceVersion", "namespace", "name"] {
        if metadata.read().str(name).is_empty() {
            keep(&mut metadata, old, name);
        }
    }
    if metadata.read().get("deletionGracePeriodSeconds").is_none() {
        keep(&mut metadata, old, "deletionGracePeriodSeconds");
    }
}

/// Mirrors beginUpdate of a Service's storage, and dropTypeDependentFields.
fn service(old: Value<'_>, new: &mut Draft<'_, '_>) {
    let Some(old) = old.get("spec") else { return };
    let Some(mut spec) = new.ensure("spec") else { return };
    patch_allocated_values(old, &mut spec);
    normalize_cluster_ips(old, &mut spec);
    allocate(old, &mut spec);
    drop_type_dependent_fields(old, &mut spec);
}

fn needs_cluster_ip(spec: Value<'_>) -> bool {
    spec.str("type") != "ExternalName"
}

fn needs_node_port(spec: Value<'_>) -> bool {
    matches!(spec.str("type"), "NodePort" | "LoadBalancer")
}

fn needs_health_check_port(spec: Value<'_>) -> bool {
    spec.str("type") == "LoadBalancer" && spec.str("externalTrafficPolicy") == "Local"
}

/// Mirrors ExternallyAccessible.
fn is_externally_accessible(spec: Value<'_>) -> bool {
    needs_node_port(spec) || spec.str("type") == "ClusterIP" && spec.list("externalIPs").next().is_some()
}

fn texts(spec: Value<'_>, list: &str) -> Vec<String> {
    spec.list(list).map(|item| item.as_str().unwrap_or_default().to_owned()).collect()
}

fn same_cluster_ips(old: Value<'_>, new: Value<'_>) -> bool {
    old.str("clusterIP") == new.str("clusterIP") && texts(old, "clusterIPs") == texts(new, "clusterIPs")
}

fn node_ports(spec: Value<'_>) -> Vec<i64> {
    spec.list("ports").filter_map(|port| port.int("nodePort")).filter(|port| *port != 0).collect()
}

/// Mirrors patchAllocatedValues.
fn patch_allocated_values(old: Value<'_>, spec: &mut Draft<'_, '_>) {
    if needs_cluster_ip(old) && needs_cluster_ip(spec.read()) {
        if spec.read().str("clusterIP").is_empty() {
            keep(spec, old, "clusterIP");
        }
        if spec.read().list("clusterIPs").next().is_none() {
            keep(spec, old, "clusterIPs");
        }
    }
    if needs_node_port(old) && needs_node_port(spec.read()) {
        let (before, after) = (node_ports(old), node_ports(spec.read()));
        spec.each("ports", |port| {
            if port.read().int("nodePort").unwrap_or_default() != 0 {
                return;
            }
            let name = port.read().str("name").to_owned();
            let known = old.list("ports").filter(|p| p.str("name") == name).last();
            let Some(number) = known.and_then(|p| p.int("nodePort")) else { return };
            if !(before.contains(&number) && after.contains(&number)) {
                port.set("nodePort", number);
            }
        });
    }
    if needs_health_check_port(old)
        && needs_health_check_port(spec.read())
        && spec.read().int("healthCheckNodePort").unwrap_or_default() == 0
    {
        keep(spec, old, "healthCheckNodePort");
    }
}

/// Mirrors normalizeClusterIPs.
fn normalize_cluster_ips(old: Value<'_>, spec: &mut Draft<'_, '_>) {
    let (before, after) = (old.str("clusterIP"), spec.read().str("clusterIP").to_owned());
    let same_list = |spec: &Draft<'_, '_>| texts(old, "clusterIPs") == texts(spec.read(), "clusterIPs");
    if before == after {
        if spec.read().list("clusterIPs").next().is_none() {
            keep(spec, old, "clusterIPs");
        }
    } else if same_list(spec) {
        if after.is_empty() {
            spec.remove("clusterIPs");
        } else {
            spec.set("clusterIPs", Owned::Seq(vec![after.into()]));
        }
    }
}

/// Mirrors allocateUpdate on a single-stack IPv4 cluster, as far as it fills in fields.
fn allocate(old: Value<'_>, spec: &mut Draft<'_, '_>) {
    if !needs_cluster_ip(spec.read()) {
        return;
    }
    if spec.read().get("ipFamilyPolicy").is_none() {
        keep(spec, old, "ipFamilyPolicy");
    }
    let readable = |ip: &String| ip == "None" || ip.parse::<std::net::IpAddr>().is_ok();
    if texts(spec.read(), "clusterIPs").iter().all(readable) {
        strategy::addresses(spec, ALLOCATED_IP);
    }
}

/// Mirrors dropTypeDependentFields: what only the old type needed goes with it.
fn drop_type_dependent_fields(old: Value<'_>, spec: &mut Draft<'_, '_>) {
    let same = |spec: &Draft<'_, '_>, name: &str| {
        old.get(name).map(Owned::copy) == spec.read().get(name).map(Owned::copy)
    };
    if needs_cluster_ip(old) && !needs_cluster_ip(spec.read()) {
        if same_cluster_ips(old, spec.read()) {
            spec.remove("clusterIP");
            spec.remove("clusterIPs");
        }
        if texts(old, "ipFamilies") == texts(spec.read(), "ipFamilies") {
            spec.remove("ipFamilies");
        }
        if same(spec, "ipFamilyPolicy") {
            spec.remove("ipFamilyPolicy");
        }
    }
    let known = node_ports(old);
    let no_new = node_ports(spec.read()).iter().all(|port| known.contains(port));
    if needs_node_port(old) && !needs_node_port(spec.read()) && no_new {
        spec.each("ports", |port| port.remove("nodePort"));
    }
    if needs_health_check_port(old)
        && !needs_health_check_port(spec.read())
        && same(spec, "healthCheckNodePort")
    {
        spec.remove("healthCheckNodePort");
    }
    let balances = |spec: Value<'_>| spec.str("type") == "LoadBalancer";
    if balances(old) && !balances(spec.read()) {
        for name in ["allocateLoadBalancerNodePorts", "loadBalancerClass"] {
            if same(spec, name) {
                spec.remove(name);
            }
        }
    }
    if is_externally_accessible(old)
        && !is_externally_accessible(spec.read())
        && same(spec, "externalTrafficPolicy")
    {
        spec.remove("externalTrafficPolicy");
    }
}
