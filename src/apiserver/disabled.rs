//! Fields whose gate is off disappear before an object is validated: the `dropDisabledFields` of the strategies.

use super::gates::{
    CONTAINERS, Gated, IMAGE_VOLUMES, OF_PODS, OTHER_NAMESPACE, PROC_MOUNT, RESTART_RULES, Segment, of_kind,
};
use crate::object::{Draft, Gvk, Owned, Value};
use crate::schema::Minor;

/// Whether a server of a minor drops something of an object. Where two minors agree in the list, and in nothing else that
/// the object asks for, they judge it alike.
pub fn dropped(gvk: Gvk, minor: Minor, object: Value<'_>) -> Vec<&'static str> {
    let mut gates = Vec::new();
    let mut note = |gated: &Gated, holder: Value<'_>| {
        if gated.is_off(minor) && gated.is_used(holder) {
            gates.push(gated.gate);
        }
    };
    if let Some(spec) = pod_spec(gvk, object) {
        OF_PODS.iter().chain([&PROC_MOUNT]).for_each(|gated| note(gated, spec));
    }
    let (start, fields) = of_kind(gvk);
    if let Some(holder) = object.at(start) {
        for gated in fields {
            note(gated, holder);
        }
    }
    if pod_spec(gvk, object).is_some_and(has_restart_rules) && RESTART_RULES.is_off(minor) {
        gates.push(RESTART_RULES.gate);
    }
    gates
}

/// Drops the fields whose gate is off in a minor, unless the stored object uses them already.
pub fn drop_disabled_fields(gvk: Gvk, minor: Minor, object: &mut Draft<'_, '_>, old: Option<Value<'_>>) {
    if let Some(path) = pod_path(gvk) {
        let old = old.and_then(|old| old.at(path));
        object.with(path, |spec| of_pod(minor, spec, old));
    }
    let (start, fields) = of_kind(gvk);
    let old = old.and_then(|old| old.at(start));
    object.with(start, |holder| of_holder(minor, fields, holder, old));
}

fn of_holder(minor: Minor, fields: &[Gated], object: &mut Draft<'_, '_>, old: Option<Value<'_>>) {
    for gated in fields.iter().filter(|gated| gated.is_off(minor)) {
        // Where this gate is asked, more is asked with it.
        if gated.gate == OTHER_NAMESPACE.gate || old.is_some_and(|old| gated.is_used(old)) {
            continue;
        }
        if gated.gate == "JobBackoffLimitPerIndex" && old.is_none() {
            indexes_do_not_fail(object);
        }
        if gated.is_used(object.read()) {
            gated.fields.iter().for_each(|path| drop_at(object, path));
        }
    }
}

/// Where a kind has its Pod spec.
fn pod_path(gvk: Gvk) -> Option<&'static [&'static str]> {
    match (&*gvk.group, &*gvk.kind) {
        ("", "Pod") => Some(&["spec"]),
        ("", "PodTemplate") => Some(&["template", "spec"]),
        ("batch", "CronJob") => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        ("apps" | "extensions", "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet")
        | ("batch", "Job")
        | ("", "ReplicationController") => Some(&["spec", "template", "spec"]),
        _ => None,
    }
}

fn pod_spec(gvk: Gvk, object: Value<'_>) -> Option<Value<'_>> {
    object.at(pod_path(gvk)?)
}

/// Mirrors `dropDisabledFields` of Pods.
fn of_pod(minor: Minor, spec: &mut Draft<'_, '_>, old: Option<Value<'_>>) {
    for gated in OF_PODS.iter().filter(|gated| gated.is_off(minor)) {
        match gated.gate {
            gate if gate == RESTART_RULES.gate => {
                if !old.is_some_and(has_restart_rules) {
                    without_restart_rules(spec);
                }
            }
            _ if old.is_some_and(|old| gated.is_used(old)) || !gated.is_used(spec.read()) => {}
            gate if gate == IMAGE_VOLUMES.gate => without_image_volumes(spec),
            _ => gated.fields.iter().for_each(|path| drop_at(spec, path)),
        }
    }
    let unmasked = |spec: Value<'_>| {
        CONTAINERS.iter().flat_map(|list| spec.list(list)).any(|container| {
            let mount = container.at(&["securityContext", "procMount"]).and_then(Value::as_str);
            mount.is_some_and(|mount| mount != "Default")
        })
    };
    if PROC_MOUNT.is_off(minor) && unmasked(spec.read()) && !old.is_some_and(unmasked) {
        each_container(spec, |container| {
            container.with(&["securityContext"], |context| {
                if context.read().get("procMount").is_some() {
                    context.set("procMount", "Default");
                }
            });
        });
    }
}

