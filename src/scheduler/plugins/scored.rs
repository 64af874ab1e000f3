//! Resources that make scores (`resourceAllocationScorer`).

use smallvec::SmallVec;

use crate::cluster::model::{Assumed, Node, Resources, is_scalar};
use crate::object::{Sym, sym};
use crate::scheduler::allocator::InUse;
use crate::scheduler::framework::Context;
use crate::scheduler::objects::Objects;
use crate::scheduler::pools::reaches;
use crate::scheduler::selectors::Selectors;
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
    pub(super) fn on(
        &self,
        node: &NodeInfo,
        asks: i64,
        exact: bool,
        backed: Option<&Backed<'_>>,
    ) -> Option<(i64, i64)> {
        let (allocatable, requested) = (&node.node.allocatable, &node.requested);
        let (allocatable, used) = match self.kind {
            Kind::Cpu if exact => (allocatable.milli_cpu, requested.milli_cpu),
            Kind::Memory if exact => (allocatable.memory, requested.memory),
            Kind::Cpu => (allocatable.milli_cpu, node.assumed.milli_cpu),
            Kind::Memory => (allocatable.memory, node.assumed.memory),
            Kind::Storage => (allocatable.ephemeral_storage, requested.ephemeral_storage),
            Kind::Scalar if asks == 0 => return None,
            Kind::Scalar => match (allocatable.scalar(self.name), backed) {
                (0, Some(backed)) => backed.on(self.name, &node.node)?,
                (allocatable, _) => (allocatable, requested.scalar(self.name)),
            },
            Kind::Other => return None,
        };
        (allocatable != 0).then_some((allocatable, used))
    }
}

/// Devices that stand for extended resources, where nodes themselves have none of these (gate `DRAExtendedResource`).
pub(super) struct Backed<'a> {
    objects: &'a Objects,
    in_use: InUse,
    selectors: Selectors,
}

impl<'a> Backed<'a> {
    /// True if a resource that makes scores may be devices for the Pod.
    fn is_asked(context: &Context<'_>, resources: &[Scored]) -> bool {
        let asks = &context.pod.requests().total;
        let is_asked = |resource: &&Scored| resource.kind == Kind::Scalar && asks.scalar(resource.name) != 0;
        let mut asked = resources.iter().filter(is_asked);
        asked.any(|resource| context.objects.class_of_resource(resource.name).is_some())
    }

    /// `None` if no resource that makes scores is one of devices for the Pod.
    pub(super) fn of(context: &Context<'a>, resources: &[Scored]) -> Option<Self> {
        let objects = context.objects;
        Self::is_asked(context, resources).then(|| Self {
            objects,
            in_use: InUse::of(objects.devices()),
            selectors: Selectors::default(),
        })
    }

    /// How many devices of the resource's class the node reaches, and how many of them claims have
    /// (`calculateDRAResourceTotals`: slices count whatever their generation). `None` if there are none, or if a selector
    /// cannot tell.
    fn on(&self, resource: Sym, node: &Node) -> Option<(i64, i64)> {
        let devices = self.objects.devices();
        let class = devices.class(self.objects.class_of_resource(resource)?)?;
        let (mut all, mut used) = (0, 0);
        for slice in devices.slices_for(node.meta.name) {
            if !slice.per_device && !reaches(&slice.nodes, node) {
                continue;
            }
            let on_node =
                slice.devices.iter().filter(|device| !slice.per_device || reaches(&device.nodes, node));
            for device in on_node {
                let id = (slice.driver, slice.pool, device.name);
                let mut selects = true;
                for expression in &class.selectors {
                    selects &= self.selectors.select(*expression, id, device).ok()?;
                    if !selects {
                        break;
                    }
                }
                if selects {
                    all += 1;
                    used += i64::from(self.in_use.has(id));
                }
            }
        }
        (all > 0).then_some((all, used))
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
