//! Kinds of other groups than core.

use super::Go::{Any, Bool, Int, IntOrString, List, Map, Metadata, Pointer, Quantity, Struct, Text, Time};
use super::meta::{LABEL_SELECTOR, OWNER_REFERENCE};
use super::pod::POD_TEMPLATE_SPEC;
use super::volume::{PERSISTENT_VOLUME_CLAIM, PERSISTENT_VOLUME_SPEC};
use super::{Fields, field, tagged};

/// `PodFailurePolicyOnExitCodesRequirement` of batch.
pub(in crate::apiserver) static POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT: Fields = &[
    field("ContainerName", "containerName", Pointer(&Text)),
    field("Operator", "operator", Text),
    field("Values", "values", List(&Int)),
];

/// `PodFailurePolicyOnPodConditionsPattern` of batch.
pub(in crate::apiserver) static POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN: Fields =
    &[field("Type", "type", Text), field("Status", "status", Text)];

/// `PodFailurePolicyRule` of batch.
pub(in crate::apiserver) static POD_FAILURE_POLICY_RULE: Fields = &[
    field("Action", "action", Text),
    field("OnExitCodes", "onExitCodes", Pointer(&Struct(&POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT))),
    field("OnPodConditions", "onPodConditions", List(&Struct(&POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN))),
];

/// `PodFailurePolicy` of batch.
pub(in crate::apiserver) static POD_FAILURE_POLICY: Fields =
    &[field("Rules", "rules", List(&Struct(&POD_FAILURE_POLICY_RULE)))];

/// `SuccessPolicyRule` of batch.
pub(in crate::apiserver) static SUCCESS_POLICY_RULE: Fields = &[
    field("SucceededIndexes", "succeededIndexes", Pointer(&Text)),
    field("SucceededCount", "succeededCount", Pointer(&Int)),
];

/// `SuccessPolicy` of batch.
pub(in crate::apiserver) static SUCCESS_POLICY: Fields =
    &[field("Rules", "rules", List(&Struct(&SUCCESS_POLICY_RULE)))];

/// `RoleRef` of rbac.
pub(in crate::apiserver) static ROLE_REF: Fields =
    &[field("APIGroup", "apiGroup", Text), field("Kind", "kind", Text), field("Name", "name", Text)];

/// `CELDeviceSelector` of resource.
pub(in crate::apiserver) static CEL_DEVICE_SELECTOR: Fields = &[field("Expression", "expression", Text)];

/// `DeviceSelector` of resource.
pub(in crate::apiserver) static DEVICE_SELECTOR: Fields =
    &[field("CEL", "cel", Pointer(&Struct(&CEL_DEVICE_SELECTOR)))];

/// `DeviceToleration` of resource.
pub(in crate::apiserver) static DEVICE_TOLERATION: Fields = &[
    field("Key", "key", Text),
    field("Operator", "operator", Text),
    field("Value", "value", Text),
    field("Effect", "effect", Text),
    field("TolerationSeconds", "tolerationSeconds", Pointer(&Int)),
];

/// `CapacityRequirements` of resource.
pub(in crate::apiserver) static CAPACITY_REQUIREMENTS: Fields =
    &[field("Requests", "requests", Map(&Quantity))];

/// `ExactDeviceRequest` of resource.
pub(in crate::apiserver) static EXACT_DEVICE_REQUEST: Fields = &[
    field("DeviceClassName", "deviceClassName", Text),
    field("Selectors", "selectors", List(&Struct(&DEVICE_SELECTOR))),
    field("AllocationMode", "allocationMode", Text),
    field("Count", "count", Int),
    field("AdminAccess", "adminAccess", Pointer(&Bool)),
    field("Tolerations", "tolerations", List(&Struct(&DEVICE_TOLERATION))),
    field("Capacity", "capacity", Pointer(&Struct(&CAPACITY_REQUIREMENTS))),
];

