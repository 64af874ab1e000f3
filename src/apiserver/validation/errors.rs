//! What validation says, and how the server words it. Mirrors `field.ErrorList`.

use super::Path;
use crate::finding::{Code, Place};
use crate::object::Value;
use crate::schema::quote;

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
        }
    }
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
}

/// The errors of an object, in the server's order.
#[derive(Debug, Default)]
pub struct Errors {
    causes: Vec<Cause>,
}

impl Errors {
    /// Adds an error; returns it, so that plain words can be added.
    fn push(
        &mut self,
        reason: Reason,
        code: &'static Code,
        path: &Path<'_>,
        place: Place,
        message: String,
    ) -> &mut Cause {
        let at = self.causes.len();
        self.causes.push(Cause {
            reason,
            field: path.to_string(),
            message,
            place,
            code,
            plain: String::new(),
            help: None,
        });
        &mut self.causes[at]
    }

    /// `Required value`, or `Required value: detail`.
    pub fn required(
        &mut self,
        code: &'static Code,
        path: &Path<'_>,
        place: Place,
        detail: &str,
    ) -> &mut Cause {
        let colon = if detail.is_empty() { "" } else { ": " };
        self.push(Reason::Required, code, path, place, format!("Required value{colon}{detail}"))
    }

    /// `Invalid value: "text": detail`
    pub fn invalid_text(
        &mut self,
        code: &'static Code,
        path: &Path<'_>,
        place: Place,
        text: &str,
        detail: &str,
    ) -> &mut Cause {
        self.push(Reason::Invalid, code, path, place, format!("Invalid value: {}: {detail}", quote(text)))
    }

    /// `Invalid value: {"json":"value"}: detail`
    pub fn invalid(
        &mut self,
        code: &'static Code,
        path: &Path<'_>,
        place: Place,
        json: &str,
        detail: &str,
    ) -> &mut Cause {
        self.push(Reason::Invalid, code, path, place, format!("Invalid value: {json}: {detail}"))
    }

    /// `Invalid value: {"json":"value"}`
    pub fn invalid_bare(
        &mut self,
        code: &'static Code,
        path: &Path<'_>,
        place: Place,
        json: &str,
    ) -> &mut Cause {
        self.push(Reason::Invalid, code, path, place, format!("Invalid value: {json}"))
    }

    /// `Forbidden: detail`
    pub fn forbidden(
        &mut self,
        code: &'static Code,
        path: &Path<'_>,
        place: Place,
        detail: &str,
    ) -> &mut Cause {
        self.push(Reason::Forbidden, code, path, place, format!("Forbidden: {detail}"))
    }

    /// `Duplicate value: "text"`
    pub fn duplicate(
        &mut self,
        code: &'static Code,
        path: &Path<'_>,
        place: Place,
        text: &str,
    ) -> &mut Cause {
        self.push(Reason::Duplicate, code, path, place, format!("Duplicate value: {}", quote(text)))
    }

    /// `Unsupported value: "text": supported values: "a", "b"`
    pub fn not_supported(
        &mut self,
        code: &'static Code,
        path: &Path<'_>,
        place: Place,
        text: &str,
        supported: &[&str],
    ) -> &mut Cause {
        let list: Vec<String> = supported.iter().map(|s| quote(s)).collect();
        let message = format!("Unsupported value: {}: supported values: {}", quote(text), list.join(", "));
        self.push(Reason::NotSupported, code, path, place, message)
    }

    /// `Too long: may not be more than N bytes`
    pub fn too_long(&mut self, code: &'static Code, path: &Path<'_>, place: Place, max: usize) -> &mut Cause {
        let message = format!("Too long: may not be more than {max} bytes");
        self.push(Reason::TooLong, code, path, place, message)
    }

    /// True if nothing was said.
    pub fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }

    /// The errors.
    pub fn into_causes(self) -> Vec<Cause> {
        self.causes
    }
}

impl Cause {
    /// The same in plain words, one sentence that stands alone, and how to mend it.
    pub fn plain(&mut self, sentence: impl Into<String>, help: impl Into<String>) {
        self.plain = sentence.into();
        self.help = Some(help.into());
    }
}

/// The place to point at for a value of which something is missing: its first key, or the value itself.
pub(super) fn anchor(value: Value<'_>) -> Place {
    value.view().and_then(|view| view.entries().next()).map_or_else(|| value.place(), |(key, _)| key.place())
}
