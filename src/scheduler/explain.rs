//! Why a Pod has no node, or not another one: what each node lacks, and which node is nearest.

use super::cycle::Cycle;
use super::framework::Context;
use super::mend::{Mend, mends};
use super::run::Scheduler;
use crate::cluster::fit::Insufficient;
use crate::cluster::model::{HostPort, Taint};
use crate::object::{Requirement, Selector, Sym};

/// What keeps a Pod off a node.
#[derive(Clone, PartialEq, Debug)]
pub enum Lack {
    /// The node is cordoned.
    Cordoned,
    /// A taint that the Pod does not tolerate.
    Taint(Taint),
    /// A label that `nodeSelector` asks for.
    Label {
        /// Key.
        key: Sym,
        /// The value that is asked for.
        value: Sym,
        /// The value that the node has.
        has: Option<Sym>,
    },
    /// Requirements of the node affinity term that comes nearest. Empty if there is no term.
    Affinity(Vec<Requirement>),
    /// A port that is taken, and the Pod that has it (namespace, name).
    Port(HostPort, Option<(Sym, Sym)>),
    /// Too little of a resource (`pods`: too many Pods).
    Resource(Insufficient),
    /// The node lacks the label by which Pods are spread or kept near each other.
    TopologyKey(Sym),
    /// One Pod more would make the spread uneven.
    Spread {
        /// The label that makes the domains.
        key: Sym,
        /// Pods in the node's domain.
        pods: i64,
        /// Pods in the emptiest domain.
        least: i64,
        /// How far they may differ.
        max_skew: i64,
    },
    /// No Pod that the Pod wants to be near is in the node's domain.
    NoCompany {
        /// The label that makes the domains.
        key: Sym,
        /// Whom it wants.
        selector: Selector,
    },
    /// A Pod that the Pod wants to be away from is in the node's domain.
    Company {
        /// The label that makes the domains.
        key: Sym,
        /// Whom it avoids.
        selector: Selector,
    },
    /// A Pod in the node's domain wants to be away from the Pod.
    Unwelcome {
        /// The label that makes the domains.
        key: Sym,
    },
    /// Anything else, in the scheduler's words.
    Other(String),
}

/// What keeps a Pod off one node.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeLack {
    /// The node.
    pub node: Sym,
    /// All that it lacks, with the plugin that objects; the scheduler itself tells only what the first plugin says. Empty
    /// if no filter objects.
    pub lacks: Vec<(&'static str, Lack)>,
}

/// Why a Pod has no node, or not another one.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Explanation {
    /// The node with the fewest and smallest lacks; `None` if a node lacks nothing.
    pub nearest: Option<NodeLack>,
    /// All nodes, in order of arrival.
    pub nodes: Vec<NodeLack>,
    /// The smallest changes, any of which is enough; the smallest first.
    pub mends: Vec<Mend>,
}

impl NodeLack {
    /// How far the node is from taking the Pod: thousandths of a lack.
    pub fn distance(&self) -> i64 {
        self.lacks.iter().map(|(_, lack)| lack.weight()).sum()
    }
}

impl Explanation {
    /// What all filters say of all nodes.
    pub(super) fn of(cycle: &Cycle<'_>) -> Self {
        let infos = cycle.context.cluster.nodes();
        let mut nodes: Vec<NodeLack> =
            infos.iter().map(|info| NodeLack { node: info.node.meta.name, lacks: Vec::new() }).collect();
        for active in &cycle.filters {
            let plugin = cycle.name(active.plugin);
            for (node, info) in nodes.iter_mut().zip(infos) {
                node.lacks.extend(active.filter.lacks(info).into_iter().map(|lack| (plugin, lack)));
            }
        }
        if nodes.iter().any(|node| node.lacks.is_empty()) {
            return Self { nearest: None, nodes, mends: Vec::new() };
        }
        // A daemon's Pod is for one node: what others lack does not matter, and one more node is none of its.
        let elsewhere = |node: &NodeLack| node.lacks.iter().any(|(_, lack)| is_other_node(lack));
        let pinned = nodes.iter().any(elsewhere) && !nodes.iter().all(elsewhere);
        let mut order: Vec<usize> =
            (0..nodes.len()).filter(|at| !pinned || !elsewhere(&nodes[*at])).collect();
        order.sort_by_key(|at| (nodes[*at].distance(), nodes[*at].node));
        let nearest = order.first().map(|at| nodes[*at].clone());
        let by_distance = order.iter().map(|at| (&nodes[*at], &infos[*at]));
        let mends = mends(cycle.context.pod, by_distance, pinned);
        Self { nearest, nodes, mends }
    }
}

