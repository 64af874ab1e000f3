//! # `ref/config-unused`
//!
//! ## What it does
//!
//! Reports a ConfigMap, Secret or ServiceAccount of the input that nothing in the input names.
//!
//! ## Why is this bad?
//!
//! It is left over, or a reference to it has a wrong name.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//! data: {colour: red}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//! data: {colour: red}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec: {containers: [{name: web, image: "web:1", envFrom: [{configMapRef: {name: settings}}]}]}
//! ```
//!
//! ## When to ignore it
//!
//! For what programs read through the API (dashboards, leader election), and what other repositories use. Objects with
//! labels that an operator looks for are not told apart from others: hence the rule is off.

use rustc_hash::FxHashSet;

use crate::finding::{Code, Level, Profile};
use crate::object::{Sym, sym};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/config-unused",
        Level::Info,
        Profile::Pedantic,
        "A ConfigMap, Secret or ServiceAccount that nothing uses.",
        page!("config_unused.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut used: FxHashSet<(Sym, Sym, Sym)> = FxHashSet::default();
    for (object, references) in tree.references() {
        for reference in references {
            let namespace = reference.namespace.unwrap_or(object.namespace);
            used.insert((sym(reference.kind), namespace, reference.name));
        }
        for subject in object.value.list("subjects") {
            let namespace = subject.str("namespace");
            let namespace = if namespace.is_empty() { object.namespace } else { sym(namespace) };
            used.insert((sym(subject.str("kind")), namespace, sym(subject.str("name"))));
        }
        if object.gvk.is("", "ServiceAccount") {
            for list in ["imagePullSecrets", "secrets"] {
                used.extend(
                    object.value.list(list).map(|of| (sym("Secret"), object.namespace, sym(of.str("name")))),
                );
            }
        }
    }
    for kind in ["ConfigMap", "Secret", "ServiceAccount"] {
        for object in tree.own_of("", kind) {
            let token = object.value.str("type").starts_with("kubernetes.io/service-account-token");
            if token
                || &*object.name == "default"
                || used.contains(&(sym(kind), object.namespace, object.name))
                || tree.mentions(&object.name)
            {
                continue;
            }
            out.push(
                out.finding_in(object, name_place(object), format!("nothing uses {}", what(object)))
                    .label("named by nothing in the input")
                    .field("metadata.name"),
            );
        }
    }
}
