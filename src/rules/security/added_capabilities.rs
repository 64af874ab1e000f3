//! # `security/added-capabilities`
//!
//! ## What it does
//!
//! Reports an added capability that is neither in the list of the Pod Security level baseline nor so dangerous that
//! `security/sys-admin` reports it.
//!
//! ## Why is this bad?
//!
//! It opens a part of what only root may do. Namespaces with the Pod Security levels baseline and restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext:
//!       capabilities:
//!         add: [SYSLOG]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext:
//!       capabilities:
//!         add: [NET_BIND_SERVICE]
//! ```
//!
//! ## When to ignore it
//!
//! Where the program needs just this one.

use crate::apiserver::admission::pod_security;
use crate::finding::{Code, Level, Profile};
use crate::rules::capabilities::{DANGEROUS, plain};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/added-capabilities",
        Level::Warning,
        Profile::Security,
        "A capability beyond the usual ones.",
        page!("added_capabilities.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    for (i, value) in at.added().enumerate() {
        let Some(name) = value.as_str().map(plain) else { continue };
        if pod_security::allows_capability(name) || DANGEROUS.iter().any(|(dangerous, _)| *dangerous == name)
        {
            continue;
        }
        out.push(
            out.finding(value.place(), format!("{} gets the capability {name}", at.what()))
                .label("not among those of the level baseline")
                .field(at.field(&format!("securityContext.capabilities.add[{i}]"))),
        );
    }
}
