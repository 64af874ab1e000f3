//! # `reliability/hpa-and-replicas`
//!
//! ## What it does
//!
//! Reports `replicas` of a workload that is the target of a HorizontalPodAutoscaler or a KEDA ScaledObject.
//!
//! ## Why is this bad?
//!
//! Every apply sets the number back to that of the manifest; the autoscaler brings it up again a moment later. Under
//! load that is an outage at every deployment.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 3
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   minReplicas: 3
//!   maxReplicas: 10
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
//!     spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   minReplicas: 3
//!   maxReplicas: 10
//! ```
//!
//! ## When to ignore it
//!
//! When the manifest is applied only once. To remove the field from a Deployment that runs, remove it from the object's
//! last-applied state first (`kubectl apply edit-last-applied`): else the apply that lacks it scales to one replica,
//! once.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::rules::pod::{is_replicated, what};
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};
use crate::yaml::edit::remove_entry;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/hpa-and-replicas",
        Level::Warning,
        Profile::Recommended,
        "A number of replicas that an autoscaler decides.",
        page!("hpa_and_replicas.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for object in tree.own() {
        if !is_replicated(object) {
            continue;
        }
        // Defaulting writes the field too; what counts is what is written.
        let Some(spec) = object.spec() else { continue };
        let Some(replicas) = spec.view().and_then(|spec| spec.get("replicas")).filter(|v| !v.is_null())
        else {
            continue;
        };
        let Some(scaler) = tree.scaler_of(object) else { continue };
        let number = replicas.text();
        let plural = if number == "1" { "" } else { "s" };
        let mut finding = out
            .finding_in(
                object,
                replicas.place(),
                format!("every apply sets {} back to {number} replica{plural}", what(object)),
            )
            .label("set by every apply")
            .related(name_place(scaler), format!("{} decides how many there are", what(scaler)))
            .field("spec.replicas");
        match spec.view().and_then(|spec| remove_entry(spec, "replicas")) {
            Some(edit) => finding = finding.fix(Fix::maybe("remove `replicas`", vec![edit])),
            None => finding = finding.help("remove `replicas`"),
        }
        out.push(finding);
    }
}
