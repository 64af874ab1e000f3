//! The loop that brings a `State` to rest: controllers, scheduler and kubelets in turn until none moves.

mod bounds;
mod room;
mod schedule;

use std::collections::{BTreeMap, BTreeSet};

use crate::cluster::model::{Phase, Pod};
use crate::cluster::{Events, State};
use crate::controllers::{Admitted, CONTROLLERS, Context, wait};
use crate::nodes::{Kubelet, Started};
use crate::object::{Sym, sym};
use crate::scheduler::{self, Configuration};

use bounds::{Budget, MAX_ROUNDS, curtail};
pub use bounds::{CutShort, MAX_PODS};
pub use room::{Room, SCALED, Scaled, Stop, WorkloadId};
use schedule::Turn;
pub use schedule::{Attempts, Explanation, Preempted, Watch};

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

    /// What each node lacks for a Pod that has none; `None` for Pods of a fork.
    pub fn explain_all(&self, namespace: Sym, name: Sym) -> Option<scheduler::Explanation> {
        self.scheduler.as_ref()?.explain_all(namespace, name)
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
pub fn settle(state: State, kubelet: &dyn Kubelet) -> Outcome {
    Simulation::new(state, kubelet).finish()
}

/// A cluster in which somebody changes objects, and that is let come to rest in between.
pub struct Simulation<'k> {
    state: State,
    kubelet: &'k dyn Kubelet,
    turn: Turn,
    budget: Budget,
    outcome: Outcome,
    curtailed: Vec<bounds::Curtailed>,
}

impl<'k> Simulation<'k> {
    /// A cluster as it stands, with kubelets that behave in a certain way.
    pub fn new(state: State, kubelet: &'k dyn Kubelet) -> Self {
        Self::scheduled(state, kubelet, Configuration::default())
    }

    /// The same with a configuration of the scheduler.
    pub fn scheduled(state: State, kubelet: &'k dyn Kubelet, configuration: Configuration) -> Self {
        let turn = Turn::new(&state, configuration);
        let (budget, outcome, curtailed) = (Budget::default(), Outcome::default(), Vec::new());
        Self { state, kubelet, turn, budget, outcome, curtailed }
    }

    /// The scheduler's attempts to place these Pods tell all; of each watch up to ten Pods.
    pub fn watch(&mut self, watches: Vec<Watch>) {
        self.turn.watch(watches);
    }

    /// The objects.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The objects, to be changed.
    pub const fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    /// Lets controllers, scheduler and kubelets work until none moves.
    pub fn settle(&mut self) {
        self.rest(false);
    }

    fn rest(&mut self, waits: bool) {
        self.curtailed.extend(curtail(&mut self.state));
        let mut moving = Moving {
            state: &mut self.state,
            kubelet: self.kubelet,
            turn: &mut self.turn,
            budget: &mut self.budget,
            outcome: &mut self.outcome,
        };
        moving.rest(None, waits);
    }

    /// Brings the cluster to rest, and plays the next run of every CronJob that is not suspended on a fork.
    pub fn finish(mut self) -> Outcome {
        self.rest(true);
        let Self { state, kubelet, turn, mut budget, mut outcome, curtailed } = self;
        report_pending(&state, &mut outcome);
        outcome.after = state;
        play_next_runs(&mut outcome, kubelet, &turn, &mut budget);
        outcome.scheduler = Some(turn);
        for workload in &curtailed {
            workload.restore(&mut outcome.after);
        }
        outcome.cut_short.extend(curtailed.iter().take(CURTAILED_TOLD).map(bounds::Curtailed::cut));
        if let Some(more) = curtailed.len().checked_sub(CURTAILED_TOLD).filter(|more| *more > 0) {
            let why = format!("so do {more} more workloads");
            outcome.cut_short.push(CutShort { why, workload: None, open: false });
        }
        outcome
    }
}

