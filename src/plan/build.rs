//! The plan of a settled cluster.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::values::ready;
use super::{
    Action, Change, ClusterSource, FieldChange, NextRun, Plan, PlannedBudget, PlannedNode, PlannedPod,
    PlannedService, PlannedWorkload, PodState,
};
use crate::cluster::State;
use crate::cluster::model::{
    ClusterIp, Content, Detail, Node, Other, Phase, Pod, PodDisruptionBudget, Resources, Workload,
};
use crate::finding::Finding;
use crate::network::{nearest, service_names, slices};
use crate::object::{Gvk, Key, Labels, Sym, sym};
use crate::simulate::{Outcome, Run};

/// What became of a document of the tree when it was applied.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Position of the document; `None` for what the tree does not have.
    pub document: Option<u32>,
    /// Type.
    pub gvk: Gvk,
    /// Namespace; empty for cluster-scoped kinds.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
    /// What happens.
    pub action: Action,
    /// Its fields that change.
    pub fields: Vec<FieldChange>,
    /// Why it is refused.
    pub refusal: Option<(u16, &'static str, String)>,
    /// It is refused for what this cluster holds.
    pub here: bool,
    /// Why, field by field, if it cannot take the place of what is there.
    pub because: Vec<Finding>,
    /// Labels of the Pods that it makes, if it makes any.
    pub pod_labels: Option<Labels>,
}

impl Applied {
    /// What makes it the same object in a cluster.
    pub fn key(&self) -> Key {
        Key { group: self.gvk.group, kind: self.gvk.kind, namespace: self.namespace, name: self.name }
    }
}

/// The plan. `before` is the cluster without the tree, `outcome` what it came to with it. `made_elsewhere` says of a
/// namespace and labels whether something that is not played (an operator) may make such Pods.
pub fn build(
    before: &State,
    applied: Vec<Applied>,
    outcome: &Outcome,
    source: ClusterSource,
    namespace: Sym,
    made_elsewhere: &dyn Fn(Sym, &Labels) -> bool,
) -> Plan {
    let after = &outcome.after;
    let mut pods: Vec<_> = after.pods().map(|pod| planned_pod(before, after, outcome, pod)).collect();
    let gone = before.pods().filter(|pod| after.pod(pod.meta.namespace, pod.meta.name).is_none());
    pods.extend(
        gone.map(|pod| PlannedPod { state: PodState::Gone, ..planned_pod(before, before, outcome, pod) }),
    );
    pods.sort_by_key(|pod| (pod.namespace, pod.name));
    let mut compared = 0;
    let services: Vec<_> = after
        .services()
        .map(|service| {
            let mut planned = planned_service(after, service, &mut compared);
            let earlier = before.service(service.meta.namespace, service.meta.name);
            planned.ready_before = earlier.map(|earlier| ready(&earlier.ports, &slices(before, earlier)));
            planned.foreign = planned.selects
                && planned.ready() == 0
                && service.selector.as_ref().is_some_and(|selector| {
                    after.pods_with(service.meta.namespace, selector).is_empty()
                        && made_elsewhere(service.meta.namespace, selector)
                });
            planned
        })
        .collect();
    let workloads: Vec<_> = after.workloads().map(|w| planned_workload(w)).collect();
    let next_runs = next_runs(after, outcome);
    let works = Works::new(&pods, &services, &workloads, &next_runs);
    let mut changes: Vec<_> = applied
        .into_iter()
        .map(|a| Change {
            works: matches!(a.action, Action::Absent | Action::Delete)
                || a.action != Action::Refused && works.works(&a.gvk.kind, a.namespace, a.name),
            action: a.action,
            gvk: a.gvk,
            namespace: a.namespace,
            name: a.name,
            document: a.document,
            fields: a.fields,
            refusal: a.refusal,
            here: a.here,
            because: a.because,
            pod_labels: a.pod_labels,
        })
        .collect();
    changes.sort_by_key(|c| (c.namespace, rank(&c.gvk.kind), c.gvk.kind, c.name, c.document));
    Plan {
        source,
        objects: before.len(),
        namespace,
        cut_short: outcome.cut_short.clone(),
        changes,
        pods,
        services,
        events: outcome.events.iter().cloned().collect(),
        workloads,
        nodes: planned_nodes(after),
        budgets: budgets(after),
        next_runs,
        explained: Vec::new(),
        rooms: Vec::new(),
        nodes_needed: None,
        apply: Vec::new(),
        not_modelled: Vec::new(),
        assumed: Vec::new(),
        expected: Vec::new(),
    }
}

