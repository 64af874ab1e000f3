//! # `reliability/rollout-deadlock`
//!
//! ## What it does
//!
//! Reports a Deployment with rolling updates of which no Pod may stop (`maxUnavailable` comes to 0) while a second Pod
//! cannot start beside the first: it asks for a `hostPort`, or must not be on a node with its own kind (required
//! anti-affinity on the hostname), and there are as many replicas as nodes.
//!
//! ## Why is this bad?
//!
//! The new Pod waits for the old one to go, the old one waits for the new one to be ready. The rollout stands still
//! until somebody deletes a Pod by hand.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Node
//! metadata: {name: only}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: proxy}
//! spec:
//!   replicas: 1
//!   selector: {matchLabels: {app: proxy}}
//!   template:
//!     metadata: {labels: {app: proxy}}
//!     spec:
//!       containers:
//!         - name: proxy
//!           image: proxy:1
//!           ports: [{containerPort: 80, hostPort: 80}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Node
//! metadata: {name: only}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: proxy}
//! spec:
//!   replicas: 1
//!   strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}
//!   selector: {matchLabels: {app: proxy}}
//!   template:
//!     metadata: {labels: {app: proxy}}
//!     spec:
//!       containers:
//!         - name: proxy
//!           image: proxy:1
//!           ports: [{containerPort: 80, hostPort: 80}]
//! ```
//!
//! ## When to ignore it
//!
//! When nodes are added for the time of an update. Nothing is reported while no nodes are known (in the input, or by
//! `--cluster`).

use crate::finding::{Code, Level, Place, Profile};
use crate::object::{Selector, Value};
use crate::rules::pod::{replicas, what};
use crate::rules::{Check, ContainerAt, PodAt, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/rollout-deadlock",
        Level::Warning,
        Profile::Recommended,
        "A rolling update that cannot go on.",
        page!("rollout_deadlock.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let nodes = tree.of("", "Node").count() as i64;
    if nodes == 0 {
        return;
    }
    for object in tree.own_of("apps", "Deployment") {
        let (Some(spec), Some(at)) = (object.spec(), PodAt::of(object)) else { continue };
        let count = replicas(object);
        if count < nodes || unavailable(spec, count) != Some(0) {
            continue;
        }
        let Some((place, field, why)) = needs_its_own_node(&at) else { continue };
        out.push(
            out.finding_in(object, place, format!("a rolling update of {} never ends", what(object)))
                .label(why)
                .field(field)
                .because(format!("{count} replicas are on {nodes} nodes, and none of them may stop first"))
                .help("`rollingUpdate: {maxSurge: 0, maxUnavailable: 1}` stops an old Pod first"),
        );
    }
}

/// How many Pods may be missing during an update; `None` if nothing is rolled.
fn unavailable(spec: Value<'_>, replicas: i64) -> Option<i64> {
    let strategy = spec.get("strategy");
    if strategy.is_some_and(|s| s.str("type") == "Recreate") {
        return None;
    }
    let value = strategy.and_then(|s| s.at(&["rollingUpdate", "maxUnavailable"]));
    let text = value.and_then(Value::as_text).unwrap_or("25%".into());
    match text.strip_suffix('%') {
        // Rounded down, as `ResolveFenceposts` does.
        Some(percent) => percent.parse::<i64>().ok().map(|percent| replicas.saturating_mul(percent) / 100),
        None => text.parse().ok(),
    }
}

/// Why two of these Pods cannot be on one node.
fn needs_its_own_node(at: &PodAt<'_>) -> Option<(Place, String, &'static str)> {
    let own_network = at.pod.spec.flag("hostNetwork");
    for container in at.containers().filter(ContainerAt::serves) {
        for (i, port) in container.container.value.list("ports").enumerate() {
            let taken = port.get("hostPort").filter(|p| p.as_i64() != Some(0));
            let taken = taken.or_else(|| port.get("containerPort").filter(|_| own_network));
            if let Some(taken) = taken {
                let field = container.field(&format!("ports[{i}]"));
                return Some((taken.place(), field, "a node has this port once"));
            }
        }
    }
    let path = ["affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
    let labels = at.labels();
    let terms = at.pod.spec.at(&path)?;
    let term = terms.items().find(|term| {
        term.str("topologyKey") == "kubernetes.io/hostname"
            && term.get("labelSelector").is_some_and(|s| Selector::read(s).matches(&labels))
    })?;
    Some((term.place(), at.field(&path.join(".")), "not beside its own kind"))
}
