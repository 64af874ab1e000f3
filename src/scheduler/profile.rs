//! A profile: which plugins take part at which extension point, in which order, with which arguments and weights.

use std::sync::{Arc, LazyLock};

use super::framework::{Point, PostFilter};
use super::plugins::{DEFAULT, Part};
use crate::object::{Sym, sym};

/// Plugins by extension point, in order (`framework.Framework`).
#[derive(Clone)]
pub struct Profile {
    /// `schedulerName`
    pub name: Sym,
    /// `percentageOfNodesToScore`: 0 adapts it to the number of nodes, 100 looks at all.
    pub percentage: i64,
    pub(super) pre_enqueue: Vec<Part>,
    pub(super) pre_filter: Vec<Part>,
    pub(super) filter: Vec<Part>,
    pub(super) post_filter: Vec<Part>,
    /// With their weights.
    pub(super) score: Vec<(Part, i64)>,
    pub(super) reserve: Vec<Part>,
    /// All of them, once.
    pub(super) all: Vec<Part>,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.all.iter().map(|plugin| plugin.name()).collect();
        f.debug_struct("Profile").field("name", &self.name).field("plugins", &names).finish_non_exhaustive()
    }
}

/// Names of plugins that a configuration may name and that change nothing here: the order of the queue and the binding
/// itself are always these, and no Pod uses the others' features.
pub(super) const INERT: &[&str] =
    &["PrioritySort", "DefaultBinder", "GangScheduling", "TopologyPlacementGenerator", "PodGroupPodsCount"];

/// A plugin with its default arguments.
pub(super) fn plugin(name: &str) -> Option<Part> {
    DEFAULT.iter().map(|(make, _)| make()).find(|plugin| plugin.name() == name)
}

/// Plugins that are switched on or off somewhere (`PluginSet`).
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct PluginSet {
    pub(super) enabled: Vec<(Sym, i64)>,
    pub(super) disabled: Vec<Sym>,
}

impl PluginSet {
    fn disables(&self, name: Sym) -> bool {
        self.disabled.iter().any(|other| *other == name || &**other == "*")
    }

    /// The default ones with these changes: one that is named again stays at its place (`mergePluginSet`).
    pub(super) fn merged(&self, default: &[(Sym, i64)]) -> Vec<(Sym, i64)> {
        let mut replaced: Vec<Sym> = Vec::new();
        let mut merged = Vec::new();
        for (name, weight) in default.iter().filter(|(name, _)| !self.disables(*name)) {
            let own = self.enabled.iter().rev().find(|(other, _)| other == name);
            merged.push(*own.unwrap_or(&(*name, *weight)));
            replaced.extend(own.map(|(name, _)| *name));
        }
        merged.extend(self.enabled.iter().filter(|(name, _)| !replaced.contains(name)));
        merged
    }
}

/// Sets of plugins by extension point.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct PluginSets {
    pub(super) multi_point: PluginSet,
    pub(super) points: Vec<(Point, PluginSet)>,
}

impl Profile {
    /// The profile of a cluster without configuration. All nodes are looked at.
    pub fn standard() -> &'static Arc<Self> {
        static STANDARD: LazyLock<Arc<Profile>> = LazyLock::new(|| {
            Arc::new(Profile::new(sym("default-scheduler"), 100, &PluginSets::default(), &|name| {
                plugin(name)
            }))
        });
        &STANDARD
    }

    /// Puts plugins to their extension points (`expandMultiPointPlugins`). `make` gives a plugin with its arguments; names
    /// that it does not know are left out.
    pub(super) fn new(
        name: Sym,
        percentage: i64,
        sets: &PluginSets,
        make: &dyn Fn(&str) -> Option<Part>,
    ) -> Self {
        let default: Vec<(Sym, i64)> =
            DEFAULT.iter().map(|(make, weight)| (sym(make().name()), *weight)).collect();
        let multi_point = sets.multi_point.merged(&default);
        let mut all: Vec<Part> = Vec::new();
        let mut part = |name: Sym| -> Option<Part> {
            if let Some(found) = all.iter().find(|plugin| plugin.name() == &*name) {
                return Some(found.clone());
            }
            let made = make(&name)?;
            all.push(made.clone());
            Some(made)
        };
        let mut at = |point: Point| -> Vec<(Part, i64)> {
            let none = PluginSet::default();
            let set = sets.points.iter().find(|(other, _)| *other == point).map_or(&none, |(_, set)| set);
            let own = |name: Sym| set.enabled.iter().find(|(other, _)| *other == name);
            let mut names: Vec<(Sym, i64)> = Vec::new();
            let from_all: Vec<(Sym, i64)> = multi_point
                .iter()
                .filter(|(name, _)| {
                    !set.disables(*name) && part(*name).is_some_and(|p| p.points().contains(&point))
                })
                .copied()
                .collect();
            let overrides = |name: Sym| from_all.iter().any(|(other, _)| *other == name);
            // First those of the point that come with all points too, then the others of all points, then the rest.
            names.extend(set.enabled.iter().filter(|(name, _)| overrides(*name)));
            names.extend(from_all.iter().filter(|(name, _)| own(*name).is_none()));
            names.extend(set.enabled.iter().filter(|(name, _)| !overrides(*name)));
            let with_part = |(name, weight)| Some((part(name)?, weight));
            names.into_iter().filter_map(with_part).collect()
        };
        let plain = |parts: Vec<(Part, i64)>| parts.into_iter().map(|(part, _)| part).collect::<Vec<_>>();
        let pre_enqueue = plain(at(Point::PreEnqueue));
        let pre_filter = plain(at(Point::PreFilter));
        let filter = plain(at(Point::Filter));
        let post_filter = plain(at(Point::PostFilter));
        let score = at(Point::Score).into_iter().map(|(part, weight)| (part, weight.max(1))).collect();
        let reserve = plain(at(Point::Reserve));
        Self { name, percentage, pre_enqueue, pre_filter, filter, post_filter, score, reserve, all }
    }

    /// What is tried for a Pod that fits nowhere, in order.
    pub(super) fn post_filters(&self) -> impl Iterator<Item = PostFilter> {
        self.post_filter.iter().filter_map(|plugin| plugin.post_filter())
    }

    /// How many feasible nodes are looked for among so many (`numFeasibleNodesToFind`).
    pub(super) fn nodes_to_find(&self, nodes: usize) -> usize {
        const LEAST: usize = 100;
        if self.score.is_empty() {
            return 1;
        }
        if nodes < LEAST || self.percentage >= 100 {
            return nodes;
        }
        let percentage = match self.percentage {
            0 => (50 - nodes as i64 / 125).max(5),
            given => given,
        };
        (nodes * percentage.unsigned_abs() as usize / 100).max(LEAST)
    }
}
