//! # `net/host-aliases`
//!
//! ## What it does
//!
//! Reports `hostAliases`.
//!
//! ## Why is this bad?
//!
//! The names are in no DNS: whoever looks for the reason why a Pod talks to another address does not find it, and the
//! address does not change when the service moves.
//!
//! ## Example
//!
//! ```yaml
//! hostAliases:
//!   - {ip: 192.0.2.1, hostnames: [db.example.com]}
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For names that no DNS has.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/host-aliases",
        Level::Info,
        Profile::Pedantic,
        "Names that only this Pod knows.",
        page!("host_aliases.rs"),
    )
    .off(),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    if at.pod.spec.list("hostAliases").next().is_some() {
        out.push(
            out.finding(
                at.pod.spec.key_place("hostAliases"),
                format!("{} has names that no DNS knows", at.what()),
            )
            .label("an entry of /etc/hosts")
            .field(at.field("hostAliases")),
        );
    }
}
