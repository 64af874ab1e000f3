//! # `security/seccomp-missing`
//!
//! ## What it does
//!
//! Reports a container whose effective `seccompProfile` (its own, or else the Pod's) is not set.
//!
//! ## Why is this bad?
//!
//! It may use every call of the kernel, of which a program needs a tenth; holes in the rest are ways out of the
//! container. Namespaces with the Pod Security level restricted refuse it.
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
//! securityContext: {seccompProfile: {type: RuntimeDefault}}
//! containers:
//!   - name: web
//!     image: web:1
//! ```
//!
//! ## When to ignore it
//!
//! Where kubelets set the profile (`seccompDefault`). A profile that is Unconfined is another finding. The fix sets it for
//! the Pod, so that it holds for all containers without one.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::set;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/seccomp-missing",
        Level::Warning,
        Profile::Security,
        "A container that may call everything in the kernel.",
        page!("seccomp_missing.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    if at.effective("seccompProfile").is_some() || at.is_privileged() || at.at_pod().is_windows() {
        return;
    }
    let mut finding = out
        .finding(at.name_place(), format!("{} may call everything in the kernel", at.what()))
        .label("no seccompProfile")
        .field(at.field("securityContext.seccompProfile"))
        .help("`seccompProfile: {type: RuntimeDefault}` in the securityContext of the Pod");
    // At the Pod, once for all of its containers.
    let path = ["securityContext", "seccompProfile", "type"];
    if let Some(edit) = at.pod.spec.view().and_then(|spec| set(spec, &path, "RuntimeDefault")) {
        finding = finding.fix(Fix::safe("use the profile of the container runtime", vec![edit]));
    }
    out.push(finding);
}
