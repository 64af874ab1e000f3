//! The verdict on one Pod: a node, or the message and what preemption can do. Changes nothing but caches.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::attempt::{Attempt, Rejected, Scores};
use super::cycle::{Cycle, Refusal, Scored, ShapeCache};
use super::explain::Explanation;
use super::framework::{Code, Context, PostFilter, Reason, Status};
use super::message::{Histogram, fit_error};
use super::plugins::{DynamicResources, dynamic_resources_are_on};
use super::preemption::{Preemption, preempt};
use super::ranking::MAX_TIES;
use super::run::{Detail, Scheduler};
use super::snapshot::{PodId, PodInfo};
use crate::cluster::model::Pod;
use crate::object::Sym;

/// Shapes whose answers are kept. More would cost memory (a few dozen bytes per node each) and hardly save time.
const MAX_CACHES: usize = 64;

impl Scheduler {
    /// Pods nominated to a node that count for a Pod: others of the same or higher priority.
    fn nominated_for(&self, id: PodId, pod: &Pod, node: u32) -> Vec<(PodId, PodInfo)> {
        let pods = self.nominated.get(&node).into_iter().flatten().filter(|other| **other != id);
        pods.filter_map(|other| Some((*other, self.snapshot.pod(*other)?.clone())))
            .filter(|(_, info)| info.pod.spec.priority >= pod.spec.priority)
            .collect()
    }

    /// One attempt; changes nothing but caches.
    pub(super) fn attempt(&mut self, id: PodId, info: &PodInfo) -> (Attempt, Nomination) {
        let pod = &*info.pod;
        let mut attempt = Attempt {
            pod: pod.meta.id(),
            nominated: pod.nominated,
            reason: "Unschedulable",
            ..Attempt::default()
        };
        if self.snapshot.nodes().is_empty() {
            attempt.message = "no nodes available to schedule pods".into();
            return (attempt, Nomination::Clear);
        }
        // A shape that comes a second time is worth keeping answers for.
        let shape = self.shapes.of(info.class, pod, &self.snapshot);
        let mut cache =
            if self.seen.insert(shape) { None } else { Some(self.caches.remove(&shape).unwrap_or_default()) };
        if let Some(cache) = &mut cache {
            cache.grow(self.snapshot.nodes().len());
        }
        let context = Context { pod, class: info.class, cluster: &self.snapshot, objects: &self.objects };
        let Some(profile) = self.profile(pod.spec.scheduler) else { return (attempt, Nomination::Keep) };
        let cycle = Cycle::new(context, profile);
        let nominated: BTreeMap<u32, Vec<(PodId, PodInfo)>> = self
            .nominated
            .keys()
            .map(|node| (*node, self.nominated_for(id, pod, *node)))
            .filter(|(_, pods)| !pods.is_empty())
            .collect();
        let nomination = self.verdict(&cycle, &nominated, cache.as_mut(), &mut attempt);
        drop(cycle);
        if let Some(cache) = cache {
            if self.caches.len() >= MAX_CACHES {
                self.caches.clear();
            }
            self.caches.insert(shape, cache);
        }
        (attempt, nomination)
    }

