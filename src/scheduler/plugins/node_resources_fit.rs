use std::borrow::Cow;
use std::sync::Arc;

use crate::cluster::fit::{self, Insufficient};
use crate::cluster::model::{Requests, Resources};
use crate::object::Sym;
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{
    Code, Context, Event, Filter, MAX_SCORE, Plugin, Point, PreFilter, Reason, Scope, Score, Status,
};
use crate::scheduler::plugins::scored::{Amounts, Backed, Scored};
use crate::scheduler::snapshot::NodeInfo;

/// `NodeResourcesFit`: what a Pod asks is left on the node; how much of it is left, or used, makes the score.
#[derive(Default)]
pub struct NodeResourcesFit {
    /// Its arguments.
    pub args: Arc<Fit>,
}

/// `NodeResourcesFitArgs`
#[derive(Clone, PartialEq, Debug)]
pub struct Fit {
    /// `ignoredResources`: extended resources that need not be there.
    pub ignored: Vec<Sym>,
    /// `ignoredResourceGroups`: the same for all of a group.
    pub ignored_groups: Vec<Sym>,
    /// `scoringStrategy.type`
    pub strategy: Strategy,
    /// `scoringStrategy.resources`
    pub resources: Vec<Scored>,
}

impl Default for Fit {
    fn default() -> Self {
        Self {
            ignored: Vec::new(),
            ignored_groups: Vec::new(),
            strategy: Strategy::LeastAllocated,
            resources: Scored::cpu_and_memory(),
        }
    }
}

/// `scoringStrategy.type`
#[derive(Clone, PartialEq, Debug)]
pub enum Strategy {
    /// The more is left, the better.
    LeastAllocated,
    /// The less is left, the better.
    MostAllocated,
    /// As a line through these points says: use in hundredths, score.
    RequestedToCapacityRatio(Vec<(i64, i64)>),
}

impl Fit {
    /// True if the scheduler does not look at an extended resource.
    fn ignores(&self, resource: Sym) -> bool {
        let group = || resource.split_once('/').map_or("", |(group, _)| group);
        is_extended(&resource)
            && (self.ignored.contains(&resource) || self.ignored_groups.iter().any(|g| &**g == group()))
    }

    fn score(&self, node: &NodeInfo, asks: &Amounts, backed: Option<&Backed<'_>>) -> i64 {
        let resources = self.resources.iter().enumerate();
        let used = resources.filter_map(|(at, resource)| {
            let (allocatable, used) = resource.on(node, asks.at(at), false, backed)?;
            Some((resource.weight, allocatable, used.saturating_add(asks.at(at))))
        });
        match &self.strategy {
            Strategy::LeastAllocated => mean(used, |used, allocatable| {
                if used > allocatable {
                    0
                } else {
                    (allocatable - used).saturating_mul(MAX_SCORE) / allocatable
                }
            }),
            Strategy::MostAllocated => mean(used, |used, all| used.min(all).saturating_mul(MAX_SCORE) / all),
            Strategy::RequestedToCapacityRatio(shape) => {
                let (mut sum, mut weights) = (0i64, 0i64);
                for (weight, allocatable, used) in used {
                    let use_of =
                        if used > allocatable { 100 } else { used.saturating_mul(100) / allocatable };
                    let score = on_line(shape, use_of);
                    if score > 0 {
                        sum = sum.saturating_add(score.saturating_mul(weight));
                        weights = weights.saturating_add(weight);
                    }
                }
                if weights == 0 { 0 } else { (sum as f64 / weights as f64).round() as i64 }
            }
        }
    }
}

/// True for resources that are none of Kubernetes' own (`IsExtendedResourceName`).
pub(super) fn is_extended(name: &str) -> bool {
    name.contains('/') && !name.contains("kubernetes.io/") && !name.starts_with("requests.")
}

/// The weighted mean of scores, from weight, what there is and what is used.
fn mean(used: impl Iterator<Item = (i64, i64, i64)>, score: impl Fn(i64, i64) -> i64) -> i64 {
    let (mut sum, mut weights) = (0i64, 0i64);
    for (weight, allocatable, used) in used {
        sum = sum.saturating_add(score(used, allocatable).saturating_mul(weight));
        weights = weights.saturating_add(weight);
    }
    if weights == 0 { 0 } else { sum / weights }
}

/// The value of a line through points at `x`; flat outside of them (`BuildBrokenLinearFunction`).
fn on_line(points: &[(i64, i64)], x: i64) -> i64 {
    let Some(at) = points.iter().position(|(point, _)| x <= *point) else {
        return points.last().map_or(0, |(_, value)| *value);
    };
    let (x1, y1) = points[at];
    match at.checked_sub(1).map(|before| points[before]) {
        Some((x0, y0)) if x1 != x0 => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        _ => y1,
    }
}