/// `DeviceSubRequest` of resource.
pub(in crate::apiserver) static DEVICE_SUB_REQUEST: Fields = &[
    field("Name", "name", Text),
    field("DeviceClassName", "deviceClassName", Text),
    field("Selectors", "selectors", List(&Struct(&DEVICE_SELECTOR))),
    field("AllocationMode", "allocationMode", Text),
    field("Count", "count", Int),
    field("Tolerations", "tolerations", List(&Struct(&DEVICE_TOLERATION))),
    field("Capacity", "capacity", Pointer(&Struct(&CAPACITY_REQUIREMENTS))),
];

/// `DeviceRequest` of resource.
pub(in crate::apiserver) static DEVICE_REQUEST: Fields = &[
    field("Name", "name", Text),
    field("Exactly", "exactly", Pointer(&Struct(&EXACT_DEVICE_REQUEST))),
    field("FirstAvailable", "firstAvailable", List(&Struct(&DEVICE_SUB_REQUEST))),
];

/// `DeviceConstraint` of resource.
pub(in crate::apiserver) static DEVICE_CONSTRAINT: Fields = &[
    field("Requests", "requests", List(&Text)),
    field("MatchAttribute", "matchAttribute", Pointer(&Text)),
    field("DistinctAttribute", "distinctAttribute", Pointer(&Text)),
];

/// `OpaqueDeviceConfiguration` of resource.
pub(in crate::apiserver) static OPAQUE_DEVICE_CONFIGURATION: Fields =
    &[field("Driver", "driver", Text), field("Parameters", "parameters", Any)];

/// `DeviceClaimConfiguration` of resource.
pub(in crate::apiserver) static DEVICE_CLAIM_CONFIGURATION: Fields = &[
    field("Requests", "requests", List(&Text)),
    field("Opaque", "opaque", Pointer(&Struct(&OPAQUE_DEVICE_CONFIGURATION))),
];

/// `DeviceClaim` of resource.
pub(in crate::apiserver) static DEVICE_CLAIM: Fields = &[
    field("Requests", "requests", List(&Struct(&DEVICE_REQUEST))),
    field("Constraints", "constraints", List(&Struct(&DEVICE_CONSTRAINT))),
    field("Config", "config", List(&Struct(&DEVICE_CLAIM_CONFIGURATION))),
];

/// `ResourceClaimSpec` of resource.
pub(in crate::apiserver) static RESOURCE_CLAIM_SPEC: Fields =
    &[field("Devices", "devices", Struct(&DEVICE_CLAIM))];

/// `ResourceClaimTemplateSpec` of resource.
pub(in crate::apiserver) static RESOURCE_CLAIM_TEMPLATE_SPEC: Fields = &[
    tagged("name", "name", Metadata(&Text)),
    tagged("generateName", "generateName", Metadata(&Text)),
    tagged("namespace", "namespace", Metadata(&Text)),
    tagged("selfLink", "selfLink", Metadata(&Text)),
    tagged("uid", "uid", Metadata(&Text)),
    tagged("resourceVersion", "resourceVersion", Metadata(&Text)),
    tagged("generation", "generation", Metadata(&Int)),
    tagged("creationTimestamp", "creationTimestamp", Metadata(&Time)),
    tagged("deletionTimestamp", "deletionTimestamp", Metadata(&Pointer(&Time))),
    tagged("deletionGracePeriodSeconds", "deletionGracePeriodSeconds", Metadata(&Pointer(&Int))),
    tagged("labels", "labels", Metadata(&Map(&Text))),
    tagged("annotations", "annotations", Metadata(&Map(&Text))),
    tagged("ownerReferences", "ownerReferences", Metadata(&List(&Struct(&OWNER_REFERENCE)))),
    tagged("finalizers", "finalizers", Metadata(&List(&Text))),
    field("Spec", "spec", Struct(&RESOURCE_CLAIM_SPEC)),
];

