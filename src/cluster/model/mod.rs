//! The typed model that simulation works on, lowered once from admitted objects.

mod meta;
mod service;
mod small;

pub use meta::{Cause, Meta, Owner};
pub use service::{ClusterIp, Service, ServicePort, ServiceType, TargetPort};
pub use small::{Namespace, Other, PriorityClass};
