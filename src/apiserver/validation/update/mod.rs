//! Updates: an object that exists and its new version together. Mirrors what `BeforeUpdate` asks of a strategy.
//!
//! A kind is a function of [`Update`]: `meta_update`, `meta` and `create` are the server's three building stones
//! (ValidateObjectMetaUpdate, ValidateObjectMeta, the kind's own validation), put together in the order of its
//! `ValidateXUpdate`; what may not change is said between them. `Update::fixed` compares and prints a field as the struct
//! of Go that the server holds.

mod apps;
mod batch;
mod core;
mod metadata;
mod others;
mod pod;
mod service;
mod storage;
mod volumes;

use super::field::{Cause, Field, Run, Said};
use super::kinds::{self, Kind};
use super::{Request, metadata as meta};
use crate::apiserver::admission::Lookup;
use crate::apiserver::codes;
use crate::apiserver::internal::{Go, Held};
use crate::object::Value;

/// The server's words for a field that is set once and for all.
const IMMUTABLE: &str = "field is immutable";

/// What the server says about an object in the place of one that is stored, in its order. The new object has been
/// defaulted, mutated, and prepared for the update.
pub fn validate_update(
    request: &Request<'_>,
    old: Value<'_>,
    new: Value<'_>,
    cluster: &dyn Lookup,
) -> Vec<Cause> {
    let run = Run::of_update(*request, new, old, cluster);
    let before = Run::of_cluster(*request, old, cluster);
    let Some(kind) = kinds::find(request.gvk) else { return Vec::new() };
    let update = Update { new: run.root(), old: before.root(), kind };
    if request.gvk.is("", "Service") {
        super::core::service::allocate_addresses(update.new, Some(update.old));
        if !run.is_silent() {
            return run.take_causes();
        }
    }
    metadata::validate_common(update);
    let rules = find(&request.gvk.group, &request.gvk.kind);
    rules(update);
    if run.is_silent() && request.gvk.is("", "Namespace") {
        meta::validate_pod_security_labels(update.new);
    }
    run.take_causes()
}

/// An object and what it was.
#[derive(Clone, Copy)]
struct Update<'v> {
    new: Field<'v>,
    old: Field<'v>,
    kind: &'static Kind,
}

impl<'v> Update<'v> {
    /// Mirrors ValidateObjectMetaUpdate.
    fn meta_update(self) {
        metadata::validate_meta_update(self);
        let qualified = self.kind.meta_in(self.new).is_some_and(|meta| meta.finalizers);
        if qualified {
            metadata::validate_kube_finalizers(self.new);
        }
    }

    /// Mirrors ValidateObjectMeta.
    fn meta(self) {
        if let Some(rule) = self.kind.meta_in(self.new) {
            meta::validate_object_meta(self.new, rule);
        }
    }

    /// What is said of the object as of a new one, without its metadata.
    fn create(self) {
        (self.kind.validate)(self.new);
    }

    /// The same part of both.
    fn at(self, path: &[&'v str]) -> Self {
        Self { new: self.new.at(path), old: self.old.at(path), ..self }
    }

    /// Both as the server holds them.
    fn held(self, go: &Go) -> (Held<'v>, Held<'v>) {
        (Held::new(self.new.value(), go), Held::new(self.old.value(), go))
    }

    /// Mirrors ValidateImmutableField: nothing of it may change. False if something has.
    fn fixed(self, go: &Go) -> bool {
        self.fixed_as(go, self.new, IMMUTABLE)
    }

    /// The same where the server calls the field otherwise, or says it otherwise.
    fn fixed_as(self, go: &Go, at: Field<'v>, detail: &str) -> bool {
        let (new, old) = self.held(go);
        let same = new.same(&old);
        if !same {
            let printed = match new {
                Held::Text(ref text) => crate::schema::quote(text),
                ref other => other.json(),
            };
            self.changed(at.invalid_as(&printed, detail));
        }
        same
    }

    /// Puts words for people to a refused change of this field.
    fn changed(self, said: Said<'v>) {
        said.plain(self.words(), self.help()).code(&codes::IMMUTABLE);
    }

    fn words(self) -> String {
        let kind = &self.new.request().gvk.kind;
        match self.new.name() {
            Some("spec") | None => format!("this part of a {kind} cannot be changed once it exists"),
            Some(name) => format!("`{name}` of a {kind} cannot be changed once it exists"),
        }
    }

    fn help(self) -> String {
        let kind = &self.new.request().gvk.kind;
        format!(
            "keep what the cluster has, or replace the {kind}: delete it and create it again (`kubectl replace --force`), or give the new one another name"
        )
    }
}

type Rules = for<'v> fn(Update<'v>);

