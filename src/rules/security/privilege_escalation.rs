//! # `security/privilege-escalation`
//!
//! ## What it does
//!
//! Reports a container without `allowPrivilegeEscalation: false`. Privileged containers, and those with SYS_ADMIN, have
//! all rights anyway and are another finding; Windows knows no such thing.
//!
//! ## Why is this bad?
//!
//! A program that is not root becomes root by a setuid program in the image (`su`, `sudo`, an old `mount`). With the
//! field set to false the kernel forbids it. Namespaces with the Pod Security level restricted refuse Pods without it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext:
//!       capabilities: {drop: [ALL]}
//!       runAsNonRoot: true
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext:
//!       allowPrivilegeEscalation: false
//!       capabilities: {drop: [ALL]}
//!       runAsNonRoot: true
//! ```
//!
//! ## When to ignore it
//!
//! For programs that need a setuid helper (sandboxes of browsers, `ping` in old images). The fix is safe only where all
//! capabilities are dropped and the container is not root; elsewhere it is one of `--unsafe-fixes`.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::set;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/privilege-escalation",
        Level::Warning,
        Profile::Security,
        "A container whose program may get more rights than it started with.",
        page!("privilege_escalation.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let value = at.own("allowPrivilegeEscalation");
    let has_all = at.is_privileged()
        || at.added().any(|c| matches!(c.as_str(), Some("SYS_ADMIN" | "CAP_SYS_ADMIN" | "ALL")));
    if value.and_then(Value::as_bool) == Some(false) || has_all || at.at_pod().is_windows() {
        return;
    }
    let (place, label) = match value {
        Some(value) => (value.place(), "allowed"),
        None => (at.name_place(), "no allowPrivilegeEscalation: false"),
    };
    let mut finding = out
        .finding(place, format!("the program of {} may become root", at.what()))
        .label(label)
        .field(at.field("securityContext.allowPrivilegeEscalation"))
        .because("a setuid program in its image is enough");
    let path = ["securityContext", "allowPrivilegeEscalation"];
    if let Some(edit) = at.container.value.view().and_then(|container| set(container, &path, "false")) {
        let title = "set `allowPrivilegeEscalation: false`";
        let harmless = at.drops("ALL") && at.effective("runAsNonRoot").and_then(Value::as_bool) == Some(true);
        finding =
            finding.fix(if harmless { Fix::safe(title, vec![edit]) } else { Fix::maybe(title, vec![edit]) });
    } else {
        finding = finding.help("set `allowPrivilegeEscalation: false` in its securityContext");
    }
    out.push(finding);
}
