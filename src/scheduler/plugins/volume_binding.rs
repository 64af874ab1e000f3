use std::sync::Arc;

use smallvec::SmallVec;

use crate::cluster::model::{Content, Node, Other, PersistentVolumeClaim, Pod, VolumeSource};
use crate::cluster::{bind_volume, matching_volume, provision};
use crate::object::Sym;
use crate::scheduler::framework::{
    Code, Context, Event, Filter, Plugin, Point, PreFilter, Reason, Reasons, Scope, Status,
};
use crate::scheduler::snapshot::NodeInfo;
use crate::scheduler::volumes::Volumes;

/// `VolumeBinding`: bound volumes reach the node, and claims that wait for their first consumer find a volume there or
/// get one made.
pub struct VolumeBinding;

impl Plugin for VolumeBinding {
    fn name(&self) -> &'static str {
        "VolumeBinding"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter, Point::Score, Point::Reserve]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        match Claims::of(context) {
            Ok(None) => PreFilter::Skip,
            Ok(Some(claims)) => PreFilter::Run(Box::new(claims)),
            Err(reason) => PreFilter::Refuse(Status::unresolvable_because(&reason)),
        }
    }

    fn reserve(&self, context: &Context<'_>, node: &NodeInfo) -> Vec<Arc<Other>> {
        let Ok(Some(claims)) = Claims::of(context) else { return Vec::new() };
        match claims.find(&node.node) {
            Ok(found) => found.changes(context.objects.volumes(), &node.node),
            Err(_) => Vec::new(),
        }
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        match event {
            Event::NodeAdded(_) | Event::VolumeAdded | Event::VolumeChanged | Event::Objects => true,
            Event::ClaimChanged(namespace, name) => {
                let pod = context.pod;
                pod.meta.namespace == namespace
                    && pod.spec.volumes.iter().any(|volume| volume.claim(pod.meta.name) == Some(name))
            }
            _ => false,
        }
    }
}

/// A claim with its metadata.
type Claim<'a> = (&'a Arc<Other>, &'a PersistentVolumeClaim);

