//! # `yaml/duplicate-object`
//!
//! ## What it does
//!
//! Reports an object that a folder holds twice: same group, kind, namespace and name.
//!
//! ## Why is this bad?
//!
//! There can be only one in a cluster, so the second to be applied overwrites the first: what is in the first file never
//! takes effect, or takes effect until the next apply. Which one that is depends on the order of files.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! data: {colour: red}
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! data: {colour: blue}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! data: {colour: blue}
//! ```
//!
//! ## When to ignore it
//!
//! When the files of the folder are alternatives to choose from. Different folders are taken for different builds
//! (overlays of one base, renderings of one chart), and are not compared.

use rustc_hash::FxHashMap;

use crate::finding::{Code, Level, Profile};
use crate::object::{Key, Object};
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "yaml/duplicate-object",
        Level::Warning,
        Profile::Recommended,
        "The same object twice in a folder.",
        page!("duplicate_object.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut first: FxHashMap<(&str, Key), &Object<'_>> = FxHashMap::default();
    for object in tree.own() {
        // `generateName` makes a new object each time.
        if object.metadata().is_none_or(|metadata| metadata.str("name").is_empty()) {
            continue;
        }
        match first.entry((folder(object), object.key())) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(object);
            }
            std::collections::hash_map::Entry::Occupied(other) => {
                let kind = object.gvk.kind;
                let message = format!("{kind} `{}` is in this folder twice", object.key().path());
                out.push(
                    out.finding_in(object, name_place(object), message)
                        .label("overwrites the other, or is overwritten")
                        .related(name_place(other.get()), "the same object")
                        .field("metadata.name"),
                );
            }
        }
    }
}

/// Path of the folder in which an object's file lies.
pub(in crate::rules) fn folder<'a>(object: &Object<'a>) -> &'a str {
    let path = object.value.view().map_or("", |view| view.document().source().path());
    path.rfind(['/', '\\']).map_or("", |at| &path[..at])
}
