//! What holds for every schedule, whatever the cluster.

use std::collections::BTreeMap;
use std::sync::Arc;

use kcheck::cluster::model::{
    Assumed, Meta, Node, Pod, PodAffinityTerm, PodSpec, Requests, Resources, SpreadConstraint, Taint,
    TaintEffect, Toleration, TolerationOperator,
};
use kcheck::object::{Labels, Selector, sym};
use kcheck::scheduler::{Attempt, Detail, Objects, Scheduler};
use proptest::prelude::*;

use crate::reference::agree::cases;

/// A node, in few words.
#[derive(Clone, Debug)]
struct Machine {
    milli_cpu: i64,
    memory: i64,
    pods: i64,
    zone: Option<u8>,
    tainted: bool,
}

/// Pods of one template, in few words.
#[derive(Clone, Debug)]
struct Group {
    milli_cpu: i64,
    memory: i64,
    replicas: usize,
    priority: i64,
    tolerates: bool,
    spread: bool,
    apart: bool,
}

fn machines() -> impl Strategy<Value = Vec<Machine>> {
    let one = (0..4000i64, 0..4000i64, 0..6i64, proptest::option::of(0..3u8), any::<bool>());
    let one = one.prop_map(|(milli_cpu, memory, pods, zone, tainted)| Machine {
        milli_cpu,
        memory,
        pods,
        zone,
        tainted,
    });
    proptest::collection::vec(one, 0..7)
}

fn groups() -> impl Strategy<Value = Vec<Group>> {
    let one = (0..2500i64, 0..2500i64, 1..5usize, -1..3i64, any::<bool>(), any::<bool>(), any::<bool>());
    let one = one.prop_map(|(milli_cpu, memory, replicas, priority, tolerates, spread, apart)| Group {
        milli_cpu,
        memory,
        replicas,
        priority,
        tolerates,
        spread,
        apart,
    });
    proptest::collection::vec(one, 0..6)
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(key, value)| (sym(key), sym(value))).collect()
}

fn taint() -> Taint {
    Taint { key: sym("dedicated"), value: sym("db"), effect: TaintEffect::NoSchedule }
}

fn node(number: usize, of: &Machine) -> Node {
    let name = format!("n{number}");
    let mut labels = labels(&[("kubernetes.io/hostname", &name)]);
    if let Some(zone) = of.zone {
        labels.set(sym("topology.kubernetes.io/zone"), sym(&format!("z{zone}")));
    }
    Node {
        meta: Meta { name: sym(&name), labels, ..Meta::default() },
        taints: if of.tainted { vec![taint()] } else { Vec::new() },
        allocatable: Resources {
            milli_cpu: of.milli_cpu,
            memory: of.memory,
            pods: of.pods,
            ..Resources::default()
        },
        ..Node::default()
    }
}

fn spec(name: &str, of: &Group) -> PodSpec {
    let selector = Selector::of_labels(&labels(&[("app", name)]));
    let assumed = Assumed { milli_cpu: of.milli_cpu.max(100), memory: of.memory.max(200) };
    let total = Resources { milli_cpu: of.milli_cpu, memory: of.memory, ..Resources::default() };
    let mut spec = PodSpec {
        requests: Requests { total, assumed, scored: assumed },
        priority: of.priority,
        ..PodSpec::default()
    };
    if of.tolerates {
        let taint = taint();
        spec.tolerations.push(Toleration {
            key: taint.key,
            operator: TolerationOperator::Exists,
            value: sym(""),
            effect: None,
            seconds: None,
        });
    }
    if of.spread {
        spec.spread.push(SpreadConstraint {
            max_skew: 1,
            topology_key: sym("topology.kubernetes.io/zone"),
            hard: true,
            selector: Some(selector.clone()),
            min_domains: 1,
            honor_affinity: true,
            honor_taints: false,
        });
    }
    if of.apart {
        spec.pod_anti_affinity.required.push(PodAffinityTerm {
            selector: Some(selector),
            namespaces: [].into_iter().collect(),
            namespace_selector: None,
            topology_key: sym("kubernetes.io/hostname"),
        });
    }
    spec
}

/// Pods of all groups. Without sharing, each has a spec of its own: nothing is kept from one to the next.
fn pods(groups: &[Group], shared: bool) -> Vec<Pod> {
    let mut pods = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        let app = format!("app{number}");
        let of_all = Arc::new(spec(&app, group));
        for replica in 0..group.replicas {
            let meta = Meta {
                namespace: sym("default"),
                name: sym(&format!("{app}-{replica}")),
                labels: labels(&[("app", &app)]),
                ..Meta::default()
            };
            let spec = if shared { of_all.clone() } else { Arc::new(spec(&app, group)) };
            pods.push(Pod::new(meta, spec));
        }
    }
    pods
}

fn settle(machines: &[Machine], pods: Vec<Pod>, detail: Detail) -> (Scheduler, Vec<Attempt>) {
    let mut scheduler = Scheduler::new(Objects::default(), detail);
    for (number, of) in machines.iter().enumerate() {
        scheduler.add_node(Arc::new(node(number, of)));
    }
    for pod in pods {
        scheduler.add_pod(Arc::new(pod));
    }
    let attempts = scheduler.run();
    (scheduler, attempts)
}

