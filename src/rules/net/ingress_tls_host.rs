//! # `net/ingress-tls-host`
//!
//! ## What it does
//!
//! Reports a host of an Ingress's rules that none of its `tls` hosts covers (`*.example.com` covers one more label), and
//! a `tls` host that no rule has.
//!
//! ## Why is this bad?
//!
//! A host without `tls` is served without encryption, or with the controller's own certificate, while its neighbours are
//! encrypted: mostly a slip. A `tls` host without a rule is a certificate that nothing is served with.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   tls: [{hosts: [shop.example.com], secretName: shop}]
//!   rules:
//!     - host: shop.example.com
//!     - host: api.example.com
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   tls: [{hosts: ["*.example.com"], secretName: shop}]
//!   rules:
//!     - host: shop.example.com
//!     - host: api.example.com
//! ```
//!
//! ## When to ignore it
//!
//! When some hosts are meant to be served without encryption. An Ingress without any `tls`, and a `tls` entry without
//! hosts, are not looked at.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/ingress-tls-host",
        Level::Warning,
        Profile::Recommended,
        "A host of an Ingress without a certificate, or a certificate without its host.",
        page!("ingress_tls_host.rs"),
    ),
    check: Check::Kind(&[("networking.k8s.io", "Ingress")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let mut hosts: Vec<(Value<'_>, &str, String)> = Vec::new();
    for (i, tls) in spec.list("tls").enumerate() {
        let before = hosts.len();
        for (j, host) in tls.list("hosts").enumerate() {
            if let Some(text) = host.as_str() {
                hosts.push((host, text, format!("spec.tls[{i}].hosts[{j}]")));
            }
        }
        // Without hosts the certificate is for any.
        if hosts.len() == before {
            return;
        }
    }
    if hosts.is_empty() {
        return;
    }
    for (i, rule) in spec.list("rules").enumerate() {
        let Some(value) = rule.get("host") else { continue };
        let Some(host) = value.as_str().filter(|host| !host.is_empty()) else { continue };
        if hosts.iter().any(|(_, tls, _)| covers(tls, host)) {
            continue;
        }
        out.push(
            out.finding(value.place(), format!("no certificate of this Ingress covers {host}"))
                .label("served without encryption, or with the controller's own certificate")
                .related(spec.key_place("tls"), "the certificates")
                .field(format!("spec.rules[{i}].host")),
        );
    }
    let any = spec.get("defaultBackend").is_some() || spec.list("rules").any(|r| r.str("host").is_empty());
    for (value, host, field) in &hosts {
        let used =
            spec.list("rules").any(|rule| covers(host, rule.str("host")) || covers(rule.str("host"), host));
        if !used && !any {
            out.push(
                out.finding(value.place(), format!("no rule of this Ingress is about {host}"))
                    .label("a certificate for nothing")
                    .field(field.clone()),
            );
        }
    }
}

/// True if a host, or a wildcard for one more label, covers a host.
fn covers(pattern: &str, host: &str) -> bool {
    pattern.eq_ignore_ascii_case(host)
        || pattern.strip_prefix("*.").is_some_and(|suffix| {
            host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(suffix))
        })
}
