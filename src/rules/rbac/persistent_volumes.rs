//! # `rbac/persistent-volumes`
//!
//! ## What it does
//!
//! Reports a rule that allows `create` on PersistentVolumes.
//!
//! ## Why is this bad?
//!
//! A PersistentVolume may be a path of a node: with a claim and a Pod one reads and writes any file of any node, past
//! Pod Security.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata: {name: example}
//! rules:
//!   - apiGroups: [""]
//!     resources:
//!       - persistentvolumes
//!     verbs: [create]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata: {name: example}
//! rules:
//!   - apiGroups: [""]
//!     resources:
//!       - services
//!     verbs: [get]
//! ```
//!
//! ## When to ignore it
//!
//! For provisioners of volumes. A rule for all resources (`*`) is one finding, `rbac/wildcard`.

use crate::finding::{Code, Level, Profile};
use crate::rules::powers::{Power, report};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "rbac/persistent-volumes",
        Level::Info,
        Profile::Security,
        "Rights to make PersistentVolumes.",
        page!("persistent_volumes.rs"),
    ),
    check: Check::Tree(check),
};

pub(in crate::rules) const POWER: Power = Power {
    groups: &[""],
    resources: &["persistentvolumes"],
    verbs: &["create"],
    means: "mount any path of any node",
    label: "hostPath volumes among them",
    names: None,
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    report(tree, &POWER, out);
}
