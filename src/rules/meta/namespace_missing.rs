//! # `meta/namespace-missing`
//!
//! ## What it does
//!
//! Reports a namespace in which objects of the input are to be, and which is not in the input, though others are. Once
//! for each namespace.
//!
//! ## Why is this bad?
//!
//! `kubectl apply` fails with `namespaces "..." not found` for every object of that namespace.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata: {name: shop}
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   namespace: shpo
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata: {name: shop}
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   namespace: shop
//! ```
//!
//! ## When to ignore it
//!
//! When the namespace is made elsewhere (Terraform, a person): declare it with `assume`. Nothing is reported while the
//! input has no Namespace at all, nor if a kustomization of the input sets one.

use rustc_hash::FxHashSet;

use crate::finding::{Code, Level, Profile, nearest};
use crate::object::Sym;
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/namespace-missing",
        Level::Info,
        Profile::Recommended,
        "A namespace that nothing makes.",
        page!("namespace_missing.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    if tree.of("", "Namespace").next().is_none() || tree.rewrites_namespaces() {
        return;
    }
    let mut told: FxHashSet<Sym> = FxHashSet::default();
    for object in tree.own() {
        let name = object.namespace;
        let Some(value) = object.metadata().and_then(|metadata| metadata.get("namespace")) else { continue };
        if name.is_empty() || value.as_str() != Some(&*name) || !told.insert(name) {
            continue;
        }
        // Argo CD and the like keep their objects in one namespace; whatever names it may make it.
        if !matches!(tree.find("", "Namespace", Sym::default(), &name), Answer::Missing) {
            continue;
        }
        let names = tree.of("", "Namespace").map(|namespace| namespace.name.as_str());
        let label = match nearest(&name, names, 2) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "not in the input".to_owned(),
        };
        out.push(
            out.finding_in(object, value.place(), format!("nothing makes namespace {name}"))
                .label(label)
                .field("metadata.namespace")
                .because(format!("without it an apply fails: namespaces \"{name}\" not found")),
        );
    }
}
