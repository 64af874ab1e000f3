//! API versions: `api/*`.

pub mod extension_removed;
pub mod replication_controller;
