//! kcheck's names for what the API server refuses.

use crate::finding::{Code, Fixable, Level};

pub use crate::schema::codes::{ENUM, FORMAT, REQUIRED};

/// A list that holds something twice.
pub static DUPLICATE: Code = Code::server("schema/duplicate", "something that must be unique is there twice")
    .page(include_str!("pages/duplicate.md"));
/// A field that may not be set.
pub static FORBIDDEN: Code = Code::server("schema/forbidden", "a field that may not be set here")
    .page(include_str!("pages/forbidden.md"));
/// A field that is set once and for all.
pub static IMMUTABLE: Code =
    Code::server("schema/immutable-change", "a change that the cluster refuses: the object must be replaced")
        .page(include_str!("pages/immutable.md"));
/// A name of something that is not there.
pub static NOT_FOUND: Code =
    Code::server("schema/not-found", "a name of something that the object does not have")
        .page(include_str!("pages/not_found.md"));
/// A text that is too long.
pub static TOO_LONG: Code = Code::server("schema/too-long", "a text that is longer than its field may be")
    .page(include_str!("pages/too_long.md"));
/// A list or map with too many items.
pub static TOO_MANY: Code = Code::server("schema/too-many", "a list or map with more items than it may have")
    .page(include_str!("pages/too_many.md"));
/// A number that is too small or too large.
pub static RANGE: Code =
    Code::server("schema/range", "a number that is too small or too large for its field")
        .page(include_str!("pages/range.md"));
/// Larger than the server stores.
pub static TOO_LARGE: Code = Code::server("schema/too-large", "the object is larger than a cluster stores")
    .page(include_str!("pages/too_large.md"));
/// A name that the kind does not allow.
pub static NAME_INVALID: Code = Code::server("meta/name-invalid", "the name is not valid for the kind")
    .page(include_str!("pages/name_invalid.md"));
/// A name that is too long for the names made from it.
pub static DERIVED_NAME_TOO_LONG: Code =
    Code::server("meta/derived-name-too-long", "the name is too long for the names that are made from it")
        .page(include_str!("pages/derived_name_too_long.md"));
/// A label or annotation that breaks the syntax.
pub static LABEL_INVALID: Code =
    Code::server("meta/label-invalid", "a label key, label value or annotation key breaks the syntax")
        .page(include_str!("pages/label_invalid.md"));
/// More annotations than fit.
pub static ANNOTATION_TOO_LARGE: Code =
    Code::server("meta/annotation-too-large", "the annotations are larger than an object may carry")
        .page(include_str!("pages/annotation_too_large.md"));
/// The same, but only when applied by the client.
pub static LAST_APPLIED_TOO_LARGE: Code = Code::server(
    "meta/last-applied-too-large",
    "client-side apply cannot store its copy of the object in an annotation",
)
.at(Level::Warning)
.page(include_str!("pages/annotation_too_large.md"));
/// A workload that would not find its own Pods.
pub static SELECTOR_MISMATCH: Code =
    Code::server("meta/selector-mismatch", "the selector does not match the labels of its own Pod template")
        .page(include_str!("pages/selector_mismatch.md"))
        .fixable(Fixable::Sometimes);
/// A selector that cannot be used.
pub static SELECTOR_INVALID: Code = Code::server("meta/selector-invalid", "the label selector is not valid")
    .page(include_str!("pages/selector_invalid.md"));

/// What the schema of a CustomResourceDefinition does not allow.
pub static CUSTOM_INVALID: Code =
    Code::server("schema/cr-invalid", "a CustomResourceDefinition does not allow this value")
        .page(include_str!("pages/custom_invalid.md"));
/// A definition that no server takes.
pub static CRD_NOT_STRUCTURAL: Code = Code::server(
    "schema/crd-not-structural",
    "a CustomResourceDefinition whose schema, versions or names no server takes",
)
.page(include_str!("pages/crd_not_structural.md"));
/// A rule of a definition that no server takes.
pub static CRD_CEL_INVALID: Code = Code::server(
    "schema/crd-cel-invalid",
    "a validation rule of a CustomResourceDefinition that does not compile, or may cost too much",
)
.page(include_str!("pages/crd_cel_invalid.md"));
/// A rule of a CustomResourceDefinition that is broken.
pub static CUSTOM_RULE: Code =
    Code::server("schema/cr-cel-rule", "a validation rule of a CustomResourceDefinition is broken")
        .page(include_str!("pages/custom_rule.md"));
/// A rule that kcheck could not evaluate.
pub static CUSTOM_NOT_EVALUATED: Code = Code::server(
    "schema/cr-not-evaluated",
    "a validation rule that kcheck cannot evaluate: the server may refuse",
)
.at(Level::Warning)
.page(include_str!("pages/custom_not_evaluated.md"));

