//! Making room: which Pods of lower priority have to go, and where (`DefaultPreemption`).

use super::attempt::Candidate;
use super::cycle::{Cycle, Nominated, filter};
use super::framework::{Code, Reason, Status};
use super::message::{Histogram, fit_error};
use super::snapshot::{NodeInfo, PodId, PodInfo};
use crate::object::Sym;

const NO_VICTIMS: &str = "No preemption victims found for incoming pod";
const NOT_HELPFUL: &str = "Preemption is not helpful for scheduling";

/// What preemption came to.
pub(super) enum Preemption {
    /// It was not tried; the nomination stays.
    NotEligible(&'static str),
    /// It helps nowhere; the message says why. The nomination is cleared.
    Nowhere(String),
    /// Room can be made.
    Found {
        /// All nodes where it can, by name; the first of `best` is taken.
        candidates: Vec<Victims>,
        /// Positions of those that no criterion tells apart.
        best: Vec<usize>,
    },
}

/// Pods that have to go from a node.
pub(super) struct Victims {
    pub(super) node: u32,
    pub(super) name: Sym,
    pub(super) pods: Vec<PodId>,
    pub(super) violations: usize,
}

impl Victims {
    pub(super) fn candidate(&self, cycle: &Cycle<'_>) -> Candidate {
        let pods = self.pods.iter().filter_map(|id| cycle.context.cluster.pod(*id));
        Candidate {
            node: self.name,
            victims: pods.map(|info| info.pod.meta.id()).collect(),
            budget_violations: self.violations,
        }
    }
}

/// Looks for a node where removing Pods of lower priority makes room. `potential` are the nodes that were refused with
/// `Unschedulable`; `nominated_status` is the refusal of the node that the Pod is nominated to.
pub(super) fn preempt<'n>(
    cycle: &Cycle<'_>,
    nominated_code: Option<Code>,
    potential: &[u32],
    nominated_on: impl Fn(u32) -> Nominated<'n>,
    (percentage, absolute): (usize, usize),
) -> Preemption {
    let pod = cycle.context.pod;
    let cluster = cycle.context.cluster;
    if pod.spec.never_preempts {
        return Preemption::NotEligible("not eligible due to preemptionPolicy=Never.");
    }
    if nominated_code != Some(Code::UnschedulableAndUnresolvable)
        && let Some(node) = pod.nominated.and_then(|name| cluster.node(name))
        && lower(cycle, node).any(|(_, info)| terminating_by_preemption(info))
    {
        return Preemption::NotEligible("not eligible due to a terminating pod on the nominated node.");
    }
    // At least so many candidates are looked for, and at least this share of the nodes that come into question.
    let wanted = potential.len().saturating_mul(percentage) / 100;
    let wanted = wanted.max(absolute);
    let (mut candidates, mut violating): (Vec<Victims>, Vec<Victims>) = (Vec::new(), Vec::new());
    let mut reasons = Histogram::default();
    let mut tried = 0;
    for index in potential {
        tried += 1;
        let node = &cluster.nodes()[*index as usize];
        match select_victims(cycle, node, nominated_on(*index)) {
            Ok(victims) if victims.violations == 0 => candidates.push(victims),
            Ok(victims) => violating.push(victims),
            Err(status) => status.reasons.into_iter().for_each(|reason| reasons.add(reason, 1)),
        }
        if !candidates.is_empty() && candidates.len() + violating.len() >= wanted {
            break;
        }
    }
    candidates.append(&mut violating);
    if candidates.is_empty() {
        let nodes = cluster.nodes().len();
        reasons.add(Reason::Text(NOT_HELPFUL), nodes - tried);
        return Preemption::Nowhere(fit_error(nodes, None, &reasons, ""));
    }
    candidates.sort_unstable_by_key(|victims| victims.name);
    let best = best(cycle, &candidates);
    Preemption::Found { candidates, best }
}

fn lower<'c>(cycle: &'c Cycle<'_>, node: &'c NodeInfo) -> impl Iterator<Item = (PodId, &'c PodInfo)> {
    let priority = cycle.context.pod.spec.priority;
    let pods = node.pods.iter().filter_map(|id| Some((*id, cycle.context.cluster.pod(*id)?)));
    pods.filter(move |(_, info)| info.pod.spec.priority < priority)
}

/// `podTerminatingByPreemption`
fn terminating_by_preemption(info: &PodInfo) -> bool {
    let condition = info.pod.condition("DisruptionTarget");
    info.pod.deleting
        && condition.is_some_and(|c| &*c.status == "True" && &*c.reason == "PreemptionByScheduler")
}

/// When it started; a Pod that has not is as one that starts now.
fn start(info: &PodInfo) -> i64 {
    info.pod.start.unwrap_or(i64::MAX)
}

