//! `check`: read, type, judge, apply rules.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::admit::{Mode, OfPods, admit};
use super::base::{drop_known, read_base};
use super::cluster::{export, read_export, there_before};
use super::judge::judge;
use super::lint::lint;
use super::read::{FileRead, read, read_with};
use super::replace::compare_with_base;
use super::suppress::{Silenced, silence};
use super::tree::{Tree, Unit};
use super::{Options, Usage};
use crate::apiserver::custom::Definitions;
use crate::finding::{self, FileId, Finding};
use crate::object::{Gvk, Value, sym};
use crate::report::{Document, File, Report, Verdict};
use crate::schema::Types;
use crate::source::Sources;
use crate::yaml::{View, to_json};

/// A tree that was read and judged, and what was found.
pub(super) struct Checked {
    pub(super) tree: Tree,
    pub(super) types: Types,
    pub(super) definitions: Definitions,
    pub(super) findings: Vec<Finding>,
    /// Objects beside the tree: the base, and those of `--crds`; with their defaults.
    pub(super) beside: Tree,
    /// What admission makes of Pods, where a plan asked.
    pub(super) of_pods: OfPods,
    /// What `--cluster` names, until somebody makes a cluster of it.
    pub(super) exported: Option<Tree>,
}

/// Says what a cluster would refuse, and what is legal and still wrong.
pub fn check(options: &Options) -> Result<Report, Usage> {
    let mut checked = examine(options)?;
    let export = export(options, &mut checked);
    admit(&mut checked, export.as_ref(), options, Mode::Check);
    if !options.base.is_empty() {
        compare_with_base(options, &mut checked)?;
    }
    checked.findings.extend(lint(options, &checked.tree, export.as_ref(), None));
    let mut report = report(options, "check", checked, export);
    report.base = options.base.iter().map(ToString::to_string).collect();
    if !options.base.is_empty() && !options.all {
        report.known = drop_known(options, &mut report)?;
    }
    Ok(report)
}

/// The common part of all commands.
pub(super) fn examine(options: &Options) -> Result<Checked, Usage> {
    let files = read_with(&options.paths, 0, &options.texts)?;
    let mut definitions = read_base(options, files.len() as u32)?;
    if !options.crds.is_empty() {
        definitions.extend(read(&options.crds, (files.len() + definitions.len()) as u32)?);
    }
    let exported = read_export(options, files.len() as u32)?;
    Ok(examine_files(options, files, definitions, exported))
}

/// The same with files that were read. `beside` are files beside the tree whose CustomResourceDefinitions count; those of
/// the cluster count as well, unless the tree brings newer ones.
pub(super) fn examine_files(
    options: &Options,
    mut files: Vec<FileRead>,
    beside: Vec<FileRead>,
    exported: Option<Tree>,
) -> Checked {
    let unread: Vec<(usize, Finding)> = files
        .iter_mut()
        .enumerate()
        .flat_map(|(at, file)| std::mem::take(&mut file.findings).into_iter().map(move |f| (at, f)))
        .collect();
    let (mut tree, beside) = (Tree::new(files), Tree::new(beside));
    let trees: Vec<&Tree> = [&tree, &beside].into_iter().chain(&exported).collect();
    let (types, definitions) = types(&trees, exported.is_some());
    let mut findings = numbered(&tree, unread);
    tree.locate(&types, &options.namespace);
    findings.extend(judge(&mut tree, &types, &definitions, options));
    let beside = there_before(beside, &types, &options.namespace);
    Checked { tree, types, definitions, findings, beside, of_pods: OfPods::default(), exported }
}

/// Findings of reading, which know the position in their file: numbered as the documents of the run are.
fn numbered(tree: &Tree, unread: Vec<(usize, Finding)>) -> Vec<Finding> {
    unread
        .into_iter()
        .map(|(file, mut finding)| {
            finding.document = finding.document.and_then(|document| tree.number(file, document as usize));
            finding
        })
        .collect()
}

