use crate::cluster::model::Pod;

/// `SchedulingGates`: a Pod with gates is not queued. The API server itself writes its condition (reason
/// `SchedulingGated`).
pub fn is_gated(pod: &Pod) -> bool {
    !pod.spec.gates.is_empty()
}
