use crate::cluster::model::{Pod, Resources};
use crate::scheduler::framework::{Context, MAX_SCORE, Plugin, Score};
use crate::scheduler::snapshot::NodeInfo;

/// `NodeResourcesBalancedAllocation`: a Pod that makes the shares of CPU and memory in use more alike is welcome.
pub struct NodeResourcesBalancedAllocation;

impl Plugin for NodeResourcesBalancedAllocation {
    fn name(&self) -> &'static str {
        "NodeResourcesBalancedAllocation"
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>, _feasible: &[u32]) -> Option<Box<dyn Score + 'a>> {
        let asks = asks(context.pod);
        (asks.milli_cpu != 0 || asks.memory != 0).then(|| Box::new(Prepared { asks }) as Box<dyn Score>)
    }
}

fn asks(pod: &Pod) -> &Resources {
    &pod.requests().total
}

struct Prepared<'a> {
    asks: &'a Resources,
}

impl Score for Prepared<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        let (used, allocatable) = (&node.requested, &node.node.allocatable);
        let with = balance(
            [
                used.milli_cpu.saturating_add(self.asks.milli_cpu),
                used.memory.saturating_add(self.asks.memory),
            ],
            allocatable,
        );
        let without = balance([used.milli_cpu, used.memory], allocatable);
        MAX_SCORE / 2 + (MAX_SCORE / 2 + with - without) / 2
    }
}

/// 100 if CPU and memory are used in equal shares, 50 if one is full and the other empty (`balancedResourceScore`).
fn balance(used: [i64; 2], allocatable: &Resources) -> i64 {
    let share = |used: i64, allocatable: i64| (used as f64 / allocatable as f64).min(1.0);
    let deviation = match (allocatable.milli_cpu, allocatable.memory) {
        // One resource alone is always in balance.
        (0, _) | (_, 0) => 0.0,
        (cpu, memory) => ((share(used[0], cpu) - share(used[1], memory)) / 2.0).abs(),
    };
    ((1.0 - deviation) * MAX_SCORE as f64) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balance_is_one_minus_the_deviation() {
        let node = Resources { milli_cpu: 1000, memory: 1000, ..Resources::default() };
        assert_eq!(balance([500, 500], &node), 100);
        assert_eq!(balance([1000, 0], &node), 50);
        assert_eq!(balance([5000, 0], &node), 50);
        assert_eq!(balance([700, 0], &Resources { memory: 0, ..node }), 100);
    }
}
