//! Claims, volumes, classes and drivers, as the volume plugins ask for them (the listers of `volumebinding`).

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::cluster::model::{
    Content, CsiNode, CsiStorageCapacity, Other, PersistentVolume, PersistentVolumeClaim, StorageClass,
    VolumeAttachment,
};
use crate::object::Sym;

/// Storage objects of a cluster.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Volumes {
    claims: FxHashMap<(Sym, Sym), Arc<Other>>,
    // By name: among volumes of one size the first is taken.
    by_name: BTreeMap<Sym, Arc<Other>>,
    classes: FxHashMap<Sym, Arc<Other>>,
    csi_nodes: FxHashMap<Sym, Arc<Other>>,
    /// True for drivers that tell how much they have.
    drivers: FxHashMap<Sym, bool>,
    capacities: BTreeMap<(Sym, Sym), Arc<Other>>,
    attachments: BTreeMap<Sym, Arc<Other>>,
}

impl Volumes {
    /// Takes an object in, or in the place of the one of its name. False if it is none of storage.
    pub(super) fn put(&mut self, other: &Arc<Other>) -> bool {
        let (id, name) = (other.meta.id(), other.meta.name);
        match &other.content {
            Content::Claim(_) => _ = self.claims.insert(id, other.clone()),
            Content::Volume(_) => _ = self.by_name.insert(name, other.clone()),
            Content::StorageClass(_) => _ = self.classes.insert(name, other.clone()),
            Content::CsiNode(_) => _ = self.csi_nodes.insert(name, other.clone()),
            Content::CsiDriver(tells) => _ = self.drivers.insert(name, *tells),
            Content::Capacity(_) => _ = self.capacities.insert(id, other.clone()),
            Content::Attachment(_) => _ = self.attachments.insert(name, other.clone()),
            _ => return false,
        }
        true
    }

    /// A claim with its metadata.
    pub fn claim(&self, namespace: Sym, name: Sym) -> Option<(&Arc<Other>, &PersistentVolumeClaim)> {
        let other = self.claims.get(&(namespace, name))?;
        Some((other, other.claim()?))
    }

    /// A volume with its metadata.
    pub fn volume(&self, name: Sym) -> Option<(&Arc<Other>, &PersistentVolume)> {
        let other = self.by_name.get(&name)?;
        Some((other, other.volume()?))
    }

    /// All volumes, by name.
    pub fn volumes(&self) -> impl Iterator<Item = (&Arc<Other>, &PersistentVolume)> {
        self.by_name.values().filter_map(|other| Some((other, other.volume()?)))
    }

    /// A storage class.
    pub fn class(&self, name: Sym) -> Option<&StorageClass> {
        self.classes.get(&name)?.storage_class()
    }

    /// The class of a claim: `None` if it names none or one that is not there.
    pub fn class_of(&self, claim: &PersistentVolumeClaim) -> Option<&StorageClass> {
        self.class(claim.class?)
    }

    /// Drivers of a node.
    pub fn csi_node(&self, node: Sym) -> Option<&CsiNode> {
        match &self.csi_nodes.get(&node)?.content {
            Content::CsiNode(csi) => Some(csi),
            _ => None,
        }
    }

    /// True if some node is known to limit its volumes.
    pub fn has_csi_nodes(&self) -> bool {
        !self.csi_nodes.is_empty()
    }

    /// True if the driver tells how much it has.
    pub fn tells_capacity(&self, driver: Sym) -> bool {
        self.drivers.get(&driver).copied().unwrap_or(false)
    }

    /// What drivers have.
    pub fn capacities(&self) -> impl Iterator<Item = &CsiStorageCapacity> {
        self.capacities.values().filter_map(|other| match &other.content {
            Content::Capacity(capacity) => Some(&**capacity),
            _ => None,
        })
    }

    /// Volumes that are attached to a node.
    pub fn attachments(&self, node: Sym) -> impl Iterator<Item = &VolumeAttachment> {
        let all = self.attachments.values().filter_map(|other| match &other.content {
            Content::Attachment(attachment) => Some(attachment),
            _ => None,
        });
        all.filter(move |attachment| attachment.node == node)
    }
}
