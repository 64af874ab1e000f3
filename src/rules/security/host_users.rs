//! # `security/host-users`
//!
//! ## What it does
//!
//! Reports a Pod without `hostUsers: false`.
//!
//! ## Why is this bad?
//!
//! User 0 of the container is user 0 of the node. In a user namespace it is nobody there, and most ways out of the
//! container lead nowhere.
//!
//! ## Example
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! hostUsers: false
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For Pods that need namespaces of the node, and on nodes whose runtime or file system does not support it.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/host-users",
        Level::Info,
        Profile::Pedantic,
        "A Pod whose users are those of its node.",
        page!("host_users.rs"),
    )
    .off(),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let value = at.pod.spec.get("hostUsers");
    let own = ["hostNetwork", "hostPID", "hostIPC"].iter().any(|field| at.pod.spec.flag(field));
    if value.and_then(Value::as_bool) == Some(false) || own || at.is_windows() {
        return;
    }
    let place = value.map_or_else(|| at.pod.spec.key_place("containers"), Value::place);
    out.push(
        out.finding(place, format!("users of {} are those of its node", at.what()))
            .label("no hostUsers: false")
            .field(at.field("hostUsers")),
    );
}
