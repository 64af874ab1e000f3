//! Services.

use super::meta::Meta;
use crate::finding::Place;
use crate::object::{Labels, Object, Sym, Value, sym};

/// `spec.type`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServiceType {
    /// Reached inside the cluster.
    ClusterIp,
    /// And at a port of every node.
    NodePort,
    /// And at an address that a cloud gives.
    LoadBalancer,
    /// A name for another name.
    ExternalName,
}

impl ServiceType {
    /// As it is written in a manifest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::ExternalName => "ExternalName",
        }
    }
}

/// `spec.clusterIP`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClusterIp {
    /// The cluster chooses one.
    Chosen,
    /// `None`: a headless Service.
    Headless,
    /// This one is asked for.
    Asked(Sym),
}

/// `spec.ports[*].targetPort`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TargetPort {
    /// A number.
    Number(i64),
    /// The name of a container's port.
    Name(Sym),
}

impl std::fmt::Display for TargetPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => write!(f, "{name}"),
        }
    }
}

/// One of a Service's ports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServicePort {
    /// Name; empty if it has none.
    pub name: Sym,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Sym,
    /// The port at which the Service is reached.
    pub port: i64,
    /// The port of the Pods.
    pub target: TargetPort,
    /// The port of the nodes, if asked for.
    pub node_port: Option<i64>,
    /// The line to show.
    pub place: Place,
}

/// A Service.
#[derive(Clone, PartialEq, Debug)]
pub struct Service {
    /// Metadata.
    pub meta: Meta,
    /// Type.
    pub kind: ServiceType,
    /// Address.
    pub cluster_ip: ClusterIp,
    /// Labels that its Pods must have; `None` without a selector (then the user makes the endpoints).
    pub selector: Option<Labels>,
    /// The line of the selector.
    pub selector_place: Option<Place>,
    /// Ports.
    pub ports: Vec<ServicePort>,
    /// Pods count as ready even if they are not.
    pub publish_not_ready: bool,
    /// `spec.externalName`
    pub external_name: Sym,
}

impl Service {
    /// Lowers an admitted Service.
    pub fn lower(object: &Object<'_>) -> Self {
        let spec = object.spec();
        let text = |name: &str| spec.map_or("", |s| s.str(name));
        let kind = match text("type") {
            "NodePort" => ServiceType::NodePort,
            "LoadBalancer" => ServiceType::LoadBalancer,
            "ExternalName" => ServiceType::ExternalName,
            _ => ServiceType::ClusterIp,
        };
        let cluster_ip = match text("clusterIP") {
            "" => ClusterIp::Chosen,
            "None" => ClusterIp::Headless,
            address => ClusterIp::Asked(sym(address)),
        };
        let selector = spec.and_then(|s| s.get("selector")).filter(|s| s.entries().next().is_some());
        Self {
            meta: Meta::read(object),
            kind,
            cluster_ip,
            selector: selector.map(|s| Labels::read(Some(s))),
            selector_place: selector
                .map(|s| s.entries().next().map_or(s.place(), |(_, value)| value.place())),
            ports: spec.into_iter().flat_map(|s| s.list("ports")).map(read_port).collect(),
            publish_not_ready: spec.is_some_and(|s| s.flag("publishNotReadyAddresses")),
            external_name: sym(text("externalName")),
        }
    }

    /// True if the endpoint controllers make its slices.
    pub fn selects(&self) -> bool {
        self.selector.is_some() && self.kind != ServiceType::ExternalName
    }
}

fn read_port(port: Value<'_>) -> ServicePort {
    let number = port.int("port").unwrap_or_default();
    let target = match port.get("targetPort") {
        // An empty or zero target port is defaulted to the port.
        Some(target) => match (target.as_i64(), target.as_str()) {
            (Some(0), _) | (_, Some("")) => TargetPort::Number(number),
            (Some(n), _) => TargetPort::Number(n),
            (_, Some(name)) => TargetPort::Name(sym(name)),
            _ => TargetPort::Number(number),
        },
        None => TargetPort::Number(number),
    };
    let protocol = port.str("protocol");
    ServicePort {
        name: sym(port.str("name")),
        protocol: sym(if protocol.is_empty() { "TCP" } else { protocol }),
        port: number,
        target,
        node_port: port.int("nodePort").filter(|n| *n != 0),
        place: port.place(),
    }
}
