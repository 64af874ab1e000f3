//! What claims demand of devices: constraints on attributes, and parts of capacities.

use std::collections::BTreeMap;

use super::pools::Found;
use crate::cluster::model::{Attribute, DeviceCapacity, DeviceConstraint, DeviceRequest};
use crate::object::Sym;
use crate::schema::quantity::{Format, Quantity};

/// A constraint and the devices that are under it.
pub(super) struct Constraint<'a> {
    spec: &'a DeviceConstraint,
    same: Option<Attribute>,
    /// By request: only the latest device of each.
    distinct: BTreeMap<Sym, Attribute>,
    devices: usize,
}

impl<'a> Constraint<'a> {
    pub(super) fn new(spec: &'a DeviceConstraint) -> Self {
        Self { spec, same: None, distinct: BTreeMap::new(), devices: 0 }
    }

    fn concerns(&self, base: Sym, choice: Option<Sym>) -> bool {
        let requests = &self.spec.requests;
        let of_choice = |choice: Sym| {
            requests.iter().any(|r| r.split_once('/').is_some_and(|(b, c)| b == &*base && c == &*choice))
        };
        requests.is_empty() || requests.contains(&base) || choice.is_some_and(of_choice)
    }

    /// Adds a device, unless the constraint would not hold.
    pub(super) fn add(&mut self, base: Sym, choice: Option<Sym>, found: Found<'_>) -> bool {
        if !self.concerns(base, choice) {
            return true;
        }
        let Some(value) = attribute(found, self.spec.attribute) else { return false };
        if self.devices > 0 {
            let holds = if self.spec.distinct {
                self.distinct.values().all(|other| *other != value)
            } else {
                self.same == Some(value)
            };
            if !holds {
                return false;
            }
        } else if !self.spec.distinct {
            self.same = Some(value);
        }
        if self.spec.distinct {
            self.distinct.insert(base, value);
        }
        self.devices += 1;
        true
    }

    /// Takes a device away again.
    pub(super) fn remove(&mut self, base: Sym, choice: Option<Sym>) {
        if self.concerns(base, choice) {
            self.distinct.remove(&base);
            self.devices = self.devices.saturating_sub(1);
        }
    }
}

/// The attribute of a device by its whole name; one without a domain is the driver's (`lookupAttribute`).
fn attribute(found: Found<'_>, name: Sym) -> Option<Attribute> {
    let by_name = |name: &str| found.device.attributes.iter().find(|(n, _)| &**n == name).map(|(_, v)| *v);
    by_name(&name).or_else(|| {
        let (domain, id) = name.split_once('/')?;
        (domain == &*found.pool.id.0).then(|| by_name(id)).flatten()
    })
}

/// How much of a capacity a request takes (`calculateConsumedCapacity`).
pub(super) fn consumption(request: &DeviceRequest, name: Sym, capacity: &DeviceCapacity) -> Quantity {
    let asked = request.capacity.iter().find(|(n, _)| *n == name).map(|(_, amount)| amount);
    let policy = capacity.policy.as_ref();
    let Some(asked) = asked else {
        return policy.and_then(|policy| policy.default.as_ref()).unwrap_or(&capacity.value).clone();
    };
    let Some(policy) = policy else { return asked.clone() };
    if let Some(range) = &policy.range
        && let Some(min) = &range.min
    {
        if asked < min {
            return min.clone();
        }
        let Some(step) = range.step.as_ref().map(Quantity::value).filter(|step| *step > 0) else {
            return asked.clone();
        };
        let steps = (asked.value() - min.value()).max(0);
        let rounded = ((steps + step - 1) / step).saturating_mul(step);
        return Quantity::new(min.value().saturating_add(rounded), Format::BinarySI);
    }
    policy.values.iter().find(|value| asked <= *value).unwrap_or(asked).clone()
}

/// True if the policy does not allow this much (`violatesPolicy`).
pub(super) fn violates(takes: &Quantity, capacity: &DeviceCapacity) -> bool {
    let Some(policy) = &capacity.policy else { return false };
    if policy.default.as_ref() == Some(takes) {
        return false;
    }
    if let Some(range) = &policy.range {
        let min = range.min.as_ref().map_or(0, Quantity::value);
        let step = range.step.as_ref().map(Quantity::value).filter(|step| *step > 0);
        return range.max.as_ref().is_some_and(|max| takes > max)
            || step.is_some_and(|step| (takes.value() - min) % step != 0);
    }
    !policy.values.is_empty() && !policy.values.contains(takes)
}
