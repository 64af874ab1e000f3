//! How a manifest is written.

pub mod duplicate_object;
pub mod octal_mode;
