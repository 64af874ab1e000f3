//! # `ref/storage-class`
//!
//! ## What it does
//!
//! Reports a `storageClassName` of a claim or of a StatefulSet's template of which the input has no StorageClass, while
//! it has others.
//!
//! ## Why is this bad?
//!
//! The claim stays Pending, and with it every Pod that mounts it.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec:
//!   storageClassName: fsat
//!   accessModes: [ReadWriteOnce]
//!   resources: {requests: {storage: 1Gi}}
//! ---
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata: {name: fast}
//! provisioner: csi.example.com
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec:
//!   storageClassName: fast
//!   accessModes: [ReadWriteOnce]
//!   resources: {requests: {storage: 1Gi}}
//! ---
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata: {name: fast}
//! provisioner: csi.example.com
//! ```
//!
//! ## When to ignore it
//!
//! When the class is the cloud's own. Nothing is reported while the input has no StorageClass, nor if a PersistentVolume
//! of the input has the same class name (then it is no more than a label).

use rustc_hash::FxHashSet;

use crate::finding::{Code, Level, Profile};
use crate::object::Reference;
use crate::rules::missing::{self, Where};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/storage-class",
        Level::Info,
        Profile::Recommended,
        "A StorageClass that is not in the input.",
        page!("storage_class.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    if tree.of("storage.k8s.io", "StorageClass").next().is_none() {
        return;
    }
    let volumes = tree.of("", "PersistentVolume").filter_map(crate::object::Object::spec);
    let by_hand: FxHashSet<&str> = volumes.map(|spec| spec.str("storageClassName")).collect();
    let wanted =
        |reference: &Reference| reference.kind == "StorageClass" && !by_hand.contains(&*reference.name);
    missing::report_all(tree, Where::Nowhere, wanted, out);
}