/// Workloads first, then what leads to them, then the rest.
fn rank(kind: &str) -> u8 {
    match kind {
        "Namespace" => 0,
        "Deployment" => 1,
        "StatefulSet" => 2,
        "DaemonSet" => 3,
        "ReplicaSet" | "ReplicationController" => 4,
        "Job" => 5,
        "CronJob" => 6,
        "Pod" => 7,
        "Service" => 8,
        "Ingress" => 9,
        _ => 10,
    }
}

/// Which objects do what they are there for.
struct Works {
    broken: BTreeSet<(Sym, Sym, Sym)>,
}

impl Works {
    fn new(
        pods: &[PlannedPod],
        services: &[PlannedService],
        workloads: &[PlannedWorkload],
        next_runs: &[NextRun],
    ) -> Self {
        let mut broken = BTreeSet::new();
        for pod in pods.iter().chain(next_runs.iter().flat_map(|run| &run.pods)) {
            if matches!(pod.state, PodState::Pending | PodState::Waiting | PodState::Failed) {
                broken.insert((sym("Pod"), pod.namespace, pod.name));
                broken.extend(pod.owners.iter().map(|(kind, name)| (*kind, pod.namespace, *name)));
            }
        }
        for service in services.iter().filter(|s| s.is_silent()) {
            broken.insert((sym("Service"), service.namespace, service.name));
        }
        for workload in workloads {
            if workload.status.conditions.iter().any(|c| c.kind == "ReplicaFailure") {
                broken.insert((sym(workload.kind), workload.namespace, workload.name));
            }
        }
        Self { broken }
    }

    fn works(&self, kind: &str, namespace: Sym, name: Sym) -> bool {
        !self.broken.contains(&(sym(kind), namespace, name))
    }
}

fn planned_pod(before: &State, after: &State, outcome: &Outcome, pod: &Pod) -> PlannedPod {
    let attempt = outcome.attempts.get(&pod.meta.id());
    let (state, reason, message) = match (pod.phase, &pod.waiting, pod.node) {
        _ if pod.deleting => (PodState::Terminating, None, None),
        (Phase::Succeeded, ..) => (PodState::Succeeded, None, None),
        (Phase::Failed, ..) => (PodState::Failed, None, None),
        (_, Some(waiting), Some(_)) => {
            (PodState::Waiting, Some(waiting.reason.to_owned()), Some(waiting.message.clone()))
        }
        (_, _, Some(_)) => (PodState::Running, None, None),
        (..) if !pod.spec.gates.is_empty() => (
            PodState::Pending,
            Some("SchedulingGated".to_owned()),
            Some("Scheduling is blocked due to non-empty scheduling gates".to_owned()),
        ),
        // Another scheduler takes it; what that does is not known, and no condition tells of it.
        (..) if attempt.is_none() && !matches!(&*pod.spec.scheduler, "" | "default-scheduler") => {
            (PodState::Unknown, Some("UnknownScheduler".to_owned()), None)
        }
        (..) => (
            PodState::Pending,
            attempt.map(|a| a.reason.to_owned()).filter(|r| !r.is_empty()),
            attempt.map(|a| a.message.clone()).filter(|m| !m.is_empty()),
        ),
    };
    let earlier = before.pod(pod.meta.namespace, pod.meta.name);
    PlannedPod {
        namespace: pod.meta.namespace,
        name: pod.meta.name,
        owners: after.owners(pod),
        document: pod.meta.cause.document,
        node: pod.node,
        nominated: pod.nominated,
        state,
        reason,
        message,
        ties: attempt.filter(|_| pod.node.is_some()).map(|a| a.ties.clone()).unwrap_or_default(),
        node_before: earlier.and_then(|earlier| earlier.node),
        untouched: earlier.is_some_and(|e| e.node == pod.node && e.phase == pod.phase),
    }
}

/// Services that select nobody are compared with all labels of their namespace, the first so many of them.
const COMPARED: usize = 100;

