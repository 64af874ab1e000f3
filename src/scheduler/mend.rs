//! The smallest changes that give a Pod a node.

use super::explain::{Lack, NodeLack, all, amount, domain, every};
use super::snapshot::NodeInfo;
use crate::cluster::fit;
use crate::cluster::model::{HostPort, Pod, Resources, Taint};
use crate::object::{Requirement, Selector, Sym};

/// A change that gives the Pod a node.
#[derive(Clone, PartialEq, Debug)]
pub enum Mend {
    /// The Pod asks at most this (millicores for CPU, else whole units).
    AskLess {
        /// Name of the resource.
        resource: Sym,
        /// The most it may ask.
        most: i64,
    },
    /// The node is uncordoned.
    Uncordon(Sym),
    /// The Pod tolerates the taint.
    Tolerate(Taint),
    /// A node gets the label, or the Pod stops asking for it.
    Label(Sym, Sym),
    /// A node satisfies the requirements, or the Pod stops asking for them.
    Satisfy(Vec<Requirement>),
    /// The Pod takes another host port.
    OtherPort(HostPort),
    /// Nodes get the label.
    TopologyKey(Sym),
    /// The constraint on this label allows this skew, or only prefers.
    AllowSkew(Sym, i64),
    /// A Pod with these labels runs in the domain.
    Companion(Sym, Selector),
    /// The anti-affinity on this label is preferred instead of required.
    Prefer(Sym),
    /// One more node as the nearest one.
    Node,
    /// A node like the nearest one that has at least this much of these resources for Pods.
    LargerNode(Vec<(Sym, i64)>),
    /// All of these.
    All(Vec<Mend>),
}

/// What one mend changes, so that the same advice is not given twice with other numbers.
fn kinds(mend: &Mend) -> Vec<(u8, Option<Sym>)> {
    match mend {
        Mend::AskLess { resource, .. } => vec![(0, Some(*resource))],
        Mend::Uncordon(_) => vec![(1, None)],
        Mend::Tolerate(taint) => vec![(2, Some(taint.key))],
        Mend::Label(key, _) => vec![(3, Some(*key))],
        Mend::Satisfy(_) => vec![(4, None)],
        Mend::OtherPort(_) => vec![(5, None)],
        Mend::TopologyKey(key) => vec![(6, Some(*key))],
        Mend::AllowSkew(key, _) => vec![(7, Some(*key))],
        Mend::Companion(key, _) => vec![(8, Some(*key))],
        Mend::Prefer(key) => vec![(9, Some(*key))],
        Mend::Node => vec![(10, None)],
        Mend::LargerNode(_) => vec![(11, None)],
        Mend::All(mends) => mends.iter().flat_map(kinds).collect(),
    }
}

/// More than this nobody reads.
const MAX_MENDS: usize = 3;

/// The smallest changes that give a Pod a node, from what the nodes lack, the nearest first. A Pod that is `pinned` is for
/// one node only: another one is none of its.
pub(super) fn mends<'n>(
    pod: &Pod,
    nodes: impl Iterator<Item = (&'n NodeLack, &'n NodeInfo)> + Clone,
    pinned: bool,
) -> Vec<Mend> {
    let mut mends: Vec<Mend> = Vec::new();
    let mut add = |mend: Mend| {
        let same_kind = |other: &Mend| kinds(other) == kinds(&mend);
        if mends.len() < MAX_MENDS && !mends.iter().any(same_kind) {
            mends.push(mend);
        }
    };
    let fewest = nodes.clone().next().map_or(0, |(nearest, _)| nearest.lacks.len());
    for (node, info) in nodes.clone() {
        if node.lacks.len() == fewest
            && let Some(mend) = mend(node)
        {
            add(mend);
        }
        if !pinned && another_would_do(pod, info, node) {
            add(Mend::Node);
        }
    }
    let larger = || nodes.clone().find_map(|(node, info)| larger_node(pod, info, node));
    if !pinned
        && !mends.contains(&Mend::Node)
        && let Some(larger) = larger()
    {
        mends.push(larger);
    }
    mends
}

