//! The typed model that simulation works on, lowered once from admitted objects.

mod budget;
mod device;
mod job;
mod meta;
mod node;
mod pod;
mod pod_lower;
mod pod_spec;
mod requests;
mod resources;
mod service;
mod small;
mod storage;
mod time;
mod workload;

pub use budget::PodDisruptionBudget;
pub use device::{
    AllocatedDevice, Allocation, Attribute, CapacityPolicy, CapacityRange, ClaimRequest, Device,
    DeviceCapacity, DeviceClass, DeviceConstraint, DeviceRequest, DeviceTaint, DeviceToleration, NodeChoice,
    Quantities, ResourceClaim, ResourceSlice,
};
pub use job::{FailureAction, FailureRule, JobSpec};
pub use meta::{Cause, Meta, Owner};
pub use node::{Image, Node, Taint, TaintEffect};
pub use pod::{Condition, Phase, Pod, Waiting};
pub use pod_spec::{
    Container, ContainerKind, ContainerPort, Disk, HostPort, NodeAffinity, NodeSelectorTerm, PodAffinity,
    PodAffinityTerm, PodResourceClaim, PodSpec, SpreadConstraint, Toleration, TolerationOperator, Volume,
    VolumeSource, WeightedNodeTerm, WeightedPodTerm,
};
pub use requests::{Assumed, DEFAULT_MEMORY, DEFAULT_MILLI_CPU, PodLevel, Requests, pod_requests};
pub use resources::{ResourceList, Resources, is_hugepages, is_scalar};
pub use service::{ClusterIp, Service, ServicePort, ServiceType, TargetPort};
pub use small::{Content, Namespace, Other, PriorityClass};
pub use storage::{
    AccessModes, ClaimRef, CsiNode, CsiStorageCapacity, CsiVolume, PersistentVolume, PersistentVolumeClaim,
    StorageClass, VolumeAttachment, migrated_provisioner,
};
pub use time::parse_time;
pub use workload::{
    Detail, IntOrPercent, Strategy, TEMPLATE_HASH, Template, Workload, WorkloadCondition, WorkloadStatus,
};
