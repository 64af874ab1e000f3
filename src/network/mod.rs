//! What reaches what: endpoints of Services and their DNS names, as pure functions over `State`.

mod dns;
mod endpoints;
mod nearest;

pub use dns::service_names;
pub use endpoints::{Endpoint, Slice, SlicePort, slices};
pub use nearest::{Nearest, nearest};
