//! The objects of a cluster: store, typed model, terms that several components share.

pub mod affinity;
pub mod fit;
pub mod model;
pub mod tolerations;
