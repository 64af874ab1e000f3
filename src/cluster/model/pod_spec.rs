//! What a Pod asks for: everything that all Pods of one template share, and what follows from it.

use smallvec::SmallVec;

use super::node::TaintEffect;
use super::requests::Requests;
use super::resources::ResourceList;
use super::storage::{CsiVolume, PersistentVolumeClaim};
use crate::object::{Labels, Reference, Requirement, Selector, Sym, sym};

pub use crate::object::ContainerKind;

/// A port of a container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContainerPort {
    /// Name; may be empty.
    pub name: Sym,
    /// Port in the Pod.
    pub container_port: i64,
    /// Port on the node; 0 for none. With `hostNetwork` it is the container's port.
    pub host_port: i64,
    /// Address on the node; may be empty.
    pub host_ip: Sym,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Sym,
}

/// A port that a Pod takes on its node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HostPort {
    /// Address; `0.0.0.0` if none was given.
    pub ip: Sym,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Sym,
    /// Port.
    pub port: i64,
}

/// A container.
#[derive(Clone, Debug)]
pub struct Container {
    /// Name.
    pub name: Sym,
    /// Which list it stands in, and whether it is a sidecar.
    pub kind: ContainerKind,
    /// Image as it is written.
    pub image: Sym,
    /// Ports.
    pub ports: Vec<ContainerPort>,
    /// Requests, those that follow from limits included.
    pub requests: ResourceList,
    /// Limits.
    pub limits: ResourceList,
    /// Has a readiness probe.
    pub readiness_probe: bool,
}

/// A term of a node selector: all requirements hold.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct NodeSelectorTerm {
    /// `matchExpressions`, on labels.
    pub expressions: Vec<Requirement>,
    /// `matchFields`, on `metadata.name`.
    pub fields: Vec<Requirement>,
}

/// A preferred term of node affinity.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct WeightedNodeTerm {
    /// 1 to 100.
    pub weight: i64,
    /// The term.
    pub term: NodeSelectorTerm,
}

/// Node affinity.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct NodeAffinity {
    /// Required: one of these terms holds. `None` if nothing is required; an empty list matches no node.
    pub required: Option<Vec<NodeSelectorTerm>>,
    /// Preferred terms.
    pub preferred: Vec<WeightedNodeTerm>,
}

/// A term of Pod affinity or anti-affinity; `matchLabelKeys` and `mismatchLabelKeys` are part of the selector.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PodAffinityTerm {
    /// Whom it is about; `None` matches nothing.
    pub selector: Option<Selector>,
    /// `namespaces`
    pub namespaces: SmallVec<[Sym; 1]>,
    /// `namespaceSelector`; an empty one selects all namespaces.
    pub namespace_selector: Option<Selector>,
    /// Which label of nodes makes a domain.
    pub topology_key: Sym,
}

/// A preferred term of Pod affinity.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct WeightedPodTerm {
    /// 1 to 100.
    pub weight: i64,
    /// The term.
    pub term: PodAffinityTerm,
}

/// Pod affinity or anti-affinity.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PodAffinity {
    /// Required terms.
    pub required: Vec<PodAffinityTerm>,
    /// Preferred terms.
    pub preferred: Vec<WeightedPodTerm>,
}

impl PodAffinity {
    /// True if there are no terms.
    pub fn is_empty(&self) -> bool {
        self.required.is_empty() && self.preferred.is_empty()
    }
}

/// How a toleration compares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TolerationOperator {
    /// The values are equal; the default.
    Equal,
    /// Any value.
    Exists,
    /// Another one, which matches nothing by default (`Lt`, `Gt`: feature `TaintTolerationComparisonOperators`).
    Other,
}

/// A toleration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Toleration {
    /// Key; empty for all (with `Exists`).
    pub key: Sym,
    /// How values are compared.
    pub operator: TolerationOperator,
    /// Value.
    pub value: Sym,
    /// Effect; `None` for all.
    pub effect: Option<TaintEffect>,
    /// How long `NoExecute` is tolerated, in seconds; `None` for ever.
    pub seconds: Option<i64>,
}

