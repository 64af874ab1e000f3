//! Names under which a Service is found, in the default cluster domain.

use crate::cluster::model::Service;

/// The full name, which is also the one that a headless Service's Pods hang below.
pub fn service_names(service: &Service) -> Vec<String> {
    vec![format!("{}.{}.svc.cluster.local", service.meta.name, service.meta.namespace)]
}
