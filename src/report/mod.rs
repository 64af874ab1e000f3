//! What people and programs read: findings (and plans) as text, JSON, annotations, Markdown, SARIF and JUnit.
//!
//! A run hands over values (`Report`); a renderer is a pure function from those to text. Nothing here decides what is
//! wrong, and nothing below this floor knows about terminals, colour or JSON.

pub mod baseline;
pub mod concise;
pub mod github;
pub mod gitlab;
pub mod identity;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod plan;
pub mod sarif;
mod stream;
pub mod text;
mod values;

pub use values::{Document, File, FileKind, Report, ServerAnswer, Skipped, Summary, Verdict};
