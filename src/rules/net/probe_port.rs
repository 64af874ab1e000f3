//! # `net/probe-port`
//!
//! ## What it does
//!
//! Reports a probe or a lifecycle hook that names a port which its container does not declare.
//!
//! ## Why is this bad?
//!
//! The name is looked up in the container's own `ports`. If it is not there, the probe fails every time: a liveness
//! probe restarts a healthy container for ever, a readiness probe keeps its Pod out of every Service, and a rollout
//! stops at its first Pod. The API server accepts the manifest.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     ports: [{name: http, containerPort: 8080}]
//!     readinessProbe:
//!       httpGet: {path: /healthz, port: web}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     ports: [{name: http, containerPort: 8080}]
//!     readinessProbe:
//!       httpGet: {path: /healthz, port: http}
//! ```
//!
//! ## When to ignore it
//!
//! Never: such a probe cannot succeed. (A port that is given by number need not be declared, and is not reported.)

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/probe-port",
        Level::Warning,
        Profile::Recommended,
        "A probe names a port that its container does not declare.",
        page!("probe_port.rs"),
    ),
    check: Check::Container(check),
};

/// Where an action with a port can stand.
const ACTIONS: &[(&str, &[&str])] = &[
    ("livenessProbe", &["livenessProbe"]),
    ("readinessProbe", &["readinessProbe"]),
    ("startupProbe", &["startupProbe"]),
    ("lifecycle.postStart", &["lifecycle", "postStart"]),
    ("lifecycle.preStop", &["lifecycle", "preStop"]),
];

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let container = at.container.value;
    for &(written, path) in ACTIONS {
        let Some(action) = container.at(path) else { continue };
        for handler in ["httpGet", "tcpSocket"] {
            let Some(port) = action.get(handler).and_then(|handler| handler.get("port")) else { continue };
            let Some(name) = port.as_str() else { continue };
            // A number in quotes is taken as a number by the kubelet.
            let declared = names(container).any(|declared| declared == name);
            if declared || name.is_empty() || name.parse::<u32>().is_ok() {
                continue;
            }
            let has: Vec<String> = names(container).map(|name| format!("`{name}`")).collect();
            let of_container = match has.len() {
                0 => "the container names no port".to_owned(),
                1 => format!("the container's only named port is {}", has[0]),
                _ => format!("the container's named ports are {}", has.join(", ")),
            };
            let what = if written.ends_with("Probe") { "probe" } else { "hook" };
            let message =
                format!("container `{}` has no port named `{name}`: this {what} always fails", at.name());
            let field = at.field(&format!("{written}.{handler}.port"));
            out.push(
                out.finding(port.place(), message).label("no such port").field(field).because(of_container),
            );
        }
    }
}

fn names(container: Value<'_>) -> impl Iterator<Item = &str> {
    container.list("ports").map(|port| port.str("name")).filter(|name| !name.is_empty())
}
