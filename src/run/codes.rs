//! Codes of reading.

use crate::finding::Code;

/// A file inside a folder that cannot be read.
pub(super) static UNREADABLE: Code =
    Code::server("source/unreadable", "A file that cannot be read").page(include_str!("pages/unreadable.md"));

/// All of them.
pub static CODES: &[&Code] = &[&UNREADABLE];
