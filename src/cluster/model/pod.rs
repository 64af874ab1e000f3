//! A Pod.

use std::sync::Arc;

use smallvec::SmallVec;

use super::meta::Meta;
use super::pod_spec::{PodResourceClaim, PodSpec};
use super::requests::Requests;
use crate::object::{Sym, sym};

/// `status.phase`
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Phase {
    /// Not all containers have started.
    #[default]
    Pending,
    /// Bound, and at least one container runs.
    Running,
    /// All containers ended with success.
    Succeeded,
    /// All containers ended, one without success.
    Failed,
}

impl Phase {
    /// True if its containers have ended for good: it uses no resources any more.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// An entry of `status.conditions`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Condition {
    /// Type, as `Ready`.
    pub kind: Sym,
    /// Status: `True`, `False` or `Unknown`.
    pub status: Sym,
    /// Reason; may be empty.
    pub reason: Sym,
}

/// Why a kubelet cannot start a container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// One word: `CreateContainerConfigError`, `ContainerCreating`, ...
    pub reason: &'static str,
    /// The kubelet's sentence.
    pub message: String,
    /// Kind and name of the object that is missing.
    pub wants: (&'static str, Sym),
}

/// A Pod, as scheduler, kubelet and controllers see it.
#[derive(Clone, Debug)]
pub struct Pod {
    /// Metadata; the cause is the manifest line that it comes from.
    pub meta: Meta,
    /// Its spec, shared by all Pods of one template.
    pub spec: Arc<PodSpec>,
    /// `spec.nodeName`
    pub node: Option<Sym>,
    /// `status.nominatedNodeName`
    pub nominated: Option<Sym>,
    /// `status.phase`
    pub phase: Phase,
    /// `status.startTime` in seconds since 1970.
    pub start: Option<i64>,
    /// It has a deletion timestamp.
    pub deleting: bool,
    /// `status.conditions`
    pub conditions: SmallVec<[Condition; 1]>,
    /// Its number in the order of creation, from 1; 0 until it is in a `State`.
    pub created: u64,
    /// It passes its readiness checks: condition `Ready`.
    pub ready: bool,
    /// Why its containers have not started although it has a node.
    pub waiting: Option<Waiting>,
    /// With what code its first container ended, if it has.
    pub exit_code: Option<i64>,
    /// Digest of the template that it was made of; 0 if no controller of this run made it.
    pub template: u64,
    /// `status.resourceClaimStatuses`: the claims that were made for it, by the name in its spec. An empty name: none is
    /// needed.
    pub claims: Vec<(Sym, Sym)>,
    /// What it counts on its node if its status tells of an in-place resize; else its spec's requests count.
    pub resized: Option<Arc<Requests>>,
}

impl Pod {
    /// A pending Pod.
    pub fn new(meta: Meta, spec: Arc<PodSpec>) -> Self {
        Self {
            meta,
            node: spec.node_name,
            spec,
            nominated: None,
            phase: Phase::Pending,
            start: None,
            deleting: false,
            conditions: SmallVec::new(),
            created: 0,
            ready: false,
            waiting: None,
            exit_code: None,
            template: 0,
            claims: Vec::new(),
            resized: None,
        }
    }

    /// What it counts on a node.
    pub fn requests(&self) -> &Requests {
        self.resized.as_deref().unwrap_or(&self.spec.requests)
    }

    /// The claim behind an entry of `resourceClaims`; `None` if none is needed (`resourceclaim.Name`). One that is made
    /// for the Pod has a random suffix in a cluster; here it is named after the Pod and the entry.
    pub fn resource_claim(&self, reference: &PodResourceClaim) -> Option<Sym> {
        if reference.claim.is_some() {
            return reference.claim;
        }
        match self.claims.iter().find(|(name, _)| *name == reference.name) {
            Some((_, claim)) if claim.is_empty() => None,
            Some((_, claim)) => Some(*claim),
            None => Some(sym(&format!("{}-{}", self.meta.name, reference.name))),
        }
    }

    /// The condition of a type.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions.iter().find(|c| &*c.kind == kind)
    }
}
