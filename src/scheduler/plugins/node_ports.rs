use crate::cluster::fit;
use crate::cluster::model::HostPort;
use crate::scheduler::framework::{Context, Event, Filter, Plugin, PreFilter, Status};
use crate::scheduler::snapshot::NodeInfo;

/// `NodePorts`: the host ports of a Pod are free.
pub struct NodePorts;

impl Plugin for NodePorts {
    fn name(&self) -> &'static str {
        "NodePorts"
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        match &context.pod.spec.host_ports[..] {
            [] => PreFilter::Skip,
            ports => PreFilter::Run(Box::new(Prepared { ports })),
        }
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        match event {
            Event::PodDeleted(gone) => {
                let ports = &context.pod.spec.host_ports;
                ports.iter().any(|want| gone.spec.host_ports.iter().any(|had| fit::ports_conflict(want, had)))
            }
            Event::NodeAdded(_) => true,
            Event::PodAdded(_) => false,
        }
    }
}

#[derive(Clone)]
struct Prepared<'a> {
    ports: &'a [HostPort],
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        if node.ports_conflict(self.ports) {
            return Err(Status::unschedulable("node(s) didn't have free ports for the requested pod ports"));
        }
        Ok(())
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}
