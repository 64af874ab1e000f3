//! Which devices claims get on a node: an exhaustive search that takes the first solution
//! (`dynamic-resource-allocation/structured/internal/incubating`).

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::demand::{Constraint, consumption, violates};
use super::devices::Devices;
use super::pools::{DeviceId, Found, Pool, reaches};
use crate::cluster::model::{
    AllocatedDevice, Allocation, Device, DeviceCapacity, DeviceRequest, DeviceTaint, Node, NodeChoice,
    NodeSelectorTerm, Quantities, ResourceClaim, TaintEffect,
};
use crate::object::{Operator, Requirement, Sym, sym};
use crate::schema::quantity::{Format, Quantity};

/// A claim has at most so many devices (`AllocationResultsMaxSize`).
const MAX_DEVICES: usize = 32;
/// A search that takes more steps is given up, as the scheduler gives up after ten seconds.
const MAX_STEPS: usize = 200_000;

/// Devices that claims have.
#[derive(Clone, Default, Debug)]
pub(super) struct InUse {
    devices: FxHashSet<DeviceId>,
    /// Of devices that claims share: how much is used.
    capacity: FxHashMap<DeviceId, BTreeMap<Sym, Quantity>>,
}

impl InUse {
    /// What all claims have (`GatherAllocatedState`).
    pub(super) fn of(devices: &Devices) -> Self {
        let mut this = Self::default();
        let allocations = devices.claims().filter_map(|(_, claim)| claim.allocation.as_ref());
        for device in allocations.flat_map(|allocation| &allocation.devices).filter(|device| !device.admin) {
            let id = (device.driver, device.pool, device.device);
            if device.shared {
                let used = this.capacity.entry(id).or_default();
                for (name, amount) in &device.consumed {
                    add(used, *name, amount);
                }
            } else {
                this.devices.insert(id);
            }
        }
        this
    }

    /// True if a claim has the device, or a part of it (`IsDeviceAllocated`).
    pub(super) fn has(&self, id: DeviceId) -> bool {
        self.devices.contains(&id) || self.capacity.contains_key(&id)
    }
}

fn add(amounts: &mut BTreeMap<Sym, Quantity>, name: Sym, amount: &Quantity) {
    amounts.entry(name).and_modify(|sum| sum.add(amount)).or_insert_with(|| amount.clone());
}

/// Does a device satisfy a CEL expression? The error is CEL's.
pub(super) type Selects<'a> = dyn Fn(Sym, DeviceId, &Device) -> Result<bool, String> + 'a;

/// A claim that is to be allocated, with its namespace and name.
pub(super) type Wanted<'a> = ((Sym, Sym), &'a ResourceClaim);

/// What there is.
#[derive(Clone, Copy)]
pub(super) struct Supply<'a> {
    pub(super) devices: &'a Devices,
    pub(super) in_use: &'a InUse,
    pub(super) selects: &'a Selects<'a>,
}

/// The devices for claims on a node: `None` if not all can be had. An error is one of the claims or classes.
pub(super) fn allocate<'a>(
    supply: Supply<'a>,
    pools: &'a [Pool<'a>],
    node: &'a Node,
    claims: &'a [Wanted<'a>],
) -> Result<Option<Vec<Allocation>>, String> {
    let mut search = Search {
        supply,
        pools,
        node,
        claims,
        data: Vec::new(),
        constraints: Vec::new(),
        results: vec![Vec::new(); claims.len()],
        taken: FxHashMap::default(),
        capacity: FxHashMap::default(),
        consumed: FxHashMap::default(),
        available: FxHashMap::default(),
        selectable: FxHashMap::default(),
        steps: 0,
    };
    search.prepare()?;
    match search.one(At::default(), false, (0, 0, 0)) {
        Ok(true) => Ok(Some(search.allocations())),
        Err(Stop::Error(why)) => Err(why),
        Ok(false) | Err(Stop::TooMany) if pools.iter().any(|pool| pool.invalid) => {
            Err(INVALID_POOLS.to_owned())
        }
        Ok(false) | Err(Stop::TooMany) => Ok(None),
    }
}

/// The reason of a node on which nothing else was found either; it is no error of the attempt.
pub(super) const INVALID_POOLS: &str = "invalid resource pools were encountered";

/// Why a search went no further.
enum Stop {
    /// More devices than a claim may have.
    TooMany,
    Error(String),
}

/// One device of one choice of one request of one claim.
#[derive(Clone, Copy, Default)]
struct At {
    claim: usize,
    request: usize,
    choice: usize,
    device: usize,
}

