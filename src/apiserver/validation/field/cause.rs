//! One error. Mirrors `field.Error`.

use crate::finding::{Code, Fix, Place};

/// Type of an error. Mirrors `field.ErrorType`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The value is wrong.
    Invalid,
    /// A value must be there.
    Required,
    /// The value is none of a closed set.
    NotSupported,
    /// The field may not be set.
    Forbidden,
    /// The value is there twice.
    Duplicate,
    /// The value is too long.
    TooLong,
    /// The list or map has too many items.
    TooMany,
    /// What the value names is not there.
    NotFound,
    /// The value is of the wrong type.
    TypeInvalid,
    /// The server could not judge.
    Internal,
}

impl Reason {
    /// Name of it in `details.causes`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "FieldValueInvalid",
            Self::Required => "FieldValueRequired",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Forbidden => "FieldValueForbidden",
            Self::Duplicate => "FieldValueDuplicate",
            Self::TooLong => "FieldValueTooLong",
            Self::TooMany => "FieldValueTooMany",
            Self::NotFound => "FieldValueNotFound",
            Self::TypeInvalid => "FieldValueTypeInvalid",
            Self::Internal => "InternalError",
        }
    }
}

/// A refusal that is no list of errors: the request ends with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stop {
    /// HTTP status.
    pub code: u16,
    /// `BadRequest`, `InternalError`, ...
    pub reason: &'static str,
    /// The server's whole sentence.
    pub message: String,
}

/// One error.
#[derive(Clone, PartialEq, Debug)]
pub struct Cause {
    /// Its type.
    pub reason: Reason,
    /// The server's path of the field; not always a path in the object.
    pub field: String,
    /// The server's sentence, without the field.
    pub message: String,
    /// Where it is in the file.
    pub place: Place,
    /// kcheck's name for it.
    pub code: &'static Code,
    /// The same in plain words, one sentence; empty where the server's own do.
    pub plain: String,
    /// How to mend it.
    pub help: Option<String>,
    /// A mend that kcheck can write.
    pub fix: Option<Fix>,
    /// The value is not in the file: defaulting made it, be it from another one.
    pub made: bool,
}
