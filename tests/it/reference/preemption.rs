//! Which Pods of lower priority have to go for a Pod, and where.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::filters::{Filters, Imagined};
use super::objects::{at, entries, is_empty, labels, list, name, namespace, selects, text};
use super::scores::named;
use super::{Cluster, Decision, Refusal, histogram};

/// What has to go from one node.
struct Victims {
    node: usize,
    pods: Vec<usize>,
    violations: usize,
}

impl Cluster {
    /// Filters with the Pods of a node's nomination, then without.
    pub(super) fn filter_nominated(
        &self,
        filters: &Filters<'_>,
        of: usize,
        node: usize,
        imagined: &Imagined,
    ) -> Result<(), Refusal> {
        let mut with = imagined.clone();
        for (at, pod) in self.pods.iter().enumerate() {
            let counts = pod.nominated == Some(node) && pod.node.is_none() && !pod.is_gone;
            if at != of && counts && priority(&pod.manifest) >= priority(&self.pods[of].manifest) {
                with = with.and(true, at);
            }
        }
        filters.filter(node, &with)?;
        filters.filter(node, imagined)
    }

    /// Tells the decision what preemption can do; gives what it says if it can do nothing. `is_refused`: the Pod is, before any
    /// node was asked.
    pub(super) fn preempt(
        &self,
        of: usize,
        refusals: &BTreeMap<usize, Refusal>,
        is_refused: bool,
        decision: &mut Decision,
    ) -> Option<String> {
        let pod = &self.pods[of];
        if text(at(&pod.manifest, &["spec", "preemptionPolicy"])) == "Never" {
            return Some("preemption: not eligible due to preemptionPolicy=Never.".into());
        }
        if let Some(node) = pod.nominated
            && !is_refused
            && refusals.get(&node).is_none_or(|refusal| refusal.resolvable)
            && self.lower(of, node).into_iter().any(|other| is_going(&self.pods[other].manifest))
        {
            return Some("preemption: not eligible due to a terminating pod on the nominated node.".into());
        }
        let mut reasons: Vec<String> = Vec::new();
        let mut candidates: Vec<Victims> = Vec::new();
        let mut tried = 0;
        for node in refusals.iter().filter(|(_, refusal)| refusal.resolvable).map(|(node, _)| *node) {
            tried += 1;
            match self.victims(of, node) {
                Ok(victims) => candidates.push(victims),
                Err(why) => reasons.extend(why),
            }
        }
        if candidates.is_empty() {
            let others = self.nodes.len() - tried;
            reasons
                .extend(std::iter::repeat_n("Preemption is not helpful for scheduling".to_owned(), others));
            let told = histogram(&reasons);
            return Some(format!("preemption: 0/{} nodes are available: {told}.", self.nodes.len()));
        }
        let path = |pod: &usize| self.path(*pod);
        for victims in &candidates {
            let pods = victims.pods.iter().map(path).collect();
            decision.candidates.insert(named(self, victims.node), (pods, victims.violations));
        }
        let mut best: Vec<&Victims> = candidates.iter().collect();
        let of_priority =
            |victims: &Victims, at: usize| i128::from(priority(&self.pods[victims.pods[at]].manifest));
        let latest_of_earliest = |victims: &&Victims| {
            let highest = victims.pods.iter().map(|pod| priority(&self.pods[*pod].manifest)).max();
            let highest =
                victims.pods.iter().filter(|pod| Some(priority(&self.pods[**pod].manifest)) == highest);
            -highest.map(|pod| self.start(*pod)).min().map_or(i128::MIN, i128::from)
        };
        fewest(&mut best, |victims| victims.violations as i128);
        fewest(&mut best, |victims| of_priority(victims, 0));
        fewest(&mut best, |victims| {
            (0..victims.pods.len()).map(|at| of_priority(victims, at) + (1 << 31)).sum()
        });
        fewest(&mut best, |victims| victims.pods.len() as i128);
        fewest(&mut best, latest_of_earliest);
        best.sort_by_key(|victims| named(self, victims.node));
        if best.len() > 1 {
            decision.preemption_ties = best.iter().map(|victims| named(self, victims.node)).collect();
        }
        decision.nominate = Some(named(self, best[0].node));
        decision.victims = best[0].pods.iter().map(path).collect();
        None
    }

