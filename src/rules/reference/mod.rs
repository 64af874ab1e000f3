//! What an object names: `ref/*` (the word itself belongs to the language).

pub mod configmap;
pub mod hpa_target;
pub mod secret;
pub mod service_no_pods;
