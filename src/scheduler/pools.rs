//! Pools of devices that a node reaches (`dynamic-resource-allocation/structured`, `GatherPools`).

use std::collections::{BTreeMap, BTreeSet};

use super::devices::Devices;
use crate::cluster::model::{Device, Node, NodeChoice, ResourceSlice};
use crate::object::Sym;

/// Driver, pool, device.
pub(super) type DeviceId = (Sym, Sym, Sym);

/// A pool, as far as a node reaches it.
pub(super) struct Pool<'a> {
    /// Driver and name.
    pub(super) id: (Sym, Sym),
    /// Some slice is missing: nothing is taken from it.
    pub(super) incomplete: bool,
    /// It contradicts itself: nothing is taken from it.
    pub(super) invalid: bool,
    /// Slices with devices that the node reaches, by name.
    pub(super) slices: Vec<&'a ResourceSlice>,
    /// Slices with devices that it does not reach, as far as they share counters.
    pub(super) elsewhere: Vec<&'a ResourceSlice>,
    /// Slices with counters.
    pub(super) counters: Vec<&'a ResourceSlice>,
}

/// A device in its pool.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) pool: &'a Pool<'a>,
    pub(super) slice: &'a ResourceSlice,
    pub(super) device: &'a Device,
}

impl Found<'_> {
    pub(super) fn id(&self) -> DeviceId {
        (self.pool.id.0, self.pool.id.1, self.device.name)
    }
}

impl<'a> Pool<'a> {
    /// Devices that the node reaches.
    pub(super) fn devices(&'a self) -> impl Iterator<Item = Found<'a>> {
        let of_slice = move |slice: &&'a ResourceSlice| {
            let slice: &'a ResourceSlice = slice;
            slice.devices.iter().map(move |device| Found { pool: self, slice, device })
        };
        self.slices.iter().flat_map(of_slice)
    }
}

/// True if a node reaches what is said to be reached so (`NodeMatches`).
pub(super) fn reaches(choice: &NodeChoice, node: &Node) -> bool {
    match choice {
        NodeChoice::Node(name) => node.meta.name == *name,
        NodeChoice::All => true,
        NodeChoice::Terms(terms) => terms.iter().any(|term| term.matches(node)),
        NodeChoice::Unsaid => false,
    }
}

fn is_relevant(slice: &ResourceSlice, node: &Node) -> bool {
    !slice.counters.is_empty()
        || reaches(&slice.nodes, node)
        || (slice.nodes == NodeChoice::Unsaid
            && slice.per_device
            && slice.devices.iter().any(|device| reaches(&device.nodes, node)))
}

/// Pools that a node reaches, by driver and name; those with devices that are prepared late come last.
pub(super) fn pools<'a>(devices: &'a Devices, node: &Node) -> Vec<Pool<'a>> {
    let mut relevant: BTreeMap<(Sym, Sym), Vec<&'a ResourceSlice>> = BTreeMap::new();
    for slice in devices.slices_for(node.meta.name).filter(|slice| is_relevant(slice, node)) {
        let slices = relevant.entry((slice.driver, slice.pool)).or_default();
        match slices.first().map_or(0, |first| slice.generation - first.generation) {
            0 => slices.push(slice),
            newer if newer > 0 => *slices = vec![slice],
            _ => {}
        }
    }
    let mut pools: Vec<Pool<'a>> = Vec::with_capacity(relevant.len());
    for (id, slices) in relevant {
        let (generation, count) = slices.first().map_or((0, 0), |first| (first.generation, first.count));
        let mut all: Vec<&ResourceSlice> = Vec::new();
        if slices.len() as i64 != count {
            let of_pool =
                devices.slices().map(|(_, slice)| slice).filter(|slice| (slice.driver, slice.pool) == id);
            let of_pool: Vec<&ResourceSlice> = of_pool.collect();
            if of_pool.iter().any(|slice| slice.generation > generation) {
                continue;
            }
            all = of_pool.into_iter().filter(|slice| slice.generation == generation).collect();
            if all.len() as i64 != count {
                pools.push(Pool {
                    id,
                    incomplete: true,
                    invalid: false,
                    slices: Vec::new(),
                    elsewhere: Vec::new(),
                    counters: Vec::new(),
                });
                continue;
            }
        }
        let seen: BTreeSet<*const ResourceSlice> =
            slices.iter().map(|slice| std::ptr::from_ref(*slice)).collect();
        let elsewhere = all.into_iter().filter(|slice| !seen.contains(&std::ptr::from_ref(*slice)));
        let elsewhere: Vec<&ResourceSlice> = elsewhere.collect();
        let (counters, slices): (Vec<_>, Vec<_>) =
            slices.into_iter().partition(|slice| !slice.counters.is_empty());
        let mut pool = Pool { id, incomplete: false, invalid: false, slices, elsewhere, counters };
        pool.invalid = !pool.is_valid();
        pools.push(pool);
    }
    let binds_late = |pool: &Pool<'_>| {
        pool.slices.iter().any(|slice| slice.devices.iter().any(|device| device.binds_late))
    };
    pools.sort_by_key(|pool| (binds_late(pool), pool.id));
    pools
}

impl Pool<'_> {
    /// True if names are unique, and counters that are consumed are there.
    fn is_valid(&self) -> bool {
        let mut names = BTreeSet::new();
        let mut sets: BTreeMap<Sym, BTreeSet<Sym>> = BTreeMap::new();
        let unique = self.slices.iter().flat_map(|slice| &slice.devices).all(|d| names.insert(d.name));
        for (set, counters) in self.counters.iter().flat_map(|slice| &slice.counters) {
            let counters = counters.iter().map(|(name, _)| *name).collect();
            if sets.insert(*set, counters).is_some() {
                return false;
            }
        }
        let consumes = |device: &Device| {
            device.consumes.iter().all(|(set, counters)| {
                sets.get(set).is_some_and(|has| counters.iter().all(|(name, _)| has.contains(name)))
            })
        };
        let slices = self.slices.iter().chain(&self.elsewhere);
        unique && slices.flat_map(|slice| &slice.devices).all(consumes)
    }
}
