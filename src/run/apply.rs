//! Applying a tree to a cluster: in the order in which a careful applier does it, or as `kubectl apply -R` does.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::Before;
use super::replace::{Change, json_document};
use super::scheduler::is_configuration;
use super::second_run::new_definitions;
use super::tree::{Tree, Unit};
use crate::apiserver::custom::Definitions;
use crate::apiserver::invalid_message;
use crate::cluster::model::{Meta, Namespace, Pod, Workload};
use crate::cluster::{Entity, Refusal, State, admit, delete, lower, take_quota};
use crate::network;
use crate::object::{Key, Labels, Object, Sym, Value, sym};
use crate::plan::{Action, Applied, field_changes};
use crate::report::Verdict;
use crate::schema::Types;
use crate::simulate::Simulation;
use crate::yaml::Document;

/// Where `kubectl apply` keeps what it applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// In which order objects are applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ApplyOrder {
    /// Namespaces, definitions of custom resources, what Pods refer to; then the rest. Nothing moves before all are there.
    #[default]
    Careful,
    /// As the files come. The cluster does not wait: what one object sets off has happened before the next one is there.
    Kubectl,
}

/// What applying a tree came to.
pub(super) struct Application {
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
pub(super) fn apply(
    before: &Before,
    tree: &Tree,
    how: ApplyOrder,
    simulation: &mut Simulation<'_>,
) -> Application {
    let live = live_objects(before);
    let types = Types::builtin();
    let definitions = definitions(before, tree);
    // kubectl asks for all kinds before it applies anything.
    let unmapped = match how {
        ApplyOrder::Careful => BTreeSet::new(),
        ApplyOrder::Kubectl => new_definitions(before, tree),
    };
    let is_object = |unit: &Unit| {
        !matches!(unit.verdict, Verdict::NotKubernetes | Verdict::Unreadable) && !is_configuration(unit)
    };
    let mut objects: Vec<_> = (0..tree.units.len())
        .filter(|at| is_object(&tree.units[*at]))
        .filter_map(|at| Some((at, tree.object(at)?)))
        .collect();
    if how == ApplyOrder::Careful {
        objects.sort_by_key(|(at, object)| (order(object), *at));
    }

    let mut assumed = Vec::new();
    let mut applied: Vec<Applied> = Vec::new();
    let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
    for (at, object) in objects {
        let unit = &tree.units[at];
        let mut this = Applied {
            document: Some(at as u32),
            gvk: object.gvk,
            namespace: object.namespace,
            name: object.name,
            action: Action::Refused,
            fields: Vec::new(),
            refusal: None,
            here: false,
            because: Vec::new(),
            pod_labels: object
                .pod_template()
                .map(|t| Labels::read(t.holder.get("metadata").and_then(|m| m.get("labels")))),
        };
        if matches!(unit.verdict, Verdict::Refused | Verdict::NoSuchKind) {
            this.refusal = unit.server.as_ref().map(|s| (s.code, s.reason, s.message.clone()));
            applied.push(this);
            continue;
        }
        if unmapped.contains(&(object.gvk.group, object.gvk.kind)) {
            let (kind, version) = (object.gvk.kind, object.gvk.api_version());
            let message = format!("no matches for kind \"{kind}\" in version \"{version}\"");
            this.refusal = Some((404, "NotFound", message));
            this.here = true;
            applied.push(this);
            continue;
        }
        let state = simulation.state_mut();
        if !object.namespace.is_empty() && state.namespace(object.namespace).is_none() {
            if before.namespaces_known || how == ApplyOrder::Kubectl {
                let message = format!("namespaces \"{}\" not found", object.namespace);
                this.refusal = Some((404, "NotFound", message));
                this.here = true;
                applied.push(this);
                continue;
            }
            assumed.push(object.namespace);
            state.put(Entity::Namespace(Namespace::named(&object.namespace)));
        }
        let key = object.key();
        let found = live.get(&key).filter(|_| state.contains(&key));
        let last = found.and_then(last_applied);
        let applied_last = match found {
            Some(found) if found.by_apply => found.object.value.view().map(Value::plain),
            _ => last.as_ref().and_then(Document::root).map(Value::plain),
        };
        this.action = match (found, state.contains(&key)) {
            (Some(found), _) => {
                this.fields = field_changes(found.object.value, object.value, applied_last);
                if this.fields.is_empty() { Action::Unchanged } else { Action::Update }
            }
            (None, true) if before.state.contains(&key) => Action::Unchanged,
            // Again: a second document of the same object.
            (None, _) => Action::Create,
        };
        if this.action == Action::Unchanged && found.is_some_and(|found| found.by_apply) {
            // The manifest that is told as its cause is the one of the tree, not that of the base.
            let _ = put(state, &object, applied_last);
        } else if this.action != Action::Unchanged {
            let refused = found.and_then(|found| {
                let (old, by_apply) = (&found.object, found.by_apply);
                let change =
                    Change { new: &object, old, by_apply, applied: applied_last, minor: before.minor };
                let gvk = object.gvk;
                change.refusal(&types, definitions.find(&gvk.group, &gvk.version, &gvk.kind))
            });
            this.refusal = match refused {
                Some(status) => {
                    this.because = status.findings();
                    Some((status.code, status.reason, status.message))
                }
                None => {
                    // Who updates an object asks other rules of a policy.
                    let mutated = tree.mutated(at).filter(|_| this.action == Action::Create);
                    put(state, mutated.as_ref().unwrap_or(&object), applied_last).err()
                }
            };
            if this.refusal.is_some() {
                this.action = Action::Refused;
                this.here = true;
                this.fields.clear();
            }
        }
        let moves = how == ApplyOrder::Kubectl && sets_off(&object) && changes(this.action);
        // The later document wins, as with kubectl, and tells what becomes of the object.
        match seen.get(&key) {
            Some(&earlier) => applied[earlier] = this,
            None => {
                seen.insert(key, applied.len());
                applied.push(this);
            }
        }
        if moves {
            simulation.settle();
        }
    }
    Application { applied, assumed }
}

/// What was applied before and is not in the tree: with `prune` it is deleted, as GitOps tools do, else it stays.
pub(super) fn leave(
    prune: bool,
    before: &Before,
    application: &mut Application,
    simulation: &mut Simulation<'_>,
) {
    let Some(export) = &before.export else { return };
    let there: BTreeSet<Key> = application.applied.iter().map(Applied::key).collect();
    let mut left = BTreeSet::new();
    for object in (before.applied_from..export.units.len()).filter_map(|at| export.object(at)) {
        let key = object.key();
        // What generates its name is another object every time.
        let generated = object.value.at(&["metadata", "name"]).is_none();
        if there.contains(&key) || generated || !left.insert(key) || !simulation.state_mut().contains(&key) {
            continue;
        }
        if prune {
            delete(simulation.state_mut(), &key);
        }
        application.applied.push(Applied {
            document: None,
            gvk: object.gvk,
            namespace: object.namespace,
            name: object.name,
            action: if prune { Action::Delete } else { Action::Absent },
            fields: Vec::new(),
            refusal: None,
            here: false,
            because: Vec::new(),
            pod_labels: None,
        });
    }
}

const fn changes(action: Action) -> bool {
    matches!(action, Action::Create | Action::Update)
}

/// True for objects that controllers, the scheduler or kubelets act upon.
fn sets_off(object: &Object<'_>) -> bool {
    &*object.gvk.kind == "Node" || object.pod_template().is_some()
}

/// Pods of an export do not say of which template they were made: of the one that their controller has now.
fn know_template(state: &mut State, before: &Workload) {
    let (namespace, name) = before.meta.id();
    for pod in state.pods_of(before.kind(), namespace, name) {
        if pod.template == 0 {
            state.change_pod(namespace, pod.meta.name, |pod| pod.template = before.template.digest);
        }
    }
}

/// What the server answers: status, reason, message.
type Answer = (u16, &'static str, String);

fn invalid(object: &Object<'_>, field: &str, message: &str) -> Answer {
    (422, "Invalid", invalid_message(&object.gvk.group_kind(), &object.name, [(field, message)]))
}

/// Puts an object in, keeping what the manifest leaves to others: where a Pod runs, what a kubelet says of its node, the
/// number of replicas that an autoscaler chose, what controllers said. A Pod that admission refuses is not put in.
fn put(state: &mut State, object: &Object<'_>, applied: Option<Value<'_>>) -> Result<(), Answer> {
    let mut entity = lower(object);
    match &mut entity {
        Entity::Workload(workload) => {
            let (namespace, name) = workload.meta.id();
            if let Some(before) = state.workload(workload.kind(), namespace, name).cloned() {
                know_template(state, &before);
                workload.status = before.status.clone();
                // A manifest that named them and does so no more sets them back.
                let named = applied.is_some_and(|a| a.at(&["spec", "replicas"]).is_some());
                if workload.replicas_place.is_none() && !named {
                    workload.replicas = before.replicas;
                }
            }
        }
        Entity::Pod(pod) => match state.pod(pod.meta.namespace, pod.meta.name) {
            // What may change of a Pod does not move it.
            Some(before) => {
                let meta = Meta { owners: before.meta.owners.clone(), ..pod.meta.clone() };
                *pod = Pod { meta, ..Pod::clone(before) };
            }
            None => {
                let name = pod.meta.name;
                let answer = |refusal: Refusal| match refusal {
                    Refusal::Whole(_) if refusal.message(&name).contains("\" is invalid: ") => {
                        (422, "Invalid", refusal.message(&name))
                    }
                    Refusal::Forbidden(_) | Refusal::Whole(_) => (403, "Forbidden", refusal.message(&name)),
                    Refusal::NotFound(message) => (404, "NotFound", message),
                };
                let namespace = pod.meta.namespace;
                pod.spec = admit(state, namespace, &pod.spec, None, name).map_err(answer)?;
                take_quota(state, namespace, None, name).map_err(answer)?;
            }
        },
        Entity::PriorityClass(class) if class.global_default => {
            let other = state.default_priority_class().filter(|other| other.meta.name != class.meta.name);
            if let Some(other) = other {
                let message = format!(
                    "priorityclasses.scheduling.k8s.io \"{}\" is forbidden: PriorityClass {} is already marked as default. Only \
                     one default can exist",
                    class.meta.name, other.meta.name
                );
                return Err((403, "Forbidden", message));
            }
        }
        Entity::Service(service) => {
            if let Some((field, message)) = network::refused(state, service) {
                return Err(invalid(object, &field, &message));
            }
        }
        Entity::Node(node) => {
            if let Some(before) = state.node(node.meta.name) {
                let mut labels = before.meta.labels.clone();
                for (key, value) in node.meta.labels.iter() {
                    labels.set(key, value);
                }
                node.meta.labels = labels;
                if object.value.get("status").is_none() {
                    node.allocatable = before.allocatable.clone();
                    node.capacity = before.capacity.clone();
                    node.images.clone_from(&before.images);
                }
            }
        }
        _ => {}
    }
    state.put(entity);
    Ok(())
}

/// An object that is in the cluster.
struct Live<'t> {
    object: Object<'t>,
    /// It is a manifest that was applied, not an export.
    by_apply: bool,
}

/// What `kubectl apply` applied the last time, as far as the object tells.
fn last_applied(live: &Live<'_>) -> Option<Document> {
    json_document(LAST_APPLIED, live.object.annotation(LAST_APPLIED)?.to_owned())
}

/// The definitions of the custom kinds that the tree has objects of, as they are once the tree is applied. None where nothing
/// was there before: nothing is updated then.
fn definitions(before: &Before, tree: &Tree) -> Definitions {
    let used: BTreeSet<(Sym, Sym)> = tree
        .units
        .iter()
        .filter(|unit| !Types::builtin_group(&unit.gvk.group))
        .map(|unit| (unit.gvk.group, unit.gvk.kind))
        .collect();
    let mut known = Definitions::default();
    let Some(export) = before.export.as_deref().filter(|_| !used.is_empty()) else { return known };
    // What is added later takes the place of what was there; of two in one tree the first is there.
    for tree in [export, tree] {
        let accepted = |at: &usize| tree.units[*at].verdict == Verdict::Accepted;
        for object in (0..tree.units.len()).rev().filter(accepted).filter_map(|at| tree.object(at)) {
            known.add(object.value, |group, _, kind| used.contains(&(sym(group), sym(kind))));
        }
    }
    known
}

fn live_objects(before: &Before) -> BTreeMap<Key, Live<'_>> {
    let Some(export) = &before.export else { return BTreeMap::new() };
    let live = |at| Some(Live { object: export.object(at)?, by_apply: at >= before.applied_from });
    (0..export.units.len()).filter_map(live).map(|live| (live.object.key(), live)).collect()
}