    fn verdict(
        &self,
        cycle: &Cycle<'_>,
        nominated: &BTreeMap<u32, Vec<(PodId, PodInfo)>>,
        mut cache: Option<&mut ShapeCache>,
        attempt: &mut Attempt,
    ) -> Nomination {
        let nodes = self.snapshot.nodes();
        let name = |index: u32| nodes[index as usize].node.meta.name;
        let detail = self.detail_of(cycle.context.pod);
        let is_plain = detail == Detail::Outcome
            && nominated.is_empty()
            && cycle.context.pod.nominated.is_none()
            && cycle.profile.nodes_to_find(nodes.len()) >= nodes.len();
        if is_plain && let Some(best) = cache.as_deref_mut().and_then(|cache| cache.rankings.best(cycle)) {
            attempt.reason = "";
            attempt.node = best.nodes.first().map(|node| name(*node));
            if !best.only {
                attempt.ties = best.nodes.iter().map(|node| name(*node)).collect();
            }
            return Nomination::Keep;
        }
        if detail == Detail::Explained {
            attempt.explanation = Some(Arc::new(Explanation::of(cycle)));
        }
        attempt.pre_filter.clone_from(&cycle.refused);
        attempt.narrowed.clone_from(&cycle.narrowed);
        let nominated_on = |node: u32| nominated.get(&node).map_or(&[][..], Vec::as_slice);
        let mut feasible: Vec<u32> = Vec::with_capacity(nodes.len());
        let mut refusals: Vec<Refusal> = Vec::new();
        // The node at which a search that stops early stops.
        let mut beyond = None;
        if cycle.refused.is_none() {
            let mut check = |index: u32| {
                let node = &nodes[index as usize];
                match nominated_on(index) {
                    [] => cycle.check(node, cache.as_deref_mut()),
                    pods => cycle.check_nominated(node, pods),
                }
            };
            let promised = cycle.context.pod.nominated.and_then(|name| self.snapshot.node(name));
            let refused = promised.map(|node| check(node.index).map(|()| node.index));
            if let Some(Ok(index)) = refused {
                feasible.push(index);
            } else {
                let visit = |index: u32| match check(index) {
                    Ok(()) => feasible.push(index),
                    Err(refusal) => refusals.push(refusal),
                };
                let narrowed = cycle.narrowed_nodes();
                let count = narrowed.as_ref().map_or(nodes.len(), Vec::len);
                let wanted = cycle.profile.nodes_to_find(count);
                match narrowed {
                    Some(narrowed) if wanted >= count => narrowed.into_iter().for_each(visit),
                    None if wanted >= count => (0..count as u32).for_each(visit),
                    narrowed => {
                        let order = narrowed.map_or_else(|| self.snapshot.by_zone(), Arc::new);
                        let start = self.next_start.get();
                        let mut found = 0;
                        for at in 0..count {
                            let index = order[(start + at) % count];
                            match check(index) {
                                // One more is looked for than is taken: only then the search stops.
                                Ok(()) if found == wanted => {
                                    beyond = Some(index);
                                    break;
                                }
                                Ok(()) => {
                                    found += 1;
                                    feasible.push(index);
                                }
                                Err(refusal) => refusals.push(refusal),
                            }
                        }
                    }
                }
                // What the node that it was nominated to said counts also where the search does not come to it.
                if let Some(Err(refusal)) = refused
                    && refusal.failure().is_none()
                    && !feasible.contains(&refusal.node)
                    && !refusals.iter().any(|other| other.node == refusal.node)
                {
                    refusals.push(refusal);
                }
                let seen = feasible.len() + refusals.len();
                self.next_start.set((self.next_start.get() + seen) % nodes.len());
            }
        }
        let failed = |r: &Refusal| {
            let status = r.failure()?;
            let plugin = cycle.name(r.plugin);
            Some(format!("running \"{plugin}\" filter plugin: {}", status.message()))
        };
        let pre_filter = cycle.refused.as_ref().filter(|(_, code, _)| *code == Code::Error);
        let error = match pre_filter {
            Some((plugin, code, reasons)) => {
                let reason = Status { code: *code, reasons: reasons.clone() }.message();
                Some(format!("running PreFilter plugin \"{plugin}\": {reason}"))
            }
            // Which of several nodes with errors is told is a matter of threads; it tends to be the last.
            None => refusals.iter().rev().find_map(failed),
        };
        if let Some(message) = error {
            attempt.message = message;
            attempt.reason = "SchedulerError";
            attempt.pre_filter = None;
            attempt.narrowed = None;
            return Nomination::Clear;
        }
        let full = detail >= Detail::Full;
        if full {
            attempt.feasible = feasible.iter().map(|node| name(*node)).collect();
            attempt.stopped_at = beyond.map(name);
        }
        if feasible.is_empty() {
            return self.fail(cycle, &refusals, &nominated_on, attempt);
        }
        if full {
            let statuses = refusals.iter().filter_map(|r| Some((r.node, r.plugin, cycle.status(r)?)));
            attempt.rejected = group(cycle, statuses, name);
        }
        attempt.reason = "";
        if let [only] = feasible[..] {
            attempt.node = Some(name(only));
            return Nomination::Keep;
        }
        let scores = cycle.score(&feasible, cache);
        let mut totals = vec![0i64; feasible.len()];
        for scored in &scores {
            for (total, score) in totals.iter_mut().zip(&scored.scores) {
                *total += score;
            }
        }
        let most = totals.iter().copied().max().unwrap_or(0);
        let best = feasible.iter().zip(&totals).filter(|(_, total)| **total == most);
        let mut best: Vec<u32> = best.map(|(node, _)| *node).collect();
        let ranks = self.snapshot.ranks();
        best.sort_unstable_by_key(|node| ranks[*node as usize]);
        if !full {
            best.truncate(MAX_TIES);
        }
        attempt.ties = best.iter().map(|node| name(*node)).collect();
        attempt.node = attempt.ties.first().copied();
        if full {
            let of_node = |(at, node): (usize, &u32)| {
                (name(*node), scores.iter().map(|scored| scored.scores[at]).collect(), totals[at])
            };
            attempt.scores = Some(Scores {
                plugins: scores.iter().map(|Scored { plugin, .. }| *plugin).collect(),
                weights: scores.iter().map(|Scored { weight, .. }| *weight).collect(),
                nodes: feasible.iter().enumerate().map(of_node).collect(),
            });
        }
        Nomination::Keep
    }

