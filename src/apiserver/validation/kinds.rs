//! The table of kinds: how metadata is judged, and which function judges the rest.

use super::field::Field;
use super::names::{MetaRule, NameRule};
use super::{
    admissionregistration, apiregistration, apps, authentication, authorization, autoscaling, batch,
    certificates, coordination, core, discovery, events, flowcontrol, networking, node, policy, rbac,
    resource, scheduling, storage,
};
use crate::object::Gvk;
use crate::schema::Types;

/// A kind.
pub(super) struct Kind {
    group: &'static str,
    name: &'static str,
    meta: Option<MetaRule>,
    /// What is said after the metadata.
    pub(super) validate: for<'v> fn(Field<'v>),
}

/// What a custom resource's metadata is judged by.
pub(super) const CUSTOM: MetaRule = MetaRule { name: NameRule::Subdomain, finalizers: false };

/// What is asked of every object whose strategy found nothing. Mirrors ValidateObjectMetaAccessor in BeforeCreate.
pub(super) const GENERIC: MetaRule = MetaRule { name: NameRule::PathSegment, finalizers: false };

/// Metadata as `pkg/apis/core` judges it: finalizers need a prefix.
const fn core_meta(name: NameRule) -> MetaRule {
    MetaRule { name, finalizers: true }
}

/// Metadata as `apimachinery` judges it.
const fn plain_meta(name: NameRule) -> MetaRule {
    MetaRule { name, finalizers: false }
}

const fn kind(
    group: &'static str,
    kind: &'static str,
    meta: Option<MetaRule>,
    validate: for<'v> fn(Field<'v>),
) -> Kind {
    Kind { group, name: kind, meta, validate }
}

