//! Which plugins take part where, with which weights and arguments: the first profile of a configuration.

use serde_json::Value as Json;

use super::Cluster;
use super::filters::default_selector;
use super::objects::{at, is_empty, list, merged_selector, name_of, text};

/// Plugins that score, in order, with their weights.
const SCORES: [(&str, i64); 8] = [
    ("TaintToleration", 3),
    ("NodeAffinity", 2),
    ("NodeResourcesFit", 1),
    ("PodTopologySpread", 2),
    ("InterPodAffinity", 2),
    ("DynamicResources", 2),
    ("NodeResourcesBalancedAllocation", 1),
    ("ImageLocality", 1),
];

/// Plugins that filter nodes, or refuse Pods before, or are asked when no node is left, in order.
pub(super) const FILTERS: [&str; 12] = [
    "NodeUnschedulable",
    "TaintToleration",
    "NodeAffinity",
    "NodePorts",
    "NodeResourcesFit",
    "VolumeRestrictions",
    "VolumeBinding",
    "VolumeZone",
    "PodTopologySpread",
    "InterPodAffinity",
    "DynamicResources",
    "DefaultPreemption",
];

/// A profile as it is written; nothing if there is no configuration.
#[derive(Clone, Default)]
pub(super) struct Profile(pub(super) Json);

fn names(set: &Json, plugin: &str) -> bool {
    list(set).iter().any(|item| name_of(item) == plugin)
}

impl Profile {
    fn set(&self, point: &str) -> &Json {
        at(&self.0, &["plugins", point])
    }

    /// True if the plugin takes part at an extension point (which it has).
    pub(super) fn has(&self, point: &str, plugin: &str) -> bool {
        let is_off = |set: &Json| names(&set["disabled"], plugin) || names(&set["disabled"], "*");
        let (everywhere, here) = (self.set("multiPoint"), self.set(point));
        let is_on = names(&everywhere["enabled"], plugin) || !is_off(everywhere);
        names(&here["enabled"], plugin) || (is_on && !is_off(here))
    }

    /// Plugins that take part at an extension point other than scoring, in order: one that is switched off and on again for all
    /// points comes last. Those that have nothing to say there are among them.
    pub(super) fn order(&self, point: &str) -> Vec<&str> {
        let everywhere = self.set("multiPoint");
        let moved =
            |plugin: &str| names(&everywhere["disabled"], plugin) && names(&everywhere["enabled"], plugin);
        let stay = FILTERS.into_iter().filter(|plugin| !moved(plugin));
        let last = list(&everywhere["enabled"]).iter().map(name_of);
        let last = last.filter(|plugin| moved(plugin) && FILTERS.contains(plugin));
        stay.chain(last).filter(|plugin| self.has(point, plugin)).collect()
    }

    /// Plugins that score, in order, with their weights.
    pub(super) fn scores(&self) -> Vec<(String, i64)> {
        let weight = |item: &Json| item["weight"].as_i64().unwrap_or(0).max(1);
        let (everywhere, here) = (self.set("multiPoint"), self.set("score"));
        let is_default = |plugin: &str| SCORES.iter().any(|(name, _)| *name == plugin);
        let scores_at_all = |item: &&Json| is_default(name_of(item));
        let mut all: Vec<(String, i64)> = Vec::new();
        let switched_off =
            |set: &Json, plugin: &str| names(&set["disabled"], plugin) || names(&set["disabled"], "*");
        for (plugin, default) in SCORES {
            if !switched_off(everywhere, plugin) {
                let own = list(&everywhere["enabled"]).iter().find(|item| name_of(item) == plugin);
                all.push((plugin.to_owned(), own.map_or(default, weight)));
            }
        }
        // One that is switched off and on again comes last.
        for item in list(&everywhere["enabled"]).iter().filter(scores_at_all) {
            if switched_off(everywhere, name_of(item)) {
                all.push((name_of(item).to_owned(), weight(item)));
            }
        }
        all.retain(|(plugin, _)| !switched_off(here, plugin));
        let mine: Vec<(String, i64)> = list(&here["enabled"])
            .iter()
            .filter(scores_at_all)
            .map(|item| (name_of(item).to_owned(), weight(item)))
            .collect();
        let has = |set: &[(String, i64)], plugin: &str| set.iter().any(|(name, _)| name == plugin);
        let first = mine.iter().filter(|(plugin, _)| has(&all, plugin));
        let rest = all.iter().filter(|(plugin, _)| !has(&mine, plugin));
        let last = mine.iter().filter(|(plugin, _)| !has(&all, plugin));
        first.chain(rest).chain(last).cloned().collect()
    }

    /// What a plugin is given.
    pub(super) fn args(&self, plugin: &str) -> &Json {
        let of_plugin = list(&self.0["pluginConfig"]).iter().find(|config| name_of(config) == plugin);
        of_plugin.map_or(&Json::Null, |config| &config["args"])
    }

    /// `resources` of a plugin's arguments, with their weights; CPU and memory alike without.
    pub(super) fn resources(holder: &Json) -> Vec<(String, i128)> {
        let given: Vec<(String, i128)> = list(&holder["resources"])
            .iter()
            .map(|item| (name_of(item).to_owned(), i128::from(item["weight"].as_i64().unwrap_or(0).max(1))))
            .collect();
        if given.is_empty() { vec![("cpu".into(), 1), ("memory".into(), 1)] } else { given }
    }

    /// Spread constraints of a Pod with their selectors, and whether nodes without one of the keys are left out.
    pub(super) fn spread(&self, cluster: &Cluster, pod: &Json) -> (Vec<(Json, Json)>, bool) {
        let own = list(at(pod, &["spec", "topologySpreadConstraints"]));
        if !own.is_empty() {
            return (own.iter().map(|c| (c.clone(), merged_selector(c, pod))).collect(), true);
        }
        let selector = default_selector(cluster, pod);
        if is_empty(&selector) {
            return (Vec::new(), true);
        }
        let args = self.args("PodTopologySpread");
        let given = text(&args["defaultingType"]) == "List";
        let constraints: Vec<Json> = if given {
            list(&args["defaultConstraints"]).to_vec()
        } else {
            [("kubernetes.io/hostname", 3), ("topology.kubernetes.io/zone", 5)]
                .map(|(key, skew)| serde_json::json!({"topologyKey": key, "maxSkew": skew}))
                .to_vec()
        };
        (constraints.into_iter().map(|constraint| (constraint, selector.clone())).collect(), given)
    }
}