impl Plugin for NodeResourcesFit {
    fn name(&self) -> &'static str {
        "NodeResourcesFit"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter, Point::Score]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        let requests = context.pod.requests();
        let mut asks = Cow::Borrowed(&requests.total);
        if requests.total.scalars.iter().any(|(name, _)| self.args.ignores(*name)) {
            asks.to_mut().scalars.retain(|(name, _)| !self.args.ignores(*name));
        }
        let delegated = asks.scalars.iter().map(|(name, _)| *name);
        let delegated = delegated.filter(|name| context.objects.class_of_resource(*name).is_some());
        let delegated = delegated.collect();
        PreFilter::Run(Box::new(Prepared { asks, delegated }))
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>) -> Option<Box<dyn Score + 'a>> {
        let asks = Amounts::scored(&self.args.resources, context.pod.requests());
        let backed = Backed::of(context, &self.args.resources);
        Some(Box::new(Scoring { args: &self.args, asks, backed }))
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        match event {
            Event::PodDeleted(_) => true,
            Event::NodeAdded(node) => {
                fit::fits(&context.pod.requests().total, &Resources::default(), 0, &node.allocatable)
            }
            _ => false,
        }
    }
}

#[derive(Clone)]
struct Prepared<'a> {
    asks: Cow<'a, Resources>,
    /// Extended resources that a DeviceClass stands for: where a node has none of them, devices are looked for.
    delegated: Vec<Sym>,
}

impl Prepared<'_> {
    fn asks(&self, node: &NodeInfo) -> Cow<'_, Resources> {
        let left_to_devices =
            |name: &Sym| self.delegated.contains(name) && node.node.allocatable.scalar(*name) == 0;
        let mut asks = Cow::Borrowed(&*self.asks);
        if self.delegated.iter().any(left_to_devices) {
            asks.to_mut().scalars.retain(|(name, _)| !left_to_devices(name));
        }
        asks
    }
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        let (asks, pods) = (self.asks(node), node.pods.len() as i64);
        if fit::fits(&asks, &node.requested, pods, &node.node.allocatable) {
            return Ok(());
        }
        let lacking = fit::insufficient(&asks, &node.requested, pods, &node.node.allocatable);
        let unresolvable = lacking.iter().any(Insufficient::unresolvable);
        let reasons = lacking.iter().map(|lack| match &*lack.resource {
            "pods" => Reason::Text("Too many pods"),
            _ => Reason::Insufficient(lack.resource),
        });
        Err(Status {
            code: if unresolvable { Code::UnschedulableAndUnresolvable } else { Code::Unschedulable },
            reasons: reasons.collect(),
        })
    }

    fn lacks(&self, node: &NodeInfo) -> Vec<Lack> {
        let (asks, pods) = (self.asks(node), node.pods.len() as i64);
        let lacking = fit::insufficient(&asks, &node.requested, pods, &node.node.allocatable);
        lacking.into_iter().map(Lack::Resource).collect()
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}

struct Scoring<'a> {
    args: &'a Fit,
    asks: Amounts,
    backed: Option<Backed<'a>>,
}

impl Score for Scoring<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        self.args.score(node, &self.asks, self.backed.as_ref())
    }

    fn scope(&self) -> Scope {
        if self.backed.is_some() { Scope::Cluster } else { Scope::Node }
    }
}

/// What a Pod asks of the resources that make scores.
impl Amounts {
    fn scored(resources: &[Scored], requests: &Requests) -> Self {
        Self::of(resources, &requests.total, Some(requests.scored))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::model::{Assumed, Node};

    fn score(fit: &Fit, allocatable: &Resources, used: Assumed, asks: Assumed) -> i64 {
        let node = Node { allocatable: allocatable.clone(), ..Node::default() };
        let mut info = NodeInfo::new(0, Arc::new(node));
        info.assumed = used;
        let requests = Requests { scored: asks, ..Requests::default() };
        fit.score(&info, &Amounts::scored(&fit.resources, &requests), None)
    }

    #[test]
    fn strategies() {
        let node = Resources { milli_cpu: 1000, memory: 1000, ..Resources::default() };
        let none = Assumed::default();
        let asks = |milli_cpu, memory| Assumed { milli_cpu, memory };
        let least = Fit::default();
        assert_eq!(score(&least, &node, none, asks(500, 250)), 62);
        assert_eq!(score(&least, &node, asks(900, 0), asks(500, 250)), 37);
        assert_eq!(score(&least, &Resources { memory: 0, ..node.clone() }, none, asks(500, 250)), 50);
        assert_eq!(score(&least, &Resources::default(), none, asks(500, 250)), 0);
        let most = Fit { strategy: Strategy::MostAllocated, ..Fit::default() };
        assert_eq!(score(&most, &node, asks(900, 0), asks(500, 250)), 62);
        let shape = vec![(0, 0), (50, 100), (100, 0)];
        let ratio = Fit { strategy: Strategy::RequestedToCapacityRatio(shape), ..Fit::default() };
        assert_eq!(score(&ratio, &node, none, asks(250, 500)), 75);
    }
}
