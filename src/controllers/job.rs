//! job-controller: Pods until enough of them ended well, or too many did not.
//!
//! Mirrors pkg/controller/job: `syncJob`, `getFailedJobMessage`, `matchPodFailurePolicy`, `calculateFailedIndexes`, and
//! ttlafterfinished-controller. The pauses between retries are skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Context;
use super::context::{Name, Wanted};
use crate::cluster::model::{
    ContainerKind, Detail, FailureAction, FailureRule, JobSpec, Phase, Pod, Workload, WorkloadCondition,
};
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

/// Time passes: Jobs that still run are over their deadline, those that ended are cleaned up.
pub(super) fn wait(context: &mut Context<'_>, seconds: i64) -> bool {
    let jobs: Vec<Arc<Workload>> = context.state.workloads_of("Job").cloned().collect();
    let mut changed = false;
    for job in jobs {
        let Detail::Job(spec) = &job.detail else { continue };
        let (namespace, name) = job.meta.id();
        let pods = context.all_pods(&job);
        if has(&job, "Complete") || has(&job, "Failed") {
            if spec.ttl_seconds.is_some_and(|ttl| ttl <= seconds) {
                for pod in &pods {
                    context.delete_pod(pod);
                }
                context.state.remove_workload("Job", namespace, name);
                changed = true;
            }
        } else if !spec.suspend && spec.deadline_seconds.is_some_and(|deadline| deadline <= seconds) {
            let message = "Job was active longer than specified deadline";
            changed |= fail(context, &job, Tally::of(spec, &pods), "DeadlineExceeded", message);
        }
    }
    changed
}

/// Ends a Job without success: what runs is deleted and counts as failed.
fn fail(
    context: &mut Context<'_>,
    job: &Workload,
    tally: Tally,
    reason: &'static str,
    message: &str,
) -> bool {
    for pod in &tally.active {
        context.delete_pod_of(job, pod);
    }
    context.events.warn(("Job", job.meta.namespace, job.meta.name), reason, message.to_owned());
    let failed = ["Failed", "FailureTarget"].map(|kind| condition(kind, reason, message));
    let tally = Tally { failed: tally.failed + tally.active.len() as i64, ..tally };
    report(context, job, &tally, failed.into())
}

fn has(job: &Workload, condition: &str) -> bool {
    job.status.conditions.iter().any(|c| c.kind == condition && c.status == "True")
}

fn condition(kind: &'static str, reason: &str, message: &str) -> WorkloadCondition {
    WorkloadCondition { kind, status: "True", reason: sym(reason), message: message.to_owned() }
}

fn step(context: &mut Context<'_>, job: &Workload) -> bool {
    let Detail::Job(spec) = &job.detail else { return false };
    if has(job, "Complete") || has(job, "Failed") {
        return false;
    }
    let about = ("Job", job.meta.namespace, job.meta.name);
    let pods = context.all_pods(job);
    let tally = Tally::of(spec, &pods);
    if spec.suspend {
        for pod in &tally.active {
            context.delete_pod_of(job, pod);
        }
        if !has(job, "Suspended") {
            context.events.note(about, "Suspended", "Job suspended".into());
        }
        let suspended = condition("Suspended", "JobSuspended", "Job suspended");
        return report(context, job, &tally, vec![suspended]) || !tally.active.is_empty();
    }
    if let Some((reason, message)) = tally.failure(spec) {
        return fail(context, job, tally, reason, &message);
    }
    if tally.is_done(spec) {
        context.events.note(about, "Completed", "Job completed".into());
        let (reason, message) = ("CompletionsReached", "Reached expected number of succeeded pods");
        let done = ["Complete", "SuccessCriteriaMet"].map(|kind| condition(kind, reason, message));
        return report(context, job, &tally, done.into());
    }
    let mut conditions = Vec::new();
    if job.status.conditions.iter().any(|c| c.kind == "Suspended") {
        if has(job, "Suspended") {
            context.events.note(about, "Resumed", "Job resumed".into());
        }
        let resumed = condition("Suspended", "JobResumed", "Job resumed");
        conditions.push(WorkloadCondition { status: "False", ..resumed });
    }
    let (mut changed, failure) = create(context, job, spec, &tally);
    if let Some(message) = failure {
        conditions.push(condition("ReplicaFailure", "FailedCreate", &message));
    }
    changed |= report(context, job, &tally, conditions);
    changed
}

