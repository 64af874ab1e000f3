//! # `security/capabilities-not-dropped`
//!
//! ## What it does
//!
//! Reports a container whose `capabilities.drop` lacks ALL (in capitals: the API compares it as it is written).
//!
//! ## Why is this bad?
//!
//! A container starts with a dozen capabilities (it may change owners of files, send raw packets) that most programs
//! never use, and that a hole in the program opens. Namespaces with the Pod Security level restricted refuse it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     securityContext:
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
//!       capabilities: {drop: [ALL]}
//!       runAsNonRoot: true
//! ```
//!
//! ## When to ignore it
//!
//! For programs that need them: add those back by name. The fix is safe only for containers that are not root, for which
//! the capabilities are of no use; elsewhere it is one of `--unsafe-fixes`.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::{include, replace_list};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/capabilities-not-dropped",
        Level::Warning,
        Profile::Security,
        "A container that keeps capabilities it was given unasked.",
        page!("capabilities_not_dropped.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let drop = at.own("capabilities").and_then(|capabilities| capabilities.get("drop"));
    let all = drop.into_iter().flat_map(Value::items).any(|value| value.as_str() == Some("ALL"));
    if all || at.is_privileged() || at.at_pod().is_windows() {
        return;
    }
    let place = drop.map_or_else(|| at.name_place(), Value::place);
    let mut finding = out
        .finding(place, format!("{} keeps the capabilities it was given", at.what()))
        .label("does not drop ALL")
        .field(at.field("securityContext.capabilities.drop"));
    let not_root = at.effective("runAsNonRoot").and_then(Value::as_bool) == Some(true);
    let path = ["securityContext", "capabilities", "drop"];
    let edit = at.container.value.view().and_then(|container| {
        // A list in brackets is written anew: ALL says what the others say.
        drop.and_then(Value::view)
            .and_then(|list| replace_list(list, "[ALL]"))
            .or_else(|| include(container, &path, "ALL"))
    });
    match edit {
        Some(edit) => {
            let (title, edits) = ("drop all capabilities", vec![edit]);
            finding = finding.fix(if not_root { Fix::safe(title, edits) } else { Fix::maybe(title, edits) });
        }
        None => finding = finding.help("`capabilities: {drop: [ALL]}`, and add back what it needs"),
    }
    out.push(finding);
}
