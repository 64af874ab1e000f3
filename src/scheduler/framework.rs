//! What a plugin is, and what it says (`framework.Framework`).

use std::sync::Arc;

use smallvec::SmallVec;

use super::explain::Lack;
use super::objects::Objects;
use super::snapshot::{ClassId, NodeInfo, PodInfo, Snapshot};
use super::topology::Apart;
use crate::cluster::model::{Node, Other, Pod};
use crate::object::{Sym, sym};

/// Highest normalized score of a node (`MaxNodeScore`).
pub(super) const MAX_SCORE: i64 = 100;

/// How a node was refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// Removing Pods may help.
    Unschedulable,
    /// Removing Pods does not help.
    UnschedulableAndUnresolvable,
    /// The plugin cannot tell; the attempt fails.
    Error,
}

impl Code {
    /// The scheduler's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unschedulable => "Unschedulable",
            Self::UnschedulableAndUnresolvable => "UnschedulableAndUnresolvable",
            Self::Error => "Error",
        }
    }
}

/// Why a node was refused, in the scheduler's words. Made without allocation: a failing attempt makes one per node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// A fixed sentence.
    Text(&'static str),
    /// `Insufficient cpu`
    Insufficient(Sym),
    /// `persistentvolumeclaim "data" not found`
    NoClaim(Sym),
    /// A sentence that names something.
    Said(Sym),
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Insufficient(resource) => write!(f, "Insufficient {resource}"),
            Self::Said(text) => f.write_str(text),
            Self::NoClaim(name) => write!(f, "persistentvolumeclaim \"{name}\" not found"),
        }
    }
}

/// The reasons of one refusal.
pub type Reasons = SmallVec<[Reason; 2]>;

/// A refusal.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Status {
    /// Whether removing Pods may help.
    pub code: Code,
    /// Why.
    pub reasons: Reasons,
}

impl Status {
    /// A refusal that removing Pods may mend.
    pub fn unschedulable(reason: &'static str) -> Self {
        Self { code: Code::Unschedulable, reasons: smallvec::smallvec![Reason::Text(reason)] }
    }

    /// A refusal that removing Pods does not mend.
    pub fn unresolvable(reason: &'static str) -> Self {
        Self { code: Code::UnschedulableAndUnresolvable, ..Self::unschedulable(reason) }
    }

    /// A refusal that names something, and that removing Pods does not mend.
    pub fn unresolvable_because(reason: &str) -> Self {
        let reasons = smallvec::smallvec![Reason::Said(sym(reason))];
        Self { code: Code::UnschedulableAndUnresolvable, reasons }
    }

    /// The plugin cannot tell.
    pub fn error(reason: &str) -> Self {
        Self { code: Code::Error, ..Self::unresolvable_because(reason) }
    }

    /// The reasons joined with commas (`Status.Message`).
    pub fn message(&self) -> String {
        self.reasons.iter().map(Reason::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// The attempt that a plugin works for.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The Pod to place.
    pub pod: &'a Pod,
    /// Its class: Pods of one class get the same answers.
    pub class: ClassId,
    /// Nodes and the Pods on them.
    pub cluster: &'a Snapshot,
    /// Other objects of the cluster.
    pub objects: &'a Objects,
}

/// What the outcome of a filter or score depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The Pod's shape (`shape.rs`: what it asks of a node), the node and the Pods on it: kept until the node changes.
    Node,
    /// Anything in the cluster: asked anew in every attempt.
    Cluster,
}

/// What `PreFilter` answers.
pub enum PreFilter<'a> {
    /// The plugin has nothing to say about this Pod.
    Skip,
    /// It filters nodes.
    Run(Box<dyn Filter<'a> + 'a>),
    /// It filters nodes, and only these come into question.
    Only(Box<dyn Filter<'a> + 'a>, Vec<Sym>),
    /// The Pod cannot be placed.
    Refuse(Status),
}

/// A filter prepared for one attempt.
pub trait Filter<'a> {
    /// Refuses a node, or not.
    fn filter(&self, node: &NodeInfo) -> Result<(), Status>;

    /// All that keeps the Pod off a node, for people.
    fn lacks(&self, node: &NodeInfo) -> Vec<Lack> {
        self.filter(node).err().map(|status| Lack::Other(status.message())).into_iter().collect()
    }

    /// What the outcome depends on.
    fn scope(&self) -> Scope {
        Scope::Node
    }

    /// True if no answer is an error, so that nodes which are not asked do not matter once a better one has passed.
    fn cannot_fail(&self) -> bool {
        false
    }

    /// For a filter that looks beyond the node: which nodes it may answer differently. False if any two.
    fn sets_apart(&self, _apart: &mut Apart) -> bool {
        false
    }

    /// A Pod is imagined on a node (`PreFilterExtensions.AddPod`).
    fn add_pod(&mut self, _pod: &PodInfo, _node: &NodeInfo) {}

    /// A Pod is imagined gone from its node (`PreFilterExtensions.RemovePod`).
    fn remove_pod(&mut self, _pod: &PodInfo, _node: &NodeInfo) {}

    /// A copy to imagine with.
    fn fork(&self) -> Box<dyn Filter<'a> + 'a>;
}

/// Nodes that are feasible, in part told by others that are like them.
#[derive(Clone, Copy, Debug)]
pub struct Feasible<'f> {
    /// Nodes (by index).
    pub nodes: &'f [u32],
    /// For how many feasible nodes each of them stands, itself included; beyond the end for itself alone.
    pub copies: &'f [usize],
}