/// Makes the Pods that are missing. True if one was made; the server's words if one was refused.
fn create(
    context: &mut Context<'_>,
    job: &Workload,
    spec: &JobSpec,
    tally: &Tally,
) -> (bool, Option<String>) {
    let active = tally.active.len() as i64;
    let wanted = match spec.completions {
        Some(completions) => spec.parallelism.min(completions - tally.succeeded),
        // A work queue: once one Pod ended well, no more are made.
        None if tally.succeeded > 0 => active,
        None => spec.parallelism,
    };
    let mut free = (0..spec.completions.unwrap_or_default()).filter(|i| !tally.taken.contains(i));
    let mut changed = false;
    for _ in 0..(wanted - active).max(0) {
        let mut labels: Vec<(Sym, Sym)> = ["batch.kubernetes.io/job-name", "job-name"]
            .into_iter()
            .map(|label| (sym(label), job.meta.name))
            .collect();
        let prefix = if spec.indexed {
            let Some(index) = free.next() else { break };
            labels.push((sym(INDEX), sym(&index.to_string())));
            format!("{}-{index}-", job.meta.name)
        } else {
            format!("{}-", job.meta.name)
        };
        let wanted =
            Wanted { name: Name::Generated(prefix.clone()), labels, pinned: None, claims: Vec::new() };
        match context.create_pod(job, wanted) {
            Ok(()) => changed = true,
            Err(refusal) => {
                let about = ("Job", job.meta.namespace, job.meta.name);
                let message = format!("Error creating: {}", refusal.message(&prefix));
                changed |= context.events.warn(about, "FailedCreate", message);
                return (changed, Some(refusal.message(&prefix)));
            }
        }
    }
    (changed, None)
}

fn index(pod: &Pod) -> Option<i64> {
    pod.meta.labels.get(sym(INDEX))?.parse().ok()
}

/// How a Job's Pods stand.
struct Tally {
    active: Vec<Arc<Pod>>,
    succeeded: i64,
    /// Failures, ignored ones left out.
    failed: i64,
    /// Indexes that need no Pod: it is there, it ended well, or they failed.
    taken: BTreeSet<i64>,
    failed_indexes: i64,
    /// A Pod whose failure fails the Job, as the policy's rule says.
    fatal: Option<String>,
}

impl Tally {
    fn of(spec: &JobSpec, pods: &[Arc<Pod>]) -> Self {
        let is_active = |pod: &&Arc<Pod>| !pod.deleting && !pod.phase.is_terminal();
        let active: Vec<_> = pods.iter().filter(is_active).cloned().collect();
        let succeeded: Vec<_> = pods.iter().filter(|pod| pod.phase == Phase::Succeeded).collect();
        let of_index =
            |pod: &&Arc<Pod>| index(pod).filter(|i| (0..spec.completions.unwrap_or(0)).contains(i));
        let mut taken: BTreeSet<i64> = active.iter().filter_map(|pod| of_index(&pod)).collect();
        taken.extend(succeeded.iter().filter_map(of_index));

        let (mut failed, mut fatal) = (0, None);
        let mut per_index: BTreeMap<i64, i64> = BTreeMap::new();
        let mut failed_indexes: BTreeSet<i64> = BTreeSet::new();
        for pod in pods.iter().filter(|pod| pod.phase == Phase::Failed) {
            let action = match rule(spec, pod) {
                Some((rule, container, code)) if rule.action == FailureAction::FailJob => {
                    fatal.get_or_insert_with(|| {
                        format!(
                            "Container {container} for pod {} failed with exit code {code} matching FailJob rule at index {}",
                            pod.meta.path(),
                            rule.index
                        )
                    });
                    FailureAction::FailJob
                }
                Some((rule, ..)) => rule.action,
                None => FailureAction::Count,
            };
            if action == FailureAction::Ignore {
                continue;
            }
            failed += 1;
            if let (Some(limit), Some(index)) = (spec.backoff_limit_per_index, of_index(&pod)) {
                let count = per_index.entry(index).or_default();
                *count += 1;
                if *count > limit || action == FailureAction::FailIndex {
                    failed_indexes.insert(index);
                }
            }
        }
        taken.extend(&failed_indexes);
        let succeeded = if spec.indexed {
            // An index counts once.
            succeeded.iter().filter_map(of_index).collect::<BTreeSet<_>>().len()
        } else {
            succeeded.len()
        };
        let (succeeded, failed_indexes) = (succeeded as i64, failed_indexes.len() as i64);
        Self { active, succeeded, failed, taken, failed_indexes, fatal }
    }

    /// Why the Job has failed, if it has.
    fn failure(&self, spec: &JobSpec) -> Option<(&'static str, String)> {
        if let Some(message) = &self.fatal {
            return Some(("PodFailurePolicy", message.clone()));
        }
        if self.failed > spec.backoff_limit {
            return Some(("BackoffLimitExceeded", "Job has reached the specified backoff limit".into()));
        }
        if self.failed_indexes == 0 {
            return None;
        }
        if spec.max_failed_indexes.is_some_and(|most| self.failed_indexes > most) {
            let message = "Job has exceeded the specified maximal number of failed indexes";
            return Some(("MaxFailedIndexesExceeded", message.into()));
        }
        let all = spec.completions.unwrap_or_default();
        (self.active.is_empty() && self.succeeded + self.failed_indexes >= all)
            .then(|| ("FailedIndexes", "Job has failed indexes".into()))
    }

    fn is_done(&self, spec: &JobSpec) -> bool {
        match spec.completions {
            Some(completions) => self.succeeded >= completions,
            None => self.succeeded > 0 && self.active.is_empty(),
        }
    }
}

