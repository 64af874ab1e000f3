//! Which nodes can take a Pod, and why the others cannot.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::objects::{
    amount, amounts, at, entries, is_empty, labels, list, merged_selector, name, namespace, node_term,
    requests, required_node_terms, selects, text, tolerated, untolerated, wants_node,
};
use super::{Cluster, Refusal};

/// Pods that are imagined to come to a node (true) or to leave it, one after the other.
#[derive(Clone, Default)]
pub(super) struct Imagined(pub(super) Vec<(bool, usize)>);

impl Imagined {
    /// With one more change.
    pub(super) fn and(&self, comes: bool, pod: usize) -> Self {
        let mut this = self.clone();
        this.0.push((comes, pod));
        this
    }
}

/// A Pod to place, and what is decided about it before any node is looked at.
pub(super) struct Filters<'c> {
    cluster: &'c Cluster,
    pod: &'c Json,
    /// Nobody on any node has anything against the Pod, and it wants nobody near or far.
    no_pod_affinity: bool,
}

const NO_SCHEDULE: [&str; 2] = ["NoSchedule", "NoExecute"];

impl<'c> Filters<'c> {
    pub(super) fn new(cluster: &'c Cluster, pod: &'c Json) -> Self {
        let mut this = Self { cluster, pod, no_pod_affinity: false };
        let own = [required(pod, "podAffinity"), required(pod, "podAntiAffinity")];
        let nothing = Imagined::default();
        this.no_pod_affinity = own.iter().all(|terms| terms.is_empty())
            && (0..cluster.nodes.len()).all(|node| !this.is_unwelcome(node, node, &nothing));
        this
    }

    /// The first refusal of a node, with imagined changes on it.
    pub(super) fn filter(&self, node: usize, imagined: &Imagined) -> Result<(), Refusal> {
        self.cluster.profile.order("filter").into_iter().try_for_each(|plugin| match plugin {
            "NodeResourcesFit" => self.resources(node, imagined),
            "VolumeBinding" => self.cluster.bindings(self.pod, node).map(|_| ()).map_err(|reasons| Refusal {
                plugin: "VolumeBinding",
                resolvable: false,
                reasons,
            }),
            "PodTopologySpread" => self.spread(node, imagined),
            "InterPodAffinity" => self.pod_affinity(node, imagined),
            _ => self.refusal(plugin, node, imagined).map_or(Ok(()), |(plugin, resolvable, reason)| {
                Err(Refusal { plugin, resolvable, reasons: vec![reason.to_owned()] })
            }),
        })
    }