/// An entry of `topologySpreadConstraints`; `matchLabelKeys` are part of the selector.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SpreadConstraint {
    /// How far counts may differ.
    pub max_skew: i64,
    /// Which label of nodes makes a domain.
    pub topology_key: Sym,
    /// `whenUnsatisfiable: DoNotSchedule`; else `ScheduleAnyway`.
    pub hard: bool,
    /// Whom it counts; `None` matches nothing.
    pub selector: Option<Selector>,
    /// With fewer domains the smallest count is taken as zero.
    pub min_domains: i64,
    /// `nodeAffinityPolicy: Honor`, the default: only nodes that the Pod's node affinity selects count.
    pub honor_affinity: bool,
    /// `nodeTaintsPolicy: Honor`: nodes with taints that the Pod does not tolerate do not count.
    pub honor_taints: bool,
}

/// A volume of a Pod.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Volume {
    /// Name.
    pub name: Sym,
    /// What is behind it.
    pub source: VolumeSource,
}

/// What is behind a volume, as far as placement and references go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VolumeSource {
    /// `persistentVolumeClaim.claimName`
    Claim(Sym),
    /// `ephemeral`: a claim like this is made for the Pod, named after it and the volume.
    Ephemeral(Box<PersistentVolumeClaim>),
    /// A disk that only one node, or only readers, can have.
    Disk(Box<Disk>),
    /// A disk of a plugin that a CSI driver replaces.
    Migrated(CsiVolume),
    /// `configMap.name`
    ConfigMap(Sym),
    /// `secret.secretName`
    Secret(Sym),
    /// `image.reference`
    Image(Sym),
    /// Anything else, by the name of its field.
    Other(Sym),
}

/// A disk that Pods name directly (`needsRestrictionsCheck`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Disk {
    /// `gcePersistentDisk`
    Gce {
        /// `pdName`
        name: Sym,
        /// `readOnly`
        read_only: bool,
        /// As its CSI driver knows it.
        csi: CsiVolume,
    },
    /// `awsElasticBlockStore`
    Aws {
        /// `volumeID`
        id: Sym,
        /// As its CSI driver knows it.
        csi: CsiVolume,
    },
    /// `iscsi`
    Iscsi {
        /// `iqn`
        iqn: Sym,
        /// `readOnly`
        read_only: bool,
    },
    /// `rbd`
    Rbd {
        /// `monitors`
        monitors: Vec<Sym>,
        /// `pool`
        pool: Sym,
        /// `image`
        image: Sym,
        /// `readOnly`
        read_only: bool,
    },
}

impl Disk {
    /// True if two Pods cannot both have them on one node (`isVolumeConflict`).
    pub fn conflicts(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Gce { name: a, read_only: ra, .. }, Self::Gce { name: b, read_only: rb, .. })
            | (Self::Iscsi { iqn: a, read_only: ra }, Self::Iscsi { iqn: b, read_only: rb }) => {
                a == b && !(*ra && *rb)
            }
            (Self::Aws { id: a, .. }, Self::Aws { id: b, .. }) => a == b,
            (
                Self::Rbd { monitors: ma, pool: pa, image: ia, read_only: ra },
                Self::Rbd { monitors: mb, pool: pb, image: ib, read_only: rb },
            ) => ma.iter().any(|m| mb.contains(m)) && pa == pb && ia == ib && !(*ra && *rb),
            _ => false,
        }
    }

    /// As the CSI driver that replaces its plugin knows it.
    pub fn csi(&self) -> Option<CsiVolume> {
        match self {
            Self::Gce { csi, .. } | Self::Aws { csi, .. } => Some(*csi),
            Self::Iscsi { .. } | Self::Rbd { .. } => None,
        }
    }
}

/// An entry of `resourceClaims`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PodResourceClaim {
    /// What containers call it.
    pub name: Sym,
    /// `resourceClaimName`; `None` if a claim is made of the template for the Pod.
    pub claim: Option<Sym>,
    /// `resourceClaimTemplateName`; may be empty.
    pub template: Sym,
}

