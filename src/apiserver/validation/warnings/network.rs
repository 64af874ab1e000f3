//! Addresses, Services and what carries them.

use super::super::field::{Field, Warned};
use super::super::ip as addresses;
use crate::apiserver::codes;
use crate::finding::Fix;
use crate::object::Value;
use crate::schema::quote;
use crate::yaml::edit::{remove_entry, replace_scalar};

/// Mirrors GetWarningsForIP.
pub(super) fn ip(field: Field<'_>) {
    let text = field.str();
    let Some(canonical) = addresses::canonical_ip(text) else { return };
    let address = addresses::parse_sloppy(text);
    let sentence = if addresses::judge_ip(text, true).is_some() {
        format!("non-standard IP address {} is invalid: use {}", quote(text), quote(&canonical))
    } else if address.is_some_and(|a| a.is_ipv6()) && canonical != text {
        format!("IPv6 address {} should be in RFC 5952 canonical format ({})", quote(text), quote(&canonical))
    } else {
        return;
    };
    canonically(field.warn(&sentence, "write the address in its canonical form"), field, &canonical);
}

/// A warning about the way that an address or network is written.
fn canonically(warned: Warned<'_>, field: Field<'_>, canonical: &str) {
    let edit = field.value().and_then(Value::view).and_then(|view| replace_scalar(view, canonical));
    warned
        .code(&codes::IP_FORMAT)
        .fix(edit.map(|edit| Fix::safe(format!("write `{canonical}`"), vec![edit])));
}

/// Mirrors GetWarningsForCIDR.
pub(super) fn cidr(field: Field<'_>) {
    const HELP: &str = "write the network by its first address, in canonical form";
    let text = field.str();
    let Some((address, length)) = addresses::parse_cidr(text) else { return };
    let Some(network) = addresses::canonical_cidr(text) else { return };
    let before = field.warned();
    if addresses::masked(address, length) != address {
        let single = addresses::canonical_ip(text.split_once('/').map_or("", |(address, _)| address));
        let most = if addresses::is_v6(address) { 128 } else { 32 };
        let sentence = format!(
            "CIDR value {} is ambiguous in this context (should be {} or \"{}/{most}\"?)",
            quote(text),
            quote(&network),
            single.unwrap_or_default()
        );
        canonically(field.warn(&sentence, HELP), field, &network);
    }
    let strict = addresses::judge_cidr(text, true);
    if strict.is_some_and(|sentence| sentence.contains("leading 0s") || sentence.contains("mapped")) {
        let sentence = format!("non-standard CIDR value {} is invalid: use {}", quote(text), quote(&network));
        canonically(field.warn(&sentence, HELP), field, &network);
    }
    if field.warned() == before && address.is_ipv6() && network != text {
        let sentence = format!(
            "IPv6 CIDR value {} should be in RFC 5952 canonical format ({})",
            quote(text),
            quote(&network)
        );
        canonically(field.warn(&sentence, HELP), field, &network);
    }
}

