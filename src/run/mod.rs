//! `check` and `plan` as functions: read, type, judge, settle; what `cli` and `lsp` share.

mod admit;
mod apply;
mod base;
mod baseline;
mod check;
mod cluster;
mod codes;
pub mod definitions;
mod expected;
mod fix;
mod json_schema;
mod judge;
mod lint;
mod nodes_needed;
mod plan;
mod policy;
mod read;
mod recognise;
mod replace;
mod scheduler;
mod second_run;
mod suppress;
mod tree;
mod upgrade;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cluster::ShorthandError;
use crate::finding::{Profile, Settings};
use crate::object::Pattern;
use crate::rules::Parameters;
use crate::schema::{Location, Minor, MinorSet};
use crate::source;

pub use apply::ApplyOrder;
pub use base::Base;
pub use baseline::Baseline;
pub use check::check;
pub use codes::{CODES, CONFIG_INVALID, CONFIG_UNKNOWN_KEY, all as codes};
pub use fix::{Fixed, fixed, mended};
pub use plan::{plan, plan_with};
pub use policy::{Exception, Policy, absolute};
pub use suppress::{is_known, near};

/// What to run on, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files, folders, globs, `-`.
    pub paths: Vec<PathBuf>,
    /// Texts of files of the tree in the place of what the disk has, by path as reports name it: what an editor holds, or
    /// what fixes make.
    pub texts: BTreeMap<String, Arc<str>>,
    /// Kubernetes versions to judge for, one or more; a plan plays one.
    pub minors: MinorSet,
    /// Namespace of objects that name none.
    pub namespace: String,
    /// More files with CustomResourceDefinitions.
    pub crds: Vec<PathBuf>,
    /// Where JSON Schemas of kinds lie that nobody else knows.
    pub schema_locations: Vec<Location>,
    /// Which codes, at which level.
    pub settings: Settings,
    /// What rules are told.
    pub parameters: Parameters,
    /// Exceptions, and what is assumed to exist.
    pub policy: Policy,
    /// Findings that are known.
    pub baseline: Option<Baseline>,
    /// Put decoded documents into the report.
    pub include_read: bool,
    /// Put objects as the server would store them into the report.
    pub include_stored: bool,
    /// Exports of a cluster.
    pub cluster: Vec<PathBuf>,
    /// Nodes in one word (`plan`).
    pub nodes: Vec<String>,
    /// What was there before: `check` tells what the change brings, `plan` lets the cluster come to rest with it first.
    pub base: Vec<Base>,
    /// Tell what the base has as well (`check`).
    pub all: bool,
    /// Delete what the base has and the tree does not (`plan`).
    pub prune: bool,
    /// In which order objects are applied (`plan`).
    pub apply_order: ApplyOrder,
    /// A `KubeSchedulerConfiguration` (`plan`).
    pub scheduler_config: Option<PathBuf>,
    /// Pods and workloads whose placement is explained: `name` or `namespace/name` (`plan`).
    pub explain: Vec<String>,
    /// Workloads of which is asked how many more replicas fit: `name` or `namespace/name` (`plan`).
    pub how_many: Vec<String>,
    /// The shape of nodes of which is asked how many are needed (`plan`).
    pub nodes_needed: Option<String>,
    /// The process ends with this run: what was read is left to the system, which takes it back at once, where giving
    /// back each part of it takes longer than to judge it (`check`).
    pub last: bool,
}

impl Default for Options {
    /// The folder that kcheck runs in, the default version and profile, no cluster.
    fn default() -> Self {
        Self {
            paths: vec![PathBuf::from(".")],
            texts: BTreeMap::new(),
            minors: MinorSet::one(Minor::DEFAULT),
            namespace: "default".to_owned(),
            crds: Vec::new(),
            schema_locations: Vec::new(),
            settings: Settings::of(&[Profile::Server, Profile::Recommended, Profile::Plan]),
            parameters: Parameters::default(),
            policy: Policy::default(),
            baseline: None,
            include_read: false,
            include_stored: false,
            cluster: Vec::new(),
            nodes: Vec::new(),
            base: Vec::new(),
            all: false,
            prune: false,
            apply_order: ApplyOrder::default(),
            scheduler_config: None,
            explain: Vec::new(),
            how_many: Vec::new(),
            nodes_needed: None,
            last: false,
        }
    }
}

impl Options {
    /// Objects that are said to exist.
    fn assumed(&self) -> Vec<Pattern> {
        self.policy.assume.iter().map(|(pattern, _)| pattern.clone()).collect()
    }
}

/// kcheck could not do its job; the user can mend it.
#[derive(Debug, thiserror::Error)]
pub enum Usage {
    /// A path.
    #[error(transparent)]
    Source(#[from] source::Usage),
    /// A named file that cannot be read.
    #[error("cannot read `{path}`: {why}")]
    Unread {
        /// The path as it was given.
        path: String,
        /// Why.
        why: String,
    },
    /// `--nodes`
    #[error("--nodes {given}: {error}")]
    Nodes {
        /// As given.
        given: String,
        /// Why it cannot be read.
        error: ShorthandError,
    },
    /// A base that cannot be read.
    #[error("--base {given}: {error}")]
    Base {
        /// As given.
        given: String,
        /// Why.
        error: source::GitError,
    },
    /// A scheduler's configuration that is none, or is not played.
    #[error("--scheduler-config {path}: {why}")]
    Scheduler {
        /// As given.
        path: String,
        /// Why.
        why: crate::scheduler::ConfigError,
    },
    /// `--nodes-needed`
    #[error("--nodes-needed {given}: {error}")]
    Shape {
        /// As given.
        given: String,
        /// Why it cannot be read.
        error: ShorthandError,
    },
    /// A workload to count that is not there, or has no replicas.
    #[error("--how-many {given}: the plan has no Deployment, StatefulSet, ReplicaSet or ReplicationController of that name{}", hint(.near.as_deref()))]
    HowMany {
        /// As given.
        given: String,
        /// The name that comes nearest.
        near: Option<String>,
    },
    /// A Pod to explain that is not there.
    #[error("--explain {given}: the plan has no Pod of that name, and no workload with Pods{}", hint(.near.as_deref()))]
    Explain {
        /// As given.
        given: String,
        /// The name that comes nearest.
        near: Option<String>,
    },
    /// A cluster export that is none.
    #[error("--cluster {path}: {why}")]
    Cluster {
        /// As given.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

fn hint(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}
