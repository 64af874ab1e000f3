//! # `schema/gated-field`
//!
//! ## What it does
//!
//! Reports a field whose feature gate is off by default in Kubernetes 1.36.
//!
//! ## Why is this bad?
//!
//! A server with default gates drops the field without a word: the manifest is accepted, and does not do what it says.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   updateStrategy:
//!     type: RollingUpdate
//!     rollingUpdate: {maxUnavailable: 2}
//!   selector: {matchLabels: {app: db}}
//!   template:
//!     metadata: {labels: {app: db}}
//!     spec: {containers: [{name: db, image: "db:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   updateStrategy:
//!     type: RollingUpdate
//!     rollingUpdate: {partition: 2}
//!   selector: {matchLabels: {app: db}}
//!   template:
//!     metadata: {labels: {app: db}}
//!     spec: {containers: [{name: db, image: "db:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! In clusters that switch the gate on.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "schema/gated-field",
        Level::Warning,
        Profile::Recommended,
        "A field that servers drop unless a feature gate is on.",
        page!("gated_field.rs"),
    ),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let mut report = |holder: Option<Value<'_>>, name: &str, gate: &str, path: String| {
        let Some(holder) = holder.filter(|holder| holder.get(name).is_some()) else { return };
        out.push(
            out.finding(holder.key_place(name), format!("servers drop `{name}`: the gate {gate} is off"))
                .label("dropped without a word")
                .field(format!("{path}.{name}"))
                .because("it is off by default in Kubernetes 1.36"),
        );
    };
    if let Some(at) = PodAt::of(object) {
        report(Some(at.pod.spec), "schedulingGroup", "GenericWorkload", at.pod.path.to_owned());
        for container in at.containers() {
            let lifecycle = container.container.value.get("lifecycle");
            report(lifecycle, "stopSignal", "ContainerStopSignals", container.field("lifecycle"));
        }
        for (i, volume) in at.pod.spec.list("volumes").enumerate() {
            let sources = volume.get("projected").into_iter().flat_map(|projected| projected.list("sources"));
            for (j, source) in sources.enumerate() {
                let path = at.field(&format!("volumes[{i}].projected.sources[{j}]"));
                report(Some(source), "clusterTrustBundle", "ClusterTrustBundleProjection", path.clone());
                report(Some(source), "podCertificate", "PodCertificateRequest", path);
            }
        }
    }
    let spec = object.spec();
    match (&*object.gvk.group, &*object.gvk.kind) {
        ("apps", "StatefulSet") => {
            let path = "spec.updateStrategy.rollingUpdate";
            let rolling = spec.and_then(|spec| spec.at(&["updateStrategy", "rollingUpdate"]));
            // Defaulting may add the field; what counts is what is written.
            let written = rolling.filter(|r| r.get("maxUnavailable").is_some_and(|v| v.view().is_some()));
            report(written, "maxUnavailable", "MaxUnavailableStatefulSet", path.into());
        }
        ("", "PersistentVolumeClaim") => {
            let source = spec.and_then(|spec| spec.get("dataSourceRef"));
            report(source, "namespace", "CrossNamespaceVolumeDataSource", "spec.dataSourceRef".into());
        }
        ("storage.k8s.io", "CSIDriver") => {
            report(spec, "preventPodSchedulingIfMissing", "VolumeLimitScaling", "spec".into());
        }
        _ => {}
    }
}
