//! # `rbac/unknown-resource`
//!
//! ## What it does
//!
//! Reports a resource of a Role or ClusterRole that is in none of the rule's API groups, if all of these are Kubernetes'
//! own; and a verb that no request has.
//!
//! ## Why is this bad?
//!
//! Rules go by the plural in lower case (`cronjobs`, not `cronjob` or `CronJob`) and by the right group (`deployments`
//! are in `apps`). The server accepts any text and grants nothing: the application gets `forbidden` at run time.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: Role
//! metadata: {name: reader}
//! rules:
//!   - apiGroups: [apps]
//!     resources:
//!       - deployment
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
//!   - apiGroups: [apps]
//!     resources:
//!       - deployments
//!     verbs: [get]
//! ```
//!
//! ## When to ignore it
//!
//! When the rule is kept for an older cluster. Groups that are not Kubernetes' own are not looked at, nor are rules with
//! a group that kcheck's versions (1.25 and later) no longer know.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Code, Fix, Fixable, Level, Profile, nearest};
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, Tree, page};
use crate::schema::Types;
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/unknown-resource",
        Level::Warning,
        Profile::Recommended,
        "A rule for a resource that no API has.",
        page!("unknown_resource.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Tree(check),
};

const GROUP: &str = "rbac.authorization.k8s.io";

/// Verbs of requests, and those that admission and authorization ask about.
const VERBS: &[&str] = &[
    "*",
    "approve",
    "attest",
    "bind",
    "create",
    "delete",
    "deletecollection",
    "escalate",
    "get",
    "head",
    "impersonate",
    "list",
    "options",
    "patch",
    "post",
    "proxy",
    "put",
    "redirect",
    "sign",
    "update",
    "use",
    "watch",
];

/// Resources of Kubernetes' groups without a kind of that name in the tables, or of former versions.
const OTHERS: &[(&str, &str)] = &[
    ("", "bindings"),
    ("", "componentstatuses"),
    ("", "groups"),
    ("", "users"),
    ("apps", "controllerrevisions"),
    ("authentication.k8s.io", "uids"),
    ("authentication.k8s.io", "userextras"),
    ("certificates.k8s.io", "signers"),
    ("policy", "podsecuritypolicies"),
    ("storage.k8s.io", "volumeattachments"),
];

type Known = FxHashMap<&'static str, FxHashSet<String>>;

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut known = None;
    for kind in ["Role", "ClusterRole"] {
        for role in tree.own_of(GROUP, kind) {
            let known = known.get_or_insert_with(resources);
            for (i, rule) in role.value.list("rules").enumerate() {
                judge(role, rule, i, known, out);
            }
        }
    }
}

/// Plurals of all built-in kinds, by group.
fn resources() -> Known {
    let mut known = Known::default();
    for kind in Types::builtin().kinds().filter(|kind| kind.plural != "-" && !kind.plural.is_empty()) {
        let Some(group) = crate::rules::tree::BUILT_IN.iter().find(|group| **group == kind.group) else {
            continue;
        };
        known.entry(*group).or_default().insert(kind.plural.to_owned());
    }
    for (group, plural) in OTHERS {
        known.entry(group).or_default().insert((*plural).to_owned());
    }
    known
}

fn judge(role: &Object<'_>, rule: Value<'_>, i: usize, known: &Known, out: &mut Sink<'_>) {
    for (j, value) in rule.list("verbs").enumerate() {
        let Some(verb) = value.as_str() else { continue };
        // Custom resources may have verbs of their own.
        let custom = rule.list("apiGroups").any(|g| g.as_str().is_none_or(|g| !known.contains_key(g)));
        if verb.is_empty() || VERBS.contains(&verb) || custom || rule.list("resources").next().is_none() {
            continue;
        }
        let mut finding = out
            .finding_in(role, value.place(), format!("no request has the verb `{verb}`"))
            .field(format!("rules[{i}].verbs[{j}]"))
            .label("grants nothing");
        let near = VERBS.iter().copied().find(|v| v.eq_ignore_ascii_case(verb));
        if let Some(near) = near.or_else(|| nearest(verb, VERBS.iter().copied().filter(|v| v.len() > 2), 1)) {
            finding = finding.label(format!("did you mean `{near}`?"));
        }
        out.push(finding);
    }
    let groups: Vec<&str> = rule.list("apiGroups").filter_map(Value::as_str).collect();
    if groups.is_empty() || !groups.iter().all(|group| known.contains_key(group)) {
        return;
    }
    for (j, value) in rule.list("resources").enumerate() {
        let Some(text) = value.as_str() else { continue };
        let (resource, rest) =
            text.split_once('/').map_or((text, None), |(resource, rest)| (resource, Some(rest)));
        let of_groups = || groups.iter().filter_map(|group| known.get(group));
        if resource.is_empty() || resource.contains('*') || of_groups().any(|known| known.contains(resource))
        {
            continue;
        }
        let names = groups.iter().map(|group| if group.is_empty() { "the core group" } else { group });
        let names: Vec<&str> = names.collect();
        let mut finding = out
            .finding_in(role, value.place(), format!("`{text}` is no resource of {}", names.join(", ")))
            .label("grants nothing")
            .field(format!("rules[{i}].resources[{j}]"));
        let mut elsewhere: Vec<&str> =
            known.iter().filter(|(_, plurals)| plurals.contains(resource)).map(|(group, _)| *group).collect();
        elsewhere.sort_unstable();
        let lower = resource.to_ascii_lowercase();
        let mut near: Vec<&str> = of_groups()
            .flatten()
            .map(String::as_str)
            .filter(|plural| *plural == lower || crate::finding::distance(plural, &lower) <= 2)
            .collect();
        near.sort_unstable();
        near.dedup();
        if let Some(group) = elsewhere.first() {
            let group = if group.is_empty() { "the core group, `\"\"`" } else { group };
            finding = finding.label(format!("they are in {group}"));
        } else if let [near] = near.as_slice() {
            finding = finding.label(format!("did you mean `{near}`?"));
            let right = rest.map_or_else(|| (*near).to_owned(), |rest| format!("{near}/{rest}"));
            if let Some(edit) = value.view().and_then(|view| replace_scalar(view, &right)) {
                finding = finding.fix(Fix::safe(format!("write `{right}`"), vec![edit]));
            }
        }
        out.push(finding);
    }
}
