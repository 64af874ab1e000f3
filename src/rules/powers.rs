//! What rules of RBAC grant: the rules about single powers are this table of theirs, read once for each role.

use super::Sink;
use super::Tree;
use super::rbac;
use crate::finding::Place;
use crate::object::{Object, Value};

/// The API group of RBAC.
pub(super) const GROUP: &str = "rbac.authorization.k8s.io";

/// Verbs on resources that together are a power.
pub(super) struct Power {
    /// API groups of the resources.
    pub groups: &'static [&'static str],
    /// Resources, any of which is enough.
    pub resources: &'static [&'static str],
    /// Verbs, any of which is enough.
    pub verbs: &'static [&'static str],
    /// What whoever has it may do; `in every namespace` becomes `in its namespace` for a Role.
    pub means: &'static str,
    /// Text of the label.
    pub label: &'static str,
    /// Only rules for an object of this name count; without it, only rules for objects of any name.
    pub names: Option<&'static str>,
}

/// Powers that have a rule of their own.
const POWERS: &[&Power] = &[
    &rbac::attach::POWER,
    &rbac::csr_approval::POWER,
    &rbac::escalate::POWER,
    &rbac::events::POWER,
    &rbac::exec::POWER,
    &rbac::impersonate::POWER,
    &rbac::node_proxy::POWER,
    &rbac::persistent_volumes::POWER,
    &rbac::port_forward::POWER,
    &rbac::secrets::POWER,
    &rbac::service_status::POWER,
    &rbac::token_request::POWER,
    &rbac::webhooks::POWER,
];

/// Roles and ClusterRoles that are to be judged.
pub(super) fn roles<'a>(tree: &Tree<'a>) -> impl Iterator<Item = &'a Object<'a>> + use<'a> {
    let roles: Vec<_> = tree.own_of(GROUP, "Role").chain(tree.own_of(GROUP, "ClusterRole")).collect();
    roles.into_iter()
}

/// Bindings that are to be judged.
pub(super) fn bindings<'a>(tree: &Tree<'a>) -> impl Iterator<Item = &'a Object<'a>> + use<'a> {
    bindings_of_all(tree).filter(|binding| binding.document.is_some())
}

/// All bindings, those of the cluster included.
pub(super) fn bindings_of_all<'a>(tree: &Tree<'a>) -> impl Iterator<Item = &'a Object<'a>> + use<'a> {
    let all: Vec<_> = tree.of(GROUP, "RoleBinding").chain(tree.of(GROUP, "ClusterRoleBinding")).collect();
    all.into_iter()
}

/// True if a list of a rule has a text.
pub(super) fn has(rule: Value<'_>, list: &str, text: &str) -> bool {
    rule.list(list).any(|value| value.as_str() == Some(text))
}

/// The resource by which a rule grants a power.
pub(super) fn grants<'a>(rule: Value<'a>, power: &Power) -> Option<Value<'a>> {
    let any = |list: &str, of: &[&str]| {
        rule.list(list).any(|value| value.as_str().is_some_and(|text| text == "*" || of.contains(&text)))
    };
    let mut names = rule.list("resourceNames").peekable();
    let named = match power.names {
        Some(name) => names.any(|value| value.as_str() == Some(name)),
        None => names.peek().is_none(),
    };
    if !named || !any("verbs", power.verbs) || !any("apiGroups", power.groups) {
        return None;
    }
    rule.list("resources").find(|value| value.as_str().is_some_and(|text| power.resources.contains(&text)))
}

/// True if a rule about a single power reports the rule.
pub(super) fn is_named(rule: Value<'_>) -> bool {
    POWERS.iter().any(|power| grants(rule, power).is_some())
}

/// True if a role allows every verb on every resource of every group.
pub(super) fn allows_everything(role: &Object<'_>) -> bool {
    role.value
        .list("rules")
        .any(|rule| ["apiGroups", "resources", "verbs"].iter().all(|list| has(rule, list, "*")))
}

/// Reports roles that grant a power, once for each role.
pub(super) fn report(tree: &Tree<'_>, power: &Power, out: &mut Sink<'_>) {
    for role in roles(tree) {
        let mut granting = role
            .value
            .list("rules")
            .enumerate()
            .filter_map(|(i, rule)| grants(rule, power).map(|resource| (i, resource)));
        let Some((i, resource)) = granting.next() else { continue };
        let means = if role.namespace.is_empty() {
            power.means.to_owned()
        } else {
            power.means.replace("every namespace", "its namespace")
        };
        let message = format!("whoever has {} `{}` may {means}", role.gvk.kind, role.name);
        let mut finding = out
            .finding_in(role, resource.place(), message)
            .label(power.label)
            .field(format!("rules[{i}].resources"));
        for (_, other) in granting {
            finding = finding.related(other.place(), "and by this");
        }
        out.push(finding);
    }
}

/// `ServiceAccount shop/web`
pub(super) fn subject(binding: &Object<'_>, subject: Value<'_>) -> String {
    let (kind, name) = (subject.str("kind"), subject.str("name"));
    match (kind, subject.str("namespace")) {
        ("ServiceAccount", "") => format!("{kind} {}/{name}", binding.namespace),
        ("ServiceAccount", namespace) => format!("{kind} {namespace}/{name}"),
        _ => format!("{kind} {name}"),
    }
}

/// A subject of a binding.
pub(super) struct Subject<'a> {
    /// The binding.
    pub binding: &'a Object<'a>,
    /// `User`, `Group`, `ServiceAccount`.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Kind of the role it is bound to.
    pub role_kind: &'a str,
    /// Name of the role.
    pub role: &'a str,
    /// Place of the name.
    pub place: Place,
    /// Path of the name.
    pub field: String,
}

/// Subjects of all bindings that are to be judged.
pub(super) fn subjects<'a>(tree: &Tree<'a>) -> Vec<Subject<'a>> {
    let mut found = Vec::new();
    for binding in bindings(tree) {
        let role = binding.value.get("roleRef");
        for (i, subject) in binding.value.list("subjects").enumerate() {
            let Some(name) = subject.get("name") else { continue };
            found.push(Subject {
                binding,
                kind: subject.str("kind"),
                name: name.as_str().unwrap_or_default(),
                role_kind: role.map_or("", |role| role.str("kind")),
                role: role.map_or("", |role| role.str("name")),
                place: name.place(),
                field: format!("subjects[{i}].name"),
            });
        }
    }
    found
}
