//! `KubeSchedulerConfiguration`: profiles, plugin sets, arguments (`pkg/scheduler/apis/config`).

use std::sync::Arc;

use super::framework::Point;
use super::plugins::{
    DefaultPreemption, Fit, InterPodAffinity, NodeAffinity, NodeResourcesBalancedAllocation,
    NodeResourcesFit, Part, PodTopologySpread, Scored, Strategy,
};
use super::profile::{INERT, PluginSet, PluginSets, Profile, plugin};
use crate::cluster::model::{self, SpreadConstraint};
use crate::object::{Sym, Value, sym};
use crate::schema::Minor;

/// What a scheduler is configured with.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// By `schedulerName`; never empty.
    pub profiles: Vec<Arc<Profile>>,
    /// The version of Kubernetes that the scheduler is of.
    pub minor: Minor,
}

impl Default for Configuration {
    fn default() -> Self {
        Self { profiles: vec![Profile::standard().clone()], minor: Minor::DEFAULT }
    }
}

/// Why a configuration is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is no `KubeSchedulerConfiguration` that is served.
    #[error("is no KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1")]
    Kind,
    /// A plugin that is not built in.
    #[error("plugin `{0}` is not built into kube-scheduler")]
    Plugin(Sym),
    /// Two profiles of one name.
    #[error("two profiles have the schedulerName `{0}`")]
    Twice(Sym),
    /// Programs beside the scheduler are asked; what they say is not known.
    #[error("extenders are not played")]
    Extenders,
}

const POINTS: [(&str, Point); 6] = [
    ("preEnqueue", Point::PreEnqueue),
    ("preFilter", Point::PreFilter),
    ("filter", Point::Filter),
    ("postFilter", Point::PostFilter),
    ("score", Point::Score),
    ("reserve", Point::Reserve),
];

impl Configuration {
    /// Reads a configuration with its `apiVersion` and `kind`.
    ///
    /// # Errors
    ///
    /// If it is another kind, or says what is not played.
    pub fn read(value: Value<'_>) -> Result<Self, ConfigError> {
        let served = value.str("apiVersion").starts_with("kubescheduler.config.k8s.io/v1");
        if !served || value.str("kind") != "KubeSchedulerConfiguration" {
            return Err(ConfigError::Kind);
        }
        Self::read_body(value)
    }

    /// Reads what is in a configuration. Without a percentage all nodes are looked at: how many are passed over is a
    /// matter of speed.
    ///
    /// # Errors
    ///
    /// If it says what is not played.
    pub fn read_body(value: Value<'_>) -> Result<Self, ConfigError> {
        if value.list("extenders").next().is_some() {
            return Err(ConfigError::Extenders);
        }
        let percentage = value.int("percentageOfNodesToScore").unwrap_or(100);
        let mut profiles: Vec<Arc<Profile>> = Vec::new();
        for profile in value.list("profiles") {
            let profile = read_profile(profile, percentage)?;
            if profiles.iter().any(|other| other.name == profile.name) {
                return Err(ConfigError::Twice(profile.name));
            }
            profiles.push(Arc::new(profile));
        }
        if profiles.is_empty() {
            let profile = Profile { percentage, ..Profile::clone(Profile::standard()) };
            profiles.push(Arc::new(profile));
        }
        Ok(Self { profiles, minor: Minor::DEFAULT })
    }

