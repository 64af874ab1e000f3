//! One lowering: an admitted object becomes an entity of the typed model.

use super::Entity;
use super::model::{Namespace, Node, Other, Pod, PriorityClass, Service, Workload};
use crate::object::Object;

/// The typed form of an admitted object.
pub fn lower(object: &Object<'_>) -> Entity {
    match (&*object.gvk.group, &*object.gvk.kind) {
        ("", "Pod") => Entity::Pod(Pod::lower(object)),
        ("", "Node") => Entity::Node(Node::lower(object)),
        ("", "Service") => Entity::Service(Service::lower(object)),
        ("", "Namespace") => Entity::Namespace(Namespace::lower(object)),
        ("scheduling.k8s.io", "PriorityClass") => Entity::PriorityClass(PriorityClass::lower(object)),
        _ => Workload::lower(object).map_or_else(|| Entity::Other(Other::lower(object)), Entity::Workload),
    }
}
