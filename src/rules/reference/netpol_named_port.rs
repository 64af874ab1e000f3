//! # `ref/netpol-named-port`
//!
//! ## What it does
//!
//! Reports a port of a NetworkPolicy that is given by a name which no container of the Pods in question declares: of the
//! selected Pods for ingress, of the peers for egress.
//!
//! ## Why is this bad?
//!
//! A name that no Pod has stands for no port: the rule allows nothing, and connections time out.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - ports:
//!         - port: htpp
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: web, image: "web:1", ports: [{name: http, containerPort: 80}]}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - ports:
//!         - port: http
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: web, image: "web:1", ports: [{name: http, containerPort: 80}]}]}
//! ```
//!
//! ## When to ignore it
//!
//! When other Pods of that label are outside of the input. Nothing is reported while no Pod in question is in the input,
//! nor for egress to other namespaces.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, PodTemplate, Selector, Value};
use crate::rules::policy::{self, DIRECTIONS};
use crate::rules::{Check, Pods, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/netpol-named-port",
        Level::Warning,
        Profile::Recommended,
        "A NetworkPolicy port name that no Pod declares.",
        page!("netpol_named_port.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for object in tree.own_of("networking.k8s.io", "NetworkPolicy") {
        if tree.has_custom_objects(object.namespace) {
            continue;
        }
        for direction in &DIRECTIONS {
            let rules = object.spec().into_iter().flat_map(|spec| spec.list(direction.rules));
            for (i, rule) in rules.enumerate() {
                for (j, port) in rule.list("ports").enumerate() {
                    let Some(value) = port.get("port") else { continue };
                    let Some(name) = value.as_str().filter(|name| name.parse::<u32>().is_err()) else {
                        continue;
                    };
                    let Some(selectors) = selectors(object, rule, direction.name) else { continue };
                    let mut pods =
                        selectors.iter().flat_map(|s| tree.selected(object.namespace, s)).peekable();
                    if pods.peek().is_none() || pods.any(|p| declares(p, name)) {
                        continue;
                    }
                    out.push(
                        out.finding_in(
                            object,
                            value.place(),
                            format!("no Pod of this rule has a port named `{name}`"),
                        )
                        .label("allows nothing")
                        .field(format!("spec.{}[{i}].ports[{j}].port", direction.rules)),
                    );
                }
            }
        }
    }
}

/// Whose ports are meant; `None` where that is not known.
fn selectors(policy: &Object<'_>, rule: Value<'_>, direction: &str) -> Option<Vec<Selector>> {
    if direction == "Ingress" {
        return Some(vec![policy::selector(policy)]);
    }
    let peers: Vec<Value<'_>> = rule.list("to").collect();
    let own = |peer: &Value<'_>| match peer.get("namespaceSelector") {
        None => policy::peer_selector(*peer, "podSelector"),
        Some(_) => None,
    };
    if peers.is_empty() { None } else { peers.iter().map(own).collect() }
}

fn declares(pods: &Pods<'_>, name: &str) -> bool {
    let containers = pods.object.pod_template().into_iter().flat_map(PodTemplate::containers);
    containers.flat_map(|c| c.value.list("ports")).any(|port| port.str("name") == name)
}
