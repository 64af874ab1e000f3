//! Storage: claims, volumes and what is known of the drivers behind them, as far as placement depends on it.

use smallvec::SmallVec;

use super::pod_spec::NodeSelectorTerm;
use crate::object::{Labels, Object, Operator, Requirement, Selector, Sym, Value, sym};
use crate::schema::quantity::Quantity;

/// The claim is bound, and the volume knows it (`AnnBindCompleted`).
const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
/// The node that the scheduler chose; provisioning waits for it (`AnnSelectedNode`).
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
/// The class of objects older than the field (`BetaStorageClassAnnotation`).
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

fn text(value: Value<'_>, name: &str) -> Sym {
    sym(value.str(name))
}

fn texts<C: FromIterator<Sym>>(value: Value<'_>, name: &str) -> C {
    value.list(name).filter_map(Value::as_str).map(sym).collect()
}

fn quantity(value: Option<Value<'_>>) -> Option<Quantity> {
    Quantity::parse_json(&value?.as_text()?).ok()
}

/// Access modes, by name.
pub type AccessModes = SmallVec<[Sym; 1]>;

/// A PersistentVolumeClaim.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PersistentVolumeClaim {
    /// `metadata.uid`; empty if it is not known.
    pub uid: Sym,
    /// The storage class; `None` if none is named, empty if none is wanted (`GetPersistentVolumeClaimClass`).
    pub class: Option<Sym>,
    /// `spec.accessModes`
    pub access_modes: AccessModes,
    /// `spec.resources.requests.storage`
    pub request: Option<Quantity>,
    /// `spec.selector`, on labels of volumes.
    pub selector: Option<Selector>,
    /// `spec.volumeMode: Block`; else a file system.
    pub block: bool,
    /// `spec.volumeAttributesClassName`; may be empty.
    pub attributes_class: Sym,
    /// `spec.volumeName`; empty if it has no volume.
    pub volume: Sym,
    /// The binding is complete: the volume is its own.
    pub bind_completed: bool,
    /// The node for which a volume is to be made.
    pub selected_node: Option<Sym>,
    /// `status.phase: Lost`
    pub lost: bool,
    /// It has a deletion timestamp.
    pub deleting: bool,
}

impl PersistentVolumeClaim {
    /// Lowers an admitted claim.
    pub fn lower(object: &Object<'_>) -> Self {
        let mut this = object.spec().map(Self::of_spec).unwrap_or_default();
        let metadata = object.metadata();
        this.uid = metadata.map(|m| text(m, "uid")).unwrap_or_default();
        if let Some(class) = object.annotation(BETA_CLASS) {
            this.class = Some(sym(class));
        }
        this.bind_completed = object.annotation(BIND_COMPLETED).is_some();
        this.selected_node = object.annotation(SELECTED_NODE).map(sym);
        this.lost = object.value.get("status").is_some_and(|s| s.str("phase") == "Lost");
        this.deleting = metadata.is_some_and(|m| m.get("deletionTimestamp").is_some());
        this
    }

    /// A claim that is made of a template's spec.
    pub fn of_spec(spec: Value<'_>) -> Self {
        Self {
            class: spec.get("storageClassName").and_then(Value::as_str).map(sym),
            access_modes: texts(spec, "accessModes"),
            request: quantity(spec.at(&["resources", "requests", "storage"])),
            selector: spec.get("selector").map(Selector::read),
            block: spec.str("volumeMode") == "Block",
            attributes_class: text(spec, "volumeAttributesClassName"),
            volume: text(spec, "volumeName"),
            ..Self::default()
        }
    }

    /// True if it is bound for good (`isPVCFullyBound`).
    pub fn is_fully_bound(&self) -> bool {
        !self.volume.is_empty() && self.bind_completed
    }

    /// True if only one Pod may use it.
    pub fn is_single_pod(&self) -> bool {
        self.access_modes.iter().any(|mode| &**mode == "ReadWriteOncePod")
    }
}

