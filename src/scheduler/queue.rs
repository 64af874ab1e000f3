//! The scheduling queue (`backend/queue`), with time standing still.
//!
//! Pods are taken by priority, then by the time they entered. A failed Pod waits in a pool until something happens that
//! one of the plugins that refused it cares about; then it is backing off. When nothing is active, the Pods that are
//! backing off are taken without waiting, by the second at which their backoff would end.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::snapshot::PodId;

/// A Pod in the queue.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    /// Attempts so far.
    attempts: u32,
    /// Of these, how many ended with a refusal: they make the backoff.
    refused: u32,
    priority: i64,
    /// When it entered, or failed last. Counts events; no time passes.
    time: u64,
    /// Plugins that refused it. Empty: it failed with an error, which no event mends.
    refused_by: Vec<&'static str>,
}

type Active = (Reverse<i64>, u64, PodId);
type Backoff = (u64, Reverse<i64>, u64, PodId);

/// Pods that have no node.
#[derive(Clone, Default, Debug)]
pub(super) struct Queue {
    known: BTreeMap<PodId, Queued>,
    active: BTreeSet<Active>,
    backoff: BTreeSet<Backoff>,
    pool: BTreeSet<PodId>,
    /// The pool by the plugins that refused its Pods.
    by_plugin: BTreeMap<&'static str, BTreeSet<PodId>>,
    time: u64,
}

impl Queued {
    fn active(&self, id: PodId) -> Active {
        (Reverse(self.priority), self.time, id)
    }

    /// 1 s after the first refusal, doubled with each to 10 s.
    fn backoff(&self, id: PodId) -> Backoff {
        let seconds = match self.refused {
            0 => 0,
            n => 1u64.checked_shl(n - 1).unwrap_or(10).min(10),
        };
        (seconds, Reverse(self.priority), self.time, id)
    }
}

impl Queue {
    /// A Pod enters.
    pub(super) fn add(&mut self, id: PodId, priority: i64) {
        self.time += 1;
        let queued = Queued { attempts: 0, refused: 0, priority, time: self.time, refused_by: Vec::new() };
        self.active.insert(queued.active(id));
        self.known.insert(id, queued);
    }

    /// The next Pod to try, and the number of the attempt.
    pub(super) fn pop(&mut self) -> Option<(PodId, u32)> {
        let id = match self.active.pop_first() {
            Some((_, _, id)) => id,
            None => self.backoff.pop_first()?.3,
        };
        let queued = self.known.get_mut(&id)?;
        queued.attempts += 1;
        Some((id, queued.attempts))
    }

    /// An attempt failed; the Pod waits.
    pub(super) fn failed(&mut self, id: PodId, refused_by: Vec<&'static str>) {
        self.time += 1;
        if let Some(queued) = self.known.get_mut(&id) {
            queued.time = self.time;
            queued.refused += u32::from(!refused_by.is_empty());
            for plugin in &refused_by {
                self.by_plugin.entry(plugin).or_default().insert(id);
            }
            queued.refused_by = refused_by;
            self.pool.insert(id);
        }
    }

    /// A Pod leaves: it was placed, or it is gone.
    pub(super) fn remove(&mut self, id: PodId) {
        self.leave_pool(id);
        if let Some(queued) = self.known.remove(&id) {
            self.active.remove(&queued.active(id));
            self.backoff.remove(&queued.backoff(id));
        }
    }

    /// True if nobody waits for anything.
    pub(super) fn nobody_waits(&self) -> bool {
        self.pool.is_empty()
    }

    /// Pods that wait for something to happen and were refused by a plugin.
    pub(super) fn refused_by(&self, plugin: &str) -> impl Iterator<Item = PodId> {
        self.by_plugin.get(plugin).into_iter().flatten().copied()
    }

    fn leave_pool(&mut self, id: PodId) -> bool {
        let left = self.pool.remove(&id);
        if left && let Some(queued) = self.known.get(&id) {
            for plugin in &queued.refused_by {
                if let Some(pods) = self.by_plugin.get_mut(plugin) {
                    pods.remove(&id);
                }
            }
        }
        left
    }

    /// Gives a waiting Pod another chance.
    pub(super) fn wake(&mut self, id: PodId) {
        if self.leave_pool(id)
            && let Some(queued) = self.known.get(&id)
        {
            if queued.refused == 0 {
                self.active.insert(queued.active(id));
            } else {
                self.backoff.insert(queued.backoff(id));
            }
        }
    }

    /// All Pods without a node.
    pub(super) fn pods(&self) -> impl Iterator<Item = PodId> {
        self.known.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priority_first_then_arrival_then_backoff() {
        let mut queue = Queue::default();
        for (id, priority) in [(0, 0), (1, 5), (2, 0)] {
            queue.add(PodId(id), priority);
        }
        let order: Vec<u32> = std::iter::from_fn(|| queue.pop()).map(|(id, _)| id.0).collect();
        assert_eq!(order, [1, 0, 2]);
        // Two refusals back off longer than one.
        queue.failed(PodId(0), vec!["x"]);
        queue.wake(PodId(0));
        assert_eq!(queue.pop(), Some((PodId(0), 2)));
        queue.failed(PodId(0), vec!["x"]);
        queue.failed(PodId(2), vec!["x"]);
        queue.wake(PodId(0));
        queue.wake(PodId(2));
        assert_eq!(queue.pop(), Some((PodId(2), 2)));
        assert_eq!(queue.pop(), Some((PodId(0), 3)));
        assert_eq!(queue.pop(), None);
    }
}
