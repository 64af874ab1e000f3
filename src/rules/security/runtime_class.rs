//! # `security/runtime-class`
//!
//! ## What it does
//!
//! Reports a Pod whose `runtimeClassName` is none of gvisor, runsc and kata*, or of those that the configuration names
//! instead: `security/runtime-class: {allow: [hardened]}` under `rules` of `kcheck.yaml`.
//!
//! ## Why is this bad?
//!
//! Its programs talk to the kernel of the node itself.
//!
//! ## Example
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! runtimeClassName: gvisor
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For all that does not run code of strangers.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/runtime-class",
        Level::Info,
        Profile::Security,
        "A Pod without a hardened runtime.",
        page!("runtime_class.rs"),
    )
    .off(),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let value = at.pod.spec.get("runtimeClassName");
    let name = value.and_then(Value::as_str).unwrap_or_default();
    if out.parameters().runtime_classes.iter().any(|pattern| crate::object::matches(pattern, name)) {
        return;
    }
    let place = value.map_or_else(|| at.pod.spec.key_place("containers"), Value::place);
    out.push(
        out.finding(place, format!("{} runs on the kernel of its node", at.what()))
            .label("no hardened runtimeClassName")
            .field(at.field("runtimeClassName")),
    );
}
