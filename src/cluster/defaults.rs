//! The cluster that is assumed when none is described.

use super::model::{Content, Namespace, Node, Other, PriorityClass, StorageClass};
use super::shorthand::read_nodes;
use super::{Entity, State};
use crate::object::{Key, Sym, sym};

/// The nodes of the default cluster.
pub const DEFAULT_NODES: &str = "3x4cpu,16Gi";

/// What every new cluster has: its namespaces with their default ServiceAccounts, the two system priority classes, the
/// Service `kubernetes`. Objects that are there already stay.
pub fn add_system_objects(state: &mut State) {
    for namespace in ["default", "kube-system", "kube-public", "kube-node-lease"] {
        if state.namespace(sym(namespace)).is_none() {
            state.put(Entity::Namespace(Namespace::named(namespace)));
        }
    }
    for (name, value) in [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)]
    {
        if state.priority_class(sym(name)).is_none() {
            state.put(Entity::PriorityClass(PriorityClass::system(name, value)));
        }
    }
}

/// Three nodes of 4 CPU, 16 GiB, 110 Pods and 100 GiB of ephemeral storage in zones a, b and c, and the StorageClass
/// `standard`.
pub fn add_default_cluster(state: &mut State) {
    // The shorthand of the documentation is the definition.
    for node in read_nodes(DEFAULT_NODES, 1).unwrap_or_default() {
        state.put(Entity::Node(node));
    }
    let key = Key::new("storage.k8s.io", "StorageClass", "", "standard");
    if state.other(&key).is_none() {
        let mut class = assumed_class("standard");
        class.default_class = true;
        state.put(Entity::Other(class));
    }
}

/// A storage class whose provisioner makes any volume, where the first Pod wants it.
pub fn assumed_class(name: &str) -> Other {
    let mut class = Other::made("storage.k8s.io/v1", "StorageClass", Sym::default(), name);
    class.content = Content::StorageClass(StorageClass {
        provisioner: sym("example.com/assumed"),
        waits_for_consumer: true,
        topologies: Vec::new(),
    });
    class
}

/// A linux/amd64 node with the labels that a kubelet and a cloud write.
pub fn plain_node(name: &str, zone: &str) -> Node {
    let mut node = Node::default();
    node.meta.name = sym(name);
    for (key, value) in [
        ("kubernetes.io/hostname", name),
        ("kubernetes.io/os", "linux"),
        ("kubernetes.io/arch", "amd64"),
        // Deprecated since 1.14, and kubelets still write them.
        ("beta.kubernetes.io/os", "linux"),
        ("beta.kubernetes.io/arch", "amd64"),
        ("topology.kubernetes.io/region", "region-1"),
        ("topology.kubernetes.io/zone", zone),
    ] {
        node.meta.labels.set(sym(key), sym(value));
    }
    node
}