/// The built-in types, and those of the definitions in the trees, with what these ask of objects. `exported`: one of them is
/// a cluster's export, which may have objects of any kind.
fn types(trees: &[&Tree], exported: bool) -> (Types, Definitions) {
    let mut types = Types::builtin();
    let mut known = Definitions::default();
    let units = || trees.iter().flat_map(|tree| tree.units.iter().map(move |unit| (tree, unit)));
    let crds: Vec<View<'_>> = units()
        .filter(|(_, unit)| unit.kind == "CustomResourceDefinition")
        .filter_map(|(tree, unit)| tree.view(unit))
        .collect();
    if crds.is_empty() {
        return (types, known);
    }
    // Schemas are read for kinds that the trees have objects of: most trees of operators bring many more definitions.
    let used: FxHashSet<Gvk> = units().map(|(_, unit)| unit.gvk).collect();
    // A later definition replaces an earlier one in the tables; in a cluster the first one is there, and a second
    // `create` is refused.
    let has_objects = |group: &str, version: &str, kind: &str| {
        exported || used.contains(&Gvk { group: sym(group), version: sym(version), kind: sym(kind) })
    };
    rayon::join(
        || {
            for crd in crds.iter().rev() {
                types.add_crd_for(*crd, has_objects);
            }
        },
        || {
            for crd in crds.iter().rev() {
                known.add(Value::plain(*crd), has_objects);
            }
        },
    );
    (types, known)
}

/// The report of a run. `before` are files of a cluster's export, which stand behind those of the tree.
pub(super) fn report(
    options: &Options,
    command: &'static str,
    checked: Checked,
    export: Option<Tree>,
) -> Report {
    let Checked { mut tree, findings, types, definitions, beside, .. } = checked;
    let mut sources = Sources::default();
    for file in tree.files.iter().chain(export.iter().flat_map(|e| &e.files)) {
        sources.add(file.source.clone());
    }
    let config = FileId(sources.len() as u32);
    if let Some(source) = &options.policy.source {
        sources.add(source.clone());
    }
    let Silenced { kept: findings, suppressed } = silence(options, command, &tree, findings, config);
    let mut units = std::mem::take(&mut tree.units);
    let documents =
        units.par_iter_mut().with_min_len(64).map(|unit| document(options, &tree, unit)).collect();
    let files = tree
        .files
        .iter()
        .map(|file| File {
            file: file.id,
            bytes: file.bytes,
            kind: file.kind,
            documents: file.documents.len() as u32,
        })
        .collect();
    let mut report = Report {
        command,
        kubernetes: options.minors.iter().map(|minor| minor.to_string()).collect(),
        sources,
        files,
        documents,
        findings,
        suppressed,
        elapsed: None,
        plan: None,
        problems: Vec::new(),
        known: 0,
        base: Vec::new(),
    };
    if let Some(baseline) = &options.baseline {
        baseline.apply(&mut report, &options.settings, options.policy.whole);
    }
    finding::sort(&mut report.findings);
    finding::sort_by(&mut report.suppressed, |suppressed| &suppressed.finding);
    if options.last {
        std::mem::forget((tree, units, types, definitions, beside));
    }
    report
}

/// What the report says of an object; what it need not copy it takes.
fn document(options: &Options, tree: &Tree, unit: &mut Unit) -> Document {
    let source = tree.document(unit);
    let mut document = Document::new(source.file(), source.index, source.span, unit.verdict);
    document.item = unit.item;
    document.api_version = std::mem::take(&mut unit.api_version);
    document.kind = std::mem::take(&mut unit.kind);
    document.why = unit.why.take();
    document.server = unit.server.take();
    document.verdicts = unit.verdicts.iter().map(|(minor, verdict)| (minor.to_string(), *verdict)).collect();
    let Some(view) = tree.view(unit) else { return document };
    if unit.item.is_some() {
        document.span = view.span();
    }
    if unit.verdict != Verdict::NotKubernetes {
        let name = |key| view.at(&["metadata", key]).and_then(View::as_str).unwrap_or_default().to_owned();
        document.namespace = unit.namespace.to_string();
        document.name = name("name");
        document.generate_name = name("generateName");
    }
    if options.include_read {
        document.read = Some(to_json(view));
    }
    if options.include_stored && unit.verdict == Verdict::Accepted {
        use crate::apiserver::{admission::Bare, stored};
        document.stored = Some(match &unit.admitted {
            Some(overlay) => stored::printed(unit.gvk, Value::new(view, overlay)),
            None => {
                let minor = options.minors.last().unwrap_or_default();
                stored::stored(unit.gvk, view, &unit.namespace, minor, &Bare)
            }
        });
    }
    document
}
