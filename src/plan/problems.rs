//! What does not work, one finding a cause, ordered by what it breaks.

use std::collections::BTreeMap;

use super::codes::{
    CUT_SHORT, NO_ENDPOINTS, NOT_CREATED, NOT_STARTED, PREEMPTS, REFUSED, UNKNOWN_SCHEDULER, UNSCHEDULABLE,
};
use super::{Plan, PlannedPod, PlannedService, PodState};
use crate::cluster::model::{Detail, Pod, Resources, Service, ServicePort, Strategy, Workload};
use crate::cluster::{State, fit};
use crate::finding::{Finding, Level, Place};
use crate::object::{Key, Labels, Reference, Sym, sym};
use crate::simulate::{CutShort, Explanation, Outcome, Preempted};

/// A problem and what it takes down.
struct Trouble {
    finding: Finding,
    /// Pods that do not run because of it.
    pods: Vec<(Sym, Sym)>,
    /// The workload whose Pods are not even made.
    workload: Option<Author>,
    /// Services without endpoints because of it.
    services: Vec<Sym>,
}

/// The problems of a plan, most important first: objects that this cluster refuses (`place_of` gives the place of a
/// document), Pods that are not made, Pods that are not placed, containers that do not start, Services that reach
/// nothing for a reason of their own. A Service whose Pods are in trouble is told with the trouble.
pub fn problems(plan: &Plan, outcome: &Outcome, place_of: &dyn Fn(u32) -> Place) -> Vec<Finding> {
    let mut troubles = not_created(plan, outcome);
    troubles.extend(pending(plan, outcome));
    troubles.extend(unknown_scheduler(plan, outcome));
    troubles.extend(waiting(plan, outcome));
    let mut trouble_of: BTreeMap<(Sym, Sym), usize> = BTreeMap::new();
    for (at, trouble) in troubles.iter().enumerate() {
        for pod in &trouble.pods {
            trouble_of.entry(*pod).or_insert(at);
        }
    }
    let mut services = Vec::new();
    for service in plan.services.iter().filter(|s| s.is_silent()) {
        match because_of(outcome, service, &troubles, &trouble_of) {
            Some(at) => troubles[at].push(service.name),
            None => services.extend(no_endpoints(plan, outcome, service)),
        }
    }
    let mut found = refused_here(plan, place_of);
    found.extend(cut_short(plan, outcome, place_of));
    found.extend(troubles.into_iter().map(Trouble::told));
    found.extend(runs_that_would_fail(plan, outcome));
    found.extend(services);
    found.extend(plan.services.iter().flat_map(|service| silent_ports(outcome, service)));
    found.extend(preempted(outcome));
    found
}

/// Kind, namespace and name.
type Author = (Sym, Sym, Sym);

/// What people wrote: the last owner that is a workload, or the Pod itself.
fn author(pod: &PlannedPod) -> Author {
    let (kind, name) = pod.owners.last().copied().unwrap_or((sym("Pod"), pod.name));
    (kind, pod.namespace, name)
}

