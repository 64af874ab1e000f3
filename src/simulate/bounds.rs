//! How much is played: what stands in a manifest is any number, and an answer must come in seconds.

use crate::cluster::State;
use crate::cluster::model::{Detail, Workload};
use crate::object::{Sym, sym};

/// More Pods than this kcheck does not play: the largest clusters have 150,000.
pub const MAX_PODS: usize = 200_000;
/// Every Pod costs a few rounds at most; a cluster that needs more is going round in circles.
pub(super) const MAX_ROUNDS: usize = 10_000;
/// Objects looked at, summed over all rounds. A cluster of 150,000 Pods comes to rest within a tenth of it.
const MAX_WORK: usize = 20_000_000;
/// So many Pods of one workload are played beyond those that the nodes hold. What becomes of the others is clear: the
/// same.
const BEYOND: i64 = 5_000;

/// What a workload asks for: Pods at a time, and for a Job in all.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Asks {
    pods: i64,
    completions: Option<i64>,
}

/// A workload that asks for more Pods than are played.
pub(super) struct Curtailed {
    kind: &'static str,
    namespace: Sym,
    name: Sym,
    asks: Asks,
    played: i64,
}

/// Something that was not played to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CutShort {
    /// What, and how far it was played.
    pub why: String,
    /// Kind, namespace and name of the workload that it is about, if it is one.
    pub workload: Option<(Sym, Sym, Sym)>,
    /// True if what would have become of the rest is not known; false if it is the same as of what was played.
    pub open: bool,
}

impl CutShort {
    /// Something whose end is not known.
    pub(super) fn open(why: String) -> Self {
        Self { why, workload: None, open: true }
    }
}

/// Lets no workload ask for many more Pods than the nodes hold, and none for less than none, as an export might.
pub(super) fn curtail(state: &mut State) -> Vec<Curtailed> {
    let hold = state.nodes().fold(0i64, |sum, node| sum.saturating_add(node.allocatable.pods.max(0)));
    let most = hold.saturating_add(BEYOND).min(MAX_PODS as i64);
    let mut curtailed = Vec::new();
    let mut changes: Vec<(Curtailed, Asks)> = Vec::new();
    for workload in state.workloads() {
        let asks = Asks::of(workload);
        let plays = asks.within(most);
        if plays != asks {
            let (namespace, name) = workload.meta.id();
            let played = plays.most();
            changes.push((Curtailed { kind: workload.kind(), namespace, name, asks, played }, plays));
        }
    }
    for (this, plays) in changes {
        this.set(state, plays);
        curtailed.push(this);
    }
    curtailed
}

impl Asks {
    fn of(workload: &Workload) -> Self {
        match workload.detail {
            Detail::Job(ref job) | Detail::CronJob { ref job, .. } => {
                Self { pods: job.parallelism, completions: job.completions }
            }
            // As many as there are nodes.
            Detail::DaemonSet { .. } => Self { pods: 0, completions: None },
            _ => Self { pods: workload.replicas, completions: None },
        }
    }

    fn within(self, most: i64) -> Self {
        Self {
            pods: self.pods.clamp(0, most),
            completions: self.completions.map(|completions| completions.clamp(0, most)),
        }
    }

    fn most(self) -> i64 {
        self.completions.unwrap_or(self.pods).max(self.pods)
    }
}

impl Curtailed {
    fn set(&self, state: &mut State, asks: Asks) {
        state.change_workload(self.kind, self.namespace, self.name, |workload| match &mut workload.detail {
            Detail::Job(job) | Detail::CronJob { job, .. } => {
                job.parallelism = asks.pods;
                job.completions = asks.completions;
            }
            _ => workload.replicas = asks.pods,
        });
    }

    /// Gives the workload back what it asks for.
    pub(super) fn restore(&self, state: &mut State) {
        self.set(state, self.asks);
    }

    /// What is to be said of it.
    pub(super) fn cut(&self) -> CutShort {
        let (kind, namespace, name) = (self.kind, self.namespace, self.name);
        CutShort {
            why: format!(
                "{kind} {namespace}/{name} asks for {} Pods, of which {} were played",
                self.asks.most(),
                self.played
            ),
            workload: Some((sym(kind), namespace, name)),
            // No limit of the nodes is in the way of those that were left out: they come one after another, and each
            // becomes what the others became. Of other workloads more Pods were played than the nodes hold.
            open: false,
        }
    }
}

/// What may still be spent on bringing a cluster to rest.
#[derive(Default)]
pub(super) struct Budget {
    spent: usize,
}

impl Budget {
    /// A round of all controllers over this state. False if there is nothing left to pay it with.
    pub(super) fn round(&mut self, state: &State) -> bool {
        self.spent = self.spent.saturating_add(state.len());
        self.spent <= MAX_WORK
    }
}
