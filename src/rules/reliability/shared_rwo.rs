//! # `reliability/shared-rwo`
//!
//! ## What it does
//!
//! Reports a Deployment (or ReplicaSet) with two or more replicas, or with rolling updates, that mounts a claim with
//! only `ReadWriteOnce` or `ReadWriteOncePod`.
//!
//! ## Why is this bad?
//!
//! Such a volume is mounted by one node (by one Pod) at a time. Replicas on other nodes hang in ContainerCreating with
//! `Multi-Attach error`; a rolling update hangs the same way when the new Pod lands on another node, while the old one
//! waits for it.
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
//!     spec:
//!       containers: [{name: web, image: "web:1"}]
//!       volumes:
//!         - name: data
//!           persistentVolumeClaim: {claimName: data}
//! ---
//! apiVersion: v1
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 1
//!   strategy: {type: Recreate}
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers: [{name: web, image: "web:1"}]
//!       volumes:
//!         - name: data
//!           persistentVolumeClaim: {claimName: data}
//! ---
//! apiVersion: v1
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
//! ```
//!
//! ## When to ignore it
//!
//! When all Pods land on one node by design, or the storage lets several nodes mount it all the same.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::{replicas, what};
use crate::rules::{Answer, Check, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/shared-rwo",
        Level::Warning,
        Profile::Recommended,
        "Replicas that share a volume which one node can mount.",
        page!("shared_rwo.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for kind in ["Deployment", "ReplicaSet"] {
        for object in tree.own_of("apps", kind) {
            judge(tree, object, out);
        }
    }
}

fn judge(tree: &Tree<'_>, object: &Object<'_>, out: &mut Sink<'_>) {
    let (Some(spec), Some(pod)) = (object.spec(), object.pod_template()) else { return };
    let count = replicas(object);
    for (i, volume) in pod.spec.list("volumes").enumerate() {
        let Some(name) = volume.at(&["persistentVolumeClaim", "claimName"]) else { continue };
        let claim = name.as_str().unwrap_or_default();
        let Answer::Found(claim) = tree.find("", "PersistentVolumeClaim", object.namespace, claim) else {
            continue;
        };
        let modes: Vec<&str> =
            claim.spec().into_iter().flat_map(|s| s.list("accessModes")).filter_map(Value::as_str).collect();
        let single =
            !modes.is_empty() && modes.iter().all(|m| matches!(*m, "ReadWriteOnce" | "ReadWriteOncePod"));
        if !single {
            continue;
        }
        let rolls = &*object.gvk.kind == "Deployment"
            && spec.get("strategy").is_none_or(|s| s.str("type") != "Recreate")
            && !surge_is_zero(spec);
        let (message, help) = if count > 1 {
            (
                format!("{count} replicas of {} share a volume that one node can mount", what(object)),
                "a StatefulSet gives each replica a volume of its own; ReadWriteMany lets them share one",
            )
        } else if count == 1 && rolls {
            (
                format!("a rolling update of {} may hang on its volume", what(object)),
                "`strategy: {type: Recreate}` stops the old Pod first",
            )
        } else {
            continue;
        };
        let place = claim.spec().map_or_else(|| name_place(claim), |spec| spec.key_place("accessModes"));
        out.push(
            out.finding_in(object, name.place(), message)
                .label(format!("claim {}", claim.name))
                .related(place, format!("only {}", modes.join(", ")))
                .field(format!("{}.volumes[{i}].persistentVolumeClaim.claimName", pod.path))
                .because("a Pod on another node hangs in ContainerCreating: Multi-Attach error")
                .help(help),
        );
    }
}

/// True if an update stops Pods before it starts new ones.
fn surge_is_zero(spec: Value<'_>) -> bool {
    let surge = spec.at(&["strategy", "rollingUpdate", "maxSurge"]);
    surge.is_some_and(|surge| matches!(surge.as_text().as_deref(), Some("0" | "0%")))
}
