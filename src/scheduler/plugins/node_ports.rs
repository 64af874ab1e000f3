use crate::cluster::fit;
use crate::cluster::model::HostPort;
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{Context, Event, Filter, Plugin, Point, PreFilter, Status};
use crate::scheduler::snapshot::{NodeInfo, Snapshot};

/// `NodePorts`: the host ports of a Pod are free.
pub struct NodePorts;

impl Plugin for NodePorts {
    fn name(&self) -> &'static str {
        "NodePorts"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        match &context.pod.spec.host_ports[..] {
            [] => PreFilter::Skip,
            ports => PreFilter::Run(Box::new(Prepared { ports, cluster: context.cluster })),
        }
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        match event {
            Event::PodDeleted(gone) => {
                let ports = &context.pod.spec.host_ports;
                ports.iter().any(|want| gone.spec.host_ports.iter().any(|had| fit::ports_conflict(want, had)))
            }
            Event::NodeAdded(_) => true,
            _ => false,
        }
    }
}

#[derive(Clone)]
struct Prepared<'a> {
    ports: &'a [HostPort],
    cluster: &'a Snapshot,
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        if node.ports_conflict(self.ports) {
            return Err(Status::unschedulable("node(s) didn't have free ports for the requested pod ports"));
        }
        Ok(())
    }

    fn lacks(&self, node: &NodeInfo) -> Vec<Lack> {
        let taken = |want: &&HostPort| node.ports.iter().any(|used| fit::ports_conflict(want, used));
        let holder = |want: &HostPort| {
            let mut pods = node.pods.iter().filter_map(|id| self.cluster.pod(*id));
            let has = |port: &HostPort| fit::ports_conflict(want, port);
            pods.find(|info| info.pod.spec.host_ports.iter().any(has)).map(|info| info.pod.meta.id())
        };
        self.ports.iter().filter(taken).map(|want| Lack::Port(*want, holder(want))).collect()
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}
