//! EndpointSlices. Mirrors `pkg/apis/discovery/validation`.

use rustc_hash::FxHashSet;

use super::core::endpoints::validate_endpoint_ip;
use super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::ip;
use super::primitives::{dns_1123_label, dns_1123_subdomain, label_value};
use crate::apiserver::go_json;
use crate::object::Value;

const MAX_ADDRESSES: usize = 100;
const MAX_PORTS: usize = 20_000;
const MAX_ENDPOINTS: usize = 1000;
const MAX_HINTS: usize = 8;

/// Mirrors ValidateEndpointSlice.
pub(super) fn validate_endpoint_slice(slice: Field<'_>) {
    let kind = slice.field("addressType");
    kind.require_one_of("", &["FQDN", "IPv4", "IPv6"]);
    validate_ports(slice.field("ports"));
    let endpoints = slice.field("endpoints");
    // What was accepted before, be it by an older server, stays.
    let same = |old: Value<'_>| go_json::value(old.get("endpoints")) == go_json::value(endpoints.value());
    if slice.stored().is_some_and(same) {
        return;
    }
    if endpoints.len() > MAX_ENDPOINTS {
        endpoints.too_many(endpoints.len(), MAX_ENDPOINTS);
        return;
    }
    for endpoint in endpoints.items() {
        validate_endpoint(endpoint, kind.str());
    }
}

/// Mirrors validatePorts.
fn validate_ports(ports: Field<'_>) {
    if ports.len() > MAX_PORTS {
        ports.too_many(ports.len(), MAX_PORTS);
        return;
    }
    let mut names = FxHashSet::default();
    for port in ports.items() {
        let name = port.field("name");
        if !name.is_empty() {
            name.dns_label();
        }
        name.unique(name.str(), &mut names);
        port.field("protocol").one_of_if_set(&["SCTP", "TCP", "UDP"]);
        let protocol = port.field("appProtocol");
        if protocol.is_set() {
            protocol.qualified_name();
        }
    }
}

fn validate_endpoint(endpoint: Field<'_>, kind: &str) {
    let addresses = endpoint.field("addresses");
    let count = addresses.len();
    if count == 0 {
        addresses.required("must contain at least 1 address");
    } else if count > MAX_ADDRESSES {
        addresses.too_many(count, MAX_ADDRESSES);
    }
    for address in addresses.items() {
        let v6 = ip::parse_sloppy(address.str()).is_some_and(ip::is_v6);
        match kind {
            "IPv4" if address.ip() => {
                if v6 {
                    address.as_at(addresses).invalid("must be an IPv4 address");
                }
                validate_endpoint_ip(address);
            }
            "IPv6" if address.canonical_ip() => {
                if !v6 {
                    address.as_at(addresses).invalid("must be an IPv6 address");
                }
                validate_endpoint_ip(address);
            }
            "FQDN" => domain_name(address),
            _ => {}
        }
    }
    let node = endpoint.field("nodeName");
    if node.is_set() {
        node.dns_subdomain();
    }
    // `deprecatedTopology` is dropped before.
    let hostname = endpoint.field("hostname");
    if hostname.is_set() {
        hostname.dns_label();
    }
    validate_hints(endpoint.field("hints"));
}

/// Mirrors IsFullyQualifiedDomainName.
fn domain_name(field: Field<'_>) {
    const HELP: &str = "write a name with at least two parts, as `www.example.com`";
    if !field.require("") {
        return;
    }
    let name = field.str().strip_suffix('.').unwrap_or(field.str());
    let sentences = dns_1123_subdomain(name);
    if !sentences.is_empty() {
        field.invalid_text(name, &sentences.join(",")).help(HELP);
    } else if !name.contains('.') {
        field
            .invalid_text(name, "should be a domain with at least two segments separated by dots")
            .help(HELP);
    } else if let Some(label) = name.split('.').find(|label| !dns_1123_label(label).is_empty()) {
        field.invalid_text(label, &dns_1123_label(label).join(",")).help(HELP);
    }
}

/// Mirrors validateHints.
fn validate_hints(hints: Field<'_>) {
    for list in ["forZones", "forNodes"] {
        let list_field = hints.field(list);
        if list_field.len() > MAX_HINTS {
            list_field.too_many(list_field.len(), MAX_HINTS);
            return;
        }
        let mut names = FxHashSet::default();
        for hint in list_field.items() {
            let name = hint.field("name");
            name.unique(name.str(), &mut names);
            if list == "forZones" {
                name.check(label_value, "use the name of a zone");
            } else {
                name.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
            }
        }
    }
}
