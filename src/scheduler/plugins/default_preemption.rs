use crate::scheduler::framework::{Plugin, Point, PostFilter};

/// `DefaultPreemption`: Pods of lower priority go for a Pod that fits nowhere. What it does is in `scheduler::preemption`.
pub struct DefaultPreemption {
    /// `minCandidateNodesPercentage`: at least so many hundredths of the nodes in question are looked at.
    pub min_percentage: usize,
    /// `minCandidateNodesAbsolute`: at least so many nodes are looked at.
    pub min_absolute: usize,
}

impl Default for DefaultPreemption {
    fn default() -> Self {
        Self { min_percentage: 10, min_absolute: 100 }
    }
}

impl Plugin for DefaultPreemption {
    fn name(&self) -> &'static str {
        "DefaultPreemption"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PostFilter]
    }

    fn post_filter(&self) -> Option<PostFilter> {
        let (percentage, absolute) = (self.min_percentage, self.min_absolute);
        Some(PostFilter::Preempt { percentage, absolute })
    }
}
