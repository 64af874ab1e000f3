//! # `ref/issuer`
//!
//! ## What it does
//!
//! Reports a Certificate of cert-manager, or an Ingress with its annotation, whose Issuer or ClusterIssuer is not in the
//! input.
//!
//! ## Why is this bad?
//!
//! No certificate is made: the Secret does not come, and whatever mounts it waits.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! metadata: {name: web}
//! spec:
//!   secretName: web
//!   dnsNames: [shop.example.com]
//!   issuerRef:
//!     kind: ClusterIssuer
//!     name: letsencrpyt
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! metadata: {name: web}
//! spec:
//!   secretName: web
//!   dnsNames: [shop.example.com]
//!   issuerRef:
//!     kind: ClusterIssuer
//!     name: letsencrypt
//! ---
//! apiVersion: cert-manager.io/v1
//! kind: ClusterIssuer
//! metadata: {name: letsencrypt}
//! spec: {selfSigned: {}}
//! ```
//!
//! ## When to ignore it
//!
//! Where issuers are kept elsewhere.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Sym, Value};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/issuer",
        Level::Warning,
        Profile::Recommended,
        "A certificate of an issuer that is not there.",
        page!("issuer.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

const GROUP: &str = "cert-manager.io";

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for certificate in tree.own_of(GROUP, "Certificate") {
        let Some(issuer) = certificate.spec().and_then(|spec| spec.get("issuerRef")) else { continue };
        let kind = if issuer.str("kind").is_empty() { "Issuer" } else { issuer.str("kind") };
        // Other issuers have groups of their own.
        let own = matches!(issuer.str("group"), "" | GROUP);
        if let Some(value) = issuer.get("name").filter(|_| own) {
            judge(tree, certificate, kind, value, "spec.issuerRef.name", out);
        }
    }
    for ingress in tree.own_of("networking.k8s.io", "Ingress") {
        let Some(annotations) = ingress.metadata().and_then(|metadata| metadata.get("annotations")) else {
            continue;
        };
        for (key, kind) in
            [("cert-manager.io/issuer", "Issuer"), ("cert-manager.io/cluster-issuer", "ClusterIssuer")]
        {
            if let Some(value) = annotations.get(key) {
                judge(tree, ingress, kind, value, &format!("metadata.annotations[{key}]"), out);
            }
        }
    }
}

fn judge(
    tree: &Tree<'_>,
    object: &Object<'_>,
    kind: &str,
    value: Value<'_>,
    field: &str,
    out: &mut Sink<'_>,
) {
    let name = value.as_str().unwrap_or_default();
    let namespace = if kind == "Issuer" { tree.namespace_of(object) } else { Sym::default() };
    if name.is_empty() || tree.has_custom(GROUP, kind, namespace, name) {
        return;
    }
    let message = match kind {
        "Issuer" => format!("Issuer `{name}` is nowhere in namespace {namespace}"),
        _ => format!("there is no {kind} `{name}`"),
    };
    out.push(out.finding_in(object, value.place(), message).label("no certificate is made").field(field));
}
