//! Services. Mirrors ValidateServiceCreate, and what the allocators of addresses and ports say before it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::ip;
use super::super::metadata::validate_labels;
use super::super::primitives::dns_1123_subdomain;
use super::service_network::{self, Networks};
use crate::apiserver::codes;
use crate::apiserver::go_json::{Go, internal, texts};
use crate::apiserver::strategy::ALLOCATED;

/// Ports that a default API server gives to Services on all nodes.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;
const OUT_OF_RANGE: &str = "provided port is not in the valid range. The range of valid ports is 30000-32767";
const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const TOPOLOGY_MODE: &str = "service.kubernetes.io/topology-mode";
/// Seconds of a day.
const MAX_AFFINITY: i64 = 86_400;

/// A Service with the addresses that are asked for, in the field that the server reads.
struct Service<'v> {
    spec: Field<'v>,
    kind: &'v str,
    /// `spec.clusterIPs`; if it is absent, `clusterIP` stands for it.
    addresses: Vec<Field<'v>>,
}

impl<'v> Service<'v> {
    fn new(object: Field<'v>) -> Self {
        let spec = object.field("spec");
        let list = spec.field("clusterIPs");
        let single = spec.field("clusterIP");
        let mut addresses: Vec<Field<'v>> = list.items().collect();
        if addresses.is_empty() && !single.is_empty() {
            addresses.push(single.as_at(list.indexed(0)));
        }
        Self { spec, kind: spec.text("type"), addresses }
    }

    fn is_headless(&self) -> bool {
        matches!(self.addresses.as_slice(), [only] if only.str() == "None")
    }

    fn is_load_balancer(&self) -> bool {
        self.kind == "LoadBalancer"
    }

    /// Mirrors ExternallyAccessible.
    fn is_reachable_from_outside(&self) -> bool {
        matches!(self.kind, "LoadBalancer" | "NodePort")
            || self.kind == "ClusterIP" && !self.spec.field("externalIPs").is_empty()
    }

    /// Mirrors NeedsHealthCheck.
    fn needs_health_check(&self) -> bool {
        self.is_load_balancer() && self.spec.text("externalTrafficPolicy") == "Local"
    }

    /// The addresses as the server prints them.
    fn printed_addresses(&self) -> String {
        let list: Vec<String> =
            self.addresses.iter().map(|a| crate::apiserver::go_json::text(a.str())).collect();
        if list.is_empty() {
            texts(self.spec.field("clusterIPs").value())
        } else {
            format!("[{}]", list.join(","))
        }
    }
}

/// Mirrors allocateCreate, which runs before anything is validated and stops at the first thing it cannot have. What only
/// a cluster can say (which networks it has, which addresses are taken) is not said.
pub(in super::super) fn allocate(object: Field<'_>) {
    let service = Service::new(object);
    let before = object.said();
    allocate_addresses(object, None);
    if object.said() == before && matches!(service.kind, "NodePort" | "LoadBalancer") {
        allocate_node_ports(&service);
    }
}

/// The part of it about addresses, which an update of the Service `old` goes through as well. Mirrors initIPFamilyFields.
pub(in super::super) fn allocate_addresses(object: Field<'_>, old: Option<Field<'_>>) {
    let service = Service::new(object);
    let before = object.said();
    if service.kind != "ExternalName" {
        validate_addresses(&service);
        if object.said() > before {
            return;
        }
        let policy = service.spec.field("ipFamilyPolicy");
        if policy.is_unset() && !selects_nothing(&service) || policy.str() == "SingleStack" {
            let say = |detail: &str| {
                policy
                    .invalid_text("SingleStack", detail)
                    .help("use `ipFamilyPolicy: PreferDualStack`, or leave one of them");
            };
            if service.addresses.len() == 2 {
                say(
                    "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
                );
            }
            if service.spec.field("ipFamilies").len() == 2 {
                say(
                    "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
                );
            }
        }
        let networks = Networks::of(object);
        if let Some(networks) = &networks
            && !judge_families(object, &service, networks, before)
        {
            return;
        }
        let metadata = object.field("metadata");
        let is_named = ["name", "generateName"].into_iter().any(|name| !metadata.field(name).is_empty());
        if !is_named && service.addresses.is_empty() {
            service
                .spec
                .field("clusterIPs")
                .invalid_as(
                    "[\"\"]",
                    "failed to allocate IP: IPAddress.networking.k8s.io \"<allocated>\" is invalid: spec.parentRef.name: Required value",
                )
                .plain("the Service has no name", "add `metadata.name`")
                .code(&codes::REQUIRED)
                .place(metadata.field("name").place());
        }
        // A Service that has addresses keeps them.
        let asks = old.is_none_or(|old| old.field("spec").text("type") == "ExternalName");
        if let (Some(networks), false, true) = (&networks, service.is_headless(), asks) {
            let printed = service.printed_addresses();
            for address in &service.addresses {
                service_network::allocate(object, networks, *address, &printed);
            }
        }
    }
    if object.said() == before && old.is_none() && service.needs_health_check() {
        allocate_health_check(&service);
    }
}

