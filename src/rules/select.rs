//! Pods by selector, and selectors by Pod, without comparing all with all.

use rustc_hash::FxHashMap;

use super::Pods;
use crate::object::{Labels, Object, Operator, Selector, Sym};

/// The label that a selector asks for, if it asks for one.
fn first_label(selector: &Selector) -> Option<(Sym, Sym)> {
    selector.requirements().iter().find_map(|requirement| match &requirement.operator {
        Operator::In(values) if values.len() == 1 => Some((requirement.key, values[0])),
        _ => None,
    })
}

/// Objects with a selector, found by the labels of a Pod.
#[derive(Debug, Default)]
pub(super) struct Selectors<'a> {
    entries: Vec<(Selector, &'a Object<'a>)>,
    by_label: FxHashMap<(Sym, Sym, Sym), Vec<u32>>,
    others: FxHashMap<Sym, Vec<u32>>,
}

impl<'a> Selectors<'a> {
    /// Of objects and what they select in their own namespace.
    pub(super) fn new(entries: Vec<(Selector, &'a Object<'a>)>) -> Self {
        let mut this = Self::default();
        for (i, (selector, object)) in entries.iter().enumerate() {
            let list = match first_label(selector) {
                Some((key, value)) => this.by_label.entry((object.namespace, key, value)).or_default(),
                None => this.others.entry(object.namespace).or_default(),
            };
            list.push(i as u32);
        }
        this.entries = entries;
        this
    }

    /// Those that select a Pod of these labels, in order.
    pub(super) fn selecting(&self, namespace: Sym, labels: &Labels) -> Vec<&'a Object<'a>> {
        let lists = labels
            .iter()
            .filter_map(|(key, value)| self.by_label.get(&(namespace, key, value)))
            .chain(self.others.get(&namespace));
        let mut found: Vec<u32> =
            lists.flatten().copied().filter(|&i| self.entries[i as usize].0.matches(labels)).collect();
        found.sort_unstable();
        found.into_iter().map(|i| self.entries[i as usize].1).collect()
    }
}

/// Pods of a tree by label.
#[derive(Debug, Default)]
pub(super) struct PodIndex(FxHashMap<(Sym, Sym, Sym), Vec<u32>>);

impl PodIndex {
    pub(super) fn new(pods: &FxHashMap<Sym, Vec<Pods<'_>>>) -> Self {
        let mut this = Self::default();
        let mut namespaces: Vec<_> = pods.iter().collect();
        namespaces.sort_unstable_by_key(|(namespace, _)| **namespace);
        for (&namespace, pods) in namespaces {
            for (i, pods) in pods.iter().enumerate() {
                for (key, value) in pods.labels.iter() {
                    this.0.entry((namespace, key, value)).or_default().push(i as u32);
                }
            }
        }
        this
    }

    /// Of the Pods of a namespace those that a selector matches, in order.
    pub(super) fn selected<'p, 'a>(
        &'p self,
        namespace: Sym,
        pods: &'p [Pods<'a>],
        selector: &'p Selector,
    ) -> impl Iterator<Item = &'p Pods<'a>> {
        let few = first_label(selector)
            .map(|(key, value)| self.0.get(&(namespace, key, value)).map_or(&[][..], Vec::as_slice));
        let all = if few.is_none() { pods } else { &[] };
        few.unwrap_or_default()
            .iter()
            .filter_map(|&i| pods.get(i as usize))
            .chain(all)
            .filter(|p| selector.matches(&p.labels))
    }
}