/// Mirrors GetWarningsForService.
pub(super) fn service(service: Field<'_>) {
    let spec = service.field("spec");
    let kind = spec.text("type");
    let annotations = service.field("metadata").field("annotations");
    let hints = "service.kubernetes.io/topology-aware-hints";
    if annotations.has(hints) {
        let own = annotations.entry(hints);
        own.warn_bare(
            format!(
                "annotation {hints} is deprecated, please use service.kubernetes.io/topology-mode instead"
            ),
            "use `service.kubernetes.io/topology-mode`",
        )
        .code(&codes::DEPRECATED_ANNOTATION)
        .place(own.key_place());
    }
    let cluster_ip = spec.field("clusterIP");
    if !matches!(cluster_ip.str(), "" | "None") && kind != "ExternalName" {
        let list = spec.field("clusterIPs");
        if list.is_empty() {
            ip(cluster_ip.as_at(list.indexed(0)));
        }
        list.items().for_each(ip);
    }
    let headless = kind == "ClusterIP" && cluster_ip.str() == "None";
    let (balancer, external) = (spec.field("loadBalancerIP"), spec.field("externalIPs"));
    let ignored = |field: Field<'_>, text: &str| {
        let name = field.name().unwrap_or_default();
        let edit = spec.value().and_then(Value::view).and_then(|view| remove_entry(view, name));
        let fix = edit.map(|edit| Fix::safe(format!("remove `{name}`"), vec![edit]));
        field
            .warn_bare(text.to_owned(), "remove it")
            .code(&codes::HEADLESS_IGNORED)
            .place(field.key_place())
            .fix(fix);
    };
    if headless {
        if !balancer.is_empty() {
            ignored(balancer, "spec.loadBalancerIP is ignored for headless services");
        }
        if !external.is_empty() {
            ignored(external, "spec.externalIPs is ignored for headless services");
        }
        if spec.text("sessionAffinity") != "None" {
            ignored(spec.field("sessionAffinity"), "spec.SessionAffinity is ignored for headless services");
        }
    }
    external.items().for_each(ip);
    if !external.is_empty() && !headless && kind != "ExternalName" && spec.since(36) {
        external.warn_bare(
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters".to_owned(),
            "use a Service of type LoadBalancer, or a Gateway",
        );
    }
    ip(balancer);
    spec.each("loadBalancerSourceRanges").for_each(cidr);
    if kind == "ExternalName" && !external.is_empty() {
        ignored(external, "spec.externalIPs is ignored when spec.type is \"ExternalName\"");
    }
    let name = spec.field("externalName");
    if kind != "ExternalName" && !name.is_empty() {
        ignored(name, "spec.externalName is ignored when spec.type is not \"ExternalName\"");
    }
    let distribution = spec.field("trafficDistribution");
    if distribution.str() == "PreferClose" && spec.since(34) {
        distribution.warn("\"PreferClose\" is deprecated; use \"PreferSameZone\"", "use `PreferSameZone`");
    }
}

/// Who says that it manages an object.
fn managed_by<'v>(object: Field<'v>, key: &str) -> &'v str {
    let labels = object.field("metadata").field("labels");
    labels.entries().find(|(label, _)| *label == key).map_or("", |(_, entry)| entry.str())
}

/// Mirrors endpointsWarnings.
pub(super) fn endpoints(object: Field<'_>) {
    if managed_by(object, "endpoints.kubernetes.io/managed-by") == "endpoint-controller" {
        return;
    }
    for subset in object.each("subsets") {
        for list in ["addresses", "notReadyAddresses"] {
            subset.each(list).for_each(|address| ip(address.field("ip")));
        }
    }
}

/// Mirrors the EndpointSlice's WarningsOnCreate.
pub(super) fn endpoint_slice(object: Field<'_>) {
    let kind = object.field("addressType");
    if kind.str() == "FQDN" {
        kind.warn_bare(
            "spec.addressType: FQDN endpoints are deprecated".to_owned(),
            "use addresses, or a Service of type ExternalName",
        );
    }
    let controllers = ["endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"];
    if controllers.contains(&managed_by(object, "endpointslice.kubernetes.io/managed-by")) {
        return;
    }
    object.each("endpoints").flat_map(|endpoint| endpoint.each("addresses")).for_each(ip);
}

/// Mirrors networkPolicyWarnings.
pub(super) fn network_policy(spec: Field<'_>) {
    for (rules, peers) in [("ingress", "from"), ("egress", "to")] {
        for peer in spec.each(rules).flat_map(|rule| rule.each(peers)) {
            let block = peer.field("ipBlock");
            cidr(block.field("cidr"));
            block.each("except").for_each(cidr);
        }
    }
}

/// Mirrors the Ingress's WarningsOnCreate.
pub(super) fn ingress(object: Field<'_>) {
    const KEY: &str = "kubernetes.io/ingress.class";
    let annotations = object.field("metadata").field("annotations");
    if annotations.has(KEY) && object.at(&["spec", "ingressClassName"]).is_unset() {
        let own = annotations.entry(KEY);
        own.warn_bare(
            format!("annotation \"{KEY}\" is deprecated, please use 'spec.ingressClassName' instead"),
            "use `spec.ingressClassName`",
        )
        .code(&codes::DEPRECATED_ANNOTATION)
        .place(own.key_place());
    }
}
