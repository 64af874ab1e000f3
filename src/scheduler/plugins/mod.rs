//! The plugins, one file each, in the order of the default profile.

mod default_preemption;
mod dynamic_resources;
mod image_locality;
mod inter_pod_affinity;
mod node_affinity;
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

use crate::cluster::model::{Pod, VolumeSource};
use crate::object::Sym;

pub use default_preemption::DefaultPreemption;
pub use dynamic_resources::DynamicResources;
pub use image_locality::ImageLocality;
pub use inter_pod_affinity::InterPodAffinity;
pub use node_affinity::NodeAffinity;
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