impl Scheduler {
    /// Why a Pod that is known has no node. `None` if it is not known, or if no filter objects to some node.
    pub fn explain(&self, namespace: Sym, name: Sym) -> Option<Explanation> {
        let info = self.info(namespace, name)?;
        let context =
            Context { pod: &info.pod, class: info.class, cluster: self.snapshot(), objects: self.objects() };
        let cycle = Cycle::new(context, self.profile(info.pod.spec.scheduler)?);
        Some(Explanation::of(&cycle)).filter(|explanation| explanation.nearest.is_some())
    }
}

/// True if the Pod names another node.
fn is_other_node(lack: &Lack) -> bool {
    matches!(lack, Lack::Affinity(requirements) if requirements.iter().any(|r| &*r.key == "metadata.name"))
}

impl Lack {
    /// Fewer lacks weigh less; of as many, those of which a smaller part is lacking. Thousandths of a lack.
    fn weight(&self) -> i64 {
        match self {
            Self::Resource(short) => {
                let missing = i128::from(short.asks) - i128::from(short.free());
                let share = missing.clamp(0, i128::from(short.asks)) * 500 / i128::from(short.asks.max(1));
                1000 + share as i64
            }
            Self::Taint(_) | Self::Cordoned | Self::Port(..) => 1500,
            Self::Affinity(requirements) => 1600 + 100 * requirements.len() as i64,
            _ => 1700,
        }
    }
}

/// An amount of a resource as manifests write it; memory is rounded to what reads well, up or down.
pub fn amount(resource: Sym, value: i64, up: bool) -> String {
    const UNITS: [(&str, i64); 4] = [("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];
    match resource.as_str() {
        "cpu" if value % 1000 == 0 => (value / 1000).to_string(),
        "cpu" => format!("{value}m"),
        name if name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-") => {
            // The largest unit of which it is a whole number; else whole Mi, or Ki below that.
            let whole = UNITS.iter().find(|(_, unit)| value != 0 && value % unit == 0 && value / unit > 0);
            if let Some((suffix, unit)) = whole {
                return format!("{}{suffix}", value / unit);
            }
            let (suffix, unit) = if value.abs() >= 1 << 20 { UNITS[2] } else { UNITS[3] };
            let rounded =
                if up { value.saturating_add(unit - 1).div_euclid(unit) } else { value.div_euclid(unit) };
            if rounded == 0 { value.to_string() } else { format!("{rounded}{suffix}") }
        }
        _ => value.to_string(),
    }
}

pub(super) fn all(requirements: &[Requirement]) -> String {
    requirements.iter().cloned().collect::<Selector>().to_string()
}

pub(super) fn every(selector: &Selector) -> String {
    if selector.is_empty() { "any labels".into() } else { selector.to_string() }
}

/// What people call a domain of the label.
pub(super) fn domain(key: Sym) -> &'static str {
    match key.as_str() {
        "kubernetes.io/hostname" => "node",
        "topology.kubernetes.io/zone" => "zone",
        "topology.kubernetes.io/region" => "region",
        _ => "domain",
    }
}

/// ` in its zone`; nothing for a domain of one node.
fn within(key: Sym) -> String {
    match domain(key) {
        "node" => String::new(),
        domain => format!(" in its {domain}"),
    }
}