    /// Of a plugin that has one reason at a time: whether removing Pods may help, and the reason.
    fn refusal(
        &self,
        plugin: &str,
        node: usize,
        imagined: &Imagined,
    ) -> Option<(&'static str, bool, &'static str)> {
        let manifest = &self.cluster.nodes[node];
        match plugin {
            "NodeUnschedulable" => {
                let cordon =
                    serde_json::json!({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"});
                let is_off = at(manifest, &["spec", "unschedulable"]) == true;
                let refused = is_off && !tolerated(self.pod, &cordon);
                refused.then_some(("NodeUnschedulable", false, "node(s) were unschedulable"))
            }
            "TaintToleration" => (untolerated(self.pod, manifest, &NO_SCHEDULE) > 0).then_some((
                "TaintToleration",
                false,
                "node(s) had untolerated taint(s)",
            )),
            "NodeAffinity" => {
                let added = self.cluster.profile.args("NodeAffinity");
                let required = "requiredDuringSchedulingIgnoredDuringExecution";
                let added = at(added, &["addedAffinity", required, "nodeSelectorTerms"]);
                let is_wanted = added.is_null() || list(added).iter().any(|term| node_term(term, manifest));
                let reason = match (is_wanted, wants_node(self.pod, manifest)) {
                    (true, true) => return None,
                    (false, _) => "node(s) didn't match scheduler-enforced node affinity",
                    (true, false) => "node(s) didn't match Pod's node affinity/selector",
                };
                Some(("NodeAffinity", false, reason))
            }
            "NodePorts" => {
                // Ports are a set: of two Pods that share a port, either takes it away.
                let mut used = self.cluster.ports[node].clone();
                for (comes, pod) in &imagined.0 {
                    for port in host_ports(&self.cluster.pods[*pod].manifest) {
                        _ = if *comes { used.insert(port) } else { used.remove(&port) };
                    }
                }
                let is_taken = |want: &Port| used.iter().any(|used| conflict(want, used));
                let reason = "node(s) didn't have free ports for the requested pod ports";
                host_ports(self.pod).iter().any(is_taken).then_some(("NodePorts", true, reason))
            }
            "VolumeRestrictions" => {
                let reason = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode \
                              already in-use by another pod";
                let in_use = self.cluster.single_claim_in_use(self.pod, imagined);
                in_use.then_some(("VolumeRestrictions", true, reason))
            }
            "VolumeZone" => {
                let is_in_zone = self.cluster.is_in_zone(self.pod, node);
                (!is_in_zone).then_some(("VolumeZone", false, "node(s) had no available volume zone"))
            }
            "DynamicResources" => {
                let why = self.cluster.allocate(self.pod, node).err()?;
                Some(("DynamicResources", false, why))
            }
            _ => None,
        }
    }

    fn resources(&self, node: usize, imagined: &Imagined) -> Result<(), Refusal> {
        let pods = self.cluster.pods_of(node, imagined);
        let allocatable = amounts(at(&self.cluster.nodes[node], &["status", "allocatable"]));
        let asks = requests(self.pod);
        let mut reasons = Vec::new();
        let mut resolvable = true;
        if pods.len() as i128 + 1 > amount(&allocatable, "pods") {
            reasons.push("Too many pods".to_owned());
        }
        let used: Vec<_> = pods.iter().map(|pod| requests(&self.cluster.pods[*pod].manifest)).collect();
        let ignored = list(&self.cluster.profile.args("NodeResourcesFit")["ignoredResources"]);
        let counts = |key: &&String| *key != "pods" && !ignored.iter().any(|ignored| text(ignored) == **key);
        for key in asks.keys().filter(counts) {
            let used: i128 = used.iter().map(|used| amount(used, key)).sum();
            let (asks, all) = (amount(&asks, key), amount(&allocatable, key));
            if asks > 0 && asks > all - used {
                reasons.push(format!("Insufficient {key}"));
                resolvable &= asks <= all;
            }
        }
        if reasons.is_empty() {
            return Ok(());
        }
        reasons.sort();
        Err(Refusal { plugin: "NodeResourcesFit", resolvable, reasons })
    }

    fn spread(&self, node: usize, imagined: &Imagined) -> Result<(), Refusal> {
        const REASON: &str = "node(s) didn't match pod topology spread constraints";
        // Those that are built in forbid nothing.
        let own = at(self.pod, &["spec", "topologySpreadConstraints"]);
        let given = text(&self.cluster.profile.args("PodTopologySpread")["defaultingType"]) == "List";
        if list(own).is_empty() && !given {
            return Ok(());
        }
        let (mut hard, _) = self.cluster.profile.spread(self.cluster, self.pod);
        hard.retain(|(constraint, _)| text(&constraint["whenUnsatisfiable"]) == "DoNotSchedule");
        let has_all =
            |node: &Json| hard.iter().all(|(c, _)| labels(node).contains_key(text(&c["topologyKey"])));
        for (constraint, selector) in &hard {
            let key = text(&constraint["topologyKey"]);
            let refusal = |resolvable, reason: String| Refusal {
                plugin: "PodTopologySpread",
                resolvable,
                reasons: vec![reason],
            };
            let Some(value) = labels(&self.cluster.nodes[node]).get(key).map(ToString::to_string) else {
                return Err(refusal(false, format!("{REASON} (missing required label)")));
            };
            let mut counts: BTreeMap<String, i64> = BTreeMap::new();
            for (at, other) in self.cluster.nodes.iter().enumerate() {
                if has_all(other) && counts_on(constraint, self.pod, other) {
                    let domain = labels(other)[key].to_owned();
                    *counts.entry(domain).or_default() += self.cluster.spread_pods(at, self.pod, selector);
                }
            }
            // Imagined Pods count without a look at whether they are being deleted, also for the empty selector.
            let there = &self.cluster.nodes[node];
            if has_all(there) && counts_on(constraint, self.pod, there) {
                for (comes, pod) in &imagined.0 {
                    let other = &self.cluster.pods[*pod].manifest;
                    if namespace(other) == namespace(self.pod) && selects(selector, &labels(other)) {
                        *counts.entry(value.clone()).or_default() += if *comes { 1 } else { -1 };
                    }
                }
            }
            let min_domains = constraint["minDomains"].as_i64().unwrap_or(1);
            let least = if (counts.len() as i64) < min_domains {
                0
            } else {
                counts.values().copied().min().unwrap_or(0)
            };
            let own = i64::from(selects(selector, &labels(self.pod)));
            let count = counts.get(&value).copied().unwrap_or(0);
            if count + own - least > constraint["maxSkew"].as_i64().unwrap_or(0) {
                return Err(refusal(true, REASON.to_owned()));
            }
        }
        Ok(())
    }

    fn pod_affinity(&self, node: usize, imagined: &Imagined) -> Result<(), Refusal> {
        if self.no_pod_affinity {
            return Ok(());
        }
        let refuse = |resolvable, reason: &str| {
            let reasons = vec![format!("node(s) {reason}")];
            Err(Refusal { plugin: "InterPodAffinity", resolvable, reasons })
        };
        if !self.has_company(node, imagined) {
            return refuse(false, "didn't match pod affinity rules");
        }
        let is_avoided = required(self.pod, "podAntiAffinity").iter().any(|term| {
            let matches = |other: &Json| self.cluster.term_of_incoming(term, self.pod, other);
            self.in_domain(node, text(&term["topologyKey"]), node, imagined, &matches) > 0
        });
        if is_avoided {
            return refuse(true, "didn't match pod anti-affinity rules");
        }
        if self.is_unwelcome(node, node, imagined) {
            return refuse(true, "didn't satisfy existing pods anti-affinity rules");
        }
        Ok(())
    }

    /// Pods that match in the domain of `node`; changes are imagined on `changed`.
    fn in_domain(
        &self,
        node: usize,
        key: &str,
        changed: usize,
        imagined: &Imagined,
        matches: &dyn Fn(&Json) -> bool,
    ) -> usize {
        let Some(value) = labels(&self.cluster.nodes[node]).get(key).copied() else { return 0 };
        let in_domain = |other: &usize| labels(&self.cluster.nodes[*other]).get(key) == Some(&value);
        (0..self.cluster.nodes.len())
            .filter(in_domain)
            .flat_map(|other| {
                let nothing = Imagined::default();
                self.cluster.pods_of(other, if other == changed { imagined } else { &nothing })
            })
            .filter(|pod| matches(&self.cluster.pods[*pod].manifest))
            .count()
    }

    /// Required affinity.
    fn has_company(&self, node: usize, imagined: &Imagined) -> bool {
        let terms = required(self.pod, "podAffinity");
        let all =
            |other: &Json| terms.iter().all(|term| self.cluster.term_of_incoming(term, self.pod, other));
        let key = |term: &Json| text(&term["topologyKey"]).to_owned();
        if !terms.iter().all(|term| labels(&self.cluster.nodes[node]).contains_key(&*key(term))) {
            return false;
        }
        let near = |term: &Json| self.in_domain(node, &key(term), node, imagined, &all) > 0;
        if terms.iter().all(near) {
            return true;
        }
        let anywhere = (0..self.cluster.nodes.len()).any(|other| {
            terms.iter().any(|term| self.in_domain(other, &key(term), node, imagined, &all) > 0)
        });
        !anywhere && all(self.pod)
    }

    /// Required anti-affinity of others.
    fn is_unwelcome(&self, node: usize, changed: usize, imagined: &Imagined) -> bool {
        let here = labels(&self.cluster.nodes[node]);
        (0..self.cluster.nodes.len()).any(|other| {
            let there = labels(&self.cluster.nodes[other]);
            let nothing = Imagined::default();
            let pods = self.cluster.pods_of(other, if other == changed { imagined } else { &nothing });
            pods.iter().any(|pod| {
                let holder = &self.cluster.pods[*pod].manifest;
                required(holder, "podAntiAffinity").iter().any(|term| {
                    let key = text(&term["topologyKey"]);
                    here.contains_key(key)
                        && here.get(key) == there.get(key)
                        && self.cluster.term_of_existing(term, holder, self.pod)
                })
            })
        })
    }
}

/// Required terms of a Pod.
pub(super) fn required<'p>(pod: &'p Json, kind: &str) -> &'p [Json] {
    list(at(pod, &["spec", "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution"]))
}