/// `SelectVictimsOnNode`: all Pods of lower priority go; then, the most important first, each comes back if the Pod
/// still fits.
fn select_victims(cycle: &Cycle<'_>, node: &NodeInfo, nominated: Nominated<'_>) -> Result<Victims, Status> {
    let mut lower: Vec<(PodId, &PodInfo)> = lower(cycle, node).collect();
    if lower.is_empty() {
        return Err(Status::unresolvable(NO_VICTIMS));
    }
    let mut imagined = node.clone();
    let mut forks: Vec<_> =
        cycle.filters.iter().map(|active| (active.plugin, active.filter.fork())).collect();
    for (id, info) in &lower {
        imagined.remove(*id, &info.pod);
        for (_, fork) in &mut forks {
            fork.remove_pod(info, &imagined);
        }
    }
    filter(forks.iter().map(|(plugin, fork)| (*plugin, fork)), &imagined, nominated)
        .map_err(|(_, status)| status)?;

    lower.sort_by_key(|(_, info)| (std::cmp::Reverse(info.pod.spec.priority), start(info)));
    let (violating, others) = split_by_budgets(cycle, lower);
    let mut victims: Vec<(PodId, &PodInfo)> = Vec::new();
    let mut violations = 0;
    let both = !violating.is_empty() && !others.is_empty();
    let protected = violating.into_iter().map(|pod| (pod, true));
    for ((id, info), violates) in protected.chain(others.into_iter().map(|pod| (pod, false))) {
        imagined.add(id, &info.pod);
        for (_, fork) in &mut forks {
            fork.add_pod(info, &imagined);
        }
        let fits = filter(forks.iter().map(|(plugin, fork)| (*plugin, fork)), &imagined, nominated).is_ok();
        if !fits {
            imagined.remove(id, &info.pod);
            for (_, fork) in &mut forks {
                fork.remove_pod(info, &imagined);
            }
            victims.push((id, info));
            violations += usize::from(violates);
        }
    }
    if both {
        victims.sort_by_key(|(_, info)| (std::cmp::Reverse(info.pod.spec.priority), start(info)));
    }
    if victims.is_empty() {
        // The Pod fits as it is: an error of the scheduler's caller, which it reports for the node.
        return Err(Status::unresolvable("expected at least one victim pod on node"));
    }
    let pods = victims.into_iter().map(|(id, _)| id).collect();
    Ok(Victims { node: node.index, name: node.node.meta.name, pods, violations })
}

type Pods<'c> = Vec<(PodId, &'c PodInfo)>;

/// `filterPodsWithPDBViolation`: Pods whose going a budget does not allow any more, and the others.
fn split_by_budgets<'c>(cycle: &Cycle<'_>, pods: Pods<'c>) -> (Pods<'c>, Pods<'c>) {
    let budgets = cycle.context.objects.budgets();
    let mut allowed: Vec<i64> = budgets.iter().map(|budget| budget.allowed).collect();
    pods.into_iter().partition(|(_, info)| {
        let meta = &info.pod.meta;
        let mut violates = false;
        for (budget, allowed) in budgets.iter().zip(&mut allowed) {
            let selects = budget.selector.as_ref().is_some_and(|s| !s.is_empty() && s.matches(&meta.labels));
            if meta.labels.is_empty()
                || budget.namespace != meta.namespace
                || !selects
                || budget.disrupted.contains(&meta.name)
            {
                continue;
            }
            *allowed -= 1;
            violates |= *allowed < 0;
        }
        violates
    })
}

/// `pickOneNodeForPreemption`: each criterion among the equals of the former.
fn best(cycle: &Cycle<'_>, candidates: &[Victims]) -> Vec<usize> {
    let infos = |victims: &Victims| -> Vec<&PodInfo> {
        victims.pods.iter().filter_map(|id| cycle.context.cluster.pod(*id)).collect()
    };
    let priority = |info: &PodInfo| info.pod.spec.priority;
    let earliest_of_highest = |victims: &Victims| {
        let pods = infos(victims);
        let highest = pods.iter().map(|info| priority(info)).max();
        pods.iter().filter(|info| Some(priority(info)) == highest).map(|info| start(info)).min()
    };
    let criteria: [&dyn Fn(&Victims) -> i64; 5] = [
        &|victims| -(victims.violations as i64),
        &|victims| -infos(victims).first().map_or(0, |info| priority(info)),
        &|victims| -infos(victims).iter().map(|info| priority(info) + (1 << 31)).sum::<i64>(),
        &|victims| -(victims.pods.len() as i64),
        &|victims| earliest_of_highest(victims).unwrap_or(i64::MIN),
    ];
    let mut best: Vec<usize> = (0..candidates.len()).collect();
    for criterion in criteria {
        let most = best.iter().map(|at| criterion(&candidates[*at])).max();
        best.retain(|at| Some(criterion(&candidates[*at])) == most);
    }
    best
}
