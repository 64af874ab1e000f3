//! # `ref/configmap`
//!
//! ## What it does
//!
//! Reports a ConfigMap that a Pod needs (in a variable, `envFrom`, a volume, a projected volume), that is not optional,
//! and that nothing in the input makes.
//!
//! ## Why is this bad?
//!
//! The API server accepts the workload, the scheduler places its Pods, and there they hang: in
//! `CreateContainerConfigError`, or in `ContainerCreating` without end. `kubectl apply` and a rollout's first minutes
//! look fine.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - {name: web, image: "web:1", envFrom: [{configMapRef: {name: setings}}]}
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - {name: web, image: "web:1", envFrom: [{configMapRef: {name: settings}}]}
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! ```
//!
//! ## When to ignore it
//!
//! When something outside of the input makes it: an operator, another repository, a person. Nothing is reported if an
//! object of the input may make it (a custom resource or a command line that names it, a kustomization that generates
//! it, a Role that lets somebody write it).

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, Rule, Sink, Tree, missing, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/configmap",
        Level::Warning,
        Profile::Recommended,
        "A ConfigMap that a Pod needs and nothing makes.",
        page!("configmap.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    missing::report(tree, "ConfigMap", |_| true, out);
}
