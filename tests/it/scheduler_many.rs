//! Many Pods of few templates on many nodes: what is kept from one Pod to the next changes nothing. One scheduler tells all, and
//! so looks at every node for every Pod; the other tells where Pods go.

use std::sync::Arc;

use kcheck::cluster::model::{
    Assumed, Meta, Node, Owner, Pod, PodAffinityTerm, PodSpec, Requests, Resources, SpreadConstraint, Taint,
    TaintEffect, WeightedPodTerm,
};
use kcheck::object::{Labels, Selector, sym};
use kcheck::scheduler::{Detail, Objects, Scheduler};
use proptest::prelude::*;

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";
const RACK: &str = "example.com/rack";
const KEYS: [&str; 3] = [HOSTNAME, ZONE, RACK];

/// A Deployment, in few words.
#[derive(Clone, Debug)]
struct Deployment {
    replicas: usize,
    milli_cpu: i64,
    owned: bool,
    /// What its Pods ask of other Pods: of which kind, by which label, whose.
    asks: Vec<(usize, usize, usize)>,
}

fn deployments() -> impl Strategy<Value = Vec<Deployment>> {
    let asks = proptest::collection::vec((0..6usize, 0..KEYS.len(), 0..12usize), 0..3);
    let one = (1..70usize, 1..4i64, any::<bool>(), asks);
    let one = one.prop_map(|(replicas, cpu, owned, asks)| Deployment {
        replicas,
        milli_cpu: cpu * 100,
        owned,
        asks,
    });
    proptest::collection::vec(one, 1..6)
}

/// Nodes by bytes: zones, racks of one, two or three nodes, some without labels, some that are rather left alone.
fn node(number: usize, byte: u8) -> Arc<Node> {
    let name = format!("n{number}");
    let mut labels = Labels::default();
    if byte % 16 != 7 {
        labels.set(sym(HOSTNAME), sym(&name));
    }
    if byte % 8 != 5 {
        labels.set(sym(ZONE), sym(&format!("z{}", byte % 3)));
    }
    if byte % 8 != 6 {
        labels.set(sym(RACK), sym(&format!("r{}", number * 2 / 3)));
    }
    let allocatable = Resources {
        milli_cpu: 2000 + 1000 * i64::from(byte % 2),
        memory: 4000,
        pods: 4 + i64::from(byte / 16),
        ..Resources::default()
    };
    let avoided = Taint { key: sym("old"), value: sym(""), effect: TaintEffect::PreferNoSchedule };
    Arc::new(Node {
        meta: Meta { name: sym(&name), labels, ..Meta::default() },
        taints: if byte % 5 == 4 { vec![avoided] } else { Vec::new() },
        capacity: allocatable.clone(),
        allocatable,
        ..Node::default()
    })
}

fn selector(app: usize) -> Selector {
    Selector::of_labels(&[(sym("app"), sym(&format!("app{app}")))].into_iter().collect())
}

fn spec(own: usize, of: &Deployment) -> PodSpec {
    let assumed = Assumed { milli_cpu: of.milli_cpu, memory: 100 };
    let total = Resources { milli_cpu: of.milli_cpu, memory: 100, ..Resources::default() };
    let mut spec = PodSpec { requests: Requests { total, assumed, scored: assumed }, ..PodSpec::default() };
    for (kind, key, whose) in &of.asks {
        // Mostly their own, sometimes another's.
        let selector = Some(selector(if *whose < 6 { *whose } else { own }));
        let topology_key = sym(KEYS[*key]);
        let constraint = |hard| SpreadConstraint {
            max_skew: 1 + (*whose as i64 % 2),
            topology_key,
            hard,
            selector: selector.clone(),
            min_domains: 1,
            honor_affinity: true,
            honor_taints: false,
        };
        let term = PodAffinityTerm {
            selector: selector.clone(),
            namespaces: [].into_iter().collect(),
            namespace_selector: None,
            topology_key,
        };
        let weighted = |weight| WeightedPodTerm { weight, term: term.clone() };
        match kind {
            0 => spec.spread.push(constraint(true)),
            1 => spec.spread.push(constraint(false)),
            2 => spec.pod_anti_affinity.required.push(term),
            3 => spec.pod_anti_affinity.preferred.push(weighted(100)),
            4 => spec.pod_affinity.preferred.push(weighted(7)),
            _ => spec.pod_affinity.required.push(term),
        }
    }
    spec
}

fn pods(deployments: &[Deployment], objects: &mut Objects, mixed: bool) -> Vec<Arc<Pod>> {
    let namespace = sym("default");
    let mut pods = Vec::new();
    for (number, of) in deployments.iter().enumerate() {
        let app = format!("app{number}");
        let mut owners = Vec::new();
        if of.owned {
            owners.push(Owner::controller("ReplicaSet", sym(&app)));
            objects.add_controller(sym("ReplicaSet"), namespace, sym(&app), selector(number));
        }
        let spec = Arc::new(spec(number, of));
        for replica in 0..of.replicas {
            let labels = [(sym("app"), sym(&app))].into_iter().collect();
            let (name, owners) = (sym(&format!("{app}-{replica}")), owners.clone());
            let meta = Meta { namespace, name, labels, owners, ..Meta::default() };
            // With the turn at which it comes if Deployments take turns.
            pods.push((replica, Arc::new(Pod::new(meta, spec.clone()))));
        }
    }
    if mixed {
        pods.sort_by_key(|(replica, _)| *replica);
    }
    pods.into_iter().map(|(_, pod)| pod).collect()
}

fn decisions(scheduler: &mut Scheduler) -> Vec<String> {
    let line =
        |a: &kcheck::scheduler::Attempt| format!("{} {:?} {:?} {}", a.pod.1, a.node, a.ties, a.message);
    scheduler.run().iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_of_nodes_changes_nothing(
        nodes in proptest::collection::vec(any::<u8>(), 20..60),
        deployments in deployments(),
        mixed in any::<bool>(),
        gone in 2..9usize,
    ) {
        let mut objects = Objects::default();
        let pods = pods(&deployments, &mut objects, mixed);
        let (last, first) = pods.split_at(pods.len() / 3);
        let mut full = Scheduler::new(objects.clone(), Detail::Full);
        let mut quick = Scheduler::new(objects, Detail::Outcome);
        for scheduler in [&mut full, &mut quick] {
            nodes.iter().enumerate().for_each(|(number, byte)| scheduler.add_node(node(number, *byte)));
            for pod in first {
                scheduler.add_pod(pod.clone());
            }
        }
        prop_assert_eq!(decisions(&mut full), decisions(&mut quick));
        for scheduler in [&mut full, &mut quick] {
            for pod in first.iter().step_by(gone) {
                scheduler.remove_pod(pod.meta.namespace, pod.meta.name);
            }
            for pod in last {
                scheduler.add_pod(pod.clone());
            }
        }
        prop_assert_eq!(decisions(&mut full), decisions(&mut quick));
    }
}
