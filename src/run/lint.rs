//! Lint rules over a tree, and over the cluster at rest where there is one.

use rayon::prelude::*;

use super::Options;
use super::tree::Tree;
use crate::finding::{Finding, Profile};
use crate::object::Object;
use crate::report::Verdict;
use crate::rules::{self, Rules};
use crate::simulate::Outcome;
use crate::yaml::Document;

/// What the selected rules say. `export` is the cluster that was there before: its objects are not judged, but they
/// are there.
pub(super) fn lint(
    options: &Options,
    tree: &Tree,
    export: Option<&Tree>,
    outcome: Option<&Outcome>,
) -> Vec<Finding> {
    let wanted = |rule: &rules::Rule| {
        options.settings.level(&rule.code).is_some()
            && (outcome.is_some() || rule.code.profile != Profile::Plan)
    };
    let rules = Rules::new(rules::RULES.iter().copied().filter(|rule| wanted(rule)))
        .with(options.parameters.clone())
        .for_versions(options.minors);
    let custom: Vec<&rules::Custom> =
        options.policy.custom.iter().filter(|rule| options.settings.level(rule.code).is_some()).collect();
    let mut objects: Vec<Object<'_>> = objects(tree).collect();
    let own = objects.len();
    if let Some(export) = export {
        objects.extend(self::objects(export));
    }
    let assume = options.assumed();
    let known = rules::Tree::new(&objects, tree.files.iter().flat_map(|file| &file.documents), &assume);

    let documents: Vec<(&Document, u32)> = documents(tree);
    let mut findings: Vec<Finding> = documents
        .into_par_iter()
        .with_min_len(64)
        .flat_map_iter(|(document, number)| {
            let mut found = Vec::new();
            rules.document(document, number, &mut found);
            found
        })
        .collect();
    let of_objects: Vec<Finding> = objects[..own]
        .par_iter()
        .with_min_len(64)
        .flat_map_iter(|object| {
            let mut found = Vec::new();
            rules.object(object, &mut found);
            for rule in &custom {
                rule.check(object, &mut found);
            }
            found
        })
        .collect();
    findings.extend(of_objects);
    rules.tree(&known, &mut findings);
    if let Some(outcome) = outcome {
        rules.outcome(&known, outcome, &mut findings);
    }
    findings
}

/// Objects of a tree, whatever the server says of them.
pub(super) fn objects(tree: &Tree) -> impl Iterator<Item = Object<'_>> {
    (0..tree.units.len())
        .filter(|&at| !matches!(tree.units[at].verdict, Verdict::NotKubernetes | Verdict::Unreadable))
        .filter_map(|at| tree.object(at))
}

/// Documents of manifests, each with the number of its first object.
fn documents(tree: &Tree) -> Vec<(&Document, u32)> {
    let mut documents = Vec::new();
    let mut last = None;
    for (number, unit) in tree.units.iter().enumerate() {
        let is_manifest = !matches!(unit.verdict, Verdict::NotKubernetes | Verdict::Unreadable);
        if is_manifest && last != Some((unit.file, unit.document)) {
            last = Some((unit.file, unit.document));
            documents.push((tree.document(unit), number as u32));
        }
    }
    documents
}
