//! # `rbac/wildcard`
//!
//! ## What it does
//!
//! Reports `*` among the resources or verbs of a rule, or among its API groups.
//!
//! ## Why is this bad?
//!
//! A star stands for what exists today and for what is installed tomorrow: Secrets, the definitions of the next
//! operator.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: Role
//! metadata: {name: reader}
//! rules:
//!   - apiGroups: [""]
//!     resources: ["*"]
//!     verbs: [get]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: Role
//! metadata: {name: reader}
//! rules:
//!   - apiGroups: [""]
//!     resources: [pods, services]
//!     verbs: [get]
//! ```
//!
//! ## When to ignore it
//!
//! For operators of a whole cluster, and for verbs on a group's own custom resources. A rule is reported once; a rule
//! with `*` as verb on a resource that another rule of this group names (Secrets, bindings) is reported there.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::pod::what;
use crate::rules::powers::{has, is_named, roles};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/wildcard",
        Level::Warning,
        Profile::Security,
        "A rule with a star.",
        page!("wildcard.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for role in roles(tree) {
        for (i, rule) in role.value.list("rules").enumerate() {
            let star = |list: &str| rule.list(list).find(|value| value.as_str() == Some("*"));
            let texts = |list: &str| -> String {
                let all: Vec<&str> = rule.list(list).filter_map(Value::as_str).collect();
                all.join(", ")
            };
            let groups = match texts("apiGroups").as_str() {
                "" => "the core group".to_owned(),
                "*" => "all groups".to_owned(),
                groups => groups.to_owned(),
            };
            let (value, list, message) = if let Some(value) = star("resources") {
                let verbs = if has(rule, "verbs", "*") {
                    "everything".into()
                } else {
                    format!("`{}`", texts("verbs"))
                };
                (value, "resources", format!("{} allows {verbs} on all resources of {groups}", what(role)))
            } else if let Some(value) = star("verbs").filter(|_| !is_named(rule)) {
                (value, "verbs", format!("{} allows everything on {}", what(role), texts("resources")))
            } else if let Some(value) = star("apiGroups").filter(|_| !is_named(rule)) {
                (value, "apiGroups", format!("{} means {} of every group", what(role), texts("resources")))
            } else {
                continue;
            };
            out.push(
                out.finding_in(role, value.place(), message)
                    .label("and what is installed tomorrow")
                    .field(format!("rules[{i}].{list}")),
            );
        }
    }
}