fn path((_, namespace, name): Author) -> String {
    format!("{namespace}/{name}")
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The line that made a workload or Pod.
fn cause(state: &State, (kind, namespace, name): Author) -> Option<(Place, Option<u32>)> {
    let meta = match state.workload(&kind, namespace, name) {
        Some(workload) => &workload.meta,
        None => &state.pod(namespace, name)?.meta,
    };
    Some((meta.cause.place?, meta.cause.document))
}

fn with_document(finding: Finding, document: Option<u32>) -> Finding {
    match document {
        Some(document) => finding.document(document),
        None => finding,
    }
}

/// Refusals that no other finding tells: those for what the cluster lacks.
fn refused_here(plan: &Plan, place_of: &dyn Fn(u32) -> Place) -> Vec<Finding> {
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
fn cut_short(plan: &Plan, outcome: &Outcome, place_of: &dyn Fn(u32) -> Place) -> Vec<Finding> {
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

fn not_created(plan: &Plan, outcome: &Outcome) -> Vec<Trouble> {
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

impl Trouble {
    fn new(finding: Finding, pods: &[&PlannedPod]) -> Self {
        Self {
            finding,
            pods: pods.iter().map(|pod| (pod.namespace, pod.name)).collect(),
            workload: None,
            services: Vec::new(),
        }
    }

    /// A Service that has no endpoint because of it.
    fn push(&mut self, service: Sym) {
        self.services.push(service);
    }

    fn told(self) -> Finding {
        let names: Vec<_> = self.services.iter().map(|name| name.as_str()).collect();
        match names.as_slice() {
            [] => self.finding,
            [one] => self.finding.because(format!("Service {one} has no endpoint because of it.")),
            several => self
                .finding
                .because(format!("Services {} have no endpoint because of it.", several.join(", "))),
        }
    }
}

/// Pods in a state that the tree has to do with.
fn pods_in(plan: &Plan, state: PodState) -> impl Iterator<Item = &PlannedPod> {
    plan.pods.iter().filter(move |pod| pod.state == state && !pod.untouched)
}

/// Pods without a node, by what the scheduler says and what would mend it: one cause is one problem, however many
/// workloads suffer from it.
fn pending(plan: &Plan, outcome: &Outcome) -> Vec<Trouble> {
    group_pending(plan, pods_in(plan, PodState::Pending), outcome, "")
}

fn group_pending<'p>(
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
fn unknown_scheduler(plan: &Plan, outcome: &Outcome) -> Vec<Trouble> {
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

/// Who wrote these Pods, in order, each once.
fn authors(pods: &[&PlannedPod]) -> Vec<Author> {
    let mut authors: Vec<_> = pods.iter().map(|pod| author(pod)).collect();
    authors.sort_unstable();
    authors.dedup();
    authors
}

/// So many workloads whose Pods are pending are explained one by one.
const EXPLAINED: usize = 500;

/// More places than this are not listed.
const PLACES_LISTED: usize = 100;

/// More workloads than this are counted, not listed.
const NAMES_LISTED: usize = 6;

/// `Pod shop/a`, `3 Pods of shop/worker`, `14 Pods of sock-shop (carts, carts-db, ...)`
fn who(pods: &[&PlannedPod]) -> String {
    match authors(pods).as_slice() {
        [one] if &*one.0 == "Pod" => format!("Pod {}", path(*one)),
        // A StatefulSet's Pods have names that stay.
        [(kind, namespace, _)] if &**kind == "StatefulSet" && pods.len() == 1 => {
            format!("Pod {namespace}/{}", pods.first().map_or("", |pod| pod.name.as_str()))
        }
        [one] => format!("{} of {}", count(pods.len(), "Pod"), path(*one)),
        several => {
            let namespace = several.first().map_or("", |(_, namespace, _)| namespace.as_str());
            let mut names: Vec<_> =
                several.iter().map(|(_, _, name)| name.as_str()).take(NAMES_LISTED).collect();
            let more = format!("{} more", several.len() - names.len());
            if several.len() > names.len() {
                names.push(&more);
            }
            format!("{} of {namespace} ({})", count(pods.len(), "Pod"), names.join(", "))
        }
    }
}

/// Pods whose containers do not start, by what they wait for: one missing object is one problem, however many wait.
fn waiting(plan: &Plan, outcome: &Outcome) -> Vec<Trouble> {
    group_waiting(pods_in(plan, PodState::Waiting), outcome, "")
}

fn group_waiting<'p>(
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

/// The trouble that leaves a Service without endpoints, if all its Pods are in trouble. `trouble_of` is the first
/// trouble of each Pod.
fn because_of(
    outcome: &Outcome,
    planned: &PlannedService,
    troubles: &[Trouble],
    trouble_of: &BTreeMap<(Sym, Sym), usize>,
) -> Option<usize> {
    let selector = outcome.after.service(planned.namespace, planned.name)?.selector.clone()?;
    let pods = outcome.after.pods_with(planned.namespace, &selector);
    if pods.is_empty() {
        let makes = |author: &Author| {
            outcome.after.workload(&author.0, author.1, author.2).is_some_and(|w| {
                w.meta.namespace == planned.namespace && has_all(&w.template.labels, &selector)
            })
        };
        return troubles.iter().position(|t| t.workload.as_ref().is_some_and(makes));
    }
    let mut of_pods = pods.iter().map(|pod| trouble_of.get(&pod.meta.id()).copied());
    let first = of_pods.next()??;
    of_pods.all(|trouble| trouble.is_some()).then_some(first)
}

fn has_all(labels: &Labels, selector: &Labels) -> bool {
    selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// Pods that had to go, by what they went for.
fn preempted(outcome: &Outcome) -> Vec<Finding> {
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

fn runs_that_would_fail(plan: &Plan, outcome: &Outcome) -> Vec<Finding> {
    let mut troubles = Vec::new();
    for (planned, run) in plan.next_runs.iter().zip(&outcome.next_runs) {
        let of = |state| planned.pods.iter().filter(move |pod| pod.state == state);
        troubles.extend(group_pending(plan, of(PodState::Pending), &run.outcome, "the next run: "));
        troubles.extend(group_waiting(of(PodState::Waiting), &run.outcome, "the next run: "));
    }
    troubles.into_iter().map(Trouble::told).collect()
}

fn no_endpoints(plan: &Plan, outcome: &Outcome, planned: &PlannedService) -> Option<Finding> {
    let service = outcome.after.service(planned.namespace, planned.name)?;
    let place = service.selector_place.or(service.meta.cause.place)?;
    let path = service.meta.path();
    let selector = service.selector.as_ref()?;
    let matching = outcome.after.pods_with(planned.namespace, selector);
    let finding = if matching.is_empty() {
        let finding = Finding::new(&NO_ENDPOINTS, place, format!("Service {path} selects no Pod"));
        match maker(plan, outcome, planned.namespace, selector) {
            Some(why) => {
                let finding = finding.label("no Pod has these labels");
                if why.ends_with("scaled to 0") {
                    finding.because(why).help("give it replicas, or leave out the Service as well")
                } else {
                    finding.because(why)
                }
            }
            None => selects_nobody(finding, planned, service),
        }
    } else if matching.iter().any(|pod| pod.ready) {
        no_port(
            Finding::new(&NO_ENDPOINTS, place, format!("Service {path} reaches no port of its Pods")),
            service,
            &matching,
        )
    } else {
        let state = |pod: &std::sync::Arc<Pod>| {
            let at = plan.pods.binary_search_by_key(&pod.meta.id(), |p| (p.namespace, p.name)).ok()?;
            Some(plan.pods[at].state.name())
        };
        let states: Vec<_> = matching.iter().filter_map(state).collect();
        let first = states.first().copied().unwrap_or("not ready");
        let of = count(matching.len(), "Pod");
        let those = if states.iter().all(|s| *s == first) { first.to_owned() } else { "not ready".into() };
        Finding::new(
            &NO_ENDPOINTS,
            place,
            format!(
                "Service {path} has no endpoint: its {of} {} {those}",
                if matching.len() == 1 { "is" } else { "are" }
            ),
        )
        .label(format!("selects {of}"))
    };
    Some(with_document(finding, service.meta.cause.document))
}

/// Ports of a Service that reach nothing although others do.
fn silent_ports(outcome: &Outcome, planned: &PlannedService) -> Vec<Finding> {
    let service = outcome.after.service(planned.namespace, planned.name);
    let Some(service) = service.filter(|_| planned.selects && planned.ready() > 0) else { return Vec::new() };
    let reached = |port: &ServicePort| {
        planned.slices.iter().any(|slice| {
            slice.endpoints.iter().any(|endpoint| endpoint.ready)
                && slice.ports.iter().any(|p| p.name == port.name && p.protocol == port.protocol)
        })
    };
    let silent = service.ports.iter().filter(|port| !reached(port));
    silent
        .map(|port| {
            let what = format!("Service {} reaches nothing at port {}", service.meta.path(), port.port);
            let finding = Finding::new(&NO_ENDPOINTS, port.place, what)
                .label(format!("targetPort {}", port.target))
                .because(format!(
                    "no container of its Pods has a {} port named {}",
                    port.protocol, port.target
                ))
                .help("use a declared name, or the number");
            let finding = Finding { level: Level::Warning, ..finding };
            with_document(finding, service.meta.cause.document)
        })
        .collect()
}

/// Why a workload of the tree that would make such Pods makes none.
fn maker(plan: &Plan, outcome: &Outcome, namespace: Sym, selector: &Labels) -> Option<String> {
    let refused = plan.changes.iter().find(|change| {
        change.refusal.is_some()
            && change.namespace == namespace
            && change.pod_labels.as_ref().is_some_and(|labels| has_all(labels, selector))
    });
    if let Some(change) = refused {
        return Some(format!("{} {} would make its Pods, and is refused", change.gvk.kind, change.name));
    }
    // A ReplicaSet of an earlier revision makes none, and nobody wrote it.
    let idle = outcome.after.workloads().find(|w| {
        w.meta.namespace == namespace
            && w.meta.controller().is_none()
            && has_all(&w.template.labels, selector)
    })?;
    let (kind, name) = (idle.kind(), idle.meta.name);
    Some(if idle.replicas == 0 {
        format!("{kind} {name} would make its Pods, and is scaled to 0")
    } else {
        format!("{kind} {name} would make its Pods, and has made none")
    })
}

fn selects_nobody(finding: Finding, planned: &PlannedService, service: &Service) -> Finding {
    let Some(near) = &planned.nearest else {
        let selector = service.selector.as_ref().map(ToString::to_string).unwrap_or_default();
        return finding
            .label("no Pod has these labels")
            .because(format!("{selector} matches no Pod of namespace {}", planned.namespace))
            .help("apply what makes the Pods too, or give the cluster that has them with --cluster");
    };
    let (asked, of) = (format!("{}={}", near.asked.0, near.asked.1), format!("{} {}", near.of.0, near.of.1));
    let (fact, help) = match near.has {
        Some((key, value)) => {
            let apart = match near.distance {
                1 => "    (1 letter apart)".to_owned(),
                n @ 2..=3 => format!("    ({n} letters apart)"),
                _ => String::new(),
            };
            (format!("{asked}; the Pods of {of} have {key}={value}{apart}"), format!("write {key}: {value}"))
        }
        None => (
            format!("{asked}; the Pods of {of} come nearest and have no label {}", near.asked.0),
            format!(
                "give the Pods of {of} the label {}: {}, or drop it from the selector",
                near.asked.0, near.asked.1
            ),
        ),
    };
    let finding = finding.label("no Pod has this").because(fact).help(help);
    match near.place {
        Some(place) => finding.related(place, "the nearest Pods have these labels"),
        None => finding,
    }
}

fn no_port(finding: Finding, service: &Service, pods: &[std::sync::Arc<Pod>]) -> Finding {
    let mut finding = finding.label(format!("selects {}", count(pods.len(), "Pod")));
    let mut names: Vec<Sym> = pods
        .iter()
        .flat_map(|p| p.spec.running().flat_map(|c| &c.ports))
        .map(|p| p.name)
        .filter(|n| !n.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    for port in &service.ports {
        let declared = names.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", ");
        let declared = if declared.is_empty() { "no named port".to_owned() } else { declared };
        finding = finding.related(port.place, "this port").because(format!(
            "targetPort {} is no {} port of their containers, which declare {declared}",
            port.target, port.protocol
        ));
    }
    finding.help("use a declared name, or the number")
}
