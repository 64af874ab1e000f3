//! `--nodes-needed SHAPE`: the smallest number of nodes on which everything runs, found by playing the plan.
//!
//! More nodes are not always better (spread, daemons), so nothing is concluded from other numbers than those that were
//! played: the answer, the number below it, and, if they are few, all numbers that arithmetic does not rule out.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Usage;
use crate::cluster::fit;
use crate::cluster::model::{Node, Pod, Resources};
use crate::cluster::{MAX_NODES, State};
use crate::object::{Sym, sym};
use crate::plan::{NodesNeeded, Nowhere};
use crate::simulate::Outcome;

/// Pods without a node, and the scheduler's words for one of them, by kind, namespace and name of what people wrote.
type Pending = BTreeMap<(Sym, Sym, Sym), (usize, String)>;

/// Numbers below the answer are all played if they are no more than this.
const ALL_BELOW: u64 = 16;

/// What a cluster of so many nodes came to.
pub(super) struct Probe {
    pending: Pending,
    /// Pods that are not daemons'.
    pods: usize,
    /// The least number of nodes that arithmetic allows.
    least: u64,
}

/// What was played so far.
struct Search<'s> {
    play: &'s mut dyn FnMut(u64) -> Result<Probe, Usage>,
    played: BTreeMap<u64, Probe>,
    /// Pods that are pending on any number of nodes.
    nowhere: Pending,
}

impl Search<'_> {
    fn probe(&mut self, nodes: u64) -> Result<&Probe, Usage> {
        Ok(match self.played.entry(nodes) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert((self.play)(nodes)?),
        })
    }

    /// True if all Pods run that can run.
    fn enough(&mut self, nodes: u64) -> Result<bool, Usage> {
        let nowhere = self.nowhere.clone();
        let pending = &self.probe(nodes)?.pending;
        Ok(pending.iter().all(|(who, (count, _))| nowhere.get(who).is_some_and(|(most, _)| count <= most)))
    }
}

/// The smallest number; `play` plays the plan on so many nodes, of which there are at least `fewest`.
pub(super) fn nodes_needed(
    shape: &str,
    fewest: u64,
    play: &mut dyn FnMut(u64) -> Result<Probe, Usage>,
) -> Result<NodesNeeded, Usage> {
    let mut search = Search { play, played: BTreeMap::new(), nowhere: Pending::new() };
    let first = search.probe(fewest)?;
    // A node for each Pod, and a few to be in all zones.
    let most = (first.pods as u64 + 3).clamp(fewest, MAX_NODES);
    let least = first.least.clamp(fewest, most);
    let (mut low, mut high) = (None, fewest);
    let mut step = 0;
    while !search.enough(high)? {
        low = Some(high);
        if high == most {
            // Those that are pending now are pending on any number.
            search.nowhere = search.probe(most)?.pending.clone();
            break;
        }
        high = if step == 0 { least.max(high + 1) } else { high.saturating_add(step) }.min(most);
        step = if step == 0 { 1 } else { step * 2 };
    }
    if !search.nowhere.is_empty() {
        // What failed for those alone was enough.
        let tried: Vec<u64> = search.played.keys().copied().collect();
        low = None;
        for nodes in tried {
            if search.enough(nodes)? {
                high = nodes;
                break;
            }
            low = Some(nodes);
        }
    }
    while let Some(below) = low.filter(|low| high - low > 1) {
        // Arithmetic is mostly right.
        let guess = if (below + 1..high).contains(&least) && !search.played.contains_key(&least) {
            least
        } else if !search.played.contains_key(&(high - 1)) && high - below <= 8 {
            high - 1
        } else {
            u64::midpoint(below, high)
        };
        if search.enough(guess)? {
            high = guess;
        } else {
            low = Some(guess);
        }
    }
    let rest = least.max(fewest)..high;
    let exhaustive = high.saturating_sub(rest.start) <= ALL_BELOW;
    if exhaustive {
        for nodes in rest {
            if search.enough(nodes)? {
                high = nodes;
                break;
            }
        }
    }
    let told = |pending: &Pending, known: &Pending| -> Vec<Nowhere> {
        let more = pending.iter().map(|(who, (count, message))| {
            let count = count - known.get(who).map_or(0, |(known, _)| *known).min(*count);
            Nowhere { author: *who, pods: count, message: message.clone() }
        });
        more.filter(|nowhere| nowhere.pods > 0).collect()
    };
    let nowhere = told(&search.nowhere, &Pending::new());
    let one_less = high.checked_sub(1).filter(|nodes| *nodes >= fewest);
    let one_less = match one_less {
        Some(nodes) => {
            let known = search.nowhere.clone();
            told(&search.probe(nodes)?.pending, &known)
        }
        None => Vec::new(),
    };
    Ok(NodesNeeded { shape: shape.to_owned(), nodes: high, one_less, nowhere, exhaustive })
}

