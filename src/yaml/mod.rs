//! Bytes to documents: splitter, parsers, arena, scalars, JSON.
//!
//! Not here: what a document means. This floor knows nothing of Kubernetes but how kubectl reads a file.

mod arena;
mod build;
mod json;

pub use arena::{Children, Comment, Document, Entries, Kind, Node, Repeated, View, flag};
pub use build::Builder;
pub use json::{JsonError, read_json};
