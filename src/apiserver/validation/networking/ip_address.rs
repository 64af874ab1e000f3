//! IPAddresses. Mirrors ValidateIPAddress.

use super::super::field::Field;
use super::segment;

/// Mirrors validateIPAddressParentReference.
pub(in super::super) fn validate(address: Field<'_>) {
    let parent = address.field("spec").field("parentRef");
    if parent.is_unset() {
        parent.required("");
        return;
    }
    let group = parent.field("group");
    if !group.is_empty() {
        group.dns_subdomain();
    }
    for name in ["resource", "name"] {
        let field = parent.field(name);
        if field.require("") {
            segment(field);
        }
    }
    let namespace = parent.field("namespace");
    if !namespace.is_empty() {
        segment(namespace);
    }
}
