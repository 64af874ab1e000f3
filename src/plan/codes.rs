//! Codes of the plan's own problems.

use crate::finding::{Code, Level, Profile};

const fn plan(name: &'static str, summary: &'static str, page: &'static str) -> Code {
    Code::server(name, summary).of(Profile::Plan).page(page)
}

/// Pods without a node.
pub(super) static UNSCHEDULABLE: Code = plan(
    "reliability/unschedulable",
    "No node of the cluster takes the Pod",
    include_str!("pages/unschedulable.md"),
);

/// Pods of a scheduler that is not played.
pub(super) static UNKNOWN_SCHEDULER: Code = plan(
    "reliability/unknown-scheduler",
    "Pods that another scheduler places, which is not played",
    include_str!("pages/unknown_scheduler.md"),
)
.at(Level::Warning);

/// Services that reach nothing.
pub(super) static NO_ENDPOINTS: Code = plan(
    "ref/service-no-endpoints",
    "A Service that reaches no Pod once the cluster is at rest",
    include_str!("pages/no_endpoints.md"),
);

/// Pods that the server refuses.
pub(super) static NOT_CREATED: Code = plan(
    "reliability/pods-not-created",
    "Pods that a controller wants and the API server refuses",
    include_str!("pages/not_created.md"),
);

/// Pods that wait on their node.
pub(super) static NOT_STARTED: Code = plan(
    "reliability/containers-not-started",
    "Pods on a node whose containers cannot start",
    include_str!("pages/not_started.md"),
);

/// Objects that this cluster refuses.
pub(super) static REFUSED: Code = plan(
    "api/refused-here",
    "An object that this cluster refuses, though another would not",
    include_str!("pages/refused.md"),
);

/// Pods that go for more important ones.
pub(super) static PREEMPTS: Code =
    plan("reliability/preempts", "Pods that go for more important ones", include_str!("pages/preempts.md"))
        .at(Level::Warning);

/// A cluster that was not brought to rest.
pub(super) static CUT_SHORT: Code = plan(
    "reliability/not-played-out",
    "A plan that stops before the cluster is at rest",
    include_str!("pages/cut_short.md"),
);

/// All of them.
pub static CODES: &[&Code] = &[
    &UNSCHEDULABLE,
    &UNKNOWN_SCHEDULER,
    &NO_ENDPOINTS,
    &NOT_CREATED,
    &NOT_STARTED,
    &PREEMPTS,
    &REFUSED,
    &CUT_SHORT,
];
