//! # `ref/pull-secret`
//!
//! ## What it does
//!
//! Reports a name in `imagePullSecrets` of which the input has no Secret, or one that is not of type
//! `kubernetes.io/dockerconfigjson` (or the older `dockercfg`).
//!
//! ## Why is this bad?
//!
//! The kubelet leaves such a Secret out and asks the registry without a password: a private image ends in
//! `ImagePullBackOff`, with an error that speaks of the registry and not of the Secret.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Secret
//! metadata: {name: registry}
//! stringData: {password: example}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   imagePullSecrets:
//!     - name: registry
//!   containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Secret
//! metadata: {name: registry}
//! type: kubernetes.io/dockerconfigjson
//! data: {.dockerconfigjson: e30=}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   imagePullSecrets:
//!     - name: registry
//!   containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! When nodes have credentials of their own, or the Secret is made elsewhere, as it should be. Nothing is said of a
//! missing one while the input has no Secret at all in that namespace.

use rustc_hash::FxHashSet;

use crate::finding::{Code, Level, Profile};
use crate::object::Sym;
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/pull-secret",
        Level::Info,
        Profile::Recommended,
        "An image pull Secret that is missing, or of the wrong type.",
        page!("pull_secret.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let with_secrets: FxHashSet<Sym> = tree.of("", "Secret").map(|secret| secret.namespace).collect();
    for object in tree.own() {
        let Some(pod) = object.pod_template() else { continue };
        for (i, reference) in pod.spec.list("imagePullSecrets").enumerate() {
            let Some(value) = reference.get("name") else { continue };
            let Some(name) = value.as_str().filter(|name| !name.is_empty()) else { continue };
            let (message, why) = match tree.find("", "Secret", object.namespace, name) {
                Answer::Found(secret) => match secret.value.str("type") {
                    "kubernetes.io/dockerconfigjson" | "kubernetes.io/dockercfg" => continue,
                    "" => (format!("Secret `{name}` is no pull Secret"), "its type is Opaque".to_owned()),
                    other => (format!("Secret `{name}` is no pull Secret"), format!("its type is {other}")),
                },
                Answer::Missing if with_secrets.contains(&object.namespace) => (
                    format!("Secret `{name}` is nowhere in namespace {}", object.namespace),
                    "nothing makes it".to_owned(),
                ),
                _ => continue,
            };
            out.push(
                out.finding_in(object, value.place(), message)
                    .label(why)
                    .field(format!("{}.imagePullSecrets[{i}].name", pod.path))
                    .because("the kubelet leaves it out, and the registry refuses private images"),
            );
        }
    }
}