/// What would make this node take the Pod; `None` if no change of the Pod or the node is known to.
fn mend(node: &NodeLack) -> Option<Mend> {
    let one = |(_, lack): &(_, Lack)| {
        Some(match lack {
            Lack::Cordoned => Mend::Uncordon(node.node),
            Lack::Taint(taint) => Mend::Tolerate(*taint),
            Lack::Label { key, value, .. } => Mend::Label(*key, *value),
            Lack::Affinity(requirements) => Mend::Satisfy(requirements.clone()),
            Lack::Port(port, _) => Mend::OtherPort(*port),
            Lack::Resource(short) if short.free() > 0 && &*short.resource != "pods" => {
                Mend::AskLess { resource: short.resource, most: short.free() }
            }
            Lack::TopologyKey(key) => Mend::TopologyKey(*key),
            Lack::Spread { key, pods, least, .. } => Mend::AllowSkew(*key, pods + 1 - least),
            Lack::NoCompany { key, selector } => Mend::Companion(*key, selector.clone()),
            Lack::Company { key, .. } => Mend::Prefer(*key),
            Lack::Resource(_) | Lack::Unwelcome { .. } | Lack::Other(_) => return None,
        })
    };
    let mut mends = node.lacks.iter().map(one).collect::<Option<Vec<_>>>()?;
    mends.dedup();
    if mends.len() == 1 { mends.pop() } else { Some(Mend::All(mends)) }
}

/// True for what an empty node of the same kind does not lack.
fn goes_with_the_pods(lack: &Lack) -> bool {
    let own = |key: &Sym| &**key == "kubernetes.io/hostname";
    match lack {
        Lack::Resource(short) => !short.unresolvable(),
        Lack::Port(..) => true,
        Lack::Company { key, .. } | Lack::Unwelcome { key } | Lack::Spread { key, .. } => own(key),
        _ => false,
    }
}

/// True if an empty node of this kind would take the Pod.
fn another_would_do(pod: &Pod, info: &NodeInfo, node: &NodeLack) -> bool {
    node.lacks.iter().all(|(_, lack)| goes_with_the_pods(lack))
        && fit::fits(&pod.requests().total, &Resources::default(), 0, &info.node.allocatable)
}

/// A node of this kind that is large enough, if size is all that is in the way.
fn larger_node(pod: &Pod, info: &NodeInfo, node: &NodeLack) -> Option<Mend> {
    let is_size = |lack: &Lack| matches!(lack, Lack::Resource(_)) || goes_with_the_pods(lack);
    if !node.lacks.iter().all(|(_, lack)| is_size(lack)) || info.node.allocatable.pods == 0 {
        return None;
    }
    let empty = Resources::default();
    let short = fit::insufficient(&pod.requests().total, &empty, 0, &info.node.allocatable);
    let needs: Vec<(Sym, i64)> = short.into_iter().map(|short| (short.resource, short.asks)).collect();
    (!needs.is_empty()).then_some(Mend::LargerNode(needs))
}

impl std::fmt::Display for Mend {
    /// A phrase: `requests.cpu ≤ 250m`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AskLess { resource, most } => {
                write!(f, "requests.{resource} ≤ {}", amount(*resource, *most, false))
            }
            Self::Uncordon(node) => write!(f, "kubectl uncordon {node}"),
            Self::Tolerate(taint) => write!(f, "a toleration for {taint}"),
            Self::Label(key, value) => {
                write!(f, "label {key}={value} on a node, or drop it from nodeSelector")
            }
            Self::Satisfy(requirements) if requirements.is_empty() => write!(f, "drop the node affinity"),
            Self::Satisfy(requirements) => {
                write!(f, "a node with {}, or drop it from the node affinity", all(requirements))
            }
            Self::OtherPort(port) => write!(f, "another hostPort than {}", port.port),
            Self::TopologyKey(key) => write!(f, "label {key} on the nodes"),
            Self::AllowSkew(_, skew) => write!(f, "maxSkew: {skew}, or whenUnsatisfiable: ScheduleAnyway"),
            Self::Companion(key, selector) => {
                write!(f, "a Pod with {} in the {}", every(selector), domain(*key))
            }
            Self::Prefer(_) => write!(f, "preferred instead of required anti-affinity"),
            Self::Node => write!(f, "one more node"),
            Self::LargerNode(needs) => {
                let need = |(resource, least): &(Sym, i64)| {
                    format!("{} {resource}", amount(*resource, *least, true))
                };
                write!(f, "a node of at least {}", needs.iter().map(need).collect::<Vec<_>>().join(", "))
            }
            Self::All(mends) => {
                for (at, mend) in mends.iter().enumerate() {
                    write!(f, "{}{mend}", if at > 0 { " and " } else { "" })?;
                }
                Ok(())
            }
        }
    }
}
