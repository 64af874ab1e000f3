//! Device classes, slices and claims, as DynamicResources asks for them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cluster::model::{Content, DeviceClass, NodeChoice, Other, ResourceClaim, ResourceSlice};
use crate::object::{Sym, sym};

/// Device objects of a cluster.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Devices {
    classes: BTreeMap<Sym, Arc<Other>>,
    slices: BTreeMap<Sym, Arc<Other>>,
    /// Names of slices that only one node reaches, by node; the empty name has all others.
    by_node: BTreeMap<Sym, BTreeSet<Sym>>,
    claims: BTreeMap<(Sym, Sym), Arc<Other>>,
}

impl Devices {
    /// Takes an object in, or in the place of the one of its name. False if it is none of devices.
    pub(super) fn put(&mut self, other: &Arc<Other>) -> bool {
        let (id, name) = (other.meta.id(), other.meta.name);
        match &other.content {
            Content::DeviceClass(_) => _ = self.classes.insert(name, other.clone()),
            Content::ResourceSlice(slice) => {
                if self.slices.insert(name, other.clone()).is_some() {
                    self.by_node.values_mut().for_each(|names| _ = names.remove(&name));
                }
                let node = match slice.nodes {
                    NodeChoice::Node(node) if slice.counters.is_empty() => node,
                    _ => Sym::default(),
                };
                self.by_node.entry(node).or_default().insert(name);
            }
            Content::ResourceClaim(_) => _ = self.claims.insert(id, other.clone()),
            _ => return false,
        }
        true
    }

    /// A device class.
    pub fn class(&self, name: Sym) -> Option<&DeviceClass> {
        match &self.classes.get(&name)?.content {
            Content::DeviceClass(class) => Some(class),
            _ => None,
        }
    }

    /// The class that stands for an extended resource, by name: that of `extendedResourceName`, the newest if there are
    /// several, or the one that the resource itself names (`extendedresourcecache`).
    pub fn class_of_resource(&self, resource: Sym) -> Option<Sym> {
        if let Some(name) = resource.strip_prefix("deviceclass.resource.kubernetes.io/") {
            return self.classes.get_key_value(&sym(name)).map(|(name, _)| *name);
        }
        if self.classes.is_empty() {
            return None;
        }
        let classes = self.classes.iter().filter_map(|(name, other)| match &other.content {
            Content::DeviceClass(class) if class.resource == resource => Some((name, class)),
            _ => None,
        });
        // The first by name among those of one time.
        let newest = classes.min_by_key(|(_, class)| Reverse(class.created.unwrap_or(i64::MAX)));
        newest.map(|(name, _)| *name)
    }

    /// All slices, by name.
    pub fn slices(&self) -> impl Iterator<Item = (&Arc<Other>, &ResourceSlice)> {
        self.slices.values().filter_map(|other| match &other.content {
            Content::ResourceSlice(slice) => Some((other, &**slice)),
            _ => None,
        })
    }

    /// Slices that a node may reach, by name.
    pub fn slices_for(&self, node: Sym) -> impl Iterator<Item = &ResourceSlice> {
        let names = [node, Sym::default()].map(|node| self.by_node.get(&node));
        let mut names: Vec<Sym> = names.into_iter().flatten().flatten().copied().collect();
        names.sort_unstable();
        names.into_iter().filter_map(|name| match &self.slices.get(&name)?.content {
            Content::ResourceSlice(slice) => Some(&**slice),
            _ => None,
        })
    }

    /// How many claims were made for extended resources.
    pub(super) fn generated(&self) -> usize {
        self.claims.keys().filter(|(_, name)| name.contains("-extended-resources-gen")).count()
    }

    /// A claim with its metadata.
    pub fn claim(&self, namespace: Sym, name: Sym) -> Option<(&Arc<Other>, &ResourceClaim)> {
        let other = self.claims.get(&(namespace, name))?;
        match &other.content {
            Content::ResourceClaim(claim) => Some((other, claim)),
            _ => None,
        }
    }

    /// All claims, by namespace and name.
    pub fn claims(&self) -> impl Iterator<Item = (&Arc<Other>, &ResourceClaim)> {
        self.claims.values().filter_map(|other| match &other.content {
            Content::ResourceClaim(claim) => Some((other, &**claim)),
            _ => None,
        })
    }
}
