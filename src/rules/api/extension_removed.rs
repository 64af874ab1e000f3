//! # `api/extension-removed`
//!
//! ## What it does
//!
//! Reports versions of custom resources that their projects have removed: of cert-manager, Istio, the Gateway API,
//! External Secrets, Strimzi, Traefik, KEDA, volume snapshots and others.
//!
//! ## Why is this bad?
//!
//! With the current release of the project the server answers `no matches for kind`. The release that still has the
//! version gets no more fixes.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: cert-manager.io/v1alpha2
//! kind: Certificate
//! metadata: {name: web}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! metadata: {name: web}
//! ```
//!
//! ## When to ignore it
//!
//! While an old release is installed on purpose. The rule is off by default, for kcheck does not know which release you
//! run. The fix writes the new version where the fields are (nearly) the same; check again with the new
//! CustomResourceDefinitions.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "api/extension-removed",
        Level::Warning,
        Profile::Recommended,
        "A version of a well-known extension that is gone.",
        page!("extension_removed.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

/// Group, versions, the release that removed them, and what to use.
const REMOVED: &[(&str, &[&str], &str, &str)] = &[
    ("cert-manager.io", &["v1alpha2", "v1alpha3", "v1beta1"], "cert-manager 1.6", "cert-manager.io/v1"),
    (
        "acme.cert-manager.io",
        &["v1alpha2", "v1alpha3", "v1beta1"],
        "cert-manager 1.6",
        "acme.cert-manager.io/v1",
    ),
    ("certmanager.k8s.io", &["v1alpha1"], "cert-manager 0.11", "cert-manager.io/v1"),
    ("authentication.istio.io", &["v1alpha1"], "Istio 1.6", "security.istio.io/v1"),
    ("rbac.istio.io", &["v1alpha1"], "Istio 1.6", "security.istio.io/v1"),
    ("config.istio.io", &["v1alpha2"], "Istio 1.8", "telemetry.istio.io/v1"),
    ("networking.x-k8s.io", &["v1alpha1"], "Gateway API 0.3", "gateway.networking.k8s.io/v1"),
    ("external-secrets.io", &["v1alpha1", "v1beta1"], "External Secrets 0.17", "external-secrets.io/v1"),
    ("kubernetes-client.io", &["v1"], "External Secrets 0.1", "external-secrets.io/v1"),
    ("kafka.strimzi.io", &["v1alpha1", "v1beta1"], "Strimzi 0.24", "kafka.strimzi.io/v1beta2"),
    ("traefik.containo.us", &["v1alpha1"], "Traefik 3.0", "traefik.io/v1alpha1"),
    ("keda.k8s.io", &["v1alpha1"], "KEDA 2.0", "keda.sh/v1alpha1"),
    (
        "snapshot.storage.k8s.io",
        &["v1alpha1", "v1beta1"],
        "external-snapshotter 7.0",
        "snapshot.storage.k8s.io/v1",
    ),
    ("monitoring.coreos.com", &["alpha1"], "Prometheus Operator 0.17", "monitoring.coreos.com/v1"),
    ("autoscaling.k8s.io", &["v1beta1"], "Vertical Pod Autoscaler 0.14", "autoscaling.k8s.io/v1"),
    ("helm.fluxcd.io", &["v1"], "Flux 2", "helm.toolkit.fluxcd.io/v2"),
    ("extensions.istio.io", &["v1alpha0"], "Istio 1.12", "extensions.istio.io/v1alpha1"),
];

/// Groups whose objects are written in the new version as in the old one, but for a few fields.
const SAME_FIELDS: &[&str] = &[
    "cert-manager.io",
    "acme.cert-manager.io",
    "external-secrets.io",
    "kafka.strimzi.io",
    "traefik.containo.us",
    "snapshot.storage.k8s.io",
];

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let (group, version) = (&*object.gvk.group, &*object.gvk.version);
    let found = REMOVED.iter().find(|(of, versions, ..)| *of == group && versions.contains(&version));
    let Some((_, _, release, replacement)) = found else { return };
    let Some(value) = object.value.get("apiVersion") else { return };
    let message = format!("{group}/{version} is gone since {release}: now {replacement}");
    let mut finding =
        out.finding(value.place(), message).label(format!("now {replacement}")).field("apiVersion");
    if SAME_FIELDS.contains(&group)
        && let Some(edit) = Value::view(value).and_then(|view| replace_scalar(view, replacement))
    {
        finding = finding.fix(Fix::maybe(format!("write `{replacement}`"), vec![edit]));
    }
    out.push(finding);
}
