//! kcheck: a Kubernetes control plane that never starts.
//!
//! The pipeline that a manifest goes through in a cluster, run in memory, with the place in your file attached to
//! every sentence. The floors, lowest first; a floor uses only those above it in this list (`tests/it/floors.rs`).
//! The blank lines keep rustfmt from sorting them.

/// What is wrong, where, why, and how to mend it.
pub mod finding;

/// Which files, their bytes, byte offset to line and column.
pub mod source;

/// Bytes to documents: splitter, parsers, arena, scalars, JSON.
pub mod yaml;

/// The types of every Kubernetes version; structural typing of a document.
pub mod schema;

/// What every object has: identity, metadata, labels, selectors, quantities; values with overlays.
pub mod object;

/// A request's life: strict decode, defaulting, validation.
pub mod apiserver;

/// The objects of a cluster: store, typed model, terms that several components share.
pub mod cluster;

/// Endpoints of a Service, DNS names.
pub mod network;

/// The kubelet's side: what a node does with the Pods it is given.
pub mod nodes;

/// Queue, framework, one file per plugin, messages, explanation.
pub mod scheduler;

/// The loops of kube-controller-manager, one file each.
pub mod controllers;

/// The loop that brings a cluster to rest.
pub mod simulate;

/// Lint rules, one file each.
pub mod rules;

/// The difference between two states, and what it means.
pub mod plan;

/// Plan and findings as text, JSON and GitHub annotations.
pub mod report;

/// `check` and `plan` as functions.
pub mod run;

/// Arguments, commands, exit status.
pub mod cli;
