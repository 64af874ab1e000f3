//! ephemeral-volume-controller and persistentvolume-binder-controller: claims that Pods bring with them, the default
//! class, and volumes for claims that do not wait for a Pod.

use std::sync::Arc;

use super::Context;
use crate::cluster::model::{Content, Meta, Other, Owner, PersistentVolumeClaim, Pod, Volume, VolumeSource};
use crate::cluster::{Entity, bind_volume, matching_volume, provision};
use crate::object::{Key, Sym};

/// A claim for every `ephemeral` volume of a Pod, owned by it.
pub(super) fn ephemeral(context: &mut Context<'_>) -> bool {
    let has = |pod: &&Arc<Pod>| {
        let is = |source: &VolumeSource| matches!(source, VolumeSource::Ephemeral(_));
        !pod.phase.is_terminal() && pod.spec.volumes.iter().any(|volume| is(&volume.source))
    };
    let pods: Vec<Arc<Pod>> = context.state.pods().filter(has).cloned().collect();
    let mut changed = false;
    for pod in pods {
        for volume in &pod.spec.volumes {
            let VolumeSource::Ephemeral(template) = &volume.source else { continue };
            let Some(name) = volume.claim(pod.meta.name) else { continue };
            let owner = Owner::controller("Pod", pod.meta.name);
            changed |= make_claim(context, &pod.meta, name, template, vec![owner]);
        }
    }
    changed
}

/// Makes a claim if there is none of its name.
pub(super) fn make_claim(
    context: &mut Context<'_>,
    cause: &Meta,
    name: Sym,
    content: &PersistentVolumeClaim,
    owners: Vec<Owner>,
) -> bool {
    let namespace = cause.namespace;
    let key = Key { namespace, name, ..Key::new("", "PersistentVolumeClaim", "", "") };
    if context.state.other(&key).is_some() {
        return false;
    }
    let mut made = Other::made("v1", "PersistentVolumeClaim", namespace, &name);
    made.meta.cause = cause.cause;
    made.meta.owners = owners;
    made.content = Content::Claim(Box::new(content.clone()));
    context.state.put(Entity::Other(made));
    true
}

/// The default class for claims that name none, and volumes for those of classes that do not wait for their first
/// consumer.
pub(super) fn bind(context: &mut Context<'_>) -> bool {
    let state = &context.state;
    let is_open = |other: &&Arc<Other>| other.claim().is_some_and(|claim| !claim.is_fully_bound());
    let open: Vec<Arc<Other>> = state.others().map(|(_, other)| other).filter(is_open).cloned().collect();
    let mut changed = false;
    for claim in open {
        let Some(mut content) = claim.claim().cloned() else { continue };
        if content.class.is_none() {
            let classes = context.state.others().filter(|(_, other)| other.storage_class().is_some());
            // Of several default classes the newest counts; which that is, nobody says here.
            let default = classes.filter(|(_, other)| other.default_class).map(|(key, _)| key.name).next();
            if default.is_some() {
                content.class = default;
                let mut with_class = Other::clone(&claim);
                with_class.content = Content::Claim(Box::new(content));
                context.state.put(Entity::Other(with_class));
                changed = true;
                continue;
            }
        }
        let name = content.class.unwrap_or_default();
        let key = Key::new("storage.k8s.io", "StorageClass", "", &name);
        let class = context.state.other(&key).and_then(|other| other.storage_class()).cloned();
        if content.volume.is_empty() && class.as_ref().is_some_and(|class| class.waits_for_consumer) {
            continue;
        }
        let volume = if content.volume.is_empty() {
            let others = context.state.others().map(|(_, other)| other);
            matching_volume(&claim.meta, &content, others, None, |_| false).cloned()
        } else {
            let mut others = context.state.others().map(|(_, other)| other);
            let free = |volume: &Arc<Other>| {
                let (namespace, name) = claim.meta.id();
                let volume = volume.volume();
                volume.is_some_and(|v| v.claim.is_none() || v.belongs_to(namespace, name, content.uid))
            };
            others.find(|other| other.meta.name == content.volume && free(other)).cloned()
        };
        let made = || {
            let class = class.as_ref().filter(|class| content.volume.is_empty() && class.provisions())?;
            Some(provision(&claim.meta, &content, class.provisioner, None))
        };
        let Some(mut volume) = volume.map(|volume| Other::clone(&volume)).or_else(made) else { continue };
        let mut claim = Other::clone(&claim);
        bind_volume(&mut volume, &mut claim);
        context.state.put(Entity::Other(volume));
        context.state.put(Entity::Other(claim));
        changed = true;
    }
    changed
}

/// The volumes of a StatefulSet's Pod: each claim takes the place of a volume of its name (`updateStorage`).
pub(super) fn claim_volumes(volumes: &mut Vec<Volume>, claims: &[(Sym, Sym)]) {
    for (volume, claim) in claims {
        volumes.retain(|other| other.name != *volume);
        volumes.push(Volume { name: *volume, source: VolumeSource::Claim(*claim) });
    }
}