fn outcome(attempts: &[Attempt]) -> Vec<String> {
    let line = |a: &Attempt| {
        format!(
            "{}#{} {:?} {:?} {} {:?} {:?}",
            a.pod.1, a.number, a.node, a.ties, a.message, a.nominate, a.victims
        )
    };
    attempts.iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// No node holds more than it has, and none holds a Pod that does not tolerate its taint.
    #[test]
    fn nodes_hold_what_they_can(machines in machines(), groups in groups()) {
        let (scheduler, _) = settle(&machines, pods(&groups, true), Detail::Outcome);
        for info in scheduler.snapshot().nodes() {
            let mut sum = Resources::default();
            for id in &info.pods {
                let pod = &scheduler.snapshot().pod(*id).unwrap().pod;
                sum.add(&pod.requests().total);
                prop_assert!(info.node.taints.is_empty() || !pod.spec.tolerations.is_empty());
            }
            prop_assert_eq!(&sum, &info.requested);
            prop_assert!(sum.milli_cpu <= info.node.allocatable.milli_cpu);
            prop_assert!(sum.memory <= info.node.allocatable.memory);
            prop_assert!(info.pods.len() as i64 <= info.node.allocatable.pods);
        }
    }

    /// Pods that keep apart are apart.
    #[test]
    fn pods_that_keep_apart_are_apart(machines in machines(), groups in groups()) {
        let (scheduler, _) = settle(&machines, pods(&groups, true), Detail::Outcome);
        for info in scheduler.snapshot().nodes() {
            let mut of_app: BTreeMap<_, usize> = BTreeMap::new();
            for id in &info.pods {
                let pod = &scheduler.snapshot().pod(*id).unwrap().pod;
                if !pod.spec.pod_anti_affinity.is_empty() {
                    *of_app.entry(pod.meta.labels.get(sym("app"))).or_default() += 1;
                }
            }
            prop_assert!(of_app.values().all(|pods| *pods == 1));
        }
    }

    /// What is kept of a class changes nothing: Pods that share a spec end as Pods that don't, told in full or not.
    #[test]
    fn sharing_changes_nothing(machines in machines(), groups in groups()) {
        let (_, shared) = settle(&machines, pods(&groups, true), Detail::Outcome);
        let (_, alone) = settle(&machines, pods(&groups, false), Detail::Full);
        prop_assert_eq!(outcome(&shared), outcome(&alone));
    }

    /// Every Pod that stays gets an explanation, and one that asks less as told would fit.
    #[test]
    fn what_stays_is_explained(machines in machines(), groups in groups()) {
        let (scheduler, _) = settle(&machines, pods(&groups, true), Detail::Outcome);
        let pending: Vec<_> = scheduler.pending().map(|pod| pod.meta.id()).collect();
        for (namespace, name) in pending {
            if let Some(explanation) = scheduler.explain(namespace, name) {
                prop_assert_eq!(explanation.nodes.len(), machines.len());
                prop_assert!(explanation.nodes.iter().all(|node| !node.lacks.is_empty()));
            }
        }
    }
}

/// A Pod on a node that lacks one of its claims is counted with the others (`filterAttachableVolumes`).
#[test]
fn volumes_of_a_pod_that_lacks_a_claim_count() {
    let claim = |name: &str| {
        let bound = serde_json::json!({"pv.kubernetes.io/bind-completed": "yes"});
        serde_json::json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"name": name, "namespace": "default", "annotations": bound},
            "spec": {"volumeName": name, "accessModes": ["ReadWriteOnce"]}, "status": {"phase": "Bound"},
        })
    };
    let volume = |name: &str| {
        serde_json::json!({
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name},
            "spec": {
                "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"},
                "claimRef": {"namespace": "default", "name": name},
                "csi": {"driver": "disk.example.com", "volumeHandle": name},
            },
            "status": {"phase": "Bound"},
        })
    };
    let pod = |name: &str, claims: &[&str]| {
        let volume =
            |claim: &&str| serde_json::json!({"name": claim, "persistentVolumeClaim": {"claimName": claim}});
        let volumes: Vec<_> = claims.iter().map(volume).collect();
        serde_json::json!({"metadata": {"name": name}, "spec": {"containers": [], "volumes": volumes}})
    };
    let mut there = pod("there", &["a", "lost"]);
    there["spec"]["nodeName"] = "n".into();
    let case = serde_json::json!({
        "nodes": [{"metadata": {"name": "n"}, "status": {"allocatable": {"pods": "10"}}}],
        "objects": [
            claim("a"), volume("a"), claim("b"), volume("b"),
            {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": "n"}, "spec": {
                "drivers": [{"name": "disk.example.com", "nodeID": "n", "allocatable": {"count": 1}}],
            }},
        ],
        "existing": [there],
        "incoming": [pod("p", &["b"])],
    });
    let attempts = cases::load(&case, Detail::Outcome).run();
    assert!(attempts[0].message.contains("1 node(s) exceed max volume count"), "{}", attempts[0].message);
}
