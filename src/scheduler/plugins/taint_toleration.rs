use crate::cluster::model::{Taint, Toleration};
use crate::cluster::tolerations;
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{
    Context, Event, Filter, Plugin, Point, PreFilter, Score, Status, default_normalize,
};
use crate::scheduler::snapshot::NodeInfo;

/// `TaintToleration`: no Pod on a node with a `NoSchedule` or `NoExecute` taint that it does not tolerate; the fewer
/// `PreferNoSchedule` taints it does not tolerate, the better.
pub struct TaintToleration;

impl Plugin for TaintToleration {
    fn name(&self) -> &'static str {
        "TaintToleration"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::Filter, Point::Score]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        let names_taint = !context.objects.is_since(36);
        PreFilter::Run(Box::new(Prepared { tolerations: &context.pod.spec.tolerations, names_taint }))
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>) -> Option<Box<dyn Score + 'a>> {
        Some(Box::new(Prepared { tolerations: &context.pod.spec.tolerations, names_taint: false }))
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        let tolerations = &context.pod.spec.tolerations;
        matches!(event, Event::NodeAdded(node) if tolerations::untolerated(tolerations, node).is_none())
    }
}

#[derive(Clone)]
struct Prepared<'a> {
    tolerations: &'a [Toleration],
    /// The refusal names the taint: before 1.36.
    names_taint: bool,
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        if let Some(taint) = tolerations::untolerated(self.tolerations, &node.node) {
            if self.names_taint {
                let reason = format!("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value);
                return Err(Status::unresolvable_because(&reason));
            }
            return Err(Status::unresolvable("node(s) had untolerated taint(s)"));
        }
        Ok(())
    }

    fn lacks(&self, node: &NodeInfo) -> Vec<Lack> {
        let bad = |taint: &&Taint| {
            taint.effect.forbids_scheduling() && !tolerations::tolerates(self.tolerations, taint)
        };
        node.node.taints.iter().filter(bad).copied().map(Lack::Taint).collect()
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}

impl Score for Prepared<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        tolerations::untolerated_preferences(self.tolerations, &node.node)
    }

    fn compares(&self) -> bool {
        true
    }

    fn normalize(&self, _nodes: &[u32], scores: &mut [i64]) {
        default_normalize(scores, true);
    }
}
