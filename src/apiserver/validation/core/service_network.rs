//! What only a cluster can say of a Service's addresses: the families it has, its networks, the addresses that are taken.
//! Its ServiceCIDRs and Services tell; without them nothing is said.

use std::net::IpAddr;

use super::super::field::Field;
use super::super::ip;
use crate::apiserver::codes;
use crate::object::Value;

/// The networks of a cluster's Services.
pub(super) struct Networks(Vec<(IpAddr, u8)>);

impl Networks {
    /// Those that a cluster's ServiceCIDRs name; none if nothing is known, or only networks beside the cluster's own.
    pub(super) fn of(object: Field<'_>) -> Option<Self> {
        let all = object.cluster().all("networking.k8s.io", "ServiceCIDR");
        let own = |network: &Value<'_>| {
            network.at(&["metadata", "name"]).and_then(Value::as_str) == Some("kubernetes")
        };
        if !all.iter().any(own) {
            return None;
        }
        let networks: Vec<_> = all
            .into_iter()
            .filter_map(|network| network.get("spec"))
            .flat_map(|spec| spec.list("cidrs"))
            .filter_map(|cidr| ip::parse_cidr(cidr.as_str()?))
            .collect();
        (!networks.is_empty()).then_some(Self(networks))
    }

    /// Whether the cluster gives out addresses of a family, `IPv4` or `IPv6`.
    pub(super) fn has(&self, family: &str) -> bool {
        self.0.iter().any(|(address, _)| family_of(*address) == family)
    }

    /// Whether it gives out addresses of both.
    pub(super) fn is_dual(&self) -> bool {
        self.has("IPv4") && self.has("IPv6")
    }

    /// Whether an address can be given to a Service: it is in a network, and neither its first address nor the last one
    /// of IPv4. Mirrors GetHostIPPrefixMatches.
    fn holds(&self, address: IpAddr) -> bool {
        self.0.iter().any(|(first, length)| {
            first.is_ipv4() == address.is_ipv4()
                && ip::masked(address, *length) == ip::masked(*first, *length)
                && address != ip::masked(*first, *length)
                && !is_last(address, *length)
        })
    }
}

/// `IPv4` or `IPv6`
pub(super) fn family_of(address: IpAddr) -> &'static str {
    if ip::is_v6(address) { "IPv6" } else { "IPv4" }
}

/// True for the address of an IPv4 network that reaches all of it.
fn is_last(address: IpAddr, length: u8) -> bool {
    let IpAddr::V4(address) = address else { return false };
    let host = u32::MAX.checked_shr(u32::from(length)).unwrap_or(0);
    u32::from(address) & host == host
}

/// Mirrors allocIPs: an address that was asked for.
pub(super) fn allocate(object: Field<'_>, networks: &Networks, address: Field<'_>, printed: &str) {
    let text = address.str();
    let Some(wanted) = ip::parse_sloppy(text) else { return };
    let list = object.at(&["spec", "clusterIPs"]);
    let say = |why: &str, plain: String, help: &str| {
        list.invalid_as(printed, &format!("failed to allocate IP {text}: {why}"))
            .place(address.place())
            .plain(plain, help)
            .code(&codes::CLUSTER_IP);
    };
    if !networks.holds(wanted) {
        say(
            "the provided network does not match the current range",
            format!("the cluster has no network for Services with {text} in it"),
            "use an address of the cluster's ServiceCIDR, or remove it and let the cluster choose",
        );
    } else if is_taken(object, wanted) {
        say(
            "provided IP is already allocated",
            format!("another Service has {text}"),
            "use another address, or remove it and let the cluster choose",
        );
    }
}

/// Whether another Service of the cluster has the address.
fn is_taken(object: Field<'_>, wanted: IpAddr) -> bool {
    let name = object.field("metadata").text("name");
    let namespace = object.request().namespace;
    let text = |service: &Value<'_>, key| {
        service.at(&["metadata", key]).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    object.cluster().all("", "Service").into_iter().any(|service| {
        let Some(spec) = service.get("spec") else { return false };
        let own = spec.str("clusterIP");
        let all = spec.list("clusterIPs").filter_map(Value::as_str);
        let same = all.chain([own]).any(|ip| ip::parse_sloppy(ip) == Some(wanted));
        same && (text(&service, "name") != name || text(&service, "namespace") != namespace)
    })
}
