//! Workload controllers. What their Pod templates get is in `pod.rs`.

use super::pod::set_defaults_pod_spec;
use crate::object::{Draft, Gvk, Owned, Value};

const TEMPLATE: &[&str] = &["spec", "template", "spec"];

/// Mirrors SetDefaults_Deployment of apps/v1, v1beta1, v1beta2 and extensions/v1beta1.
pub(super) fn deployment(gvk: Gvk, object: &mut Draft<'_, '_>) {
    let old = &*gvk.group == "extensions";
    if old || &*gvk.version == "v1beta1" {
        selector_and_labels_from_template(object, true);
    }
    // apps/v1beta1 kept 2 old ReplicaSets, extensions/v1beta1 all of them, and never gave up.
    let (step, deadline, history) = match (&*gvk.group, &*gvk.version) {
        ("extensions", _) => (Owned::Int(1), i32::MAX, i32::MAX),
        (_, "v1beta1") => ("25%".into(), 600, 2),
        _ => ("25%".into(), 600, 10),
    };
    object.with(&["spec"], |spec| {
        spec.default("replicas", 1);
        if let Some(mut strategy) = spec.ensure("strategy") {
            strategy.default_str("type", "RollingUpdate");
            let rolling = strategy.read().str("type") == "RollingUpdate"
                || old && strategy.read().get("rollingUpdate").is_some();
            if rolling && let Some(mut update) = strategy.ensure("rollingUpdate") {
                update.default("maxUnavailable", step.clone());
                update.default("maxSurge", step);
            }
        }
        spec.default("revisionHistoryLimit", history);
        spec.default("progressDeadlineSeconds", deadline);
    });
    object.with(TEMPLATE, set_defaults_pod_spec);
}

/// Mirrors SetDefaults_ReplicaSet.
pub(super) fn replica_set(gvk: Gvk, object: &mut Draft<'_, '_>) {
    if &*gvk.group == "extensions" {
        selector_and_labels_from_template(object, true);
    }
    object.with(&["spec"], |spec| spec.default("replicas", 1));
    object.with(TEMPLATE, set_defaults_pod_spec);
}

/// Mirrors SetDefaults_DaemonSet.
pub(super) fn daemon_set(gvk: Gvk, object: &mut Draft<'_, '_>) {
    let old = &*gvk.group == "extensions";
    if old {
        selector_and_labels_from_template(object, true);
    }
    object.with(&["spec"], |spec| {
        if let Some(mut strategy) = spec.ensure("updateStrategy") {
            strategy.default_str("type", if old { "OnDelete" } else { "RollingUpdate" });
            if strategy.read().str("type") == "RollingUpdate"
                && let Some(mut update) = strategy.ensure("rollingUpdate")
            {
                update.default("maxUnavailable", 1);
                update.default("maxSurge", 0);
            }
        }
        spec.default("revisionHistoryLimit", 10);
    });
    object.with(TEMPLATE, set_defaults_pod_spec);
}

/// Mirrors SetDefaults_StatefulSet of apps/v1, v1beta1 and v1beta2 (gate MaxUnavailableStatefulSet off, as in 1.36).
pub(super) fn stateful_set(version: &str, object: &mut Draft<'_, '_>) {
    if version == "v1beta1" {
        selector_and_labels_from_template(object, true);
    }
    object.with(&["spec"], |spec| {
        spec.default_str("podManagementPolicy", "OrderedReady");
        if let Some(mut strategy) = spec.ensure("updateStrategy") {
            if strategy.read().str("type").is_empty() {
                if version == "v1beta1" {
                    strategy.set("type", "OnDelete");
                } else {
                    strategy.set("type", "RollingUpdate");
                    strategy.default("rollingUpdate", Owned::Map(Vec::new()));
                }
            }
            if strategy.read().str("type") == "RollingUpdate"
                && let Some(mut update) = strategy.get("rollingUpdate")
            {
                update.default("partition", 0);
            }
        }
        if let Some(mut retention) = spec.ensure("persistentVolumeClaimRetentionPolicy") {
            retention.default_str("whenDeleted", "Retain");
            retention.default_str("whenScaled", "Retain");
        }
        spec.default("replicas", 1);
        spec.default("revisionHistoryLimit", 10);
        spec.each("volumeClaimTemplates", |claim| {
            claim.default_str("apiVersion", "v1");
            claim.default_str("kind", "PersistentVolumeClaim");
            super::storage::persistent_volume_claim(claim);
        });
    });
    object.with(TEMPLATE, set_defaults_pod_spec);
}