/// The claim that a volume belongs to, or is kept for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClaimRef {
    /// Its namespace.
    pub namespace: Sym,
    /// Its name.
    pub name: Sym,
    /// Its uid; empty if any claim of that name will do.
    pub uid: Sym,
}

/// What a volume is to a CSI driver.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CsiVolume {
    /// The driver.
    pub driver: Sym,
    /// What the driver calls it.
    pub handle: Sym,
    /// The plugin inside of Kubernetes that has been replaced by the driver; empty for none.
    pub migrated_from: &'static str,
}

/// A PersistentVolume.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PersistentVolume {
    /// `spec.capacity.storage`
    pub capacity: Option<Quantity>,
    /// `spec.accessModes`
    pub access_modes: AccessModes,
    /// Its storage class; empty for none (`GetPersistentVolumeClass`).
    pub class: Sym,
    /// `spec.volumeMode: Block`; else a file system.
    pub block: bool,
    /// `spec.volumeAttributesClassName`; may be empty.
    pub attributes_class: Sym,
    /// `spec.nodeAffinity.required`: one of these terms holds. `None` if it can be reached from everywhere.
    pub node_affinity: Option<Vec<NodeSelectorTerm>>,
    /// `spec.claimRef`
    pub claim: Option<ClaimRef>,
    /// `status.phase: Available`
    pub available: bool,
    /// The CSI driver behind it.
    pub csi: Option<CsiVolume>,
    /// It has a deletion timestamp.
    pub deleting: bool,
}

impl PersistentVolume {
    /// Lowers an admitted volume. A new one is available unless it has a claim, as the volume controller would find it.
    pub fn lower(object: &Object<'_>) -> Self {
        let Some(spec) = object.spec() else { return Self::default() };
        let claim = spec.get("claimRef").map(|claim| ClaimRef {
            namespace: text(claim, "namespace"),
            name: text(claim, "name"),
            uid: text(claim, "uid"),
        });
        let phase = object.value.get("status").map_or("", |status| status.str("phase"));
        let terms = spec.at(&["nodeAffinity", "required"]);
        Self {
            capacity: quantity(spec.at(&["capacity", "storage"])),
            access_modes: texts(spec, "accessModes"),
            class: object.annotation(BETA_CLASS).map_or_else(|| text(spec, "storageClassName"), sym),
            block: spec.str("volumeMode") == "Block",
            attributes_class: text(spec, "volumeAttributesClassName"),
            node_affinity: terms.map(|t| t.list("nodeSelectorTerms").map(NodeSelectorTerm::read).collect()),
            available: phase == "Available" || (matches!(phase, "" | "Pending") && claim.is_none()),
            claim,
            csi: csi_volume(spec),
            deleting: object.metadata().is_some_and(|m| m.get("deletionTimestamp").is_some()),
        }
    }

    /// True if it is bound to, or kept for, this claim (`IsVolumeBoundToClaim`).
    pub fn belongs_to(&self, namespace: Sym, name: Sym, uid: Sym) -> bool {
        self.claim.is_some_and(|claim| {
            claim.namespace == namespace && claim.name == name && (claim.uid.is_empty() || claim.uid == uid)
        })
    }

    /// True if a node with these labels reaches it (`CheckNodeAffinity`).
    pub fn reaches(&self, labels: &Labels) -> bool {
        self.node_affinity.as_ref().is_none_or(|terms| terms.iter().any(|term| term.matches_labels(labels)))
    }
}

/// Labels with zone and region, the newer ones first.
const ZONES: [(&str, &str); 2] = [
    ("topology.kubernetes.io/zone", "topology.kubernetes.io/region"),
    ("failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region"),
];

