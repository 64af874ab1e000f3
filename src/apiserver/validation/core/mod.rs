//! The core group. Mirrors `pkg/apis/core/validation`.

pub(super) mod config_map;
pub(super) mod pod;
pub(super) mod pod_template;
pub(super) mod replication_controller;
pub(super) mod secret;
pub(super) mod service;
