//! # `ref/statefulset-service`
//!
//! ## What it does
//!
//! Reports a StatefulSet whose `serviceName` names no Service of the namespace, one that is not headless (`clusterIP:
//! None`), or one that does not select its Pods.
//!
//! ## Why is this bad?
//!
//! The Service gives each Pod its DNS name (`db-0.db`). Without it the Pods run and do not find each other: clusters of
//! databases do not form.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   serviceName: db
//!   selector: {matchLabels: {app: db}}
//!   template:
//!     metadata: {labels: {app: db}}
//!     spec: {containers: [{name: db, image: "db:1"}]}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: db}
//! spec: {selector: {app: db}, ports: [{port: 5432}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   serviceName: db
//!   selector: {matchLabels: {app: db}}
//!   template:
//!     metadata: {labels: {app: db}}
//!     spec: {containers: [{name: db, image: "db:1"}]}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: db}
//! spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
//! ```
//!
//! ## When to ignore it
//!
//! When nobody uses the names of single Pods. An empty `serviceName` is accepted by current servers, and is not
//! reported. A missing Service is only reported if the input has another one of that namespace.

use crate::finding::{Code, Level, Profile};
use crate::object::{Labels, Object, Selector, Value};
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/statefulset-service",
        Level::Warning,
        Profile::Recommended,
        "A StatefulSet whose governing Service is missing or does not fit.",
        page!("statefulset_service.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for set in tree.own_of("apps", "StatefulSet") {
        let Some(value) = set.spec().and_then(|spec| spec.get("serviceName")) else { continue };
        let Some(name) = value.as_str().filter(|name| !name.is_empty()) else { continue };
        let mut related = None;
        let (message, label) = match tree.find("", "Service", set.namespace, name) {
            Answer::Unknown(_) => continue,
            Answer::Missing => {
                if !tree.of("", "Service").any(|service| service.namespace == set.namespace) {
                    continue;
                }
                (format!("Service `{name}` is nowhere in namespace {}", set.namespace), "no such Service")
            }
            Answer::Found(_) => {
                // Of several with this name one may fit.
                let all = tree.versions("", "Service", set.namespace, name);
                let fits = |service: &&Object<'_>| {
                    service.spec().is_some_and(|spec| spec.str("clusterIP") == "None")
                };
                let Some(service) = all.iter().copied().find(fits).or_else(|| all.first().copied()) else {
                    continue;
                };
                let Some(spec) = service.spec() else { continue };
                let gives = format!("Service `{name}` gives the Pods of StatefulSet `{}` no names", set.name);
                let labels = Labels::read(spec.get("selector"));
                let pods = set.pod_template().and_then(|pod| pod.holder.at(&["metadata", "labels"]));
                let selects = labels.is_empty() || Selector::of_labels(&labels).matches(&Labels::read(pods));
                let headless = spec.str("clusterIP") == "None";
                let what = if selects { spec.get("clusterIP") } else { spec.get("selector") };
                related = Some(what.map_or_else(|| service.value.key_place("spec"), Value::place));
                match (headless, selects) {
                    (true, true) => continue,
                    (_, false) => (format!("{gives}: it does not select them"), "its governing Service"),
                    (false, true) => (format!("{gives}: it is not headless"), "its governing Service"),
                }
            }
        };
        let mut finding = out
            .finding_in(set, value.place(), message)
            .label(label)
            .field("spec.serviceName")
            .because("names like `db-0.db` do not resolve");
        if let Some(place) = related {
            finding = finding.related(place, "the Service");
        }
        out.push(finding);
    }
}
