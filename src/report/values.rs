//! What a run hands to the report.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::finding::{FileId, Finding, Level, ServerCause, Span, Suppressed};
use crate::plan::Plan;
use crate::source::Sources;

/// What a file turned out to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FileKind {
    /// Holds at least one Kubernetes object.
    Manifests,
    /// A kustomization build file.
    Kustomization,
    /// A file of a Helm chart that is no manifest before rendering.
    Chart,
    /// Values of a Helm chart.
    Values,
    /// Something else.
    NotKubernetes,
    /// Could not be read at all.
    Unreadable,
}

impl FileKind {
    /// The name in the machine format.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manifests => "manifests",
            Self::Kustomization => "kustomization",
            Self::Chart => "chart",
            Self::Values => "values",
            Self::NotKubernetes => "not-kubernetes",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A file that was met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Its number in `Sources`, which knows its path.
    pub file: FileId,
    /// Its size.
    pub bytes: u64,
    /// What it is.
    pub kind: FileKind,
    /// How many documents it holds.
    pub documents: u32,
}

/// What a cluster answers to a document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// Created.
    Accepted,
    /// Refused; `ServerAnswer` says why.
    Refused,
    /// A built-in group that does not serve this version and kind.
    NoSuchKind,
    /// A custom resource without schema: nobody can say.
    Unknown,
    /// No object at all.
    NotKubernetes,
    /// Not readable as YAML or JSON.
    Unreadable,
}

impl Verdict {
    /// The name in the machine format.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::NoSuchKind => "no-such-kind",
            Self::Unknown => "unknown",
            Self::NotKubernetes => "not-kubernetes",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What kube-apiserver answers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServerAnswer {
    /// HTTP status.
    pub code: u16,
    /// `Invalid`, `BadRequest`, ...; empty for success.
    pub reason: &'static str,
    /// The whole message, verbatim; empty for success.
    pub message: String,
    /// Its causes, in the server's order.
    pub causes: Vec<ServerCause>,
    /// `Warning:` headers, in the server's order.
    pub warnings: Vec<String>,
}

/// A document of a file, or an item of a `List`.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// The file it is in.
    pub file: FileId,
    /// Position among the file's documents.
    pub index: u32,
    /// Position among the items of a `List`.
    pub item: Option<u32>,
    /// Its bytes.
    pub span: Span,
    /// As written; empty if absent.
    pub api_version: String,
    /// As written; empty if absent.
    pub kind: String,
    /// The namespace it goes to; empty for cluster-scoped kinds and where it is not known.
    pub namespace: String,
    /// `metadata.name`; empty if absent.
    pub name: String,
    /// `metadata.generateName`; empty if absent.
    pub generate_name: String,
    /// What a cluster answers.
    pub verdict: Verdict,
    /// Why it is `Unknown` or `NoSuchKind`.
    pub why: Option<String>,
    /// The server's words, where there are any.
    pub server: Option<ServerAnswer>,
    /// One verdict for each target, in order; empty with a single target.
    pub verdicts: Vec<(String, Verdict)>,
    /// The document as JSON text, if it was asked for.
    pub read: Option<String>,
    /// The object as the server would store it, if it was asked for.
    pub stored: Option<serde_json::Value>,
}

impl Document {
    /// A document of which nothing is known but its place.
    pub fn new(file: FileId, index: u32, span: Span, verdict: Verdict) -> Self {
        Self {
            file,
            index,
            item: None,
            span,
            api_version: String::new(),
            kind: String::new(),
            namespace: String::new(),
            name: String::new(),
            generate_name: String::new(),
            verdict,
            why: None,
            server: None,
            verdicts: Vec::new(),
            read: None,
            stored: None,
        }
    }
}

/// Objects of one kind that were not judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Skipped {
    /// Their apiVersion.
    pub api_version: String,
    /// Their kind.
    pub kind: String,
    /// How many.
    pub count: u32,
    /// Why, as `no schema`.
    pub why: String,
}

/// The numbers of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Files met.
    pub files: u32,
    /// Documents met.
    pub documents: u32,
    /// Findings of level error.
    pub errors: u32,
    /// Findings of level warning.
    pub warnings: u32,
    /// Findings of level info.
    pub infos: u32,
    /// Findings that were silenced.
    pub suppressed: u32,
    /// What was not judged, by apiVersion and kind.
    pub skipped: Vec<Skipped>,
}

/// All that a run found out.
#[derive(Debug)]
pub struct Report {
    /// `check` or `plan`.
    pub command: &'static str,
    /// The Kubernetes minors that were asked, ascending: `1.36`.
    pub kubernetes: Vec<String>,
    /// The texts; places are looked up here.
    pub sources: Sources,
    /// Every file that was met, in order of path.
    pub files: Vec<File>,
    /// Every document, by file and position.
    pub documents: Vec<Document>,
    /// By place, then code (`finding::sort`).
    pub findings: Vec<Finding>,
    /// Findings that were silenced, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// How long it took; only where it may be printed.
    pub elapsed: Option<Duration>,
    /// What the cluster makes of it (`plan`).
    pub plan: Option<Plan>,
    /// The plan's problems, most important first: positions in `findings`.
    pub problems: Vec<usize>,
    /// Findings that the base has as well, and that are therefore not told.
    pub known: u32,
    /// What the tree was compared with, as it was given: `git:main`.
    pub base: Vec<String>,
}

impl Report {
    /// The numbers.
    pub fn summary(&self) -> Summary {
        let count = |level| self.findings.iter().filter(|f| f.level == level).count() as u32;
        let mut skipped: BTreeMap<(&str, &str, &str), u32> = BTreeMap::new();
        for document in &self.documents {
            if document.verdict == Verdict::Unknown {
                let why = document.why.as_deref().unwrap_or("unknown");
                *skipped.entry((&document.api_version, &document.kind, why)).or_default() += 1;
            }
        }
        Summary {
            files: self.files.len() as u32,
            documents: self.documents.len() as u32,
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            infos: count(Level::Info),
            suppressed: self.suppressed.len() as u32,
            skipped: skipped
                .into_iter()
                .map(|((api_version, kind, why), count)| Skipped {
                    api_version: api_version.into(),
                    kind: kind.into(),
                    count,
                    why: why.into(),
                })
                .collect(),
        }
    }

    /// Path of a file as it is printed.
    pub fn path(&self, file: FileId) -> &str {
        self.sources.get(file).path()
    }

    /// How many files are of a kind.
    pub fn files_of(&self, kind: FileKind) -> usize {
        self.files.iter().filter(|f| f.kind == kind).count()
    }
}
