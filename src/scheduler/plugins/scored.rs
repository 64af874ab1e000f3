//! Resources that make scores (`resourceAllocationScorer`).

use smallvec::SmallVec;

use crate::cluster::model::{Assumed, Resources, is_scalar};
use crate::object::{Sym, sym};
use crate::scheduler::snapshot::NodeInfo;

/// A resource and its weight.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scored {
    /// Its name.
    pub name: Sym,
    /// Its weight, at least 1.
    pub weight: i64,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Cpu,
    Memory,
    Storage,
    Scalar,
    Other,
}

impl Scored {
    /// A resource with a weight.
    pub fn new(name: Sym, weight: i64) -> Self {
        let kind = match name.as_str() {
            "cpu" => Kind::Cpu,
            "memory" => Kind::Memory,
            "ephemeral-storage" => Kind::Storage,
            other if is_scalar(other) => Kind::Scalar,
            _ => Kind::Other,
        };
        Self { name, weight, kind }
    }

    /// CPU and memory alike.
    pub fn cpu_and_memory() -> Vec<Self> {
        vec![Self::new(sym("cpu"), 1), Self::new(sym("memory"), 1)]
    }

    /// What a node has of it and what its Pods use; `None` if it has nothing, or if it is one that counts by name and the
    /// Pod asks none. With `exact` CPU and memory that Pods do not ask are not assumed.
    pub(super) fn on(&self, node: &NodeInfo, asks: i64, exact: bool) -> Option<(i64, i64)> {
        let (allocatable, requested) = (&node.node.allocatable, &node.requested);
        let (allocatable, used) = match self.kind {
            Kind::Cpu if exact => (allocatable.milli_cpu, requested.milli_cpu),
            Kind::Memory if exact => (allocatable.memory, requested.memory),
            Kind::Cpu => (allocatable.milli_cpu, node.assumed.milli_cpu),
            Kind::Memory => (allocatable.memory, node.assumed.memory),
            Kind::Storage => (allocatable.ephemeral_storage, requested.ephemeral_storage),
            Kind::Scalar if asks == 0 => return None,
            Kind::Scalar => (allocatable.scalar(self.name), requested.scalar(self.name)),
            Kind::Other => return None,
        };
        (allocatable != 0).then_some((allocatable, used))
    }
}

/// Amounts of some resources, in their order.
#[derive(Clone, Debug)]
pub(super) struct Amounts(SmallVec<[i64; 4]>);

impl Amounts {
    /// What a Pod asks. CPU and memory may be given apart.
    pub(super) fn of(resources: &[Scored], total: &Resources, apart: Option<Assumed>) -> Self {
        let amount = |resource: &Scored| match (resource.kind, apart) {
            (Kind::Cpu, Some(apart)) => apart.milli_cpu,
            (Kind::Memory, Some(apart)) => apart.memory,
            _ => total.get(resource.name),
        };
        Self(resources.iter().map(amount).collect())
    }

    /// The amount of the resource at a position.
    pub(super) fn at(&self, at: usize) -> i64 {
        self.0.get(at).copied().unwrap_or(0)
    }

    /// True if nothing is asked.
    pub(super) fn is_zero(&self) -> bool {
        self.0.iter().all(|amount| *amount == 0)
    }
}