/// Mirrors the part of initIPFamilyFields that asks the cluster. False if something was said, or was
/// before: `before` counts what was said until then.
fn judge_families(object: Field<'_>, service: &Service<'_>, networks: &Networks, before: usize) -> bool {
    const HELP: &str = "the cluster's ServiceCIDRs say which families it has";
    let families = service.spec.field("ipFamilies");
    let (printed, given) = (service.printed_addresses(), families.len());
    let addresses = service.addresses.iter().take_while(|address| address.str() != "None");
    for address in addresses.skip(given) {
        let family = ip::parse_sloppy(address.str()).map_or("IPv4", service_network::family_of);
        if !networks.has(family) {
            address
                .invalid_as(&printed, &format!("{family} is not configured on this cluster"))
                .plain(format!("the cluster has no {family} for Services"), HELP)
                .code(&codes::CLUSTER_IP);
        }
    }
    let headless = service.spec.text("clusterIP") == "None" && service.spec.field("selector").is_empty();
    if object.said() > before || headless {
        return object.said() == before;
    }
    let policy = service.spec.field("ipFamilyPolicy");
    if policy.str() == "RequireDualStack" && !networks.is_dual() {
        policy
            .invalid("this cluster is not configured for dual-stack services")
            .plain("the cluster has addresses of one family only", "use `ipFamilyPolicy: PreferDualStack`");
    }
    for family in families.items().filter(|family| !networks.has(family.str())) {
        family
            .invalid("not configured on this cluster")
            .plain(format!("the cluster has no {} for Services", family.str()), HELP);
    }
    object.said() == before
}

/// Mirrors allocHealthCheckNodePort: a port that was asked for and cannot be had ends the request.
fn allocate_health_check(service: &Service<'_>) {
    let port = service.spec.field("healthCheckNodePort");
    let Some(wanted) = port.int().filter(|port| *port != 0) else { return };
    let why = if !NODE_PORTS.contains(&wanted) {
        OUT_OF_RANGE
    } else if service.spec.each("ports").any(|p| p.field("nodePort").int() == Some(wanted)) {
        "provided port is already allocated"
    } else {
        return;
    };
    let message =
        format!("Internal error occurred: failed to allocate requested HealthCheck NodePort {wanted}: {why}");
    port.stop(500, "InternalError", message).code(&codes::NODE_PORT_CONFLICT).plain(
        format!("no node has port {wanted} for health checks: {why}"),
        "use a free port from 30000 to 32767, or remove `healthCheckNodePort` and let the cluster choose",
    );
}

/// A headless Service whose endpoints somebody else writes.
fn selects_nothing(service: &Service<'_>) -> bool {
    service.spec.text("clusterIP") == "None" && service.spec.field("selector").is_empty()
}

/// Mirrors initNodePorts: the first port that cannot be had.
fn allocate_node_ports(service: &Service<'_>) {
    // Ports of nodes that are taken, and those of the Service's own ports.
    let (mut taken, mut known) = (FxHashSet::default(), FxHashMap::default());
    // What is asked for first for each port, be it further down.
    let mut first_wanted = FxHashMap::default();
    for port in service.spec.each("ports") {
        if let Some(number) = port.field("nodePort").int().filter(|n| *n != 0) {
            first_wanted.entry(port.field("port").int().unwrap_or_default()).or_insert(number);
        }
    }
    for port in service.spec.each("ports") {
        let (own, node_port) = (port.field("port").int().unwrap_or_default(), port.field("nodePort"));
        let number = node_port.int().unwrap_or_default();
        let wanted = match known.get(&own) {
            None => first_wanted.get(&own).copied(),
            Some(first) if *first != number && number != 0 => Some(number),
            Some(_) => None,
        };
        let Some(wanted) = wanted else { continue };
        let printed = wanted.to_string();
        if !NODE_PORTS.contains(&wanted) {
            node_port
                .invalid_as(&printed, OUT_OF_RANGE)
                .help("use a port from 30000 to 32767, or remove `nodePort` and let the cluster choose")
                .code(&codes::NODE_PORT_CONFLICT);
            return;
        }
        if !taken.insert(wanted) {
            node_port
                .invalid_as(&printed, "provided port is already allocated")
                .plain(
                    format!("two ports of the Service want the nodes' port {wanted}"),
                    "change one of them",
                )
                .code(&codes::NODE_PORT_CONFLICT);
            return;
        }
        known.entry(own).or_insert(wanted);
    }
}

