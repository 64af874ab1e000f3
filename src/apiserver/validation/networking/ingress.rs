//! Ingresses. Mirrors ValidateIngressCreate.

use super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::ip::parse_sloppy;
use super::super::primitives::{
    dns_1035_label, dns_1123_label, dns_1123_subdomain, port_name, wildcard_dns_1123_subdomain,
};
use super::validate_reference;
use crate::apiserver::codes;

const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

/// Mirrors ValidateIngressCreate.
pub(in super::super) fn validate(ingress: Field<'_>) {
    validate_spec(ingress);
    let class = ingress.at(&["spec", "ingressClassName"]);
    let annotation = ingress.at(&["metadata", "annotations"]).entry(CLASS_ANNOTATION);
    if annotation.is_set() && class.is_set() && annotation.str() != class.str() {
        annotation
            .called(annotation.nowhere("annotations"), CLASS_ANNOTATION)
            .invalid("must match `ingressClassName` when both are specified")
            .help("remove the annotation: `ingressClassName` says the same");
    }
}

/// Mirrors validateIngress.
pub(in super::super) fn validate_spec(ingress: Field<'_>) {
    let spec = ingress.field("spec");
    let (rules, backend) = (spec.field("rules"), spec.field("defaultBackend"));
    if rules.is_empty() && backend.is_unset() {
        spec.invalid_as(
            if rules.is_set() { "[]" } else { "null" },
            "either `defaultBackend` or `rules` must be specified",
        )
        .plain("the Ingress leads nowhere", "add `rules` or a `defaultBackend`")
        .code(&codes::REQUIRED);
    }
    if backend.is_set() {
        validate_backend(backend);
    }
    for rule in rules.items() {
        validate_rule(rule);
    }
    for tls in spec.each("tls") {
        for host in tls.each("hosts") {
            validate_host(host);
        }
        let secret = tls.field("secretName");
        if !secret.is_empty() {
            secret.dns_subdomain();
        }
    }
    let class = spec.field("ingressClassName");
    if class.is_set() {
        class.dns_subdomain();
    }
}

fn validate_host(host: Field<'_>) {
    if host.str().contains('*') {
        host.check(wildcard_dns_1123_subdomain, "a wildcard stands for the first part only: `*.example.com`");
    } else {
        host.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
    }
}

/// Mirrors validateIngressRules.
fn validate_rule(rule: Field<'_>) {
    let host = rule.field("host");
    if !host.is_empty() {
        if parse_sloppy(host.str()).is_some() {
            host.invalid("must be a DNS name, not an IP address").help("use a DNS name, or remove `host`");
        }
        validate_host(host);
    }
    let http = rule.field("http");
    if http.is_unset() {
        return;
    }
    let paths = http.field("paths");
    paths.require("");
    for path in paths.items() {
        validate_path(path);
    }
}

/// Mirrors validateHTTPIngressPath.
fn validate_path(path: Field<'_>) {
    let (kind, text) = (path.field("pathType"), path.field("path"));
    if kind.is_unset() {
        kind.required("pathType must be specified")
            .plain("the path has no `pathType`", "add `pathType: Prefix` or `pathType: Exact`");
        return;
    }
    let absolute = || {
        if !text.str().starts_with('/') {
            text.invalid_text(text.str(), "must be an absolute path").help("begin the path with `/`");
        }
    };
    match kind.str() {
        "Exact" | "Prefix" => {
            absolute();
            for part in ["//", "/./", "/../", "%2f", "%2F"] {
                if text.str().contains(part) {
                    text.invalid(&format!("must not contain '{part}'"));
                }
            }
            for end in ["/..", "/."] {
                if text.str().ends_with(end) {
                    text.invalid(&format!("cannot end with '{end}'"));
                }
            }
        }
        "ImplementationSpecific" => {
            if !text.is_empty() {
                absolute();
            }
        }
        _ => {
            kind.not_supported(&["Exact", "ImplementationSpecific", "Prefix"]);
        }
    }
    validate_backend(path.field("backend"));
}

/// Mirrors validateIngressBackend. What is wrong with its parts together is said about the whole.
fn validate_backend(backend: Field<'_>) {
    let (resource, service) = (backend.field("resource"), backend.field("service"));
    match (resource.is_set(), service.is_set()) {
        (true, true) => {
            backend
                .invalid_text("", "cannot set both resource and service backends")
                .help("remove `resource` or `service`");
        }
        (true, false) => validate_reference(resource),
        (false, true) => {
            let name = service.field("name");
            if name.require("") {
                // Gate RelaxedServiceNameValidation, on since 1.36.
                let rule = if name.since(36) { dns_1123_label } else { dns_1035_label };
                name.check(rule, "use the name of a Service");
            }
            let port = service.field("port");
            let (by_name, number) = (port.field("name"), port.field("number"));
            match (!by_name.is_empty(), number.int().unwrap_or_default() != 0) {
                (true, true) => {
                    backend
                        .invalid_text("", "cannot set both port name & port number")
                        .help("remove the name or the number");
                }
                (true, false) => {
                    by_name.check(port_name, "use the name of a port of the Service");
                }
                (false, true) => {
                    number.port_number();
                }
                (false, false) => {
                    backend.required("port name or number is required").plain(
                        "the backend does not say which port",
                        "add `port: {number: ...}` under `service`",
                    );
                }
            }
        }
        (false, false) => {
            backend
                .invalid_text("", "resource or service backend is required")
                .plain("the backend is empty", "add `service: {name: ..., port: {number: ...}}`")
                .code(&codes::REQUIRED);
        }
    }
}
