//! Placing Pods: nodes of 32 CPU and 64 GiB in three zones, Pods of ten labels that ask 100m and 200Mi, the shapes that
//! kube-scheduler itself was measured with (5.5 ms of CPU per Pod at 1,000 nodes, 16.6 ms at 5,000).
//!
//! The most memory that was held is printed at the end; run one bench alone to have its own.

use std::sync::Arc;

use divan::Bencher;
use kcheck::cluster::model::{
    Assumed, Image, Meta, Node, Pod, PodAffinityTerm, PodSpec, Requests, Resources, SpreadConstraint,
};
use kcheck::object::{Labels, Selector, sym};
use kcheck::scheduler::{Detail, Objects, Scheduler};

#[expect(clippy::print_stdout, reason = "a bench talks to whoever runs it")]
fn main() {
    divan::main();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find(|line| line.starts_with("VmHWM")) {
        println!("{peak}");
    }
}

const GIB: i64 = 1 << 30;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(key, value)| (sym(key), sym(value))).collect()
}

fn node(number: usize) -> Arc<Node> {
    let name = format!("node-{number:04}");
    let zone = ["a", "b", "c"][number % 3];
    let allocatable = Resources { milli_cpu: 32_000, memory: 64 * GIB, pods: 110, ..Resources::default() };
    let labels = labels(&[("kubernetes.io/hostname", &name), ("topology.kubernetes.io/zone", zone)]);
    let images: Vec<Image> = Vec::new();
    let meta = Meta { name: sym(&name), labels, ..Meta::default() };
    Arc::new(Node { meta, capacity: allocatable.clone(), allocatable, images, ..Node::default() })
}

fn app_labels() -> Labels {
    let pairs: Vec<(String, String)> =
        (0..10).map(|n| (format!("label-{n}"), format!("value-{n}"))).collect();
    pairs.iter().map(|(key, value)| (sym(key), sym(value))).collect()
}

fn selector() -> Selector {
    Selector::of_labels(&labels(&[("label-3", "value-3")]))
}

fn plain() -> PodSpec {
    let assumed = Assumed { milli_cpu: 100, memory: 200 << 20 };
    let total = Resources { milli_cpu: 100, memory: 200 << 20, ..Resources::default() };
    PodSpec { requests: Requests { total, assumed, scored: assumed }, ..PodSpec::default() }
}

fn spread() -> PodSpec {
    let constraint = SpreadConstraint {
        max_skew: 1,
        topology_key: sym("topology.kubernetes.io/zone"),
        hard: true,
        selector: Some(selector()),
        min_domains: 1,
        honor_affinity: true,
        honor_taints: false,
    };
    PodSpec { spread: vec![constraint], ..plain() }
}

fn anti_affinity() -> PodSpec {
    let term = PodAffinityTerm {
        selector: Some(selector()),
        namespaces: [].into_iter().collect(),
        namespace_selector: None,
        topology_key: sym("kubernetes.io/hostname"),
    };
    let mut spec = plain();
    spec.pod_anti_affinity.required.push(term);
    spec
}

/// Pods of one template.
fn scheduler(nodes: usize, pods: usize, spec: PodSpec) -> Scheduler {
    let mut scheduler = Scheduler::new(Objects::default(), Detail::Outcome);
    (0..nodes).for_each(|number| scheduler.add_node(node(number)));
    let spec = Arc::new(spec);
    for number in 0..pods {
        let meta = Meta {
            namespace: sym("default"),
            name: sym(&format!("pod-{number:05}")),
            labels: app_labels(),
            ..Meta::default()
        };
        scheduler.add_pod(Arc::new(Pod::new(meta, spec.clone())));
    }
    scheduler
}

/// Pods of three templates in turn: plain, spread over zones, plain with anti-affinity for every tenth.
fn mixed(nodes: usize, pods: usize) -> Scheduler {
    let mut scheduler = scheduler(nodes, 0, plain());
    let specs = [plain(), spread(), anti_affinity()].map(Arc::new);
    for number in 0..pods {
        let kind = if number % 10 == 9 { 2 } else { number % 2 };
        let mut labels = app_labels();
        labels.set(sym("label-3"), sym(["value-0", "value-3", "value-3"][kind]));
        let name = sym(&format!("pod-{number:06}"));
        let meta = Meta { namespace: sym(["a", "b", "c"][kind]), name, labels, ..Meta::default() };
        scheduler.add_pod(Arc::new(Pod::new(meta, specs[kind].clone())));
    }
    scheduler
}

/// Pods that share nothing: each has a spec of its own.
fn strangers(nodes: usize, pods: usize) -> Scheduler {
    let mut scheduler = scheduler(nodes, 0, plain());
    for number in 0..pods {
        let meta = Meta {
            namespace: sym("default"),
            name: sym(&format!("pod-{number:05}")),
            labels: labels(&[("app", &format!("app-{number}"))]),
            ..Meta::default()
        };
        scheduler.add_pod(Arc::new(Pod::new(meta, Arc::new(plain()))));
    }
    scheduler
}

fn settle(bencher: Bencher<'_, '_>, make: impl Fn() -> Scheduler + Sync) {
    bencher.with_inputs(make).bench_local_values(|mut scheduler| scheduler.run().len());
}

#[divan::bench(sample_count = 10)]
fn plain_1000_nodes_3000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || scheduler(1000, 3000, plain()));
}

#[divan::bench(sample_count = 10)]
fn zone_spread_1000_nodes_3000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || scheduler(1000, 3000, spread()));
}

/// A third of the Pods find a node of their own; 2,000 stay pending.
#[divan::bench(sample_count = 10)]
fn anti_affinity_1000_nodes_3000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || scheduler(1000, 3000, anti_affinity()));
}

#[divan::bench(sample_count = 3)]
fn strangers_1000_nodes_3000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || strangers(1000, 3000));
}

#[divan::bench(sample_count = 3)]
fn plain_5000_nodes_2000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || scheduler(5000, 2000, plain()));
}

#[divan::bench(sample_count = 3)]
fn plain_1000_nodes_10000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || scheduler(1000, 10_000, plain()));
}

#[divan::bench(sample_count = 3)]
fn zone_spread_1000_nodes_10000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || scheduler(1000, 10_000, spread()));
}

#[divan::bench(sample_count = 3)]
fn mixed_1000_nodes_10000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || mixed(1000, 10_000));
}

#[divan::bench(sample_count = 1)]
fn plain_5000_nodes_150000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || scheduler(5000, 150_000, plain()));
}

#[divan::bench(sample_count = 1)]
fn zone_spread_5000_nodes_10000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || scheduler(5000, 10_000, spread()));
}

/// Every Pod finds a node of its own.
#[divan::bench(sample_count = 1)]
fn anti_affinity_5000_nodes_5000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || scheduler(5000, 5000, anti_affinity()));
}

#[divan::bench(sample_count = 1)]
fn mixed_5000_nodes_10000_pods(bencher: Bencher<'_, '_>) {
    settle(bencher, || mixed(5000, 10_000));
}
