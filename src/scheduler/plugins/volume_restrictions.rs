use super::named_claims;
use crate::cluster::model::Pod;
use crate::object::Sym;
use crate::scheduler::counts::Query;
use crate::scheduler::framework::{
    Code, Context, Event, Filter, Plugin, Point, PreFilter, Reason, Scope, Status,
};
use crate::scheduler::snapshot::{NodeInfo, PodInfo};

/// `VolumeRestrictions`: a Pod waits for the claims that it names; a `ReadWriteOncePod` claim has one Pod; a disk that is
/// named directly has one Pod on a node, or only readers.
pub struct VolumeRestrictions;

impl Plugin for VolumeRestrictions {
    fn name(&self) -> &'static str {
        "VolumeRestrictions"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        let Context { pod, cluster, objects, .. } = *context;
        if pod.spec.volumes.is_empty() {
            return PreFilter::Skip;
        }
        let namespace = pod.meta.namespace;
        let mut single: Vec<Sym> = Vec::new();
        for name in named_claims(pod) {
            let Some((_, claim)) = objects.volumes().claim(namespace, name) else {
                return PreFilter::Refuse(Status {
                    code: Code::UnschedulableAndUnresolvable,
                    reasons: smallvec::smallvec![Reason::NoClaim(name)],
                });
            };
            if claim.is_single_pod() && !single.contains(&name) {
                single.push(name);
            }
        }
        let in_use = |claim: &&Sym| {
            let query = Query::Claim { namespace, claim: **claim };
            !cluster.counts(&query, objects).is_empty()
        };
        let conflicts = single.iter().filter(in_use).count() as i64;
        if conflicts == 0 && pod.spec.disks().next().is_none() {
            return PreFilter::Skip;
        }
        PreFilter::Run(Box::new(Prepared { context: *context, single, conflicts }))
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        let pod = context.pod;
        match event {
            Event::PodDeleted(gone) if gone.meta.namespace == pod.meta.namespace => {
                pod.spec.disks().any(|disk| gone.spec.disks().any(|had| disk.conflicts(had)))
                    || named_claims(pod).any(|claim| named_claims(gone).any(|had| had == claim))
            }
            Event::NodeAdded(_) | Event::Objects => true,
            _ => false,
        }
    }
}

#[derive(Clone)]
struct Prepared<'a> {
    context: Context<'a>,
    /// Claims of the Pod that only one Pod may have.
    single: Vec<Sym>,
    /// How often Pods on nodes have one of them.
    conflicts: i64,
}

impl Prepared<'_> {
    fn references(&self, other: &Pod) -> i64 {
        named_claims(other).filter(|claim| self.single.contains(claim)).count() as i64
    }
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        let Context { pod, cluster, .. } = self.context;
        let taken = pod.spec.disks().any(|disk| {
            let mut pods = node.pods.iter().filter_map(|id| cluster.pod(*id));
            pods.any(|info| info.pod.spec.disks().any(|other| disk.conflicts(other)))
        });
        if taken {
            return Err(Status::unschedulable("node(s) had no available disk"));
        }
        if self.conflicts > 0 {
            return Err(Status::unschedulable(
                "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
            ));
        }
        Ok(())
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn add_pod(&mut self, pod: &PodInfo, _node: &NodeInfo) {
        self.conflicts += self.references(&pod.pod);
    }

    fn remove_pod(&mut self, pod: &PodInfo, _node: &NodeInfo) {
        self.conflicts -= self.references(&pod.pod);
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}