/// The spec of a Pod.
#[derive(Clone, Debug, Default)]
pub struct PodSpec {
    /// Init containers, then containers. Ephemeral containers ask for nothing and are left out.
    pub containers: Vec<Container>,
    /// `spec.resources.requests`, defaults included: the Pod as a whole.
    pub pod_requests: ResourceList,
    /// `spec.resources.limits`
    pub pod_limits: ResourceList,
    /// `overhead`
    pub overhead: ResourceList,
    /// `nodeSelector`
    pub node_selector: Labels,
    /// `affinity.nodeAffinity`
    pub node_affinity: NodeAffinity,
    /// `affinity.podAffinity`
    pub pod_affinity: PodAffinity,
    /// `affinity.podAntiAffinity`
    pub pod_anti_affinity: PodAffinity,
    /// `tolerations`
    pub tolerations: Vec<Toleration>,
    /// `topologySpreadConstraints`
    pub spread: Vec<SpreadConstraint>,
    /// `priority`; 0 if unset.
    pub priority: i64,
    /// `priorityClassName`; may be empty.
    pub priority_class: Sym,
    /// `preemptionPolicy: Never`
    pub never_preempts: bool,
    /// `schedulerName`
    pub scheduler: Sym,
    /// `nodeName` of the template.
    pub node_name: Option<Sym>,
    /// `hostNetwork`
    pub host_network: bool,
    /// Features that a node must declare to run it (`InferForPodScheduling`).
    pub features: Vec<&'static str>,
    /// Names of `schedulingGates`
    pub gates: Vec<Sym>,
    /// `conditionType`s of `readinessGates`
    pub readiness_gates: Vec<Sym>,
    /// `restartPolicy`
    pub restart_policy: Sym,
    /// `serviceAccountName`; may be empty.
    pub service_account: Sym,
    /// `hostname`
    pub hostname: Sym,
    /// `subdomain`
    pub subdomain: Sym,
    /// `terminationGracePeriodSeconds`
    pub grace_seconds: i64,
    /// `activeDeadlineSeconds`
    pub deadline_seconds: Option<i64>,
    /// Volumes.
    pub volumes: Vec<Volume>,
    /// `resourceClaims`
    pub resource_claims: Vec<PodResourceClaim>,
    /// What it refers to by name.
    pub references: Vec<Reference>,
    /// A `matchLabelKeys` or `mismatchLabelKeys` took values from the Pod's labels: Pods whose labels differ in these
    /// keys must not share this spec.
    pub reads_labels: bool,

    /// What a Pod of this spec counts on a node.
    pub requests: Requests,
    /// Ports that it takes on its node.
    pub host_ports: Vec<HostPort>,
}

impl Volume {
    /// The claim behind it in the Pod's namespace, if there is one; `pod` is the Pod's name.
    pub fn claim(&self, pod: Sym) -> Option<Sym> {
        match &self.source {
            VolumeSource::Claim(name) => Some(*name),
            VolumeSource::Ephemeral(_) => Some(sym(&format!("{pod}-{}", self.name))),
            _ => None,
        }
    }
}

impl PodSpec {
    /// Disks that its volumes name directly.
    pub fn disks(&self) -> impl Iterator<Item = &Disk> {
        self.volumes.iter().filter_map(|volume| match &volume.source {
            VolumeSource::Disk(disk) => Some(&**disk),
            _ => None,
        })
    }

    /// True if it has Pod affinity or anti-affinity of any kind.
    pub fn has_pod_affinity(&self) -> bool {
        !self.pod_affinity.is_empty() || !self.pod_anti_affinity.is_empty()
    }

    /// Containers that run at the same time: sidecars and containers.
    pub fn running(&self) -> impl Iterator<Item = &Container> {
        self.containers.iter().filter(|c| matches!(c.kind, ContainerKind::App | ContainerKind::Sidecar))
    }
}