/// Mirrors validateService.
pub(in super::super) fn validate(object: Field<'_>) {
    let service = Service::new(object);
    let spec = service.spec;
    let annotations = object.at(&["metadata", "annotations"]);
    let (mode, hints) = (annotations.entry(TOPOLOGY_MODE), annotations.entry(TOPOLOGY_HINTS));
    if mode.is_set() && hints.is_set() && mode.str() != hints.str() {
        mode.invalid(&format!("must match annotations[{TOPOLOGY_HINTS}] when both are specified"))
            .help("remove the older annotation");
    }
    let ports = spec.field("ports");
    if ports.is_empty() && !service.is_headless() && service.kind != "ExternalName" {
        ports.required("").plain(
            "the Service has no ports",
            "add `ports: [{port: ...}]`, or make it headless with `clusterIP: None`",
        );
    }
    validate_kind(&service);
    let many = ports.len() > 1;
    let mut names = FxHashSet::default();
    for port in ports.items() {
        validate_port(port, many, &mut names);
    }
    validate_labels(spec.field("selector"));
    validate_affinity(spec);
    validate_addresses(&service);
    for address in spec.each("externalIPs") {
        if address.ip() {
            super::endpoints::validate_endpoint_ip(address);
        }
    }
    spec.field("type").one_of_if_set(&["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]);
    validate_unique_ports(&service);
    validate_load_balancer(object, &service);
    validate_traffic(&service);
}

/// What the type of a Service asks for.
fn validate_kind(service: &Service<'_>) {
    let spec = service.spec;
    match service.kind {
        "LoadBalancer" | "NodePort" if service.is_headless() => {
            if let Some(address) = service.addresses.first() {
                address
                    .invalid(&format!("may not be set to 'None' for {} services", service.kind))
                    .help("remove `clusterIP: None`, or use `type: ClusterIP`")
                    .code(&codes::CLUSTER_IP);
            }
        }
        "ExternalName" => {
            const DETAIL: &str = "may not be set for ExternalName services";
            if !service.addresses.is_empty() {
                spec.field("clusterIPs").forbidden(DETAIL);
            }
            if !spec.field("ipFamilies").is_empty() {
                spec.field("ipFamilies").forbidden(DETAIL);
            }
            spec.field("ipFamilyPolicy").forbid_if_set(DETAIL);
            let name = spec.field("externalName");
            let text = name.str().strip_suffix('.').unwrap_or(name.str());
            if text.is_empty() {
                name.required("").help("add the DNS name that the Service stands for");
            } else {
                name.check_text(text, dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
            }
        }
        _ => {}
    }
}

/// Mirrors validateServicePort.
fn validate_port<'v>(port: Field<'v>, many: bool, names: &mut FxHashSet<&'v str>) {
    let name = port.field("name");
    if name.is_empty() {
        if many {
            name.required("")
                .plain("a Service with several ports must name them", "add `name` to every port");
        }
    } else {
        name.port_label();
        if !names.insert(name.str()) {
            name.duplicate().code(&codes::DUPLICATE_PORT);
        }
    }
    port.field("port").port_number();
    port.field("protocol").require_one_of("", &["SCTP", "TCP", "UDP"]);
    port.field("targetPort").port_number_or_name();
    let protocol = port.field("appProtocol");
    if protocol.is_set() {
        protocol.qualified_name();
    }
}

fn validate_affinity(spec: Field<'_>) {
    let (affinity, config) = (spec.field("sessionAffinity"), spec.field("sessionAffinityConfig"));
    affinity.one_of_if_set(&["ClientIP", "None"]);
    match affinity.str() {
        "ClientIP" => {
            const DETAIL: &str = "when session affinity type is ClientIP";
            let client = config.field("clientIP");
            let timeout = client.field("timeoutSeconds");
            if config.is_unset() {
                config.required(DETAIL);
            } else if client.is_unset() {
                client.required(DETAIL);
            } else if timeout.is_unset() {
                timeout.required(DETAIL);
            } else if !(1..=MAX_AFFINITY).contains(&timeout.int().unwrap_or_default()) {
                timeout.range(&format!("must be greater than 0 and less than {MAX_AFFINITY}"));
            }
        }
        "None" => {
            config.forbid_if_set("must not be set when session affinity is None");
        }
        _ => {}
    }
}

/// Mirrors ValidateServiceClusterIPsRelatedFields.
fn validate_addresses(service: &Service<'_>) {
    if service.kind == "ExternalName" {
        return;
    }
    let spec = service.spec;
    let (list, single) = (spec.field("clusterIPs"), spec.field("clusterIP"));
    let say = |detail: &str| list.invalid_as(&service.printed_addresses(), detail).code(&codes::CLUSTER_IP);
    if single.is_empty() {
        if !service.addresses.is_empty() {
            say("must be empty when `clusterIP` is not specified")
                .help("add `clusterIP` with the first of `clusterIPs`");
        }
    } else if service.addresses.first().is_some_and(|first| first.str() != single.str()) {
        say("first value must match `clusterIP`").help("make both the same, or remove one of them");
    }
    let families = spec.field("ipFamilies");
    let mut seen = FxHashSet::default();
    for family in families.items() {
        family.one_of(&["IPv4", "IPv6"]);
        family.unique(family.str(), &mut seen);
    }
    spec.field("ipFamilyPolicy").one_of_if_set(&["PreferDualStack", "RequireDualStack", "SingleStack"]);
    let mut bad = false;
    for (i, address) in service.addresses.iter().enumerate() {
        if i == 0 && address.str() == "None" {
            if service.addresses.len() > 1 {
                bad = true;
                say("'None' must be the first and only value");
            }
            continue;
        }
        bad |= !address.ip();
    }
    if service.addresses.len() > 2 {
        say("may only hold up to 2 values");
    }
    if bad {
        return;
    }
    let is_v6 = |text: &str| ip::parse_sloppy(text).is_some_and(ip::is_v6);
    if service.addresses.len() > 1 {
        let v6 = service.addresses.iter().filter(|a| is_v6(a.str())).count();
        if v6 == 0 || v6 == service.addresses.len() {
            say("may specify no more than one IP for each IP family");
        }
    }
    if service.is_headless() {
        return;
    }
    for (i, (address, family)) in service.addresses.iter().zip(families.items()).enumerate() {
        let detail = match (family.str(), is_v6(address.str())) {
            ("IPv4", true) => format!("expected an IPv4 value as indicated by `ipFamilies[{i}]`"),
            ("IPv6", false) => format!("expected an IPv6 value as indicated by `ipFamilies[{i}]`"),
            _ => continue,
        };
        address.invalid(&detail).code(&codes::CLUSTER_IP);
    }
}

/// A port of the nodes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum NodePort {
    Number(i64),
    /// One that the cluster chooses for the Service's port of this number.
    ChosenFor(i64),
}

/// What initNodePorts gives to each port: ports of the same number share theirs.
fn node_ports(service: &Service<'_>) -> Vec<Option<NodePort>> {
    let ports = service.spec.field("ports");
    let asked = |port: Field<'_>| port.field("nodePort").int().filter(|number| *number != 0);
    let own = |port: Field<'_>| port.field("port").int().unwrap_or_default();
    let chosen = service.kind == "NodePort"
        || service.is_load_balancer()
            && service.spec.field("allocateLoadBalancerNodePorts").bool() != Some(false);
    let mut first_asked = FxHashMap::default();
    for port in ports.items() {
        if let Some(number) = asked(port) {
            first_asked.entry(own(port)).or_insert(number);
        }
    }
    let given = |port: Field<'_>| match asked(port) {
        Some(number) => Some(NodePort::Number(number)),
        None if chosen => {
            Some(first_asked.get(&own(port)).map_or(NodePort::ChosenFor(own(port)), |n| NodePort::Number(*n)))
        }
        None => None,
    };
    ports.items().map(given).collect()
}

