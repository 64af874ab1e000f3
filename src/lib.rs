//! kcheck: a Kubernetes control plane that never starts.
//!
//! The pipeline that a manifest goes through in a cluster, run in memory, with the place in your file attached to
//! every sentence. The floors, lowest first; a floor uses only those above it in this list (`tests/it/floors.rs`).

/// A request's life: strict decode, defaulting, validation.
pub mod apiserver;
/// Arguments, commands, exit status.
pub mod cli;
/// The objects of a cluster: store, typed model, terms that several components share.
pub mod cluster;
/// The loops of kube-controller-manager, one file each.
pub mod controllers;
/// What is wrong, where, why, and how to mend it.
pub mod finding;
/// Endpoints of a Service, DNS names.
pub mod network;
/// The kubelet's side: what a node does with the Pods it is given.
pub mod nodes;
/// What every object has: identity, metadata, labels, selectors, quantities; values with overlays.
pub mod object;
/// The difference between two states, and what it means.
pub mod plan;
/// Plan and findings as text, JSON and GitHub annotations.
pub mod report;
/// Lint rules, one file each.
pub mod rules;
/// `check` and `plan` as functions.
pub mod run;
/// Queue, framework, one file per plugin, messages, explanation.
pub mod scheduler;
/// The types of every Kubernetes version; structural typing of a document.
pub mod schema;
/// The loop that brings a cluster to rest.
pub mod simulate;
/// Which files, their bytes, byte offset to line and column.
pub mod source;
/// Bytes to documents: splitter, parsers, arena, scalars, JSON.
pub mod yaml;
