//! The loop that brings a `State` to rest: controllers, scheduler and kubelets in turn until none moves.

mod schedule;

use crate::cluster::model::{Phase, Pod};
use crate::cluster::{Events, State};
use crate::controllers::{Admitted, CONTROLLERS, Context};
use crate::nodes::{Kubelet, Started};
use crate::object::Sym;

use schedule::Turn;
pub use schedule::{Attempts, Explanation, Preempted};

/// Every Pod costs a few rounds at most; a cluster that needs more is going round in circles.
const MAX_ROUNDS: usize = 10_000;
/// More Pods than this kcheck does not play: the largest clusters have 150,000.
pub const MAX_PODS: usize = 200_000;

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
    /// Why it was not brought to rest, if it was not.
    pub unsettled: Option<String>,
    /// The next run of each CronJob, played on a fork.
    pub next_runs: Vec<Run>,
    /// The scheduler, with the cluster as it saw it last.
    scheduler: Option<Turn>,
}

impl Outcome {
    /// Why a Pod has no node, and what would give it one.
    pub fn explain(&self, namespace: Sym, name: Sym) -> Option<Explanation> {
        self.scheduler.as_ref()?.explain(namespace, name)
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
    let mut outcome = rest(state, kubelet, Vec::new());
    let crons: Vec<_> = outcome.after.workloads_of("CronJob").map(|cron| cron.meta.id()).collect();
    for (namespace, name) in crons {
        let fork = rest(outcome.after.clone(), kubelet, vec![(namespace, name)]);
        outcome.next_runs.push(Run { namespace, name, outcome: fork });
    }
    outcome
}

fn rest(mut state: State, kubelet: &dyn Kubelet, mut due: Vec<(Sym, Sym)>) -> Outcome {
    let mut events = Events::default();
    let mut admitted = Admitted::default();
    let mut attempts = Attempts::new();
    let mut preempted = Vec::new();
    let mut turn = Turn::new(&state);
    let mut unsettled = None;
    for round in 0.. {
        if round == MAX_ROUNDS {
            unsettled = Some(format!("still moving after {MAX_ROUNDS} rounds"));
            break;
        }
        let mut changed = false;
        for controller in CONTROLLERS {
            let mut context = Context {
                state: &mut state,
                events: &mut events,
                admitted: &mut admitted,
                due: std::mem::take(&mut due),
            };
            changed |= (controller.reconcile)(&mut context);
            due = context.due;
            if state.pod_count() > MAX_PODS {
                break;
            }
        }
        if state.pod_count() > MAX_PODS {
            unsettled = Some(format!("more than {MAX_PODS} Pods"));
            break;
        }
        changed |= turn.take(&mut state, &mut attempts, &mut preempted);
        changed |= run_kubelets(&mut state, kubelet);
        if !changed {
            break;
        }
    }
    Outcome {
        after: state,
        events,
        attempts,
        preempted,
        unsettled,
        next_runs: Vec::new(),
        scheduler: Some(turn),
    }
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
