//! What rules are told by the configuration. Without it they have the values of `Parameters::default`.

use std::net::IpAddr;

/// Parameters of rules.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameters {
    /// Labels that objects must carry, as `key` or `key=pattern` (`meta/required-label`).
    pub required_labels: Vec<String>,
    /// Annotations that objects must carry, as `key` or `key=pattern` (`meta/required-label`).
    pub required_annotations: Vec<String>,
    /// Patterns of annotations that no object may carry (`meta/forbidden-annotation`).
    pub forbidden_annotations: Vec<String>,
    /// Patterns of images that may run; empty for all (`image/registry`).
    pub allowed_images: Vec<String>,
    /// Patterns of images that may not run (`image/registry`).
    pub forbidden_images: Vec<String>,
    /// PriorityClasses that Pods may name; empty for any (`reliability/priority-class`).
    pub priority_classes: Vec<String>,
    /// RuntimeClasses that count as hardened (`security/runtime-class`).
    pub runtime_classes: Vec<String>,
    /// Bounds of requests and limits, as `requests.cpu` with least and most (`resources/range`).
    pub ranges: Vec<Range>,
    /// Options that a Pod's dnsConfig must have, as `name` or `name=value` (`net/dns-config`).
    pub dns_options: Vec<String>,
    /// Replicas from which a workload counts as replicated (`reliability/single-replica`, `reliability/hpa-min`).
    pub replicas: i64,
    /// Networks that Pods have their addresses from (`ref/netpol-ipblock`).
    pub pod_networks: Vec<Network>,
    /// Lowest user and group that count as high (`security/low-uid`, `security/low-gid`).
    pub lowest_id: i64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            required_labels: Vec::new(),
            required_annotations: Vec::new(),
            forbidden_annotations: Vec::new(),
            allowed_images: Vec::new(),
            forbidden_images: Vec::new(),
            priority_classes: Vec::new(),
            runtime_classes: ["gvisor", "runsc", "kata*"].map(String::from).to_vec(),
            ranges: Vec::new(),
            dns_options: vec!["ndots".into()],
            replicas: 2,
            pod_networks: Network::parse("10.244.0.0/16").into_iter().collect(),
            lowest_id: 10_000,
        }
    }
}

/// Bounds of a quantity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Range {
    /// `requests.cpu`, `limits.memory`, ...
    pub field: String,
    /// The least, as a quantity; empty for none.
    pub least: String,
    /// The most, as a quantity; empty for none.
    pub most: String,
}

/// A network of IPv4 or IPv6 addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    address: IpAddr,
    length: u32,
}

impl Network {
    /// Reads CIDR notation; bits behind the prefix count for nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let length = length.parse().ok().filter(|length| *length <= bits)?;
        Some(Self { address, length })
    }

    /// True if all addresses of `other` are addresses of this one.
    pub fn contains(&self, other: &Self) -> bool {
        let same = match (self.address, other.address) {
            (IpAddr::V4(one), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.length).unwrap_or(0);
                u32::from(one) & mask == u32::from(other) & mask
            }
            (IpAddr::V6(one), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - self.length).unwrap_or(0);
                u128::from(one) & mask == u128::from(other) & mask
            }
            _ => false,
        };
        same && self.length <= other.length
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn networks_contain_networks() {
        let contains =
            |one: &str, other: &str| Network::parse(one).unwrap().contains(&Network::parse(other).unwrap());
        assert!(contains("10.244.0.0/16", "10.244.7.0/24") && contains("0.0.0.0/0", "10.0.0.0/8"));
        assert!(!contains("10.244.7.0/24", "10.244.0.0/16") && !contains("10.244.0.0/16", "10.245.0.0/24"));
        assert!(contains("::/0", "fd00::/8") && contains("fd00:1::/32", "fd00:1:2::/48"));
        assert!(!contains("fd00:1::/32", "10.0.0.0/8"));
        assert_eq!((Network::parse("10.0.0.0/33"), Network::parse("10.0.0.0")), (None, None));
    }
}
