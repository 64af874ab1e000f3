//! The codes of this floor.

use crate::finding::{Code, Fixable, Level, Profile};

/// A document that is no YAML (or JSON) for Kubernetes.
pub static SYNTAX: Code = Code::server("yaml/syntax", "a document that Kubernetes cannot read").page(
    "kubectl gives up at the first document that it cannot read: what stands behind it in the file is not applied either. \
     kcheck reads on, so that you see all mistakes at once. The sentence under `server:` is the one that kubectl prints; \
     its line counts from the `---` of the document (and is often one off), the place that kcheck shows is that of the file.",
);

/// Anchors and aliases that expand to too much.
pub static ALIAS_LIMIT: Code =
    Code::server("yaml/alias-limit", "aliases that expand to far more than is written");

/// Bytes that are no text.
pub static ENCODING: Code = Code::server("yaml/encoding", "bytes that are not UTF-8, or control characters");

/// A separator line that kubectl does not take.
pub static SEPARATOR: Code = Code::server("yaml/separator", "text behind `---` on the line that separates documents").page(
    "kubectl cuts a file before it reads YAML: a line that begins with `---` ends the document, and only blanks or a \
     `# comment` may follow. `--- {a: 1}`, `---foo` and `----` are refused, though YAML allows some of them. The document \
     in front of such a line is lost as well.",
);

/// A key that is written twice in one mapping.
pub static DUPLICATE_KEY: Code = Code {
    name: "yaml/duplicate-key",
    level: Level::Error,
    profile: Profile::Recommended,
    summary: "a key that is written more than once in one mapping",
    since: "0.1.0",
    fixable: Fixable::Never,
    page: "kubectl turns YAML into JSON before it sends anything, and there the last of equal keys wins without a word: what \
           the first one said is lost. A server that is sent the YAML itself refuses it.",
};

/// Two documents that lack the line between them.
pub static MISSING_SEPARATOR: Code = Code {
    name: "yaml/missing-separator",
    level: Level::Error,
    profile: Profile::Recommended,
    summary: "two objects in one document, without `---` between them",
    since: "0.1.0",
    fixable: Fixable::Sometimes,
    page: "Without `---` two objects are one mapping whose keys repeat: the second object overwrites the first, which never \
           reaches the cluster, and kubectl says nothing.",
};

/// All codes of this floor.
pub static CODES: &[&Code] =
    &[&SYNTAX, &ALIAS_LIMIT, &ENCODING, &SEPARATOR, &DUPLICATE_KEY, &MISSING_SEPARATOR];