fn planned_service(
    after: &State,
    service: &crate::cluster::model::Service,
    compared: &mut usize,
) -> PlannedService {
    let mut planned = PlannedService {
        namespace: service.meta.namespace,
        name: service.meta.name,
        kind: service.kind,
        cluster_ip: match service.cluster_ip {
            ClusterIp::Chosen => "?".into(),
            ClusterIp::Headless => "None".into(),
            ClusterIp::Asked(address) => address.to_string(),
        },
        document: service.meta.cause.document,
        ports: service.ports.clone(),
        selects: service.selects(),
        external_name: service.external_name,
        slices: slices(after, service),
        ready_before: None,
        dns: service_names(service),
        nearest: None,
        foreign: false,
    };
    let selects_nobody = || {
        let selector = service.selector.as_ref();
        selector.is_some_and(|selector| {
            after.pods_with(service.meta.namespace, selector).is_empty()
                && !after.workloads().any(|w| {
                    w.meta.namespace == service.meta.namespace
                        && w.meta.controller().is_none()
                        && selector.iter().all(|(k, v)| w.template.labels.get(k) == Some(v))
                })
        })
    };
    if planned.selects && planned.ready() == 0 && *compared < COMPARED && selects_nobody() {
        *compared += 1;
        planned.nearest = nearest(after, service);
    }
    planned
}

fn planned_workload(workload: &Workload) -> PlannedWorkload {
    let wants = match workload.detail {
        Detail::Job(ref job) => job.completions.unwrap_or(job.parallelism),
        Detail::CronJob { .. } => 0,
        _ => workload.replicas,
    };
    PlannedWorkload {
        kind: workload.kind(),
        namespace: workload.meta.namespace,
        name: workload.meta.name,
        wants,
        document: workload.meta.cause.document,
        status: workload.status.clone(),
    }
}

/// Nodes with what their Pods ask.
fn planned_nodes(after: &State) -> Vec<PlannedNode> {
    let mut asked: BTreeMap<Sym, (i64, Resources)> = BTreeMap::new();
    for pod in after.pods().filter(|pod| !pod.phase.is_terminal()) {
        if let Some(node) = pod.node {
            let (pods, requested) = asked.entry(node).or_default();
            *pods += 1;
            requested.add(&pod.requests().total);
        }
    }
    let planned = |node: &Arc<Node>| {
        let (pods, requested) = asked.remove(&node.meta.name).unwrap_or_default();
        let mut allocatable: BTreeMap<Sym, i64> = node.allocatable.iter().collect();
        allocatable.insert(sym("pods"), node.allocatable.pods);
        PlannedNode { name: node.meta.name, pods, allocatable, requested: requested.iter().collect() }
    };
    after.nodes().map(planned).collect()
}

fn budgets(after: &State) -> Vec<PlannedBudget> {
    let planned = |(_, other): (_, &Arc<Other>)| match &other.content {
        Content::Budget(budget) => Some(PlannedBudget {
            namespace: other.meta.namespace,
            name: other.meta.name,
            budget: PodDisruptionBudget::clone(budget),
        }),
        _ => None,
    };
    after.others().filter_map(planned).collect()
}

fn next_runs(after: &State, outcome: &Outcome) -> Vec<NextRun> {
    // Pods of earlier runs, from an export.
    let mut earlier: BTreeMap<(Sym, Sym), Vec<(Sym, Sym)>> = BTreeMap::new();
    for pod in after.pods() {
        if let Some((_, cron)) = after.owners(pod).into_iter().find(|(kind, _)| &**kind == "CronJob") {
            earlier.entry((pod.meta.namespace, cron)).or_default().push(pod.meta.id());
        }
    }
    let earlier_of = |run: &Run| earlier.get(&(run.namespace, run.name)).map_or(&[][..], Vec::as_slice);
    outcome.next_runs.iter().map(|run| next_run(after, run, earlier_of(run))).collect()
}

fn next_run(after: &State, run: &Run, earlier: &[(Sym, Sym)]) -> NextRun {
    let cron = after.workload("CronJob", run.namespace, run.name);
    let schedule = match cron.map(|c| &c.detail) {
        Some(Detail::CronJob { schedule, .. }) => *schedule,
        _ => Sym::default(),
    };
    let fork = &run.outcome.after;
    let is_its_own = |pod: &Arc<Pod>| {
        pod.meta.namespace == run.namespace && fork.owners(pod).contains(&(sym("CronJob"), run.name))
    };
    let mut pods: BTreeMap<(Sym, Sym), Arc<Pod>> = BTreeMap::new();
    let (new, _) = fork.pods_changed(after);
    pods.extend(new.into_iter().filter(is_its_own).map(|pod| (pod.meta.id(), pod)));
    pods.extend(earlier.iter().filter_map(|id| Some((*id, fork.pod(id.0, id.1)?.clone()))));
    NextRun {
        namespace: run.namespace,
        name: run.name,
        schedule,
        document: cron.and_then(|c| c.meta.cause.document),
        pods: pods.values().map(|pod| planned_pod(after, fork, &run.outcome, pod)).collect(),
    }
}