/// Refused by a plugin of the server.
pub static ADMISSION: Code =
    Code::server("admission/forbidden", "a plugin of the API server does not let it in")
        .page(include_str!("pages/admission_forbidden.md"));
/// A name of something that has to be there before.
pub static REFERENCE: Code =
    Code::server("admission/reference", "a Pod names something that is not there, and is refused")
        .page(include_str!("pages/admission_reference.md"));
/// Refused by a LimitRange.
pub static LIMIT_RANGE: Code =
    Code::server("reliability/limit-range", "a LimitRange of the namespace does not let it in")
        .page(include_str!("pages/admission_limit_range.md"));
/// Refused by a ResourceQuota.
pub static QUOTA: Code =
    Code::server("reliability/quota-exceeded", "a ResourceQuota of the namespace has nothing left for it")
        .page(include_str!("pages/admission_quota.md"));
/// Refused by a Pod Security level.
pub static POD_SECURITY: Code = Code::server(
    "security/pod-security-violation",
    "the Pod Security level of the namespace refuses the Pod",
)
.page(include_str!("pages/admission_pod_security.md"));
/// The same, only warned of; or a workload whose Pods will be refused.
pub static POD_SECURITY_WARNING: Code = Code::server(
    "security/pod-security-warning",
    "the server warns that the namespace's Pod Security level is broken",
)
.at(Level::Warning)
.page(include_str!("pages/admission_pod_security.md"));
/// A webhook that decides.
pub static WEBHOOK: Code = Code::server(
    "admission/webhook-not-modelled",
    "a webhook decides about objects, and kcheck does not ask it",
)
.at(Level::Info)
.page(include_str!("pages/admission_webhook.md"));

/// Something that the server warns of when it accepts an object.
pub static SERVER_WARNING: Code =
    Code::server("api/server-warning", "the API server accepts the object and warns of something in it")
        .at(Level::Warning)
        .page(include_str!("pages/server_warning.md"));

/// A mount of a volume that the Pod does not have.
pub static VOLUME: Code =
    Code::server("ref/volume", "a container mounts a volume that the Pod does not have")
        .fixable(Fixable::Sometimes)
        .page(include_str!("pages/ref_volume.md"));
/// A name that no port can have.
pub static PORT_NAME: Code =
    Code::server("net/port-name", "a port name that no Service, probe or container port can have")
        .page(include_str!("pages/port_name.md"));
/// A port that is there twice.
pub static DUPLICATE_PORT: Code =
    Code::server("net/duplicate-port", "a port of a Service or container that is there twice")
        .page(include_str!("pages/duplicate_port.md"));
/// A port of the nodes that cannot be had.
pub static NODE_PORT_CONFLICT: Code = node_port_conflict();
/// The same, for the rule about other objects that has its name.
pub const fn node_port_conflict() -> Code {
    Code::server(
        "net/node-port-conflict",
        "A nodePort that is taken, or outside of the range that nodes have.",
    )
    .page(include_str!("pages/node_port_conflict.md"))
}
/// An address that a Service cannot have.
pub static CLUSTER_IP: Code = cluster_ip();
/// The same, for the rule about other objects that has its name.
pub const fn cluster_ip() -> Code {
    Code::server("net/cluster-ip", "A clusterIP that the Service cannot have.")
        .page(include_str!("pages/cluster_ip.md"))
}
/// A schedule that says no times.
pub static CRON_SCHEDULE: Code = cron_schedule();
/// The same, for the rule about other objects that has its name.
pub const fn cron_schedule() -> Code {
    Code::server(
        "reliability/cron-schedule",
        "A schedule or time zone that cannot be read, or a time that never comes.",
    )
    .page(include_str!("pages/cron_schedule.md"))
}
/// A restart policy that the workload cannot have.
pub static RESTART_POLICY: Code = Code::server(
    "reliability/restart-policy",
    "a restartPolicy that Pods of this kind of workload may not have",
)
.fixable(Fixable::Sometimes)
.page(include_str!("pages/restart_policy.md"));
/// A request above its limit.
pub static REQUEST_ABOVE_LIMIT: Code =
    Code::server("resources/request-above-limit", "a container asks for more than its limit lets it have")
        .page(include_str!("pages/request_above_limit.md"));
