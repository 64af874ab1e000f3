//! kube-scheduler by the book: every rule asked of every node for every Pod, on the manifests themselves. It shares no code
//! with the scheduler that it is held against, keeps nothing from one question to the next, and is slow.
//!
//! It knows one profile, claims on volumes, and claims on devices of one node. The order of attempts it is told.

mod devices;
mod filters;
mod objects;
mod preemption;
mod profile;
mod scores;
mod volumes;

pub(crate) mod agree;
mod random;

use std::collections::{BTreeMap, BTreeSet};

use kcheck::scheduler::Attempt;
use serde_json::Value as Json;

use filters::{Filters, Imagined, Port, host_ports, named_nodes};
use objects::{at, name, namespace, text};
use profile::Profile;

/// A Pod that is on a node, or waits.
struct Pod {
    manifest: Json,
    node: Option<usize>,
    nominated: Option<usize>,
    /// Seconds; later is larger.
    start: Option<i64>,
    /// Its number among those that came to nodes.
    arrival: u64,
    is_gone: bool,
}

/// Nodes, Pods and other objects.
#[derive(Default)]
pub(crate) struct Cluster {
    nodes: Vec<Json>,
    /// Ports that are taken, by node.
    ports: Vec<BTreeSet<Port>>,
    pods: Vec<Pod>,
    objects: Vec<Json>,
    profile: Profile,
    arrivals: u64,
    latest_start: i64,
}

/// Why a node is refused.
struct Refusal {
    plugin: &'static str,
    /// Removing Pods may help.
    resolvable: bool,
    reasons: Vec<String>,
}

/// A refusal as it is compared: plugin, whether removing Pods may help, reasons.
type Told = (String, bool, Vec<String>);

/// What an attempt comes to.
#[derive(PartialEq, Eq, Default, Debug)]
pub(crate) struct Decision {
    node: Option<String>,
    ties: Vec<String>,
    message: String,
    nominate: Option<String>,
    victims: Vec<String>,
    /// Victims and how many of them budgets protect, by node.
    candidates: BTreeMap<String, (Vec<String>, usize)>,
    preemption_ties: Vec<String>,
    /// What is compared in full attempts only.
    all: Option<All>,
}

/// What is told of every node.
#[derive(PartialEq, Eq, Default, Debug)]
struct All {
    feasible: Vec<String>,
    rejected: BTreeMap<String, Told>,
    plugins: Vec<String>,
    scores: BTreeMap<String, (Vec<i64>, i64)>,
    /// What refused the Pod before any node was asked: plugin and reason.
    refused: Option<(String, String)>,
}

/// `COUNT REASON, …`, sorted as strings.
fn histogram(reasons: &[String]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    let mut lines: Vec<String> = counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    lines.sort();
    lines.join(", ")
}

impl Cluster {
    pub(crate) fn add_node(&mut self, node: &Json) {
        self.nodes.push(node.clone());
        self.ports.push(BTreeSet::new());
    }

    /// The body of a `KubeSchedulerConfiguration`, of which the first profile counts.
    pub(crate) fn configure(&mut self, configuration: &Json) {
        self.profile = Profile(configuration["profiles"][0].clone());
    }

    pub(crate) fn add_object(&mut self, object: &Json) {
        self.objects.push(object.clone());
    }

    /// A Pod that waits, or is on the node that it names. `start` is when it started.
    pub(crate) fn add_pod(&mut self, pod: &Json, start: Option<i64>) {
        let of_name = |wanted: &str| self.nodes.iter().position(|node| name(node) == wanted);
        let node = of_name(text(at(pod, &["spec", "nodeName"])));
        let nominated = of_name(text(at(pod, &["status", "nominatedNodeName"])));
        self.latest_start = self.latest_start.max(start.unwrap_or(0));
        self.pods.push(Pod {
            manifest: pod.clone(),
            node: None,
            nominated,
            start,
            arrival: 0,
            is_gone: false,
        });
        if let Some(node) = node {
            self.place(self.pods.len() - 1, node);
        }
    }

