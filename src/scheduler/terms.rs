//! Terms of affinity: whom they mean, and which of them Pods on nodes have.

use std::sync::Arc;

use super::marks::{Mark, Marks};
use super::objects::Objects;
use super::sparse::Sparse;
use crate::cluster::model::{Pod, PodAffinityTerm};
use crate::object::{Labels, Selector, Sym};

/// True if a Pod matches all terms of a Pod in namespace `own` (`podMatchesAllAffinityTerms`).
pub(super) fn matches_all(terms: &[PodAffinityTerm], own: Sym, pod: &Pod, objects: &Objects) -> bool {
    !terms.is_empty() && terms.iter().all(|term| matches_incoming(term, own, pod, objects))
}

/// True if an existing Pod matches a term of the Pod to place. The scheduler resolves the namespace selector to names,
/// and then asks it once more with no labels at all: one that accepts a namespace without labels accepts every one.
pub(super) fn matches_incoming(term: &PodAffinityTerm, own: Sym, pod: &Pod, objects: &Objects) -> bool {
    let by_selector = |selector: &Selector| {
        objects.namespace_matches(pod.meta.namespace, selector) || selector.matches(&Labels::default())
    };
    matches_term(term, own, pod, by_selector)
}

/// True if the Pod to place matches a term of an existing Pod in namespace `own`.
pub(super) fn matches_existing(term: &PodAffinityTerm, own: Sym, pod: &Pod, objects: &Objects) -> bool {
    matches_term(term, own, pod, |selector| objects.namespace_matches(pod.meta.namespace, selector))
}

fn matches_term(
    term: &PodAffinityTerm,
    own: Sym,
    pod: &Pod,
    by_selector: impl Fn(&Selector) -> bool,
) -> bool {
    let namespace = pod.meta.namespace;
    let namespace_matches = if term.namespaces.is_empty() && term.namespace_selector.is_none() {
        namespace == own
    } else {
        term.namespaces.contains(&namespace) || term.namespace_selector.as_ref().is_some_and(by_selector)
    };
    namespace_matches && term.selector.as_ref().is_some_and(|selector| selector.matches(&pod.meta.labels))
}

/// How a Pod holds a term of affinity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TermKind {
    /// Required affinity.
    Required,
    /// Required anti-affinity.
    RequiredAnti,
    /// Preferred affinity, with its weight.
    Preferred(i64),
    /// Preferred anti-affinity, with its weight.
    PreferredAnti(i64),
}

/// A term that Pods on nodes have.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct HeldTerm {
    pub(super) kind: TermKind,
    pub(super) own: Sym,
    pub(super) term: PodAffinityTerm,
}

impl HeldTerm {
    /// The terms of a Pod.
    pub(super) fn of(pod: &Pod) -> impl Iterator<Item = Self> {
        let (with, against) = (&pod.spec.pod_affinity, &pod.spec.pod_anti_affinity);
        let required = with.required.iter().map(|t| (TermKind::Required, t));
        let required_anti = against.required.iter().map(|t| (TermKind::RequiredAnti, t));
        let preferred = with.preferred.iter().map(|w| (TermKind::Preferred(w.weight), &w.term));
        let preferred_anti = against.preferred.iter().map(|w| (TermKind::PreferredAnti(w.weight), &w.term));
        let all = required.chain(required_anti).chain(preferred).chain(preferred_anti);
        let own = pod.meta.namespace;
        all.map(move |(kind, term)| Self { kind, own, term: term.clone() })
    }

    /// What Pods have that match it.
    pub(super) fn marks(&self) -> Marks {
        Mark::of_term(self.own, &self.term)
    }

    /// True if a Pod to place matches it.
    pub(super) fn means(&self, pod: &Pod, objects: &Objects) -> bool {
        matches_existing(&self.term, self.own, pod, objects)
    }
}

/// A held term, and how many Pods have it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) held: HeldTerm,
    /// Pods per domain of its key.
    pub(super) pods: Arc<Sparse>,
}
