//! Bytes to documents: splitter, parsers, arena, scalars, JSON.
//!
//! Not here: what a document means. This floor knows nothing of Kubernetes but how kubectl reads a file.

mod arena;
mod build;
pub mod codes;
mod directives;
mod duplicates;
pub mod edit;
mod emit;
mod encoding;
mod events;
mod explain;
mod fast;
mod full;
mod gosyntax;
mod json;
mod late;
mod scalar;
mod scan;
mod split;
mod utf16;

pub use arena::{Children, Comment, Document, Entries, Kind, Node, Repeated, View, flag};
pub use build::{Buffers, Builder};
pub use directives::{Directive, directives};
pub use duplicates::duplicate_keys;
pub use emit::to_json;
pub use json::{JsonError, read_json};
pub use split::{parse, parse_body, parse_reusing, parse_yaml, parse_yaml_fully};
