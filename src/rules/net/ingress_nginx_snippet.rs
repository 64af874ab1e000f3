//! # `net/ingress-nginx-snippet`
//!
//! ## What it does
//!
//! Reports annotations `nginx.ingress.kubernetes.io/*-snippet`, and values of other annotations of ingress-nginx that
//! break out of their place (with `;`, `{`, a line break or `lua`).
//!
//! ## Why is this bad?
//!
//! The text becomes part of the configuration of the controller, which reads the Secrets of all namespaces: whoever
//! writes an Ingress reads them too (CVE-2021-25742 and its kin).
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata:
//!   name: web
//!   annotations:
//!     nginx.ingress.kubernetes.io/server-snippet: "return 301 /;"
//! spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata:
//!   name: web
//!   annotations:
//!     nginx.ingress.kubernetes.io/permanent-redirect: /
//! spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
//! ```
//!
//! ## When to ignore it
//!
//! Where only administrators write Ingresses.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/ingress-nginx-snippet",
        Level::Warning,
        Profile::Security,
        "An annotation that writes into the controller's configuration.",
        page!("ingress_nginx_snippet.rs"),
    ),
    check: Check::Kind(&[("networking.k8s.io", "Ingress")], check),
};

const PREFIX: &str = "nginx.ingress.kubernetes.io/";

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(annotations) = object.metadata().and_then(|metadata| metadata.get("annotations")) else {
        return;
    };
    for (key, value) in annotations.entries() {
        let Some(name) = key.strip_prefix(PREFIX) else { continue };
        let text = value.as_str().unwrap_or_default();
        let breaks_out = text.contains([';', '{', '\n'])
            && !matches!(name, "whitelist-source-range" | "configuration-snippet");
        if name.ends_with("-snippet") || (breaks_out && (text.contains("lua") || text.contains('}'))) {
            out.push(
                out.finding(
                    annotations.key_place(key),
                    format!("{name} becomes part of the controller's configuration"),
                )
                .label("which reads the Secrets of all namespaces")
                .field(format!("metadata.annotations[{key}]")),
            );
        }
    }
}
