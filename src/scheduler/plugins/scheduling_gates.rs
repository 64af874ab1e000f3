use crate::cluster::model::Pod;
use crate::scheduler::framework::{Plugin, Point};
use crate::scheduler::objects::Objects;

/// `SchedulingGates`: a Pod with gates is not queued. The API server itself writes its condition (reason
/// `SchedulingGated`).
pub struct SchedulingGates;

impl Plugin for SchedulingGates {
    fn name(&self) -> &'static str {
        "SchedulingGates"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreEnqueue]
    }

    fn pre_enqueue(&self, pod: &Pod, _objects: &Objects) -> bool {
        pod.spec.gates.is_empty()
    }
}
