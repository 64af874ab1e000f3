//! Codes of reading, of suppressions and of the configuration; and the list of all codes.

use std::sync::LazyLock;

use crate::finding::{Code, Fixable, Level, Profile};

/// A file inside a folder that cannot be read.
pub(super) static UNREADABLE: Code =
    Code::server("source/unreadable", "A file that cannot be read").page(include_str!("pages/unreadable.md"));

/// A configuration that cannot be used.
pub static CONFIG_INVALID: Code = Code::server("config/invalid", "A kcheck.yaml that cannot be used")
    .page(include_str!("pages/config-invalid.md"));

/// A named file, or a document of it, that holds no object.
pub(super) static NOT_KUBERNETES: Code =
    Code::server("yaml/not-kubernetes", "A mapping without apiVersion or kind, in a file that was named")
        .at(Level::Info)
        .of(Profile::Recommended)
        .page(include_str!("pages/not-kubernetes.md"));

/// A key of the configuration that does not exist.
pub static CONFIG_UNKNOWN_KEY: Code = Code {
    fixable: Fixable::Sometimes,
    ..Code::server("config/unknown-key", "A key, code or group in kcheck.yaml that does not exist")
        .page(include_str!("pages/config-unknown-key.md"))
};

/// Something in the configuration that matches nothing.
pub(super) static CONFIG_UNUSED: Code =
    Code::server("config/unused", "An exception or assumed object in kcheck.yaml that matches nothing")
        .at(Level::Warning)
        .of(Profile::Recommended)
        .page(include_str!("pages/config-unused.md"));

/// An exception whose last day is over.
pub(super) static CONFIG_EXPIRED: Code =
    Code::server("config/expired", "An exception in kcheck.yaml whose last day is over")
        .at(Level::Warning)
        .of(Profile::Recommended)
        .page(include_str!("pages/config-expired.md"));

/// A suppression that cannot be understood.
pub(super) static SUPPRESS_INVALID: Code = Code::server(
    "suppress/invalid",
    "A comment or annotation to kcheck that names no code, or one that does not exist",
)
.of(Profile::Recommended)
.page(include_str!("pages/suppress-invalid.md"));

/// A suppression of a locked code.
pub(super) static SUPPRESS_LOCKED: Code =
    Code::server("suppress/locked", "A suppression of a code that the configuration locks")
        .at(Level::Warning)
        .of(Profile::Recommended)
        .page(include_str!("pages/suppress-locked.md"));

/// A suppression without a reason.
pub(super) static SUPPRESS_NO_REASON: Code =
    Code::server("suppress/no-reason", "A suppression without a reason")
        .at(Level::Info)
        .of(Profile::Pedantic)
        .page(include_str!("pages/suppress-no-reason.md"));

/// A suppression that silences nothing.
pub(super) static SUPPRESS_UNUSED: Code = Code {
    fixable: Fixable::Sometimes,
    ..Code::server("suppress/unused", "A comment or annotation that silences nothing")
        .at(Level::Warning)
        .of(Profile::Recommended)
        .page(include_str!("pages/suppress-unused.md"))
};

/// Entries of a baseline that are gone.
pub(super) static BASELINE_STALE: Code =
    Code::server("baseline/stale", "Findings that a baseline knows and that are gone")
        .at(Level::Warning)
        .of(Profile::Recommended)
        .page(include_str!("pages/baseline-stale.md"));

/// Those of this floor.
pub static CODES: &[&Code] = &[
    &UNREADABLE,
    &CONFIG_INVALID,
    &NOT_KUBERNETES,
    &CONFIG_UNKNOWN_KEY,
    &CONFIG_UNUSED,
    &CONFIG_EXPIRED,
    &SUPPRESS_INVALID,
    &SUPPRESS_LOCKED,
    &SUPPRESS_NO_REASON,
    &SUPPRESS_UNUSED,
    &BASELINE_STALE,
];

/// Every code of every floor, by name.
pub fn all() -> &'static [&'static Code] {
    static ALL: LazyLock<Vec<&'static Code>> = LazyLock::new(|| {
        let mut codes: Vec<&'static Code> = Vec::new();
        codes.extend(crate::yaml::codes::CODES);
        codes.extend(crate::schema::CODES);
        codes.extend(crate::apiserver::codes::CODES);
        codes.extend(crate::rules::RULES.iter().map(|rule| &rule.code));
        codes.extend(crate::plan::CODES);
        codes.extend(CODES);
        codes.sort_by_key(|code| code.name);
        codes.dedup_by_key(|code| code.name);
        codes
    });
    &ALL
}
