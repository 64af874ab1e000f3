//! What controllers share: the state, events, and the making of Pods.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::cluster::model::{Meta, Owner, Phase, Pod, PodSpec, Workload, WorkloadCondition, WorkloadStatus};
use crate::cluster::{Events, Refusal, State, admit, take_quota};
use crate::nodes::Kubelet;
use crate::object::{Sym, sym};

/// The cluster as controllers see and change it.
pub struct Context<'a> {
    /// The objects.
    pub state: &'a mut State,
    /// What was reported.
    pub events: &'a mut Events,
    /// Templates that went through admission, by digest and namespace: all Pods of one share the spec.
    pub admitted: &'a mut Admitted,
    /// CronJobs whose next run is due: namespace and name. The controller takes them.
    pub due: Vec<(Sym, Sym)>,
    /// How kubelets behave.
    pub kubelet: &'a dyn Kubelet,
    /// With more Pods than this none are made any more.
    pub max_pods: usize,
}

/// Specs by the digest of their template and the namespace.
#[derive(Default, Debug)]
pub struct Admitted(FxHashMap<(u64, Sym), Arc<PodSpec>>);

impl Admitted {
    /// Forgets all: what admission says may have changed.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// A Pod that is to be made.
pub struct Wanted {
    /// Its whole name, or the prefix that is followed by a random suffix.
    pub name: Name,
    /// Labels beyond those of the template.
    pub labels: Vec<(Sym, Sym)>,
    /// Node that the Pod is pinned to (DaemonSet).
    pub pinned: Option<Sym>,
    /// Volumes that are claims of the Pod's own (StatefulSet), with the name of the claim.
    pub claims: Vec<(Sym, Sym)>,
}

/// How a Pod is named.
pub enum Name {
    /// Exactly so.
    Exact(String),
    /// This, then five random characters; printed as a placeholder.
    Generated(String),
}

impl Context<'_> {
    /// Makes a Pod of a workload's template, as its controller.
    pub fn create_pod(&mut self, workload: &Workload, wanted: Wanted) -> Result<(), Refusal> {
        let template = &workload.template;
        let (namespace, of) = (workload.meta.namespace, workload.meta.name);
        let key = (template.digest, namespace);
        let spec = match self.admitted.0.get(&key) {
            Some(spec) => spec.clone(),
            None => {
                let spec = admit(self.state, namespace, &template.spec, Some(template.digest), of)?;
                self.admitted.0.insert(key, spec.clone());
                spec
            }
        };
        if self.state.admissions().has_quotas() {
            take_quota(self.state, namespace, Some(template.digest), of)?;
        }
        let spec = match wanted.pinned {
            Some(node) => Arc::new(super::daemonset::pin(&spec, node)),
            None if wanted.claims.is_empty() => spec,
            None => {
                let mut own = PodSpec::clone(&spec);
                super::volume::claim_volumes(&mut own.volumes, &wanted.claims);
                Arc::new(own)
            }
        };
        let name = match wanted.name {
            Name::Exact(name) => sym(&name),
            Name::Generated(prefix) => {
                let number = self.state.next_suffix(namespace, sym(&prefix));
                sym(&format!("{prefix}<p{number}>"))
            }
        };
        let mut labels = template.labels.clone();
        for (key, value) in wanted.labels {
            labels.set(key, value);
        }
        let owners = vec![Owner::controller(workload.kind(), of)];
        let annotations = template.annotations.clone();
        let cause = workload.meta.cause;
        let mut pod = Pod::new(Meta { namespace, name, labels, annotations, owners, cause }, spec);
        pod.template = template.digest;
        self.state.put_pod(pod);
        Ok(())
    }

    /// True if there are more Pods than are played.
    pub fn is_full(&self) -> bool {
        self.state.pod_count() > self.max_pods
    }

    /// Pods of a workload that count: not being deleted, and not ended.
    pub fn active_pods(&self, workload: &Workload) -> Vec<Arc<Pod>> {
        let mut pods = self.all_pods(workload);
        pods.retain(|pod| !pod.deleting && !pod.phase.is_terminal());
        pods
    }

    /// All Pods that a workload controls.
    pub fn all_pods(&self, workload: &Workload) -> Vec<Arc<Pod>> {
        self.state.pods_of(workload.kind(), workload.meta.namespace, workload.meta.name)
    }

