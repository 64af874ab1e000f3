//! What is wrong with a document that cannot be read, said so that a beginner can mend it.

use super::codes;
use super::full::{Unread, Why};
use super::json::JsonError;
use crate::finding::{FileId, Finding, Place, Span};
use crate::source::Source;

/// A `---` line with something behind it.
pub(super) fn separator(_source: &Source, file: FileId, line: usize, end: usize, rest: &str) -> Finding {
    Finding::new(&codes::SEPARATOR, Place::new(file, Span::new(line as u32, end as u32)), "text behind `---`")
        .server("BadRequest", "", format!("invalid Yaml document separator: {rest}"))
}

/// JSON that is none.
pub(super) fn json(_source: &Source, file: FileId, error: &JsonError, message: String) -> Finding {
    Finding::new(&codes::SYNTAX, Place::new(file, Span::new(error.offset, error.offset)), message.clone())
        .server("BadRequest", "", message)
}

/// Bytes that are no text.
pub(super) fn encoding(_source: &Source, file: FileId, at: u32, message: &str) -> Finding {
    Finding::new(&codes::ENCODING, Place::new(file, Span::new(at, at)), message).server(
        "BadRequest",
        "",
        message,
    )
}

/// A document that the library refuses; `base` is the offset of its text.
pub(super) fn unread(
    _source: &Source,
    file: FileId,
    _document: Span,
    base: usize,
    unread: &Unread,
    message: String,
) -> Finding {
    let at = (base + unread.refusal.at) as u32;
    let code = match unread.why {
        Why::Syntax | Why::Json => &codes::SYNTAX,
        Why::Encoding => &codes::ENCODING,
        Why::Aliases => &codes::ALIAS_LIMIT,
    };
    Finding::new(code, Place::new(file, Span::new(at, at)), message.clone()).server("BadRequest", "", message)
}