/// For kinds of which only the metadata are judged.
fn nothing(_: Field<'_>) {}

const SUBDOMAIN: Option<MetaRule> = Some(core_meta(NameRule::Subdomain));
const LABEL: Option<MetaRule> = Some(core_meta(NameRule::Label));
const SEGMENT: Option<MetaRule> = Some(core_meta(NameRule::Role));
const DECLARED: Option<MetaRule> = Some(core_meta(NameRule::Declarative));
const PLAIN: Option<MetaRule> = Some(plain_meta(NameRule::Subdomain));

/// Group, kind, metadata, function. Kinds without a rule for metadata leave them to the generic check.
#[rustfmt::skip]
static KINDS: &[Kind] = &[
    kind("", "ConfigMap", SUBDOMAIN, core::config_map::validate),
    kind("", "Endpoints", SUBDOMAIN, core::endpoints::validate),
    kind("", "Event", None, events::validate_core),
    kind("", "LimitRange", SUBDOMAIN, core::limit_range::validate),
    kind("", "Namespace", LABEL, core::namespace::validate),
    kind("", "Node", SUBDOMAIN, core::node::validate),
    kind("", "PersistentVolume", SUBDOMAIN, core::persistent_volume::validate),
    kind("", "PersistentVolumeClaim", SUBDOMAIN, core::claim::validate),
    kind("", "Pod", SUBDOMAIN, core::pod::validate),
    kind("", "PodTemplate", SUBDOMAIN, core::pod_template::validate),
    kind("", "ReplicationController", DECLARED, core::replication_controller::validate),
    kind("", "ResourceQuota", SUBDOMAIN, core::resource_quota::validate),
    kind("", "Secret", SUBDOMAIN, core::secret::validate),
    kind("", "Service", LABEL, core::service::validate),
    kind("", "ServiceAccount", SUBDOMAIN, nothing),
    kind("admissionregistration.k8s.io", "MutatingAdmissionPolicy", PLAIN, admissionregistration::policy::validate_mutating),
    kind("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", PLAIN, admissionregistration::policy::validate_mutating_binding),
    kind("admissionregistration.k8s.io", "MutatingWebhookConfiguration", PLAIN, admissionregistration::webhook::validate_mutating),
    kind("admissionregistration.k8s.io", "ValidatingAdmissionPolicy", PLAIN, admissionregistration::policy::validate_validating),
    kind("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", PLAIN, admissionregistration::policy::validate_validating_binding),
    kind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", PLAIN, admissionregistration::webhook::validate_validating),
    kind("apiextensions.k8s.io", "CustomResourceDefinition", Some(plain_meta(NameRule::PluralAndGroup)), nothing),
    kind("apiregistration.k8s.io", "APIService", Some(plain_meta(NameRule::VersionAndGroup)), apiregistration::validate_api_service),
    kind("apps", "ControllerRevision", SUBDOMAIN, apps::controller_revision::validate),
    kind("apps", "DaemonSet", SUBDOMAIN, apps::daemon_set::validate),
    kind("apps", "Deployment", SUBDOMAIN, apps::deployment::validate),
    kind("apps", "ReplicaSet", SUBDOMAIN, apps::deployment::validate_replica_set),
    kind("apps", "StatefulSet", LABEL, apps::stateful_set::validate),
    kind("authentication.k8s.io", "TokenReview", None, authentication::validate_token_review),
    kind("authorization.k8s.io", "LocalSubjectAccessReview", None, authorization::validate_local_subject_access_review),
    kind("authorization.k8s.io", "SelfSubjectAccessReview", None, authorization::validate_self_subject_access_review),
    kind("authorization.k8s.io", "SelfSubjectRulesReview", None, authorization::validate_self_subject_rules_review),
    kind("authorization.k8s.io", "SubjectAccessReview", None, authorization::validate_subject_access_review),
    kind("autoscaling", "HorizontalPodAutoscaler", SUBDOMAIN, autoscaling::validate_horizontal_pod_autoscaler),
    kind("batch", "CronJob", SUBDOMAIN, batch::cron_job::validate),
    kind("batch", "Job", SUBDOMAIN, batch::job::validate),
    kind("certificates.k8s.io", "CertificateSigningRequest", Some(core_meta(NameRule::Any)), certificates::validate_request),
    kind("coordination.k8s.io", "Lease", PLAIN, coordination::validate_lease),
    kind("discovery.k8s.io", "EndpointSlice", SUBDOMAIN, discovery::validate_endpoint_slice),
    kind("events.k8s.io", "Event", None, events::validate),
    kind("flowcontrol.apiserver.k8s.io", "FlowSchema", SUBDOMAIN, flowcontrol::flow_schema::validate),
    kind("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", SUBDOMAIN, flowcontrol::priority_level::validate),
    kind("networking.k8s.io", "IPAddress", Some(core_meta(NameRule::Address)), networking::ip_address::validate),
    kind("networking.k8s.io", "Ingress", SUBDOMAIN, networking::ingress::validate),
    kind("networking.k8s.io", "IngressClass", SUBDOMAIN, networking::ingress_class::validate),
    kind("networking.k8s.io", "NetworkPolicy", SUBDOMAIN, networking::network_policy::validate),
    kind("networking.k8s.io", "ServiceCIDR", SUBDOMAIN, networking::service_cidr::validate),
    kind("node.k8s.io", "RuntimeClass", PLAIN, node::validate_runtime_class),
    kind("policy", "PodDisruptionBudget", None, policy::validate_pod_disruption_budget),
    kind("rbac.authorization.k8s.io", "ClusterRole", SEGMENT, rbac::validate_cluster_role),
    kind("rbac.authorization.k8s.io", "ClusterRoleBinding", SEGMENT, rbac::validate_cluster_role_binding),
    kind("rbac.authorization.k8s.io", "Role", SEGMENT, rbac::validate_role),
    kind("rbac.authorization.k8s.io", "RoleBinding", SEGMENT, rbac::validate_role_binding),
    kind("resource.k8s.io", "DeviceClass", DECLARED, resource::claim::validate_class),
    kind("resource.k8s.io", "ResourceClaim", SUBDOMAIN, resource::claim::validate),
    kind("resource.k8s.io", "ResourceClaimTemplate", SUBDOMAIN, resource::claim::validate_template),
    kind("resource.k8s.io", "ResourceSlice", SUBDOMAIN, resource::slice::validate),
    kind("scheduling.k8s.io", "PriorityClass", SUBDOMAIN, scheduling::validate_priority_class),
    kind("storage.k8s.io", "CSIDriver", SUBDOMAIN, storage::csi::validate_driver),
    kind("storage.k8s.io", "CSINode", SUBDOMAIN, storage::csi::validate_node),
    kind("storage.k8s.io", "CSIStorageCapacity", SUBDOMAIN, storage::csi::validate_capacity),
    kind("storage.k8s.io", "StorageClass", SUBDOMAIN, storage::storage_class::validate),
    kind("storage.k8s.io", "VolumeAttachment", SUBDOMAIN, storage::volume_attachment::validate),
    kind("storage.k8s.io", "VolumeAttributesClass", SUBDOMAIN, storage::storage_class::validate_attributes),
];

/// The kind of an object; `None` for kinds that are not judged.
pub(super) fn find(gvk: Gvk) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.name == &*gvk.kind && k.group == &*gvk.group)
}

/// Whether a CustomResourceDefinition must have made the kind.
pub(super) fn is_custom(gvk: Gvk) -> bool {
    !Types::builtin_group(&gvk.group)
}

impl Kind {
    /// How the metadata of an object is judged by the version of the server that is asked.
    pub(super) fn meta_in(&self, object: Field<'_>) -> Option<MetaRule> {
        // Gate RelaxedServiceNameValidation, on since 1.36.
        if self.group.is_empty() && self.name == "Service" && !object.since(36) {
            return Some(core_meta(NameRule::Label1035));
        }
        self.meta
    }
}