    /// Counts of a workload's Pods, and the server's words if it refused one.
    pub fn status_of(&self, workload: &Workload, failure: Option<String>) -> WorkloadStatus {
        let pods = self.active_pods(workload);
        let ready = pods.iter().filter(|pod| pod.ready).count() as i64;
        let refused = |message| WorkloadCondition {
            kind: "ReplicaFailure",
            status: "True",
            reason: sym("FailedCreate"),
            message,
        };
        WorkloadStatus {
            replicas: pods.len() as i64,
            updated: pods.iter().filter(|pod| pod.template == workload.template.digest).count() as i64,
            ready,
            available: ready,
            succeeded: 0,
            failed: 0,
            conditions: failure.into_iter().map(refused).collect(),
        }
    }

    /// Writes a workload's status. True if it is another one.
    pub fn report(&mut self, workload: &Workload, status: WorkloadStatus) -> bool {
        if workload.status == status {
            return false;
        }
        let (namespace, name) = workload.meta.id();
        self.state.change_workload(workload.kind(), namespace, name, |workload| workload.status = status);
        true
    }

    /// Deletes a Pod. It goes at once, unless its kubelet holds on to it.
    pub fn delete_pod(&mut self, pod: &Pod) {
        let (namespace, name) = pod.meta.id();
        if pod.node.is_none() || pod.phase.is_terminal() || self.kubelet.lets_go(pod) {
            self.state.remove_pod(namespace, name);
        } else {
            self.state.change_pod(namespace, name, |pod| pod.deleting = true);
        }
    }

    /// The same for a workload's Pod, with the event that its controller reports.
    pub fn delete_pod_of(&mut self, workload: &Workload, pod: &Pod) {
        self.delete_pod(pod);
        let about = (workload.kind(), workload.meta.namespace, workload.meta.name);
        self.events.note(about, "SuccessfulDelete", format!("Deleted pod: {}", pod.meta.name));
    }
}

/// What it costs to delete a Pod, as its owner says.
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// Which of equal Pods goes first when there are too many. Mirrors `controller.ActivePodsWithRanks`, as far as the state
/// knows it: without a node, not running, not ready, the cheaper one, more related Pods on the node; then the youngest.
pub(super) fn deletion_order(pods: &mut [Arc<Pod>], related: &[Arc<Pod>]) {
    let mut on_node: FxHashMap<Sym, usize> = FxHashMap::default();
    for node in related.iter().filter_map(|pod| pod.node) {
        *on_node.entry(node).or_default() += 1;
    }
    pods.sort_by_key(|pod| {
        let crowd = pod.node.and_then(|node| on_node.get(&node)).copied().unwrap_or_default();
        let phase = match pod.phase {
            Phase::Pending => 0,
            _ => 1,
        };
        let cost = pod.meta.annotations.get(sym(DELETION_COST)).and_then(|cost| cost.parse::<i32>().ok());
        (
            pod.node.is_some(),
            phase,
            pod.ready,
            cost.unwrap_or_default(),
            std::cmp::Reverse(crowd),
            std::cmp::Reverse(pod.created),
        )
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, node: Option<&str>, ready: bool, created: u64) -> Arc<Pod> {
        let meta = Meta { name: sym(name), ..Meta::default() };
        let mut pod = Pod::new(meta, Arc::new(PodSpec::default()));
        pod.node = node.map(sym);
        pod.phase = if node.is_some() { Phase::Running } else { Phase::Pending };
        (pod.ready, pod.created) = (ready, created);
        Arc::new(pod)
    }

    #[test]
    fn who_goes_first() {
        let mut pods = vec![
            pod("old", Some("n1"), true, 1),
            pod("young", Some("n1"), true, 2),
            pod("crowded", Some("n2"), true, 3),
            pod("unready", Some("n1"), false, 4),
            pod("pending", None, false, 5),
        ];
        // Pods of another ReplicaSet of the same Deployment crowd the node as well.
        let mut related = pods.clone();
        related.extend((6..9).map(|n| pod(&format!("other-{n}"), Some("n2"), true, n)));
        deletion_order(&mut pods, &related);
        let names: Vec<&str> = pods.iter().map(|pod| pod.meta.name.as_str()).collect();
        assert_eq!(names, ["pending", "unready", "crowded", "young", "old"]);
    }
}
