//! The base: what was there before the change, a folder or a git revision, and which findings the change brings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::admit::{Mode, admit};
use super::check::{examine_files, report};
use super::cluster::{export, read_export};
use super::lint::lint;
use super::read::{FileRead, read, read_sources};
use super::{Options, Usage};
use crate::report::Report;
use crate::report::identity::Identity;
use crate::source;

/// Where the base is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Base {
    /// Files and folders.
    Path(PathBuf),
    /// The paths of the run as they are in a git revision.
    Revision(String),
}

impl From<&Path> for Base {
    /// `git:REV` is a revision, anything else a path.
    fn from(given: &Path) -> Self {
        match given.to_str().and_then(|text| text.strip_prefix("git:")) {
            Some(revision) => Self::Revision(revision.to_owned()),
            None => Self::Path(given.to_owned()),
        }
    }
}

impl std::fmt::Display for Base {
    /// As it is given.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Revision(revision) => write!(f, "git:{revision}"),
        }
    }
}

/// Reads the base, numbered from `first`.
pub(super) fn read_base(options: &Options, first: u32) -> Result<Vec<FileRead>, Usage> {
    let mut files = Vec::new();
    for base in &options.base {
        let next = first + files.len() as u32;
        files.extend(match base {
            Base::Path(path) => read(std::slice::from_ref(path), next)?,
            Base::Revision(revision) => {
                let sources = source::read_revision(revision, &options.paths)
                    .map_err(|error| Usage::Base { given: format!("git:{revision}"), error })?;
                read_sources(sources, next)?
            }
        });
    }
    Ok(files)
}

/// What a finding of one tree and its like of the other have in common.
type Likeness = (Identity, String);

/// Takes out the findings that the base has as well; answers how many. What a comment or an annotation silenced in the
/// base, and no more does, is brought by the change.
pub(super) fn drop_known(options: &Options, report: &mut Report) -> Result<u32, Usage> {
    let mut known: BTreeMap<Likeness, u32> = BTreeMap::new();
    let before = check_base(options)?;
    let roots = options.base.iter().filter_map(|base| match base {
        Base::Path(path) => Some(path.display().to_string()),
        Base::Revision(_) => None,
    });
    let roots: Vec<String> = roots.collect();
    for finding in &before.findings {
        *known.entry(likeness(&before, finding, &roots)).or_default() += 1;
    }
    let roots: Vec<String> = options.paths.iter().map(|path| path.display().to_string()).collect();
    let mut dropped = 0;
    for finding in std::mem::take(&mut report.findings) {
        match known.get_mut(&likeness(report, &finding, &roots)).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                dropped += 1;
            }
            None => report.findings.push(finding),
        }
    }
    Ok(dropped)
}

/// `check` of the base, with nothing taken out of it by a baseline.
fn check_base(options: &Options) -> Result<Report, Usage> {
    let options = Options { baseline: None, ..options.clone() };
    let files = read_base(&options, 0)?;
    let exported = read_export(&options, files.len() as u32)?;
    let mut checked = examine_files(&options, files, Vec::new(), exported);
    let export = export(&options, &mut checked);
    admit(&mut checked, export.as_ref(), &options, Mode::Check);
    checked.findings.extend(lint(&options, &checked.tree, export.as_ref(), None));
    Ok(report(&options, "check", checked, export))
}

/// The two trees lie in different places: a file is compared by its path below them. A finding without a field is
/// compared by its words as well.
fn likeness(report: &Report, finding: &crate::finding::Finding, roots: &[String]) -> Likeness {
    let mut identity = Identity::of(report, finding);
    if let Some(path) = identity.object.strip_prefix("file ") {
        let path = path.rsplit_once(':').filter(|_| roots.is_empty()).map_or(path, |(_, path)| path);
        let below = roots.iter().filter_map(|root| path.strip_prefix(root.as_str())).min_by_key(|p| p.len());
        identity.object = format!("file {}", below.unwrap_or(path).trim_start_matches('/'));
    }
    let words = if identity.field.is_empty() { finding.message.clone() } else { String::new() };
    (identity, words)
}
