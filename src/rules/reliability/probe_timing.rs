//! # `reliability/probe-timing`
//!
//! ## What it does
//!
//! Reports a probe whose `timeoutSeconds` is above its `periodSeconds`.
//!
//! ## Why is this bad?
//!
//! The next turn comes only after the answer: the probe is asked less often than it says, and gives up later.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     readinessProbe:
//!       httpGet: {path: /, port: 80}
//!       periodSeconds: 5
//!       timeoutSeconds: 30
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     readinessProbe:
//!       httpGet: {path: /, port: 80}
//!       periodSeconds: 5
//!       timeoutSeconds: 3
//! ```
//!
//! ## When to ignore it
//!
//! Where answers are rarely late.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/probe-timing",
        Level::Info,
        Profile::Pedantic,
        "A probe that takes longer than its turn.",
        page!("probe_timing.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let Some(probe) = at.container.value.get(name) else { continue };
        let (Some(timeout), period) = (probe.get("timeoutSeconds"), probe.int("periodSeconds").unwrap_or(10))
        else {
            continue;
        };
        let Some(seconds) = timeout.as_i64().filter(|seconds| *seconds > period) else { continue };
        let message = format!("this probe may take {seconds} s, and is to be asked every {period} s");
        out.push(
            out.finding(timeout.place(), message)
                .label("longer than its turn")
                .field(at.field(&format!("{name}.timeoutSeconds"))),
        );
    }
}