    fn lower(&self, of: usize, node: usize) -> Vec<usize> {
        let mut pods = self.pods_of(node, &Imagined::default());
        pods.retain(|other| priority(&self.pods[*other].manifest) < priority(&self.pods[of].manifest));
        pods
    }

    fn start(&self, pod: usize) -> i64 {
        self.pods[pod].start.unwrap_or(i64::MAX)
    }

    fn victims(&self, of: usize, node: usize) -> Result<Victims, Vec<String>> {
        let mut lower = self.lower(of, node);
        if lower.is_empty() {
            return Err(vec!["No preemption victims found for incoming pod".into()]);
        }
        let filters = Filters::new(self, &self.pods[of].manifest);
        let mut imagined = Imagined::default();
        for pod in &lower {
            imagined = imagined.and(false, *pod);
        }
        self.filter_nominated(&filters, of, node, &imagined).map_err(|refusal| refusal.reasons)?;
        let importance = |pod: &usize| (Reverse(priority(&self.pods[*pod].manifest)), self.start(*pod));
        lower.sort_by_key(importance);
        let (violating, others) = self.split_by_budgets(&lower);
        let mut pods = Vec::new();
        let mut violations = 0;
        for pod in violating.iter().chain(&others) {
            imagined = imagined.and(true, *pod);
            if self.filter_nominated(&filters, of, node, &imagined).is_err() {
                imagined = imagined.and(false, *pod);
                pods.push(*pod);
                violations += usize::from(violating.contains(pod));
            }
        }
        pods.sort_by_key(importance);
        if pods.is_empty() {
            return Err(vec!["expected at least one victim pod on node".into()]);
        }
        Ok(Victims { node, pods, violations })
    }

    fn split_by_budgets(&self, pods: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let budgets = self.objects.iter().filter(|object| text(&object["kind"]) == "PodDisruptionBudget");
        let allowed = |budget: &Json| at(budget, &["status", "disruptionsAllowed"]).as_i64().unwrap_or(0);
        let mut budgets: Vec<(&Json, i64)> = budgets.map(|budget| (budget, allowed(budget))).collect();
        pods.iter().partition(|pod| {
            let pod = &self.pods[**pod].manifest;
            let mut violates = false;
            for (budget, allowed) in &mut budgets {
                let selector = at(budget, &["spec", "selector"]);
                let disrupted = at(budget, &["status", "disruptedPods"]);
                let concerns = namespace(budget) == namespace(pod)
                    && !labels(pod).is_empty()
                    && !is_empty(selector)
                    && selects(selector, &labels(pod))
                    && entries(disrupted).all(|(gone, _)| gone != name(pod));
                if concerns {
                    *allowed -= 1;
                    violates |= *allowed < 0;
                }
            }
            violates
        })
    }
}

fn fewest(best: &mut Vec<&Victims>, criterion: impl Fn(&&Victims) -> i128) {
    let least = best.iter().map(&criterion).min();
    best.retain(|victims| Some(criterion(victims)) == least);
}

pub(super) fn priority(pod: &Json) -> i64 {
    at(pod, &["spec", "priority"]).as_i64().unwrap_or(0)
}

/// It is being deleted because of a preemption.
fn is_going(pod: &Json) -> bool {
    !at(pod, &["metadata", "deletionTimestamp"]).is_null()
        && list(at(pod, &["status", "conditions"])).iter().any(|condition| {
            text(&condition["type"]) == "DisruptionTarget"
                && text(&condition["status"]) == "True"
                && text(&condition["reason"]) == "PreemptionByScheduler"
        })
}
