use crate::scheduler::framework::{Context, Event, Filter, Plugin, Point, PreFilter, Scope, Status};
use crate::scheduler::snapshot::NodeInfo;

/// `NodeDeclaredFeatures`: a Pod that needs a feature of the kubelet runs where a node declares it.
pub struct NodeDeclaredFeatures;

impl Plugin for NodeDeclaredFeatures {
    fn name(&self) -> &'static str {
        "NodeDeclaredFeatures"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        let needs = &context.pod.spec.features;
        // Before 1.36 the gate is off.
        if needs.is_empty() || !context.objects.is_since(36) {
            return PreFilter::Skip;
        }
        PreFilter::Run(Box::new(Prepared { needs }))
    }

    fn hint(&self, _context: &Context<'_>, event: Event<'_>) -> bool {
        matches!(event, Event::NodeAdded(_))
    }
}

#[derive(Clone)]
struct Prepared<'a> {
    needs: &'a [&'static str],
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        let declares = |feature: &&str| node.node.features.iter().any(|declared| &**declared == *feature);
        if self.needs.iter().all(declares) {
            return Ok(());
        }
        Err(Status::unresolvable("node(s) didn't match Pod's required features"))
    }

    // Few Pods need any: features make no shape of their own.
    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn cannot_fail(&self) -> bool {
        true
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}
