use smallvec::SmallVec;

use crate::scheduler::framework::{Context, MAX_SCORE, Plugin, Point, Scope, Score};
use crate::scheduler::plugins::scored::{Amounts, Backed, Scored};
use crate::scheduler::snapshot::NodeInfo;

/// `NodeResourcesBalancedAllocation`: a Pod that makes the shares of resources in use more alike is welcome. Before 1.36 a node
/// counted as it is with the Pod, whatever it was without.
pub struct NodeResourcesBalancedAllocation {
    /// `resources`
    pub resources: Vec<Scored>,
}

impl Default for NodeResourcesBalancedAllocation {
    fn default() -> Self {
        Self { resources: Scored::cpu_and_memory() }
    }
}

impl Plugin for NodeResourcesBalancedAllocation {
    fn name(&self) -> &'static str {
        "NodeResourcesBalancedAllocation"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::Score]
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>) -> Option<Box<dyn Score + 'a>> {
        let asks = Amounts::of(&self.resources, &context.pod.requests().total, None);
        let resources = &self.resources[..];
        let compares = context.objects.is_since(36);
        let backed = Backed::of(context, resources);
        let is_asked = !asks.is_zero();
        is_asked.then(|| Box::new(Prepared { resources, asks, backed, compares }) as Box<dyn Score>)
    }
}

struct Prepared<'a> {
    resources: &'a [Scored],
    asks: Amounts,
    backed: Option<Backed<'a>>,
    /// The node with the Pod is compared with the node without.
    compares: bool,
}

impl Score for Prepared<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        let (mut with, mut without) = (Shares::new(), Shares::new());
        for (at, resource) in self.resources.iter().enumerate() {
            let asks = self.asks.at(at);
            if let Some((allocatable, used)) = resource.on(node, asks, true, self.backed.as_ref()) {
                let share = |used: i64| (used as f64 / allocatable as f64).min(1.0);
                with.push(share(used.saturating_add(asks)));
                without.push(share(used));
            }
        }
        if !self.compares {
            return balance(&with);
        }
        MAX_SCORE / 2 + (MAX_SCORE / 2 + balance(&with) - balance(&without)) / 2
    }

    fn scope(&self) -> Scope {
        if self.backed.is_some() { Scope::Cluster } else { Scope::Node }
    }
}

type Shares = SmallVec<[f64; 4]>;

/// 100 if all are used in equal shares; of two, 50 if one is full and the other empty (`balancedResourceScore`).
fn balance(shares: &[f64]) -> i64 {
    let deviation = match shares {
        // One resource alone is always in balance.
        [] | [_] => 0.0,
        [a, b] => ((a - b) / 2.0).abs(),
        _ => {
            let count = shares.len() as f64;
            let mean = shares.iter().sum::<f64>() / count;
            (shares.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>() / count).sqrt()
        }
    };
    ((1.0 - deviation) * MAX_SCORE as f64) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balance_is_one_minus_the_deviation() {
        assert_eq!(balance(&[0.5, 0.5]), 100);
        assert_eq!(balance(&[1.0, 0.0]), 50);
        assert_eq!(balance(&[0.7]), 100);
        assert_eq!(balance(&[0.0, 0.0, 1.0]), 52);
    }
}
