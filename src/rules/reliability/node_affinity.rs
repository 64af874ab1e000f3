//! # `reliability/node-affinity`
//!
//! ## What it does
//!
//! Reports a Pod with neither node affinity nor a `nodeSelector`.
//!
//! ## Why is this bad?
//!
//! It may land on nodes that are meant for others (of another architecture, of another team), if taints do not forbid
//! it.
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
//! nodeSelector: {kubernetes.io/arch: amd64}
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! In clusters of equal nodes.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/node-affinity",
        Level::Info,
        Profile::Pedantic,
        "A Pod that runs on any node.",
        page!("node_affinity.rs"),
    )
    .off(),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let selects = at.pod.spec.at(&["affinity", "nodeAffinity"]).is_some()
        || at.pod.spec.map("nodeSelector").next().is_some()
        || !at.pod.spec.str("nodeName").is_empty();
    if !selects && !at.object.gvk.is("apps", "DaemonSet") {
        out.push(
            out.finding(at.pod.spec.key_place("containers"), format!("{} runs on any node", at.what()))
                .label("no node affinity, no nodeSelector")
                .field(at.field("affinity.nodeAffinity")),
        );
    }
}
