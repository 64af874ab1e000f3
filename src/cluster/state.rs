//! `State`: the objects of a cluster, forkable.
//!
//! Every store is a persistent ordered map: a clone is a pointer, a change copies one path of the tree, so what-ifs
//! and dry runs cost what they change. Order is by namespace and name, which is also the order of all output.

use std::sync::Arc;

use imbl::ordmap::DiffItem;
use imbl::{OrdMap, OrdSet};

use super::admission::Admissions;
use super::model::{Namespace, Node, Other, Pod, PriorityClass, Service, Workload};
use crate::object::{Key, Labels, Sym, sym};

/// Objects of one kind by namespace and name.
pub type Store<T> = OrdMap<(Sym, Sym), Arc<T>>;

/// An object in its typed form.
#[derive(Clone, Debug)]
pub enum Entity {
    /// Pod
    Pod(Pod),
    /// Node
    Node(Node),
    /// Service
    Service(Service),
    /// Anything with a Pod template and a controller
    Workload(Workload),
    /// Namespace
    Namespace(Namespace),
    /// PriorityClass
    PriorityClass(PriorityClass),
    /// Any other kind: known by name, labels and keys
    Other(Other),
}

/// A Pod in the store. Two are the same if nothing was changed between them, whatever they hold.
#[derive(Clone, Debug)]
struct Held(Arc<Pod>);

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The objects of a cluster.
#[derive(Clone, Default, Debug)]
pub struct State {
    pods: OrdMap<(Sym, Sym), Held>,
    nodes: OrdMap<Sym, Arc<Node>>,
    services: Store<Service>,
    workloads: OrdMap<(Sym, Sym, Sym), Arc<Workload>>,
    namespaces: OrdMap<Sym, Arc<Namespace>>,
    priority_classes: OrdMap<Sym, Arc<PriorityClass>>,
    others: OrdMap<Key, Arc<Other>>,
    /// (kind, namespace, name) of a controller → names of the Pods it controls.
    pods_of: OrdMap<(Sym, Sym, Sym), OrdSet<Sym>>,
    /// (namespace, label, value) → names of Pods.
    pods_with: OrdMap<(Sym, Sym, Sym), OrdSet<Sym>>,
    /// How many names were generated, by namespace and prefix.
    suffixes: OrdMap<(Sym, Sym), u32>,
    /// How many Pods were made so far.
    created: u64,
    admissions: Arc<Admissions>,
}

impl State {
    /// What admission makes of Pods where it looks at the manifest.
    pub fn admissions(&self) -> &Admissions {
        &self.admissions
    }

    /// Lets admission of Pods be what was found out.
    pub fn set_admissions(&mut self, admissions: Arc<Admissions>) {
        self.admissions = admissions;
    }

    /// All Pods.
    pub fn pods(&self) -> impl Iterator<Item = &Arc<Pod>> {
        self.pods.values().map(|held| &held.0)
    }

    /// How many Pods there are.
    pub fn pod_count(&self) -> usize {
        self.pods.len()
    }

    /// Pods of a namespace.
    pub fn pods_in(&self, namespace: Sym) -> impl Iterator<Item = &Arc<Pod>> {
        self.pods
            .range((namespace, sym(""))..)
            .take_while(move |((ns, _), _)| *ns == namespace)
            .map(|(_, held)| &held.0)
    }

    /// A Pod.
    pub fn pod(&self, namespace: Sym, name: Sym) -> Option<&Arc<Pod>> {
        self.pods.get(&(namespace, name)).map(|held| &held.0)
    }

    /// Kind and name of a Pod's owners, the nearest first: ReplicaSet, then Deployment.
    pub fn owners(&self, pod: &Pod) -> Vec<(Sym, Sym)> {
        let mut owners = Vec::new();
        let mut next = pod.meta.controller();
        while let Some(owner) = next {
            owners.push((owner.kind, owner.name));
            next = self
                .workload(&owner.kind, pod.meta.namespace, owner.name)
                .and_then(|workload| workload.meta.controller())
                // Owners of owners of owners end here; a circle in an export does too.
                .filter(|_| owners.len() < 4);
        }
        owners
    }

    /// Pods that a controller controls, by name.
    pub fn pods_of(&self, kind: &str, namespace: Sym, name: Sym) -> Vec<Arc<Pod>> {
        let names = self.pods_of.get(&(sym(kind), namespace, name));
        names.into_iter().flatten().filter_map(|pod| self.pod(namespace, *pod).cloned()).collect()
    }

    /// Pods of a namespace that have all these labels, by name. Without labels: all.
    pub fn pods_with(&self, namespace: Sym, labels: &Labels) -> Vec<Arc<Pod>> {
        // The rarest label first: the others are compared on its Pods only.
        let sets = labels.iter().map(|(key, value)| self.pods_with.get(&(namespace, key, value)));
        let Some(sets) = sets.collect::<Option<Vec<_>>>() else { return Vec::new() };
        let Some(rarest) = sets.iter().min_by_key(|set| set.len()) else {
            return self.pods_in(namespace).cloned().collect();
        };
        let has_all =
            |pod: &Arc<Pod>| labels.iter().all(|(key, value)| pod.meta.labels.get(key) == Some(value));
        rarest.iter().filter_map(|pod| self.pod(namespace, *pod).cloned()).filter(has_all).collect()
    }

