//! # `security/sys-admin`
//!
//! ## What it does
//!
//! Reports the added capabilities ALL, BPF, DAC_READ_SEARCH, NET_ADMIN, SYS_ADMIN, SYS_BOOT, SYS_MODULE, SYS_PTRACE,
//! SYS_RAWIO and SYS_TIME.
//!
//! ## Why is this bad?
//!
//! With most of them one leaves the container: SYS_ADMIN mounts the node's disk, SYS_MODULE loads code into its kernel,
//! SYS_PTRACE (with the node's processes) writes into other programs.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: net
//!     image: net:1
//!     securityContext:
//!       capabilities:
//!         add: [SYS_ADMIN]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: net
//!     image: net:1
//!     securityContext:
//!       capabilities:
//!         add: [NET_BIND_SERVICE]
//! ```
//!
//! ## When to ignore it
//!
//! For node agents that are part of the node.

use crate::finding::{Code, Level, Profile};
use crate::rules::capabilities::{DANGEROUS, plain};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/sys-admin",
        Level::Warning,
        Profile::Security,
        "A capability with which one has the node.",
        page!("sys_admin.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    if at.is_privileged() {
        return;
    }
    for (i, value) in at.added().enumerate() {
        let Some(name) = value.as_str().map(plain) else { continue };
        let Some((_, opens)) = DANGEROUS.iter().find(|(dangerous, _)| *dangerous == name) else { continue };
        out.push(
            out.finding(value.place(), format!("{} gets {name}", at.what()))
                .label(*opens)
                .field(at.field(&format!("securityContext.capabilities.add[{i}]"))),
        );
    }
}
