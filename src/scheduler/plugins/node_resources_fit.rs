use crate::cluster::fit::{self, Insufficient};
use crate::cluster::model::{Assumed, Requests, Resources};
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{
    Code, Context, Event, Filter, MAX_SCORE, Plugin, PreFilter, Reason, Score, Status,
};
use crate::scheduler::snapshot::NodeInfo;

/// `NodeResourcesFit`: what a Pod asks is left on the node; the more of CPU and memory is left then, the better
/// (`LeastAllocated`).
pub struct NodeResourcesFit;

impl Plugin for NodeResourcesFit {
    fn name(&self) -> &'static str {
        "NodeResourcesFit"
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        PreFilter::Run(Box::new(Prepared { requests: context.pod.requests() }))
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>, _feasible: &[u32]) -> Option<Box<dyn Score + 'a>> {
        Some(Box::new(Prepared { requests: context.pod.requests() }))
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
    requests: &'a Requests,
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        let (asks, pods) = (&self.requests.total, node.pods.len() as i64);
        if fit::fits(asks, &node.requested, pods, &node.node.allocatable) {
            return Ok(());
        }
        let lacking = fit::insufficient(asks, &node.requested, pods, &node.node.allocatable);
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
        let (asks, pods) = (&self.requests.total, node.pods.len() as i64);
        let lacking = fit::insufficient(asks, &node.requested, pods, &node.node.allocatable);
        lacking.into_iter().map(Lack::Resource).collect()
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}

impl Score for Prepared<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        least_allocated(&node.node.allocatable, node.assumed, self.requests.scored)
    }
}

/// Share of CPU and of memory that is left, their mean; a resource that the node does not have is left out
/// (`leastResourceScorer`).
fn least_allocated(allocatable: &Resources, used: Assumed, asks: Assumed) -> i64 {
    let (mut sum, mut weights) = (0, 0);
    for (allocatable, used, asks) in [
        (allocatable.milli_cpu, used.milli_cpu, asks.milli_cpu),
        (allocatable.memory, used.memory, asks.memory),
    ] {
        if allocatable == 0 {
            continue;
        }
        let requested = used.saturating_add(asks);
        if requested <= allocatable {
            sum += (allocatable - requested).saturating_mul(MAX_SCORE) / allocatable;
        }
        weights += 1;
    }
    if weights == 0 { 0 } else { sum / weights }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_allocated_is_the_mean_share_that_is_left() {
        let node = Resources { milli_cpu: 1000, memory: 1000, ..Resources::default() };
        let none = Assumed::default();
        let asks = |milli_cpu, memory| Assumed { milli_cpu, memory };
        assert_eq!(least_allocated(&node, none, asks(500, 250)), 62);
        assert_eq!(least_allocated(&node, asks(900, 0), asks(500, 250)), 37);
        assert_eq!(least_allocated(&Resources { memory: 0, ..node }, none, asks(500, 250)), 50);
        assert_eq!(least_allocated(&Resources::default(), none, asks(500, 250)), 0);
    }
}
