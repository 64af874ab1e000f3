//! The core group. Mirrors `pkg/apis/core/validation`.

pub(super) mod claim;
pub(super) mod config_map;
pub(super) mod endpoints;
pub(super) mod limit_range;
pub(super) mod namespace;
pub(super) mod node;
pub(super) mod node_selector;
pub(super) mod persistent_volume;
pub(super) mod pod;
pub(super) mod pod_template;
pub(super) mod replication_controller;
pub(super) mod resource_quota;
pub(super) mod resources;
pub(super) mod secret;
pub(super) mod service;
mod service_network;
pub(super) mod volume_sources;
