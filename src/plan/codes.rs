//! Codes of the plan's own problems.

use crate::finding::{Code, Profile};

macro_rules! plan_code {
    ($name:ident, $code:literal, $summary:literal, $page:literal) => {
        #[doc = $summary]
        pub(super) static $name: Code = Code::server($code, $summary).of(Profile::Plan).page($page);
    };
}

plan_code!(
    UNSCHEDULABLE,
    "reliability/unschedulable",
    "No node of the cluster takes the Pod",
    "## What it does\nReports Pods that stay Pending, with the scheduler's own message, the node that comes nearest with the \
     arithmetic of what it lacks, and the smallest change that mends it.\n\n## Why is this bad?\n`kubectl apply` succeeds. The \
     Pod never starts, a rollout that needs it never ends, and nobody says so.\n\n## When to ignore it\nWhen an autoscaler adds \
     nodes: describe the cluster as it will be with `--nodes`.\n"
);
plan_code!(
    NO_ENDPOINTS,
    "ref/service-no-endpoints",
    "A Service with a selector that no Pod of the settled cluster answers for",
    "## What it does\nReports Services that reach nothing once the cluster is at rest: no Pod has the labels, the Pods do not \
     run, or none declares the port that `targetPort` names.\n\n## Why is this bad?\nConnections to the Service are refused. \
     Nothing else says so: Service and Pods look healthy on their own.\n\n## When to ignore it\nWhen an operator makes the Pods \
     at run time.\n"
);
plan_code!(
    NOT_CREATED,
    "reliability/pods-not-created",
    "Pods that a controller wants and the API server refuses",
    "## What it does\nReports workloads whose Pods are refused when the controller makes them, with the server's own \
     sentence.\n\n## Why is this bad?\nThe workload itself is accepted, so `kubectl apply` says nothing; its Pods never \
     exist.\n\n## When to ignore it\nNever, unless what is missing (a ServiceAccount, a PriorityClass) is made elsewhere: give it \
     with `--cluster`.\n"
);
plan_code!(
    NOT_STARTED,
    "reliability/containers-not-started",
    "Pods with a node whose containers cannot start",
    "## What it does\nReports Pods that wait for a ConfigMap or Secret that nobody makes, in the kubelet's own words.\n\n## Why \
     is this bad?\nThe Pod holds its place on the node and never becomes ready.\n\n## When to ignore it\nWhen the object is made by \
     a controller, a Job or by hand: give it with `--cluster`.\n"
);
plan_code!(
    STALLED,
    "reliability/rollout-stalls",
    "A rollout that does not end",
    "## What it does\nReports Deployments whose new Pods do not become available, so that old ones stay.\n\n## Why is this \
     bad?\nThe change is never live, and the next one comes on top.\n\n## When to ignore it\nNever.\n"
);

/// All of them.
pub static CODES: &[&Code] = &[&UNSCHEDULABLE, &NO_ENDPOINTS, &NOT_CREATED, &NOT_STARTED, &STALLED];
