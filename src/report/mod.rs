//! What people and programs read: findings (and plans) as text, JSON, annotations and Markdown.
//!
//! A run hands over values (`Report`); a renderer is a pure function from those to text. Nothing here decides what is
//! wrong, and nothing below this floor knows about terminals, colour or JSON.

pub mod concise;
pub mod github;
pub mod json;
pub mod markdown;
pub mod plan;
pub mod text;
mod values;

pub use values::{Document, File, FileKind, Report, ServerAnswer, Skipped, Summary, Verdict};
