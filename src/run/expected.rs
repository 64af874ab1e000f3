//! What no manifest makes and something in the tree makes while it runs: a Secret that a Job creates, that a
//! Certificate is turned into, that a Role lets a ServiceAccount write.

use std::collections::BTreeMap;

use super::lint::objects;
use super::tree::Tree;
use crate::cluster::model::Other;
use crate::cluster::{Entity, State};
use crate::object::{Key, Reference, Sym, Via, sym};
use crate::plan::Expected;
use crate::rules::{self, Answer};

/// Puts into the state what Pods refer to and the rules' view of the tree calls unknown, and tells of it.
pub(super) fn expect(
    state: &mut State,
    tree: &Tree,
    export: Option<&Tree>,
    assume: &[rules::Assumed],
) -> Vec<Expected> {
    let mut all: Vec<_> = objects(tree).collect();
    if let Some(export) = export {
        all.extend(objects(export));
    }
    let known = rules::Tree::new(&all, tree.files.iter().flat_map(|file| &file.documents), assume);
    let mut expected: BTreeMap<Key, Expected> = BTreeMap::new();
    let mut look = |state: &State, user: (Sym, Sym), namespace: Sym, references: &[Reference]| {
        for reference in references.iter().filter(|r| !r.optional && starts_containers(r)) {
            let key = Key { namespace, name: reference.name, ..Key::new("", reference.kind, "", "") };
            if state.other(&key).is_some() {
                continue;
            }
            if let Answer::Unknown(why) = known.find("", reference.kind, namespace, &reference.name) {
                let found = expected.entry(key).or_insert_with(|| Expected {
                    kind: reference.kind,
                    namespace,
                    name: reference.name,
                    why,
                    users: Vec::new(),
                });
                if !found.users.contains(&user) {
                    found.users.push(user);
                }
            }
        }
    };
    for workload in state.workloads() {
        let user = (sym(workload.kind()), workload.meta.name);
        look(state, user, workload.meta.namespace, &workload.template.spec.references);
    }
    for pod in state.pods() {
        look(state, (sym("Pod"), pod.meta.name), pod.meta.namespace, &pod.spec.references);
    }
    for object in expected.values() {
        state.put(entity(object));
    }
    expected.into_values().collect()
}

/// An object that will be there, with whatever is in it.
pub(super) fn entity(object: &Expected) -> Entity {
    let made = Other::made("v1", object.kind, object.namespace, &object.name);
    Entity::Other(Other { expected: true, ..made })
}

/// True for what a kubelet needs before containers start.
fn starts_containers(reference: &Reference) -> bool {
    matches!(reference.kind, "ConfigMap" | "Secret")
        && matches!(reference.via, Via::Env | Via::EnvFrom | Via::Volume(_))
}
