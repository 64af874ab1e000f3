//! # `reliability/liveness-before-ready`
//!
//! ## What it does
//!
//! Reports a container whose liveness probe gives up (`initialDelaySeconds` and `failureThreshold` times
//! `periodSeconds`) before its readiness probe is asked for the first time, and that has no startup probe.
//!
//! ## Why is this bad?
//!
//! A container that starts slowly is killed before anybody asked whether it is ready, and starts again, for ever: the
//! more load there is on the node, the likelier.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     readinessProbe: {httpGet: {path: /ready, port: 80}, initialDelaySeconds: 60}
//!     livenessProbe:
//!       httpGet: {path: /live, port: 80}
//!       initialDelaySeconds: 5
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     readinessProbe: {httpGet: {path: /ready, port: 80}}
//!     startupProbe: {httpGet: {path: /live, port: 80}, failureThreshold: 30}
//!     livenessProbe:
//!       httpGet: {path: /live, port: 80}
//!       initialDelaySeconds: 5
//! ```
//!
//! ## When to ignore it
//!
//! When the program answers the liveness probe from its first second.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/liveness-before-ready",
        Level::Info,
        Profile::Recommended,
        "A liveness probe that may kill a container while it starts.",
        page!("liveness_before_ready.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let container = at.container.value;
    let (Some(live), Some(ready)) = (container.get("livenessProbe"), container.get("readinessProbe")) else {
        return;
    };
    let delay = |probe: Value<'_>| probe.int("initialDelaySeconds").unwrap_or(0);
    let period = live.int("periodSeconds").unwrap_or(10);
    let failures = live.int("failureThreshold").unwrap_or(3);
    let gives_up = period.saturating_mul(failures).saturating_add(delay(live));
    if container.get("startupProbe").is_some() || gives_up >= delay(ready) {
        return;
    }
    out.push(
        out.finding(
            container.key_place("livenessProbe"),
            format!("{} may be killed while it starts", at.what()),
        )
        .label(format!("gives up after {gives_up} s"))
        .related(container.key_place("readinessProbe"), format!("first asked after {} s", delay(ready)))
        .field(at.field("livenessProbe"))
        .help("a startupProbe holds the liveness probe back until the container has started"),
    );
}
