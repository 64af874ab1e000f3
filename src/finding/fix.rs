//! Fixes: text edits with a promise.

use super::{FileId, Span};

/// Replace the bytes of `span` in `file` by `text`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Which file.
    pub file: FileId,
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// A mend that kcheck can write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, imperative: "rename it to `image`".
    pub title: String,
    /// True if meaning stays or is repaired without a doubt.
    pub safe: bool,
    /// The edits, in order of place, not overlapping.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that may be applied without asking.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: true, edits }
    }

    /// A fix that changes behaviour, or may be wrong.
    pub fn maybe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: false, edits }
    }
}
