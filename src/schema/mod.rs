//! The types of every Kubernetes version; structural typing of a document.

pub mod codes;
mod custom;
mod custom_check;
mod decode;
pub mod descriptions;
mod explain;
mod generated;
mod go;
pub mod json_schema;
mod location;
mod minor;
pub mod quantity;
mod resolve;
mod table;
mod typing;

pub use codes::CODES;
pub use custom::Added;
pub use go::{parse_duration, quote};
pub use location::{BadLocation, Location};
pub use minor::{Minor, MinorSet};
pub use resolve::{Resolved, deprecation_warning, resolve, split_api_version};
pub use table::{Field, Kind, ListType, Removed, Scope, Shape, Type, TypeId, TypeRef, Types};
pub use typing::{Options, Typing, check_object, type_object};