/// A ServiceAccount without a namespace.
pub static SUBJECT_NAMESPACE: Code = Code::server(
    "rbac/subject-namespace",
    "a subject of a binding without the namespace, kind or group that it needs",
)
.page(include_str!("pages/subject_namespace.md"));
/// A PriorityClass that is not there.
pub static PRIORITY_CLASS: Code = priority_class();
/// The same, for the rule about other objects that has its name.
pub const fn priority_class() -> Code {
    Code::server("ref/priority-class", "A PriorityClass that does not exist: admission refuses the Pods.")
        .page(include_str!("pages/priority_class.md"))
}
/// A RuntimeClass that is not there.
pub static RUNTIME_CLASS: Code = runtime_class();
/// The same, for the rule about other objects that has its name.
pub const fn runtime_class() -> Code {
    Code::server("ref/runtime-class", "A RuntimeClass that does not exist: admission refuses the Pods.")
        .page(include_str!("pages/runtime_class.md"))
}
/// An annotation that nothing reads any more.
pub static DEPRECATED_ANNOTATION: Code = Code::server(
    "api/deprecated-annotation",
    "an annotation that is deprecated, or that nothing reads any more",
)
.at(Level::Warning)
.page(include_str!("pages/deprecated_annotation.md"));
/// A label of nodes with a newer name.
pub static DEPRECATED_NODE_LABEL: Code =
    Code::server("api/deprecated-node-label", "a label of nodes that has a newer name")
        .at(Level::Warning)
        .fixable(Fixable::Sometimes)
        .page(include_str!("pages/deprecated_node_label.md"));
/// A volume that no node can mount any more.
pub static DEAD_VOLUME_PLUGIN: Code =
    Code::server("api/dead-volume-plugin", "a type of volume that no longer works")
        .at(Level::Warning)
        .page(include_str!("pages/dead_volume_plugin.md"));
/// A field that a Service of this type ignores.
pub static HEADLESS_IGNORED: Code = Code::server(
    "net/headless-ignored",
    "a field that the Service ignores: it is headless, or of another type",
)
.at(Level::Warning)
.fixable(Fixable::Sometimes)
.page(include_str!("pages/headless_ignored.md"));
/// An address that is not in its canonical form.
pub static IP_FORMAT: Code =
    Code::server("net/ip-format", "an address or network that is not written in its canonical form")
        .at(Level::Warning)
        .fixable(Fixable::Sometimes)
        .page(include_str!("pages/ip_format.md"));
/// A variable that hides another one.
pub static DUPLICATE_ENV: Code = Code::server(
    "reliability/duplicate-env",
    "an environment variable that hides an earlier one of the same name",
)
.at(Level::Warning)
.fixable(Fixable::Sometimes)
.page(include_str!("pages/duplicate_env.md"));

/// Refused by a policy of the cluster.
pub static POLICY_DENIED: Code =
    Code::server("schema/policy-violation", "a ValidatingAdmissionPolicy denies the object")
        .page(include_str!("pages/policy_denied.md"));
/// A policy only warns.
pub static POLICY_WARNING: Code =
    Code::server("policy/warning", "a ValidatingAdmissionPolicy warns of the object")
        .at(Level::Warning)
        .page(include_str!("pages/policy_warning.md"));
/// A policy that kcheck could not ask.
pub static POLICY_NOT_EVALUATED: Code = Code::server(
    "policy/not-evaluated",
    "a ValidatingAdmissionPolicy that kcheck cannot evaluate: it may deny",
)
.at(Level::Warning)
.page(include_str!("pages/policy_not_evaluated.md"));

/// Every code that this floor owns.
pub static CODES: &[&Code] = &[
    &DUPLICATE,
    &FORBIDDEN,
    &IMMUTABLE,
    &NOT_FOUND,
    &TOO_LONG,
    &TOO_MANY,
    &RANGE,
    &TOO_LARGE,
    &NAME_INVALID,
    &DERIVED_NAME_TOO_LONG,
    &LABEL_INVALID,
    &ANNOTATION_TOO_LARGE,
    &LAST_APPLIED_TOO_LARGE,
    &SELECTOR_MISMATCH,
    &SELECTOR_INVALID,
    &CUSTOM_INVALID,
    &CRD_NOT_STRUCTURAL,
    &CRD_CEL_INVALID,
    &VOLUME,
    &PORT_NAME,
    &DUPLICATE_PORT,
    &NODE_PORT_CONFLICT,
    &CLUSTER_IP,
    &CRON_SCHEDULE,
    &RESTART_POLICY,
    &REQUEST_ABOVE_LIMIT,
    &SUBJECT_NAMESPACE,
    &PRIORITY_CLASS,
    &RUNTIME_CLASS,
    &DEPRECATED_ANNOTATION,
    &DEPRECATED_NODE_LABEL,
    &DEAD_VOLUME_PLUGIN,
    &HEADLESS_IGNORED,
    &IP_FORMAT,
    &DUPLICATE_ENV,
    &CUSTOM_RULE,
    &CUSTOM_NOT_EVALUATED,
    &ADMISSION,
    &REFERENCE,
    &LIMIT_RANGE,
    &QUOTA,
    &POD_SECURITY,
    &POD_SECURITY_WARNING,
    &WEBHOOK,
    &SERVER_WARNING,
    &POLICY_DENIED,
    &POLICY_WARNING,
    &POLICY_NOT_EVALUATED,
];
