//! The plan as a value: what is different after the manifests were applied and the cluster came to rest.

use std::collections::BTreeMap;

use crate::cluster::Event;
use crate::cluster::model::{PodDisruptionBudget, ServicePort, ServiceType, WorkloadStatus};
use crate::finding::{Finding, Place};
use crate::network::{Nearest, Slice};
use crate::object::{Gvk, Labels, Sym};
use crate::simulate::{CutShort, Room};

use super::{Explained, NodesNeeded};

/// What happens to an object of the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// It was not there.
    Create,
    /// It was there and changes.
    Update,
    /// It was there, and is as the manifest says.
    Unchanged,
    /// The server refuses it.
    Refused,
    /// The base has it and the tree does not: it stays.
    Absent,
    /// The base has it and the tree does not: it is pruned.
    Delete,
}

impl Action {
    /// The name in the machine format.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
            Self::Absent => "absent",
            Self::Delete => "delete",
        }
    }
}

/// A field that changes; values as compact JSON, `None` for absent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldChange {
    /// Path in the object.
    pub path: String,
    /// What is there.
    pub before: Option<String>,
    /// What will be there.
    pub after: Option<String>,
}

/// An object of the tree and what happens to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// What happens.
    pub action: Action,
    /// Type.
    pub gvk: Gvk,
    /// Namespace; empty for cluster-scoped kinds.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
    /// Position of its document; `None` for what the tree does not have.
    pub document: Option<u32>,
    /// Its fields that change.
    pub fields: Vec<FieldChange>,
    /// Why it is refused: code, reason, message.
    pub refusal: Option<(u16, &'static str, String)>,
    /// It is refused for what this cluster holds, not for what it is.
    pub here: bool,
    /// Why, field by field, if it cannot take the place of what is there.
    pub because: Vec<Finding>,
    /// Labels of the Pods that it makes, if it makes any.
    pub pod_labels: Option<Labels>,
    /// False for what is there and does not work.
    pub works: bool,
}

/// How a Pod is when the cluster is at rest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PodState {
    /// Its containers run.
    Running,
    /// It has no node.
    Pending,
    /// Another scheduler places it, which is not played.
    Unknown,
    /// It has a node, and its containers do not start.
    Waiting,
    /// Its containers ended with success.
    Succeeded,
    /// They ended without.
    Failed,
    /// It is being deleted.
    Terminating,
    /// It was there before.
    Gone,
}

impl PodState {
    /// The name in the machine format.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Pending => "pending",
            Self::Unknown => "unknown",
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Terminating => "terminating",
            Self::Gone => "gone",
        }
    }
}

/// A Pod at rest.
#[derive(Clone, PartialEq, Debug)]
pub struct PlannedPod {
    /// Namespace.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
    /// Kind and name of its owners, the nearest first: ReplicaSet, then Deployment.
    pub owners: Vec<(Sym, Sym)>,
    /// Position of the causing document.
    pub document: Option<u32>,
    /// Where it landed.
    pub node: Option<Sym>,
    /// The node that preemption keeps for it.
    pub nominated: Option<Sym>,
    /// How it is.
    pub state: PodState,
    /// One word, if it does not run.
    pub reason: Option<String>,
    /// The component's own sentence.
    pub message: Option<String>,
    /// Nodes that were equally good.
    pub ties: Vec<Sym>,
    /// The node that it was on before, if it was there.
    pub node_before: Option<Sym>,
    /// True if it was there before and is as it was.
    pub untouched: bool,
}

/// A Service at rest.
#[derive(Clone, PartialEq, Debug)]
pub struct PlannedService {
    /// Namespace.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
    /// Type.
    pub kind: ServiceType,
    /// The address asked for, `None` for headless, `?` if the cluster chooses.
    pub cluster_ip: String,
    /// Position of its document.
    pub document: Option<u32>,
    /// Ports.
    pub ports: Vec<ServicePort>,
    /// True if it has a selector, so that the cluster makes its endpoints.
    pub selects: bool,
    /// Where an ExternalName points.
    pub external_name: Sym,
    /// What it reaches.
    pub slices: Vec<Slice>,
    /// Endpoints that got traffic before; `None` for a Service that was not there.
    pub ready_before: Option<usize>,
    /// Its names.
    pub dns: Vec<String>,
    /// Whom it most likely meant, if it reaches nothing.
    pub nearest: Option<Nearest>,
    /// It reaches nothing here, and something that is not played may make its Pods.
    pub foreign: bool,
}

impl PlannedService {
    /// True for one that should reach Pods and reaches none.
    pub fn is_silent(&self) -> bool {
        self.selects && !self.foreign && self.ready() == 0
    }

    /// Endpoints that get traffic.
    pub fn ready(&self) -> usize {
        ready(&self.ports, &self.slices)
    }
}