/// The scheduler's last word on every Pod that has no node.
fn report_pending(state: &State, outcome: &mut Outcome) {
    for pod in state.pods().filter(|pod| pod.node.is_none()) {
        let (namespace, name) = pod.meta.id();
        if let Some(attempt) = outcome.attempts.get(&(namespace, name)).filter(|a| !a.message.is_empty()) {
            outcome.events.warn(("Pod", namespace, name), "FailedScheduling", attempt.message.clone());
        }
    }
}

fn play_next_runs(outcome: &mut Outcome, kubelet: &dyn Kubelet, turn: &Turn, budget: &mut Budget) {
    let base = outcome.after.clone();
    let mut unplayed = 0;
    // One scheduler sees all forks: from one to the next it hears only what is different between them.
    let mut turn = turn.clone();
    for cron in base.workloads_of("CronJob") {
        let (namespace, name) = cron.meta.id();
        if !budget.round(&base) {
            unplayed += 1;
            continue;
        }
        let mut fork = Outcome::default();
        let mut state = base.clone();
        let (turn, outcome_of_fork) = (&mut turn, &mut fork);
        let mut moving = Moving { state: &mut state, kubelet, turn, budget, outcome: outcome_of_fork };
        moving.rest(Some((namespace, name)), false);
        fork.after = state;
        fork.explained = explain_new(&base, &fork, turn);
        outcome.next_runs.push(Run { namespace, name, outcome: fork });
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

/// A cluster on its way to rest.
struct Moving<'m> {
    state: &'m mut State,
    kubelet: &'m dyn Kubelet,
    turn: &'m mut Turn,
    budget: &'m mut Budget,
    outcome: &'m mut Outcome,
}

impl Moving<'_> {
    /// Everybody in turn until none moves. `cron` names a CronJob whose next run is due; with `waits` short deadlines pass.
    fn rest(&mut self, cron: Option<(Sym, Sym)>, waits: bool) {
        let Outcome { events, attempts, preempted, cut_short, .. } = &mut *self.outcome;
        let mut admitted = Admitted::default();
        let mut due: Vec<_> = cron.into_iter().collect();
        for round in 0.. {
            if round == MAX_ROUNDS || !self.budget.round(self.state) {
                cut_short.push(CutShort::open(format!("it was still moving after {round} rounds")));
                break;
            }
            let mut changed = false;
            let mut context = Context {
                state: self.state,
                events,
                admitted: &mut admitted,
                due: std::mem::take(&mut due),
                kubelet: self.kubelet,
                max_pods: MAX_PODS,
            };
            for controller in CONTROLLERS {
                changed |= (controller.reconcile)(&mut context);
            }
            changed |= self.turn.take(self.state, attempts, preempted, events);
            changed |= run_kubelets(self.state, self.kubelet, changed);
            if self.state.pod_count() > MAX_PODS {
                cut_short.push(CutShort::open(format!("there are more than {MAX_PODS} Pods")));
                break;
            }
            if changed {
                continue;
            }
            let mut context = Context {
                state: self.state,
                events,
                admitted: &mut admitted,
                due: Vec::new(),
                kubelet: self.kubelet,
                max_pods: MAX_PODS,
            };
            if !waits || !wait(&mut context) {
                break;
            }
        }
    }
}

/// Kubelets look at the Pods that are bound and have not started. Those of a patient kind let one more Pod become ready
/// when nothing else moves any more.
fn run_kubelets(state: &mut State, kubelet: &dyn Kubelet, moving: bool) -> bool {
    let mut waiting: Vec<_> = state
        .pods()
        .filter(|pod| pod.node.is_some() && pod.phase == Phase::Pending && !pod.deleting)
        .cloned()
        .collect();
    let patient = kubelet.one_at_a_time();
    if patient {
        waiting.sort_by_key(|pod| pod.created);
    }
    let mut changed = false;
    let mut ready = 0;
    for pod in waiting {
        let started = kubelet.run(state, &pod);
        if patient && started == (Started::Running { ready: true }) {
            if moving || changed || ready > 0 {
                continue;
            }
            ready += 1;
        }
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
        Started::Exited { code } => {
            pod.phase = if code == 0 { Phase::Succeeded } else { Phase::Failed };
            pod.exit_code = Some(code);
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