/// A choice of a request.
struct Data<'a> {
    request: &'a DeviceRequest,
    selectors: &'a [Sym],
    /// How many devices.
    count: usize,
    /// For `All`: which.
    all: Vec<Found<'a>>,
}

/// Counters by counter set and name.
type Counters = BTreeMap<(Sym, Sym), Quantity>;

/// A device that a claim gets.
#[derive(Clone)]
struct Chosen<'a> {
    request: Sym,
    found: Found<'a>,
    consumed: Option<Quantities>,
    admin: bool,
}

struct Search<'a> {
    supply: Supply<'a>,
    pools: &'a [Pool<'a>],
    node: &'a Node,
    claims: &'a [Wanted<'a>],
    /// By claim, request and choice.
    data: Vec<Vec<Vec<Data<'a>>>>,
    /// By claim.
    constraints: Vec<Vec<Constraint<'a>>>,
    /// By claim.
    results: Vec<Vec<Chosen<'a>>>,
    /// Devices that are being allocated, and to which claims.
    taken: FxHashMap<DeviceId, Vec<usize>>,
    /// What is being taken of shared devices.
    capacity: FxHashMap<DeviceId, BTreeMap<Sym, Quantity>>,
    /// Counters, by pool, that devices being allocated consume.
    consumed: FxHashMap<Sym, Counters>,
    /// Counters, by pool, that allocated devices leave.
    available: FxHashMap<Sym, Counters>,
    selectable: FxHashMap<(usize, usize, usize, DeviceId), bool>,
    steps: usize,
}

/// What undoes the choice of a device.
struct Undo {
    base: Sym,
    choice: Option<Sym>,
    results: usize,
}

impl<'a> Search<'a> {
    fn path(&self, claim: usize) -> String {
        let (namespace, name) = self.claims[claim].0;
        format!("{namespace}/{name}")
    }

    /// Looks up classes, and finds all devices where all are wanted (`validateDeviceRequest`).
    fn prepare(&mut self) -> Result<(), String> {
        for at in 0..self.claims.len() {
            let claim = self.claims[at].1;
            self.data.push(Vec::with_capacity(claim.requests.len()));
            let mut least = 0usize;
            for (number, request) in claim.requests.iter().enumerate() {
                self.data[at].push(Vec::new());
                let mut least_of_request = usize::MAX;
                for (choice, asked) in request.choices().iter().enumerate() {
                    let place = At { claim: at, request: number, choice, device: 0 };
                    let count = self.prepare_choice(place, asked)?;
                    least_of_request = least_of_request.min(count);
                }
                least = least.saturating_add(least_of_request);
            }
            if least > MAX_DEVICES {
                let claim = self.path(at);
                return Err(format!(
                    "claim {claim}: number of requested devices {least} exceeds the claim limit of {MAX_DEVICES}"
                ));
            }
            self.constraints.push(claim.constraints.iter().map(Constraint::new).collect());
        }
        Ok(())
    }

    /// Returns how many devices the choice wants.
    fn prepare_choice(&mut self, at: At, request: &'a DeviceRequest) -> Result<usize, String> {
        let who = || format!("claim {}, request {}", self.path(at.claim), request.name);
        let Some(class) = self.supply.devices.class(request.class) else {
            return Err(format!(
                "{}: could not retrieve device class {class}: deviceclass.resource.k8s.io \"{class}\" not found",
                who(),
                class = request.class
            ));
        };
        let data = Data { request, selectors: &class.selectors, count: request.count, all: Vec::new() };
        let broken = self.pools.iter().find(|pool| request.all && (pool.incomplete || pool.invalid));
        if let Some(pool) = broken {
            let what = if pool.incomplete { "being updated" } else { "invalid" };
            let pool = format!("{}/{}", pool.id.0, pool.id.1);
            return Err(format!(
                "{}: asks for all devices, but resource pool {pool} is currently {what}",
                who()
            ));
        }
        self.data[at.claim][at.request].push(data);
        if !request.all {
            return Ok(request.count);
        }
        let mut all = Vec::new();
        for found in self.pools.iter().flat_map(Pool::devices) {
            match self.is_selectable(at, found) {
                Ok(true) if self.has_capacity(request, found) => all.push(found),
                Ok(_) => {}
                Err(Stop::Error(why)) => return Err(why),
                Err(Stop::TooMany) => {}
            }
        }
        let data = &mut self.data[at.claim][at.request][at.choice];
        data.count = all.len();
        data.all = all;
        Ok(data.count)
    }

