//! # `reliability/recreate-strategy`
//!
//! ## What it does
//!
//! Reports a Deployment with `strategy: {type: Recreate}` behind a Service.
//!
//! ## Why is this bad?
//!
//! All old Pods are stopped before the first new one is started: every update is an outage.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   strategy: {type: Recreate}
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   strategy: {type: RollingUpdate}
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that cannot run twice. A Deployment that mounts a claim is not reported: with a volume for one node it
//! has to be so.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::what;
use crate::rules::{Check, PodAt, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/recreate-strategy",
        Level::Info,
        Profile::Recommended,
        "A Deployment that is away during every update.",
        page!("recreate_strategy.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for object in tree.own_of("apps", "Deployment") {
        let Some(kind) = object.spec().and_then(|spec| spec.at(&["strategy", "type"])) else { continue };
        let Some(at) = PodAt::of(object).filter(|_| kind.as_str() == Some("Recreate")) else { continue };
        if at.pod.spec.list("volumes").any(|volume| volume.get("persistentVolumeClaim").is_some()) {
            continue;
        }
        let services = tree.services_of(object.namespace, &at.labels());
        let Some(service) = services.first() else { continue };
        let message = format!("every update of {} is an outage of {}", what(object), what(service));
        out.push(
            out.finding_in(object, kind.place(), message)
                .label("stops all Pods first")
                .related(name_place(service), "sends to nobody meanwhile")
                .field("spec.strategy.type"),
        );
    }
}
