//! Does a Pod fit into what is left of a node? (`noderesources.Fits`)

use crate::cluster::model::{HostPort, Resources};
use crate::object::{Sym, sym};

/// A resource of which too little is left.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Insufficient {
    /// Name, `pods` for the number of Pods.
    pub resource: Sym,
    /// What the Pod asks: millicores for CPU, else whole units.
    pub asks: i64,
    /// What the Pods on the node ask already.
    pub used: i64,
    /// What the node has for Pods.
    pub allocatable: i64,
}

impl Insufficient {
    /// True if the Pod would not fit on the empty node either. Never for the number of Pods.
    pub fn unresolvable(&self) -> bool {
        &*self.resource != "pods" && self.asks > self.allocatable
    }

    /// What is left; below zero if the node is overfull.
    pub fn free(&self) -> i64 {
        self.allocatable.saturating_sub(self.used)
    }

    /// The scheduler's words.
    pub fn reason(&self) -> String {
        if &*self.resource == "pods" {
            "Too many pods".into()
        } else {
            format!("Insufficient {}", self.resource)
        }
    }
}

/// True if a Pod that asks `asks` fits beside `pods` Pods that ask `used` (`fitsRequest`).
pub fn fits(asks: &Resources, used: &Resources, pods: i64, allocatable: &Resources) -> bool {
    fn enough(asks: i64, used: i64, allocatable: i64) -> bool {
        asks <= 0 || asks <= allocatable.saturating_sub(used)
    }
    pods < allocatable.pods
        && enough(asks.milli_cpu, used.milli_cpu, allocatable.milli_cpu)
        && enough(asks.memory, used.memory, allocatable.memory)
        && enough(asks.ephemeral_storage, used.ephemeral_storage, allocatable.ephemeral_storage)
        && asks
            .scalars
            .iter()
            .all(|&(name, amount)| enough(amount, used.scalar(name), allocatable.scalar(name)))
}

/// All that is lacking, in the scheduler's order, extended resources by name. Empty if the Pod fits.
pub fn insufficient(
    asks: &Resources,
    used: &Resources,
    pods: i64,
    allocatable: &Resources,
) -> Vec<Insufficient> {
    let mut lacking = Vec::new();
    if pods >= allocatable.pods {
        lacking.push(Insufficient {
            resource: sym("pods"),
            asks: 1,
            used: pods,
            allocatable: allocatable.pods,
        });
    }
    for (resource, amount) in asks.iter() {
        let (used, allocatable) = (used.get(resource), allocatable.get(resource));
        let one = Insufficient { resource, asks: amount, used, allocatable };
        if amount > 0 && amount > one.free() {
            lacking.push(one);
        }
    }
    lacking
}

/// True if two Pods cannot have these ports on one node (`HostPortInfo.CheckConflict`). `::` is an address like
/// any other.
pub fn ports_conflict(a: &HostPort, b: &HostPort) -> bool {
    let any = |ip: Sym| &*ip == "0.0.0.0";
    a.port == b.port && a.protocol == b.protocol && (a.ip == b.ip || any(a.ip) || any(b.ip))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fitting() {
        let node = Resources { milli_cpu: 1000, memory: 100, pods: 2, ..Resources::default() };
        let used = Resources { milli_cpu: 800, ..Resources::default() };
        let asks = Resources { milli_cpu: 300, ..Resources::default() };
        assert!(!fits(&asks, &used, 1, &node));
        let lacking = insufficient(&asks, &used, 2, &node);
        assert_eq!(lacking.len(), 2);
        assert_eq!(lacking[1].free(), 200);
        assert!(!lacking[1].unresolvable());
        // What is not asked is not looked at, even if the node is overfull.
        let none = Resources::default();
        let overfull = Resources { milli_cpu: 2000, ..Resources::default() };
        assert!(fits(&none, &overfull, 1, &node));
    }

    #[test]
    fn the_wildcard_address_conflicts_with_all() {
        let port = |ip: &str, protocol: &str| HostPort { ip: sym(ip), protocol: sym(protocol), port: 80 };
        assert!(ports_conflict(&port("0.0.0.0", "TCP"), &port("10.0.0.1", "TCP")));
        assert!(!ports_conflict(&port("10.0.0.2", "TCP"), &port("10.0.0.1", "TCP")));
        assert!(!ports_conflict(&port("::", "TCP"), &port("10.0.0.1", "TCP")));
        assert!(!ports_conflict(&port("0.0.0.0", "UDP"), &port("0.0.0.0", "TCP")));
    }
}
