//! State before, State after → Plan: changes, placements, pending, Services, and its problems.

mod build;
mod capacity;
mod codes;
mod diff;
mod explained;
mod problems;
mod values;

pub use build::{Applied, build};
pub use capacity::{NodesNeeded, Nowhere};
pub use codes::CODES;
pub use diff::field_changes;
pub use explained::{Explained, askable, explained};
pub use problems::problems;
pub use values::{
    Action, ApplyNote, Change, ClusterSource, Expected, FieldChange, NextRun, NotModelled, Plan,
    PlannedBudget, PlannedNode, PlannedPod, PlannedService, PlannedWorkload, PodState,
};
