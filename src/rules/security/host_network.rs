//! # `security/host-network`
//!
//! ## What it does
//!
//! Reports `hostNetwork: true`.
//!
//! ## Why is this bad?
//!
//! The Pod sees the traffic of its node, reaches what listens on the node's loopback address (the kubelet among it), and
//! no NetworkPolicy holds for it. Namespaces with the Pod Security levels baseline and restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! hostNetwork: true
//! containers: [{name: agent, image: "agent:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers: [{name: agent, image: "agent:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For network plugins, node exporters and ingress controllers.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/host-network",
        Level::Warning,
        Profile::Security,
        "A Pod in the network of its node.",
        page!("host_network.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let Some(value) = at.pod.spec.get("hostNetwork").filter(|value| value.as_bool() == Some(true)) else {
        return;
    };
    out.push(
        out.finding(value.place(), format!("{} runs in the network of its node", at.what()))
            .label("no NetworkPolicy holds for it")
            .field(at.field("hostNetwork"))
            .help("expose its ports by a Service"),
    );
}