/// Mirrors SetDefaults_ReplicationController.
pub(super) fn replication_controller(object: &mut Draft<'_, '_>) {
    selector_and_labels_from_template(object, false);
    object.with(&["spec"], |spec| spec.default("replicas", 1));
    object.with(TEMPLATE, set_defaults_pod_spec);
}

/// Mirrors SetDefaults_Job.
pub(super) fn job(object: &mut Draft<'_, '_>) {
    object.with(&["spec"], |spec| {
        // A work queue (parallelism given, completions not) keeps its open end.
        let has = |spec: &Draft<'_, '_>, name| spec.read().get(name).is_some();
        if !has(spec, "completions") && !has(spec, "parallelism") {
            spec.set("completions", 1);
        }
        spec.default("parallelism", 1);
        let limit = if has(spec, "backoffLimitPerIndex") { i32::MAX } else { 6 };
        spec.default("backoffLimit", limit);
        spec.default("completionMode", "NonIndexed");
        spec.default("suspend", false);
        let replacement = if has(spec, "podFailurePolicy") { "Failed" } else { "TerminatingOrFailed" };
        spec.default("podReplacementPolicy", replacement);
        spec.default("manualSelector", false);
    });
    labels_from_template(object);
    object.with(&["spec"], job_spec);
}

/// What SetObjectDefaults does below the spec of a Job or of a CronJob's template.
fn job_spec(spec: &mut Draft<'_, '_>) {
    spec.with(&["podFailurePolicy"], |policy| {
        policy.each("rules", |rule| {
            rule.each("onPodConditions", |pattern| pattern.default_str("status", "True"));
        });
    });
    spec.with(&["template", "spec"], set_defaults_pod_spec);
}

/// Mirrors SetDefaults_CronJob. The Job's own defaults come when the Job is made.
pub(super) fn cron_job(version: &str, object: &mut Draft<'_, '_>) {
    object.with(&["spec"], |spec| {
        spec.default_str("concurrencyPolicy", "Allow");
        if version == "v1" {
            spec.default("suspend", false);
        }
        spec.default("successfulJobsHistoryLimit", 3);
        spec.default("failedJobsHistoryLimit", 1);
        spec.with(&["jobTemplate", "spec"], job_spec);
    });
}

/// A selector and labels that are left out are the template's labels. `wrapped`: the selector is a LabelSelector.
fn selector_and_labels_from_template(object: &mut Draft<'_, '_>, wrapped: bool) {
    let Some(labels) = template_labels(object) else { return };
    object.with(&["spec"], |spec| {
        if wrapped {
            spec.default("selector", Owned::map([("matchLabels", labels)]));
        } else if is_empty(spec.read().get("selector")) {
            spec.set("selector", labels);
        }
    });
    labels_from_template(object);
}

fn labels_from_template(object: &mut Draft<'_, '_>) {
    let Some(labels) = template_labels(object) else { return };
    if let Some(mut metadata) = object.ensure("metadata")
        && is_empty(metadata.read().get("labels"))
    {
        metadata.set("labels", labels);
    }
}

fn template_labels(object: &Draft<'_, '_>) -> Option<Owned> {
    object.read().at(&["spec", "template", "metadata", "labels"]).filter(|v| v.is_map()).map(Owned::copy)
}

fn is_empty(map: Option<Value<'_>>) -> bool {
    map.is_none_or(|map| map.entries().next().is_none())
}
