use crate::cluster::model::{Node, Pod, Taint, TaintEffect};
use crate::cluster::tolerations;
use crate::object::sym;
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{Context, Event, Filter, Plugin, Point, PreFilter, Status};
use crate::scheduler::snapshot::NodeInfo;

/// `NodeUnschedulable`: a cordoned node takes no Pod that does not tolerate it.
pub struct NodeUnschedulable;

fn tolerated(pod: &Pod) -> bool {
    let key = sym("node.kubernetes.io/unschedulable");
    let taint = Taint { key, value: sym(""), effect: TaintEffect::NoSchedule };
    tolerations::tolerates(&pod.spec.tolerations, &taint)
}

fn refuses(node: &Node, tolerated: bool) -> bool {
    node.unschedulable && !tolerated
}

impl Plugin for NodeUnschedulable {
    fn name(&self) -> &'static str {
        "NodeUnschedulable"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::Filter]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        PreFilter::Run(Box::new(Prepared { tolerated: tolerated(context.pod) }))
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        matches!(event, Event::NodeAdded(node) if !refuses(node, tolerated(context.pod)))
    }
}

#[derive(Clone)]
struct Prepared {
    tolerated: bool,
}

impl<'a> Filter<'a> for Prepared {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        if refuses(&node.node, self.tolerated) {
            return Err(Status::unresolvable("node(s) were unschedulable"));
        }
        Ok(())
    }

    fn lacks(&self, node: &NodeInfo) -> Vec<Lack> {
        if refuses(&node.node, self.tolerated) { vec![Lack::Cordoned] } else { Vec::new() }
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}
