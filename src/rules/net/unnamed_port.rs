//! # `net/unnamed-port`
//!
//! ## What it does
//!
//! Reports a port of a container or of a Service without `name`.
//!
//! ## Why is this bad?
//!
//! Others have to repeat the number, and service meshes guess the protocol from the name.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   ports:
//!     - port: 80
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   ports:
//!     - port: 80
//!       name: http
//! ```
//!
//! ## When to ignore it
//!
//! Where names say nothing new. (Several unnamed ports of a Service are refused by the server.)

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/unnamed-port",
        Level::Info,
        Profile::Pedantic,
        "A port without a name.",
        page!("unnamed_port.rs"),
    )
    .off(),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let mut unnamed: Vec<(Value<'_>, String)> = Vec::new();
    if object.gvk.is("", "Service") {
        for (i, port) in object.spec().into_iter().flat_map(|spec| spec.list("ports")).enumerate() {
            if port.str("name").is_empty() {
                unnamed.extend(port.get("port").map(|value| (value, format!("spec.ports[{i}].name"))));
            }
        }
    }
    if let Some(at) = PodAt::of(object) {
        for container in at.containers() {
            for (i, port) in container.container.value.list("ports").enumerate() {
                if port.str("name").is_empty() {
                    let field = container.field(&format!("ports[{i}].name"));
                    unnamed.extend(port.get("containerPort").map(|value| (value, field)));
                }
            }
        }
    }
    for (value, field) in unnamed {
        let number = value.as_text().unwrap_or_default();
        out.push(
            out.finding(value.place(), format!("port {number} has no name")).label("no name").field(field),
        );
    }
}