/// Endpoints of a Service with these ports that get traffic.
pub(super) fn ready(ports: &[ServicePort], slices: &[Slice]) -> usize {
    let reached = slices.iter().filter(|s| !s.ports.is_empty() || ports.is_empty());
    reached.flat_map(|s| &s.endpoints).filter(|e| e.ready).count()
}

/// A workload at rest.
#[derive(Clone, PartialEq, Debug)]
pub struct PlannedWorkload {
    /// Kind.
    pub kind: &'static str,
    /// Namespace.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
    /// How many Pods it wants.
    pub wants: i64,
    /// Position of its document.
    pub document: Option<u32>,
    /// Counts and conditions.
    pub status: WorkloadStatus,
}

/// A node at rest.
#[derive(Clone, PartialEq, Debug)]
pub struct PlannedNode {
    /// Name.
    pub name: Sym,
    /// Pods on it.
    pub pods: i64,
    /// What Pods can use: resource and amount (CPU in millicores, else base units).
    pub allocatable: BTreeMap<Sym, i64>,
    /// What its Pods ask.
    pub requested: BTreeMap<Sym, i64>,
}

/// A PodDisruptionBudget at rest.
#[derive(Clone, PartialEq, Debug)]
pub struct PlannedBudget {
    /// Namespace.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
    /// What it says, and its status.
    pub budget: PodDisruptionBudget,
}

/// What the next run of a CronJob would come to, played on a fork of the cluster at rest.
#[derive(Clone, PartialEq, Debug)]
pub struct NextRun {
    /// Namespace.
    pub namespace: Sym,
    /// Name of the CronJob.
    pub name: Sym,
    /// Its schedule.
    pub schedule: Sym,
    /// Position of its document.
    pub document: Option<u32>,
    /// Its Pods.
    pub pods: Vec<PlannedPod>,
}

/// Where the nodes come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClusterSource {
    /// Nobody said anything.
    Default,
    /// `--nodes`
    Nodes,
    /// `--nodes-needed`
    Needed,
    /// Node objects of the tree.
    Tree,
    /// `--cluster PATH`
    Path(String),
}

/// Something that kcheck does not play.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NotModelled {
    /// Kind and name.
    pub what: String,
    /// How many objects it concerns.
    pub objects: u32,
}

/// What is different after the manifests were applied and the cluster came to rest.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the nodes come from.
    pub source: ClusterSource,
    /// Objects of the cluster before.
    pub objects: usize,
    /// Namespace of objects that name none.
    pub namespace: Sym,
    /// What was not played to its end; nothing if the cluster came to rest.
    pub cut_short: Vec<CutShort>,
    /// Objects of the tree, in order of namespace, kind and name.
    pub changes: Vec<Change>,
    /// Pods, by namespace and name.
    pub pods: Vec<PlannedPod>,
    /// Services, by namespace and name.
    pub services: Vec<PlannedService>,
    /// What components reported.
    pub events: Vec<Event>,
    /// Workloads, by kind, namespace and name.
    pub workloads: Vec<PlannedWorkload>,
    /// Nodes, by name.
    pub nodes: Vec<PlannedNode>,
    /// PodDisruptionBudgets, by namespace and name.
    pub budgets: Vec<PlannedBudget>,
    /// CronJobs' next runs.
    pub next_runs: Vec<NextRun>,
    /// Pods that somebody asked about.
    pub explained: Vec<Explained>,
    /// How many more replicas of workloads fit, as was asked.
    pub rooms: Vec<Room>,
    /// How many nodes are needed, if that was asked.
    pub nodes_needed: Option<NodesNeeded>,
    /// What one `kubectl apply -R` in the order of the files does not get done.
    pub apply: Vec<ApplyNote>,
    /// What kcheck does not play.
    pub not_modelled: Vec<NotModelled>,
    /// Namespaces that nobody makes, taken to be there.
    pub assumed: Vec<Sym>,
    /// Objects that no manifest makes and something in the tree may, taken to be there.
    pub expected: Vec<Expected>,
}

/// An object that is made while the cluster runs, as far as can be told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Expected {
    /// Kind.
    pub kind: &'static str,
    /// Namespace.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
    /// Why it is taken to be there.
    pub why: &'static str,
    /// Kind and name of the workloads that wait for it until then.
    pub users: Vec<(Sym, Sym)>,
}

/// A line that `kubectl apply` prints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApplyNote {
    /// True for an error, else a warning.
    pub error: bool,
    /// The line.
    pub text: String,
    /// The line of the tree that causes it.
    pub place: Option<Place>,
}

impl Plan {
    /// Why it was not played to its end, in one line; `None` if the cluster came to rest.
    pub fn unsettled(&self) -> Option<String> {
        let why: Vec<_> = self.cut_short.iter().map(|cut| cut.why.as_str()).collect();
        Some(why.join("; ")).filter(|why| !why.is_empty())
    }

    /// True if applying the tree changes the cluster.
    pub fn changes_anything(&self) -> bool {
        self.changes.iter().any(|change| matches!(change.action, Action::Create | Action::Update))
    }
}
