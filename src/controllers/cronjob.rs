//! cronjob-controller: makes a Job when one is due.
//!
//! What is due is an input (`Context::due`): a plan without a clock has nothing due, and plays the next run of each
//! CronJob on a fork.

use super::Context;
use crate::cluster::Entity;
use crate::cluster::model::{Detail, Meta, Owner, Workload, WorkloadStatus};
use crate::object::sym;

/// Makes the Job of every CronJob that is due.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let mut changed = false;
    for (namespace, name) in std::mem::take(&mut context.due) {
        let Some(cron) = context.state.workload("CronJob", namespace, name).cloned() else { continue };
        if matches!(cron.detail, Detail::CronJob { suspend: true, .. }) {
            continue;
        }
        context.state.put(Entity::Workload(job_of(&cron)));
        changed = true;
    }
    changed
}

/// The Job of the next run. The time in its name is a placeholder.
fn job_of(cron: &Workload) -> Workload {
    let Detail::CronJob { job, .. } = &cron.detail else { return cron.clone() };
    Workload {
        meta: Meta {
            namespace: cron.meta.namespace,
            name: sym(&format!("{}-<t1>", cron.meta.name)),
            labels: cron.template.labels.clone(),
            owners: vec![Owner::controller("CronJob", cron.meta.name)],
            cause: cron.meta.cause,
            ..Meta::default()
        },
        detail: Detail::Job(job.clone()),
        status: WorkloadStatus::default(),
        ..cron.clone()
    }
}
