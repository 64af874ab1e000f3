//! What every entity of the typed model has.

use crate::finding::Place;
use crate::object::{Labels, Object, Sym, Value, sym};

/// Why an entity is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cause {
    /// Position in the run's list of documents: the manifest it comes from, also for what controllers made.
    pub document: Option<u32>,
    /// The line to show.
    pub place: Option<Place>,
}

/// An owner reference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Owner {
    /// Kind of the owner.
    pub kind: Sym,
    /// Its name; the namespace is the dependent's.
    pub name: Sym,
    /// `controller: true`
    pub controller: bool,
}

impl Owner {
    /// The owner reference that a controller writes.
    pub fn controller(kind: &str, name: Sym) -> Self {
        Self { kind: sym(kind), name, controller: true }
    }

    /// All of `metadata.ownerReferences`.
    pub fn read_all(metadata: Option<Value<'_>>) -> Vec<Self> {
        let read = |o: Value<'_>| Self {
            kind: sym(o.str("kind")),
            name: sym(o.str("name")),
            controller: o.flag("controller"),
        };
        metadata.into_iter().flat_map(|m| m.list("ownerReferences")).map(read).collect()
    }
}

/// Namespace, name, labels, owners and cause.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Meta {
    /// Namespace; empty for cluster-scoped kinds.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
    /// Labels.
    pub labels: Labels,
    /// Annotations, those that are short enough for a controller or kubelet to act upon.
    pub annotations: Labels,
    /// Owner references.
    pub owners: Vec<Owner>,
    /// Why it is there.
    pub cause: Cause,
}

/// Longer annotations are for people and tools.
const LONGEST_ANNOTATION: usize = 256;

/// Annotations that are not too long.
pub(super) fn read_annotations(metadata: Option<Value<'_>>) -> Labels {
    let all = metadata.and_then(|m| m.get("annotations")).into_iter().flat_map(Value::entries);
    let short = all.filter_map(|(key, value)| Some((key, value.as_str()?)));
    short
        .filter(|(_, value)| value.len() <= LONGEST_ANNOTATION)
        .map(|(key, value)| (sym(key), sym(value)))
        .collect()
}

impl Meta {
    /// The metadata of an admitted object.
    pub fn read(object: &Object<'_>) -> Self {
        let metadata = object.metadata();
        let place = metadata.map_or_else(|| object.value.place(), |m| m.get("name").unwrap_or(m).place());
        Self {
            namespace: object.namespace,
            name: object.name,
            labels: Labels::read(metadata.and_then(|m| m.get("labels"))),
            annotations: read_annotations(metadata),
            owners: Owner::read_all(metadata),
            cause: Cause { document: object.document, place: Some(place) },
        }
    }

    /// Namespace and name: the key in a store.
    pub fn id(&self) -> (Sym, Sym) {
        (self.namespace, self.name)
    }

    /// `namespace/name`.
    pub fn path(&self) -> String {
        if self.namespace.is_empty() {
            self.name.to_string()
        } else {
            format!("{}/{}", self.namespace, self.name)
        }
    }

    /// The managing controller, if there is one.
    pub fn controller(&self) -> Option<Owner> {
        self.owners.iter().copied().find(|o| o.controller)
    }
}
