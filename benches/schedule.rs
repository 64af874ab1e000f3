//! Placing Pods: how many a second, with how much memory, and how both grow with nodes and Pods.
//!
//! Nodes have 32 CPU and 64 GiB and stand in three zones. Pods come as they do in clusters: Deployments of 10 to 300
//! replicas, each with ten labels and one of four sizes.
//!
//! - `plain`: Pods that nobody controls, as kube-scheduler itself was measured with (5.5 ms of CPU a Pod at 1,000 nodes, 16.6
//!   ms at 5,000).
//! - `owned`: the same with their ReplicaSets, for which the scheduler spreads them over nodes and zones by itself.
//! - `spread`: spread over zones, `DoNotSchedule`, `maxSkew: 1`.
//! - `apart`: required anti-affinity against each other on a node.
//! - `mixed`: Deployments of these four kinds in turn, and some that prefer to be apart.
//!
//! Beside the time that passes stands what the processor was busy for: other work on the machine makes the first longer, the
//! second hardly.
//!
//! Pods a second by the clock and peak memory, as seen on two cores, the other one busy:
//!
//! | Pods   | 1,000 nodes, 10,000 Pods | 5,000 nodes, 10,000 Pods | 5,000 nodes, 150,000 Pods |
//! |--------|--------------------------|--------------------------|---------------------------|
//! | plain  | 216,000, 20 MiB          | 163,000, 24 MiB          | 171,000, 229 MiB          |
//! | owned  | 92,000, 22 MiB           | 59,000, 34 MiB           | 60,000, 249 MiB           |
//! | spread | 149,000, 21 MiB          | 123,000, 25 MiB          | 82,000, 240 MiB           |
//! | apart  | 79,000, 23 MiB           | 52,000, 38 MiB           | 21,000, 260 MiB           |
//! | mixed  | 35,000, 22 MiB           | 24,000, 33 MiB           | 48,000, 250 MiB           |
//!
//! Every row is a process of its own, so that memory is its own. `cargo bench --bench schedule -- spread` runs the rows of
//! one kind, `-- spread 5000 150000` one of them.

use std::sync::Arc;
use std::time::Instant;

use kcheck::cluster::model::{
    Assumed, Meta, Node, Owner, Pod, PodAffinityTerm, PodSpec, Requests, Resources, SpreadConstraint,
    WeightedPodTerm,
};
use kcheck::object::{Labels, Selector, sym};
use kcheck::scheduler::{Detail, Objects, Scheduler};

const GIB: i64 = 1 << 30;
const MIB: i64 = 1 << 20;
const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

const KINDS: [&str; 5] = ["plain", "owned", "spread", "apart", "mixed"];

/// Nodes and Pods: first growing with nodes, then with Pods.
const SIZES: [(usize, usize); 6] =
    [(1000, 10_000), (2000, 10_000), (5000, 10_000), (5000, 50_000), (5000, 150_000), (1000, 30_000)];

/// Millicores and MiB that Pods ask.
const PODS: [(i64, i64); 4] = [(100, 200), (250, 256), (500, 1024), (1000, 2048)];

#[expect(clippy::print_stdout, reason = "a bench talks to whoever runs it")]
fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let number = |at: usize| args.get(at).and_then(|arg| arg.parse::<usize>().ok());
    let kinds = || KINDS.into_iter().filter(|kind| args.first().is_none_or(|given| given == kind));
    if let (Some(kind), Some(nodes), Some(pods)) = (kinds().next(), number(1), number(2)) {
        println!("{}", row(kind, nodes, pods));
        return;
    }
    println!(
        "{:8} {:>6} {:>7} {:>7} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9}",
        "Pods", "nodes", "Pods", "placed", "s", "Pods/s", "µs/Pod", "CPU s", "/CPU s", "peak MiB"
    );
    for kind in kinds() {
        for (nodes, pods) in SIZES {
            let Ok(this) = std::env::current_exe() else { return };
            let child =
                std::process::Command::new(this).args([kind, &nodes.to_string(), &pods.to_string()]).output();
            match child {
                Ok(child) => print!("{}", String::from_utf8_lossy(&child.stdout)),
                Err(error) => println!("{kind} {nodes} {pods}: {error}"),
            }
        }
    }
}