/// True if Pods on the node count for the constraint.
pub(super) fn counts_on(constraint: &Json, pod: &Json, node: &Json) -> bool {
    (text(&constraint["nodeAffinityPolicy"]) == "Ignore" || wants_node(pod, node))
        && (text(&constraint["nodeTaintsPolicy"]) != "Honor" || untolerated(pod, node, &NO_SCHEDULE) == 0)
}

pub(super) type Port = (String, String, i64);

pub(super) fn host_ports(pod: &Json) -> Vec<Port> {
    let host_network = at(pod, &["spec", "hostNetwork"]) == true;
    let sidecars = list(at(pod, &["spec", "initContainers"]))
        .iter()
        .filter(|container| text(&container["restartPolicy"]) == "Always");
    let containers = list(at(pod, &["spec", "containers"])).iter().chain(sidecars);
    let port = |port: &Json| {
        let or = |field: &str, default: &str| match text(&port[field]) {
            "" => default.to_owned(),
            given => given.to_owned(),
        };
        let number = match port["hostPort"].as_i64().unwrap_or(0) {
            0 if host_network => port["containerPort"].as_i64().unwrap_or(0),
            given => given,
        };
        (number > 0).then(|| (or("hostIP", "0.0.0.0"), or("protocol", "TCP"), number))
    };
    containers.flat_map(|container| list(&container["ports"])).filter_map(port).collect()
}

