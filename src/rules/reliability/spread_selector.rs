//! # `reliability/spread-selector`
//!
//! ## What it does
//!
//! Reports a topology spread constraint whose `labelSelector` does not match the labels of its own Pods, or is absent.
//!
//! ## Why is this bad?
//!
//! The scheduler counts the Pods that the selector matches. If the Pod itself is not among them, each placement leaves
//! the count as it is: nothing is spread, and with `DoNotSchedule` a count that is uneven for other reasons keeps the
//! Pod from starting. A selector that is absent matches nothing (the server warns of it).
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers: [{name: web, image: "web:1"}]
//!       topologySpreadConstraints:
//!         - maxSkew: 1
//!           topologyKey: kubernetes.io/hostname
//!           whenUnsatisfiable: ScheduleAnyway
//!           labelSelector: {matchLabels: {app: wbe}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
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
//! When Pods are to be spread by the places of other Pods, which is rare. Affinity to other applications is not looked
//! at.

use crate::finding::{Code, Level, Place, Profile, Span};
use crate::object::Selector;
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/spread-selector",
        Level::Warning,
        Profile::Recommended,
        "A spread constraint that does not count its own Pods.",
        page!("spread_selector.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let mut constraints = at.pod.spec.list("topologySpreadConstraints").enumerate().peekable();
    if constraints.peek().is_none() {
        return;
    }
    let labels = at.labels();
    for (i, constraint) in constraints {
        let selector = constraint.get("labelSelector");
        if selector.is_some_and(|selector| Selector::read(selector).matches(&labels)) {
            continue;
        }
        let message = if at.object.gvk.is("", "Pod") {
            format!("this constraint does not count the Pod itself, `{}`", at.object.name)
        } else {
            format!("this constraint does not count the Pods of {}", at.what())
        };
        let (place, label) = match selector {
            Some(selector) => (selector.place(), "matches none of its Pods"),
            None => (constraint.place(), "no labelSelector: matches nothing"),
        };
        let place = Place::new(place.file, Span::new(place.span.start, place.span.end));
        out.push(
            out.finding(place, message)
                .label(label)
                .field(at.field(&format!("topologySpreadConstraints[{i}].labelSelector")))
                .because(format!("they are labelled `{labels}`, and are not spread")),
        );
    }
}
