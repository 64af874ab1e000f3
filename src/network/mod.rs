//! What reaches what: endpoints of Services, their DNS names, the numbers that they take; pure functions over `State`.

mod allocate;
mod dns;
mod endpoints;
mod nearest;

pub use allocate::refused;
pub use dns::service_names;
pub use endpoints::{Endpoint, Slice, SlicePort, slices};
pub use nearest::{Nearest, nearest};
