//! Images of containers.

pub mod latest;
