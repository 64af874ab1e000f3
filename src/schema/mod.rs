//! The types of every Kubernetes version; structural typing of a document.

mod custom;
mod custom_check;
#[allow(dead_code, reason = "the explanations come next")]
mod decode;
mod explain;
mod generated;
mod go;
mod minor;
pub mod quantity;
#[allow(dead_code, reason = "the explanations come next")]
mod table;
mod typing;

pub use custom::Added;
pub use go::{parse_duration, quote};
pub use minor::{Minor, MinorSet};
pub use table::{Field, Kind, ListType, Removed, Scope, Shape, Type, TypeId, TypeRef, Types};
pub use typing::{Options, Typing, check_object, type_object};
