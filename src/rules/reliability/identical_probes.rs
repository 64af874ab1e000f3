//! # `reliability/identical-probes`
//!
//! ## What it does
//!
//! Reports a container whose readiness and liveness probes are equal: same action, same timing, same thresholds.
//!
//! ## Why is this bad?
//!
//! The two probes answer different questions. A container that is too busy to answer should get no new requests until
//! it has caught up: that is what readiness is for. If liveness fails at the same moment, the container is killed
//! instead, its work goes to the others, and they are killed next.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 5}
//!     livenessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 5}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 5}
//!     livenessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 5, failureThreshold: 12}
//! ```
//!
//! ## When to ignore it
//!
//! When nothing but a restart ever mends the container, so that the two questions are one.

use crate::finding::{Code, Level, Profile};
use crate::rules::same::same;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/identical-probes",
        Level::Warning,
        Profile::Recommended,
        "Readiness and liveness probes are equal.",
        page!("identical_probes.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let container = at.container.value;
    let (Some(ready), Some(alive)) = (container.get("readinessProbe"), container.get("livenessProbe")) else {
        return;
    };
    if !same(ready, alive) {
        return;
    }
    let message = format!("readiness and liveness probes of container `{}` are equal", at.name());
    out.push(
        out.finding(container.key_place("livenessProbe"), message)
            .label("restarts the container at the moment in which ...")
            .related(container.key_place("readinessProbe"), "... this one would have spared it")
            .field(at.field("livenessProbe"))
            .because("a container that is only busy is killed, and its load falls on the others")
            .help("let liveness give up later (a higher failureThreshold), or remove it"),
    );
}
