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
//! Where names say nothing new. (Several unnamed ports of a Service are refused by the server.) The fix names a port as is
//! customary for its number (`http`, `https`, `dns`), else by protocol and number: `tcp-9000`.

use std::collections::BTreeSet;

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, PodAt, Rule, Sink, page};
use crate::yaml::edit::add_entry;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/unnamed-port",
        Level::Info,
        Profile::Pedantic,
        "A port without a name.",
        page!("unnamed_port.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let mut unnamed: Vec<(Value<'_>, Value<'_>, String)> = Vec::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    if object.gvk.is("", "Service") {
        for (i, port) in object.spec().into_iter().flat_map(|spec| spec.list("ports")).enumerate() {
            if port.str("name").is_empty() {
                unnamed.extend(port.get("port").map(|value| (port, value, format!("spec.ports[{i}].name"))));
            }
            taken.insert(port.str("name").to_owned());
        }
    }
    if let Some(at) = PodAt::of(object) {
        for container in at.containers() {
            for (i, port) in container.container.value.list("ports").enumerate() {
                if port.str("name").is_empty() {
                    let field = container.field(&format!("ports[{i}].name"));
                    unnamed.extend(port.get("containerPort").map(|value| (port, value, field)));
                }
                taken.insert(port.str("name").to_owned());
            }
        }
    }
    for (port, value, field) in unnamed {
        let number = value.as_text().unwrap_or_default();
        let mut finding =
            out.finding(value.place(), format!("port {number} has no name")).label("no name").field(field);
        let name = name_for(port, &number, &taken);
        let view = port.view().filter(|_| port.get("name").is_none());
        if let Some((name, view)) = name.zip(view)
            && let Some(edit) = add_entry(view, &format!("name: {name}"))
        {
            finding = finding.fix(Fix::maybe(format!("name it `{name}`"), vec![edit]));
            taken.insert(name);
        }
        out.push(finding);
    }
}

/// A name for a port: what is customary for its number, else protocol and number. `None` if it is no number, or others
/// have these names.
fn name_for(port: Value<'_>, number: &str, taken: &BTreeSet<String>) -> Option<String> {
    let number: u16 = number.parse().ok()?;
    let protocol = match port.str("protocol") {
        "" => "tcp".to_owned(),
        protocol => protocol.to_ascii_lowercase(),
    };
    let known = match (protocol.as_str(), number) {
        ("tcp", 80 | 8080) => Some("http"),
        ("tcp", 443 | 8443) => Some("https"),
        ("tcp", 50051) => Some("grpc"),
        ("tcp", 53) => Some("dns-tcp"),
        ("udp", 53) => Some("dns"),
        _ => None,
    };
    let numbered = format!("{protocol}-{number}");
    known.map(str::to_owned).into_iter().chain([numbered]).find(|name| !taken.contains(name))
}
