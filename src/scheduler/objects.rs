//! What plugins ask about objects that are neither Pods nor nodes.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::devices::Devices;
use super::volumes::Volumes;
use crate::cluster::State;
use crate::cluster::model::{Content, Other, Pod};
use crate::object::{Labels, Operator, Requirement, Selector, Sym, sym};
use crate::schema::Minor;

/// A PodDisruptionBudget.
#[derive(Clone, PartialEq, Debug)]
pub struct Budget {
    /// Namespace.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
    /// Whom it protects; `None` and the empty selector protect nobody here.
    pub selector: Option<Selector>,
    /// `status.disruptionsAllowed`
    pub allowed: i64,
    /// Names of Pods in `status.disruptedPods`, which it has counted already.
    pub disrupted: Vec<Sym>,
}

/// Services, controllers, namespaces, budgets and volumes, as far as scheduling depends on them.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Objects {
    services: FxHashMap<Sym, Vec<Labels>>,
    controllers: FxHashMap<(Sym, Sym, Sym), Selector>,
    namespaces: FxHashMap<Sym, Labels>,
    budgets: Vec<Budget>,
    volumes: Volumes,
    devices: Devices,
    minor: Minor,
}

impl Objects {
    /// No objects, in a cluster of this version of Kubernetes.
    pub fn of_version(minor: Minor) -> Self {
        Self { minor, ..Self::default() }
    }

    /// Those of a cluster of this version of Kubernetes.
    pub fn of(state: &State, minor: Minor) -> Self {
        let mut this = Self::of_version(minor);
        for service in state.services() {
            if let Some(selector) = &service.selector {
                this.add_service(service.meta.namespace, selector.clone());
            }
        }
        for namespace in state.namespaces() {
            this.add_namespace(namespace.meta.name, namespace.meta.labels.clone());
        }
        for workload in state.workloads() {
            let meta = &workload.meta;
            this.add_controller(sym(workload.kind()), meta.namespace, meta.name, workload.selector.clone());
        }
        state.others().for_each(|(_, other)| _ = this.put(other));
        this
    }

    /// Any other object, as far as scheduling depends on it; in the place of the one of its name. False if it does not.
    pub fn put(&mut self, other: &Arc<Other>) -> bool {
        if let Content::Budget(budget) = &other.content {
            let (namespace, name) = other.meta.id();
            let budget = Budget {
                namespace,
                name,
                selector: budget.selector.clone(),
                allowed: budget.allowed,
                disrupted: budget.disrupted.clone(),
            };
            match self.budgets.iter_mut().find(|known| known.namespace == namespace && known.name == name) {
                Some(known) => *known = budget,
                None => self.budgets.push(budget),
            }
            return true;
        }
        let known_before = if self.is_since(36) { None } else { without_news(other) };
        let other = known_before.as_ref().unwrap_or(other);
        self.volumes.put(other) || self.devices.put(other)
    }

    /// The version of Kubernetes that decides what differs from one to the next.
    pub fn minor(&self) -> Minor {
        self.minor
    }

    /// True if the scheduler is of 1.`number` or newer.
    pub fn is_since(&self, number: u8) -> bool {
        self.minor.number() >= number
    }

    /// The DeviceClass that stands for an extended resource, where the scheduler knows such (gate `DRAExtendedResource`).
    pub fn class_of_resource(&self, resource: Sym) -> Option<Sym> {
        if self.is_since(36) { self.devices.class_of_resource(resource) } else { None }
    }

    /// Device objects.
    pub fn devices(&self) -> &Devices {
        &self.devices
    }

    /// Storage objects.
    pub fn volumes(&self) -> &Volumes {
        &self.volumes
    }

    /// A Service with a selector.
    pub fn add_service(&mut self, namespace: Sym, selector: Labels) {
        self.services.entry(namespace).or_default().push(selector);
    }

    /// The selector of a ReplicaSet, ReplicationController or StatefulSet. Other kinds do not count.
    pub fn add_controller(&mut self, kind: Sym, namespace: Sym, name: Sym, selector: Selector) {
        if matches!(kind.as_str(), "ReplicaSet" | "ReplicationController" | "StatefulSet") {
            self.controllers.insert((kind, namespace, name), selector);
        }
    }

    /// A Namespace's labels.
    pub fn add_namespace(&mut self, name: Sym, mut labels: Labels) {
        labels.set(sym("kubernetes.io/metadata.name"), name);
        self.namespaces.insert(name, labels);
    }

    /// A PodDisruptionBudget.
    pub fn add_budget(&mut self, budget: Budget) {
        self.budgets.push(budget);
    }

    /// All budgets.
    pub fn budgets(&self) -> &[Budget] {
        &self.budgets
    }

    /// True if a namespace with these labels satisfies a selector. One that nobody declared has only its name.
    pub fn namespace_matches(&self, name: Sym, selector: &Selector) -> bool {
        match self.namespaces.get(&name) {
            Some(labels) => selector.matches(labels),
            None => {
                let mut labels = Labels::default();
                labels.set(sym("kubernetes.io/metadata.name"), name);
                selector.matches(&labels)
            }
        }
    }

    /// The selector by which Pods without constraints of their own are spread: labels of all Services that select the
    /// Pod, and the selector of its controller (`helper.DefaultSelector`). Empty if there is nothing.
    pub fn default_selector(&self, pod: &Pod) -> Selector {
        let mut merged = Labels::default();
        for selector in self.services.get(&pod.meta.namespace).into_iter().flatten() {
            if selector.iter().all(|(key, value)| pod.meta.labels.get(key) == Some(value)) {
                for (key, value) in selector.iter() {
                    merged.set(key, value);
                }
            }
        }
        let is = |(key, value)| Requirement { key, operator: Operator::In(smallvec::smallvec![value]) };
        let mut selector: Selector = merged.iter().map(is).collect();
        if let Some(owner) = pod.meta.controller() {
            let key = (owner.kind, pod.meta.namespace, owner.name);
            for requirement in self.controllers.get(&key).map_or(&[][..], Selector::requirements) {
                selector.push(requirement.clone());
            }
        }
        selector
    }
}

/// A slice or claim as an API server before 1.36 keeps it: without what is behind the gates `DRADeviceTaints`,
/// `DRAPartitionableDevices`, `DRAConsumableCapacity` and `DRADeviceBindingConditions`. `None` for any other object.
fn without_news(other: &Arc<Other>) -> Option<Arc<Other>> {
    let mut other = Other::clone(other);
    match &mut other.content {
        Content::ResourceSlice(slice) => {
            slice.counters.clear();
            for device in &mut slice.devices {
                device.taints.clear();
                device.consumes.clear();
                device.shared = false;
                device.binds_late = false;
                device.capacity.iter_mut().for_each(|(_, capacity)| capacity.policy = None);
            }
        }
        Content::ResourceClaim(claim) => {
            for request in &mut claim.requests {
                request.choices_mut().iter_mut().for_each(|choice| choice.capacity.clear());
            }
        }
        _ => return None,
    }
    Some(Arc::new(other))
}
