//! # `security/no-hardening`
//!
//! ## What it does
//!
//! Reports a container without any of seccomp, AppArmor, SELinux options and dropped capabilities, of its own or of its
//! Pod.
//!
//! ## Why is this bad?
//!
//! Nothing but its user stands between the program and the kernel.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext: {capabilities: {drop: [ALL]}}
//! ```
//!
//! ## When to ignore it
//!
//! Where nodes set profiles by default.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/no-hardening",
        Level::Info,
        Profile::Pedantic,
        "A container with no hardening at all.",
        page!("no_hardening.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let has =
        ["seccompProfile", "appArmorProfile", "seLinuxOptions"].iter().any(|f| at.effective(f).is_some());
    let drops = at.own("capabilities").is_some_and(|c| c.list("drop").next().is_some());
    if has || drops || at.at_pod().is_windows() {
        return;
    }
    out.push(
        out.finding(at.name_place(), format!("nothing hardens {}", at.what()))
            .label("no seccomp, AppArmor, SELinux, dropped capabilities")
            .field(at.field("securityContext")),
    );
}
