//! The objects of a cluster: store, typed model, terms that several components share.

pub mod model;
