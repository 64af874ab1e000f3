//! ControllerRevisions. Mirrors ValidateControllerRevisionCreate.

use super::super::field::Field;

/// Mirrors ValidateControllerRevisionCreate.
pub(in super::super) fn validate(revision: Field<'_>) {
    revision.field("revision").non_negative();
    let data = revision.field("data");
    if data.is_unset() {
        data.required("data is mandatory");
    } else if data.value().is_some_and(|value| !value.is_map()) {
        data.required("data must be a valid JSON object")
            .plain("`data` is no JSON object", "write an object");
    }
}