fn conflict(a: &Port, b: &Port) -> bool {
    let any = "0.0.0.0";
    a.2 == b.2 && a.1 == b.1 && (a.0 == b.0 || a.0 == any || b.0 == any)
}

impl Cluster {
    /// Pods on a node, with imagined changes.
    pub(super) fn pods_of(&self, node: usize, imagined: &Imagined) -> Vec<usize> {
        let mut pods: Vec<usize> =
            (0..self.pods.len()).filter(|pod| self.pods[*pod].node == Some(node)).collect();
        for (comes, pod) in &imagined.0 {
            if *comes {
                pods.push(*pod);
            } else {
                pods.retain(|other| other != pod);
            }
        }
        pods.sort_by_key(|pod| self.pods[*pod].arrival);
        pods
    }

    /// Pods on a node that a constraint counts.
    pub(super) fn spread_pods(&self, node: usize, pod: &Json, selector: &Json) -> i64 {
        if is_empty(selector) {
            return 0;
        }
        let counts = |other: &usize| {
            let other = &self.pods[*other].manifest;
            namespace(other) == namespace(pod)
                && at(other, &["metadata", "deletionTimestamp"]).is_null()
                && selects(selector, &labels(other))
        };
        self.pods_of(node, &Imagined::default()).iter().filter(|other| counts(other)).count() as i64
    }