    fn place(&mut self, pod: usize, node: usize) {
        self.arrivals += 1;
        let placed = &mut self.pods[pod];
        (placed.node, placed.nominated, placed.arrival) = (Some(node), None, self.arrivals);
        self.ports[node].extend(host_ports(&placed.manifest));
    }

    /// A Pod is gone.
    pub(crate) fn remove_pod(&mut self, path: &str) {
        let Some(pod) = self.of_path(path) else { return };
        let gone = &mut self.pods[pod];
        gone.is_gone = true;
        gone.nominated = None;
        if let Some(node) = gone.node.take() {
            for port in host_ports(&gone.manifest) {
                self.ports[node].remove(&port);
            }
        }
    }

    fn path(&self, pod: usize) -> String {
        let pod = &self.pods[pod].manifest;
        format!("{}/{}", namespace(pod), name(pod))
    }

    /// A Pod is being deleted.
    fn is_going(&self, path: &str) -> bool {
        let deleted = |pod: usize| at(&self.pods[pod].manifest, &["metadata", "deletionTimestamp"]);
        self.of_path(path).is_some_and(|pod| !deleted(pod).is_null())
    }

    fn of_path(&self, path: &str) -> Option<usize> {
        (0..self.pods.len()).find(|pod| !self.pods[*pod].is_gone && self.path(*pod) == path)
    }

    /// Decides about a Pod, and carries it out.
    pub(crate) fn attempt(&mut self, path: &str) -> Decision {
        let pod = self.of_path(path).expect("the Pod is there");
        let (decision, free) = self.decide(pod);
        let of_name = |wanted: &str| self.nodes.iter().position(|node| name(node) == wanted);
        let node = decision.node.as_deref().and_then(of_name);
        let nominate = decision.nominate.as_deref().and_then(of_name);
        if let Some(claim) = free {
            self.give_back(claim);
        }
        let has_post_filter =
            ["DynamicResources", "DefaultPreemption"].iter().any(|p| self.profile.has("postFilter", p));
        if let Some(node) = node {
            let manifest = self.pods[pod].manifest.clone();
            // Only what the filter has found is bound.
            if self.profile.has("reserve", "VolumeBinding")
                && self.profile.has("filter", "VolumeBinding")
                && let Ok(bindings) = self.bindings(&manifest, node)
            {
                self.bind_volumes(bindings, node);
            }
            if self.profile.has("reserve", "DynamicResources")
                && let Ok(devices) = self.allocate(&manifest, node)
            {
                self.take(&manifest, node, devices);
            }
            self.latest_start += 1;
            self.pods[pod].start = Some(self.latest_start);
            self.place(pod, node);
        } else if let Some(node) = nominate {
            // Who makes no room takes nobody's.
            if decision.victims.iter().any(|victim| !self.is_going(victim)) {
                let priority = preemption::priority(&self.pods[pod].manifest);
                for other in &mut self.pods {
                    if other.nominated == Some(node) && preemption::priority(&other.manifest) < priority {
                        other.nominated = None;
                    }
                }
            }
            self.pods[pod].nominated = Some(node);
        } else if decision.message.contains("preemption: 0/") || !has_post_filter {
            self.pods[pod].nominated = None;
        }
        for victim in &decision.victims {
            if !self.is_going(victim) {
                self.remove_pod(victim);
            }
        }
        decision
    }

    /// What refuses a Pod before any node is asked: the plugin and its sentence.
    fn refuse(&self, pod: &Json, named: Option<&BTreeSet<String>>) -> Option<(String, String)> {
        self.profile.order("preFilter").into_iter().find_map(|plugin| {
            let why = match plugin {
                "NodeAffinity" if named.is_some_and(BTreeSet::is_empty) => {
                    Some("pod affinity terms conflict".to_owned())
                }
                "VolumeRestrictions" | "VolumeBinding" | "VolumeZone" => self.volumes_refuse(plugin, pod),
                "DynamicResources" => self.devices_refuse(pod),
                _ => None,
            };
            Some((plugin.to_owned(), why?))
        })
    }

