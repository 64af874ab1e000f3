use crate::object::Sym;
use crate::scheduler::framework::{Context, Event, Filter, Plugin, Point, PreFilter, Status};
use crate::scheduler::snapshot::NodeInfo;

/// `NodeName`: a Pod that names its node goes nowhere else. Such a Pod is never queued; the plugin answers when others
/// ask.
pub struct NodeName;

impl Plugin for NodeName {
    fn name(&self) -> &'static str {
        "NodeName"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::Filter]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        match context.pod.node {
            Some(name) => PreFilter::Run(Box::new(Prepared { name })),
            None => PreFilter::Skip,
        }
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        matches!(event, Event::NodeAdded(node) if context.pod.node == Some(node.meta.name))
    }
}

#[derive(Clone)]
struct Prepared {
    name: Sym,
}

impl<'a> Filter<'a> for Prepared {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        if node.node.meta.name == self.name {
            return Ok(());
        }
        Err(Status::unresolvable("node(s) didn't match the requested node name"))
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}
