//! Applying a tree to a cluster, in the order in which a careful applier does it.

use std::collections::BTreeMap;

use super::cluster::Before;
use super::tree::Tree;
use crate::cluster::model::Namespace;
use crate::cluster::{Entity, State, lower};
use crate::object::{Key, Labels, Object, Sym};
use crate::plan::{Action, Applied, field_changes};
use crate::report::Verdict;

/// What applying a tree came to.
pub(super) struct Application {
    /// The cluster with the tree's objects in it, before anything moves.
    pub(super) state: State,
    /// What became of each object.
    pub(super) applied: Vec<Applied>,
    /// Namespaces that no manifest and no export makes, taken for granted.
    pub(super) assumed: Vec<Sym>,
}

/// Namespaces first, then definitions of custom resources, then the rest in order of file and position.
fn order(object: &Object<'_>) -> u8 {
    match &*object.gvk.kind {
        "Namespace" => 0,
        "CustomResourceDefinition" => 1,
        // Pods are refused while their class or account is missing; a careful applier knows.
        "PriorityClass" | "ServiceAccount" => 2,
        _ => 3,
    }
}

/// Applies the tree. A refused object changes nothing.
pub(super) fn apply(before: &Before, tree: &Tree) -> Application {
    let mut state = before.state.clone();
    let live = live_objects(before.export.as_ref());
    let mut objects: Vec<_> = (0..tree.units.len())
        .filter(|at| !matches!(tree.units[*at].verdict, Verdict::NotKubernetes | Verdict::Unreadable))
        .filter_map(|at| Some((at, tree.object(at)?)))
        .collect();
    objects.sort_by_key(|(at, object)| (order(object), *at));

    let exported_namespaces =
        before.export.is_some() && before.state.namespaces().any(|n| n.meta.cause.place.is_some());
    let mut assumed = Vec::new();
    let mut applied: Vec<Applied> = Vec::new();
    let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
    for (at, object) in objects {
        let unit = &tree.units[at];
        let mut this = Applied {
            document: at as u32,
            gvk: object.gvk,
            namespace: object.namespace,
            name: object.name,
            action: Action::Refused,
            fields: Vec::new(),
            refusal: None,
            pod_labels: object
                .pod_template()
                .map(|t| Labels::read(t.holder.get("metadata").and_then(|m| m.get("labels")))),
        };
        if matches!(unit.verdict, Verdict::Refused | Verdict::NoSuchKind) {
            this.refusal = unit.server.as_ref().map(|s| (s.code, s.reason, s.message.clone()));
            applied.push(this);
            continue;
        }
        if !object.namespace.is_empty() && state.namespace(object.namespace).is_none() {
            if exported_namespaces {
                let message = format!("namespaces \"{}\" not found", object.namespace);
                this.refusal = Some((404, "NotFound", message));
                applied.push(this);
                continue;
            }
            assumed.push(object.namespace);
            state.put(Entity::Namespace(Namespace::named(&object.namespace)));
        }
        let key = object.key();
        this.action = match (live.get(&key), state.contains(&key)) {
            (Some(live), _) => {
                this.fields = field_changes(live.value, object.value);
                if this.fields.is_empty() { Action::Unchanged } else { Action::Update }
            }
            (None, true) if before.state.contains(&key) => Action::Unchanged,
            // Again: a second document of the same object.
            (None, _) => Action::Create,
        };
        if this.action != Action::Unchanged {
            put(&mut state, &object);
        }
        // The later document wins, as with kubectl, and tells what becomes of the object.
        match seen.get(&key) {
            Some(&earlier) => applied[earlier] = this,
            None => {
                seen.insert(key, applied.len());
                applied.push(this);
            }
        }
    }
    Application { state, applied, assumed }
}

/// Puts an object in, keeping what the manifest leaves to others: the number of replicas that an autoscaler chose, and
/// what controllers said of it.
fn put(state: &mut State, object: &Object<'_>) {
    let mut entity = lower(object);
    if let Entity::Workload(workload) = &mut entity
        && let Some(live) = state.workload(workload.kind(), workload.meta.namespace, workload.meta.name)
    {
        workload.status = live.status.clone();
        if workload.replicas_place.is_none() {
            workload.replicas = live.replicas;
        }
    }
    state.put(entity);
}

fn live_objects(export: Option<&Tree>) -> BTreeMap<Key, Object<'_>> {
    let Some(export) = export else { return BTreeMap::new() };
    (0..export.units.len()).filter_map(|at| export.object(at)).map(|object| (object.key(), object)).collect()
}