    /// Labels of a namespace.
    fn namespace_labels(&self, wanted: &str) -> BTreeMap<String, String> {
        let declared = self.objects.iter().find(|o| text(&o["kind"]) == "Namespace" && name(o) == wanted);
        let of = |object: &Json| -> BTreeMap<String, String> {
            labels(object).into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        let mut labels = declared.map(of).unwrap_or_default();
        labels.insert("kubernetes.io/metadata.name".into(), wanted.into());
        labels
    }

    fn term(&self, term: &Json, holder: &Json, other: &Json, also_without_labels: bool) -> bool {
        let (names, by_labels) = (list(&term["namespaces"]), &term["namespaceSelector"]);
        let there = namespace(other);
        let in_namespace = if names.is_empty() && by_labels.is_null() {
            there == namespace(holder)
        } else {
            let of_namespace = self.namespace_labels(there);
            let of_namespace =
                of_namespace.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            names.iter().any(|name| text(name) == there)
                || selects(by_labels, &of_namespace)
                || also_without_labels && selects(by_labels, &BTreeMap::new())
        };
        in_namespace && selects(&merged_selector(term, holder), &labels(other))
    }

    /// True if a Pod on a node matches a term of the Pod to place. The namespace selector is asked twice: to find names, and
    /// with no labels at all.
    pub(super) fn term_of_incoming(&self, term: &Json, pod: &Json, other: &Json) -> bool {
        self.term(term, pod, other, true)
    }

    /// True if the Pod to place matches a term of a Pod on a node.
    pub(super) fn term_of_existing(&self, term: &Json, holder: &Json, pod: &Json) -> bool {
        self.term(term, holder, pod, false)
    }
}

/// The nodes that node affinity names, if each of its terms names some: only these come into question.
pub(super) fn named_nodes(pod: &Json) -> Option<BTreeSet<String>> {
    let terms = list(required_node_terms(pod));
    let mut all = BTreeSet::new();
    for term in terms {
        let mut of_term: Option<BTreeSet<String>> = None;
        for field in list(&term["matchFields"]) {
            if text(&field["key"]) == "metadata.name" && text(&field["operator"]) == "In" {
                let names: BTreeSet<String> =
                    list(&field["values"]).iter().map(|v| text(v).to_owned()).collect();
                of_term = Some(match of_term {
                    Some(before) => before.intersection(&names).cloned().collect(),
                    None => names,
                });
            }
        }
        all.extend(of_term?);
    }
    (!terms.is_empty()).then_some(all)
}

/// The selector of the built-in spread constraints: Services that select the Pod, and its controller.
pub(super) fn default_selector(cluster: &Cluster, pod: &Json) -> Json {
    let of_pod = labels(pod);
    let mut merged: BTreeMap<String, Json> = BTreeMap::new();
    let mut expressions = Vec::new();
    let mine = |object: &&Json| namespace(object) == namespace(pod);
    for service in cluster.objects.iter().filter(|o| text(&o["kind"]) == "Service").filter(mine) {
        let selector = at(service, &["spec", "selector"]);
        if !selector.is_null() && entries(selector).all(|(key, value)| of_pod.get(key) == Some(&text(value)))
        {
            merged.extend(entries(selector).map(|(key, value)| (key.to_owned(), value.clone())));
        }
    }
    let mut all: Vec<Json> = Vec::new();
    for owner in list(at(pod, &["metadata", "ownerReferences"])).iter().filter(|o| o["controller"] == true) {
        let kind = text(&owner["kind"]);
        let is_owner = |o: &&Json| o["kind"] == owner["kind"] && name(o) == text(&owner["name"]);
        let Some(controller) = cluster.objects.iter().filter(mine).find(is_owner) else { continue };
        let selector = at(controller, &["spec", "selector"]);
        match kind {
            "ReplicationController" => all.push(serde_json::json!({"matchLabels": selector})),
            "ReplicaSet" | "StatefulSet" => all.push(selector.clone()),
            _ => {}
        }
    }
    for selector in &all {
        expressions.extend(list(&selector["matchExpressions"]).iter().cloned());
        for (key, value) in entries(&selector["matchLabels"]) {
            expressions.push(serde_json::json!({"key": key, "operator": "In", "values": [value]}));
        }
    }
    serde_json::json!({"matchLabels": merged, "matchExpressions": expressions})
}
