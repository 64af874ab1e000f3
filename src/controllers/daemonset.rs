//! daemonset-controller: one Pod on every node that takes it.
//!
//! Which nodes: `nodeShouldRunDaemonPod` asks node name, node affinity and taints, not resources. The scheduler binds the
//! Pods, each pinned to its node by affinity to the node's name.

use std::collections::BTreeSet;
use std::sync::Arc;

use smallvec::smallvec;

use super::Context;
use super::context::{Name, Wanted};
use crate::cluster::model::{
    Node, NodeSelectorTerm, Pod, PodSpec, TaintEffect, Toleration, TolerationOperator, Workload,
};
use crate::cluster::{affinity, tolerations};
use crate::object::{Operator, Requirement, Sym, sym};

/// One step of every DaemonSet.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let sets: Vec<Arc<Workload>> = context.state.workloads_of("DaemonSet").cloned().collect();
    let mut changed = false;
    for set in sets {
        if context.is_full() {
            break;
        }
        changed |= step(context, &set);
    }
    changed
}

fn step(context: &mut Context<'_>, set: &Workload) -> bool {
    let tolerated = with_daemon_tolerations(&set.template.spec);
    let nodes: BTreeSet<Sym> =
        context.state.nodes().filter(|node| runs_on(&tolerated, node)).map(|node| node.meta.name).collect();
    let pods = context.active_pods(set);
    let mut served: BTreeSet<Sym> = BTreeSet::new();
    let mut changed = false;
    for pod in &pods {
        let Some(node) = pinned_to(pod) else { continue };
        let outdated = pod.template != 0 && pod.template != set.template.digest;
        // Rolling update takes one unavailable Pod at a time.
        let may_go = |changed: bool| !changed && pods.iter().all(|other| other.ready);
        if !nodes.contains(&node) || !served.insert(node) || (outdated && may_go(changed)) {
            context.delete_pod(pod);
            changed = true;
        }
    }
    let prefix = format!("{}-", set.meta.name);
    let mut failure = None;
    for node in nodes.iter().filter(|node| !served.contains(*node)) {
        let labels =
            vec![(sym("controller-revision-hash"), sym("<r1>")), (sym("pod-template-generation"), sym("1"))];
        let wanted = Wanted { name: Name::Generated(prefix.clone()), labels, pinned: Some(*node) };
        match context.create_pod(set, wanted) {
            Ok(()) => changed = true,
            Err(refusal) => {
                let message = format!("Error creating: {}", refusal.message(&prefix));
                let about = ("DaemonSet", set.meta.namespace, set.meta.name);
                changed |= context.events.warn(about, "FailedCreate", message);
                failure = Some(refusal.message(&prefix));
                break;
            }
        }
    }
    changed | report(context, set, nodes.len() as i64, failure)
}

/// Where a daemon's Pod is or is meant to be.
fn pinned_to(pod: &Pod) -> Option<Sym> {
    pod.node.or_else(|| {
        let term = pod.spec.node_affinity.required.as_ref()?.first()?;
        term.fields.iter().find_map(|field| match &field.operator {
            Operator::In(names) => names.first().copied(),
            _ => None,
        })
    })
}

fn runs_on(spec: &PodSpec, node: &Node) -> bool {
    spec.node_name.is_none_or(|name| name == node.meta.name)
        && affinity::selects_node(spec, node)
        && tolerations::untolerated(&spec.tolerations, node).is_none()
}

/// Daemons run on nodes in trouble (`AddOrUpdateDaemonPodTolerations`).
fn with_daemon_tolerations(spec: &PodSpec) -> PodSpec {
    let mut spec = spec.clone();
    let mut tolerate = |taint: &str, effect| {
        let toleration = Toleration {
            key: sym(taint),
            operator: TolerationOperator::Exists,
            value: sym(""),
            effect: Some(effect),
            seconds: None,
        };
        // A toleration of the same key and effect is replaced.
        spec.tolerations.retain(|t| t.key != toleration.key || t.effect != toleration.effect);
        spec.tolerations.push(toleration);
    };
    tolerate("node.kubernetes.io/not-ready", TaintEffect::NoExecute);
    tolerate("node.kubernetes.io/unreachable", TaintEffect::NoExecute);
    for taint in ["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"] {
        tolerate(&format!("node.kubernetes.io/{taint}"), TaintEffect::NoSchedule);
    }
    if spec.host_network {
        let key = sym("node.kubernetes.io/network-unavailable");
        spec.tolerations.push(Toleration {
            key,
            operator: TolerationOperator::Exists,
            value: sym(""),
            effect: Some(TaintEffect::NoSchedule),
            seconds: None,
        });
    }
    spec
}

/// The spec of a daemon's Pod on one node (`ReplaceDaemonSetPodNodeNameNodeAffinity`): every required term is narrowed
/// to the node's name; without terms there is one that says just that.
pub(super) fn pin(spec: &PodSpec, node: Sym) -> PodSpec {
    let mut spec = with_daemon_tolerations(spec);
    let name = Requirement { key: sym("metadata.name"), operator: Operator::In(smallvec![node]) };
    match &mut spec.node_affinity.required {
        Some(terms) if !terms.is_empty() => {
            for term in terms {
                term.fields = vec![name.clone()];
            }
        }
        required => {
            *required = Some(vec![NodeSelectorTerm { fields: vec![name], ..NodeSelectorTerm::default() }]);
        }
    }
    spec
}

fn report(context: &mut Context<'_>, set: &Workload, desired: i64, failure: Option<String>) -> bool {
    let status = context.status_of(set, failure);
    let (namespace, name) = set.meta.id();
    let resized = set.replicas != desired;
    context.state.change_workload("DaemonSet", namespace, name, |set| set.replicas = desired);
    context.report(set, status) || resized
}