    /// What is tried for a Pod that fits nowhere says, and the claim that is given back.
    fn after_filters(
        &self,
        pod: usize,
        refusals: &BTreeMap<usize, Refusal>,
        refused_by: Option<&str>,
        decision: &mut Decision,
    ) -> (String, Option<usize>) {
        let mut said: Vec<String> = Vec::new();
        let mut free = None;
        let before = self.profile.order("preFilter");
        let place = |wanted: &str| before.iter().position(|plugin| *plugin == wanted);
        for plugin in self.profile.order("postFilter") {
            match (plugin, refused_by) {
                ("DynamicResources", None) => {
                    let unavailable = refusals.iter().filter(|(_, r)| r.reasons[0] == devices::UNAVAILABLE);
                    let unavailable: Vec<usize> = unavailable.map(|(node, _)| *node).collect();
                    let (told, claim) = self.claims_after_filters(&self.pods[pod].manifest, &unavailable);
                    said.push(told.to_owned());
                    free = claim;
                }
                // It comes after the others, and does not know what to do.
                ("DynamicResources", Some(other)) if place(other) < place(plugin) => {
                    return (" not found".to_owned(), None);
                }
                ("DynamicResources", Some(other)) => {
                    let has_claims = !self.device_claims(&self.pods[pod].manifest).is_empty();
                    let kept = other != plugin && has_claims;
                    said.push(
                        if kept { "still not schedulable" } else { "no new claims to deallocate" }.into(),
                    );
                }
                ("DefaultPreemption", _) => {
                    match self.preempt(pod, refusals, refused_by.is_some(), decision) {
                        Some(told) => said.push(told),
                        None => return (String::new(), free),
                    }
                }
                _ => {}
            }
        }
        let said = said.join(", ");
        (if said.is_empty() { said } else { format!(" {said}") }, free)
    }

    /// A decision, and the claim that is given back.
    fn decide(&self, pod: usize) -> (Decision, Option<usize>) {
        let mut decision = Decision { all: Some(All::default()), ..Decision::default() };
        if self.nodes.is_empty() {
            decision.message = "no nodes available to schedule pods".into();
            return (decision, None);
        }
        let manifest = &self.pods[pod].manifest;
        let start = format!("0/{} nodes are available:", self.nodes.len());
        let named = named_nodes(manifest).filter(|_| self.profile.has("preFilter", "NodeAffinity"));
        if let Some((plugin, why)) = self.refuse(manifest, named.as_ref()) {
            let (said, free) = self.after_filters(pod, &BTreeMap::new(), Some(&plugin), &mut decision);
            decision.message = format!("{start} {why}.{said}");
            decision.all.get_or_insert_default().refused = Some((plugin, why));
            return (decision, free);
        }
        let filters = Filters::new(self, manifest);
        let filter = |node| self.filter_nominated(&filters, pod, node, &Imagined::default());
        let mut feasible: Vec<usize> = Vec::new();
        let mut refusals: BTreeMap<usize, Refusal> = BTreeMap::new();
        match self.pods[pod].nominated.map(|node| (node, filter(node))) {
            Some((node, Ok(()))) => feasible.push(node),
            promised => {
                if let Some((node, Err(refusal))) = promised {
                    refusals.insert(node, refusal);
                }
                let in_question =
                    |node: &usize| named.as_ref().is_none_or(|n| n.contains(name(&self.nodes[*node])));
                for node in (0..self.nodes.len()).filter(in_question) {
                    match filter(node) {
                        Ok(()) => feasible.push(node),
                        Err(refusal) => _ = refusals.insert(node, refusal),
                    }
                }
            }
        }
        let mut free = None;
        let of_name = |node: &usize| scores::named(self, *node);
        let all = decision.all.get_or_insert_default();
        all.feasible = feasible.iter().map(of_name).collect();
        all.feasible.sort();
        let told = |(node, refusal): (&usize, &Refusal)| {
            (of_name(node), (refusal.plugin.to_owned(), refusal.resolvable, refusal.reasons.clone()))
        };
        all.rejected = refusals.iter().map(told).collect();
        match feasible[..] {
            [] => {
                let mut reasons: Vec<String> = refusals.values().flat_map(|r| r.reasons.clone()).collect();
                let unasked = self.nodes.len() - refusals.len();
                let reason = "node(s) didn't satisfy plugin(s) [NodeAffinity]".to_owned();
                reasons.extend(std::iter::repeat_n(reason, unasked));
                let (said, given_back) = self.after_filters(pod, &refusals, None, &mut decision);
                free = given_back;
                decision.message = format!("{start} {}.{said}", histogram(&reasons));
            }
            [only] => decision.node = Some(of_name(&only)),
            _ => {
                let table = scores::scores(self, manifest, &feasible);
                let totals = scores::totals(&table, &feasible);
                let most = totals.iter().max();
                let best = feasible.iter().zip(&totals).filter(|(_, total)| Some(*total) == most);
                decision.ties = best.map(|(node, _)| of_name(node)).collect();
                decision.ties.sort();
                decision.node = decision.ties.first().cloned();
                all.plugins = table.iter().map(|(plugin, _)| plugin.clone()).collect();
                for (at, node) in feasible.iter().enumerate() {
                    let row = table.iter().map(|(_, scores)| scores[at]).collect();
                    all.scores.insert(of_name(node), (row, totals[at]));
                }
            }
        }
        (decision, free)
    }
}

