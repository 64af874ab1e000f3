//! Images of containers.

pub mod gatekeeper_prefix;
pub mod invalid;
pub mod known_bad;
pub mod latest;
pub mod no_digest;
pub mod pull_policy;
pub mod pull_policy_never;
pub mod registry;
pub mod retired_registry;
pub mod short_name;
pub mod tag_and_digest;