/// The first rule of the failure policy that a failed Pod matches, with the container and its exit code.
fn rule<'s>(spec: &'s JobSpec, pod: &Pod) -> Option<(&'s FailureRule, Sym, i64)> {
    let code = pod.exit_code?;
    let container = pod.spec.containers.iter().find(|c| c.kind == ContainerKind::App)?.name;
    let rule = spec.failure_rules.iter().find(|rule| rule.matches(container, code))?;
    Some((rule, container, code))
}

fn report(
    context: &mut Context<'_>,
    job: &Workload,
    tally: &Tally,
    conditions: Vec<WorkloadCondition>,
) -> bool {
    let mut status = context.status_of(job, None);
    (status.succeeded, status.failed, status.conditions) = (tally.succeeded, tally.failed, conditions);
    context.report(job, status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::model::{Container, ContainerPort, Meta, PodSpec, ResourceList};
    use crate::object::Labels;

    fn spec(completions: Option<i64>, indexed: bool) -> JobSpec {
        JobSpec {
            parallelism: 3,
            completions,
            indexed,
            suspend: false,
            backoff_limit: 1,
            backoff_limit_per_index: None,
            max_failed_indexes: None,
            deadline_seconds: None,
            ttl_seconds: None,
            failure_rules: Vec::new(),
        }
    }

    /// A Pod of an index: `None` runs, else it ended with this code.
    fn pod(index: i64, code: Option<i64>) -> Arc<Pod> {
        let container = Container {
            name: sym("app"),
            kind: ContainerKind::App,
            image: sym("a"),
            ports: Vec::<ContainerPort>::new(),
            requests: ResourceList::default(),
            limits: ResourceList::default(),
            readiness_probe: false,
        };
        let labels: Labels = [(sym(INDEX), sym(&index.to_string()))].into_iter().collect();
        let name = sym(&format!("j-{index}"));
        let meta = Meta { namespace: sym("shop"), name, labels, ..Meta::default() };
        let mut pod = Pod::new(meta, Arc::new(PodSpec { containers: vec![container], ..PodSpec::default() }));
        pod.exit_code = code;
        pod.phase = match code {
            None => Phase::Running,
            Some(0) => Phase::Succeeded,
            Some(_) => Phase::Failed,
        };
        Arc::new(pod)
    }

    #[test]
    fn failures_are_counted() {
        let job = spec(Some(3), false);
        let one = Tally::of(&job, &[pod(0, Some(1)), pod(1, None)]);
        assert_eq!((one.failed, one.succeeded, one.failure(&job)), (1, 0, None));
        let two = Tally::of(&job, &[pod(0, Some(1)), pod(1, Some(2))]);
        assert_eq!(two.failure(&job).map(|(reason, _)| reason), Some("BackoffLimitExceeded"));
        let done = Tally::of(&job, &[pod(0, Some(0)), pod(1, Some(0)), pod(2, Some(0))]);
        assert!(done.is_done(&job) && !one.is_done(&job));
        // A work queue is done when one ended well and none runs.
        let queue = spec(None, false);
        assert!(Tally::of(&queue, &[pod(0, Some(0))]).is_done(&queue));
        assert!(!Tally::of(&queue, &[pod(0, Some(0)), pod(1, None)]).is_done(&queue));
    }

    #[test]
    fn indexes_fail_by_themselves() {
        let job = JobSpec { backoff_limit: 100, backoff_limit_per_index: Some(1), ..spec(Some(2), true) };
        let again = Tally::of(&job, &[pod(0, Some(0)), pod(1, Some(1))]);
        assert!(!again.taken.contains(&1) && again.failure(&job).is_none());
        let over = Tally::of(&job, &[pod(0, Some(0)), pod(1, Some(1)), pod(1, Some(1))]);
        assert!(over.taken.contains(&1));
        assert_eq!(over.failure(&job).map(|(reason, _)| reason), Some("FailedIndexes"));
        // Those that can still run are waited for.
        assert_eq!(Tally::of(&job, &[pod(0, None), pod(1, Some(1)), pod(1, Some(1))]).failure(&job), None);
        let none = JobSpec { max_failed_indexes: Some(0), ..job };
        let reason = Tally::of(&none, &[pod(0, None), pod(1, Some(1)), pod(1, Some(1))]).failure(&none);
        assert_eq!(reason.map(|(reason, _)| reason), Some("MaxFailedIndexesExceeded"));
    }

    #[test]
    fn a_policy_decides_by_exit_code() {
        let rule = |index, action, codes: &[i64]| FailureRule {
            index,
            action,
            container: None,
            within: true,
            codes: codes.to_vec(),
        };
        let rules = vec![rule(0, FailureAction::Ignore, &[3]), rule(1, FailureAction::FailJob, &[42])];
        let job = JobSpec { failure_rules: rules, ..spec(Some(3), false) };
        let ignored = Tally::of(&job, &[pod(0, Some(3)), pod(1, Some(3)), pod(2, Some(3))]);
        assert_eq!((ignored.failed, ignored.failure(&job)), (0, None));
        let (reason, message) = Tally::of(&job, &[pod(0, Some(42))]).failure(&job).unwrap();
        assert_eq!(reason, "PodFailurePolicy");
        assert_eq!(
            message,
            "Container app for pod shop/j-0 failed with exit code 42 matching FailJob rule at index 1"
        );
    }
}
