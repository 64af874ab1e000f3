//! NetworkPolicies. Mirrors ValidateNetworkPolicySpec.

use super::super::field::Field;
use super::super::ip;
use super::super::selector::validate_label_selector;
use crate::apiserver::go_json::texts;
use crate::object::Value;

/// Mirrors ValidateNetworkPolicySpec.
pub(in super::super) fn validate(policy: Field<'_>) {
    let spec = policy.field("spec");
    validate_label_selector(spec.field("podSelector"));
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        for rule in spec.each(direction) {
            for port in rule.each("ports") {
                validate_port(port);
            }
            for peer in rule.each(peers) {
                validate_peer(peer);
            }
        }
    }
    let kinds = spec.field("policyTypes");
    if kinds.len() > 2 {
        kinds.invalid_as(&texts(kinds.value()), "may not specify more than two policyTypes");
        return;
    }
    for kind in kinds.items() {
        kind.one_of(&["Ingress", "Egress"]);
    }
}

/// Mirrors ValidateNetworkPolicyPort.
fn validate_port(port: Field<'_>) {
    port.field("protocol").one_of_if_set(&["TCP", "UDP", "SCTP"]);
    let (start, end) = (port.field("port"), port.field("endPort"));
    if start.is_unset() {
        if end.is_set() {
            end.invalid_int("may not be specified when `port` is not specified").help("add `port`");
        }
    } else if start.value().and_then(Value::as_str).is_some() {
        if end.is_set() {
            end.invalid_int("may not be specified when `port` is non-numeric")
                .help("use the number of the port");
        }
        start.port_name();
    } else {
        start.port_number();
        if let (Some(first), Some(last)) = (start.int(), end.int()) {
            if last < first {
                // The server prints the first port here.
                end.invalid_as(&first.to_string(), "must be greater than or equal to `port`");
            }
            end.port_number();
        }
    }
}

/// Mirrors ValidateNetworkPolicyPeer.
fn validate_peer(peer: Field<'_>) {
    let names = ["podSelector", "namespaceSelector"];
    for name in names {
        validate_label_selector(peer.field(name));
    }
    let block = peer.field("ipBlock");
    let selects = names.iter().any(|name| peer.field(name).is_set());
    if block.is_set() {
        validate_block(block);
    }
    if !selects && block.is_unset() {
        peer.required("must specify a peer").plain(
            "the peer is empty",
            "add `podSelector`, `namespaceSelector` or `ipBlock`; an empty list of peers means everybody",
        );
    } else if selects && block.is_set() {
        peer.forbidden("may not specify both ipBlock and another peer").help("make two peers of it");
    }
}

/// Mirrors ValidateIPBlock.
fn validate_block(block: Field<'_>) {
    let network = block.field("cidr");
    if !network.require("") {
        return;
    }
    network.cidr();
    let Some((address, length)) = ip::parse_cidr(network.str()) else { return };
    for except in block.each("except") {
        except.cidr();
        let Some((other, other_length)) = ip::parse_cidr(except.str()) else { continue };
        // Mapped addresses are those of version 4 to Go.
        let mapped = address.is_ipv6() && address.to_canonical().is_ipv4();
        let (network, other) = (address.to_canonical(), other.to_canonical());
        let prefix = if mapped { length.saturating_sub(96) } else { length };
        let inside = network.is_ipv4() == other.is_ipv4()
            && other_length > length
            && ip::masked(other, prefix) == ip::masked(network, prefix);
        if !inside {
            except
                .invalid("must be a strict subset of `cidr`")
                .help("write a smaller network inside of `cidr`");
        }
    }
}
