//! `cluster/index.jsonl`: what a real control plane made of a tree of manifests, asked of `run::plan`.
//!
//! Asked is the state after `manifests/`; what is done later is not played. Those that need what kcheck does not play (quota, volumes, ...) count like the others.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kcheck::cluster::State;
use kcheck::cluster::model::{Pod, Waiting};
use kcheck::finding::{FileId, Profile, Settings};
use kcheck::nodes::{Kubelet, Started};
use kcheck::object::Sym;
use kcheck::plan::{Plan, PlannedPod, PodState};
use kcheck::run::{Base, Options, plan_with};
use kcheck::source::Source;
use kcheck::yaml::{self, Document};
use serde_json::{Value as Json, json};

use crate::tally::{self, Recording, Tally, Truth};

pub(crate) const RECORDINGS: &[Recording] = &[Recording { file: "cluster/index.jsonl", run }];

/// The annotation that changes what a simulated kubelet does: kcheck knows nothing of it.
const BEHAVE: &str = "kcheck.test/behave";

/// The kubelet of the recordings: everything starts, and what a Job made ends well, unless the Pod's annotation says
/// otherwise. It does not know of ConfigMaps.
#[derive(Clone, Copy)]
struct Simulated {
    one_at_a_time: bool,
}

impl Simulated {
    fn behaviour(pod: &Pod) -> Vec<&'static str> {
        let behaviour = pod.meta.annotations.get(Sym::from(BEHAVE));
        // `fail-index:1,2,exit:0`
        behaviour.map(|text| text.as_str().split(',').collect()).unwrap_or_default()
    }

    /// The exit code that a behaviour asks for.
    fn code(pod: &Pod, behaviour: &[&str]) -> Option<i64> {
        let index = pod.meta.labels.get(Sym::from("batch.kubernetes.io/job-completion-index"));
        let (mut in_list, mut fails, mut code) = (false, false, None);
        for part in behaviour {
            if let Some(number) = part.strip_prefix("exit:") {
                (in_list, code) = (false, number.parse().ok());
            } else if let Some(first) = part.strip_prefix("fail-index:") {
                in_list = true;
                code = code.or(Some(0));
                fails |= index.is_some_and(|i| i.as_str() == first);
            } else if in_list {
                fails |= index.is_some_and(|i| i.as_str() == *part);
            }
        }
        if fails { Some(1) } else { code }
    }
}

impl Kubelet for Simulated {
    fn run(&self, _: &State, pod: &Pod) -> Started {
        let behaviour = Self::behaviour(pod);
        let is = |name: &str| behaviour.contains(&name);
        if is("image-pull-error") {
            let wants = ("Image", Sym::default());
            return Started::Waiting(Waiting { reason: "ImagePullBackOff", message: String::new(), wants });
        }
        if let Some(code) = Self::code(pod, &behaviour) {
            return Started::Exited { code };
        }
        let of_a_job = pod.meta.controller().is_some_and(|owner| &*owner.kind == "Job");
        if of_a_job && !is("forever") && !is("never-ready") {
            return Started::Exited { code: 0 };
        }
        let gated = !pod.spec.readiness_gates.is_empty() && !is("gates-true");
        Started::Running { ready: !is("never-ready") && !gated }
    }

    fn lets_go(&self, pod: &Pod) -> bool {
        !Self::behaviour(pod).contains(&"slow-stop")
    }

    fn one_at_a_time(&self) -> bool {
        self.one_at_a_time
    }
}

