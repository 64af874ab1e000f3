//! Metadata: names, namespaces, labels.

pub mod namespaced_scope;
