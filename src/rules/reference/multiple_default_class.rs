//! # `ref/multiple-default-class`
//!
//! ## What it does
//!
//! Reports a second IngressClass, StorageClass or VolumeSnapshotClass that is marked as the default.
//!
//! ## Why is this bad?
//!
//! With two default IngressClasses the server refuses every Ingress without a class. Of several default StorageClasses
//! the newest is taken, so the order in which manifests were applied decides where data goes. With two default
//! VolumeSnapshotClasses of a driver snapshots fail.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata:
//!   name: slow
//!   annotations: {storageclass.kubernetes.io/is-default-class: "true"}
//! provisioner: csi.example.com
//! ---
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata:
//!   name: fast
//!   annotations:
//!     storageclass.kubernetes.io/is-default-class: "true"
//! provisioner: csi.example.com
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata:
//!   name: slow
//!   annotations: {storageclass.kubernetes.io/is-default-class: "true"}
//! provisioner: csi.example.com
//! ---
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata:
//!   name: fast
//! provisioner: csi.example.com
//! ```
//!
//! ## When to ignore it
//!
//! When the manifests are alternatives: different folders are taken for different builds and not compared.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::yaml::duplicate_object::folder;
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/multiple-default-class",
        Level::Warning,
        Profile::Recommended,
        "Two default classes.",
        page!("multiple_default_class.rs"),
    ),
    check: Check::Tree(check),
};

/// Group, kind, annotation, and what happens with two of them.
const CLASSES: &[(&str, &str, &str, &str)] = &[
    (
        "networking.k8s.io",
        "IngressClass",
        "ingressclass.kubernetes.io/is-default-class",
        "the server refuses every Ingress that names no class",
    ),
    (
        "storage.k8s.io",
        "StorageClass",
        "storageclass.kubernetes.io/is-default-class",
        "claims that name no class get the one that was created last",
    ),
    (
        "snapshot.storage.k8s.io",
        "VolumeSnapshotClass",
        "snapshot.storage.kubernetes.io/is-default-class",
        "snapshots that name no class fail",
    ),
];

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for &(group, kind, annotation, consequence) in CLASSES {
        let is_default = |class: &&Object<'_>| class.annotation(annotation) == Some("true");
        let mut defaults: Vec<&Object<'_>> = Vec::new();
        for class in tree.own_of(group, kind).filter(is_default) {
            // Snapshots have a default for each driver.
            let driver = |of: &Object<'_>| of.value.get("driver").and_then(Value::as_str).map(str::to_owned);
            let other = defaults.iter().find(|other| {
                other.name != class.name
                    && folder(other) == folder(class)
                    && (kind != "VolumeSnapshotClass" || driver(other) == driver(class))
            });
            if let Some(other) = other {
                let value = class.metadata().and_then(|m| m.at(&["annotations", annotation]));
                let place = value.map_or_else(|| name_place(class), Value::place);
                out.push(
                    out.finding_in(
                        class,
                        place,
                        format!("{kind} `{}` is a second default: `{}` is one too", class.name, other.name),
                    )
                    .label("default")
                    .related(name_place(other), "the other default")
                    .field(format!("metadata.annotations[{annotation}]"))
                    .because(consequence),
                );
            }
            defaults.push(class);
        }
    }
}