    /// The profile of a `schedulerName`.
    pub fn profile(&self, name: Sym) -> Option<&Arc<Profile>> {
        let name = if name.is_empty() { sym("default-scheduler") } else { name };
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

fn read_profile(profile: Value<'_>, percentage: i64) -> Result<Profile, ConfigError> {
    let name = match profile.str("schedulerName") {
        "" => "default-scheduler",
        given => given,
    };
    let mut sets = PluginSets::default();
    if let Some(plugins) = profile.get("plugins") {
        sets.multi_point = plugins.get("multiPoint").map(read_set).transpose()?.unwrap_or_default();
        for (field, point) in POINTS {
            if let Some(set) = plugins.get(field) {
                sets.points.push((point, read_set(set)?));
            }
        }
    }
    let args: Vec<(&str, Value<'_>)> = profile
        .list("pluginConfig")
        .filter_map(|config| Some((config.str("name"), config.get("args")?)))
        .collect();
    let percentage = profile.int("percentageOfNodesToScore").unwrap_or(percentage);
    let make = |name: &str| -> Option<Part> {
        let args = args.iter().find(|(of, _)| *of == name);
        args.and_then(|(_, args)| with_args(name, *args)).or_else(|| plugin(name))
    };
    Ok(Profile::new(sym(name), percentage, &sets, &make))
}

fn read_set(set: Value<'_>) -> Result<PluginSet, ConfigError> {
    let mut read = PluginSet::default();
    for enabled in set.list("enabled") {
        let name = sym(enabled.str("name"));
        if plugin(&name).is_none() && !INERT.contains(&&*name) {
            return Err(ConfigError::Plugin(name));
        }
        read.enabled.push((name, enabled.int("weight").unwrap_or(0)));
    }
    read.disabled = set.list("disabled").map(|disabled| sym(disabled.str("name"))).collect();
    Ok(read)
}

/// A plugin with arguments; `None` if it takes none that matter here.
fn with_args(name: &str, args: Value<'_>) -> Option<Part> {
    Some(match name {
        "NodeResourcesFit" => Arc::new(NodeResourcesFit { args: Arc::new(fit(args)) }),
        "NodeResourcesBalancedAllocation" => {
            Arc::new(NodeResourcesBalancedAllocation { resources: resources(Some(args)) })
        }
        "NodeAffinity" => {
            Arc::new(NodeAffinity { added: args.get("addedAffinity").map(model::NodeAffinity::read) })
        }
        "InterPodAffinity" => Arc::new(InterPodAffinity {
            hard_weight: args.int("hardPodAffinityWeight").unwrap_or(1),
            ignores_preferred_of_others: args.flag("ignorePreferredTermsOfExistingPods"),
        }),
        "PodTopologySpread" => {
            let list = args.str("defaultingType") == "List";
            let read = |constraint| SpreadConstraint::read(constraint, None);
            let constraints = args.list("defaultConstraints").map(read).collect();
            Arc::new(PodTopologySpread { defaults: list.then_some(constraints) })
        }
        "DefaultPreemption" => {
            let or = |name, default| args.int(name).and_then(|n| usize::try_from(n).ok()).unwrap_or(default);
            let default = DefaultPreemption::default();
            Arc::new(DefaultPreemption {
                min_percentage: or("minCandidateNodesPercentage", default.min_percentage),
                min_absolute: or("minCandidateNodesAbsolute", default.min_absolute),
            })
        }
        _ => return None,
    })
}

/// `resources` with their weights; CPU and memory alike if none are given.
fn resources(holder: Option<Value<'_>>) -> Vec<Scored> {
    let given: Vec<Scored> = holder
        .into_iter()
        .flat_map(|holder| holder.list("resources"))
        .map(|resource| Scored::new(sym(resource.str("name")), resource.int("weight").unwrap_or(0).max(1)))
        .collect();
    if given.is_empty() { Scored::cpu_and_memory() } else { given }
}

fn fit(args: Value<'_>) -> Fit {
    let texts = |name: &str| args.list(name).filter_map(Value::as_str).map(sym).collect();
    let strategy = args.get("scoringStrategy");
    let shape = || {
        let shape = strategy.and_then(|s| s.get("requestedToCapacityRatio"));
        let points = shape.into_iter().flat_map(|s| s.list("shape"));
        // Points go to 10, scores to 100.
        let point = |point: Value<'_>| {
            (point.int("utilization").unwrap_or(0), point.int("score").unwrap_or(0).saturating_mul(10))
        };
        points.map(point).collect()
    };
    Fit {
        ignored: texts("ignoredResources"),
        ignored_groups: texts("ignoredResourceGroups"),
        strategy: match strategy.map_or("", |s| s.str("type")) {
            "MostAllocated" => Strategy::MostAllocated,
            "RequestedToCapacityRatio" => Strategy::RequestedToCapacityRatio(shape()),
            _ => Strategy::LeastAllocated,
        },
        resources: resources(strategy),
    }
}
