//! # `ref/secret`
//!
//! ## What it does
//!
//! Reports a Secret that is needed (in a variable, `envFrom`, a volume, a projected volume, an Ingress's `tls`), that is
//! not optional, and that nothing in the input makes.
//!
//! ## Why is this bad?
//!
//! Without the Secret a Pod hangs in `CreateContainerConfigError` or `ContainerCreating`, and an Ingress serves the
//! controller's own certificate. Secrets are often made elsewhere, and should be: so this is information, to be compared
//! with what you know.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - {name: web, image: "web:1", envFrom: [{secretRef: {name: databse}}]}
//! ---
//! apiVersion: bitnami.com/v1alpha1
//! kind: SealedSecret
//! metadata: {name: database}
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
//!     - {name: web, image: "web:1", envFrom: [{secretRef: {name: database}}]}
//! ---
//! apiVersion: bitnami.com/v1alpha1
//! kind: SealedSecret
//! metadata: {name: database}
//! ```
//!
//! ## When to ignore it
//!
//! When a person, a pipeline or another repository makes it. ExternalSecrets, SealedSecrets, Certificates,
//! SecretProviderClasses and every other object of the input that names the Secret count as its maker, and so does the
//! cert-manager annotation of an Ingress.

use crate::finding::{Code, Level, Profile};
use crate::object::Via;
use crate::rules::{Check, Rule, Sink, Tree, missing, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/secret",
        Level::Info,
        Profile::Recommended,
        "A Secret that is needed and nothing makes.",
        page!("secret.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    // Image pull Secrets are not needed to start, and have a rule of their own.
    missing::report(tree, "Secret", |reference| reference.via != Via::ImagePull, out);
}
