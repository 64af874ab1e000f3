//! Queue, framework, one file per plugin, messages, explanation.
//!
//! A mirror of `pkg/scheduler` of Kubernetes 1.36. What is random there is the smallest name here; what depends on the
//! clock there (backoff, batching) happens in the order that results if no time passes between attempts.

mod allocator;
mod attempt;
mod config;
mod counts;
mod cycle;
mod demand;
mod devices;
mod explain;
mod framework;
mod marks;
mod mend;
mod message;
mod objects;
pub mod plugins;
mod pools;
mod preemption;
mod profile;
mod queue;
mod ranking;
mod run;
mod selectors;
mod shape;
mod snapshot;
mod sparse;
mod terms;
mod topology;
mod verdict;
mod volumes;

pub use attempt::{Attempt, Candidate, Rejected, Scores};
pub use config::{ConfigError, Configuration};
pub use counts::{NodeRule, Query, Tally};
pub use devices::Devices;
pub use explain::{Explanation, Lack, NodeLack, amount};
pub use framework::{
    Code, Context, Event, Feasible, Filter, Plugin, Point, PostFilter, PreFilter, Reason, Reasons, Scope,
    Score, Status, default_normalize,
};
pub use mend::Mend;
pub use objects::{Budget, Objects};
pub use profile::Profile;
pub use run::{Detail, Scheduler};
pub use snapshot::{ClassId, NodeInfo, PodId, PodInfo, Snapshot};
pub use sparse::Sparse;
pub use terms::TermKind;
pub use topology::{Apart, Topology};
pub use volumes::Volumes;
