//! What one `kubectl apply -R -f` does not get done: it maps all kinds before it applies anything, and applies the files as
//! they come.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::Before;
use super::tree::Tree;
use crate::object::{Sym, sym};
use crate::plan::ApplyNote;
use crate::report::Verdict;

/// One note for objects that stand before their Namespace, and one for custom resources whose definition is in the tree.
pub(super) fn notes(before: &Before, tree: &Tree) -> Vec<ApplyNote> {
    let mut made: BTreeSet<Sym> = BTreeSet::new();
    let made_later: BTreeSet<Sym> =
        tree.units.iter().filter(|u| u.gvk.is("", "Namespace")).map(|u| u.name).collect();
    let new = new_definitions(before, tree);
    // The first of each, and how many.
    let mut early: BTreeMap<Sym, (usize, usize)> = BTreeMap::new();
    let mut custom: BTreeMap<Sym, (usize, usize)> = BTreeMap::new();
    for (at, unit) in tree.units.iter().enumerate().filter(|(_, unit)| unit.verdict == Verdict::Accepted) {
        if unit.gvk.is("", "Namespace") {
            made.insert(unit.name);
        }
        let of = (unit.gvk.group, unit.gvk.kind);
        if new.contains(&of) {
            custom.entry(unit.gvk.kind).or_insert((at, 0)).1 += 1;
        } else if !unit.namespace.is_empty()
            && before.state.namespace(unit.namespace).is_none()
            && made_later.contains(&unit.namespace)
            && !made.contains(&unit.namespace)
        {
            early.entry(unit.namespace).or_insert((at, 0)).1 += 1;
        }
    }
    let note = |(at, text): (usize, String)| ApplyNote {
        error: true,
        text,
        place: tree.units.get(at).map(|unit| tree.place(unit)),
    };
    let objects = |number: usize, what: &str, whats: &str| {
        if number == 1 { format!("1 {what} stands") } else { format!("{number} {whats} stand") }
    };
    let early = early.into_iter().map(|(namespace, (at, number))| {
        let they = if number == 1 { "it needs" } else { "they need" };
        (at, format!("{} before the Namespace {namespace} that {they}", objects(number, "object", "objects")))
    });
    let custom = custom.into_iter().map(|(kind, (at, number))| {
        (
            at,
            format!(
                "{} beside the definition of {kind}",
                objects(number, "custom resource", "custom resources")
            ),
        )
    });
    early.chain(custom).map(note).collect()
}

/// Group and kind of custom resources that the tree defines and the cluster does not know yet.
pub(super) fn new_definitions(before: &Before, tree: &Tree) -> BTreeSet<(Sym, Sym)> {
    let known = before.export.as_deref().map(definitions).unwrap_or_default();
    definitions(tree).difference(&known).copied().collect()
}

/// Group and kind of the definitions in a tree.
fn definitions(tree: &Tree) -> BTreeSet<(Sym, Sym)> {
    let definitions =
        tree.units.iter().enumerate().filter(|(_, unit)| &*unit.gvk.kind == "CustomResourceDefinition");
    definitions
        .filter_map(|(at, _)| {
            let object = tree.object(at)?;
            let spec = object.spec()?;
            Some((sym(spec.str("group")), sym(spec.get("names")?.str("kind"))))
        })
        .collect()
}
