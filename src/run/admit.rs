//! ValidatingAdmissionPolicies that are in force before the tree is applied (those beside it), asked about its objects.
//! Policies of the tree itself come into force while it is applied; nobody can say for which of its objects.

use super::Options;
use super::tree::{Tree, Unit};
use crate::apiserver::Request;
use crate::apiserver::admission::Lookup;
use crate::apiserver::codes::{POLICY_DENIED, POLICY_NOT_EVALUATED, POLICY_WARNING};
use crate::apiserver::policy::{Answer, Policies};
use crate::finding::Finding;
use crate::object::Value;
use crate::report::{ServerAnswer, Verdict};
use crate::schema::Types;
use crate::yaml::View;

/// Objects that policies look at: those of the tree, and those beside it.
struct Known<'k> {
    objects: Vec<(&'k str, &'k str, Value<'k>)>,
}

fn group_of(view: View<'_>) -> &str {
    view.get("apiVersion")
        .and_then(View::as_str)
        .and_then(|v| v.split_once('/'))
        .map_or("", |(group, _)| group)
}

impl<'k> Known<'k> {
    fn add(&mut self, view: View<'k>, value: Value<'k>) {
        if let Some(kind) = view.get("kind").and_then(View::as_str) {
            self.objects.push((group_of(view), kind, value));
        }
    }

    fn of<'s>(&'s self, group: &'s str, kind: &'s str) -> impl Iterator<Item = Value<'k>> + 's {
        self.objects.iter().filter(move |(g, k, _)| *g == group && *k == kind).map(|(_, _, value)| *value)
    }
}

impl Lookup for Known<'_> {
    fn find(&self, group: &str, kind: &str, namespace: &str, name: &str) -> Option<Value<'_>> {
        let text = |value: &Value<'_>, key: &str| {
            value.at(&["metadata", key]).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        self.of(group, kind).find(|v| text(v, "name") == name && text(v, "namespace") == namespace)
    }

    fn all(&self, group: &str, kind: &str) -> Vec<Value<'_>> {
        self.of(group, kind).collect()
    }
}

/// Asks the policies about all objects that would else be accepted.
pub(super) fn admit<'b>(
    tree: &mut Tree,
    beside: impl Iterator<Item = View<'b>>,
    types: &Types,
    options: &Options,
) -> Vec<Finding> {
    let mut before = Known { objects: Vec::new() };
    for view in beside {
        before.add(view, Value::plain(view));
    }
    const GROUP: &str = "admissionregistration.k8s.io";
    let policies = before.all(GROUP, "ValidatingAdmissionPolicy");
    let bindings = before.all(GROUP, "ValidatingAdmissionPolicyBinding");
    let policies = Policies::new(&policies, &bindings);
    if policies.is_empty() {
        return Vec::new();
    }
    let mut known = Known { objects: Vec::new() };
    for unit in tree.units.iter().filter(|unit| unit.verdict == Verdict::Accepted) {
        if let Some(view) = tree.view(unit) {
            known.add(view, Value::new(view, &unit.overlay));
        }
    }
    known.objects.extend_from_slice(&before.objects);
    let asked = |unit: &Unit| {
        let kind = types.kind(&unit.gvk.group, &unit.gvk.version, &unit.gvk.kind)?;
        let view = tree.view(unit).filter(|_| unit.verdict == Verdict::Accepted)?;
        let minor = options.minors.iter().last()?;
        let request =
            Request { gvk: unit.gvk, namespaced: kind.namespaced(), namespace: &unit.namespace, minor };
        let object = Value::new(view, &unit.overlay);
        Some(policies.ask(&request, kind.plural, object, &known))
    };
    let answers: Vec<(usize, Answer)> =
        tree.units.iter().enumerate().filter_map(|(at, unit)| Some((at, asked(unit)?))).collect();
    let mut findings = Vec::new();
    let mut verdicts = Vec::new();
    for (at, answer) in answers {
        let unit = &tree.units[at];
        let place = tree
            .view(unit)
            .and_then(|view| view.entries().next())
            .map_or_else(|| tree.place(unit), |(k, _)| k.place());
        let document = at as u32;
        let mut say = |code, message: String, help: &str| {
            findings.push(Finding::new(code, place, message).help(help.to_owned()).document(document));
        };
        for warning in &answer.warnings {
            say(&POLICY_WARNING, warning.clone(), "change the object, or the policy");
        }
        for what in &answer.not_evaluated {
            let message = format!("kcheck could not evaluate {what}");
            say(&POLICY_NOT_EVALUATED, message, "ask a cluster with `--dry-run=server`");
        }
        if let Some(denied) = &answer.denied {
            let (policy, binding) = &denied.by;
            let message = format!(
                "ValidatingAdmissionPolicy '{policy}' with binding '{binding}' denies it: {}",
                denied.why
            );
            say(&POLICY_DENIED, message, "change the object, or the policy");
        }
        verdicts.push((at, answer));
    }
    for (at, answer) in verdicts {
        let unit = &mut tree.units[at];
        if let Some(denied) = answer.denied {
            unit.verdict = Verdict::Refused;
            unit.server = Some(ServerAnswer {
                code: denied.code,
                reason: denied.reason,
                message: denied.message,
                warnings: answer.warnings,
                ..ServerAnswer::default()
            });
        } else if !answer.warnings.is_empty() {
            let server =
                unit.server.get_or_insert_with(|| ServerAnswer { code: 201, ..ServerAnswer::default() });
            server.warnings.extend(answer.warnings);
        }
    }
    findings
}