/// One measurement, as a line of the table. Making nodes and Pods is not part of the time, but of the memory.
fn row(kind: &str, nodes: usize, pods: usize) -> String {
    let mut scheduler = cluster(kind, nodes, pods);
    let (start, busy) = (Instant::now(), cpu_seconds());
    let mut placed = 0;
    while let Some(attempt) = scheduler.schedule_one() {
        placed += usize::from(attempt.node.is_some());
    }
    let seconds = start.elapsed().as_secs_f64();
    let each = seconds / pods as f64;
    let busy = cpu_seconds().zip(busy).map(|(now, before)| now - before);
    let or_unknown = |text: Option<String>| text.unwrap_or_else(|| "?".to_owned());
    format!(
        "{kind:8} {nodes:6} {pods:7} {placed:7} {seconds:8.2} {:8.0} {:8.1} {:>8} {:>8} {:>9}",
        1.0 / each,
        each * 1e6,
        or_unknown(busy.map(|busy| format!("{busy:.2}"))),
        or_unknown(busy.map(|busy| format!("{:.0}", pods as f64 / busy))),
        or_unknown(peak_mib().map(|mib| mib.to_string()))
    )
}

/// For how long the processor was busy with this thread so far.
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

/// The most memory that the process has held.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(key, value)| (sym(key), sym(value))).collect()
}

fn node(number: usize) -> Arc<Node> {
    let name = format!("node-{number:04}");
    let zone = ["a", "b", "c"][number % 3];
    let allocatable = Resources { milli_cpu: 32_000, memory: 64 * GIB, pods: 110, ..Resources::default() };
    let meta =
        Meta { name: sym(&name), labels: labels(&[(HOSTNAME, &name), (ZONE, zone)]), ..Meta::default() };
    Arc::new(Node { meta, capacity: allocatable.clone(), allocatable, ..Node::default() })
}

fn spec(kind: &str, number: usize, selector: &Selector) -> PodSpec {
    let (milli_cpu, mib) = PODS[number % PODS.len()];
    let assumed = Assumed { milli_cpu, memory: mib * MIB };
    let total = Resources { milli_cpu, memory: mib * MIB, ..Resources::default() };
    let mut spec = PodSpec { requests: Requests { total, assumed, scored: assumed }, ..PodSpec::default() };
    let apart = || PodAffinityTerm {
        selector: Some(selector.clone()),
        namespaces: [].into_iter().collect(),
        namespace_selector: None,
        topology_key: sym(HOSTNAME),
    };
    match kind {
        "spread" => spec.spread.push(SpreadConstraint {
            max_skew: 1,
            topology_key: sym(ZONE),
            hard: true,
            selector: Some(selector.clone()),
            min_domains: 1,
            honor_affinity: true,
            honor_taints: false,
        }),
        "apart" => spec.pod_anti_affinity.required.push(apart()),
        "preferred" => spec.pod_anti_affinity.preferred.push(WeightedPodTerm { weight: 100, term: apart() }),
        _ => {}
    }
    spec
}

/// 10 to 300 replicas; small Deployments are more frequent.
fn replicas(number: usize) -> usize {
    let mut state = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x2545_F491_4F6C_DD1D;
    state ^= state >> 29;
    state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let share = (state >> 11) as f64 / (1u64 << 53) as f64;
    (10.0 * 30f64.powf(share)) as usize
}

fn cluster(kind: &str, nodes: usize, pods: usize) -> Scheduler {
    let mixed = ["plain", "owned", "spread", "apart", "owned", "spread", "apart", "preferred"];
    let mut objects = Objects::default();
    let mut all = Vec::with_capacity(pods);
    for number in 0.. {
        if all.len() == pods {
            break;
        }
        let kind = if kind == "mixed" { mixed[number % mixed.len()] } else { kind };
        let app = format!("app-{number}");
        let namespace = sym(&format!("team-{}", number % 20));
        let mut labels = labels(&[("app", &app), ("pod-template-hash", &format!("{number:x}"))]);
        for n in 0..8 {
            labels.set(sym(&format!("label-{n}")), sym(&format!("value-{n}")));
        }
        let selector = Selector::of_labels(&[(sym("app"), sym(&app))].into_iter().collect());
        let mut owners = Vec::new();
        if kind != "plain" {
            let name = sym(&format!("{app}-{number:x}"));
            owners.push(Owner::controller("ReplicaSet", name));
            objects.add_controller(sym("ReplicaSet"), namespace, name, selector.clone());
        }
        let spec = Arc::new(spec(kind, number, &selector));
        for replica in 0..replicas(number).min(pods - all.len()) {
            let name = sym(&format!("{app}-{number:x}-{replica}"));
            let meta =
                Meta { namespace, name, labels: labels.clone(), owners: owners.clone(), ..Meta::default() };
            all.push(Arc::new(Pod::new(meta, spec.clone())));
        }
    }
    let mut scheduler = Scheduler::new(objects, Detail::Outcome);
    (0..nodes).for_each(|number| scheduler.add_node(node(number)));
    for pod in all {
        scheduler.add_pod(pod);
    }
    scheduler
}
