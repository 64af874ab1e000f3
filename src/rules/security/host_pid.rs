//! # `security/host-pid`
//!
//! ## What it does
//!
//! Reports `hostPID: true`.
//!
//! ## Why is this bad?
//!
//! The Pod sees every process of its node, with environment and open files; as root it reads and kills them. Namespaces
//! with the Pod Security levels baseline and restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! hostPID: true
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
//! For agents that watch processes.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/host-pid",
        Level::Warning,
        Profile::Security,
        "A Pod that sees all processes of its node.",
        page!("host_pid.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let Some(value) = at.pod.spec.get("hostPID").filter(|value| value.as_bool() == Some(true)) else {
        return;
    };
    out.push(
        out.finding(value.place(), format!("{} sees all processes of its node", at.what()))
            .label("their variables and files too")
            .field(at.field("hostPID"))
            .help("`shareProcessNamespace: true` shows the processes of the Pod itself"),
    );
}
