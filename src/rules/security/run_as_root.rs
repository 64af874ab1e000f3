//! # `security/run-as-root`
//!
//! ## What it does
//!
//! Reports a container whose effective `runAsNonRoot` (its own, or else the Pod's) is not true, and that has no
//! `runAsUser`.
//!
//! ## Why is this bad?
//!
//! It runs as whatever user its image says, which is root for most. A hole in the program is then a hole in the
//! container's root, one step from the node. Namespaces with the Pod Security level restricted refuse it.
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
//! securityContext: {runAsNonRoot: true}
//! containers:
//!   - name: web
//!     image: web:1
//! ```
//!
//! ## When to ignore it
//!
//! For programs that need root. A `runAsUser` other than 0 is enough; 0 is another finding, `security/root-user`.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/run-as-root",
        Level::Warning,
        Profile::Security,
        "A container that may run as root.",
        page!("run_as_root.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let non_root = at.effective("runAsNonRoot");
    if non_root.and_then(Value::as_bool) == Some(true)
        || at.effective("runAsUser").is_some()
        || at.is_privileged()
        || at.at_pod().is_windows()
    {
        return;
    }
    let place = non_root.map_or_else(|| at.name_place(), Value::place);
    out.push(
        out.finding(place, format!("{} runs as root if its image says so", at.what()))
            .label("no runAsNonRoot")
            .field(at.field("securityContext.runAsNonRoot"))
            .help("set `runAsNonRoot: true` in the securityContext of the Pod"),
    );
}
