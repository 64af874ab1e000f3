//! Amounts of resources.

use smallvec::SmallVec;

use crate::object::{Sym, Value, sym};
use crate::schema::quantity::Quantity;

/// An amount in thousandths of the resource's unit, wide enough for any quantity the server accepts: sums of fractions
/// are exact, and rounded once, as in Go.
type Milli = i128;

/// Quantities by resource name (`v1.ResourceList`), sorted by name. A name that is there with zero differs from one
/// that is not there: defaults fill only the latter.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ResourceList(SmallVec<[(Sym, Milli); 2]>);

fn milli(value: Value<'_>) -> Option<Milli> {
    let quantity = Quantity::parse_json(&value.as_text()?).ok()?;
    let milli = quantity.milli();
    // Beyond int64 in thousandths, whole units still fit.
    let near_end = milli == i64::MAX || milli == i64::MIN;
    Some(if near_end { Milli::from(quantity.value()) * 1000 } else { Milli::from(milli) })
}

/// Thousandths to whole units, away from zero as `Quantity.Value` rounds.
fn whole(milli: Milli) -> i64 {
    let up = if milli >= 0 { (milli + 999).div_euclid(1000) } else { -((-milli + 999).div_euclid(1000)) };
    clamp(up)
}

fn clamp(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

impl ResourceList {
    /// A mapping of resource name to quantity, rounded up to thousandths as defaulting does it
    /// (`SetDefaults_ResourceList`). What is no quantity is left out (validation refuses it).
    pub fn read(map: Option<Value<'_>>) -> Self {
        let mut list = Self::default();
        for (name, value) in map.into_iter().flat_map(Value::entries) {
            if let Some(amount) = milli(value) {
                list.set(sym(name), amount);
            }
        }
        list
    }

    fn slot(&self, name: Sym) -> Result<usize, usize> {
        self.0.binary_search_by(|(n, _)| n.cmp(&name))
    }

    fn set(&mut self, name: Sym, amount: Milli) {
        match self.slot(name) {
            Ok(i) => self.0[i].1 = amount,
            Err(i) => self.0.insert(i, (name, amount)),
        }
    }

    fn get(&self, name: Sym) -> Option<Milli> {
        self.slot(name).ok().map(|i| self.0[i].1)
    }

    /// Sets a resource to a number of thousandths of its unit.
    pub fn set_milli(&mut self, name: Sym, milli: i64) {
        self.set(name, Milli::from(milli));
    }

    /// Takes over the amount of `name` from another list that has it.
    pub fn copy(&mut self, name: Sym, from: &Self) {
        if let Some(amount) = from.get(name) {
            self.set(name, amount);
        }
    }

    /// True if the resource is named, be it with zero.
    pub fn has(&self, name: Sym) -> bool {
        self.slot(name).is_ok()
    }

    /// The amount of a resource in thousandths of its unit (millicores for CPU), rounded to int64; 0 if absent.
    pub fn milli(&self, name: Sym) -> i64 {
        clamp(self.get(name).unwrap_or(0))
    }

    /// The amount of a resource in whole units (bytes, Pods, devices), rounded up; 0 if absent.
    pub fn value(&self, name: Sym) -> i64 {
        whole(self.get(name).unwrap_or(0))
    }

    /// Names in order.
    pub fn names(&self) -> impl Iterator<Item = Sym> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// True if nothing is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds every amount of another list.
    pub fn add(&mut self, other: &Self) {
        for &(name, amount) in &other.0 {
            let sum = self.get(name).unwrap_or(0).saturating_add(amount);
            self.set(name, sum);
        }
    }

    /// Raises every amount to that of another list.
    pub fn raise(&mut self, other: &Self) {
        for &(name, amount) in &other.0 {
            if self.get(name).is_none_or(|mine| amount > mine) {
                self.set(name, amount);
            }
        }
    }

    /// Names what is missing with the amount of another list.
    pub fn fill(&mut self, other: &Self) {
        for &(name, amount) in &other.0 {
            if !self.has(name) {
                self.set(name, amount);
            }
        }
    }
}

/// True for `hugepages-…`.
pub fn is_hugepages(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// True for the resources that a node counts by name: extended ones, huge pages, attachable volumes
/// (`IsScalarResourceName`).
pub fn is_scalar(name: &str) -> bool {
    is_hugepages(name) || name.contains('/') || name.starts_with("attachable-volumes-")
}

/// What a node has or a Pod asks, as the scheduler counts it (`framework.Resource`).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Resources {
    /// Thousandths of a core.
    pub milli_cpu: i64,
    /// Bytes.
    pub memory: i64,
    /// Bytes.
    pub ephemeral_storage: i64,
    /// Number of Pods.
    pub pods: i64,
    /// Extended resources and huge pages, sorted by name.
    pub scalars: SmallVec<[(Sym, i64); 1]>,
}

impl Resources {
    /// The rounded amounts of a list. Names that the scheduler does not count are left out.
    pub fn of(list: &ResourceList) -> Self {
        let mut this = Self::default();
        for name in list.names() {
            match name.as_str() {
                "cpu" => this.milli_cpu = list.milli(name),
                "memory" => this.memory = list.value(name),
                "ephemeral-storage" => this.ephemeral_storage = list.value(name),
                "pods" => this.pods = list.value(name),
                other if is_scalar(other) => this.scalars.push((name, list.value(name))),
                _ => {}
            }
        }
        this
    }

    /// The amount of a resource by name: millicores for `cpu`, else whole units. 0 if absent.
    pub fn get(&self, name: Sym) -> i64 {
        match name.as_str() {
            "cpu" => self.milli_cpu,
            "memory" => self.memory,
            "ephemeral-storage" => self.ephemeral_storage,
            "pods" => self.pods,
            _ => self.scalar(name),
        }
    }

    /// The amount of an extended resource or of huge pages; 0 if absent.
    pub fn scalar(&self, name: Sym) -> i64 {
        self.scalars.iter().find(|(n, _)| *n == name).map_or(0, |(_, amount)| *amount)
    }

    /// All resources that are not zero, `cpu`, `memory` and `ephemeral-storage` first; without `pods`.
    pub fn iter(&self) -> impl Iterator<Item = (Sym, i64)> {
        [
            (sym("cpu"), self.milli_cpu),
            (sym("memory"), self.memory),
            (sym("ephemeral-storage"), self.ephemeral_storage),
        ]
        .into_iter()
        .chain(self.scalars.iter().copied())
        .filter(|(_, amount)| *amount != 0)
    }

    /// True if no resource but `pods` is asked (a scalar of zero counts as asked, as in `fitsRequest`).
    pub fn is_empty(&self) -> bool {
        self.milli_cpu == 0 && self.memory == 0 && self.ephemeral_storage == 0 && self.scalars.is_empty()
    }

    /// Adds another vector; int64 saturates.
    pub fn add(&mut self, other: &Self) {
        self.combine(other, i64::saturating_add);
    }

    /// Takes another vector away; int64 saturates.
    pub fn sub(&mut self, other: &Self) {
        self.combine(other, i64::saturating_sub);
    }

    fn combine(&mut self, other: &Self, with: fn(i64, i64) -> i64) {
        self.milli_cpu = with(self.milli_cpu, other.milli_cpu);
        self.memory = with(self.memory, other.memory);
        self.ephemeral_storage = with(self.ephemeral_storage, other.ephemeral_storage);
        self.pods = with(self.pods, other.pods);
        for &(name, amount) in &other.scalars {
            match self.scalars.binary_search_by(|(n, _)| n.cmp(&name)) {
                Ok(i) => self.scalars[i].1 = with(self.scalars[i].1, amount),
                Err(i) => self.scalars.insert(i, (name, with(0, amount))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_summed_before_they_are_rounded() {
        let half = ResourceList(smallvec::smallvec![(sym("memory"), 500)]);
        let mut sum = half.clone();
        sum.add(&half);
        assert_eq!(half.value(sym("memory")), 1);
        assert_eq!(sum.value(sym("memory")), 1);
    }

    #[test]
    fn amounts_saturate() {
        let mut big = Resources { memory: i64::MAX, ..Resources::default() };
        big.add(&Resources { memory: 1, ..Resources::default() });
        assert_eq!(big.memory, i64::MAX);
    }

    #[test]
    fn scalars_stay_sorted() {
        let mut sum = Resources::default();
        for name in ["b/x", "a/x", "hugepages-2Mi"] {
            let mut list = ResourceList::default();
            list.set_milli(sym(name), 3000);
            sum.add(&Resources::of(&list));
        }
        let names: Vec<_> = sum.scalars.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(names, ["a/x", "b/x", "hugepages-2Mi"]);
        assert_eq!(sum.get(sym("b/x")), 3);
    }
}
