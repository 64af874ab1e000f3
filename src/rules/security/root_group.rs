//! # `security/root-group`
//!
//! ## What it does
//!
//! Reports `runAsGroup: 0` (of the Pod or a container), `fsGroup: 0` and 0 among `supplementalGroups`.
//!
//! ## Why is this bad?
//!
//! Files that root's group may read or write are open to the program; in many images and on nodes there are some.
//!
//! ## Example
//!
//! ```yaml
//! securityContext: {fsGroup: 0}
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! securityContext: {fsGroup: 10001}
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For images made for OpenShift, whose files belong to the group 0 on purpose.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/root-group",
        Level::Warning,
        Profile::Security,
        "The group root.",
        page!("root_group.rs"),
    )
    .off(),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let mut found: Vec<(Value<'_>, &str, String)> = Vec::new();
    if let Some(context) = at.pod.spec.get("securityContext") {
        for field in ["runAsGroup", "fsGroup"] {
            if let Some(value) = context.get(field) {
                found.push((value, field, at.field(&format!("securityContext.{field}"))));
            }
        }
        for (i, value) in context.list("supplementalGroups").enumerate() {
            let field = at.field(&format!("securityContext.supplementalGroups[{i}]"));
            found.push((value, "supplementalGroups", field));
        }
    }
    for container in at.containers() {
        if let Some(value) = container.own("runAsGroup") {
            found.push((value, "runAsGroup", container.field("securityContext.runAsGroup")));
        }
    }
    for (value, name, field) in found.into_iter().filter(|(value, ..)| value.as_i64() == Some(0)) {
        out.push(
            out.finding(value.place(), format!("{name} 0 is the group root"))
                .label("root's files are open to it")
                .field(field),
        );
    }
}
