//! Numbers that only one Service can have: ports of the nodes, and cluster addresses that are asked for. Mirrors
//! `Alloc.allocateCreate` of the Service registry.

use std::collections::BTreeMap;

use crate::cluster::State;
use crate::cluster::model::{ClusterIp, Service, ServiceType};

/// `--service-node-port-range`, as it is by default.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;

/// Why a Service cannot have what it asks for: the server's field and sentence. `None` if it can.
pub fn refused(state: &State, service: &Service) -> Option<(String, String)> {
    let others = || state.services().filter(|other| other.meta.id() != service.meta.id());
    if let ClusterIp::Asked(address) = service.cluster_ip
        && others().any(|other| other.cluster_ip == ClusterIp::Asked(address))
    {
        let why = format!("failed to allocate IP {address}: provided IP is already allocated");
        return Some(("spec.clusterIPs".into(), format!("Invalid value: [\"{address}\"]: {why}")));
    }
    if !has_node_ports(service) {
        return None;
    }
    // Ports of one number, for TCP and for UDP, share the node's port.
    let mut own: BTreeMap<i64, i64> = BTreeMap::new();
    for (i, port) in service.ports.iter().enumerate() {
        let Some(number) = port.node_port else { continue };
        if own.get(&port.port) == Some(&number) {
            continue;
        }
        let refuse = |why: &str| {
            Some((format!("spec.ports[{i}].nodePort"), format!("Invalid value: {number}: {why}")))
        };
        if !NODE_PORTS.contains(&number) {
            return refuse(
                "provided port is not in the valid range. The range of valid ports is 30000-32767",
            );
        }
        let taken = own.values().any(|other| *other == number)
            || others()
                .filter(|other| has_node_ports(other))
                .any(|other| other.ports.iter().any(|port| port.node_port == Some(number)));
        if taken {
            return refuse("provided port is already allocated");
        }
        own.insert(port.port, number);
    }
    None
}

const fn has_node_ports(service: &Service) -> bool {
    matches!(service.kind, ServiceType::NodePort | ServiceType::LoadBalancer)
}
