//! Services.

use crate::object::{Draft, Owned, Value};

/// Mirrors SetDefaults_Service.
pub(super) fn set_defaults_service(service: &mut Draft<'_, '_>) {
    service.with(&["spec"], |spec| {
        spec.default_str("sessionAffinity", "None");
        match spec.read().str("sessionAffinity") {
            "None" => spec.remove("sessionAffinityConfig"),
            "ClientIP"
                if spec.read().at(&["sessionAffinityConfig", "clientIP", "timeoutSeconds"]).is_none() =>
            {
                spec.set(
                    "sessionAffinityConfig",
                    Owned::map([("clientIP", Owned::map([("timeoutSeconds", Owned::Int(10_800))]))]),
                );
            }
            _ => {}
        }
        spec.default_str("type", "ClusterIP");
        spec.each("ports", |port| {
            port.default_str("protocol", "TCP");
            let value = port.read();
            let unset = value
                .get("targetPort")
                .is_none_or(|target| target.as_i64() == Some(0) || target.as_str() == Some(""));
            if unset && let Some(number) = value.int("port") {
                port.set("targetPort", number);
            }
        });
        let (kind, external_ips) = {
            let value = spec.read();
            (value.str("type").to_owned(), value.list("externalIPs").next().is_some())
        };
        // ExternallyAccessible
        if matches!(kind.as_str(), "LoadBalancer" | "NodePort") || kind == "ClusterIP" && external_ips {
            spec.default_str("externalTrafficPolicy", "Cluster");
        }
        if matches!(kind.as_str(), "NodePort" | "LoadBalancer" | "ClusterIP") {
            spec.default("internalTrafficPolicy", "Cluster");
        }
        if kind == "LoadBalancer" {
            spec.default("allocateLoadBalancerNodePorts", true);
        }
    });
    if service.read().get("spec").is_some_and(|spec| spec.str("type") == "LoadBalancer") {
        service.with(&["status", "loadBalancer"], |balancer| {
            balancer.each("ingress", |ingress| {
                if ingress.read().get("ip").and_then(Value::as_str).is_some_and(|ip| !ip.is_empty()) {
                    ingress.default("ipMode", "VIP");
                }
            });
        });
    }
}

/// Mirrors SetDefaults_Endpoints.
pub(super) fn endpoints(endpoints: &mut Draft<'_, '_>) {
    endpoints.each("subsets", |subset| {
        subset.each("ports", |port| port.default_str("protocol", "TCP"));
    });
}
