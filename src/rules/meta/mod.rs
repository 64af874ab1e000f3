//! Metadata: names, namespaces, labels.

pub mod default_namespace;
pub mod finalizer;
pub mod forbidden_annotation;
pub mod generate_name;
pub mod instance_label;
pub mod last_applied;
pub mod naked_pod;
pub mod namespace_missing;
pub mod namespaced_scope;
pub mod owner_reference;
pub mod recommended_labels;
pub mod required_label;
pub mod selector_overlap;
pub mod system_namespace;
