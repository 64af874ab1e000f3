//! # `net/host-port-conflict`
//!
//! ## What it does
//!
//! Reports a `hostPort` (or a port of a Pod with `hostNetwork`) that cannot be had: two DaemonSets that run on all nodes
//! and want the same one, or a workload with more replicas than there are nodes.
//!
//! ## Why is this bad?
//!
//! A node has a port once. The second Pod stays Pending: `node(s) didn't have free ports for the requested pod ports`.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata: {name: proxy}
//! spec:
//!   selector: {matchLabels: {app: proxy}}
//!   template:
//!     metadata: {labels: {app: proxy}}
//!     spec: {containers: [{name: proxy, image: "proxy:1", ports: [{containerPort: 80, hostPort: 80}]}]}
//! ---
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata: {name: edge}
//! spec:
//!   selector: {matchLabels: {app: edge}}
//!   template:
//!     metadata: {labels: {app: edge}}
//!     spec:
//!       containers:
//!         - name: edge
//!           image: edge:1
//!           ports:
//!             - containerPort: 8080
//!               hostPort: 80
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata: {name: proxy}
//! spec:
//!   selector: {matchLabels: {app: proxy}}
//!   template:
//!     metadata: {labels: {app: proxy}}
//!     spec: {containers: [{name: proxy, image: "proxy:1", ports: [{containerPort: 80, hostPort: 80}]}]}
//! ---
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata: {name: edge}
//! spec:
//!   selector: {matchLabels: {app: edge}}
//!   template:
//!     metadata: {labels: {app: edge}}
//!     spec:
//!       containers:
//!         - name: edge
//!           image: edge:1
//!           ports:
//!             - containerPort: 8080
//!               hostPort: 81
//! ```
//!
//! ## When to ignore it
//!
//! When the two are never applied together: different folders are taken for different builds and not compared.

use rustc_hash::FxHashMap;

use crate::finding::{Code, Finding, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::{is_replicated, replicas, what};
use crate::rules::yaml::duplicate_object::folder;
use crate::rules::{Check, ContainerAt, PodAt, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/host-port-conflict",
        Level::Warning,
        Profile::Recommended,
        "Pods that want the same port of the same node.",
        page!("host_port_conflict.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let nodes = tree.of("", "Node").count() as i64;
    type Wanted<'a> = (&'a str, i64, &'a str, &'a str);
    let mut first: FxHashMap<Wanted<'_>, (&Object<'_>, Value<'_>)> = FxHashMap::default();
    for object in tree.own() {
        let daemon = object.gvk.is("apps", "DaemonSet");
        let too_many = is_replicated(object) && nodes > 0 && replicas(object) > nodes;
        if !(daemon || too_many) {
            continue;
        }
        let Some(at) = PodAt::of(object) else { continue };
        // Of those that choose their nodes it is not known whether they meet.
        if daemon && ["nodeSelector", "affinity", "nodeName"].iter().any(|f| at.pod.spec.get(f).is_some()) {
            continue;
        }
        for (port, field) in host_ports(&at) {
            let (value, number) = port;
            let protocol = value.1;
            if too_many {
                let plural = if nodes == 1 { "" } else { "s" };
                let message = format!(
                    "{} replicas of {} want port {number} of {nodes} node{plural}",
                    replicas(object),
                    what(object)
                );
                out.push(finding(out, object, value.0, message, field));
                break;
            }
            let key = (folder(object), number, protocol, value.2);
            let other = *first.entry(key).or_insert((object, value.0));
            if other.0.key() != object.key() {
                let message =
                    format!("{} and {} want port {number} of the same nodes", what(object), what(other.0));
                let finding =
                    finding(out, object, value.0, message, field).related(other.1.place(), "the other");
                out.push(finding);
                break;
            }
        }
    }
}

fn finding(out: &Sink<'_>, object: &Object<'_>, value: Value<'_>, message: String, field: String) -> Finding {
    out.finding_in(object, value.place(), message)
        .label("a node has it once")
        .field(field)
        .because("the others stay Pending: node(s) didn't have free ports for the requested pod ports")
}

/// A port: where it stands, its protocol, its address.
type Port<'a> = (Value<'a>, &'a str, &'a str);

/// Ports of the node that a Pod takes, with their numbers and paths.
fn host_ports<'a>(at: &PodAt<'a>) -> Vec<((Port<'a>, i64), String)> {
    let own_network = at.pod.spec.flag("hostNetwork");
    let mut found = Vec::new();
    for container in at.containers().filter(ContainerAt::serves) {
        for (i, port) in container.container.value.list("ports").enumerate() {
            let host = port.get("hostPort").filter(|p| p.as_i64() != Some(0));
            let Some(value) = host.or_else(|| port.get("containerPort").filter(|_| own_network)) else {
                continue;
            };
            let protocol = if port.str("protocol").is_empty() { "TCP" } else { port.str("protocol") };
            let Some(number) = value.as_i64() else { continue };
            // Defaulting adds a hostPort to Pods of the host's network; what counts is what is written.
            let value =
                if value.view().is_some() { value } else { port.get("containerPort").unwrap_or(value) };
            let address = if port.str("hostIP") == "0.0.0.0" { "" } else { port.str("hostIP") };
            found.push((
                ((value, protocol, address), number),
                container.field(&format!("ports[{i}].hostPort")),
            ));
        }
    }
    found
}
