//! ServiceCIDRs. Mirrors ValidateServiceCIDR.

use super::super::field::Field;
use super::super::ip;
use crate::apiserver::go_json::{Go, internal, texts};

/// Mirrors validateServiceCIDRSpec.
pub(in super::super) fn validate(object: Field<'_>) {
    let spec = object.field("spec");
    let networks = spec.field("cidrs");
    let count = networks.len();
    if count == 0 {
        networks.required("at least one CIDR required");
        return;
    }
    if count > 2 {
        let json = internal(spec.value(), &[("CIDRs", "cidrs", Go::Texts)]);
        networks.invalid_as(&json, "may only hold up to 2 values");
        return;
    }
    let mut families = Vec::new();
    for network in networks.items() {
        network.canonical_cidr();
        families.push(ip::parse_cidr(network.str()).map(|(address, _)| ip::is_v6(address)));
    }
    if let [Some(first), Some(second)] = families.as_slice()
        && first == second
    {
        networks.invalid_as(
            &texts(networks.value()),
            "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64",
        );
    }
}
