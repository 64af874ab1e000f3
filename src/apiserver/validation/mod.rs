//! Validation: what the registry's strategies say about a new object, in the server's order and words.
//!
//! Not everything is built. What is not judged is not refused: a verdict may miss an error, and never invents one.
//!
//! # How one is written
//!
//! Groups are folders, kinds are files, and a kind is a line in `KINDS`: its group, its name, how its metadata is
//! judged, and the function that judges the rest. That function gets the object as a `Field` and reads
//! like the server's own:
//!
//! ```text
//! /// Mirrors ValidateThing.
//! pub(in super::super) fn validate(thing: Field<'_>) {
//!     let spec = thing.field("spec");
//!     spec.field("replicas").non_negative();
//!     spec.field("policy").require_one_of("", &["Always", "Never"]);
//!     let mut names = FxHashSet::default();
//!     for port in spec.each("ports") {
//!         let name = port.field("name");
//!         if name.require("") && name.dns_label() {
//!             name.unique(name.str(), &mut names);
//!         }
//!         port.field("port").port_number();
//!     }
//!     if spec.field("minimum").is_set() && spec.field("maximum").is_set() {
//!         spec.field("maximum").forbidden("may not be set together with `minimum`");
//!     }
//! }
//! ```
//!
//! - A field knows the server's path, its value and its place in the file; absent fields are fields too. Where the
//!   server's path is no path of the object (`field-path-quirks.jsonl` of the reference), `called`, `as_at`, `named` and
//!   `keyed` move the path and keep value and place.
//! - Order is the server's: what is said first is said first. A check that the server makes twice is made twice.
//! - Facts about one field (ranges, formats, closed sets, uniqueness, unions) are one line each, from `field/checks.rs`; facts that many kinds share live beside this file (`metadata`, `selector`, `primitives`, `ip`,
//!   `resources`). They stand in the code and not in a table because their order and their conditions are the rule.
//! - Everything said has a code, a place, plain words and a help from the start; `plain`, `help`, `code` and `place` on
//!   what was said put better ones in their place where a rule knows more.
//! - `field.since(36)` asks for the version of the server, for rules that came or went.
//! - Defaults have been filled in and fields behind closed gates are gone when validation runs.

mod admissionregistration;
mod apiextensions;
mod apiregistration;
mod apps;
mod authentication;
mod authorization;
mod autoscaling;
mod batch;
mod certificates;
mod coordination;
mod core;
mod discovery;
mod events;
mod expression;
mod field;
mod flowcontrol;
mod ip;
mod kinds;
mod metadata;
mod names;
mod networking;
mod node;
mod policy;
pub mod primitives;
mod rbac;
mod resource;
mod scheduling;
mod selector;
mod size;
mod storage;
mod update;
mod warnings;

pub(super) use field::words;
pub use field::{Cause, Reason, Stop};
pub use metadata::{TOTAL_ANNOTATION_SIZE, name_of};
pub(super) use selector::selector_json;
pub use size::{MAX_DATA, MAX_ETCD_REQUEST, judge_size};
pub use update::validate_update;

use super::Warning;
use super::admission::{Bare, Lookup};
use crate::object::{Gvk, Value, sym};
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

/// What validation says.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// What is wrong.
    pub causes: Vec<Cause>,
    /// What is warned of.
    pub warnings: Vec<Warning>,
    /// What the request ends with, where that is no list of what is wrong; `causes` then say why and where.
    pub stop: Option<Stop>,
    /// The newest version of the server that says the same.
    pub until: Minor,
}

/// The part of [`validate`] that all kinds share: what the strategy says of `metadata`. Mirrors ValidateObjectMeta.
pub fn validate_metadata(request: &Request<'_>, object: Value<'_>) -> Vec<Cause> {
    let run = field::Run::new(*request, object);
    let meta = match kinds::find(request.gvk) {
        Some(kind) => kind.meta_in(run.root()),
        None => kinds::is_custom(request.gvk).then_some(kinds::CUSTOM),
    };
    if let Some(meta) = meta {
        metadata::validate_object_meta(run.root(), meta);
    }
    run.take_causes()
}

/// The part of a CustomResourceDefinition that says how versions become each other.
pub(super) fn validate_conversion(request: &Request<'_>, crd: Value<'_>) -> Vec<Cause> {
    let run = field::Run::new(*request, crd);
    apiextensions::validate_conversion(run.root().at(&["spec", "conversion"]));
    run.take_causes()
}

/// Mirrors `BeforeCreate`: the strategy's validation, and if it found nothing the generic check of the name. The
/// object has been defaulted and mutated. Returns what is wrong and what is warned of, in
/// the server's order.
pub fn validate(request: &Request<'_>, object: Value<'_>) -> Judged {
    validate_in(request, object, &Bare)
}

/// The same, where something is known of the cluster: what its allocators have, what its namespaces allow.
pub fn validate_in(request: &Request<'_>, object: Value<'_>, cluster: &dyn Lookup) -> Judged {
    let run = field::Run::of_cluster(*request, object, cluster);
    warnings::before(run.root(), request.gvk);
    judge(&run, request.gvk);
    if run.is_silent() {
        warnings::on_create(run.root(), request.gvk);
    }
    Judged {
        causes: run.take_causes(),
        warnings: run.take_warnings(),
        stop: run.take_stop(),
        until: run.until(),
    }
}

fn judge<'v>(run: &'v field::Run<'v>, gvk: Gvk) {
    let root = run.root();
    if gvk.is("", "Service") {
        core::service::allocate(root);
        if !run.is_silent() {
            return;
        }
    }
    if gvk.group == sym("resource.k8s.io") {
        resource::admin_access(root);
    }
    let kind = kinds::find(gvk);
    let meta = match kind {
        Some(kind) => kind.meta_in(root),
        None => kinds::is_custom(gvk).then_some(kinds::CUSTOM),
    };
    if let Some(meta) = meta {
        metadata::validate_object_meta(root, meta);
    }
    if let Some(kind) = kind {
        (kind.validate)(root);
    }
    let stored = !names::is_review(gvk) && !names::names_itself(gvk);
    if run.is_silent() && stored {
        match meta {
            Some(meta) if meta.name.is_narrower_than_path_segment() => {}
            // Whose strategy does not look at the metadata.
            None if kind.is_some() => metadata::validate_object_meta(root, kinds::GENERIC),
            _ => metadata::validate_generic_name(root),
        }
    }
    if run.is_silent() && gvk.is("", "Namespace") {
        metadata::validate_pod_security_labels(root);
    }
}
