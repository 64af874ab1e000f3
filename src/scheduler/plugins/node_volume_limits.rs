use std::collections::{BTreeMap, BTreeSet};

use crate::cluster::model::{CsiNode, CsiVolume, Pod, VolumeSource, migrated_provisioner};
use crate::object::{Sym, sym};
use crate::scheduler::framework::{Context, Event, Filter, Plugin, Point, PreFilter, Scope, Status};
use crate::scheduler::objects::Objects;
use crate::scheduler::snapshot::NodeInfo;

/// `NodeVolumeLimits`: a CSI driver attaches only so many volumes to a node.
pub struct NodeVolumeLimits;

/// True for volumes that a driver may have to attach.
fn counts(source: &VolumeSource) -> bool {
    match source {
        VolumeSource::Claim(_) | VolumeSource::Ephemeral(_) | VolumeSource::Migrated(_) => true,
        VolumeSource::Disk(disk) => disk.csi().is_some(),
        _ => false,
    }
}

impl Plugin for NodeVolumeLimits {
    fn name(&self) -> &'static str {
        "NodeVolumeLimits"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        // Without limits and with all claims there, no node is refused.
        if !context.pod.spec.volumes.iter().any(|volume| counts(&volume.source)) {
            return PreFilter::Skip;
        }
        PreFilter::Run(Box::new(Prepared { context: *context }))
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        match event {
            Event::PodDeleted(gone) => {
                (gone.node.is_some() || gone.nominated.is_some())
                    && gone.spec.volumes.iter().any(|volume| counts(&volume.source))
            }
            Event::Objects => context.pod.spec.volumes.iter().any(|volume| counts(&volume.source)),
            _ => false,
        }
    }
}

/// Driver and handle.
type Unique = (Sym, Sym);

/// True if a driver has replaced the plugin on the node (`isCSIMigrationOn`).
fn is_migrated(node: Option<&CsiNode>, plugin: &str) -> bool {
    plugin.is_empty() || node.is_some_and(|node| node.has_migrated(plugin))
}

/// Volumes of a Pod that drivers attach (`filterAttachableVolumes`), and an error if it lacks a claim: a Pod that is on its way
/// here is refused for it, one that is there already is counted without it.
fn attachable(pod: &Pod, node: Option<&CsiNode>, objects: &Objects) -> (Vec<Unique>, Result<(), String>) {
    let mut all = Vec::new();
    let mut missing = Ok(());
    let mut add = |volume: CsiVolume| {
        if is_migrated(node, volume.migrated_from) && !volume.driver.is_empty() && !volume.handle.is_empty() {
            all.push((volume.driver, volume.handle));
        }
    };
    for volume in &pod.spec.volumes {
        let name = match &volume.source {
            VolumeSource::Migrated(csi) => {
                add(*csi);
                continue;
            }
            VolumeSource::Disk(disk) => {
                disk.csi().into_iter().for_each(&mut add);
                continue;
            }
            _ => match volume.claim(pod.meta.name) {
                Some(name) => name,
                None => continue,
            },
        };
        let namespace = pod.meta.namespace;
        let Some((_, claim)) = objects.volumes().claim(namespace, name) else {
            if missing.is_ok() {
                let not_found = format!("persistentvolumeclaim \"{name}\" not found");
                missing = Err(format!("looking up PVC {namespace}/{name}: {not_found}"));
            }
            continue;
        };
        match objects.volumes().volume(claim.volume) {
            Some((_, volume)) => volume.csi.into_iter().for_each(&mut add),
            // The volume will be one of the class's provisioner.
            None => {
                let Some(class) = objects.volumes().class_of(claim) else { continue };
                let handle = sym(&format!("{namespace}/{name}"));
                let (plugin, driver) = migrated_provisioner(&class.provisioner)
                    .map_or(("", class.provisioner), |(plugin, driver)| (plugin, sym(driver)));
                add(CsiVolume { driver, handle, migrated_from: plugin });
            }
        }
    }
    (all, missing)
}

#[derive(Clone)]
struct Prepared<'a> {
    context: Context<'a>,
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        let Context { pod, cluster, objects, .. } = self.context;
        let name = node.node.meta.name;
        let csi = objects.volumes().csi_node(name);
        let (new, missing) = attachable(pod, csi, objects);
        missing.map_err(|reason| Status::unresolvable_because(&reason))?;
        let Some(csi) = csi else { return Ok(()) };
        let mut new: BTreeSet<Unique> = new.into_iter().collect();
        if new.iter().all(|(driver, _)| csi.limit(*driver).is_none()) {
            return Ok(());
        }
        let mut there: BTreeSet<Unique> = BTreeSet::new();
        for info in node.pods.iter().filter_map(|id| cluster.pod(*id)) {
            there.extend(attachable(&info.pod, Some(csi), objects).0);
        }
        new.retain(|volume| !there.contains(volume));
        for attachment in objects.volumes().attachments(name) {
            let volume = objects.volumes().volume(attachment.volume).and_then(|(_, volume)| volume.csi);
            if let Some(volume) = volume.filter(|volume| volume.migrated_from.is_empty())
                && !attachment.attacher.is_empty()
            {
                there.insert((attachment.attacher, volume.handle));
            }
        }
        let per_driver = |volumes: &BTreeSet<Unique>| {
            let mut counts: BTreeMap<Sym, i64> = BTreeMap::new();
            for (driver, _) in volumes {
                *counts.entry(*driver).or_default() += 1;
            }
            counts
        };
        let there = per_driver(&there);
        for (driver, count) in per_driver(&new) {
            let attached = there.get(&driver).copied().unwrap_or(0);
            if csi.limit(driver).is_some_and(|limit| attached + count > limit) {
                return Err(Status::unschedulable("node(s) exceed max volume count"));
            }
        }
        Ok(())
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}
