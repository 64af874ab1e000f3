use super::named_claims;
use crate::object::{Sym, sym};
use crate::scheduler::framework::{Context, Event, Filter, Plugin, Point, PreFilter, Scope, Status};
use crate::scheduler::snapshot::NodeInfo;

/// `VolumeZone`: a volume with labels of a zone or region is used there.
pub struct VolumeZone;

/// Labels with zones and regions, each with the label that has replaced it.
const LABELS: [(&str, &str); 4] = [
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
    ("topology.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    ("topology.kubernetes.io/region", "topology.kubernetes.io/region"),
];

impl Plugin for VolumeZone {
    fn name(&self) -> &'static str {
        "VolumeZone"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        match asked(context) {
            Ok(asked) if asked.is_empty() => PreFilter::Skip,
            Ok(asked) => PreFilter::Run(Box::new(Prepared { asked })),
            Err(reason) => PreFilter::Refuse(Status::unresolvable_because(&reason)),
        }
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        match event {
            Event::NodeAdded(_) | Event::VolumeAdded | Event::Objects => true,
            Event::ClaimChanged(namespace, name) => {
                let pod = context.pod;
                pod.meta.namespace == namespace && named_claims(pod).any(|claim| claim == name)
            }
            _ => false,
        }
    }
}

/// A label of a volume, the label that has replaced it, and the values that a node may have.
type Asked = (Sym, Sym, Vec<Sym>);

/// What the Pod's bound volumes ask of a node (`getPVbyPod`).
fn asked(context: &Context<'_>) -> Result<Vec<Asked>, String> {
    let volumes = context.objects.volumes();
    let mut all = Vec::new();
    for name in named_claims(context.pod) {
        let Some((_, claim)) = volumes.claim(context.pod.meta.namespace, name) else {
            return Err(format!("persistentvolumeclaim \"{name}\" not found"));
        };
        if claim.volume.is_empty() {
            let class = claim.class.filter(|class| !class.is_empty());
            let Some(name) = class else {
                return Err("PersistentVolumeClaim had no pv name and storageClass name".into());
            };
            match volumes.class(name) {
                None => return Err(format!("storageclass.storage.k8s.io \"{name}\" not found")),
                Some(class) if class.waits_for_consumer => continue,
                Some(_) => return Err("PersistentVolume had no name".into()),
            }
        }
        let Some((volume, _)) = volumes.volume(claim.volume) else {
            return Err(format!("persistentvolume \"{}\" not found", claim.volume));
        };
        for (label, now) in LABELS {
            let Some(value) = volume.meta.labels.get(sym(label)) else { continue };
            let values: Vec<&str> = value.split("__").map(str::trim).collect();
            // A list with a gap is ignored as a whole.
            if values.iter().all(|value| !value.is_empty()) {
                all.push((sym(label), sym(now), values.into_iter().map(sym).collect()));
            }
        }
    }
    Ok(all)
}

#[derive(Clone)]
struct Prepared {
    asked: Vec<Asked>,
}

impl<'a> Filter<'a> for Prepared {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        let labels = &node.node.meta.labels;
        // A cluster of one zone need not label its nodes.
        if LABELS.iter().all(|(label, _)| labels.get(sym(label)).is_none()) {
            return Ok(());
        }
        let fits = |(label, now, values): &Asked| {
            labels.get(*label).or_else(|| labels.get(*now)).is_some_and(|value| values.contains(&value))
        };
        if self.asked.iter().all(fits) {
            return Ok(());
        }
        Err(Status::unresolvable("node(s) had no available volume zone"))
    }

    // Which volumes a claim has changes without the node.
    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}