impl Decision {
    /// What kcheck decided.
    pub(crate) fn of(attempt: &Attempt, in_full: bool) -> Self {
        let path =
            |(namespace, name): &(kcheck::object::Sym, kcheck::object::Sym)| format!("{namespace}/{name}");
        let names = |nodes: &[kcheck::object::Sym]| nodes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let candidates = attempt.candidates.iter().map(|candidate| {
            let victims = candidate.victims.iter().map(path).collect();
            (candidate.node.to_string(), (victims, candidate.budget_violations))
        });
        let all = || {
            let mut all = All { feasible: names(&attempt.feasible), ..All::default() };
            all.feasible.sort();
            all.refused = attempt.pre_filter.as_ref().map(|(plugin, _, reasons)| {
                let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                ((*plugin).to_owned(), reasons.join(", "))
            });
            for group in &attempt.rejected {
                let resolvable = group.code == kcheck::scheduler::Code::Unschedulable;
                let mut reasons: Vec<String> = group.reasons.iter().map(ToString::to_string).collect();
                if group.plugin == "NodeResourcesFit" {
                    reasons.sort();
                }
                for node in &group.nodes {
                    all.rejected
                        .insert(node.to_string(), (group.plugin.to_owned(), resolvable, reasons.clone()));
                }
            }
            if let Some(scores) = &attempt.scores {
                all.plugins = scores.plugins.iter().map(ToString::to_string).collect();
                let row = |(node, row, total): &(kcheck::object::Sym, Vec<i64>, i64)| {
                    (node.to_string(), (row.clone(), *total))
                };
                all.scores = scores.nodes.iter().map(row).collect();
            }
            all
        };
        Self {
            node: attempt.node.map(|node| node.to_string()),
            ties: names(&attempt.ties),
            message: attempt.message.clone(),
            nominate: attempt.nominate.map(|node| node.to_string()),
            victims: attempt.victims.iter().map(path).collect(),
            candidates: candidates.collect(),
            preemption_ties: names(&attempt.preemption_ties),
            all: in_full.then(all),
        }
    }

    /// Without what full attempts tell.
    pub(crate) fn outcome(self) -> Self {
        Self { all: None, ..self }
    }
}
