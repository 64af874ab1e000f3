use crate::cluster::model::Pod;
use crate::scheduler::framework::{Context, Plugin, Point, PostFilter, Score};
use crate::scheduler::snapshot::NodeInfo;

/// `DynamicResources`, for Pods without resource claims: it refuses nothing and scores nothing, but it takes part.
pub struct DynamicResources;

impl DynamicResources {
    /// What its `PostFilter` leaves in the message of a Pod that fits nowhere.
    pub fn post_filter(pod: &Pod) -> &'static str {
        if pod.spec.resource_claims.is_empty() {
            "no new claims to deallocate"
        } else {
            "still not schedulable"
        }
    }
}

impl Plugin for DynamicResources {
    fn name(&self) -> &'static str {
        "DynamicResources"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter, Point::PostFilter, Point::Score]
    }

    fn post_filter(&self) -> Option<PostFilter> {
        Some(PostFilter::Claims)
    }

    fn pre_score<'a>(&'a self, _context: &Context<'a>, _feasible: &[u32]) -> Option<Box<dyn Score + 'a>> {
        Some(Box::new(Nothing))
    }
}

struct Nothing;

impl Score for Nothing {
    fn score(&self, _node: &NodeInfo) -> i64 {
        0
    }
}