fn run(truth: &Truth, cases: &[Json], tally: &mut Tally) {
    let scratch = std::env::temp_dir().join(format!("kcheck-cluster-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).expect("a folder for clusters");
    for case in cases {
        let id = text(&case["id"]);
        let folder = truth.root.join("conformance/cluster").join(id);
        // Steps that follow are not asked.
        let phase = match case["phases"].as_array().map(Vec::as_slice) {
            Some([first, ..]) if first == "manifests" => 0,
            Some([first, second, ..]) if first == "before" && second == "manifests" => 1,
            _ => continue,
        };
        let play = std::fs::read_to_string(folder.join("play.yaml")).unwrap_or_default();
        let kubelet = Simulated { one_at_a_time: play.contains("kubelet: one-at-a-time") };
        let observed = std::fs::read_to_string(folder.join("observed.json")).expect("a record");
        let observed = tally::json(&observed).expect("a record is JSON");
        let cluster = scratch.join(format!("{id}.json"));
        std::fs::write(&cluster, labelled(&folder.join("cluster.yaml"))).expect("a cluster is written");
        let mut options = options(folder.join("manifests"), cluster);
        if phase == 1 {
            options.base.push(Base::Path(folder.join("before")));
        }
        let report = plan_with(&options, &kubelet).expect("a plan");
        let plan = report.plan.expect("a plan");
        compare(id, &plan, &observed["phases"][phase], case["same"] == "exact", tally);
    }
    drop(std::fs::remove_dir_all(&scratch));
}

/// The cluster's objects, Nodes with the labels that a kubelet gives itself.
fn labelled(path: &Path) -> String {
    let source = Arc::new(Source::new("cluster.yaml", std::fs::read(path).expect("a cluster")));
    let (documents, _) = yaml::parse(&source, FileId(0));
    let mut items = Vec::new();
    for root in documents.iter().filter_map(Document::root) {
        let mut object = tally::json(&yaml::to_json(root)).expect("an object");
        if object["kind"] == "Node" {
            let name = object["metadata"]["name"].clone();
            let own = [
                ("kubernetes.io/hostname", name),
                ("kubernetes.io/os", "linux".into()),
                ("kubernetes.io/arch", "amd64".into()),
            ];
            for (label, value) in own {
                let labels = &mut object["metadata"]["labels"];
                if labels.get(label).is_none() {
                    labels[label] = value;
                }
            }
        }
        items.push(object);
    }
    json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}

fn options(manifests: PathBuf, cluster: PathBuf) -> Options {
    Options {
        paths: vec![manifests],
        settings: Settings::of(&[Profile::Server, Profile::Plan]),
        cluster: vec![cluster],
        apply_order: kcheck::run::ApplyOrder::Kubectl,
        ..Options::default()
    }
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

/// Reasons of events that are compared.
const PLAYED: &[&str] = &[
    "BackoffLimitExceeded",
    "Completed",
    "FailedCreate",
    "FailedIndexes",
    "FailedScheduling",
    "MaxFailedIndexesExceeded",
    "PodFailurePolicy",
    "Preempted",
    "ScalingReplicaSet",
    "SuccessfulDelete",
    "Suspended",
];

/// A text without what is random in it: `web-<h1>-<p3>` is `web-<h1>-<p>`.
fn blank(text: &str) -> String {
    let mut parts = text.split("<p");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += "<p";
        out += part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '?');
    }
    out
}

/// How often each row is there.
fn counted(rows: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row).or_default() += 1;
    }
    counts
}

fn ask(
    tally: &mut Tally,
    aspect: &'static str,
    id: &str,
    ours: impl IntoIterator<Item = String>,
    theirs: impl IntoIterator<Item = String>,
) {
    let (ours, theirs) = (counted(ours), counted(theirs));
    if ours.is_empty() && theirs.is_empty() {
        return;
    }
    tally.ask(aspect, id, ours == theirs, || {
        let only = |these: &BTreeMap<String, usize>, those: &BTreeMap<String, usize>| {
            let differs = these.iter().filter(|(row, count)| those.get(*row) != Some(*count));
            differs.map(|(row, count)| format!("{count} x {row}")).collect::<Vec<_>>().join("; ")
        };
        format!("ours {}\n  theirs {}", only(&ours, &theirs), only(&theirs, &ours))
    });
}

