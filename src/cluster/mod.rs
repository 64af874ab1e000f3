//! The objects of a cluster: store, typed model, terms that several components share.

mod admission;
pub mod affinity;
mod binding;
mod cascade;
mod defaults;
mod events;
pub mod fit;
mod lower;
pub mod model;
mod shorthand;
mod state;
pub mod tolerations;

pub use admission::{Admissions, Admitted, Refusal, admit, take_quota};
pub use binding::{bind_volume, matching_volume, provision};
pub use cascade::delete;
pub use defaults::{DEFAULT_NODES, add_default_cluster, add_system_objects, assumed_class, plain_node};
pub use events::{Event, Events};
pub use lower::lower;
pub use shorthand::{MAX_NODES, Shape, ShorthandError, read_nodes};
pub use state::{Entity, State, Store};
