//! # `meta/owner-reference`
//!
//! ## What it does
//!
//! Reports `ownerReferences` with a `uid` in a manifest.
//!
//! ## Why is this bad?
//!
//! The uid is that of an object in the cluster from which the manifest was copied. Where no owner of that uid exists the
//! garbage collector deletes the object, seconds after it was made.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   ownerReferences:
//!     - {apiVersion: apps/v1, kind: Deployment, name: web, uid: 7b5a7d5e-6a0e-4b0a-9f3d-2a3f1d5e6c7b}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//! ```
//!
//! ## When to ignore it
//!
//! In exports that serve as input of `--cluster`.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::edit::remove_entry;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/owner-reference",
        Level::Warning,
        Profile::Recommended,
        "An owner that only one cluster has.",
        page!("owner_reference.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(metadata) = object.metadata() else { return };
    if !metadata.list("ownerReferences").any(|owner| !owner.str("uid").is_empty()) {
        return;
    }
    let mut finding = out
        .finding(
            metadata.key_place("ownerReferences"),
            format!("the garbage collector deletes {} in every other cluster", what(object)),
        )
        .label("a uid of one cluster")
        .field("metadata.ownerReferences");
    match metadata.view().and_then(|metadata| remove_entry(metadata, "ownerReferences")) {
        Some(edit) => finding = finding.fix(Fix::safe("remove the owner", vec![edit])),
        None => finding = finding.help("remove the owner"),
    }
    out.push(finding);
}
