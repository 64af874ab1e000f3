//! The plugins, one file each, in the order of the default profile.

mod default_preemption;
mod dynamic_resources;
mod image_locality;
mod inter_pod_affinity;
mod node_affinity;
mod node_declared_features;
mod node_name;
mod node_ports;
mod node_resources_balanced;
mod node_resources_fit;
mod node_unschedulable;
mod node_volume_limits;
mod pod_topology_spread;
mod scheduling_gates;
mod scored;
mod taint_toleration;
mod volume_binding;
mod volume_restrictions;
mod volume_zone;

use std::sync::Arc;

use super::framework::Plugin;
use crate::cluster::model::{Pod, VolumeSource};
use crate::object::Sym;

pub use default_preemption::DefaultPreemption;
pub use dynamic_resources::DynamicResources;
pub(super) use dynamic_resources::is_on as dynamic_resources_are_on;
pub use image_locality::ImageLocality;
pub use inter_pod_affinity::InterPodAffinity;
pub use node_affinity::NodeAffinity;
pub use node_declared_features::NodeDeclaredFeatures;
pub use node_name::NodeName;
pub use node_ports::NodePorts;
pub use node_resources_balanced::NodeResourcesBalancedAllocation;
pub use node_resources_fit::{Fit, NodeResourcesFit, Strategy};
pub use node_unschedulable::NodeUnschedulable;
pub use node_volume_limits::NodeVolumeLimits;
pub use pod_topology_spread::PodTopologySpread;
pub use scheduling_gates::SchedulingGates;
pub use scored::Scored;
pub use taint_toleration::TaintToleration;
pub use volume_binding::VolumeBinding;
pub use volume_restrictions::VolumeRestrictions;
pub use volume_zone::VolumeZone;

/// Claims that a Pod names, in order.
fn named_claims(pod: &Pod) -> impl Iterator<Item = Sym> {
    pod.spec.volumes.iter().filter_map(|volume| match volume.source {
        VolumeSource::Claim(name) => Some(name),
        _ => None,
    })
}

/// A plugin that takes part.
pub(super) type Part = Arc<dyn Plugin>;

/// How a plugin with its default arguments is made, and the weight of its score.
type Entry = (fn() -> Part, i64);

/// The default profile: plugins with their default arguments, in this order at every extension point, and the weights of
/// their scores (`getDefaultPlugins`; 0: it has no score).
pub(super) const DEFAULT: &[Entry] = &[
    (|| Arc::new(SchedulingGates), 0),
    (|| Arc::new(NodeUnschedulable), 0),
    (|| Arc::new(NodeName), 0),
    (|| Arc::new(TaintToleration), 3),
    (|| Arc::new(NodeAffinity::default()), 2),
    (|| Arc::new(NodePorts), 0),
    (|| Arc::new(NodeResourcesFit::default()), 1),
    (|| Arc::new(VolumeRestrictions), 0),
    (|| Arc::new(NodeVolumeLimits), 0),
    (|| Arc::new(VolumeBinding), 0),
    (|| Arc::new(VolumeZone), 0),
    (|| Arc::new(PodTopologySpread::default()), 2),
    (|| Arc::new(InterPodAffinity::default()), 2),
    (|| Arc::new(DynamicResources), 2),
    (|| Arc::new(NodeDeclaredFeatures), 0),
    (|| Arc::new(DefaultPreemption::default()), 0),
    (|| Arc::new(NodeResourcesBalancedAllocation::default()), 1),
    (|| Arc::new(ImageLocality), 1),
];