fn each_container(spec: &mut Draft<'_, '_>, mut change: impl FnMut(&mut Draft<'_, '_>)) {
    for list in CONTAINERS {
        spec.each(list, &mut change);
    }
}

/// Mirrors containerRestartRulesInUse.
fn has_restart_rules(spec: Value<'_>) -> bool {
    let policy = |container: Value<'_>| container.get("restartPolicy").is_some();
    spec.list("initContainers").any(|container| {
        policy(container) && container.str("restartPolicy") != "Always"
            || container.list("restartPolicyRules").next().is_some()
    }) || spec.list("containers").any(policy)
}

/// Mirrors dropContainerRestartRules.
fn without_restart_rules(spec: &mut Draft<'_, '_>) {
    for list in CONTAINERS {
        spec.each(list, |container| {
            if list != "initContainers" || container.read().str("restartPolicy") != "Always" {
                container.remove("restartPolicy");
            }
            container.remove("restartPolicyRules");
        });
    }
}

/// Mirrors dropImageVolumes: the volumes, and what mounts them.
fn without_image_volumes(spec: &mut Draft<'_, '_>) {
    let is_image = |volume: &Value<'_>| volume.get("image").is_some();
    let images = |spec: Value<'_>| -> Vec<String> {
        spec.list("volumes").filter(is_image).map(|volume| volume.str("name").to_owned()).collect()
    };
    let names = images(spec.read());
    retain(spec, "volumes", |volume| !is_image(&volume));
    each_container(spec, |container| {
        retain(container, "volumeMounts", |mount| !names.iter().any(|name| name == mount.str("name")));
    });
}

/// Rules that let an index of a Job fail need the gate of failing indexes.
fn indexes_do_not_fail(job: &mut Draft<'_, '_>) {
    job.with(&["spec", "podFailurePolicy"], |policy| {
        retain(policy, "rules", |rule| rule.str("action") != "FailIndex");
    });
}

/// Keeps some items of a list; a list of which nothing stays is gone.
fn retain(holder: &mut Draft<'_, '_>, name: &'static str, keep: impl Fn(Value<'_>) -> bool) {
    if holder.read().list(name).all(&keep) {
        return;
    }
    let kept: Vec<Owned> = holder.read().list(name).filter(|item| keep(*item)).map(Owned::copy).collect();
    if kept.is_empty() {
        holder.remove(name);
    } else {
        holder.set(name, Owned::Seq(kept));
    }
}

/// Removes what stands at a path.
fn drop_at(holder: &mut Draft<'_, '_>, path: &str) {
    let (segment, rest) = Segment::first(path);
    match segment {
        Segment::Field(name) | Segment::Pruned(name) if rest.is_empty() => holder.remove(name),
        Segment::Field(name) => holder.with(&[name], |value| drop_at(value, rest)),
        Segment::Pruned(name) => {
            let mut had = false;
            holder.with(&[name], |value| {
                let filled = |value: Value<'_>| value.entries().any(|(_, field)| !field.is_null());
                let before = filled(value.read());
                drop_at(value, rest);
                had = before && !filled(value.read());
            });
            if had {
                holder.remove(name);
            }
        }
        Segment::Items(name) => holder.each(name, |item| drop_at(item, rest)),
        Segment::Values(name) => {
            let keys: Vec<String> = holder.read().map(name).map(|(key, _)| key.to_owned()).collect();
            for key in keys {
                holder.with(&[name, &key], |value| drop_at(value, rest));
            }
        }
        Segment::Containers => each_container(holder, |container| drop_at(container, rest)),
    }
}
