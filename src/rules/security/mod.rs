//! What a container may do to its node.

pub mod privileged;
