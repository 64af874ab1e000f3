//! daemonset-controller: one Pod on every node that takes it.
//!
//! Which nodes: `nodeShouldRunDaemonPod` asks node name, node affinity and taints, not resources. The scheduler binds the
//! Pods, each pinned to its node by affinity to the node's name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smallvec::smallvec;

use super::Context;
use super::context::{Name, Wanted};
use crate::cluster::model::{
    Detail, Node, NodeSelectorTerm, Pod, PodSpec, TaintEffect, Toleration, TolerationOperator, Workload,
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
    let mut on_node: BTreeMap<Sym, OnNode> = nodes.iter().map(|node| (*node, OnNode::default())).collect();
    let mut changed = false;
    for pod in context.active_pods(set) {
        let Some(node) = pinned_to(&pod) else { continue };
        let outdated = pod.template != 0 && pod.template != set.template.digest;
        match on_node.get_mut(&node).map(|here| if outdated { &mut here.old } else { &mut here.new }) {
            Some(place) if place.is_none() => *place = Some(pod),
            // The node is not for it, or it is one too many.
            _ => {
                context.delete_pod_of(set, &pod);
                changed = true;
            }
        }
    }
    let update = update(set, &on_node);
    for node in &update.delete {
        if let Some(pod) = on_node.get(node).and_then(|here| here.old.clone()) {
            context.delete_pod_of(set, &pod);
            changed = true;
        }
    }
    let is_empty = |here: &OnNode| here.old.is_none() && here.new.is_none();
    let missing: Vec<Sym> = on_node
        .iter()
        .filter(|(node, here)| is_empty(here) || update.create.contains(node))
        .map(|(node, _)| *node)
        .collect();
    let prefix = format!("{}-", set.meta.name);
    let mut failure = None;
    for node in missing {
        let labels =
            vec![(sym("controller-revision-hash"), sym("<r1>")), (sym("pod-template-generation"), sym("1"))];
        let wanted =
            Wanted { name: Name::Generated(prefix.clone()), labels, pinned: Some(node), claims: Vec::new() };
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

/// The Pods of one set on one node.
#[derive(Default)]
struct OnNode {
    old: Option<Arc<Pod>>,
    new: Option<Arc<Pod>>,
}

/// What an update does next.
#[derive(Default)]
struct Update {
    /// Nodes whose old Pod goes.
    delete: Vec<Sym>,
    /// Nodes that get a new Pod beside the old one.
    create: BTreeSet<Sym>,
}

/// The next step of a rolling update (`rollingUpdate`): without surge old Pods go while few enough nodes are without a ready
/// one; with surge new ones come beside them, and old ones go once those are ready.
fn update(set: &Workload, on_node: &BTreeMap<Sym, OnNode>) -> Update {
    let Detail::DaemonSet { on_delete, max_surge, max_unavailable } = set.detail else {
        return Update::default();
    };
    let nodes = on_node.len() as i64;
    let surge = max_surge.of(nodes, true).max(0);
    // Both zero would never move.
    let unavailable = max_unavailable.of(nodes, true).max(i64::from(surge == 0));
    let mut update = Update::default();
    let ready = |pod: &Option<Arc<Pod>>| pod.as_ref().is_some_and(|pod| pod.ready);
    let (mut out, mut surging) = (0, 0);
    let mut candidates = Vec::new();
    for (node, here) in on_node {
        match (&here.old, &here.new) {
            (Some(_), Some(_)) if surge > 0 && ready(&here.new) => update.delete.push(*node),
            (Some(_), Some(_)) if surge > 0 => surging += 1,
            // A Pod that does not work is no loss.
            (Some(_), None) if !ready(&here.old) && surge == 0 => {
                update.delete.push(*node);
                out += 1;
            }
            (Some(_), None) => candidates.push(*node),
            (Some(_), Some(_)) => update.delete.push(*node),
            (None, _) => out += i64::from(!ready(&here.new)),
        }
    }
    if on_delete {
        return Update::default();
    }
    if surge > 0 {
        update.create.extend(candidates.into_iter().take((surge - surging).max(0) as usize));
    } else {
        update.delete.extend(candidates.into_iter().take((unavailable - out).max(0) as usize));
    }
    update
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::model::{IntOrPercent, Meta, Template, WorkloadStatus};
    use crate::finding::{FileId, Place, Span};
    use crate::object::{Labels, Selector};

    fn set(max_surge: IntOrPercent, max_unavailable: IntOrPercent, on_delete: bool) -> Workload {
        let template = Template {
            labels: Labels::default(),
            annotations: Labels::default(),
            spec: Arc::default(),
            digest: 1,
            place: Place::new(FileId(0), Span::default()),
            labels_place: Place::new(FileId(0), Span::default()),
        };
        Workload {
            meta: Meta::default(),
            detail: Detail::DaemonSet { on_delete, max_surge, max_unavailable },
            replicas: 0,
            replicas_place: None,
            selector: Selector::default(),
            template: Arc::new(template),
            status: WorkloadStatus::default(),
        }
    }

    /// A node a letter: `O` and `o` an old Pod, ready or not, `N` and `n` a new one, `B` an old one beside a new ready one,
    /// `b` beside one that is not ready.
    fn nodes(text: &str) -> BTreeMap<Sym, OnNode> {
        let pod = |ready| {
            let mut pod = Pod::new(Meta::default(), Arc::default());
            pod.ready = ready;
            Some(Arc::new(pod))
        };
        let on = |letter| match letter {
            'O' | 'o' => OnNode { old: pod(letter == 'O'), new: None },
            'N' | 'n' => OnNode { old: None, new: pod(letter == 'N') },
            'B' | 'b' => OnNode { old: pod(true), new: pod(letter == 'B') },
            _ => OnNode::default(),
        };
        text.chars().enumerate().map(|(i, letter)| (sym(&format!("n{i}")), on(letter))).collect()
    }

    fn steps(set: &Workload, text: &str) -> (Vec<String>, Vec<String>) {
        let update = update(set, &nodes(text));
        let names = |syms: Vec<Sym>| syms.into_iter().map(|s| s.to_string()).collect();
        (names(update.delete), names(update.create.into_iter().collect()))
    }

    #[test]
    fn so_many_nodes_may_be_without_a_ready_pod() {
        use IntOrPercent::{Int, Percent};
        let one = set(Int(0), Int(1), false);
        assert_eq!(steps(&one, "OOO").0, ["n0"]);
        assert_eq!(steps(&one, "nOO").0, Vec::<String>::new());
        assert_eq!(steps(&one, "NOO").0, ["n1"]);
        // One that does not work goes whatever the others do.
        assert_eq!(steps(&one, "noO").0, ["n1"]);
        // A percentage of the nodes rounds up.
        assert_eq!(steps(&set(Int(0), Percent(40), false), "OOOO").0, ["n0", "n1"]);
        assert_eq!(steps(&set(Int(0), Int(1), true), "OOO").0, Vec::<String>::new());
    }

    #[test]
    fn with_surge_new_ones_come_first() {
        use IntOrPercent::Int;
        let one = set(Int(1), Int(0), false);
        assert_eq!(steps(&one, "OOO"), (vec![], vec!["n0".to_owned()]));
        assert_eq!(steps(&one, "bOO"), (vec![], vec![]));
        assert_eq!(steps(&one, "BOO"), (vec!["n0".to_owned()], vec!["n1".to_owned()]));
    }
}
