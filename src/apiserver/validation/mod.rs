//! Validation: what the registry's strategies say about a new object, in the server's order and words.
//!
//! Not everything is built. What is not judged is not refused: a verdict may miss an error, and never invents one.

mod errors;
mod go_json;
mod job;
mod metadata;
mod names;
mod path;
mod pod;
pub mod primitives;
mod selector;
mod service;
mod size;
mod workload;

pub use errors::{Cause, Errors, Reason};
pub use metadata::{TOTAL_ANNOTATION_SIZE, name_of};
pub use path::Path;
pub use size::{MAX_DATA, MAX_ETCD_REQUEST, judge_size};

use crate::object::{Gvk, Value};
use crate::schema::Minor;

/// A request to create an object.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// What it creates.
    pub gvk: Gvk,
    /// Whether objects of the kind live in namespaces.
    pub namespaced: bool,
    /// The namespace of the request; empty for cluster-scoped kinds.
    pub namespace: &'r str,
    /// The server's version.
    pub minor: Minor,
}

/// Mirrors `BeforeCreate`: the strategy's validation, and if it found nothing the generic check of the name. The
/// object has been defaulted and mutated.
pub fn validate(request: &Request<'_>, object: Value<'_>) -> Errors {
    let mut out = Errors::default();
    if names::is_review(request.gvk) {
        return out;
    }
    let rule = names::meta_rule(request.gvk, request.minor);
    if let Some(rule) = rule {
        metadata::validate_object_meta(request, rule, object, &mut out);
    }
    match (&*request.gvk.group, &*request.gvk.kind) {
        ("", "Pod") => pod::validate_pod(object, &mut out),
        ("", "PodTemplate") => {
            let path = Path::Root.child("template");
            pod::validate_pod_template(object, object.get("template"), &path, &mut out);
        }
        ("", "ReplicationController") => workload::validate_replication_controller(object, &mut out),
        ("", "Service") => service::validate_service(object, &mut out),
        ("", "ConfigMap" | "Secret") => size::validate_data_size(request.gvk, object, &mut out),
        ("apps", "Deployment" | "ReplicaSet") => workload::validate_deployment(object, &mut out),
        ("apps", "StatefulSet") => workload::validate_stateful_set(object, &mut out),
        ("apps", "DaemonSet") => workload::validate_daemon_set(object, &mut out),
        ("batch", "Job") => job::validate_job(object, &mut out),
        ("batch", "CronJob") => job::validate_cron_job(object, &mut out),
        _ => {}
    }
    if rule.is_some_and(|rule| rule.name == names::NameRule::Declarative) {
        metadata::validate_name_declaratively(object, &mut out);
    }
    if out.is_empty() && !names::names_itself(request.gvk) {
        metadata::validate_generic_name(object, &mut out);
    }
    if out.is_empty() && request.gvk.is("", "Namespace") {
        metadata::validate_pod_security_labels(object, &mut out);
    }
    out
}
