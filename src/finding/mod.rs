//! `Finding`: what is wrong, where, why, and how to mend it.
//!
//! Findings are values. Any floor makes them; only `report` prints them. A place is a file number and two byte
//! offsets; line and column exist only when something is printed.

mod code;
mod fix;
mod near;
mod placeholder;
mod settings;
mod suppression;

use std::fmt;

pub use code::{Code, Fixable, Level, Profile};
pub use fix::{Edit, Fix};
pub use near::{distance, nearest};
pub use placeholder::{fill_in, placeholder};
pub use settings::{Setting, Settings, selects};
pub use suppression::{Origin, Sifted, Suppressed, Suppression, sift};

/// A half-open range of bytes in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end` (exclusive).
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// True if no byte is in it.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// A file met in this run, by its position in `source::Sources`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// Which file.
    pub file: FileId,
    /// Where in it.
    pub span: Span,
}

impl Place {
    /// `span` in `file`.
    pub const fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}

/// What a label is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LabelKind {
    /// The place of the finding; exactly one.
    Primary,
    /// Printed as well ("the selector is here").
    Related,
    /// Never printed, but a suppression comment beside it counts.
    Quiet,
}

/// A place with something to say about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// Why this place is shown. May be empty.
    pub text: String,
    /// Its role.
    pub kind: LabelKind,
}

/// The server's own words for a finding that a kube-apiserver would raise.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServerCause {
    /// `FieldValueInvalid`, `FieldValueRequired`, ...; `BadRequest` for what cannot be decoded.
    pub reason: &'static str,
    /// The server's field path, verbatim; empty if it names none.
    pub field: String,
    /// The server's sentence, verbatim.
    pub message: String,
}

/// The minors of Kubernetes 1.x in which a finding holds, from the first to the last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Versions {
    /// The number after `1.` of the first.
    pub since: u8,
    /// Of the last.
    pub until: u8,
}

impl fmt::Display for Versions {
    /// `1.33`, `1.33 to 1.35`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { since, until } = self;
        if since == until { write!(f, "1.{since}") } else { write!(f, "1.{since} to 1.{until}") }
    }
}

/// What is wrong, where, why, and how to mend it.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// Which kind of problem.
    pub code: &'static Code,
    /// Level in this run (the code's own, unless configured otherwise).
    pub level: Level,
    /// One sentence that stands alone.
    pub message: String,
    /// The primary label first.
    pub labels: Vec<Label>,
    /// Why: facts and numbers, one sentence each.
    pub because: Vec<String>,
    /// How to mend it, in words.
    pub help: Option<String>,
    /// Path of the field in the object, as people write it.
    pub field: Option<String>,
    /// A mend that kcheck can write.
    pub fix: Option<Fix>,
    /// What the API server says.
    pub server: Option<ServerCause>,
    /// Position in the run's list of documents, when it belongs to one.
    pub document: Option<u32>,
    /// Where it holds, when not in all versions that were asked for.
    pub versions: Option<Versions>,
}

impl Finding {
    /// A finding of `code` at `place`.
    pub fn new(code: &'static Code, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.level,
            message: message.into(),
            labels: vec![Label { place, text: String::new(), kind: LabelKind::Primary }],
            because: Vec::new(),
            help: None,
            field: None,
            fix: None,
            server: None,
            document: None,
            versions: None,
        }
    }

    /// The primary place.
    pub fn place(&self) -> Place {
        self.labels[0].place
    }

    /// Text of the primary label.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.labels[0].text = text.into();
        self
    }

    /// Another place worth showing.
    #[must_use]
    pub fn related(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into(), kind: LabelKind::Related });
        self
    }

    /// A place where a suppression comment counts as well.
    #[must_use]
    pub fn quiet(mut self, place: Place) -> Self {
        self.labels.push(Label { place, text: String::new(), kind: LabelKind::Quiet });
        self
    }

    /// A reason.
    #[must_use]
    pub fn because(mut self, text: impl Into<String>) -> Self {
        self.because.push(text.into());
        self
    }

    /// How to mend it, in words.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The field it is about.
    #[must_use]
    pub fn field(mut self, path: impl Into<String>) -> Self {
        self.field = Some(path.into());
        self
    }

    /// A mend that kcheck can write.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The server's own words.
    #[must_use]
    pub fn server(
        mut self,
        reason: &'static str,
        field: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        self.server = Some(ServerCause { reason, field: field.into(), message: message.into() });
        self
    }

    /// The versions in which it holds; `None` for all.
    #[must_use]
    pub fn versions(mut self, versions: Option<Versions>) -> Self {
        self.versions = versions;
        self
    }

    /// The document it belongs to.
    #[must_use]
    pub fn document(mut self, document: u32) -> Self {
        self.document = Some(document);
        self
    }
}

/// Findings in the order in which they are printed: by file, place, then code.
pub fn sort(findings: &mut [Finding]) {
    sort_by(findings, |finding| finding);
}

/// Whatever has a finding, in the same order.
pub fn sort_by<T>(all: &mut [T], finding: impl Fn(&T) -> &Finding) {
    all.sort_by(|a, b| {
        let (a, b) = (finding(a), finding(b));
        (a.place(), a.code.name, &a.message).cmp(&(b.place(), b.code.name, &b.message))
    });
}
