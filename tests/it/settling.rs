//! What holds for every tree: settling ends, no node holds more than it has, the same input gives the same bytes, and the order
//! of files decides nothing about what is made.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kcheck::finding::{Profile, Settings};
use kcheck::object::sym;
use kcheck::plan::Plan;
use kcheck::report::plan::{value, write};
use kcheck::report::text::Look;
use kcheck::run::{Base, Options, plan};
use proptest::prelude::*;
use tempfile::TempDir;

#[derive(Clone, Debug)]
struct Workload {
    kind: usize,
    replicas: u8,
    milli_cpu: u16,
    mebibytes: u16,
    /// Bits: priority, spread, away from its own, one zone, host port, parallel or `Recreate`.
    traits: u8,
    /// What an update changes: image, replicas.
    changes: (bool, u8),
}

fn workload() -> impl Strategy<Value = Workload> {
    (0usize..6, 0u8..7, 0u16..2500, 0u16..3000, any::<u8>(), (any::<bool>(), 0u8..7)).prop_map(
        |(kind, replicas, milli_cpu, mebibytes, traits, changes)| Workload {
            kind,
            replicas,
            milli_cpu,
            mebibytes,
            traits,
            changes,
        },
    )
}

impl Workload {
    fn is(&self, bit: u8) -> bool {
        self.traits & (1 << bit) != 0
    }

    fn pod(&self, name: &str, image: u8) -> String {
        let mut pod = format!(
            "containers: [{{name: a, image: 'a:{image}', resources: {{requests: {{cpu: {}m, memory: {}Mi}}}}",
            self.milli_cpu, self.mebibytes
        );
        pod += if self.is(4) { ", ports: [{containerPort: 80, hostPort: 8080}]}]" } else { "}]" };
        if self.is(0) {
            pod += ", priorityClassName: gold";
        }
        if self.is(1) {
            let _ = write!(
                pod,
                ", topologySpreadConstraints: [{{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, \
                 whenUnsatisfiable: DoNotSchedule, labelSelector: {{matchLabels: {{app: {name}}}}}}}]"
            );
        }
        if self.is(2) {
            let _ = write!(
                pod,
                ", affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: \
                 [{{topologyKey: kubernetes.io/hostname, labelSelector: {{matchLabels: {{app: {name}}}}}}}]}}}}"
            );
        }
        if self.is(3) {
            pod += ", nodeSelector: {topology.kubernetes.io/zone: a}";
        }
        pod
    }

    /// The manifest; `updated` with its changes.
    fn manifest(&self, name: &str, updated: bool) -> String {
        let (image, replicas) = match (updated, self.changes) {
            (true, (newer, replicas)) => (1 + u8::from(newer), replicas),
            (false, _) => (1, self.replicas),
        };
        let pod = self.pod(name, image);
        let template = format!("template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{{pod}}}}}");
        let selector = format!("selector: {{matchLabels: {{app: {name}}}}}");
        let object = |version: &str, kind: &str, spec: &str| {
            format!(
                "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, labels: {{app: {name}}}}}\nspec: {{{spec}}}\n"
            )
        };
        match self.kind {
            0 => {
                let strategy = if self.is(5) { ", strategy: {type: Recreate}" } else { "" };
                object(
                    "apps/v1",
                    "Deployment",
                    &format!("replicas: {replicas}, {selector}, {template}{strategy}"),
                )
            }
            1 => object("apps/v1", "ReplicaSet", &format!("replicas: {replicas}, {selector}, {template}")),
            2 => {
                let policy = if self.is(5) { ", podManagementPolicy: Parallel" } else { "" };
                object(
                    "apps/v1",
                    "StatefulSet",
                    &format!("replicas: {replicas}, {selector}, {template}{policy}"),
                )
            }
            3 => object("apps/v1", "DaemonSet", &format!("{selector}, {template}")),
            4 => {
                let spec = format!(
                    "parallelism: {}, completions: {replicas}, template: {{spec: {{restartPolicy: Never, {}}}}}",
                    replicas.max(1),
                    self.pod(name, 1)
                );
                object("batch/v1", "Job", &spec)
            }
            _ => object("v1", "Pod", &self.pod(name, 1)),
        }
    }
}

const CLASS: &str =
    "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: gold}\nvalue: 1000\n";

fn write_files(files: impl IntoIterator<Item = String>) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (i, file) in files.into_iter().enumerate() {
        std::fs::write(folder.path().join(format!("{i:02}.yaml")), file).expect("a file");
    }
    folder
}

struct Played {
    plan: Plan,
    text: Vec<u8>,
    json: String,
}

fn play(base: Option<&TempDir>, tree: &TempDir, nodes: &str) -> Played {
    let report = plan(&Options {
        paths: vec![tree.path().to_path_buf()],
        base: base.map(|base| Base::from(base.path())).into_iter().collect(),
        nodes: vec![nodes.to_owned()],
        settings: Settings::of(&[Profile::Server, Profile::Plan]),
        ..Options::default()
    })
    .expect("a plan");
    let plan = report.plan.clone().expect("a plan");
    let mut text = Vec::new();
    write(&report, &plan, &Look::default(), &mut text).expect("text");
    Played { json: value(&plan, &report.problems).to_string(), plan, text }
}

/// What is made of the objects: kind, name and what happens to it.
fn made(plan: &Plan) -> BTreeSet<(String, String, &'static str)> {
    plan.changes.iter().map(|c| (c.gvk.kind.to_string(), c.name.to_string(), c.action.name())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_tree(
        workloads in proptest::collection::vec(workload(), 1..7),
        (count, cpus, gibibytes) in (1u8..5, 1u8..5, 1u8..9),
        updates in any::<bool>(),
    ) {
        let nodes = format!("{count}x{cpus}cpu,{gibibytes}Gi");
        let manifests = |updated: bool| {
            let all = workloads.iter().enumerate();
            std::iter::once(CLASS.to_owned())
                .chain(all.map(move |(i, w)| w.manifest(&format!("w{i}"), updated)))
                .collect::<Vec<_>>()
        };
        let base = updates.then(|| write_files(manifests(false)));
        let tree = write_files(manifests(updates));
        let first = play(base.as_ref(), &tree, &nodes);

        prop_assert!(first.plan.cut_short.is_empty(), "{:?}", first.plan.cut_short);
        for node in &first.plan.nodes {
            for (resource, asked) in &node.requested {
                let has = node.allocatable.get(resource).copied().unwrap_or_default();
                prop_assert!(*asked <= has, "{} of {resource} on {}, which has {has}", asked, node.name);
            }
            prop_assert!(node.pods <= node.allocatable.get(&sym("pods")).copied().unwrap_or_default());
        }

        let again = play(base.as_ref(), &tree, &nodes);
        prop_assert_eq!(&first.text, &again.text);
        prop_assert_eq!(&first.json, &again.json);

        // Where Pods land depends on who comes first; which objects are made does not.
        let turned = write_files(manifests(updates).into_iter().rev());
        prop_assert_eq!(made(&first.plan), made(&play(base.as_ref(), &turned, &nodes).plan));
    }
}
