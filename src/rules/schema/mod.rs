//! Fields that no manifest should set.

pub mod read_only_field;
