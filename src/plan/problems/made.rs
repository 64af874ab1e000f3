//! What is not made: refused objects, Pods that a controller cannot make, what was not played to its end.

use super::{Trouble, cause, count, with_document};
use crate::cluster::State;
use crate::cluster::model::Workload;
use crate::finding::{Finding, Level, Place};
use crate::object::{Key, sym};
use crate::plan::Plan;
use crate::plan::codes::{CUT_SHORT, NOT_CREATED, REFUSED};
use crate::simulate::{CutShort, Outcome};

/// Refusals that no other finding tells: those for what the cluster lacks.
pub(super) fn refused_here(plan: &Plan, place_of: &dyn Fn(u32) -> Place) -> Vec<Finding> {
    let refused = plan.changes.iter().filter(|change| change.here);
    refused
        .filter_map(|change| Some((change, change.document?, change.refusal.as_ref()?)))
        .flat_map(|(change, document, (code, reason, message))| {
            if !change.because.is_empty() {
                return change.because.iter().map(|found| found.clone().document(document)).collect();
            }
            let slash = if change.namespace.is_empty() { "" } else { "/" };
            let what = format!("{} {}{slash}{} is refused", change.gvk.kind, change.namespace, change.name);
            let finding = Finding::new(&REFUSED, place_of(document), what)
                .server(reason, "", message.clone())
                .document(document);
            vec![match code {
                404 if message.starts_with("no matches for kind") => {
                    finding.help("apply once more: its definition is there now")
                }
                404 => finding.help(format!("add a Namespace {} to the tree", change.namespace)),
                422 if message.contains("already allocated") => {
                    finding.help("ask for another one, or for none: then the cluster chooses")
                }
                _ => finding,
            }]
        })
        .collect()
}

/// What was not played to its end. If the rest would go the same way, that is worth a warning; if it is not known how it
/// would go, the plan is no yes.
pub(super) fn cut_short(plan: &Plan, outcome: &Outcome, place_of: &dyn Fn(u32) -> Place) -> Vec<Finding> {
    let tell = |cut: &CutShort| {
        let (place, document) = match cut.workload.and_then(|workload| cause(&outcome.after, workload)) {
            Some(found) => found,
            // About all of it: any object of the tree will do.
            None => (place_of(plan.changes.iter().find_map(|change| change.document)?), None),
        };
        let finding = Finding::new(&CUT_SHORT, place, format!("Not played to its end: {}", cut.why));
        let finding = with_document(finding, document);
        Some(if cut.open {
            finding.because("what becomes of the rest is not known")
        } else {
            Finding { level: Level::Warning, ..finding }.because("the others go the way of these")
        })
    };
    plan.cut_short.iter().filter_map(tell).collect()
}

pub(super) fn not_created(plan: &Plan, outcome: &Outcome) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    for workload in &plan.workloads {
        let failed = workload.status.conditions.iter().find(|c| c.kind == "ReplicaFailure");
        let this = outcome.after.workload(workload.kind, workload.namespace, workload.name);
        let (Some(condition), Some(this)) = (failed, this) else { continue };
        // A ReplicaSet of a Deployment: the Deployment repeats it.
        if this.meta.controller().is_some() {
            continue;
        }
        let author = (sym(workload.kind), workload.namespace, workload.name);
        let Some((place, document)) = cause(&outcome.after, author) else { continue };
        let (kind, path) = (workload.kind, this.meta.path());
        let wants = workload.wants.max(0) as usize;
        let missing = workload.wants - workload.status.replicas - workload.status.succeeded;
        let message = match workload.status.replicas {
            0 if wants == 1 => format!("{kind} {path} never gets its Pod"),
            0 => format!("{kind} {path} gets none of its {}", count(wants, "Pod")),
            some => format!("{kind} {path} gets {some} of its {wants} Pods"),
        };
        let finding = Finding::new(&NOT_CREATED, place, message)
            .label(format!("{} refused", count(missing.max(0) as usize, "Pod")))
            .because(format!("FailedCreate: {}", condition.message))
            .because("`kubectl apply` succeeds and says nothing of this.");
        let finding = match wanted_by_admission(&outcome.after, this) {
            Some(object) => finding
                .help(format!("add {object} to the tree, or give the cluster that has it with --cluster")),
            None => finding,
        };
        let finding = with_document(finding, document);
        troubles.push(Trouble { workload: Some(author), ..Trouble::new(finding, &[]) });
    }
    troubles
}

/// What admission asks for and does not find, for Pods of a workload.
fn wanted_by_admission(state: &State, workload: &Workload) -> Option<String> {
    let (spec, namespace) = (&workload.template.spec, workload.meta.namespace);
    let account = spec.service_account;
    let key = Key { namespace, ..Key::new("", "ServiceAccount", "", &account) };
    if !account.is_empty() && &*account != "default" && state.other(&key).is_none() {
        return Some(format!("a ServiceAccount {account} in namespace {namespace}"));
    }
    let class = spec.priority_class;
    (!class.is_empty() && state.priority_class(class).is_none()).then(|| format!("a PriorityClass {class}"))
}
