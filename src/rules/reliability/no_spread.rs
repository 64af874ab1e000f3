//! # `reliability/no-spread`
//!
//! ## What it does
//!
//! Reports a Deployment or StatefulSet with two or more replicas, whose Pods have neither a topology spread constraint
//! nor an anti-affinity that selects themselves.
//!
//! ## Why is this bad?
//!
//! The scheduler spreads Pods by default, and puts them together all the same when other reasons weigh more. Then one
//! node takes all of them down.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   replicas: 2
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   replicas: 2
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers: [{name: web, image: "web:1"}]
//!       topologySpreadConstraints:
//!         - maxSkew: 1
//!           topologyKey: kubernetes.io/hostname
//!           whenUnsatisfiable: ScheduleAnyway
//!           labelSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## When to ignore it
//!
//! Where the scheduler's default is enough. `reliability/one-node` says of a plan where it was not.

use crate::finding::{Code, Level, Profile};
use crate::object::{Selector, Value};
use crate::rules::pod::{replicas, what};
use crate::rules::{Check, PodAt, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/no-spread",
        Level::Info,
        Profile::Recommended,
        "Replicas that nothing keeps apart.",
        page!("no_spread.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for kind in ["Deployment", "StatefulSet"] {
        for object in tree.own_of("apps", kind) {
            let Some(at) = PodAt::of(object) else { continue };
            if replicas(object) < 2 || is_spread(&at) {
                continue;
            }
            let message = format!("nothing keeps the Pods of {} apart", what(object));
            out.push(
                out.finding_in(object, name_place(object), message)
                    .label("no spread constraint, no anti-affinity")
                    .field(at.field("topologySpreadConstraints")),
            );
        }
    }
}

fn is_spread(at: &PodAt<'_>) -> bool {
    let labels = at.labels();
    let selects =
        |term: Value<'_>| term.get("labelSelector").is_some_and(|s| Selector::read(s).matches(&labels));
    let anti = at.pod.spec.at(&["affinity", "podAntiAffinity"]);
    let required = anti.into_iter().flat_map(|a| a.list("requiredDuringSchedulingIgnoredDuringExecution"));
    let preferred = anti.into_iter().flat_map(|a| a.list("preferredDuringSchedulingIgnoredDuringExecution"));
    let terms = required.chain(preferred.filter_map(|term| term.get("podAffinityTerm")));
    at.pod.spec.list("topologySpreadConstraints").chain(terms).any(selects)
}
