//! # `schema/deprecated-field`
//!
//! ## What it does
//!
//! Reports fields that Kubernetes keeps only for old manifests: `serviceAccount` of a Pod spec, `loadBalancerIP` of a
//! Service, `externalID` of a Node.
//!
//! ## Why is this bad?
//!
//! They mean something else than people think, or nothing. `serviceAccount` is overwritten by `serviceAccountName`
//! wherever both are set; `loadBalancerIP` is ignored by most clouds.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   serviceAccount: web
//!   containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   serviceAccountName: web
//!   containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For `loadBalancerIP`, where the load balancer is known to read it. Nothing is reported if `serviceAccount` and
//! `serviceAccountName` say the same, as exports of clusters do.

use crate::finding::{Code, Edit, Fix, Fixable, Level, Profile};
use crate::object::Object;
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::View;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "schema/deprecated-field",
        Level::Warning,
        Profile::Recommended,
        "A field that is deprecated.",
        page!("deprecated_field.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    if let Some(pod) = object.pod_template()
        && let Some(spec) = pod.spec.view()
    {
        service_account(spec, pod.path, out);
    }
    let (field, instead) = match (&*object.gvk.group, &*object.gvk.kind) {
        ("", "Service") => ("loadBalancerIP", "the load balancer's own annotation"),
        ("", "Node") => ("externalID", "`providerID`"),
        _ => return,
    };
    let Some(spec) = object.spec() else { return };
    let Some(value) = spec.get(field).filter(|value| value.as_str() != Some("")) else { return };
    if value.view().is_some() {
        out.push(
            out.finding(spec.key_place(field), format!("`{field}` is deprecated: now {instead}"))
                .label("deprecated")
                .field(format!("spec.{field}")),
        );
    }
}

/// Defaulting copies the one into the other; what counts is what is written.
fn service_account(spec: View<'_>, path: &str, out: &mut Sink<'_>) {
    let Some((key, old)) = spec.entry("serviceAccount") else { return };
    let new = spec.get("serviceAccountName").and_then(View::as_str);
    if old.is_null() || new == old.as_str() {
        return;
    }
    let message = "`serviceAccount` is deprecated: now `serviceAccountName`";
    let finding =
        out.finding(key.place(), message).label("deprecated").field(format!("{path}.serviceAccount"));
    out.push(match new {
        Some(_) => finding.because("`serviceAccountName` goes before it"),
        None => {
            let edit =
                Edit { file: key.document().file(), span: key.span(), text: "serviceAccountName".into() };
            finding.fix(Fix::safe("rename it to `serviceAccountName`", vec![edit]))
        }
    });
}
