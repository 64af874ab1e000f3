//! Which selectors mean which Pods, without asking every selector about every Pod.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::cluster::model::{Pod, PodAffinityTerm};
use crate::object::{Operator, Selector, Sym};

/// What Pods have that a selector may mean.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Mark {
    /// In a namespace, a label and its value.
    Label(Sym, Sym, Sym),
    /// A namespace.
    Namespace(Sym),
    /// Nothing that all would have.
    Any,
}

/// Of a selector: every Pod that it means has one of these. Of a Pod: all that it has.
pub(super) type Marks = SmallVec<[Mark; 2]>;

impl Mark {
    /// What all Pods of a namespace have that a selector means.
    pub(super) fn of_selector(namespace: Sym, selector: &Selector) -> Self {
        let one = selector.requirements().iter().find_map(|requirement| match &requirement.operator {
            Operator::In(values) if values.len() == 1 => Some((requirement.key, *values.first()?)),
            _ => None,
        });
        one.map_or(Self::Namespace(namespace), |(key, value)| Self::Label(namespace, key, value))
    }

    /// What Pods have that a term of a Pod in namespace `own` means.
    pub(super) fn of_term(own: Sym, term: &PodAffinityTerm) -> Marks {
        let Some(selector) = &term.selector else { return Marks::new() };
        if term.namespace_selector.is_some() {
            return smallvec::smallvec![Self::Any];
        }
        let own = std::iter::once(own).filter(|_| term.namespaces.is_empty());
        let namespaces = own.chain(term.namespaces.iter().copied());
        namespaces.map(|namespace| Self::of_selector(namespace, selector)).collect()
    }

    /// What a Pod has.
    pub(super) fn of_pod(pod: &Pod) -> impl Iterator<Item = Self> {
        let namespace = pod.meta.namespace;
        let labels = pod.meta.labels.iter().map(move |(key, value)| Self::Label(namespace, key, value));
        labels.chain([Self::Namespace(namespace), Self::Any])
    }
}

/// Numbers by marks.
#[derive(Clone, Default, Debug)]
pub(super) struct Marked(FxHashMap<Mark, Vec<u32>>);

impl Marked {
    /// Adds a number; it is the largest so far.
    pub(super) fn push(&mut self, marks: impl IntoIterator<Item = Mark>, number: u32) {
        for mark in marks {
            self.0.entry(mark).or_default().push(number);
        }
    }

    /// The numbers from `from` on that have one of these marks, in order.
    pub(super) fn with(&self, marks: impl IntoIterator<Item = Mark>, from: u32) -> Vec<u32> {
        let mut found = Vec::new();
        for numbers in marks.into_iter().filter_map(|mark| self.0.get(&mark)) {
            let start = numbers.partition_point(|number| *number < from);
            found.extend(numbers.get(start..).unwrap_or_default());
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