impl PersistentVolume {
    /// `reaches` where a driver has replaced the volume's plugin: the driver has a label of its own for zones, and the zones of
    /// the volume stand in its node affinity or else in its labels (`translateTopologyFromInTreeToCSI`).
    pub fn reaches_migrated(&self, own: &Labels, node: &Labels) -> bool {
        let plugin = self.csi.map_or("", |csi| csi.migrated_from);
        let of_driver = match plugin {
            "kubernetes.io/aws-ebs" => "topology.ebs.csi.aws.com/zone",
            "kubernetes.io/gce-pd" => "topology.gke.io/zone",
            "kubernetes.io/cinder" => "topology.cinder.csi.openstack.org/zone",
            _ => return self.reaches(node),
        };
        let mut terms = self.node_affinity.clone().unwrap_or_default();
        let asked = |terms: &[NodeSelectorTerm], label: &str| {
            terms.iter().flat_map(|term| &term.expressions).any(|asked| &*asked.key == label)
        };
        let rename = |terms: &mut [NodeSelectorTerm], from: &str, to: &str| {
            let expressions = terms.iter_mut().flat_map(|term| &mut term.expressions);
            expressions.filter(|asked| &*asked.key == from).for_each(|asked| asked.key = sym(to));
        };
        let in_terms = ZONES.into_iter().find(|(zone, _)| asked(&terms, zone));
        let in_labels = || ZONES.into_iter().find(|(zone, _)| own.get(sym(zone)).is_some());
        let (zone, region) = in_terms.or_else(in_labels).unwrap_or(ZONES[0]);
        if asked(&terms, zone) {
            rename(&mut terms, zone, of_driver);
        } else if let Some(zones) = own.get(sym(zone)) {
            let zones = zones.split("__").map(str::trim).filter(|zone| !zone.is_empty()).map(sym).collect();
            let requirement = Requirement { key: sym(of_driver), operator: Operator::In(zones) };
            if terms.is_empty() {
                terms.push(NodeSelectorTerm::default());
            }
            for term in &mut terms {
                term.expressions.push(requirement.clone());
            }
        }
        if region == ZONES[1].1 {
            rename(&mut terms, region, ZONES[0].1);
        }
        terms.is_empty() || terms.iter().any(|term| term.matches_labels(node))
    }
}

/// Field of a volume in a Pod or a PersistentVolume, plugin, driver that replaces it, field with its identity
/// (`csi-translation-lib`).
const MIGRATED: [(&str, &str, &str, &str); 5] = [
    ("awsElasticBlockStore", "kubernetes.io/aws-ebs", "ebs.csi.aws.com", "volumeID"),
    ("gcePersistentDisk", "kubernetes.io/gce-pd", "pd.csi.storage.gke.io", "pdName"),
    ("azureDisk", "kubernetes.io/azure-disk", "disk.csi.azure.com", "diskURI"),
    ("cinder", "kubernetes.io/cinder", "cinder.csi.openstack.org", "volumeID"),
    ("portworxVolume", "kubernetes.io/portworx-volume", "pxd.portworx.com", "volumeID"),
];

/// The driver that replaces a plugin inside of Kubernetes, and the plugin's name.
pub fn migrated_provisioner(provisioner: &str) -> Option<(&'static str, &'static str)> {
    MIGRATED
        .iter()
        .find(|(_, plugin, ..)| *plugin == provisioner)
        .map(|(_, plugin, driver, _)| (*plugin, *driver))
}

/// The volume as a CSI driver knows it, if there is one: `csi` itself, or a plugin that a driver replaces.
pub(super) fn csi_volume(source: Value<'_>) -> Option<CsiVolume> {
    if let Some(csi) = source.get("csi") {
        return Some(CsiVolume {
            driver: text(csi, "driver"),
            handle: text(csi, "volumeHandle"),
            migrated_from: "",
        });
    }
    migrated_volume(source)
}

/// The volume of a plugin that a CSI driver replaces.
pub(super) fn migrated_volume(source: Value<'_>) -> Option<CsiVolume> {
    MIGRATED.iter().find_map(|(field, plugin, driver, identity)| {
        let source = source.get(field)?;
        Some(CsiVolume { driver: sym(driver), handle: text(source, identity), migrated_from: plugin })
    })
}

/// A StorageClass.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StorageClass {
    /// `provisioner`
    pub provisioner: Sym,
    /// `volumeBindingMode: WaitForFirstConsumer`; else `Immediate`.
    pub waits_for_consumer: bool,
    /// `allowedTopologies`: of one term all labels have one of the values. Empty: everywhere.
    pub topologies: Vec<Vec<(Sym, Vec<Sym>)>>,
}

