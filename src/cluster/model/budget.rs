//! PodDisruptionBudgets.

use super::workload::IntOrPercent;
use crate::object::{Object, Selector, Sym, sym};

/// A PodDisruptionBudget, and its status as the disruption controller keeps it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PodDisruptionBudget {
    /// `spec.selector`; nothing selects nobody.
    pub selector: Option<Selector>,
    /// `spec.minAvailable`
    pub min_available: Option<IntOrPercent>,
    /// `spec.maxUnavailable`
    pub max_unavailable: Option<IntOrPercent>,
    /// Names of Pods in `status.disruptedPods`: they are going already.
    pub disrupted: Vec<Sym>,
    /// `status.disruptionsAllowed`
    pub allowed: i64,
    /// `status.currentHealthy`
    pub current: i64,
    /// `status.desiredHealthy`
    pub desired: i64,
    /// `status.expectedPods`
    pub expected: i64,
}

impl PodDisruptionBudget {
    /// Lowers an admitted PodDisruptionBudget.
    pub fn lower(object: &Object<'_>) -> Self {
        let spec = object.spec();
        let status = object.value.get("status");
        let number = |name: &str| status.and_then(|status| status.int(name)).unwrap_or(0);
        let bound = |name: &str| spec.and_then(|spec| spec.get(name)).and_then(IntOrPercent::read);
        let disrupted = status.into_iter().flat_map(|status| status.map("disruptedPods"));
        Self {
            selector: spec.and_then(|spec| spec.get("selector")).map(Selector::read),
            min_available: bound("minAvailable"),
            max_unavailable: bound("maxUnavailable"),
            disrupted: disrupted.map(|(name, _)| sym(name)).collect(),
            allowed: number("disruptionsAllowed"),
            current: number("currentHealthy"),
            desired: number("desiredHealthy"),
            expected: number("expectedPods"),
        }
    }
}
