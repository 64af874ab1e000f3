//! How a manifest is written.

mod order;

pub mod duplicate_object;
pub mod multiple_merge_keys;
pub mod non_string_key;
pub mod octal_mode;
pub mod sorted_keys;
pub mod unrendered_template;