    /// No node is feasible: the message, and what preemption can do.
    fn fail<'n>(
        &self,
        cycle: &Cycle<'_>,
        refusals: &[Refusal],
        nominated_on: &impl Fn(u32) -> &'n [(PodId, PodInfo)],
        attempt: &mut Attempt,
    ) -> Nomination {
        let nodes = self.snapshot.nodes();
        let name = |index: u32| nodes[index as usize].node.meta.name;
        let statuses: Vec<(u32, usize, Status)> =
            refusals.iter().filter_map(|r| Some((r.node, r.plugin, cycle.status(r)?))).collect();
        let mut reasons = Histogram::default();
        for (.., status) in &statuses {
            status.reasons.iter().for_each(|reason| reasons.add(*reason, 1));
        }
        if let Some([plugin, ..]) = cycle.narrowed_by.get(..) {
            // NodeAffinity is the only plugin that narrows so far; the sentence has no other form.
            debug_assert_eq!(*plugin, "NodeAffinity");
            let outside = nodes.len() - statuses.len();
            reasons.add(Reason::Text("node(s) didn't satisfy plugin(s) [NodeAffinity]"), outside);
        }
        attempt.refused_by.clone_from(&cycle.narrowed_by);
        let refusing = statuses.iter().map(|(_, plugin, _)| cycle.name(*plugin));
        for plugin in refusing.chain(cycle.refused.as_ref().map(|(plugin, ..)| *plugin)) {
            if !attempt.refused_by.contains(&plugin) {
                attempt.refused_by.push(plugin);
            }
        }
        let pre_filter = cycle
            .refused
            .as_ref()
            .map(|(_, code, reasons)| (*code, Status { code: *code, reasons: reasons.clone() }.message()));
        let message = pre_filter.as_ref().map(|(_, message)| message.as_str());

        let unresolvable = matches!(pre_filter, Some((Code::UnschedulableAndUnresolvable, _)));
        let potential: Vec<u32> = if unresolvable {
            Vec::new()
        } else if pre_filter.is_some() {
            (0..nodes.len() as u32).collect()
        } else {
            let may_help = statuses.iter().filter(|(.., status)| status.code == Code::Unschedulable);
            may_help.map(|(node, ..)| *node).collect()
        };
        let promised = cycle.context.pod.nominated.and_then(|name| self.snapshot.node(name));
        let promised_code = promised.and_then(|node| {
            let found = statuses.iter().find(|(index, ..)| *index == node.index);
            // What refuses the Pod refuses it on every node.
            found.map(|(.., status)| status.code).or(pre_filter.as_ref().map(|(code, _)| *code))
        });
        let mut said: Vec<String> = Vec::new();
        let has_none = cycle.profile.post_filters().next().is_none();
        let mut nomination = if has_none { Nomination::Clear } else { Nomination::Keep };
        for post_filter in cycle.profile.post_filters() {
            let PostFilter::Preempt { percentage, absolute } = post_filter else {
                if !dynamic_resources_are_on(&self.objects) {
                    continue;
                }
                let at = |name: &str| cycle.profile.pre_filter.iter().position(|p| p.name() == name);
                let own = at("DynamicResources");
                let refused = cycle.refused.as_ref().filter(|_| unresolvable).map(|(plugin, ..)| *plugin);
                if refused == Some("DynamicResources") {
                    said.push("no new claims to deallocate".into());
                    continue;
                }
                // Without the state of its PreFilter it fails, and nothing else is tried.
                if refused.is_some_and(|plugin| at(plugin) < own) {
                    said = vec!["not found".into()];
                    nomination = Nomination::Keep;
                    break;
                }
                let of_claims =
                    statuses.iter().filter(|(_, plugin, _)| cycle.name(*plugin) == "DynamicResources");
                let of_claims: Vec<_> = of_claims.map(|(node, _, status)| (*node, status.clone())).collect();
                let (claims, change) = DynamicResources::post_filter(&cycle.context, &of_claims);
                said.push(claims.into());
                attempt.changes.extend(change);
                continue;
            };
            match preempt(cycle, promised_code, &potential, nominated_on, (percentage, absolute)) {
                Preemption::NotEligible(why) => said.push(format!("preemption: {why}")),
                Preemption::Nowhere(why) => {
                    nomination = Nomination::Clear;
                    said.push(format!("preemption: {why}"));
                }
                Preemption::Found { candidates, best } => {
                    let chosen = best.first().map(|at| &candidates[*at]);
                    attempt.candidates = candidates.iter().map(|victims| victims.candidate(cycle)).collect();
                    if best.len() > 1 {
                        attempt.preemption_ties = best.iter().map(|at| candidates[*at].name).collect();
                    }
                    if let Some(chosen) = chosen {
                        attempt.nominate = Some(name(chosen.node));
                        attempt.victims = chosen.candidate(cycle).victims;
                    }
                    nomination = attempt.nominate.map_or(Nomination::Clear, Nomination::Node);
                    said.clear();
                    break;
                }
            }
        }
        let text = said.join(", ");
        attempt.message = fit_error(nodes.len(), message, &reasons, &text);
        attempt.rejected = group(cycle, statuses.into_iter(), name);
        nomination
    }
}

/// What becomes of `status.nominatedNodeName`.
pub(super) enum Nomination {
    Keep,
    Clear,
    Node(Sym),
}

/// Refusals of nodes, grouped by plugin, code and reasons.
fn group(
    cycle: &Cycle<'_>,
    statuses: impl Iterator<Item = (u32, usize, Status)>,
    name: impl Fn(u32) -> Sym,
) -> Vec<Rejected> {
    let mut groups: Vec<Rejected> = Vec::new();
    let mut at: FxHashMap<(usize, Status), usize> = FxHashMap::default();
    for (node, plugin, status) in statuses {
        let next = groups.len();
        let at = *at.entry((plugin, status)).or_insert_with_key(|(plugin, status)| {
            groups.push(Rejected {
                plugin: cycle.name(*plugin),
                code: status.code,
                reasons: status.reasons.clone(),
                nodes: Vec::new(),
            });
            next
        });
        groups[at].nodes.push(name(node));
    }
    groups
}
