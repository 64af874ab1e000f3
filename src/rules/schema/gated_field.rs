//! # `schema/gated-field`
//!
//! ## What it does
//!
//! Reports a field whose feature gate is off by default in a Kubernetes version that was asked for.
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
use crate::schema::{Minor, MinorSet};

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

/// A field behind a gate that is, or was, off by default.
struct Gated {
    /// Path; `[]` behind a list means each of its items.
    path: &'static str,
    gate: &'static str,
    /// First minor with the gate.
    since: u8,
    /// First minor with the gate on by default; 0 for none so far.
    on: u8,
}

const fn gated(path: &'static str, gate: &'static str, since: u8, on: u8) -> Gated {
    Gated { path, gate, since, on }
}

/// Fields of a Pod spec.
const OF_PODS: &[Gated] = &[
    gated("schedulingGroup", "GenericWorkload", 35, 0),
    gated("volumes[].projected.sources[].clusterTrustBundle", "ClusterTrustBundleProjection", 29, 0),
    gated("volumes[].projected.sources[].podCertificate", "PodCertificateRequest", 34, 0),
    gated("volumes[].image", "ImageVolume", 31, 35),
    gated("resources", "PodLevelResources", 32, 34),
    gated("schedulingGates", "PodSchedulingReadiness", 26, 27),
    gated("hostUsers", "UserNamespacesSupport", 25, 33),
    gated("securityContext.supplementalGroupsPolicy", "SupplementalGroupsPolicy", 31, 33),
    gated("hostnameOverride", "HostnameOverride", 34, 35),
    gated("initContainers[].restartPolicy", "SidecarContainers", 28, 29),
    gated(
        "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[].matchLabelKeys",
        "MatchLabelKeysInPodAffinity",
        29,
        31,
    ),
    gated(
        "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].matchLabelKeys",
        "MatchLabelKeysInPodAffinity",
        29,
        31,
    ),
];

/// Fields of a container.
const OF_CONTAINERS: &[Gated] = &[
    gated("lifecycle.stopSignal", "ContainerStopSignals", 33, 0),
    gated("lifecycle.preStop.sleep", "PodLifecycleSleepAction", 29, 30),
    gated("lifecycle.postStart.sleep", "PodLifecycleSleepAction", 29, 30),
    gated("resizePolicy", "InPlacePodVerticalScaling", 27, 33),
    gated("restartPolicyRules", "ContainerRestartRules", 34, 35),
    gated("env[].valueFrom.fileKeyRef", "EnvFiles", 34, 35),
    gated("volumeMounts[].recursiveReadOnly", "RecursiveReadOnlyMounts", 30, 31),
];

/// Fields of other kinds, by group and kind.
const OF_KINDS: &[(&str, &str, &[Gated])] = &[
    (
        "apps",
        "StatefulSet",
        &[gated("spec.updateStrategy.rollingUpdate.maxUnavailable", "MaxUnavailableStatefulSet", 24, 0)],
    ),
    (
        "",
        "PersistentVolumeClaim",
        &[
            gated("spec.dataSourceRef.namespace", "CrossNamespaceVolumeDataSource", 26, 0),
            gated("spec.volumeAttributesClassName", "VolumeAttributesClass", 29, 34),
        ],
    ),
    (
        "storage.k8s.io",
        "CSIDriver",
        &[gated("spec.preventPodSchedulingIfMissing", "VolumeLimitScaling", 35, 0)],
    ),
    (
        "batch",
        "Job",
        &[
            gated("spec.podReplacementPolicy", "JobPodReplacementPolicy", 28, 29),
            gated("spec.backoffLimitPerIndex", "JobBackoffLimitPerIndex", 28, 29),
            gated("spec.successPolicy", "JobSuccessPolicy", 30, 31),
            gated("spec.managedBy", "JobManagedBy", 30, 32),
        ],
    ),
    (
        "autoscaling",
        "HorizontalPodAutoscaler",
        &[
            gated("spec.behavior.scaleUp.tolerance", "HPAConfigurableTolerance", 33, 35),
            gated("spec.behavior.scaleDown.tolerance", "HPAConfigurableTolerance", 33, 35),
        ],
    ),
];

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    if let Some(at) = PodAt::of(object) {
        for gated in OF_PODS {
            look(gated, at.pod.spec, at.pod.path, out);
        }
        for container in at.containers() {
            let path = at.pod.container_path(&container.container);
            for gated in OF_CONTAINERS {
                look(gated, container.container.value, &path, out);
            }
        }
    }
    let (group, kind) = (&*object.gvk.group, &*object.gvk.kind);
    for (_, _, fields) in OF_KINDS.iter().filter(|(g, k, _)| *g == group && *k == kind) {
        for gated in *fields {
            look(gated, object.value, "", out);
        }
    }
}

/// Reports a field below a value that some of the versions drop.
fn look(gated: &Gated, holder: Value<'_>, path: &str, out: &mut Sink<'_>) {
    let is_off =
        |minor: &Minor| minor.number() >= gated.since && (gated.on == 0 || minor.number() < gated.on);
    let off = out.minors().iter().filter(is_off).fold(MinorSet::NONE, MinorSet::with);
    if !off.is_empty() {
        walk(gated, gated.path, holder, path.to_owned(), off, out);
    }
}

fn walk(gated: &Gated, rest: &str, holder: Value<'_>, path: String, off: MinorSet, out: &mut Sink<'_>) {
    let (name, rest) = rest.split_once('.').unwrap_or((rest, ""));
    let dot = if path.is_empty() { "" } else { "." };
    if let Some(list) = name.strip_suffix("[]") {
        for (i, item) in holder.list(list).enumerate() {
            walk(gated, rest, item, format!("{path}{dot}{list}[{i}]"), off, out);
        }
        return;
    }
    let Some(value) = holder.get(name) else { return };
    let path = format!("{path}{dot}{name}");
    if !rest.is_empty() {
        return walk(gated, rest, value, path, off, out);
    }
    // Defaulting may add the field; what counts is what is written.
    if value.view().is_none() {
        return;
    }
    let versions = off.versions().filter(|_| off != out.minors());
    out.push(
        out.finding(holder.key_place(name), format!("servers drop `{name}`: the gate {} is off", gated.gate))
            .label("dropped without a word")
            .field(path)
            .because(format!("it is off by default in Kubernetes {off}"))
            .versions(versions),
    );
}
