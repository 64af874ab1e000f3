//! Networking. Mirrors `pkg/apis/networking/validation`.

pub(super) mod ingress;
pub(super) mod ingress_class;
pub(super) mod ip_address;
pub(super) mod network_policy;
pub(super) mod service_cidr;

use super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::primitives::{dns_1123_subdomain, path_segment};

/// A kind and a name that must be there and fit in a URL, and a group that may be.
fn validate_reference(reference: Field<'_>) {
    let group = reference.field("apiGroup");
    if group.is_set() {
        group.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
    }
    for name in ["kind", "name"] {
        let field = reference.field(name);
        if field.require("") {
            segment(field);
        }
    }
}

/// A text that fits in a URL.
fn segment(field: Field<'_>) {
    field.check(|text| path_segment(text, false), "leave out `/` and `%`; `.` and `..` are no names");
}
