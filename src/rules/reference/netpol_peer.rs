//! # `ref/netpol-peer`
//!
//! ## What it does
//!
//! Reports a peer (`from`, `to`) of a NetworkPolicy whose `podSelector` matches no Pod of the policy's namespace, or
//! whose `namespaceSelector` matches no namespace, of those in the input.
//!
//! ## Why is this bad?
//!
//! The rule lets nobody through, though it was written to let somebody through: connections time out.
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
//!     - from:
//!         - podSelector: {matchLabels: {app: frontned}}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: frontend, labels: {app: frontend}}
//! spec: {containers: [{name: web, image: "web:1"}]}
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
//!     - from:
//!         - podSelector: {matchLabels: {app: frontend}}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: frontend, labels: {app: frontend}}
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the peers are outside of the input. Nothing is reported while the policy itself selects no Pod of the input, nor
//! if a custom resource of the namespace may make Pods; namespaces are only compared if the input holds more than one
//! with labels.

use crate::finding::{Code, Level, Profile};
use crate::object::{Labels, Object, Selector, Value, sym};
use crate::rules::policy::{self, DIRECTIONS};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/netpol-peer",
        Level::Info,
        Profile::Recommended,
        "A NetworkPolicy peer that matches nothing.",
        page!("netpol_peer.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for object in tree.own_of("networking.k8s.io", "NetworkPolicy") {
        let own = policy::selector(object);
        let unknown = tree.has_custom_objects(object.namespace);
        if unknown || tree.selected(object.namespace, &own).next().is_none() {
            continue;
        }
        for direction in &DIRECTIONS {
            let rules = object.spec().into_iter().flat_map(|spec| spec.list(direction.rules));
            for (i, rule) in rules.enumerate() {
                for (j, peer) in rule.list(direction.peers).enumerate() {
                    let path = format!("spec.{}[{i}].{}[{j}]", direction.rules, direction.peers);
                    judge(tree, object, peer, &path, out);
                }
            }
        }
    }
}

fn judge(tree: &Tree<'_>, policy: &Object<'_>, peer: Value<'_>, path: &str, out: &mut Sink<'_>) {
    let namespaces = policy::peer_selector(peer, "namespaceSelector");
    let (field, selector, what) = match (&namespaces, policy::peer_selector(peer, "podSelector")) {
        (None, Some(pods)) if tree.selected(policy.namespace, &pods).next().is_none() => {
            ("podSelector", pods, "Pod")
        }
        (Some(of), _) if !known_namespace(tree, of) => ("namespaceSelector", of.clone(), "namespace"),
        _ => return,
    };
    if selector.is_empty() {
        return;
    }
    let Some(value) = peer.get(field) else { return };
    out.push(
        out.finding_in(policy, value.place(), format!("this peer matches no {what}"))
            .label("lets nobody through")
            .field(format!("{path}.{field}"))
            .because(format!("`{selector}` matches no {what} of the input")),
    );
}

/// True if a namespace of the input matches, or too few are known to tell.
fn known_namespace(tree: &Tree<'_>, selector: &Selector) -> bool {
    let mut labelled = 0;
    for namespace in tree.of("", "Namespace") {
        let labels = namespace.metadata().and_then(|metadata| metadata.get("labels"));
        let mut labels = Labels::read(labels);
        labelled += usize::from(!labels.is_empty());
        labels.set(sym("kubernetes.io/metadata.name"), namespace.name);
        if selector.matches(&labels) {
            return true;
        }
    }
    // Every namespace has a label with its name, those outside of the input too.
    labelled < 2 || selector.requirements().iter().any(|r| &*r.key == "kubernetes.io/metadata.name")
}
