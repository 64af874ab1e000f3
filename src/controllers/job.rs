//! job-controller: Pods until enough of them ended well.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Context;
use super::context::{Name, Wanted};
use crate::cluster::model::{Detail, Phase, Pod, Workload, WorkloadCondition};
use crate::object::{Sym, sym};

const INDEX: &str = "batch.kubernetes.io/job-completion-index";

/// One step of every Job.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let jobs: Vec<Arc<Workload>> = context.state.workloads_of("Job").cloned().collect();
    let mut changed = false;
    for job in jobs {
        if context.is_full() {
            break;
        }
        changed |= step(context, &job);
    }
    changed
}

fn is_complete(job: &Workload) -> bool {
    job.status.conditions.iter().any(|c| c.kind == "Complete")
}

fn step(context: &mut Context<'_>, job: &Workload) -> bool {
    let Detail::Job { parallelism, completions, indexed, suspend } = job.detail else { return false };
    if suspend || is_complete(job) {
        return false;
    }
    let pods = context.all_pods(job);
    let succeeded = pods.iter().filter(|pod| pod.phase == Phase::Succeeded).count() as i64;
    let active: Vec<_> = pods.iter().filter(|pod| !pod.deleting && !pod.phase.is_terminal()).collect();
    let wanted = match completions {
        Some(completions) => parallelism.min(completions - succeeded),
        // A work queue: once one Pod ended well, no more are made.
        None if succeeded > 0 => active.len() as i64,
        None => parallelism,
    };
    let missing = wanted - active.len() as i64;
    let mut failure = None;
    let mut changed = false;
    let taken: BTreeSet<i64> =
        pods.iter().filter(|pod| pod.phase != Phase::Failed).filter_map(|p| index(p)).collect();
    let mut free = (0..completions.unwrap_or_default()).filter(|i| !taken.contains(i));
    for _ in 0..missing.max(0) {
        let mut labels: Vec<(Sym, Sym)> = ["batch.kubernetes.io/job-name", "job-name"]
            .into_iter()
            .map(|label| (sym(label), job.meta.name))
            .collect();
        let prefix = if indexed {
            let Some(index) = free.next() else { break };
            labels.push((sym(INDEX), sym(&index.to_string())));
            format!("{}-{index}-", job.meta.name)
        } else {
            format!("{}-", job.meta.name)
        };
        let wanted = Wanted { name: Name::Generated(prefix.clone()), labels, pinned: None };
        match context.create_pod(job, wanted) {
            Ok(()) => changed = true,
            Err(refusal) => {
                let message = format!("Error creating: {}", refusal.message(&prefix));
                changed |=
                    context.events.warn(("Job", job.meta.namespace, job.meta.name), "FailedCreate", message);
                failure = Some(refusal.message(&prefix));
                break;
            }
        }
    }
    let done = match completions {
        Some(completions) => succeeded >= completions,
        None => succeeded > 0 && active.is_empty(),
    };
    changed | report(context, job, succeeded, done, failure)
}

fn index(pod: &Pod) -> Option<i64> {
    pod.meta.labels.get(sym(INDEX))?.parse().ok()
}

fn report(
    context: &mut Context<'_>,
    job: &Workload,
    succeeded: i64,
    done: bool,
    failure: Option<String>,
) -> bool {
    let mut status = context.status_of(job, failure);
    status.succeeded = succeeded;
    if done {
        status.conditions.push(WorkloadCondition {
            kind: "Complete",
            status: true,
            reason: sym("CompletionsReached"),
            message: "Reached expected number of succeeded pods".into(),
        });
    }
    context.report(job, status)
}