impl std::fmt::Display for Lack {
    /// A clause about the node: `250m cpu free, asks 500m`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cordoned => write!(f, "is cordoned (spec.unschedulable)"),
            Self::Taint(taint) => write!(f, "has the taint {taint}, which is not tolerated"),
            Self::Label { key, value, has: Some(has) } => write!(f, "has {key}={has}, not {value}"),
            Self::Label { key, value, has: None } => write!(f, "has no label {key}={value}"),
            Self::Affinity(requirements) if requirements.is_empty() => {
                write!(f, "matches no node affinity term")
            }
            Self::Affinity(requirements) => write!(f, "does not satisfy {}", all(requirements)),
            Self::Port(port, Some((namespace, name))) => {
                write!(f, "has port {}/{} taken by {namespace}/{name}", port.port, port.protocol)
            }
            Self::Port(port, None) => write!(f, "has port {}/{} taken", port.port, port.protocol),
            Self::Resource(short) if &*short.resource == "pods" => {
                write!(f, "runs {} Pods and allows {}", short.used, short.allocatable)
            }
            Self::Resource(Insufficient { resource, asks, allocatable, .. }) => {
                let free = if let Self::Resource(short) = self { short.free().max(0) } else { 0 };
                let [free, allocatable] = [free, *allocatable].map(|value| amount(*resource, value, false));
                let asks = amount(*resource, *asks, true);
                write!(f, "has {free} of {allocatable} {resource} free, the Pod asks {asks}")
            }
            Self::TopologyKey(key) => write!(f, "has no label {key}"),
            Self::Spread { key, pods, least, max_skew } => {
                let domain = domain(*key);
                write!(
                    f,
                    "is in a {domain} with {pods} such Pods; another has {least}, maxSkew is {max_skew}"
                )
            }
            Self::NoCompany { key, selector } => {
                write!(f, "has no Pod with {}{}", every(selector), within(*key))
            }
            Self::Company { key, selector } => {
                write!(f, "has a Pod with {}{}", every(selector), within(*key))
            }
            Self::Unwelcome { key } => {
                write!(f, "has a Pod{} whose anti-affinity excludes this one", within(*key))
            }
            Self::Other(reason) => write!(f, "refuses it: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::cluster::model::{Meta, Node, Pod, PodSpec, Requests, Resources, TaintEffect};
    use crate::object::{Labels, sym};
    use crate::scheduler::{Detail, Objects};

    fn node(name: &str, milli_cpu: i64) -> Node {
        let allocatable = Resources { milli_cpu, memory: 4 << 30, pods: 10, ..Resources::default() };
        Node { meta: Meta { name: sym(name), ..Meta::default() }, allocatable, ..Node::default() }
    }

    fn explain(nodes: Vec<Node>, spec: PodSpec) -> Explanation {
        let mut scheduler = Scheduler::new(Objects::default(), Detail::Outcome);
        for node in nodes {
            scheduler.add_node(Arc::new(node));
        }
        let meta = Meta { namespace: sym("shop"), name: sym("p"), ..Meta::default() };
        scheduler.add_pod(Arc::new(Pod::new(meta, Arc::new(spec))));
        scheduler.run();
        scheduler.explain(sym("shop"), sym("p")).unwrap()
    }

    fn asks(milli_cpu: i64) -> PodSpec {
        let total = Resources { milli_cpu, ..Resources::default() };
        PodSpec { requests: Requests { total, ..Requests::default() }, ..PodSpec::default() }
    }

    fn said(explanation: &Explanation) -> (String, Vec<String>) {
        let nearest = explanation.nearest.as_ref().unwrap();
        let lacks: Vec<String> = nearest.lacks.iter().map(|(_, lack)| lack.to_string()).collect();
        let mends = explanation.mends.iter().map(ToString::to_string).collect();
        (format!("{} {}", nearest.node, lacks.join(", ")), mends)
    }

    #[test]
    fn the_node_with_most_room_is_nearest() {
        let (nearest, mends) = said(&explain(vec![node("a", 100), node("b", 250)], asks(500)));
        assert_eq!(nearest, "b has 250m of 250m cpu free, the Pod asks 500m");
        assert_eq!(mends, ["requests.cpu ≤ 250m", "a node of at least 500m cpu"]);
    }

    #[test]
    fn a_toleration_is_enough() {
        let mut tainted = node("tainted", 4000);
        tainted.taints.push(Taint {
            key: sym("dedicated"),
            value: sym("db"),
            effect: TaintEffect::NoSchedule,
        });
        let mut cordoned = node("cordoned", 1000);
        cordoned.unschedulable = true;
        let (nearest, mends) = said(&explain(vec![cordoned, tainted], asks(2000)));
        assert_eq!(nearest, "tainted has the taint dedicated=db:NoSchedule, which is not tolerated");
        assert_eq!(mends, ["a toleration for dedicated=db:NoSchedule"]);
    }

    #[test]
    fn a_label_or_less_of_it() {
        let selector: Labels = [(sym("zone"), sym("a"))].into_iter().collect();
        let spec = PodSpec { node_selector: selector, ..asks(100) };
        let (nearest, mends) = said(&explain(vec![node("n", 1000)], spec));
        assert_eq!(nearest, "n has no label zone=a");
        assert_eq!(mends, ["label zone=a on a node, or drop it from nodeSelector"]);
    }

    #[test]
    fn amounts() {
        let memory = sym("memory");
        assert_eq!(amount(sym("cpu"), 2000, false), "2");
        assert_eq!(amount(memory, 3 << 30, false), "3Gi");
        assert_eq!(amount(memory, (3 << 30) + 1, false), "3072Mi");
        assert_eq!(amount(memory, (3 << 30) + 1, true), "3073Mi");
        assert_eq!(amount(memory, 0, false), "0");
    }
}