/// The claims of a Pod (`PodVolumeClaims`).
#[derive(Clone)]
struct Claims<'a> {
    volumes: &'a Volumes,
    bound: SmallVec<[Claim<'a>; 2]>,
    /// Not bound; they wait for their first consumer.
    waiting: SmallVec<[Claim<'a>; 2]>,
}

/// True if the claim was made for this Pod (`VolumeIsForPod`).
fn is_for_pod(claim: &Other, pod: &Pod) -> bool {
    claim.meta.controller().is_some_and(|owner| &*owner.kind == "Pod" && owner.name == pod.meta.name)
}

impl<'a> Claims<'a> {
    /// The claims of the Pod, `None` if it has none, or why it cannot be placed (`podHasPVCs`, `GetPodVolumeClaims`).
    fn of(context: &Context<'a>) -> Result<Option<Self>, String> {
        let (pod, volumes) = (context.pod, context.objects.volumes());
        let mut this = Self { volumes, bound: SmallVec::new(), waiting: SmallVec::new() };
        let mut immediate = false;
        for volume in &pod.spec.volumes {
            let Some(name) = volume.claim(pod.meta.name) else { continue };
            let made = matches!(volume.source, VolumeSource::Ephemeral(_));
            let Some((other, claim)) = volumes.claim(pod.meta.namespace, name) else {
                return Err(if made {
                    let what = "waiting for ephemeral volume controller to create the persistentvolumeclaim";
                    format!("{what} \"{name}\"")
                } else {
                    format!("persistentvolumeclaim \"{name}\" not found")
                });
            };
            if claim.lost {
                let volume = claim.volume;
                return Err(format!(
                    "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{volume}\""
                ));
            }
            if claim.deleting {
                return Err(format!("persistentvolumeclaim \"{name}\" is being deleted"));
            }
            if made && !is_for_pod(other, pod) {
                let (claim, pod) = (other.meta.path(), pod.meta.path());
                return Err(format!("PVC {claim} was not created for pod {pod} (pod is not owner)"));
            }
            if claim.is_fully_bound() {
                this.bound.push((other, claim));
            } else if claim.volume.is_empty()
                && volumes.class_of(claim).is_some_and(|class| class.waits_for_consumer)
            {
                this.waiting.push((other, claim));
            } else {
                immediate = true;
            }
        }
        if immediate {
            return Err("pod has unbound immediate PersistentVolumeClaims".into());
        }
        Ok((!this.bound.is_empty() || !this.waiting.is_empty()).then_some(this))
    }

    /// What becomes of the claims on a node, or why they cannot be had there (`FindPodVolumes`).
    fn find(&self, node: &Node) -> Result<Found<'a>, Status> {
        let mut reasons = Reasons::new();
        let mut lost = false;
        let csi = self.volumes.csi_node(node.meta.name);
        for (_, claim) in &self.bound {
            let Some((other, volume)) = self.volumes.volume(claim.volume) else {
                lost = true;
                break;
            };
            let labels = &node.meta.labels;
            let is_migrated = |plugin| csi.is_some_and(|csi| csi.has_migrated(plugin));
            let reaches = match volume.csi {
                Some(csi) if is_migrated(csi.migrated_from) => {
                    volume.reaches_migrated(&other.meta.labels, labels)
                }
                _ => volume.reaches(labels),
            };
            if !reaches {
                reasons.push(Reason::Text("node(s) didn't match PersistentVolume's node affinity"));
                break;
            }
        }
        let mut found = Found::default();
        match self.find_waiting(node, &mut found) {
            Ok(()) => {}
            Err(Short::Volumes) => {
                reasons.push(Reason::Text("node(s) didn't find available persistent volumes to bind"));
            }
            Err(Short::Space) => reasons.push(Reason::Text("node(s) did not have enough free storage")),
        }
        if lost {
            let text = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
            reasons.push(Reason::Text(text));
        }
        if reasons.is_empty() {
            return Ok(found);
        }
        Err(Status { code: Code::UnschedulableAndUnresolvable, reasons })
    }

    fn find_waiting(&self, node: &Node, found: &mut Found<'a>) -> Result<(), Short> {
        let mut to_match: SmallVec<[Claim<'a>; 2]> = SmallVec::new();
        let mut to_make: SmallVec<[Claim<'a>; 2]> = SmallVec::new();
        for claim in &self.waiting {
            match claim.1.selected_node {
                Some(selected) if selected != node.meta.name => return Err(Short::Volumes),
                Some(_) => to_make.push(*claim),
                None => to_match.push(*claim),
            }
        }
        // The smallest first, so that the smallest volumes are taken.
        to_match.sort_by(|(_, a), (_, b)| a.request.cmp(&b.request));
        for claim in to_match {
            let is_taken =
                |volume: &Other| found.matched.iter().any(|(taken, _)| taken.meta.name == volume.meta.name);
            let volumes = self.volumes.volumes().map(|(other, _)| other);
            match matching_volume(&claim.0.meta, claim.1, volumes, Some(node), is_taken) {
                Some(volume) => found.matched.push((volume, claim.0)),
                None => to_make.push(claim),
            }
        }
        for (other, claim) in to_make {
            let Some(class) = self.volumes.class_of(claim) else { return Err(Short::Volumes) };
            if !class.provisions() || !class.allows(&node.meta.labels) {
                return Err(Short::Volumes);
            }
            if !self.has_space(claim, class.provisioner, node) {
                return Err(Short::Space);
            }
            found.made.push(other);
        }
        Ok(())
    }

    /// True if a volume of that size can be made for the node, as far as the driver tells (`hasEnoughCapacity`).
    fn has_space(&self, claim: &PersistentVolumeClaim, driver: Sym, node: &Node) -> bool {
        let Some(request) = &claim.request else { return true };
        if !self.volumes.tells_capacity(driver) {
            return true;
        }
        self.volumes.capacities().any(|capacity| {
            Some(capacity.class) == claim.class
                && capacity.largest.as_ref().is_some_and(|largest| largest.value() >= request.value())
                && capacity.topology.as_ref().is_some_and(|topology| topology.matches(&node.meta.labels))
        })
    }
}

/// What a claim that waits does not find.
enum Short {
    Volumes,
    Space,
}

/// A volume and the claim that gets it.
type Match<'a> = (&'a Arc<Other>, &'a Arc<Other>);

/// What becomes of the claims of a Pod on a node.
#[derive(Default)]
struct Found<'a> {
    matched: SmallVec<[Match<'a>; 2]>,
    /// Claims for which a volume is made.
    made: SmallVec<[&'a Arc<Other>; 2]>,
}

impl Found<'_> {
    /// Claims and volumes as they are once the volume controller has bound them, which it does at once here: a matched
    /// volume is the claim's, a volume that is made is in the zone of the node.
    fn changes(&self, volumes: &Volumes, node: &Node) -> Vec<Arc<Other>> {
        let mut changes = Vec::new();
        for (volume, claim) in &self.matched {
            let mut volume = Other::clone(volume);
            let mut claim = Other::clone(claim);
            bind_volume(&mut volume, &mut claim);
            changes.extend([Arc::new(volume), Arc::new(claim)]);
        }
        for claim in &self.made {
            let mut claim = Other::clone(claim);
            let Content::Claim(content) = &mut claim.content else { continue };
            content.selected_node = Some(node.meta.name);
            let Some(class) = volumes.class_of(content) else { continue };
            let mut volume = provision(&claim.meta, content, class.provisioner, Some(node));
            bind_volume(&mut volume, &mut claim);
            changes.extend([Arc::new(volume), Arc::new(claim)]);
        }
        changes
    }
}

impl<'a> Filter<'a> for Claims<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        self.find(&node.node).map(|_| ())
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}
