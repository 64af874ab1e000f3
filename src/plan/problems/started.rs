//! Pods whose containers do not start.

use std::collections::BTreeMap;

use super::{Trouble, author, cause, pods_in, who, with_document};
use crate::finding::{Finding, Place};
use crate::object::{Key, Sym};
use crate::plan::codes::NOT_STARTED;
use crate::plan::{Plan, PlannedPod, PodState};
use crate::simulate::Outcome;

/// Pods whose containers do not start, by what they wait for: one missing object is one problem, however many wait.
pub(super) fn waiting(plan: &Plan, outcome: &Outcome) -> Vec<Trouble> {
    group_waiting(pods_in(plan, PodState::Waiting), outcome, "")
}

pub(super) fn group_waiting<'p>(
    pods: impl Iterator<Item = &'p PlannedPod>,
    outcome: &Outcome,
    prefix: &str,
) -> Vec<Trouble> {
    type Wanted = (Sym, &'static str, Sym);
    let mut groups: BTreeMap<Wanted, Vec<&PlannedPod>> = BTreeMap::new();
    for pod in pods {
        let live = outcome.after.pod(pod.namespace, pod.name);
        if let Some((kind, name)) = live.and_then(|p| p.waiting.as_ref()).map(|w| w.wants) {
            groups.entry((pod.namespace, kind, name)).or_default().push(pod);
        }
    }
    let mut troubles = Vec::new();
    for ((namespace, kind, name), pods) in groups {
        let Some(first) = pods.first() else { continue };
        let Some((place, document)) = cause(&outcome.after, author(first)) else { continue };
        let place = line_of(outcome, first, kind, name).unwrap_or(place);
        let who = who(&pods);
        let wait = if pods.len() > 1 { "wait" } else { "waits" };
        let (reason, message) = (first.reason.as_deref(), first.message.as_deref());
        let finding = Finding::new(
            &NOT_STARTED,
            place,
            format!(
                "{prefix}{who} {wait} for {kind} {name} and never start{}",
                if pods.len() > 1 { "" } else { "s" }
            ),
        )
        .label("nobody makes this")
        .because(format!("{}: {}", reason.unwrap_or_default(), message.unwrap_or_default()));
        let key = Key { namespace, ..Key::new("", kind, "", &name) };
        if let Some(object) = outcome.after.other(&key) {
            // It is there; a key of it is not.
            let keys: Vec<_> = object.keys.iter().map(|key| key.as_str()).collect();
            let has = if keys.is_empty() {
                "no key at all".to_owned()
            } else {
                format!("the keys {}", keys.join(", "))
            };
            let finding = finding
                .label("it has no such key")
                .because(format!("{kind} {name} has {has}"))
                .help(format!("add the key to {kind} {name}, or name one that it has; `optional: true` starts without it"));
            let message = finding
                .message
                .replace(&format!("for {kind} {name}"), &format!("for a key of {kind} {name}"));
            let finding = Finding { message, ..finding };
            troubles.push(Trouble::new(with_document(finding, document), &pods));
            continue;
        }
        let finding = match elsewhere(outcome, kind, namespace, name) {
            Some(other) => finding
                .because(format!("{kind} {name} is in namespace {other}, and Pods see only their own"))
                .help(format!("put both into one namespace (`--namespace {other}` for objects that name none)")),
            None => finding.help(
                "add it to the tree, or give the cluster that has it with --cluster; `optional: true` starts without it",
            ),
        };
        troubles.push(Trouble::new(with_document(finding, document), &pods));
    }
    troubles
}

/// The line of the reference that a Pod waits for.
fn line_of(outcome: &Outcome, pod: &PlannedPod, kind: &str, name: Sym) -> Option<Place> {
    let live = outcome.after.pod(pod.namespace, pod.name)?;
    live.spec.references.iter().find(|r| r.kind == kind && r.name == name && !r.optional).map(|r| r.place)
}

/// Another namespace that has an object of that kind and name.
fn elsewhere(outcome: &Outcome, kind: &str, namespace: Sym, name: Sym) -> Option<Sym> {
    let is_other = |key: &Key| &*key.kind == kind && key.name == name && key.namespace != namespace;
    outcome.after.others().map(|(key, _)| key).find(|key| is_other(key)).map(|key| key.namespace)
}
