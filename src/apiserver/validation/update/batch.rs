//! Jobs. Mirrors `pkg/apis/batch/validation`.

use super::IMMUTABLE;
use super::{Go, Update};
use crate::apiserver::codes;
use crate::apiserver::internal::Held;
use crate::apiserver::internal::kinds::{POD_FAILURE_POLICY, SUCCESS_POLICY};
use crate::apiserver::internal::meta::LABEL_SELECTOR;
use crate::apiserver::internal::pod::POD_TEMPLATE_SPEC;

static SELECTOR: Go = Go::Pointer(&Go::Struct(&LABEL_SELECTOR));
static FAILURES: Go = Go::Pointer(&Go::Struct(&POD_FAILURE_POLICY));
static SUCCESSES: Go = Go::Pointer(&Go::Struct(&SUCCESS_POLICY));

/// Mirrors ValidateCronJobUpdate.
pub(super) fn cron_job(update: Update<'_>) {
    update.meta_update();
    update.create();
}

/// Mirrors ValidateJobUpdate, which follows ValidateJob.
pub(super) fn job(update: Update<'_>) {
    update.meta();
    update.create();
    update.meta_update();
    let spec = update.at(&["spec"]);
    completions(spec);
    spec.at(&["selector"]).fixed(&SELECTOR);
    template(spec);
    spec.at(&["completionMode"]).fixed(&Go::Pointer(&Go::Text));
    spec.at(&["podFailurePolicy"]).fixed(&FAILURES);
    spec.at(&["backoffLimitPerIndex"]).fixed(&Go::Pointer(&Go::Int));
    spec.at(&["managedBy"]).fixed(&Go::Pointer(&Go::Text));
    spec.at(&["successPolicy"]).fixed(&SUCCESSES);
}

/// Mirrors validateCompletions: an indexed Job may be made longer or shorter together with its parallelism.
fn completions(spec: Update<'_>) {
    let completions = spec.at(&["completions"]);
    if spec.new.text("completionMode") != "Indexed" {
        completions.fixed(&Go::Pointer(&Go::Int));
        return;
    }
    let (new, old) = (completions.new.int(), completions.old.int());
    if new == old || new.is_none() {
        return;
    }
    if new != spec.new.field("parallelism").int() {
        completions
            .new
            .invalid_int("can only be modified in tandem with spec.parallelism")
            .plain(
                "the number of indexes can only be changed together with `parallelism`",
                "set `completions` and `parallelism` to the same number",
            )
            .code(&codes::IMMUTABLE);
    }
}

/// Whether a Job runs nothing: where its Pods may be scheduled, and what they ask for, may still be changed.
fn is_suspended_and_idle(spec: Update<'_>) -> (bool, bool) {
    let suspended = spec.old.field("suspend").flag();
    let status = spec.old.root().field("status");
    let never_started = status.field("startTime").is_unset();
    let idle = status.field("active").int().unwrap_or_default() == 0;
    let told = status
        .each("conditions")
        .any(|condition| condition.text("type") == "Suspended" && condition.text("status") == "True");
    let (resources, scheduling) = if spec.new.since(36) {
        (suspended && (never_started || told && idle), suspended && (never_started || told && idle))
    } else {
        (false, suspended && never_started)
    };
    (resources, scheduling)
}

/// Mirrors validatePodTemplateUpdate.
fn template(spec: Update<'_>) {
    let (resources, scheduling) = is_suspended_and_idle(spec);
    let template = spec.at(&["template"]);
    let (mut new, mut old) = template.held(&Go::Struct(&POD_TEMPLATE_SPEC));
    if scheduling {
        open_scheduling(&mut old, &new);
    }
    let suspended = spec.old.field("suspend").flag();
    if !suspended || !resources {
        if !new.same(&old) {
            template.changed(template.new.invalid_as(&new.json(), IMMUTABLE));
        }
        return;
    }
    let (Some(new), Some(old)) = (new.field_mut("Spec"), old.field("Spec")) else { return };
    // Resources of containers may be changed.
    let shown = new.json();
    for list in ["Containers", "InitContainers"] {
        let Some(old) = old.field(list).cloned() else { continue };
        let Some(new) = new.field_mut(list) else { continue };
        for (container, before) in new.items_mut().zip(old.items()) {
            container.take_field("Resources", before);
        }
    }
    if !new.same(old) {
        let spec = template.at(&["spec"]);
        spec.changed(spec.new.invalid_as(&shown, IMMUTABLE));
    }
}

/// Lets the old template have what may be changed: node affinity, node selector, tolerations, gates, labels, annotations.
fn open_scheduling<'v>(old: &mut Held<'v>, new: &Held<'v>) {
    for name in ["labels", "annotations"] {
        old.take_field(name, new);
    }
    let (Some(old), Some(new)) = (old.field_mut("Spec"), new.field("Spec")) else { return };
    for name in ["NodeSelector", "Tolerations", "SchedulingGates"] {
        old.take_field(name, new);
    }
    let (Some(before), Some(after)) = (old.field_mut("Affinity"), new.field("Affinity")) else { return };
    match (&*before, after) {
        (Held::Nil, Held::Nil) => {}
        (_, Held::Nil) => {
            if let Some(node) = before.field_mut("NodeAffinity") {
                *node = Held::Nil;
            }
            let nothing = ["NodeAffinity", "PodAffinity", "PodAntiAffinity"]
                .iter()
                .all(|name| before.field(name).is_none_or(|v| matches!(v, Held::Nil)));
            if nothing {
                *before = Held::Nil;
            }
        }
        (Held::Nil, _) => {
            *before = after.clone();
            for name in ["PodAffinity", "PodAntiAffinity"] {
                if let Some(other) = before.field_mut(name) {
                    *other = Held::Nil;
                }
            }
        }
        _ => before.take_field("NodeAffinity", after),
    }
}