    /// Puts a Pod in, or in the place of the one of its name.
    pub fn put_pod(&mut self, mut pod: Pod) {
        self.remove_pod(pod.meta.namespace, pod.meta.name);
        if pod.created == 0 {
            self.created += 1;
            pod.created = self.created;
        }
        let Owners { controller, labels } = Owners::of(&pod);
        if let Some(key) = controller {
            self.pods_of.entry(key).or_default().insert(pod.meta.name);
        }
        for key in labels {
            self.pods_with.entry(key).or_default().insert(pod.meta.name);
        }
        self.pods.insert(pod.meta.id(), Held(Arc::new(pod)));
    }

    /// Changes a Pod's status or spec; its labels and owners stay.
    pub fn change_pod(&mut self, namespace: Sym, name: Sym, change: impl FnOnce(&mut Pod)) {
        if let Some(pod) = self.pods.get_mut(&(namespace, name)) {
            change(Arc::make_mut(&mut pod.0));
        }
    }

    /// Takes a Pod out.
    pub fn remove_pod(&mut self, namespace: Sym, name: Sym) -> Option<Arc<Pod>> {
        let Held(pod) = self.pods.remove(&(namespace, name))?;
        let Owners { controller, labels } = Owners::of(&pod);
        if let Some(key) = controller {
            forget(&mut self.pods_of, key, name);
        }
        for key in labels {
            forget(&mut self.pods_with, key, name);
        }
        Some(pod)
    }

    /// Pods that came or changed since an earlier state, and those that went. Costs what changed.
    pub fn pods_changed(&self, since: &Self) -> (Vec<Arc<Pod>>, Vec<Arc<Pod>>) {
        let (mut come, mut gone) = (Vec::new(), Vec::new());
        for item in since.pods.diff(&self.pods) {
            match item {
                DiffItem::Add(_, pod) | DiffItem::Update { new: (_, pod), .. } => come.push(pod.0.clone()),
                DiffItem::Remove(_, pod) => gone.push(pod.0.clone()),
            }
        }
        (come, gone)
    }

    /// True if Services, workloads, namespaces or objects without a typed form changed since an earlier state.
    pub fn others_changed(&self, since: &Self) -> bool {
        !(self.services.ptr_eq(&since.services)
            && self.workloads.ptr_eq(&since.workloads)
            && self.namespaces.ptr_eq(&since.namespaces)
            && self.others.ptr_eq(&since.others))
    }

    /// True if nodes came, changed or went since an earlier state.
    pub fn nodes_changed(&self, since: &Self) -> bool {
        !self.nodes.ptr_eq(&since.nodes)
    }

    /// Has the nodes of another state.
    pub fn share_nodes(&mut self, other: &Self) {
        self.nodes = other.nodes.clone();
    }

    /// All nodes, by name.
    pub fn nodes(&self) -> impl Iterator<Item = &Arc<Node>> {
        self.nodes.values()
    }

    /// A node.
    pub fn node(&self, name: Sym) -> Option<&Arc<Node>> {
        self.nodes.get(&name)
    }

    /// Number of nodes.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// All Services.
    pub fn services(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.services.values()
    }

    /// A Service.
    pub fn service(&self, namespace: Sym, name: Sym) -> Option<&Arc<Service>> {
        self.services.get(&(namespace, name))
    }

    /// All workloads, by kind, namespace and name.
    pub fn workloads(&self) -> impl Iterator<Item = &Arc<Workload>> {
        self.workloads.values()
    }

    /// Workloads of one kind.
    pub fn workloads_of(&self, kind: &str) -> impl Iterator<Item = &Arc<Workload>> {
        let kind = sym(kind);
        self.workloads
            .range((kind, sym(""), sym(""))..)
            .take_while(move |((k, _, _), _)| *k == kind)
            .map(|(_, workload)| workload)
    }

    /// A workload.
    pub fn workload(&self, kind: &str, namespace: Sym, name: Sym) -> Option<&Arc<Workload>> {
        self.workloads.get(&(sym(kind), namespace, name))
    }

    /// Changes a workload's status or scale.
    pub fn change_workload(
        &mut self,
        kind: &str,
        namespace: Sym,
        name: Sym,
        change: impl FnOnce(&mut Workload),
    ) {
        if let Some(workload) = self.workloads.get_mut(&(sym(kind), namespace, name)) {
            change(Arc::make_mut(workload));
        }
    }

    /// Takes a workload out.
    pub fn remove_workload(&mut self, kind: &str, namespace: Sym, name: Sym) {
        self.workloads.remove(&(sym(kind), namespace, name));
    }

