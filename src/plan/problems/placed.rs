//! Pods without a node, and Pods that have to go for others.

use std::collections::BTreeMap;

use super::{
    Author, NAMES_LISTED, PLACES_LISTED, Trouble, author, authors, cause, count, pods_in, who, with_document,
};
use crate::cluster::model::{Detail, Pod, Resources, Strategy, Workload};
use crate::cluster::{State, fit};
use crate::finding::Finding;
use crate::object::{Key, Reference, Sym};
use crate::plan::codes::{PREEMPTS, UNKNOWN_SCHEDULER, UNSCHEDULABLE};
use crate::plan::{Plan, PlannedPod, PodState};
use crate::simulate::{Explanation, Outcome, Preempted};

/// Pods without a node, by what the scheduler says and what would mend it: one cause is one problem, however many
/// workloads suffer from it.
pub(super) fn pending(plan: &Plan, outcome: &Outcome) -> Vec<Trouble> {
    group_pending(plan, pods_in(plan, PodState::Pending), outcome, "")
}

pub(super) fn group_pending<'p>(
    plan: &Plan,
    pods: impl Iterator<Item = &'p PlannedPod>,
    outcome: &Outcome,
    prefix: &str,
) -> Vec<Trouble> {
    let mut by_author: BTreeMap<(Author, &'p str), Vec<&'p PlannedPod>> = BTreeMap::new();
    for pod in pods {
        by_author.entry((author(pod), pod.message.as_deref().unwrap_or_default())).or_default().push(pod);
    }
    // The explanation of one Pod stands for those of its author; beyond so many, that of any Pod stands for all in its
    // namespace that were told the same.
    type Groups<'p> = BTreeMap<(Sym, &'p str, Vec<String>), (Explanation, Vec<&'p PlannedPod>)>;
    let mut groups: Groups<'_> = BTreeMap::new();
    let mut known: BTreeMap<(Sym, &str), Explanation> = BTreeMap::new();
    for (number, ((author, message), pods)) in by_author.into_iter().enumerate() {
        let Some(first) = pods.first() else { continue };
        let explanation = match known.get(&(author.1, message)) {
            Some(explanation) if number >= EXPLAINED => explanation.clone(),
            _ => outcome.explain(first.namespace, first.name).unwrap_or_default(),
        };
        known.entry((author.1, message)).or_insert_with(|| explanation.clone());
        let key = (author.1, message, explanation.mends.clone());
        groups.entry(key).or_insert_with(|| (explanation, Vec::new())).1.extend(pods);
    }
    let mut troubles = Vec::new();
    for ((_, message, mends), (explanation, pods)) in groups {
        let Some((place, document)) = pods.first().and_then(|pod| cause(&outcome.after, author(pod))) else {
            continue;
        };
        let stays = if pods.len() > 1 { "stay" } else { "stays" };
        let what = format!("{prefix}{} {stays} Pending", who(&pods));
        let mut finding = Finding::new(&UNSCHEDULABLE, place, what);
        if !message.is_empty() {
            finding = finding.because(message);
        }
        finding = explanation.facts.into_iter().fold(finding, Finding::because);
        let mut mends = mends;
        if let Some(claim) = pods.first().and_then(|pod| missing_claim(outcome, pod)) {
            let name = claim.name;
            finding.labels[0].place = claim.place;
            mends.push(format!("add the PersistentVolumeClaim {name} to the tree"));
            mends.push("give the cluster that has it with --cluster".into());
        }
        if outcome.after.node_count() == 0 {
            mends.push(
                "give a cluster that has nodes: `kubectl get nodes -o yaml` beside the export, or --nodes"
                    .into(),
            );
        }
        for author in authors(&pods).into_iter().take(NAMES_LISTED) {
            let (facts, mend) = behind(plan, outcome, author);
            finding = facts.into_iter().fold(finding, Finding::because);
            mends.extend(mend);
        }
        if !mends.is_empty() {
            finding = finding.help(mends.join(", or "));
        }
        for other in authors(&pods).into_iter().skip(1).take(PLACES_LISTED) {
            if let Some((place, _)) = cause(&outcome.after, other) {
                finding = finding.related(place, "and here");
            }
        }
        troubles.push(Trouble::new(with_document(finding, document), &pods));
    }
    troubles
}

/// Pods of schedulers that are not played, by scheduler and author: where they land is not known.
pub(super) fn unknown_scheduler(plan: &Plan, outcome: &Outcome) -> Vec<Trouble> {
    let mut groups: BTreeMap<(Sym, Author), Vec<&PlannedPod>> = BTreeMap::new();
    for pod in pods_in(plan, PodState::Unknown) {
        if let Some(live) = outcome.after.pod(pod.namespace, pod.name) {
            groups.entry((live.spec.scheduler, author(pod))).or_default().push(pod);
        }
    }
    let tell = |((scheduler, author), pods): ((Sym, Author), Vec<&PlannedPod>)| {
        let (place, document) = cause(&outcome.after, author)?;
        let land = if pods.len() > 1 { "land" } else { "lands" };
        let finding =
            Finding::new(&UNKNOWN_SCHEDULER, place, format!("Where {} {land} is not known", who(&pods)))
                .because(format!("schedulerName: {scheduler} is no profile of the scheduler that is played"))
                .help(
                    "give its KubeSchedulerConfiguration with --scheduler-config, if it is a kube-scheduler",
                );
        Some(Trouble::new(with_document(finding, document), &pods))
    };
    groups.into_iter().filter_map(tell).collect()
}

/// A claim that a Pod needs and nobody makes.
fn missing_claim<'o>(outcome: &'o Outcome, pod: &PlannedPod) -> Option<&'o Reference> {
    let live = outcome.after.pod(pod.namespace, pod.name)?;
    live.spec.references.iter().find(|reference| {
        let key = Key { namespace: pod.namespace, ..Key::new("", reference.kind, "", &reference.name) };
        reference.kind == "PersistentVolumeClaim" && !outcome.after.contains(&key)
    })
}