impl Feasible<'_> {
    /// The nodes, and for how many each stands.
    pub fn iter(&self) -> impl Iterator<Item = (u32, usize)> {
        let copies = self.copies.iter().copied().chain(std::iter::repeat(1));
        self.nodes.iter().copied().zip(copies)
    }
}

/// A score prepared for one attempt.
pub trait Score {
    /// Learns which nodes are feasible, before it is asked.
    fn meet(&mut self, _feasible: Feasible<'_>) {}

    /// The raw score of a feasible node.
    fn score(&self, node: &NodeInfo) -> i64;

    /// What the raw score depends on.
    fn scope(&self) -> Scope {
        Scope::Node
    }

    /// For a score that looks beyond the node: which nodes may get different raw scores. False if any two.
    fn sets_apart(&self, _apart: &mut Apart) -> bool {
        false
    }

    /// False if the raw score is final: `normalize` does nothing.
    fn compares(&self) -> bool {
        false
    }

    /// Brings the raw scores of all feasible nodes (by index) to 0..=100. What becomes of a score depends on the node and on
    /// which raw scores there are, not on how many nodes have them.
    fn normalize(&self, _nodes: &[u32], _scores: &mut [i64]) {}
}

/// Something happened that may give a waiting Pod a node (`framework.ClusterEvent`).
#[derive(Clone, Copy)]
pub enum Event<'e> {
    /// A Pod was bound to a node.
    PodAdded(&'e Pod),
    /// A Pod that had a node, or was nominated to one, is gone.
    PodDeleted(&'e Pod),
    /// A node joined.
    NodeAdded(&'e Node),
    /// A PersistentVolume was made.
    VolumeAdded,
    /// A PersistentVolume got another claim or phase.
    VolumeChanged,
    /// A PersistentVolumeClaim of this namespace and name was changed.
    ClaimChanged(Sym, Sym),
    /// A ResourceClaim was made or changed.
    ResourceClaim {
        /// Its namespace.
        namespace: Sym,
        /// Its name.
        name: Sym,
        /// It has given back its devices.
        freed: bool,
    },
    /// Others have made or changed objects that are neither Pods nor nodes.
    Objects,
}

/// Where plugins take part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Point {
    /// Before a Pod is queued.
    PreEnqueue,
    /// Before nodes are looked at.
    PreFilter,
    /// On each node.
    Filter,
    /// When no node is left.
    PostFilter,
    /// On each node that is left.
    Score,
    /// When the node is chosen.
    Reserve,
}

/// What is tried for a Pod that fits nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PostFilter {
    /// Devices that are allocated and not used are given back.
    Claims,
    /// Pods of lower priority go.
    Preempt {
        /// At least so many hundredths of the nodes in question are looked at.
        percentage: usize,
        /// At least so many nodes are looked at.
        absolute: usize,
    },
}

/// A plugin of the scheduling framework. It has the extension points whose methods it overrides.
pub trait Plugin: Send + Sync {
    /// Its name, as configurations write it.
    fn name(&self) -> &'static str;

    /// The extension points that it has.
    fn points(&self) -> &'static [Point];

    /// What it tries for a Pod that fits nowhere.
    fn post_filter(&self) -> Option<PostFilter> {
        None
    }

    /// False if the Pod must not be queued yet.
    fn pre_enqueue(&self, _pod: &Pod, _objects: &Objects) -> bool {
        true
    }

    /// Prepares filtering.
    fn pre_filter<'a>(&'a self, _context: &Context<'a>) -> PreFilter<'a> {
        PreFilter::Skip
    }

    /// Prepares scoring. `None` leaves the plugin out.
    fn pre_score<'a>(&'a self, _context: &Context<'a>) -> Option<Box<dyn Score + 'a>> {
        None
    }

    /// What is written besides the binding once the Pod goes to the node (`Reserve` and `PreBind`, and what the controllers
    /// that wait for them make of it).
    fn reserve(&self, _context: &Context<'_>, _node: &NodeInfo) -> Vec<Arc<Other>> {
        Vec::new()
    }

    /// True if a Pod that is bound may help others that this plugin refused. Few plugins say so, and most events are of
    /// this kind.
    fn hears_bindings(&self) -> bool {
        false
    }

    /// True if an event may help a Pod that this plugin refused (`QueueingHintFn`).
    fn hint(&self, _context: &Context<'_>, _event: Event<'_>) -> bool {
        false
    }
}

/// `DefaultNormalizeScore`: the largest raw score becomes 100, the others their share of it. Reversed: 100 minus that.
pub fn default_normalize(scores: &mut [i64], reverse: bool) {
    let most = scores.iter().copied().max().unwrap_or(0);
    for score in scores {
        let share = if most == 0 { 0 } else { MAX_SCORE * *score / most };
        *score = if reverse { MAX_SCORE - share } else { share };
    }
}

#[cfg(test)]
mod tests {
    use super::default_normalize;

    #[test]
    fn normalizing() {
        let mut scores = [0, 3, 4];
        default_normalize(&mut scores, false);
        assert_eq!(scores, [0, 75, 100]);
        default_normalize(&mut scores, true);
        assert_eq!(scores, [100, 25, 0]);
        let mut none = [0, 0];
        default_normalize(&mut none, true);
        assert_eq!(none, [100, 100]);
    }
}
