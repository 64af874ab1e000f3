//! # `meta/default-namespace`
//!
//! ## What it does
//!
//! Reports an object that names the namespace `default`, or (of a namespaced kind) none.
//!
//! ## Why is this bad?
//!
//! It lands where everything lands that nobody thought about, next to other people's objects, and is deleted with them.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   namespace: default
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   namespace: shop
//! ```
//!
//! ## When to ignore it
//!
//! Where the namespace is given at apply (charts, kustomizations).

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/default-namespace",
        Level::Info,
        Profile::Pedantic,
        "An object in the namespace `default`.",
        page!("default_namespace.rs"),
    )
    .off(),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    if &*object.namespace != "default" {
        return;
    }
    let namespace = object.metadata().and_then(|metadata| metadata.get("namespace"));
    let place = namespace.map_or_else(|| name_place(object), Value::place);
    out.push(
        out.finding(place, format!("{} goes to the namespace default", what(object)))
            .label(if namespace.is_some() { "default" } else { "no namespace" })
            .field("metadata.namespace"),
    );
}