/// Ports of nodes and of the Service itself are there once for a protocol.
fn validate_unique_ports(service: &Service<'_>) {
    let ports = service.spec.field("ports");
    if service.kind == "ClusterIP" {
        for port in ports.items() {
            let node_port = port.field("nodePort");
            if node_port.int().unwrap_or_default() != 0 {
                node_port
                    .forbidden("may not be used when `type` is 'ClusterIP'")
                    .help("remove `nodePort`, or use `type: NodePort`");
            }
        }
    }
    let mut taken = FxHashSet::default();
    for (port, given) in ports.items().zip(node_ports(service)) {
        let Some(given) = given else { continue };
        if !taken.insert((port.text("protocol"), given)) {
            let node_port = port.field("nodePort");
            match given {
                NodePort::Number(number) => {
                    node_port.duplicate_as(&number.to_string()).code(&codes::NODE_PORT_CONFLICT)
                }
                // The cluster chose it for another port of the same number.
                NodePort::ChosenFor(_) => node_port.duplicate_as(ALLOCATED).place(port.field("port").place()),
            };
        }
    }
    let mut seen = FxHashSet::default();
    for port in ports.items() {
        let number = port.field("port").int().unwrap_or_default();
        if !seen.insert((port.text("protocol"), number)) {
            let fields = [
                ("Name", "-", Go::Text),
                ("Protocol", "protocol", Go::Text),
                ("AppProtocol", "-", Go::Any),
                ("Port", "port", Go::Int),
                ("TargetPort", "-", Go::Int),
                ("NodePort", "-", Go::Int),
            ];
            port.duplicate_as(&internal(port.value(), &fields))
                .place(port.field("port").place())
                .plain(format!("two ports of the Service are {number}"), "change one of the ports")
                .code(&codes::DUPLICATE_PORT);
        }
    }
}

