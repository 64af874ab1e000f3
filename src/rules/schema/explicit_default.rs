//! # `schema/explicit-default`
//!
//! ## What it does
//!
//! Reports fields that are set to the server's default. Once for each object.
//!
//! ## Why is this bad?
//!
//! They say nothing. With server-side apply they make you the owner of fields that you do not care about.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   restartPolicy: Always
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
//!   containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! Where readers are to see the value, or a default may change.

use crate::finding::{Code, Edit, Fix, Fixable, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::View;
use crate::yaml::edit::remove_entry;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "schema/explicit-default",
        Level::Info,
        Profile::Pedantic,
        "A value that the server sets anyway.",
        page!("explicit_default.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

/// Fields of Pod specs, and their defaults.
const POD: &[(&str, &str)] = &[
    ("dnsPolicy", "ClusterFirst"),
    ("restartPolicy", "Always"),
    ("schedulerName", "default-scheduler"),
    ("terminationGracePeriodSeconds", "30"),
];
const CONTAINER: &[(&str, &str)] =
    &[("terminationMessagePath", "/dev/termination-log"), ("terminationMessagePolicy", "File")];
const PROBE: &[(&str, &str)] = &[
    ("failureThreshold", "3"),
    ("initialDelaySeconds", "0"),
    ("periodSeconds", "10"),
    ("successThreshold", "1"),
    ("timeoutSeconds", "1"),
];
const PORT: &[(&str, &str)] = &[("protocol", "TCP")];
const SERVICE: &[(&str, &str)] =
    &[("internalTrafficPolicy", "Cluster"), ("sessionAffinity", "None"), ("type", "ClusterIP")];
const DEPLOYMENT: &[(&str, &str)] =
    &[("progressDeadlineSeconds", "600"), ("replicas", "1"), ("revisionHistoryLimit", "10")];

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let mut found: Vec<(View<'_>, &'static str)> = Vec::new();
    if let Some(pod) = object.pod_template() {
        let job = &*object.gvk.group == "batch";
        look(&mut found, Some(pod.spec), if job { &POD[..1] } else { POD });
        for container in pod.containers() {
            look(&mut found, Some(container.value), CONTAINER);
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                look(&mut found, container.value.get(probe), PROBE);
            }
            for port in container.value.list("ports") {
                look(&mut found, Some(port), PORT);
            }
        }
    }
    if object.gvk.is("", "Service") {
        look(&mut found, object.spec(), SERVICE);
    } else if object.gvk.is("apps", "Deployment") {
        look(&mut found, object.spec(), DEPLOYMENT);
    }
    found.sort_by_key(|(holder, name)| holder.entry(name).map(|(key, _)| key.span()));
    let Some(((holder, name), others)) = found.split_first() else { return };
    let Some((key, _)) = holder.entry(name) else { return };
    let more = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
    let mut finding = out
        .finding(key.place(), format!("`{name}` says what the server sets anyway{more}"))
        .label("the default");
    for (holder, name) in others {
        if let Some((key, _)) = holder.entry(name) {
            finding = finding.related(key.place(), "");
        }
    }
    let edits: Option<Vec<Edit>> = found.iter().map(|(holder, name)| remove_entry(*holder, name)).collect();
    if let Some(mut edits) = edits {
        edits.sort_by_key(|edit| edit.span);
        finding = finding.fix(Fix::safe("remove what the server sets", edits));
    }
    out.push(finding);
}

/// Notes the fields of a mapping that are written with their default.
fn look<'v>(
    found: &mut Vec<(View<'v>, &'static str)>,
    holder: Option<Value<'v>>,
    fields: &'static [(&'static str, &'static str)],
) {
    let Some(view) = holder.and_then(Value::view) else { return };
    for &(name, default) in fields {
        if view.get(name).is_some_and(|value| value.text() == default) {
            found.push((view, name));
        }
    }
}