impl Probe {
    /// What a plan on nodes of the shape of `node` (and others) came to.
    pub(super) fn of(outcome: &Outcome, node: Option<&Node>) -> Self {
        let mut pending = Pending::new();
        let mut count = |state: &State, pod: &Pod, message: &str| {
            let (kind, name) = state.owners(pod).last().copied().unwrap_or((sym("Pod"), pod.meta.name));
            let entry = pending.entry((kind, pod.meta.namespace, name)).or_default();
            entry.0 += 1;
            message.clone_into(&mut entry.1);
        };
        let message = |outcome: &Outcome, pod: &Pod| {
            outcome.attempts.get(&pod.meta.id()).map(|attempt| attempt.message.clone()).unwrap_or_default()
        };
        let (mut asked, mut daemons, mut pods) = (Resources::default(), Resources::default(), 0);
        for pod in outcome.after.pods().filter(|pod| !pod.phase.is_terminal()) {
            let of_daemon = pod.meta.controller().is_some_and(|owner| &*owner.kind == "DaemonSet");
            let total = &pod.requests().total;
            if of_daemon {
                if pod.node.is_some() && pod.node == node.map(|node| node.meta.name) {
                    daemons.add(total);
                }
            } else {
                pods += 1;
                if node.is_some_and(|node| fit::fits(total, &Resources::default(), 0, &node.allocatable)) {
                    asked.add(total);
                }
            }
            // Nobody tries to place Pods with gates, and those of other schedulers.
            if pod.node.is_none() && outcome.attempts.contains_key(&pod.meta.id()) {
                count(&outcome.after, pod, &message(outcome, pod));
            }
        }
        for run in &outcome.next_runs {
            let (new, _) = run.outcome.after.pods_changed(&outcome.after);
            for pod in new.iter().filter(|pod| pod.node.is_none() && !pod.phase.is_terminal()) {
                count(&run.outcome.after, pod, &message(&run.outcome, pod));
            }
        }
        // One that had to go comes back if somebody controls it, and waits then.
        for gone in outcome.preempted.iter().filter(|gone| gone.victim.meta.controller().is_none()) {
            let why = format!("it has to go for {}/{}", gone.by.0, gone.by.1);
            count(&outcome.after, &gone.victim, &why);
        }
        let least = node.map_or(0, |node| least(&asked, pods, &daemons, outcome, node));
        Self { pending, pods, least }
    }
}

/// How many nodes hold what the Pods ask, beside those that are there: a number to start from.
fn least(asked: &Resources, pods: usize, daemons: &Resources, outcome: &Outcome, node: &Node) -> u64 {
    let others = outcome.after.nodes().filter(|other| other.meta.name != node.meta.name);
    let mut there = Resources::default();
    others.for_each(|other| there.add(&other.allocatable));
    let need = asked.iter().filter_map(|(name, amount)| {
        let missing = amount.saturating_sub(there.get(name)).max(0);
        let each = node.allocatable.get(name).saturating_sub(daemons.get(name));
        (each > 0).then(|| missing.div_euclid(each) + i64::from(missing % each > 0))
    });
    let places = (pods as i64).saturating_sub(there.pods).max(0);
    let by_pods = if node.allocatable.pods > 0 { places / node.allocatable.pods } else { 0 };
    need.chain([by_pods]).max().unwrap_or(0).unsigned_abs()
}
