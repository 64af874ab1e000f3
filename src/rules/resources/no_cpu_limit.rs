//! # `resources/no-cpu-limit`
//!
//! ## What it does
//!
//! Reports a container without `limits.cpu`.
//!
//! ## Why is this bad?
//!
//! It may use all idle cores of its node, so that it runs fast on an empty node and slow on a full one. That is mostly
//! what one wants: this is the most disputed of all rules, and off.
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
//!     resources: {limits: {cpu: "1"}}
//! ```
//!
//! ## When to ignore it
//!
//! Unless times have to be the same on every node. The opposite rule is `resources/cpu-limit`.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/no-cpu-limit",
        Level::Info,
        Profile::Pedantic,
        "A container without a limit for cpu.",
        page!("no_cpu_limit.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let of_pod = at.pod.spec.at(&["resources", "limits", "cpu"]);
    if !at.serves() || of_pod.is_some() || at.quantity("limits", "cpu").is_some() {
        return;
    }
    out.push(
        out.finding(at.name_place(), format!("{} may use all idle cores of its node", at.what()))
            .label("no limits.cpu")
            .field(at.field("resources.limits.cpu")),
    );
}
