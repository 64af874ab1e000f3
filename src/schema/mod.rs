//! The types of every Kubernetes version; structural typing of a document.

#[allow(dead_code, reason = "the typing of custom resources comes next")]
mod custom;
mod generated;
mod go;
mod minor;
pub mod quantity;
#[allow(dead_code, reason = "the typing of custom resources comes next")]
mod table;

pub use custom::Added;
pub use go::quote;
pub use minor::{Minor, MinorSet};
pub use table::{Field, Kind, ListType, Removed, Scope, Shape, Type, TypeId, TypeRef, Types};