/// What waits behind Pods of a workload that do not run: the rest of a rollout, the next numbers of a StatefulSet. Facts, and
/// what would mend it.
fn behind(plan: &Plan, outcome: &Outcome, (kind, namespace, name): Author) -> (Vec<String>, Option<String>) {
    let Some(workload) = outcome.after.workload(&kind, namespace, name) else { return (Vec::new(), None) };
    match workload.detail {
        Detail::Deployment { strategy: Strategy::RollingUpdate { max_unavailable, .. }, .. } => {
            let old: i64 = old_sets(&outcome.after, workload).map(|set| set.status.ready).sum();
            if old == 0 {
                return (Vec::new(), None);
            }
            let new = workload.status.updated;
            let fact = format!(
                "The rollout of {name} stalls here: {} of the old template keep running, {} of the new one {} made.",
                count(old.max(0) as usize, "Pod"),
                new,
                if new == 1 { "is" } else { "are" }
            );
            let helps = max_unavailable.of(workload.replicas, false) == 0
                && fits_in_place_of_old(&outcome.after, workload);
            (vec![fact], helps.then(|| "maxUnavailable: 1, so that an old Pod goes first".to_owned()))
        }
        Detail::StatefulSet { parallel: false, .. } => {
            let made = plan.pods.iter().filter(|pod| {
                pod.namespace == namespace
                    && pod.state != PodState::Gone
                    && pod.owners.last() == Some(&(kind, name))
            });
            let missing = workload.replicas - made.count() as i64;
            let fact = (missing > 0).then(|| {
                let are = if missing == 1 { "is" } else { "are" };
                let more = count(missing as usize, "Pod");
                format!(
                    "{more} more of {name} {are} made once it is ready (podManagementPolicy: OrderedReady)."
                )
            });
            (fact.into_iter().collect(), None)
        }
        _ => (Vec::new(), None),
    }
}

/// ReplicaSets of a Deployment's earlier templates.
fn old_sets<'s>(state: &'s State, deployment: &'s Workload) -> impl Iterator<Item = &'s Workload> {
    let (namespace, name) = deployment.meta.id();
    let sets = state.workloads_owned("ReplicaSet", ("Deployment", name), namespace).map(AsRef::as_ref);
    sets.filter(|set: &&Workload| set.template.digest != deployment.template.digest)
}

/// So many old Pods are tried.
const OLD_TRIED: usize = 50;

/// True if a Pod of the new template fits on a node that an old one leaves.
fn fits_in_place_of_old(state: &State, deployment: &Workload) -> bool {
    let old = old_sets(state, deployment)
        .flat_map(|set| state.pods_of("ReplicaSet", set.meta.namespace, set.meta.name))
        .take(OLD_TRIED);
    let asks = &deployment.template.spec.requests.total;
    old.into_iter().any(|leaving| {
        let Some(node) = leaving.node.and_then(|node| state.node(node)) else { return false };
        let stays = |pod: &&std::sync::Arc<Pod>| {
            pod.node == leaving.node && !pod.phase.is_terminal() && pod.meta.id() != leaving.meta.id()
        };
        let mut used = Resources::default();
        let mut pods = 0;
        for pod in state.pods().filter(stays) {
            used.add(&pod.requests().total);
            pods += 1;
        }
        fit::fits(asks, &used, pods, &node.allocatable)
    })
}

/// So many workloads whose Pods are pending are explained one by one.
const EXPLAINED: usize = 500;

/// Pods that had to go, by what they went for.
pub(super) fn preempted(outcome: &Outcome) -> Vec<Finding> {
    let mut groups: BTreeMap<(Sym, Sym), Vec<String>> = BTreeMap::new();
    let mut broken: BTreeMap<(Sym, Sym), usize> = BTreeMap::new();
    for Preempted { victim, by, protected } in &outcome.preempted {
        groups.entry(*by).or_default().push(victim.meta.path());
        broken.entry(*by).and_modify(|most| *most = (*most).max(*protected)).or_insert(*protected);
    }
    let mut found = Vec::new();
    for ((namespace, name), victims) in groups {
        let Some(pod) = outcome.after.pod(namespace, name) else { continue };
        let Some(place) = pod.meta.cause.place else { continue };
        let message = format!("{} must go for {namespace}/{name}", count(victims.len(), "Pod"));
        let finding = Finding::new(&PREEMPTS, place, message)
            .label(format!("priority {}", pod.spec.priority))
            .because(victims.join(", "));
        let finding = match broken.get(&(namespace, name)) {
            Some(protected @ 1..) => finding.because(format!(
                "a PodDisruptionBudget protects {protected} of them; preemption does not wait for it"
            )),
            _ => finding,
        };
        found.push(with_document(finding, pod.meta.cause.document));
    }
    found
}
