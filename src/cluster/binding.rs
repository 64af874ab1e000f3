//! Claims and volumes find each other: shared by the scheduler and the volume controller
//! (`component-helpers/storage/volume`).

use super::model::{
    ClaimRef, Content, CsiVolume, Meta, Node, NodeSelectorTerm, Other, PersistentVolume,
    PersistentVolumeClaim, migrated_provisioner,
};
use crate::object::{Operator, Requirement, Sym, sym};

const ZONE: &str = "topology.kubernetes.io/zone";

/// The volume for a claim: one that is kept for it, else the smallest that fits, the first of those that are equal. With a
/// node only volumes that it reaches (`FindMatchingVolume`).
pub fn matching_volume<'v, V: AsRef<Other> + ?Sized>(
    claim: &Meta,
    content: &PersistentVolumeClaim,
    volumes: impl Iterator<Item = &'v V>,
    node: Option<&Node>,
    is_taken: impl Fn(&Other) -> bool,
) -> Option<&'v V> {
    let (namespace, name) = claim.id();
    let class = content.class.unwrap_or_default();
    let mut smallest: Option<(&V, &PersistentVolume)> = None;
    for other in volumes {
        let object = other.as_ref();
        let Some(volume) = object.volume() else { continue };
        let own = volume.belongs_to(namespace, name, content.uid);
        if volume.class != class
            || is_taken(object)
            || (volume.claim.is_some() && !own)
            || volume.capacity < content.request
            || volume.block != content.block
            || volume.attributes_class != content.attributes_class
            || volume.deleting
        {
            continue;
        }
        let reaches = node.is_none_or(|node| volume.reaches(&node.meta.labels));
        if own {
            return reaches.then_some(other);
        }
        let selected = content.selector.as_ref().is_none_or(|s| s.matches(&object.meta.labels));
        let modes = content.access_modes.iter().all(|mode| volume.access_modes.contains(mode));
        if volume.available
            && selected
            && reaches
            && modes
            && smallest.is_none_or(|(_, smallest)| smallest.capacity > volume.capacity)
        {
            smallest = Some((other, volume));
        }
    }
    smallest.map(|(other, _)| other)
}

/// Makes a volume and a claim each other's, for good.
pub fn bind_volume(volume: &mut Other, claim: &mut Other) {
    if let (Content::Volume(volume_is), Content::Claim(claim_is)) = (&mut volume.content, &mut claim.content)
    {
        let (namespace, name) = claim.meta.id();
        volume_is.claim = Some(ClaimRef { namespace, name, uid: claim_is.uid });
        volume_is.available = false;
        claim_is.volume = volume.meta.name;
        claim_is.bind_completed = true;
    }
}

/// The volume that a provisioner makes for a claim: in the zone of the node, if there is one. In a cluster its name has
/// the uid of the claim.
pub fn provision(
    claim: &Meta,
    content: &PersistentVolumeClaim,
    provisioner: Sym,
    node: Option<&Node>,
) -> Other {
    let name = format!("pvc-{}-{}", claim.namespace, claim.name);
    let mut made = Other::made("v1", "PersistentVolume", sym(""), &name);
    made.meta.cause = claim.cause;
    let zone = node.and_then(|node| node.meta.labels.get(sym(ZONE))).map(|zone| {
        let operator = Operator::In(smallvec::smallvec![zone]);
        let requirement = Requirement { key: sym(ZONE), operator };
        vec![NodeSelectorTerm { expressions: vec![requirement], fields: Vec::new() }]
    });
    let driver = migrated_provisioner(&provisioner).map_or(provisioner, |(_, driver)| sym(driver));
    made.content = Content::Volume(Box::new(PersistentVolume {
        capacity: content.request.clone(),
        access_modes: content.access_modes.clone(),
        class: content.class.unwrap_or_default(),
        block: content.block,
        attributes_class: content.attributes_class,
        node_affinity: zone,
        csi: Some(CsiVolume { driver, handle: sym(&name), migrated_from: "" }),
        ..PersistentVolume::default()
    }));
    made
}
