//! Flow control. Mirrors `pkg/apis/flowcontrol/validation`.

pub(super) mod flow_schema;
mod mandatory;
pub(super) mod priority_level;

use super::field::Field;

/// Conditions that somebody wrote: types that are there, once.
fn validate_conditions(object: Field<'_>) {
    let mut seen = rustc_hash::FxHashSet::default();
    for condition in object.field("status").each("conditions") {
        let kind = condition.field("type");
        kind.unique(kind.str(), &mut seen);
        kind.require("");
    }
}
