//! Which names a kind allows.

use super::primitives::{Sentences, dns_1035_label, dns_1123_label, dns_1123_subdomain, path_segment};
use crate::object::Gvk;
use crate::schema::{Minor, Types};

/// How `metadata.name` of a kind is judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NameRule {
    /// NameIsDNSSubdomain
    Subdomain,
    /// NameIsDNSLabel
    Label,
    /// NameIsDNS1035Label
    Label1035,
    /// IsValidPathSegmentName
    PathSegment,
    /// A DNS subdomain, judged by declarative validation after all else.
    Declarative,
    /// Any, as far as the strategy is concerned.
    Any,
    /// The plural and the group of a CustomResourceDefinition.
    PluralAndGroup,
    /// The version and the group of an APIService.
    VersionAndGroup,
}

impl NameRule {
    /// Sentences about a name, or about what is put before a generated suffix (`prefix`).
    pub(super) fn judge(self, name: &str, prefix: bool) -> Sentences {
        let masked;
        let name = if prefix && self != Self::PathSegment {
            masked = mask_trailing_dash(name);
            masked.as_ref()
        } else {
            name
        };
        match self {
            Self::Subdomain | Self::PluralAndGroup | Self::Declarative => dns_1123_subdomain(name),
            Self::Label => dns_1123_label(name),
            Self::Label1035 => dns_1035_label(name),
            Self::PathSegment => path_segment(name, prefix),
            Self::VersionAndGroup => path_segment(name, prefix),
            Self::Any => Sentences::new(),
        }
    }
}

/// Mirrors maskTrailingDash: something comes after the dash.
fn mask_trailing_dash(name: &str) -> std::borrow::Cow<'_, str> {
    match name.strip_suffix('-').map(|rest| (rest, rest.char_indices().next_back())) {
        Some((rest, Some((last, _)))) => format!("{}a", &rest[..last]).into(),
        _ => name.into(),
    }
}

/// How the metadata of a kind is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct MetaRule {
    /// Its name.
    pub(super) name: NameRule,
    /// Finalizers must be standard ones or have a prefix (`ValidateObjectMeta` of `pkg/apis/core`).
    pub(super) finalizers: bool,
}

/// The rule of a kind; `None` for kinds whose strategy leaves metadata to the generic check, whose name depends on
/// what kcheck does not judge here, or that are never stored.
pub(super) fn meta_rule(gvk: Gvk, minor: Minor) -> Option<MetaRule> {
    let core = |name| Some(MetaRule { name, finalizers: true });
    let plain = |name| Some(MetaRule { name, finalizers: false });
    match (&*gvk.group, &*gvk.kind) {
        ("", "Namespace") | ("apps", "StatefulSet") => core(NameRule::Label),
        // Gate RelaxedServiceNameValidation, on since 1.36.
        ("", "Service") if minor.number() >= 36 => core(NameRule::Label),
        ("", "Service") => core(NameRule::Label1035),
        (
            "",
            "ConfigMap"
            | "Endpoints"
            | "LimitRange"
            | "Node"
            | "PersistentVolume"
            | "PersistentVolumeClaim"
            | "Pod"
            | "PodTemplate"
            | "ResourceQuota"
            | "Secret"
            | "ServiceAccount",
        )
        | ("apps", "ControllerRevision" | "DaemonSet" | "Deployment" | "ReplicaSet")
        | ("autoscaling", "HorizontalPodAutoscaler")
        | ("batch", "CronJob" | "Job")
        | ("discovery.k8s.io", "EndpointSlice")
        | ("flowcontrol.apiserver.k8s.io", "FlowSchema" | "PriorityLevelConfiguration")
        | ("networking.k8s.io", "Ingress" | "IngressClass" | "NetworkPolicy" | "ServiceCIDR")
        | ("scheduling.k8s.io", "PriorityClass")
        | (
            "storage.k8s.io",
            "CSIDriver"
            | "CSINode"
            | "CSIStorageCapacity"
            | "StorageClass"
            | "VolumeAttachment"
            | "VolumeAttributesClass",
        )
        | ("resource.k8s.io", "ResourceClaim" | "ResourceClaimTemplate" | "ResourceSlice") => {
            core(NameRule::Subdomain)
        }
        ("", "ReplicationController") | ("resource.k8s.io", "DeviceClass") => core(NameRule::Declarative),
        ("certificates.k8s.io", "CertificateSigningRequest") => core(NameRule::Any),
        ("rbac.authorization.k8s.io", "ClusterRole" | "ClusterRoleBinding" | "Role" | "RoleBinding") => {
            core(NameRule::PathSegment)
        }
        (
            "admissionregistration.k8s.io",
            "MutatingAdmissionPolicy"
            | "MutatingAdmissionPolicyBinding"
            | "MutatingWebhookConfiguration"
            | "ValidatingAdmissionPolicy"
            | "ValidatingAdmissionPolicyBinding"
            | "ValidatingWebhookConfiguration",
        )
        | ("coordination.k8s.io", "Lease")
        | ("node.k8s.io", "RuntimeClass") => plain(NameRule::Subdomain),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => plain(NameRule::PluralAndGroup),
        ("apiregistration.k8s.io", "APIService") => plain(NameRule::VersionAndGroup),
        // A custom resource.
        (group, _) if !Types::builtin_group(group) => plain(NameRule::Subdomain),
        _ => None,
    }
}

/// Kinds whose objects get a name when they have none.
pub(super) fn names_itself(gvk: Gvk) -> bool {
    gvk.is("", "LimitRange")
}

/// Requests rather than objects: nothing of them is stored, and their metadata is not looked at.
pub(super) fn is_review(gvk: Gvk) -> bool {
    matches!(&*gvk.group, "authentication.k8s.io" | "authorization.k8s.io")
}
