//! # `security/writable-root-fs`
//!
//! ## What it does
//!
//! Reports a container without `readOnlyRootFilesystem: true`.
//!
//! ## Why is this bad?
//!
//! Whoever takes over the program may leave tools and changed programs in the container.
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
//!     securityContext: {readOnlyRootFilesystem: true}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that write beside their volumes; give them an emptyDir where they write. Windows knows no such thing.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::set;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/writable-root-fs",
        Level::Warning,
        Profile::Security,
        "A container that can change its own programs.",
        page!("writable_root_fs.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let value = at.own("readOnlyRootFilesystem");
    if value.and_then(Value::as_bool) == Some(true) || at.at_pod().is_windows() {
        return;
    }
    let place = value.map_or_else(|| at.name_place(), Value::place);
    let mut finding = out
        .finding(place, format!("the files of {} can be changed", at.what()))
        .label("no readOnlyRootFilesystem: true")
        .field(at.field("securityContext.readOnlyRootFilesystem"));
    let path = ["securityContext", "readOnlyRootFilesystem"];
    if let Some(edit) = at.container.value.view().and_then(|container| set(container, &path, "true")) {
        finding = finding.fix(Fix::maybe("set `readOnlyRootFilesystem: true`", vec![edit]));
    }
    out.push(finding);
}
