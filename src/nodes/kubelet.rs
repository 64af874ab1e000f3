//! What a kubelet makes of a Pod that is bound to its node.

use crate::cluster::State;
use crate::cluster::model::{Pod, Waiting};
use crate::object::{Key, Reference, Via};

/// What became of a bound Pod.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Started {
    /// Its containers run, and pass their readiness checks or not.
    Running {
        /// Condition `Ready`.
        ready: bool,
    },
    /// Its containers ended, and do not start again.
    Exited {
        /// 0 for success.
        code: i64,
    },
    /// Its containers cannot start.
    Waiting(Waiting),
}

/// Behaviour of the kubelets of a cluster. A test brings its own.
pub trait Kubelet: Sync {
    /// What becomes of a bound Pod in this state of the cluster.
    fn run(&self, state: &State, pod: &Pod) -> Started;

    /// True if a Pod of its that is deleted goes away.
    fn lets_go(&self, _pod: &Pod) -> bool {
        true
    }

    /// True if only one Pod at a time becomes ready, the oldest first, and everybody else comes to rest in between: so a
    /// rollout can be watched step by step.
    fn one_at_a_time(&self) -> bool {
        false
    }
}

/// What cannot be known offline goes well: images are there, containers start, probes pass, a Job's containers end
/// with success. What can be known does not: a ConfigMap or Secret that nobody makes keeps containers from starting.
#[derive(Clone, Copy, Debug, Default)]
pub struct Willing;

impl Kubelet for Willing {
    fn run(&self, state: &State, pod: &Pod) -> Started {
        if let Some(waiting) = missing(state, pod) {
            return Started::Waiting(waiting);
        }
        let ends = pod.meta.controller().is_some_and(|owner| &*owner.kind == "Job");
        if ends { Started::Exited { code: 0 } } else { Started::Running { ready: true } }
    }
}

/// The first thing that a container or volume of the Pod needs and nobody makes, in the kubelet's words. Volumes are
/// mounted before containers are made.
fn missing(state: &State, pod: &Pod) -> Option<Waiting> {
    let references = pod.spec.references.iter().filter(|r| !r.optional);
    let (volumes, containers): (Vec<_>, Vec<_>) = references.partition(|r| matches!(r.via, Via::Volume(_)));
    volumes
        .into_iter()
        .find_map(|r| mount(state, pod, r))
        .or_else(|| containers.into_iter().find_map(|r| configure(state, pod, r)))
}

fn key(pod: &Pod, reference: &Reference) -> Key {
    Key { namespace: pod.meta.namespace, ..Key::new("", reference.kind, "", &reference.name) }
}

fn mount(state: &State, pod: &Pod, reference: &Reference) -> Option<Waiting> {
    let Via::Volume(volume) = reference.via else { return None };
    let kind = match reference.kind {
        "ConfigMap" => "configmap",
        "Secret" => "secret",
        // The scheduler waits for claims.
        _ => return None,
    };
    let found = state.other(&key(pod, reference));
    let message = match (found, reference.key) {
        (None, _) => {
            format!(
                "MountVolume.SetUp failed for volume \"{volume}\" : {kind} \"{}\" not found",
                reference.name
            )
        }
        (Some(object), Some(asked)) if !object.has_key(asked) => format!(
            "MountVolume.SetUp failed for volume \"{volume}\" : references non-existent {kind} key: {asked}"
        ),
        _ => return None,
    };
    Some(Waiting { reason: "ContainerCreating", message, wants: (reference.kind, reference.name) })
}

fn configure(state: &State, pod: &Pod, reference: &Reference) -> Option<Waiting> {
    let (kind, proper) = match reference.kind {
        "ConfigMap" => ("configmap", "ConfigMap"),
        "Secret" => ("secret", "Secret"),
        _ => return None,
    };
    if !matches!(reference.via, Via::Env | Via::EnvFrom) {
        return None;
    }
    let message = match (state.other(&key(pod, reference)), reference.key) {
        (None, _) => format!("{kind} \"{}\" not found", reference.name),
        (Some(object), Some(asked)) if !object.has_key(asked) => {
            format!("couldn't find key {asked} in {proper} {}/{}", pod.meta.namespace, reference.name)
        }
        _ => return None,
    };
    Some(Waiting { reason: "CreateContainerConfigError", message, wants: (reference.kind, reference.name) })
}
