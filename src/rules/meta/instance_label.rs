//! # `meta/instance-label`
//!
//! ## What it does
//!
//! Reports an object whose label `app.kubernetes.io/instance` differs from its name.
//!
//! ## Why is this bad?
//!
//! Some tools find an object by this label and take it for its name.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//!   labels: {app.kubernetes.io/instance: shop}
//! spec: {ports: [{port: 80}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//!   labels: {app.kubernetes.io/instance: web}
//! spec: {ports: [{port: 80}]}
//! ```
//!
//! ## When to ignore it
//!
//! For charts with several workloads, in which the label is the name of the release.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/instance-label",
        Level::Info,
        Profile::Pedantic,
        "The label `instance` is not the name.",
        page!("instance_label.rs"),
    )
    .off(),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let label = object.metadata().and_then(|m| m.at(&["labels", "app.kubernetes.io/instance"]));
    let Some((value, text)) = label.and_then(|value| Some((value, value.as_str()?))) else { return };
    if text != &*object.name {
        out.push(
            out.finding(value.place(), format!("the label instance of {} is {text}", what(object)))
                .label("not its name")
                .field("metadata.labels[app.kubernetes.io/instance]"),
        );
    }
}