    /// Allocates one device after the other (`allocateOne`). `in_choice`: it is decided which choice of the request is
    /// tried; `start`: pool, slice and device to start with, so that of the devices of one request only combinations are
    /// tried.
    fn one(&mut self, at: At, in_choice: bool, start: (usize, usize, usize)) -> Result<bool, Stop> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            let node = self.node.meta.name;
            return Err(Stop::Error(format!("node {node}: timed out trying to allocate devices")));
        }
        let Some((_, claim)) = self.claims.get(at.claim) else { return Ok(true) };
        let Some(request) = claim.requests.get(at.request) else {
            return match self.one(At { claim: at.claim + 1, ..At::default() }, false, (0, 0, 0)) {
                // With other choices before it, the claim may still fit.
                Err(Stop::TooMany) => Ok(false),
                other => other,
            };
        };
        if !in_choice && request.parent().is_some() {
            let mut all_too_many = true;
            for choice in 0..request.choices().len() {
                match self.one(At { choice, ..at }, true, (0, 0, 0)) {
                    Err(Stop::TooMany) => {}
                    Err(error) => return Err(error),
                    Ok(true) => return Ok(true),
                    Ok(false) => all_too_many = false,
                }
            }
            return if all_too_many { Err(Stop::TooMany) } else { Ok(false) };
        }
        let data = &self.data[at.claim][at.request][at.choice];
        let (asked, count) = (data.request, data.count);
        if asked.all && data.all.is_empty() {
            return Ok(false);
        }
        if at.device >= count {
            let next = At { claim: at.claim, request: at.request + 1, ..At::default() };
            return self.one(next, false, (0, 0, 0));
        }
        if self.results[at.claim].len() + count - at.device > MAX_DEVICES {
            return Err(Stop::TooMany);
        }
        let next = At { device: at.device + 1, ..at };
        if asked.all {
            let found = data.all[at.device];
            let Some(undo) = self.take(at, found, true)? else { return Ok(false) };
            let done = self.one(next, in_choice, (0, 0, 0));
            if !matches!(done, Ok(true)) {
                self.give_back(at, found, &undo);
            }
            return done;
        }
        let pools = self.pools;
        for (number, pool) in pools.iter().enumerate().skip(start.0) {
            if pool.incomplete || pool.invalid {
                continue;
            }
            let first_slice = if number == start.0 { start.1 } else { 0 };
            for (slice_at, slice) in pool.slices.iter().enumerate().skip(first_slice) {
                let same = (number, slice_at) == (start.0, start.1);
                let first = if same { start.2 } else { 0 };
                for (device_at, device) in slice.devices.iter().enumerate().skip(first) {
                    let found = Found { pool, slice, device };
                    let id = found.id();
                    let busy = if asked.admin { self.takes(id, at.claim) } else { self.is_in_use(id) };
                    if busy || !self.is_selectable(at, found)? || !self.has_capacity(asked, found) {
                        continue;
                    }
                    let Some(undo) = self.take(at, found, false)? else { continue };
                    let done = self.one(next, in_choice, (number, slice_at, device_at + 1));
                    if matches!(done, Ok(true)) {
                        return done;
                    }
                    self.give_back(at, found, &undo);
                    done?;
                }
            }
        }
        Ok(false)
    }

    fn takes(&self, id: DeviceId, claim: usize) -> bool {
        self.taken.get(&id).is_some_and(|claims| claims.contains(&claim))
    }

    fn is_in_use(&self, id: DeviceId) -> bool {
        self.supply.in_use.devices.contains(&id)
            || self.taken.get(&id).is_some_and(|claims| !claims.is_empty())
    }

    /// True if the device satisfies the selectors of class and request, and can be reached from the node.
    fn is_selectable(&mut self, at: At, found: Found<'a>) -> Result<bool, Stop> {
        let key = (at.claim, at.request, at.choice, found.id());
        if let Some(known) = self.selectable.get(&key) {
            return Ok(*known);
        }
        let data = &self.data[at.claim][at.request][at.choice];
        let of_class = data.selectors.iter().enumerate().map(|selector| (true, selector));
        let of_claim = data.request.selectors.iter().enumerate().map(|selector| (false, selector));
        let mut selectable = true;
        for (is_class, (number, expression)) in of_class.chain(of_claim) {
            selectable = (self.supply.selects)(*expression, found.id(), found.device).map_err(|why| {
                let who = if is_class {
                    format!("class {}", data.request.class)
                } else {
                    format!("claim {}", self.path(at.claim))
                };
                Stop::Error(format!("{who}: selector #{number}: {why}"))
            })?;
            if !selectable {
                break;
            }
        }
        if found.slice.per_device && !reaches(&found.device.nodes, self.node) {
            selectable = false;
        }
        self.selectable.insert(key, selectable);
        Ok(selectable)
    }

    /// True if what is asked of the device's capacity is left (`CmpRequestOverCapacity`).
    fn has_capacity(&self, request: &DeviceRequest, found: Found<'a>) -> bool {
        let capacity = &found.device.capacity;
        let unknown = |(name, _): &(Sym, Quantity)| !capacity.iter().any(|(other, _)| other == name);
        if request.capacity.iter().any(unknown) {
            return false;
        }
        let id = found.id();
        capacity.iter().all(|(name, capacity)| {
            let takes = consumption(request, *name, capacity);
            if violates(&takes, capacity) {
                return false;
            }
            let mut sum = takes;
            let used = [self.supply.in_use.capacity.get(&id), self.capacity.get(&id)];
            for used in used.into_iter().flatten().filter_map(|used| used.get(name)) {
                sum.add(used);
            }
            sum <= capacity.value
        })
    }

    /// Takes a device for a claim if that can be done (`allocateDevice`). What is counted before a later check fails stays
    /// counted, as it does there.
    fn take(&mut self, at: At, found: Found<'a>, must: bool) -> Result<Option<Undo>, Stop> {
        let claim = self.claims[at.claim].1;
        let parent = claim.requests[at.request].parent();
        let request = self.data[at.claim][at.request][at.choice].request;
        let (id, device) = (found.id(), found.device);
        if !device.shared && request.admin && self.takes(id, at.claim) {
            return Ok(None);
        }
        if !request.admin && self.is_in_use(id) {
            return Ok(None);
        }
        let partly_used = self.supply.in_use.capacity.contains_key(&id) || self.capacity.contains_key(&id);
        let is_counted = !(device.shared && partly_used || device.consumes.is_empty());
        if is_counted && !self.counters_left(found) {
            return Ok(None);
        }
        let keeps_away = |taint: &DeviceTaint| {
            taint.effect.is_some_and(TaintEffect::forbids_scheduling)
                && !request.tolerations.iter().any(|toleration| toleration.tolerates(taint))
        };
        if device.taints.iter().any(keeps_away) {
            return Ok(None);
        }
        let (base, choice) = match parent {
            Some(parent) => (parent, Some(request.name)),
            None => (request.name, None),
        };
        for number in 0..self.constraints[at.claim].len() {
            if self.constraints[at.claim][number].add(base, choice, found) {
                continue;
            }
            if must {
                let (claim, request) = (self.path(at.claim), request.name);
                let device = format!("{}/{}/{}", id.0, id.1, id.2);
                return Err(Stop::Error(format!(
                    "claim {claim}, request {request}: cannot add device {device} because a claim constraint would not be satisfied"
                )));
            }
            for constraint in &mut self.constraints[at.claim][..number] {
                constraint.remove(base, choice);
            }
            return Ok(None);
        }
        let takers = self.taken.entry(id).or_default();
        if !device.shared && !takers.contains(&at.claim) {
            takers.push(at.claim);
        }
        if !self.has_capacity(request, found) {
            return Ok(None);
        }
        let consumed = device.shared.then(|| -> Quantities {
            let takes =
                |(name, capacity): &(Sym, DeviceCapacity)| (*name, consumption(request, *name, capacity));
            device.capacity.iter().map(takes).collect()
        });
        if let Some(consumed) = &consumed {
            let used = self.capacity.entry(id).or_default();
            for (name, amount) in consumed {
                add(used, *name, amount);
            }
        }
        let results = self.results[at.claim].len();
        let name = match parent {
            Some(parent) => sym(&format!("{parent}/{}", request.name)),
            None => request.name,
        };
        self.results[at.claim].push(Chosen { request: name, found, consumed, admin: request.admin });
        Ok(Some(Undo { base, choice, results }))
    }

    fn give_back(&mut self, at: At, found: Found<'a>, undo: &Undo) {
        let id = found.id();
        for constraint in &mut self.constraints[at.claim] {
            constraint.remove(undo.base, undo.choice);
        }
        if let Some(takers) = self.taken.get_mut(&id) {
            takers.retain(|claim| *claim != at.claim);
        }
        let chosen = self.results[at.claim].get(undo.results).and_then(|chosen| chosen.consumed.as_ref());
        if let Some(consumed) = chosen {
            if let Some(used) = self.capacity.get_mut(&id) {
                for (name, amount) in consumed {
                    if let Some(sum) = used.get_mut(name) {
                        sum.sub(amount);
                    }
                }
                if used.values().all(Quantity::is_zero) {
                    self.capacity.remove(&id);
                }
            }
        } else {
            self.return_counters(found);
        }
        self.results[at.claim].truncate(undo.results);
    }

    /// Counts what the device consumes, if that is left (`checkAvailableCounters`).
    fn counters_left(&mut self, found: Found<'a>) -> bool {
        let pool = found.pool;
        let in_use = self.supply.in_use;
        let available = self.available.entry(pool.id.1).or_insert_with(|| {
            let mut left: Counters = BTreeMap::new();
            for (set, counters) in pool.counters.iter().flat_map(|slice| &slice.counters) {
                left.extend(counters.iter().map(|(name, amount)| ((*set, *name), amount.clone())));
            }
            for slice in pool.slices.iter().chain(&pool.elsewhere) {
                for device in slice.devices.iter().filter(|d| in_use.has((pool.id.0, pool.id.1, d.name))) {
                    for (set, counters) in &device.consumes {
                        for (name, amount) in counters {
                            if let Some(left) = left.get_mut(&(*set, *name)) {
                                left.sub(amount);
                            }
                        }
                    }
                }
            }
            left
        });
        let consumed = self.consumed.entry(pool.id.1).or_default();
        for (set, counters) in &found.device.consumes {
            for (name, amount) in counters {
                let sum = consumed.entry((*set, *name));
                sum.and_modify(|sum| sum.add(amount)).or_insert_with(|| amount.clone());
            }
        }
        let zero = Quantity::new(0, Format::DecimalSI);
        let enough = available.iter().all(|(key, left)| left >= consumed.get(key).unwrap_or(&zero));
        if !enough {
            self.return_counters(found);
        }
        enough
    }

    fn return_counters(&mut self, found: Found<'a>) {
        let Some(consumed) = self.consumed.get_mut(&found.pool.id.1) else { return };
        for (set, counters) in &found.device.consumes {
            for (name, amount) in counters {
                if let Some(sum) = consumed.get_mut(&(*set, *name)) {
                    sum.sub(amount);
                }
            }
        }
    }

    fn allocations(&self) -> Vec<Allocation> {
        let of_claim = |chosen: &Vec<Chosen<'a>>| {
            let device = |chosen: &Chosen<'a>| {
                let (driver, pool, device) = chosen.found.id();
                AllocatedDevice {
                    request: chosen.request,
                    driver,
                    pool,
                    device,
                    admin: chosen.admin,
                    shared: chosen.consumed.is_some(),
                    consumed: chosen.consumed.clone().unwrap_or_default(),
                }
            };
            Allocation { devices: chosen.iter().map(device).collect(), nodes: self.nodes(chosen) }
        };
        self.results.iter().map(of_claim).collect()
    }

    /// From where all devices of a claim can be reached (`createNodeSelector`).
    fn nodes(&self, chosen: &[Chosen<'a>]) -> Option<Vec<NodeSelectorTerm>> {
        let mut all = NodeSelectorTerm::default();
        for Chosen { found, .. } in chosen {
            let nodes = if found.slice.per_device { &found.device.nodes } else { &found.slice.nodes };
            match nodes {
                NodeChoice::Node(_) => {
                    let operator = Operator::In(smallvec::smallvec![self.node.meta.name]);
                    let field = Requirement { key: sym("metadata.name"), operator };
                    return Some(vec![NodeSelectorTerm { expressions: Vec::new(), fields: vec![field] }]);
                }
                NodeChoice::Terms(terms) => {
                    let new = |has: &mut Vec<Requirement>, more: &[Requirement]| {
                        for requirement in more {
                            if !has.contains(requirement) {
                                has.push(requirement.clone());
                            }
                        }
                    };
                    if let [term] = &terms[..] {
                        new(&mut all.fields, &term.fields);
                        new(&mut all.expressions, &term.expressions);
                    }
                }
                NodeChoice::All | NodeChoice::Unsaid => {}
            }
        }
        (!all.is_empty()).then(|| vec![all])
    }
}
