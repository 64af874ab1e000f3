//! # `security/apparmor`
//!
//! ## What it does
//!
//! Reports a container without an AppArmor profile (`appArmorProfile`, its own or the Pod's, or the annotation of former
//! versions), or with one that is Unconfined.
//!
//! ## Why is this bad?
//!
//! A profile limits which files and capabilities a program may use, whatever its user.
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
//! securityContext: {appArmorProfile: {type: RuntimeDefault}}
//! containers:
//!   - name: web
//!     image: web:1
//! ```
//!
//! ## When to ignore it
//!
//! On nodes without AppArmor (Red Hat's, which have SELinux), and where the runtime sets its default profile anyway.

use crate::apiserver::admission::pod_security;
use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/apparmor",
        Level::Info,
        Profile::Security,
        "A container without an AppArmor profile.",
        page!("apparmor.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let profile = at.effective("appArmorProfile");
    let annotation = format!("container.apparmor.security.beta.kubernetes.io/{}", at.name());
    let old = at.at_pod().annotation(&annotation);
    let unconfined = profile.is_some_and(|profile| !pod_security::allows_app_armor(profile.str("type")))
        || old.and_then(Value::as_str) == Some("unconfined");
    if ((profile.is_some() || old.is_some()) && !unconfined) || at.is_privileged() || at.at_pod().is_windows()
    {
        return;
    }
    let place = profile.or(old).map_or_else(|| at.name_place(), Value::place);
    out.push(
        out.finding(place, format!("{} runs without an AppArmor profile", at.what()))
            .label(if unconfined { "Unconfined" } else { "no appArmorProfile" })
            .field(at.field("securityContext.appArmorProfile")),
    );
}
