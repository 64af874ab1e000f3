//! Endpoints. Mirrors ValidateEndpoints.

use std::net::IpAddr;

use super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::ip;
use super::super::primitives::dns_1123_subdomain;

/// Mirrors validateEndpointSubsets.
pub(in super::super) fn validate(endpoints: Field<'_>) {
    for subset in endpoints.each("subsets") {
        let lists = ["addresses", "notReadyAddresses"];
        if lists.iter().all(|list| subset.field(list).is_empty()) {
            subset
                .required("must specify `addresses` or `notReadyAddresses`")
                .help("add `addresses`, or remove the subset");
        }
        for address in lists.into_iter().flat_map(|list| subset.each(list)) {
            let ip = address.field("ip");
            ip.ip();
            if !address.field("hostname").is_empty() {
                address.field("hostname").dns_label();
            }
            let node = address.field("nodeName");
            if node.is_set() {
                node.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
            }
            validate_endpoint_ip(ip);
        }
        let ports = subset.field("ports");
        let many = ports.len() > 1;
        for port in ports.items() {
            let name = port.field("name");
            if !name.is_empty() {
                name.dns_label();
            } else if many {
                name.required("").help("name every port where there are several");
            }
            port.field("port").port_number();
            port.field("protocol").require_one_of("", &["SCTP", "TCP", "UDP"]);
            let protocol = port.field("appProtocol");
            if protocol.is_set() {
                protocol.qualified_name();
            }
        }
    }
}

/// Mirrors ValidateEndpointIP: addresses that lead nowhere from another machine.
pub(in super::super) fn validate_endpoint_ip(address: Field<'_>) {
    let text = address.str();
    let say = |detail: &str| {
        address.invalid(detail).help("use an address that other machines can reach");
    };
    let Some(ip) = ip::parse_sloppy(text) else {
        return say("must be a valid IP address");
    };
    // An IPv4-mapped address is the IPv4 address.
    let ip = match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    };
    if ip.is_unspecified() {
        say(&format!("may not be unspecified ({text})"));
    }
    if ip.is_loopback() {
        say("may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    let (link_local, link_local_multicast) = match ip {
        IpAddr::V4(v4) => (v4.is_link_local(), matches!(v4.octets(), [224, 0, 0, _])),
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            (first & 0xffc0 == 0xfe80, first & 0xff0f == 0xff02)
        }
    };
    if link_local {
        say("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    if link_local_multicast {
        say("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
}