/// `VolumeAttachmentSource` of storage.
pub(in crate::apiserver) static VOLUME_ATTACHMENT_SOURCE: Fields = &[
    field("PersistentVolumeName", "persistentVolumeName", Pointer(&Text)),
    field("InlineVolumeSpec", "inlineVolumeSpec", Pointer(&Struct(&PERSISTENT_VOLUME_SPEC))),
];

/// `VolumeAttachmentSpec` of storage.
pub(in crate::apiserver) static VOLUME_ATTACHMENT_SPEC: Fields = &[
    field("Attacher", "attacher", Text),
    field("Source", "source", Struct(&VOLUME_ATTACHMENT_SOURCE)),
    field("NodeName", "nodeName", Text),
];

/// `VolumeNodeResources` of storage.
pub(in crate::apiserver) static VOLUME_NODE_RESOURCES: Fields = &[field("Count", "count", Pointer(&Int))];

/// `CSINodeDriver` of storage.
pub(in crate::apiserver) static CSI_NODE_DRIVER: Fields = &[
    field("Name", "name", Text),
    field("NodeID", "nodeID", Text),
    field("TopologyKeys", "topologyKeys", List(&Text)),
    field("Allocatable", "allocatable", Pointer(&Struct(&VOLUME_NODE_RESOURCES))),
];

/// `ParentReference` of networking.
pub(in crate::apiserver) static PARENT_REFERENCE: Fields = &[
    field("Group", "group", Text),
    field("Resource", "resource", Text),
    field("Namespace", "namespace", Text),
    field("Name", "name", Text),
];

/// `RollingUpdateStatefulSetStrategy` of apps.
pub(in crate::apiserver) static ROLLING_UPDATE_STATEFUL_SET_STRATEGY: Fields =
    &[field("Partition", "partition", Int), field("MaxUnavailable", "maxUnavailable", Pointer(&IntOrString))];

/// `StatefulSetUpdateStrategy` of apps.
pub(in crate::apiserver) static STATEFUL_SET_UPDATE_STRATEGY: Fields = &[
    field("Type", "type", Text),
    field("RollingUpdate", "rollingUpdate", Pointer(&Struct(&ROLLING_UPDATE_STATEFUL_SET_STRATEGY))),
];

/// `StatefulSetPersistentVolumeClaimRetentionPolicy` of apps.
pub(in crate::apiserver) static STATEFUL_SET_PERSISTENT_VOLUME_CLAIM_RETENTION_POLICY: Fields =
    &[field("WhenDeleted", "whenDeleted", Text), field("WhenScaled", "whenScaled", Text)];

/// `StatefulSetOrdinals` of apps.
pub(in crate::apiserver) static STATEFUL_SET_ORDINALS: Fields = &[field("Start", "start", Int)];

/// `StatefulSetSpec` of apps.
pub(in crate::apiserver) static STATEFUL_SET_SPEC: Fields = &[
    field("Replicas", "replicas", Int),
    field("Selector", "selector", Pointer(&Struct(&LABEL_SELECTOR))),
    field("Template", "template", Struct(&POD_TEMPLATE_SPEC)),
    field("VolumeClaimTemplates", "volumeClaimTemplates", List(&Struct(&PERSISTENT_VOLUME_CLAIM))),
    field("ServiceName", "serviceName", Text),
    field("PodManagementPolicy", "podManagementPolicy", Text),
    field("UpdateStrategy", "updateStrategy", Struct(&STATEFUL_SET_UPDATE_STRATEGY)),
    field("RevisionHistoryLimit", "revisionHistoryLimit", Pointer(&Int)),
    field("MinReadySeconds", "minReadySeconds", Int),
    field(
        "PersistentVolumeClaimRetentionPolicy",
        "persistentVolumeClaimRetentionPolicy",
        Pointer(&Struct(&STATEFUL_SET_PERSISTENT_VOLUME_CLAIM_RETENTION_POLICY)),
    ),
    field("Ordinals", "ordinals", Pointer(&Struct(&STATEFUL_SET_ORDINALS))),
];
