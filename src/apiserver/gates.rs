//! Fields behind feature gates: which gate, and from when on it is on by default.

use crate::object::{Gvk, Value};
use crate::schema::Minor;

/// Fields that servers drop as long as a gate is off. Mirrors the rows of `versionedFeatureSpecs` that a
/// `dropDisabledFields` asks for.
#[derive(Debug)]
pub struct Gated {
    /// The gate.
    pub gate: &'static str,
    /// First minor with the gate. Servers before it have no such field, or another rule for it.
    pub since: u8,
    /// First minor with the gate on by default; 0 for none so far.
    pub on: u8,
    /// Paths below what holds the fields, see [`Segment`]. An object that exists keeps all of them if it has one.
    pub fields: &'static [&'static str],
}

impl Gated {
    /// Whether servers of a minor drop the fields.
    pub fn is_off(&self, minor: Minor) -> bool {
        minor.number() >= self.since && (self.on == 0 || minor.number() < self.on)
    }

    /// Whether an object has one of the fields. `holder` is what the paths start at.
    pub fn is_used(&self, holder: Value<'_>) -> bool {
        self.fields.iter().any(|path| is_there(holder, path))
    }
}

/// A step of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Segment<'p> {
    /// `name`
    Field(&'p str),
    /// `name?`: disappears with its last field.
    Pruned(&'p str),
    /// `name[]`: each item of a list.
    Items(&'p str),
    /// `name{}`: each value of a map.
    Values(&'p str),
    /// `*[]`: each container of a Pod.
    Containers,
}

/// The lists that [`Segment::Containers`] stands for.
pub const CONTAINERS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

impl<'p> Segment<'p> {
    /// The first step of a path, and the rest.
    pub fn first(path: &'p str) -> (Self, &'p str) {
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        let segment = if name == "*[]" {
            Self::Containers
        } else if let Some(name) = name.strip_suffix("[]") {
            Self::Items(name)
        } else if let Some(name) = name.strip_suffix("{}") {
            Self::Values(name)
        } else if let Some(name) = name.strip_suffix('?') {
            Self::Pruned(name)
        } else {
            Self::Field(name)
        };
        (segment, rest)
    }
}

/// Whether something stands at a path; an empty list is nothing, as in Go.
fn is_there(holder: Value<'_>, path: &str) -> bool {
    let (segment, rest) = Segment::first(path);
    match segment {
        Segment::Field(name) | Segment::Pruned(name) => holder.get(name).is_some_and(|value| {
            if rest.is_empty() {
                !value.is_seq() || value.items().next().is_some()
            } else {
                is_there(value, rest)
            }
        }),
        Segment::Items(name) => holder.list(name).any(|item| is_there(item, rest)),
        Segment::Values(name) => holder.map(name).any(|(_, value)| is_there(value, rest)),
        Segment::Containers => {
            CONTAINERS.iter().any(|list| holder.list(list).any(|item| is_there(item, rest)))
        }
    }
}

const fn gated(gate: &'static str, since: u8, on: u8, fields: &'static [&'static str]) -> Gated {
    Gated { gate, since, on, fields }
}

/// Fields of a Pod spec. Mirrors `dropDisabledFields` of Pods.
pub const OF_PODS: &[Gated] = &[
    gated("UserNamespacesSupport", 25, 33, &["hostUsers"]),
    gated("SupplementalGroupsPolicy", 31, 33, &["securityContext.supplementalGroupsPolicy"]),
    gated("PodLevelResources", 32, 34, &["resources"]),
    gated(
        "NodeInclusionPolicyInPodTopologySpread",
        25,
        26,
        &["topologySpreadConstraints[].nodeTaintsPolicy"],
    ),
    gated(
        "NodeInclusionPolicyInPodTopologySpread",
        25,
        26,
        &["topologySpreadConstraints[].nodeAffinityPolicy"],
    ),
    gated("MatchLabelKeysInPodTopologySpread", 25, 27, &["topologySpreadConstraints[].matchLabelKeys"]),
    gated("MinDomainsInPodTopologySpread", 24, 27, &["topologySpreadConstraints[].minDomains"]),
    gated(
        "MatchLabelKeysInPodAffinity",
        29,
        31,
        &[
            "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[].matchLabelKeys",
            "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[].mismatchLabelKeys",
            "affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.matchLabelKeys",
            "affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.mismatchLabelKeys",
            "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].matchLabelKeys",
            "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].mismatchLabelKeys",
            "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.matchLabelKeys",
            "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.mismatchLabelKeys",
        ],
    ),
    gated("DynamicResourceAllocation", 26, 34, &["resourceClaims", "*[].resources.claims"]),
    gated("ClusterTrustBundleProjection", 29, 0, &["volumes[].projected.sources[].clusterTrustBundle"]),
    gated("PodCertificateRequest", 34, 0, &["volumes[].projected.sources[].podCertificate"]),
    gated("GenericWorkload", 35, 0, &["schedulingGroup", "workloadRef"]),
    gated("PodSchedulingReadiness", 26, 27, &["schedulingGates"]),
    gated("InPlacePodVerticalScaling", 27, 33, &["*[].resizePolicy"]),
    gated("SidecarContainers", 28, 29, &["initContainers[].restartPolicy"]),
    gated("RecursiveReadOnlyMounts", 30, 31, &["*[].volumeMounts[].recursiveReadOnly"]),
    gated("HostnameOverride", 34, 35, &["hostnameOverride"]),
    gated("EnvFiles", 34, 35, &["*[].env[].valueFrom.fileKeyRef"]),
    gated(
        "PodLifecycleSleepAction",
        29,
        30,
        &["*[].lifecycle?.preStop?.sleep", "*[].lifecycle?.postStart?.sleep"],
    ),
    IMAGE_VOLUMES,
    gated("SELinuxChangePolicy", 32, 33, &["securityContext.seLinuxChangePolicy"]),
    gated("ContainerStopSignals", 33, 0, &["*[].lifecycle?.stopSignal"]),
    RESTART_RULES,
];

/// Volumes that are images go as a whole.
pub(super) const IMAGE_VOLUMES: Gated = gated("ImageVolume", 31, 35, &["volumes[].image"]);

/// What containers, and init containers other than sidecars, are restarted for.
pub(super) const RESTART_RULES: Gated = gated(
    "ContainerRestartRules",
    34,
    35,
    &["*[].restartPolicyRules", "containers[].restartPolicy", "ephemeralContainers[].restartPolicy"],
);

/// The gate of `procMount`: without it the field has its default.
pub(super) const PROC_MOUNT: Gated = gated("ProcMountType", 12, 33, &["*[].securityContext.procMount"]);

/// The gate of a claim's source in another namespace.
pub(super) const OTHER_NAMESPACE: Gated =
    gated("CrossNamespaceVolumeDataSource", 26, 0, &["spec.dataSourceRef.namespace"]);

/// Fields of other kinds, by group and kind. Mirrors the `dropDisabledFields` of their strategies.
pub const OF_KINDS: &[(&str, &str, &[Gated])] = &[
    (
        "apps",
        "StatefulSet",
        &[
            gated("MaxUnavailableStatefulSet", 24, 0, &["spec.updateStrategy.rollingUpdate.maxUnavailable"]),
            gated("StatefulSetAutoDeletePVC", 23, 27, &["spec.persistentVolumeClaimRetentionPolicy"]),
            gated("StatefulSetStartOrdinal", 26, 27, &["spec.ordinals"]),
        ],
    ),
    (
        "batch",
        "Job",
        &[
            gated("JobPodReplacementPolicy", 28, 29, &["spec.podReplacementPolicy"]),
            gated("JobBackoffLimitPerIndex", 28, 29, &["spec.backoffLimitPerIndex"]),
            gated("JobBackoffLimitPerIndex", 28, 29, &["spec.maxFailedIndexes"]),
            gated("JobPodFailurePolicy", 25, 26, &["spec.podFailurePolicy"]),
            gated("JobSuccessPolicy", 30, 31, &["spec.successPolicy"]),
            gated("JobManagedBy", 30, 32, &["spec.managedBy"]),
        ],
    ),
    ("batch", "CronJob", &[gated("CronJobTimeZone", 24, 25, &["spec.timeZone"])]),
    (
        "",
        "PersistentVolumeClaim",
        &[gated("VolumeAttributesClass", 29, 34, &["spec.volumeAttributesClassName"]), OTHER_NAMESPACE],
    ),
    ("", "PersistentVolume", &[gated("VolumeAttributesClass", 29, 34, &["spec.volumeAttributesClassName"])]),
    ("", "Service", &[gated("ServiceTrafficDistribution", 30, 31, &["spec.trafficDistribution"])]),
    (
        "",
        "Node",
        &[
            gated("RecursiveReadOnlyMounts", 30, 31, &["status.runtimeHandlers"]),
            gated("SupplementalGroupsPolicy", 31, 33, &["status.features"]),
            gated("NodeDeclaredFeatures", 35, 36, &["status.declaredFeatures"]),
        ],
    ),
    (
        "autoscaling",
        "HorizontalPodAutoscaler",
        &[gated(
            "HPAConfigurableTolerance",
            33,
            35,
            &["spec.behavior.scaleUp.tolerance", "spec.behavior.scaleDown.tolerance"],
        )],
    ),
    (
        "coordination.k8s.io",
        "Lease",
        &[
            gated("CoordinatedLeaderElection", 31, 0, &["spec.strategy"]),
            gated("CoordinatedLeaderElection", 31, 0, &["spec.preferredHolder"]),
        ],
    ),
    (
        "discovery.k8s.io",
        "EndpointSlice",
        &[gated("PreferSameTrafficDistribution", 33, 34, &["endpoints[].hints.forNodes"])],
    ),
    (
        "policy",
        "PodDisruptionBudget",
        &[gated("PDBUnhealthyPodEvictionPolicy", 26, 27, &["spec.unhealthyPodEvictionPolicy"])],
    ),
    (
        "storage.k8s.io",
        "CSIDriver",
        &[
            gated("SELinuxMountReadWriteOncePod", 25, 28, &["spec.seLinuxMount"]),
            gated("MutableCSINodeAllocatableCount", 33, 35, &["spec.nodeAllocatableUpdatePeriodSeconds"]),
            gated("VolumeLimitScaling", 35, 0, &["spec.preventPodSchedulingIfMissing"]),
        ],
    ),
    (
        "admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration",
        &[gated("AdmissionWebhookMatchConditions", 27, 28, &["webhooks[].matchConditions"])],
    ),
    (
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
        &[gated("AdmissionWebhookMatchConditions", 27, 28, &["webhooks[].matchConditions"])],
    ),
    (
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        &[gated("CustomResourceFieldSelectors", 30, 31, &["spec.versions[].selectableFields"])],
    ),
    (
        "resource.k8s.io",
        "DeviceClass",
        &[gated("DRAExtendedResource", 34, 36, &["spec.extendedResourceName"])],
    ),
    ("resource.k8s.io", "ResourceClaim", OF_CLAIMS),
    ("resource.k8s.io", "ResourceClaimTemplate", OF_CLAIMS),
    (
        "resource.k8s.io",
        "ResourceSlice",
        // Those of v1beta1 stand below `basic`.
        &[
            gated("DRADeviceTaints", 33, 36, &["spec.devices[].taints", "spec.devices[].basic.taints"]),
            gated(
                "DRAPartitionableDevices",
                33,
                36,
                &[
                    "spec.sharedCounters",
                    "spec.perDeviceNodeSelection",
                    "spec.devices[].consumesCounters",
                    "spec.devices[].nodeName",
                    "spec.devices[].nodeSelector",
                    "spec.devices[].allNodes",
                    "spec.devices[].basic.consumesCounters",
                    "spec.devices[].basic.nodeName",
                    "spec.devices[].basic.nodeSelector",
                    "spec.devices[].basic.allNodes",
                ],
            ),
            gated(
                "DRADeviceBindingConditions",
                34,
                36,
                &[
                    "spec.devices[].bindingConditions",
                    "spec.devices[].bindingFailureConditions",
                    "spec.devices[].bindsToNode",
                    "spec.devices[].basic.bindingConditions",
                    "spec.devices[].basic.bindingFailureConditions",
                    "spec.devices[].basic.bindsToNode",
                ],
            ),
            gated(
                "DRAConsumableCapacity",
                34,
                36,
                &[
                    "spec.devices[].allowMultipleAllocations",
                    "spec.devices[].capacity{}.requestPolicy",
                    "spec.devices[].basic.allowMultipleAllocations",
                    "spec.devices[].basic.capacity{}.requestPolicy",
                ],
            ),
            gated(
                "DRANodeAllocatableResources",
                36,
                0,
                &[
                    "spec.devices[].nodeAllocatableResourceMappings",
                    "spec.devices[].basic.nodeAllocatableResourceMappings",
                ],
            ),
            gated(
                "DRAListTypeAttributes",
                36,
                0,
                &[
                    "spec.devices[].attributes{}.bools",
                    "spec.devices[].attributes{}.ints",
                    "spec.devices[].attributes{}.strings",
                    "spec.devices[].attributes{}.versions",
                    "spec.devices[].basic.attributes{}.bools",
                    "spec.devices[].basic.attributes{}.ints",
                    "spec.devices[].basic.attributes{}.strings",
                    "spec.devices[].basic.attributes{}.versions",
                ],
            ),
        ],
    ),
];

/// Fields of a claim for devices. Requests of v1beta1 have in themselves what others have below `exactly`.
const OF_CLAIMS: &[Gated] = &[
    gated("DRAPrioritizedList", 33, 34, &["spec.devices.requests[].firstAvailable"]),
    gated(
        "DRADeviceTaints",
        33,
        36,
        &[
            "spec.devices.requests[].exactly.tolerations",
            "spec.devices.requests[].tolerations",
            "spec.devices.requests[].firstAvailable[].tolerations",
        ],
    ),
    gated(
        "DRAAdminAccess",
        32,
        34,
        &["spec.devices.requests[].exactly.adminAccess", "spec.devices.requests[].adminAccess"],
    ),
    gated(
        "DRAConsumableCapacity",
        34,
        36,
        &[
            "spec.devices.constraints[].distinctAttribute",
            "spec.devices.requests[].exactly.capacity",
            "spec.devices.requests[].capacity",
            "spec.devices.requests[].firstAvailable[].capacity",
        ],
    ),
];

/// The fields behind gates of a kind, those of Pods and templates of Pods excepted, and where they start: templates hold
/// what they make below `spec`.
pub fn of_kind(gvk: Gvk) -> (&'static [&'static str], &'static [Gated]) {
    let (group, kind) = (&*gvk.group, &*gvk.kind);
    let fields = OF_KINDS.iter().find(|(g, k, _)| *g == group && *k == kind);
    let start: &[&str] = if gvk.is("resource.k8s.io", "ResourceClaimTemplate") { &["spec"] } else { &[] };
    (start, fields.map_or(&[], |(_, _, fields)| fields))
}
