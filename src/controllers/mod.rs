//! The loops of kube-controller-manager, one file each.
//!
//! A controller looks at the whole state and moves it one step towards what the objects ask for. `simulate` calls them
//! in turn until none moves. Not here: the EndpointSlice controller, whose result is a pure function (`network`).

mod context;
mod cronjob;
mod daemonset;
mod deployment;
mod device;
mod disruption;
mod job;
mod replicaset;
mod serviceaccount;
mod statefulset;
mod volume;

pub use context::{Admitted, Context};

/// A controller.
pub struct Controller {
    /// As kube-controller-manager names it.
    pub name: &'static str,
    /// One step. True if something changed.
    pub reconcile: fn(&mut Context<'_>) -> bool,
}

/// Nobody waits longer than this, in seconds, for something to happen after everything else has: deadlines and times to live
/// that are longer are not reached.
pub const PATIENCE: i64 = 60;

/// A minute passes in which nothing else happens. True if that changes something.
pub fn wait(context: &mut Context<'_>) -> bool {
    let ended = job::wait(context, PATIENCE);
    deployment::wait(context, PATIENCE) | ended
}

/// All controllers, in the order in which they are called: those that make others' objects first.
pub static CONTROLLERS: &[Controller] = &[
    Controller { name: "serviceaccount-controller", reconcile: serviceaccount::reconcile },
    Controller { name: "cronjob-controller", reconcile: cronjob::reconcile },
    Controller { name: "deployment-controller", reconcile: deployment::reconcile },
    Controller { name: "replicaset-controller", reconcile: replicaset::reconcile },
    Controller { name: "statefulset-controller", reconcile: statefulset::reconcile },
    Controller { name: "daemonset-controller", reconcile: daemonset::reconcile },
    Controller { name: "job-controller", reconcile: job::reconcile },
    Controller { name: "resourceclaim-controller", reconcile: device::reconcile },
    Controller { name: "ephemeral-volume-controller", reconcile: volume::ephemeral },
    Controller { name: "disruption-controller", reconcile: disruption::reconcile },
    Controller { name: "persistentvolume-binder-controller", reconcile: volume::bind },
];