fn validate_load_balancer(object: Field<'_>, service: &Service<'_>) {
    const DETAIL: &str = "may only be used when `type` is 'LoadBalancer'";
    let spec = service.spec;
    let ranges = spec.field("loadBalancerSourceRanges").called(spec, "LoadBalancerSourceRanges");
    let annotation = object.at(&["metadata", "annotations"]).entry(SOURCE_RANGES);
    if !ranges.is_empty() {
        if !service.is_load_balancer() {
            ranges.forbidden(DETAIL).help("remove `loadBalancerSourceRanges`");
        }
        for range in ranges.items() {
            range.cidr_text(range.str().trim());
        }
    } else if annotation.is_set() {
        if !service.is_load_balancer() {
            annotation.forbidden(DETAIL).help("remove the annotation");
        }
        let text = annotation.str().trim();
        if !text.is_empty() {
            for range in text.split(',') {
                annotation.cidr_text(range.trim());
            }
        }
    }
    let allocate = spec.field("allocateLoadBalancerNodePorts");
    if !service.is_load_balancer() {
        allocate.forbid_if_set(DETAIL);
    }
    let class = spec.field("loadBalancerClass");
    if class.is_set() {
        if service.is_load_balancer() {
            class.qualified_name();
        } else {
            class.forbidden(DETAIL);
        }
    }
}

/// Mirrors validateServiceExternalTrafficPolicy, validateServiceInternalTrafficFieldsValue and
/// validateServiceTrafficDistribution.
fn validate_traffic(service: &Service<'_>) {
    let spec = service.spec;
    let external = spec.field("externalTrafficPolicy");
    if service.is_reachable_from_outside() {
        external.require_one_of("", &["Cluster", "Local"]);
    } else if !external.is_empty() {
        external
            .invalid("may only be set for externally-accessible services")
            .help("remove it, or use `type: NodePort` or `LoadBalancer`")
            .code(&codes::FORBIDDEN);
    }
    let health = spec.field("healthCheckNodePort");
    let port = health.int().unwrap_or_default();
    if !service.needs_health_check() && port != 0 {
        health
            .invalid_int(
                "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
            )
            .help("remove `healthCheckNodePort`")
            .code(&codes::FORBIDDEN);
    } else if port != 0 {
        health.port_number();
    }
    spec.field("internalTrafficPolicy").one_of_if_set(&["Cluster", "Local"]);
    let distribution = spec.field("trafficDistribution");
    if distribution.is_set() {
        let values = ["PreferClose", "PreferSameZone", "PreferSameNode"];
        // Gate PreferSameTrafficDistribution, on since 1.34.
        distribution.one_of(if spec.since(34) { &values } else { &values[..1] });
    }
}
