//! The codes of this floor.

use crate::finding::{Code, Fixable, Level, Profile};

/// A document that is no YAML (or JSON) for Kubernetes.
pub static SYNTAX: Code = Code::server("yaml/syntax", "a document that Kubernetes cannot read")
    .page(include_str!("pages/syntax.md"));

/// Anchors and aliases that expand to too much.
pub static ALIAS_LIMIT: Code =
    Code::server("yaml/alias-limit", "aliases that expand to far more than is written")
        .page(include_str!("pages/alias_limit.md"));

/// Bytes that are no text.
pub static ENCODING: Code = Code::server("yaml/encoding", "bytes that are not UTF-8, or control characters")
    .page(include_str!("pages/encoding.md"));

/// A separator line that kubectl does not take.
pub static SEPARATOR: Code =
    Code::server("yaml/separator", "text behind `---` on the line that separates documents")
        .page(include_str!("pages/separator.md"));

/// A key that is no text.
pub static NON_STRING_KEY: Code = non_string_key();
/// The same, for the rule about keys that are read as something else.
pub const fn non_string_key() -> Code {
    let code = Code::server("yaml/non-string-key", "A key that is no text, or is read as another one.");
    code.page(include_str!("pages/non_string_key.md")).fixable(Fixable::Sometimes)
}

/// A key that is written twice in one mapping.
pub static DUPLICATE_KEY: Code = Code {
    name: "yaml/duplicate-key",
    level: Level::Error,
    profile: Profile::Recommended,
    on: true,
    summary: "a key that is written more than once in one mapping",
    since: "0.1.0",
    fixable: Fixable::Sometimes,
    page: include_str!("pages/duplicate_key.md"),
};

/// Two documents that lack the line between them.
pub static MISSING_SEPARATOR: Code = Code {
    name: "yaml/missing-separator",
    level: Level::Error,
    profile: Profile::Recommended,
    on: true,
    summary: "two objects in one document, without `---` between them",
    since: "0.1.0",
    fixable: Fixable::Sometimes,
    page: include_str!("pages/missing_separator.md"),
};

/// All codes of this floor.
pub static CODES: &[&Code] =
    &[&SYNTAX, &ALIAS_LIMIT, &ENCODING, &SEPARATOR, &NON_STRING_KEY, &DUPLICATE_KEY, &MISSING_SEPARATOR];
