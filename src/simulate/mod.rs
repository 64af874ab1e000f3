//! The loop that brings a `State` to rest: controllers, scheduler and kubelets in turn until none moves.

mod bounds;
mod schedule;

use std::collections::{BTreeMap, BTreeSet};

use crate::cluster::model::{Phase, Pod};
use crate::cluster::{Events, State};
use crate::controllers::{Admitted, CONTROLLERS, Context};
use crate::nodes::{Kubelet, Started};
use crate::object::{Sym, sym};

use bounds::{Budget, MAX_ROUNDS, curtail};
pub use bounds::{CutShort, MAX_PODS};
use schedule::Turn;
pub use schedule::{Attempts, Explanation, Preempted};

/// A cluster at rest, and how it got there.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The objects.
    pub after: State,
    /// What components reported.
    pub events: Events,
    /// The last scheduling attempt of each Pod, by namespace and name.
    pub attempts: Attempts,
    /// Pods that had to go for more important ones.
    pub preempted: Vec<Preempted>,
    /// What was not played to its end; nothing if the cluster came to rest.
    pub cut_short: Vec<CutShort>,
    /// The next run of each CronJob, played on a fork.
    pub next_runs: Vec<Run>,
    /// The scheduler, with the cluster as it saw it last. A fork has none of its own.
    scheduler: Option<Turn>,
    /// What the scheduler had to say of Pods of a fork.
    explained: BTreeMap<(Sym, Sym), Explanation>,
}

impl Outcome {
    /// Why a Pod has no node, and what would give it one.
    pub fn explain(&self, namespace: Sym, name: Sym) -> Option<Explanation> {
        match &self.scheduler {
            Some(scheduler) => scheduler.explain(namespace, name),
            None => self.explained.get(&(namespace, name)).cloned(),
        }
    }
}

/// A CronJob's next run.
#[derive(Debug)]
pub struct Run {
    /// Namespace.
    pub namespace: Sym,
    /// Name of the CronJob.
    pub name: Sym,
    /// The fork at rest.
    pub outcome: Outcome,
}

/// Brings a cluster to rest, and plays the next run of every CronJob that is not suspended on a fork.
pub fn settle(mut state: State, kubelet: &dyn Kubelet) -> Outcome {
    let curtailed = curtail(&mut state);
    let mut turn = Turn::new(&state);
    let mut budget = Budget::default();
    let mut outcome = rest(state, kubelet, &mut turn, &mut budget, None);
    let base = outcome.after.clone();
    let mut unplayed = 0;
    // One scheduler sees all forks: from one to the next it hears only what is different between them.
    let mut fork_turn = turn.clone();
    for cron in base.workloads_of("CronJob") {
        let (namespace, name) = cron.meta.id();
        if !budget.round(&base) {
            unplayed += 1;
            continue;
        }
        let mut fork = rest(base.clone(), kubelet, &mut fork_turn, &mut budget, Some((namespace, name)));
        fork.explained = explain_new(&base, &fork, &fork_turn);
        outcome.next_runs.push(Run { namespace, name, outcome: fork });
    }
    outcome.scheduler = Some(turn);
    for workload in &curtailed {
        workload.restore(&mut outcome.after);
    }
    outcome.cut_short.extend(curtailed.iter().take(CURTAILED_TOLD).map(bounds::Curtailed::cut));
    if let Some(more) = curtailed.len().checked_sub(CURTAILED_TOLD).filter(|more| *more > 0) {
        let why = format!("so do {more} more workloads");
        outcome.cut_short.push(CutShort { why, workload: None, open: false });
    }
    if unplayed > 0 {
        outcome
            .cut_short
            .push(CutShort::open(format!("the next runs of {unplayed} CronJobs were not played")));
    }
    // What stops a fork stops what is said of that run.
    let runs = outcome.next_runs.iter().flat_map(|run| {
        let of_run = |cut: &CutShort| CutShort {
            why: format!("the next run of CronJob {}/{}: {}", run.namespace, run.name, cut.why),
            workload: Some((sym("CronJob"), run.namespace, run.name)),
            open: cut.open,
        };
        run.outcome.cut_short.iter().map(of_run)
    });
    let runs: Vec<_> = runs.take(CURTAILED_TOLD).collect();
    outcome.cut_short.extend(runs);
    outcome
}

/// Workloads that ask for too much and are told by name.
const CURTAILED_TOLD: usize = 3;

/// The explanations of Pods that a fork has beyond its base: one for each message, and those of nodes that are the same
/// for all Pods of a Job.
fn explain_new(base: &State, fork: &Outcome, turn: &Turn) -> BTreeMap<(Sym, Sym), Explanation> {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let (new, _) = fork.after.pods_changed(base);
    let pending = new.iter().filter(|pod| pod.node.is_none());
    pending
        .filter_map(|pod| {
            let id = pod.meta.id();
            let attempt = fork.attempts.get(&id)?;
            if !told.insert(&attempt.message) {
                return None;
            }
            Some((id, turn.explain(id.0, id.1)?))
        })
        .collect()
}

fn rest(
    mut state: State,
    kubelet: &dyn Kubelet,
    turn: &mut Turn,
    budget: &mut Budget,
    cron: Option<(Sym, Sym)>,
) -> Outcome {
    let mut events = Events::default();
    let mut admitted = Admitted::default();
    let mut attempts = Attempts::new();
    let mut preempted = Vec::new();
    let mut cut_short = Vec::new();
    let mut due: Vec<_> = cron.into_iter().collect();
    for round in 0.. {
        if round == MAX_ROUNDS || !budget.round(&state) {
            cut_short.push(CutShort::open(format!("it was still moving after {round} rounds")));
            break;
        }
        let mut changed = false;
        for controller in CONTROLLERS {
            let mut context = Context {
                state: &mut state,
                events: &mut events,
                admitted: &mut admitted,
                due: std::mem::take(&mut due),
                max_pods: MAX_PODS,
            };
            changed |= (controller.reconcile)(&mut context);
            due = context.due;
        }
        changed |= turn.take(&mut state, &mut attempts, &mut preempted);
        changed |= run_kubelets(&mut state, kubelet);
        if state.pod_count() > MAX_PODS {
            cut_short.push(CutShort::open(format!("there are more than {MAX_PODS} Pods")));
            break;
        }
        if !changed {
            break;
        }
    }
    Outcome { after: state, events, attempts, preempted, cut_short, ..Outcome::default() }
}

/// Kubelets look at the Pods that are bound and have not started.
fn run_kubelets(state: &mut State, kubelet: &dyn Kubelet) -> bool {
    let waiting: Vec<_> = state
        .pods()
        .filter(|pod| pod.node.is_some() && pod.phase == Phase::Pending && !pod.deleting)
        .cloned()
        .collect();
    let mut changed = false;
    for pod in waiting {
        let started = kubelet.run(state, &pod);
        state.change_pod(pod.meta.namespace, pod.meta.name, |pod| changed |= apply(pod, started));
    }
    changed
}

fn apply(pod: &mut Pod, started: Started) -> bool {
    match started {
        Started::Running { ready } => {
            pod.phase = Phase::Running;
            pod.ready = ready;
            pod.waiting = None;
            true
        }
        Started::Ended(phase) => {
            pod.phase = phase;
            pod.ready = false;
            pod.waiting = None;
            true
        }
        Started::Waiting(waiting) => {
            let news = pod.waiting.as_ref() != Some(&waiting);
            pod.waiting = Some(waiting);
            news
        }
    }
}
