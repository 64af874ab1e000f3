//! Requests and limits: `resources/*`.

pub mod best_effort;
pub mod cpu_limit;
pub mod empty_dir_limit;
pub mod ephemeral_storage;
pub mod hpa_capacity;
pub mod memory_request_below_limit;
pub mod no_cpu_limit;
pub mod no_cpu_request;
pub mod no_limit_range;
pub mod no_memory_limit;
pub mod no_memory_request;
pub mod no_quota;
pub mod not_guaranteed;
pub mod range;
pub mod suspicious_quantity;
