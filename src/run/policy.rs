//! What the configuration asks for beyond levels: exceptions, and objects that are there without a manifest.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::suppress::is_known;
use crate::finding::{Finding, Span, selects};
use crate::object::Pattern;
use crate::rules::Custom;
use crate::source::{Globs, Source};

/// Exceptions, and what is assumed to exist. Empty without a configuration.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The configuration's text, which the spans here and places in `findings` are of.
    pub source: Option<Arc<Source>>,
    /// The folder that path patterns start from: that of the configuration, absolute.
    pub root: PathBuf,
    /// Findings that are left out.
    pub exceptions: Vec<Exception>,
    /// Objects that exist elsewhere, and where that is said.
    pub assume: Vec<(Pattern, Span)>,
    /// What is wrong with the configuration itself. The file of their places is filled in by the run.
    pub findings: Vec<Finding>,
    /// Rules of one's own.
    pub custom: Vec<Custom>,
    /// Everything below `root` is part of the run: what matches nothing then is of no use.
    pub whole: bool,
    /// The day, as `2026-11-24`. Without it nothing expires.
    pub now: Option<String>,
}

/// Findings that are left out, by code, path and object.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Where it stands in the configuration.
    pub span: Span,
    /// Codes and groups.
    pub codes: Vec<String>,
    /// Only in files that match; every file if it is `None`.
    pub paths: Option<Globs>,
    /// Only in objects that one of these takes; every object if there is none.
    pub objects: Vec<Pattern>,
    /// Only in containers of these names (`*` allowed).
    pub containers: Vec<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds, as `2026-12-31`.
    pub until: Option<String>,
}

impl Policy {
    /// True for a code or group of kcheck, or of a rule of one's own.
    pub(super) fn knows(&self, selector: &str) -> bool {
        is_known(selector) || self.custom.iter().any(|rule| selects(selector, rule.code.name))
    }

    /// A path of the run as patterns see it: from the folder of the configuration on.
    pub(super) fn relative(&self, path: &str) -> String {
        let absolute = absolute(Path::new(path));
        let relative = absolute.strip_prefix(&self.root).unwrap_or(&absolute);
        relative.to_string_lossy().replace('\\', "/")
    }
}

/// A path from the root on, without `.` and `..`. Links are not followed: a path means what it says.
pub fn absolute(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut clean = PathBuf::new();
    for component in whole.components() {
        match component {
            Component::ParentDir => drop(clean.pop()),
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}
