//! Fields that no manifest should set.

pub mod deprecated_field;
pub mod explicit_default;
pub mod gated_field;
pub mod read_only_field;