fn compare(id: &str, plan: &Plan, phase: &Json, exact: bool, tally: &mut Tally) {
    let state: &[Json] = phase["state"].as_array().map_or(&[], Vec::as_slice);
    let of = |kind: &'static str| state.iter().filter(move |row| row["kind"] == kind);
    let ours: Vec<&PlannedPod> = plan.pods.iter().filter(|pod| pod.state != PodState::Gone).collect();

    let pods = ours.iter().map(|pod| our_pod(pod));
    let sets = plan.workloads.iter().filter(|w| matches!(w.kind, "ReplicaSet" | "Job"));
    let sets = sets.map(|w| format!("{} {}/{}", w.kind, w.namespace, w.name));
    let theirs = of("Pod").map(their_pod);
    let their_sets = of("ReplicaSet")
        .chain(of("Job"))
        .map(|row| format!("{} {}/{}", text(&row["kind"]), text(&row["ns"]), text(&row["name"])));
    ask(tally, "pods", id, pods.chain(sets), theirs.chain(their_sets));

    let phases = ours.iter().map(|pod| format!("{} {}", our_pod(pod), our_phase(pod)));
    let their_phases = of("Pod").map(|row| format!("{} {}", their_pod(row), text(&row["phase"])));
    ask(tally, "phases", id, phases, their_phases);

    let pending = ours.iter().filter(|pod| matches!(pod.state, PodState::Pending | PodState::Unknown));
    let messages =
        pending.map(|pod| format!("{} {}", our_pod(pod), pod.message.as_deref().unwrap_or_default()));
    let their_messages = of("Pod")
        .filter(|row| row["node"].is_null())
        .map(|row| format!("{} {}", their_pod(row), text(&row["podScheduled"]["message"])));
    ask(tally, "messages", id, messages, their_messages);

    if exact {
        let nodes = ours.iter().map(|pod| format!("{} on {}", our_pod(pod), node(pod.node)));
        let their_nodes = of("Pod").map(|row| format!("{} on {}", their_pod(row), text(&row["node"])));
        ask(tally, "placement", id, nodes, their_nodes);
    }

    let mut endpoints = Vec::new();
    for service in &plan.services {
        for slice in &service.slices {
            let ports =
                slice.ports.iter().map(|port| format!("{}:{}/{}", port.name, port.port, port.protocol));
            let ports = sorted(ports);
            endpoints.extend(slice.endpoints.iter().map(|endpoint| {
                endpoint_row(
                    (&service.namespace, &service.name, &ports),
                    &endpoint.pod,
                    if exact { node(endpoint.node) } else { "" },
                    [endpoint.ready, endpoint.serving, endpoint.terminating],
                )
            }));
        }
    }
    let mut their_endpoints = Vec::new();
    for slice in of("EndpointSlice").filter(|row| row["managedBy"] == "endpointslice-controller.k8s.io") {
        let list = |name: &str| slice[name].as_array().cloned().unwrap_or_default();
        let ports = list("ports");
        let ports = sorted(
            ports.iter().map(|p| format!("{}:{}/{}", text(&p["name"]), p["port"], text(&p["protocol"]))),
        );
        their_endpoints.extend(list("endpoints").iter().map(|endpoint| {
            let is = |name: &str| endpoint[name] == true;
            endpoint_row(
                (text(&slice["ns"]), text(&slice["service"]), &ports),
                text(&endpoint["target"]).trim_start_matches("Pod/"),
                if exact { text(&endpoint["node"]) } else { "" },
                [is("ready"), is("serving"), is("terminating")],
            )
        }));
    }
    ask(tally, "endpoints", id, endpoints, their_endpoints);

    // Events of what kcheck plays; which Pods went is told by their numbers, and these are not the same.
    let mut events: Vec<String> = plan
        .events
        .iter()
        .filter(|event| PLAYED.contains(&event.reason))
        .map(|event| {
            let about = format!("{} {}/{}", event.kind, event.namespace, blank(&event.name));
            format!("{} {about}: {}", event.reason, blank(&event.message))
        })
        .collect();
    let list = phase["events"].as_array().map_or(&[][..], Vec::as_slice);
    let mut their_events: Vec<String> = list
        .iter()
        .filter(|event| PLAYED.contains(&text(&event["reason"])))
        .map(|event| {
            let (reason, about) = (text(&event["reason"]), blank(text(&event["about"])));
            format!("{reason} {about}: {}", blank(text(&event["message"])))
        })
        .collect();
    for events in [&mut events, &mut their_events] {
        events.sort();
        events.dedup();
    }
    ask(tally, "events", id, events, their_events);
}

/// Namespace, name, and the nearest owner.
fn our_pod(pod: &PlannedPod) -> String {
    let owner = pod.owners.first().map(|(kind, name)| format!("{kind}/{name}"));
    format!("Pod {}/{} of {}", pod.namespace, blank(&pod.name), owner.unwrap_or_default())
}

fn their_pod(row: &Json) -> String {
    let owners = row["owners"].as_array().map_or(&[][..], Vec::as_slice);
    let owner = owners.iter().map(text).find(|owner| !owner.ends_with("(not controller)"));
    format!("Pod {}/{} of {}", text(&row["ns"]), blank(text(&row["name"])), owner.unwrap_or_default())
}

fn our_phase(pod: &PlannedPod) -> &'static str {
    match pod.state {
        PodState::Pending | PodState::Unknown | PodState::Waiting => "Pending",
        PodState::Succeeded => "Succeeded",
        PodState::Failed => "Failed",
        PodState::Running | PodState::Terminating | PodState::Gone => "Running",
    }
}

fn node(node: Option<Sym>) -> &'static str {
    node.map_or("", Sym::as_str)
}

fn sorted(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<_> = items.collect();
    items.sort();
    items.join(" ")
}

fn endpoint_row(
    (namespace, service, ports): (&str, &str, &str),
    pod: &str,
    node: &str,
    is: [bool; 3],
) -> String {
    let [ready, serving, terminating] = is;
    format!(
        "{namespace}/{service} {ports}: {} {node} ready={ready} serving={serving} terminating={terminating}",
        blank(pod)
    )
}