    /// Workloads whose managing controller is this one.
    pub fn workloads_owned<'s>(
        &'s self,
        kind: &'s str,
        owner: (&'s str, Sym),
        namespace: Sym,
    ) -> impl Iterator<Item = &'s Arc<Workload>> {
        self.workloads_of(kind).filter(move |w| {
            w.meta.namespace == namespace
                && w.meta.controller().is_some_and(|o| &*o.kind == owner.0 && o.name == owner.1)
        })
    }

    /// All namespaces.
    pub fn namespaces(&self) -> impl Iterator<Item = &Arc<Namespace>> {
        self.namespaces.values()
    }

    /// A namespace.
    pub fn namespace(&self, name: Sym) -> Option<&Arc<Namespace>> {
        self.namespaces.get(&name)
    }

    /// A PriorityClass.
    pub fn priority_class(&self, name: Sym) -> Option<&Arc<PriorityClass>> {
        self.priority_classes.get(&name)
    }

    /// The class of Pods that name none: of several global defaults the one with the lowest value.
    pub fn default_priority_class(&self) -> Option<&Arc<PriorityClass>> {
        self.priority_classes.values().filter(|c| c.global_default).min_by_key(|c| (c.value, c.meta.name))
    }

    /// Objects of kinds without a typed form.
    pub fn others(&self) -> impl Iterator<Item = (&Key, &Arc<Other>)> {
        self.others.iter()
    }

    /// An object of a kind without a typed form.
    pub fn other(&self, key: &Key) -> Option<&Arc<Other>> {
        self.others.get(key)
    }

    /// True if an object of that key is there, of whatever kind.
    pub fn contains(&self, key: &Key) -> bool {
        match &*key.kind {
            "Pod" if key.group.is_empty() => self.pods.contains_key(&(key.namespace, key.name)),
            "Node" if key.group.is_empty() => self.nodes.contains_key(&key.name),
            "Service" if key.group.is_empty() => self.services.contains_key(&(key.namespace, key.name)),
            "Namespace" if key.group.is_empty() => self.namespaces.contains_key(&key.name),
            "PriorityClass" => self.priority_classes.contains_key(&key.name),
            _ => {
                self.workloads.contains_key(&(key.kind, key.namespace, key.name))
                    || self.others.contains_key(key)
            }
        }
    }

    /// Puts an object in, or in the place of the one of its key.
    pub fn put(&mut self, entity: Entity) {
        match entity {
            Entity::Pod(pod) => self.put_pod(pod),
            Entity::Node(node) => {
                self.nodes.insert(node.meta.name, Arc::new(node));
            }
            Entity::Service(service) => {
                self.services.insert(service.meta.id(), Arc::new(service));
            }
            Entity::Workload(workload) => {
                let (namespace, name) = workload.meta.id();
                self.workloads.insert((sym(workload.kind()), namespace, name), Arc::new(workload));
            }
            Entity::Namespace(namespace) => {
                self.namespaces.insert(namespace.meta.name, Arc::new(namespace));
            }
            Entity::PriorityClass(class) => {
                self.priority_classes.insert(class.meta.name, Arc::new(class));
            }
            Entity::Other(other) => {
                self.others.insert(other.key(), Arc::new(other));
            }
        }
    }

    /// Takes an object out, alone; what it owns stays (see [`super::delete`]). False if it is not there.
    pub fn remove(&mut self, key: &Key) -> bool {
        let id = (key.namespace, key.name);
        match &*key.kind {
            "Pod" if key.group.is_empty() => self.remove_pod(key.namespace, key.name).is_some(),
            "Node" if key.group.is_empty() => self.nodes.remove(&key.name).is_some(),
            "Service" if key.group.is_empty() => self.services.remove(&id).is_some(),
            "Namespace" if key.group.is_empty() => self.namespaces.remove(&key.name).is_some(),
            "PriorityClass" => self.priority_classes.remove(&key.name).is_some(),
            _ => {
                self.workloads.remove(&(key.kind, key.namespace, key.name)).is_some()
                    || self.others.remove(key).is_some()
            }
        }
    }

    /// The next number for a name that a cluster would end in random characters.
    pub fn next_suffix(&mut self, namespace: Sym, prefix: Sym) -> u32 {
        let count = self.suffixes.entry((namespace, prefix)).or_insert(0);
        *count += 1;
        *count
    }

    /// Number of objects.
    pub fn len(&self) -> usize {
        self.pods.len()
            + self.nodes.len()
            + self.services.len()
            + self.workloads.len()
            + self.namespaces.len()
            + self.priority_classes.len()
            + self.others.len()
    }

    /// True if there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Keys of a Pod in the indexes.
struct Owners {
    controller: Option<(Sym, Sym, Sym)>,
    labels: Vec<(Sym, Sym, Sym)>,
}

impl Owners {
    fn of(pod: &Pod) -> Self {
        let namespace = pod.meta.namespace;
        Self {
            controller: pod.meta.controller().map(|owner| (owner.kind, namespace, owner.name)),
            labels: pod.meta.labels.iter().map(|(key, value)| (namespace, key, value)).collect(),
        }
    }
}

fn forget(index: &mut OrdMap<(Sym, Sym, Sym), OrdSet<Sym>>, key: (Sym, Sym, Sym), name: Sym) {
    if let Some(names) = index.get_mut(&key) {
        names.remove(&name);
        if names.is_empty() {
            index.remove(&key);
        }
    }
}
