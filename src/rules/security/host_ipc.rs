//! # `security/host-ipc`
//!
//! ## What it does
//!
//! Reports `hostIPC: true`.
//!
//! ## Why is this bad?
//!
//! The Pod reads and writes the shared memory of every process of its node. Namespaces with the Pod Security levels
//! baseline and restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! hostIPC: true
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
//! For programs that talk to the node by shared memory.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/host-ipc",
        Level::Warning,
        Profile::Security,
        "A Pod that shares memory with its node.",
        page!("host_ipc.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let Some(value) = at.pod.spec.get("hostIPC").filter(|value| value.as_bool() == Some(true)) else {
        return;
    };
    out.push(
        out.finding(value.place(), format!("{} shares the memory segments of its node", at.what()))
            .label("every process uses them")
            .field(at.field("hostIPC"))
            .help("an emptyDir with `medium: Memory` is shared memory for the Pod itself"),
    );
}