impl StorageClass {
    /// Lowers an admitted class.
    pub fn lower(object: &Object<'_>) -> Self {
        let term = |term: Value<'_>| {
            term.list("matchLabelExpressions").map(|e| (text(e, "key"), texts(e, "values"))).collect()
        };
        Self {
            provisioner: text(object.value, "provisioner"),
            waits_for_consumer: object.value.str("volumeBindingMode") == "WaitForFirstConsumer",
            topologies: object.value.list("allowedTopologies").map(term).collect(),
        }
    }

    /// True if volumes of this class can be made on demand.
    pub fn provisions(&self) -> bool {
        !self.provisioner.is_empty() && &*self.provisioner != "kubernetes.io/no-provisioner"
    }

    /// True if a volume may be made for a node with these labels (`MatchTopologySelectorTerms`).
    pub fn allows(&self, labels: &Labels) -> bool {
        // A term without expressions matches nothing.
        self.topologies.is_empty()
            || self.topologies.iter().any(|term| {
                !term.is_empty()
                    && term.iter().all(|(key, values)| labels.get(*key).is_some_and(|v| values.contains(&v)))
            })
    }
}

/// A CSINode: which drivers a node has, and how many volumes each of them takes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CsiNode {
    /// Drivers with the number of volumes that they take; `None`: no limit is known.
    pub drivers: Vec<(Sym, Option<i64>)>,
    /// Plugins that drivers have replaced on this node.
    pub migrated: Vec<Sym>,
}

impl CsiNode {
    /// Lowers an admitted CSINode.
    pub fn lower(object: &Object<'_>) -> Self {
        let drivers = object.spec().into_iter().flat_map(|spec| spec.list("drivers"));
        let migrated = object.annotation("storage.alpha.kubernetes.io/migrated-plugins").unwrap_or_default();
        Self {
            drivers: drivers
                .map(|d| (text(d, "name"), d.get("allocatable").and_then(|a| a.int("count"))))
                .collect(),
            migrated: migrated.split(',').filter(|name| !name.is_empty()).map(sym).collect(),
        }
    }

    /// True if a driver has replaced a plugin on this node (`isPluginMigratedToCSIOnNode`).
    pub fn has_migrated(&self, plugin: &str) -> bool {
        self.migrated.iter().any(|name| &**name == plugin)
    }

    /// How many volumes a driver takes; `None` if it is not limited.
    pub fn limit(&self, driver: Sym) -> Option<i64> {
        self.drivers.iter().find(|(name, _)| *name == driver).and_then(|(_, limit)| *limit)
    }
}

/// A CSIStorageCapacity: how much a class has for some nodes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CsiStorageCapacity {
    /// `storageClassName`
    pub class: Sym,
    /// `nodeTopology`; `None` reaches no node.
    pub topology: Option<Selector>,
    /// Largest volume that can be made: `maximumVolumeSize`, else `capacity`.
    pub largest: Option<Quantity>,
}

impl CsiStorageCapacity {
    /// Lowers an admitted capacity.
    pub fn lower(object: &Object<'_>) -> Self {
        let value = object.value;
        Self {
            class: text(value, "storageClassName"),
            topology: value.get("nodeTopology").map(Selector::read),
            largest: quantity(value.get("maximumVolumeSize")).or_else(|| quantity(value.get("capacity"))),
        }
    }
}

/// A VolumeAttachment of a PersistentVolume.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VolumeAttachment {
    /// The driver.
    pub attacher: Sym,
    /// The node.
    pub node: Sym,
    /// The volume; empty if it is none of the cluster's.
    pub volume: Sym,
}

impl VolumeAttachment {
    /// Lowers an admitted attachment.
    pub fn lower(object: &Object<'_>) -> Self {
        let Some(spec) = object.spec() else { return Self::default() };
        let volume = spec.get("source").map(|s| text(s, "persistentVolumeName")).unwrap_or_default();
        Self { attacher: text(spec, "attacher"), node: text(spec, "nodeName"), volume }
    }
}
