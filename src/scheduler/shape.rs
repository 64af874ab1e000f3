//! What filters and scores that look at one node ask of a Pod. Pods of many templates have the same shape, and what was found
//! out of a node for one of them holds for all.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::snapshot::{ClassId, Snapshot};
use crate::cluster::model::{HostPort, NodeAffinity, Pod, Requests, Toleration, VolumeSource};
use crate::object::{Labels, Sym};

/// Number of a shape.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct ShapeId(u32);

/// All that a plugin of `Scope::Node` may ask of a Pod.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Shape {
    scheduler: Sym,
    node: Option<Sym>,
    requests: Requests,
    node_selector: Labels,
    node_affinity: NodeAffinity,
    tolerations: Vec<Toleration>,
    host_ports: Vec<HostPort>,
    /// Of containers, then of volumes; nothing where no node tells which images it has.
    images: (Vec<Sym>, Vec<Sym>),
}

/// Shapes of classes.
#[derive(Clone, Default, Debug)]
pub(super) struct Shapes {
    known: RefCell<FxHashMap<Shape, ShapeId>>,
    of_class: RefCell<FxHashMap<ClassId, ShapeId>>,
}

impl Shapes {
    /// The shape of the Pods of a class, of which `pod` is one.
    pub(super) fn of(&self, class: ClassId, pod: &Pod, cluster: &Snapshot) -> ShapeId {
        if let Some(known) = self.of_class.borrow().get(&class) {
            return *known;
        }
        let spec = &*pod.spec;
        let mut images = (Vec::new(), Vec::new());
        if !cluster.images().is_empty() {
            images.0.extend(spec.containers.iter().map(|container| container.image));
            images.1.extend(spec.volumes.iter().filter_map(|volume| match volume.source {
                VolumeSource::Image(reference) => Some(reference),
                _ => None,
            }));
        }
        let shape = Shape {
            scheduler: spec.scheduler,
            node: pod.node,
            requests: pod.requests().clone(),
            node_selector: spec.node_selector.clone(),
            node_affinity: spec.node_affinity.clone(),
            tolerations: spec.tolerations.clone(),
            host_ports: spec.host_ports.clone(),
            images,
        };
        let mut known = self.known.borrow_mut();
        let next = ShapeId(known.len() as u32);
        let id = *known.entry(shape).or_insert(next);
        self.of_class.borrow_mut().insert(class, id);
        id
    }

    /// Another node makes other shapes: it may be the first with images.
    pub(super) fn forget(&mut self) {
        self.of_class.get_mut().clear();
    }
}
