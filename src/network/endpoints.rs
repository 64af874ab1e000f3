//! EndpointSlices of a Service. Mirrors the reconciler of the EndpointSlice controller.

use std::collections::BTreeMap;

use crate::cluster::State;
use crate::cluster::model::{ClusterIp, Phase, Pod, Service, ServicePort, TargetPort};
use crate::object::Sym;

/// A port of a slice.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SlicePort {
    /// The Service port's name; may be empty.
    pub name: Sym,
    /// Protocol.
    pub protocol: Sym,
    /// The Pods' port.
    pub port: i64,
}

/// A Pod behind a Service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// Namespace of the Pod.
    pub namespace: Sym,
    /// Name of the Pod.
    pub pod: Sym,
    /// Its node.
    pub node: Option<Sym>,
    /// Traffic is sent to it.
    pub ready: bool,
    /// The Pod is ready.
    pub serving: bool,
    /// The Pod is being deleted.
    pub terminating: bool,
}

/// Endpoints with the same ports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slice {
    /// The ports that the endpoints have.
    pub ports: Vec<SlicePort>,
    /// The endpoints, by Pod name.
    pub endpoints: Vec<Endpoint>,
}

/// Slices of a Service with a selector; none for one without, or an ExternalName. Pods whose named ports resolve to
/// other numbers stand in slices of their own. The packing into slices of 100 is left out: it changes nothing that can
/// be reached.
pub fn slices(state: &State, service: &Service) -> Vec<Slice> {
    let Some(selector) = service.selector.as_ref().filter(|_| service.selects()) else { return Vec::new() };
    let mut by_ports: BTreeMap<Vec<SlicePort>, Vec<Endpoint>> = BTreeMap::new();
    for pod in state.pods_with(service.meta.namespace, selector) {
        if !has_address(&pod) {
            continue;
        }
        let ports = slice_ports(service, &pod);
        // A Service without ports is a headless one: its Pods are endpoints all the same.
        if ports.is_empty() && !service.ports.is_empty() && service.cluster_ip != ClusterIp::Headless {
            by_ports.entry(Vec::new()).or_default().push(endpoint(service, &pod));
            continue;
        }
        by_ports.entry(ports).or_default().push(endpoint(service, &pod));
    }
    by_ports.into_iter().map(|(ports, endpoints)| Slice { ports, endpoints }).collect()
}

/// A Pod has an address from the start of its sandbox until its containers have ended. Containers that wait for an image
/// or a variable wait in a sandbox; one that waits for a volume has none yet.
fn has_address(pod: &Pod) -> bool {
    let waits_inside = pod.waiting.as_ref().is_some_and(|waiting| waiting.reason != "ContainerCreating");
    pod.node.is_some() && (pod.phase == Phase::Running || (pod.phase == Phase::Pending && waits_inside))
}

fn endpoint(service: &Service, pod: &Pod) -> Endpoint {
    Endpoint {
        namespace: pod.meta.namespace,
        pod: pod.meta.name,
        node: pod.node,
        ready: service.publish_not_ready || (pod.ready && !pod.deleting),
        serving: pod.ready,
        terminating: pod.deleting,
    }
}

fn slice_ports(service: &Service, pod: &Pod) -> Vec<SlicePort> {
    service
        .ports
        .iter()
        .filter_map(|port| {
            let number = target(port, pod)?;
            Some(SlicePort { name: port.name, protocol: port.protocol, port: number })
        })
        .collect()
}

/// The Pod's number for a Service's port: a named one is looked up in all containers and sidecars, the first match with
/// the same protocol counts. Mirrors `podutil.FindPort`.
pub(super) fn target(port: &ServicePort, pod: &Pod) -> Option<i64> {
    match port.target {
        TargetPort::Number(number) => Some(number),
        TargetPort::Name(name) => {
            let ports = pod.spec.running().flat_map(|c| &c.ports);
            ports
                .into_iter()
                .find(|p| p.name == name && p.protocol == port.protocol)
                .map(|p| p.container_port)
        }
    }
}
