//! # `meta/last-applied`
//!
//! ## What it does
//!
//! Reports the annotation `kubectl.kubernetes.io/last-applied-configuration` in a manifest.
//!
//! ## Why is this bad?
//!
//! It was copied from a cluster. `kubectl apply` writes it anew each time, so it has no effect, doubles the file, and
//! shows values (of Secrets, too) that the manifest no longer has.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   annotations:
//!     owner: me
//!     kubectl.kubernetes.io/last-applied-configuration: "{}"
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   annotations:
//!     owner: me
//! ```
//!
//! ## When to ignore it
//!
//! In exports that serve as input of `--cluster`.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Object;
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::edit::remove_entry;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/last-applied",
        Level::Warning,
        Profile::Recommended,
        "The note of a former apply, in a manifest.",
        page!("last_applied.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

const NAME: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(annotations) = object.metadata().and_then(|metadata| metadata.get("annotations")) else {
        return;
    };
    if annotations.get(NAME).is_none() {
        return;
    }
    let mut finding = out
        .finding(annotations.key_place(NAME), "`kubectl apply` writes this annotation itself")
        .label("copied from a cluster")
        .field(format!("metadata.annotations[{NAME}]"));
    let holder = object.metadata().filter(|_| annotations.entries().count() == 1);
    let edit = match holder {
        Some(metadata) => metadata.view().and_then(|metadata| remove_entry(metadata, "annotations")),
        None => annotations.view().and_then(|annotations| remove_entry(annotations, NAME)),
    };
    match edit {
        Some(edit) => finding = finding.fix(Fix::safe("remove it", vec![edit])),
        None => finding = finding.help("remove it"),
    }
    out.push(finding);
}
