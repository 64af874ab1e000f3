//! Deletion with what it takes along: the garbage collector's background cascade, and the end of a namespace.

use std::collections::BTreeSet;

use super::State;
use super::model::Meta;
use crate::object::{Key, Sym, sym};

/// Deletes an object, and then what no other object owns any more (`pkg/controller/garbagecollector`); of a namespace
/// all that is in it (`pkg/controller/namespace`). Finalizers are not waited for.
pub fn delete(state: &mut State, key: &Key) {
    let mut deleted: BTreeSet<(Sym, Sym, Sym)> = BTreeSet::new();
    let mut next = vec![*key];
    while let Some(key) = next.pop() {
        if !state.remove(&key) {
            continue;
        }
        if &*key.kind == "Namespace" && key.group.is_empty() {
            next.extend(dependents(state, |meta| meta.namespace == key.name));
            continue;
        }
        deleted.insert((key.kind, key.namespace, key.name));
        next.extend(dependents(state, |meta| {
            let mut owners = meta.owners.iter().peekable();
            meta.namespace == key.namespace
                && owners.peek().is_some()
                && owners.all(|owner| deleted.contains(&(owner.kind, meta.namespace, owner.name)))
        }));
    }
}

/// Keys of the objects whose metadata is of that kind.
fn dependents(state: &State, is: impl Fn(&Meta) -> bool) -> Vec<Key> {
    let key = |group: &str, kind: Sym, meta: &Meta| Key {
        group: sym(group),
        kind,
        namespace: meta.namespace,
        name: meta.name,
    };
    let mut keys: Vec<Key> = Vec::new();
    keys.extend(state.pods().filter(|pod| is(&pod.meta)).map(|pod| key("", sym("Pod"), &pod.meta)));
    keys.extend(state.services().filter(|s| is(&s.meta)).map(|s| key("", sym("Service"), &s.meta)));
    keys.extend(state.workloads().filter(|w| is(&w.meta)).map(|w| key("", sym(w.kind()), &w.meta)));
    keys.extend(state.others().filter(|(_, other)| is(&other.meta)).map(|(key, _)| *key));
    keys
}
