//! # `meta/selector-overlap`
//!
//! ## What it does
//!
//! Reports two workloads of one kind in a namespace, each of whose selectors matches the Pods of the other.
//!
//! ## Why is this bad?
//!
//! Controllers count Pods by selector. Ownership keeps two Deployments from fighting, but everything that goes by labels
//! (`kubectl logs`, HorizontalPodAutoscalers, PodDisruptionBudgets, Services) takes the two for one: an autoscaler
//! measures the wrong Pods, and a Service sends requests to both.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: shop}}
//!   template:
//!     metadata: {labels: {app: shop}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: worker}
//! spec:
//!   selector:
//!     matchLabels: {app: shop}
//!   template:
//!     metadata: {labels: {app: shop}}
//!     spec: {containers: [{name: worker, image: "worker:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: shop}}
//!   template:
//!     metadata: {labels: {app: shop}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: worker}
//! spec:
//!   selector:
//!     matchLabels: {app: shop, part: worker}
//!   template:
//!     metadata: {labels: {app: shop, part: worker}}
//!     spec: {containers: [{name: worker, image: "worker:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the two are alternatives: different folders are taken for different builds and not compared. Pairs that differ
//! by one label (blue and green) do not overlap.

use rustc_hash::FxHashMap;

use crate::finding::{Code, Level, Profile};
use crate::object::{Labels, Object, Requirement, Selector, Sym};
use crate::rules::pod::what;
use crate::rules::yaml::duplicate_object::folder;
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/selector-overlap",
        Level::Warning,
        Profile::Recommended,
        "Two workloads that select each other's Pods.",
        page!("selector_overlap.rs"),
    ),
    check: Check::Tree(check),
};

/// How many workloads with one label in common are compared.
const COMPARED: usize = 50;

/// Folder, namespace, and the first label that is asked for.
type Shared<'t> = (&'t str, Sym, Option<Requirement>);

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] {
        // By folder, namespace and the first label that is asked for: others cannot overlap in both ways.
        let mut seen: FxHashMap<Shared<'_>, Vec<(&Object<'_>, Selector, Labels)>> = FxHashMap::default();
        for object in tree.own_of("apps", kind) {
            let (Some(value), Some(pod)) =
                (object.spec().and_then(|s| s.get("selector")), object.pod_template())
            else {
                continue;
            };
            let selector = Selector::read(value);
            let labels = Labels::read(pod.holder.at(&["metadata", "labels"]));
            if selector.is_empty() {
                continue;
            }
            let key = (folder(object), object.namespace, selector.requirements().first().cloned());
            let others = seen.entry(key).or_default();
            let other = others.iter().take(COMPARED).find(|(other, theirs, their_labels)| {
                other.name != object.name && theirs.matches(&labels) && selector.matches(their_labels)
            });
            if let Some((other, ..)) = other {
                let message = format!("{} and {} select each other's Pods", what(object), what(other));
                let place = value.get("matchLabels").unwrap_or(value);
                let related =
                    other.spec().map_or_else(|| name_place(other), |spec| spec.key_place("selector"));
                out.push(
                    out.finding_in(object, place.place(), message)
                        .label("matches both")
                        .related(related, "so does this")
                        .field("spec.selector")
                        .help("give each of them a label of its own"),
                );
            }
            others.push((object, selector, labels));
        }
    }
}