/// The rules of a kind. Kinds without some of their own are judged as new ones are.
#[rustfmt::skip]
fn find(group: &str, kind: &str) -> Rules {
    match (group, kind) {
        ("", "ConfigMap") => core::config_map,
        ("", "Secret") => core::secret,
        ("", "Namespace" | "LimitRange") => core::namespace,
        ("", "Node") => core::node,
        ("", "ReplicationController" | "PodTemplate") => core::spec_only,
        ("", "ResourceQuota") => core::resource_quota,
        ("", "ServiceAccount" | "Endpoints") => core::meta_and_all,
        ("", "Event") => |update| update.create(),
        ("", "PersistentVolume") => volumes::persistent_volume,
        ("", "PersistentVolumeClaim") => volumes::claim,
        ("", "Pod") => pod::pod,
        ("", "Service") => service::service,
        ("apps", "ControllerRevision") => apps::controller_revision,
        ("apps", "DaemonSet") => apps::daemon_set,
        ("apps", "Deployment" | "ReplicaSet") => apps::deployment,
        ("apps", "StatefulSet") => apps::stateful_set,
        ("batch", "CronJob") => batch::cron_job,
        ("batch", "Job") => batch::job,
        ("autoscaling" | "coordination.k8s.io", _) => core::spec_only,
        // The definition itself is judged with its schemas.
        ("apiextensions.k8s.io", _) => |update| update.meta_update(),
        ("apiregistration.k8s.io", _) => core::meta_and_all,
        ("certificates.k8s.io", "CertificateSigningRequest") => core::all_and_meta,
        ("discovery.k8s.io", "EndpointSlice") => others::endpoint_slice,
        ("events.k8s.io", "Event") => others::event,
        ("networking.k8s.io", "IPAddress") => others::ip_address,
        ("networking.k8s.io", "Ingress") => others::ingress,
        ("networking.k8s.io", "IngressClass") => others::ingress_class,
        ("networking.k8s.io", "NetworkPolicy") => core::spec_only,
        ("networking.k8s.io", "ServiceCIDR") => others::service_cidr,
        ("node.k8s.io", "RuntimeClass") => others::runtime_class,
        ("policy", "PodDisruptionBudget") => |update| update.create(),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => others::role_binding,
        ("rbac.authorization.k8s.io", _) => core::all_and_meta,
        ("resource.k8s.io", "DeviceClass") => others::device_class,
        ("resource.k8s.io", "ResourceClaim") => others::resource_claim,
        ("resource.k8s.io", "ResourceClaimTemplate") => others::resource_claim_template,
        ("resource.k8s.io", "ResourceSlice") => others::resource_slice,
        ("scheduling.k8s.io", "PriorityClass") => others::priority_class,
        ("storage.k8s.io", "CSIDriver") => storage::driver,
        ("storage.k8s.io", "CSINode") => storage::node,
        ("storage.k8s.io", "CSIStorageCapacity") => storage::capacity,
        ("storage.k8s.io", "StorageClass") => storage::class,
        ("storage.k8s.io", "VolumeAttachment") => storage::attachment,
        ("storage.k8s.io", "VolumeAttributesClass") => storage::attributes_class,
        _ => |update| {
            update.meta();
            update.create();
        },
    }
}
