//! What rules ask of Pods and containers: names and places, what is inherited from the Pod, images, resources.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{ContainerAt, PodAt, Tree};
use crate::cluster::model::Pod;
use crate::finding::{Place, Span};
use crate::object::{ContainerKind, Labels, Object, PodTemplate, Sym, Value};
use crate::schema::quantity::Quantity;
use crate::simulate::Outcome;

impl<'a> PodAt<'a> {
    /// A Pod spec of an object, if it has one.
    pub(super) fn of(object: &'a Object<'a>) -> Option<Self> {
        Some(Self { object, pod: object.pod_template()? })
    }

    /// Its containers of all kinds.
    pub(super) fn containers(&self) -> impl Iterator<Item = ContainerAt<'a>> {
        let Self { object, pod } = *self;
        pod.containers().map(move |container| ContainerAt { object, pod, container })
    }

    /// Labels of the Pods.
    pub(super) fn labels(&self) -> Labels {
        Labels::read(self.pod.holder.at(&["metadata", "labels"]))
    }

    /// An annotation of the Pods.
    pub(super) fn annotation(&self, key: &str) -> Option<Value<'a>> {
        self.pod.holder.at(&["metadata", "annotations", key])
    }

    /// `Deployment web`
    pub(super) fn what(&self) -> String {
        what(self.object)
    }

    /// Runs on Windows, as far as the manifest says.
    pub(super) fn is_windows(&self) -> bool {
        let os = |map: Option<Value<'a>>| map.is_some_and(|m| m.str("kubernetes.io/os") == "windows");
        self.pod.spec.at(&["os", "name"]).and_then(Value::as_str) == Some("windows")
            || os(self.pod.spec.get("nodeSelector"))
    }

    /// Runs to its end: a Job or CronJob, or a Pod that is not restarted.
    pub(super) fn runs_to_completion(&self) -> bool {
        &*self.object.gvk.group == "batch"
            || matches!(self.pod.spec.str("restartPolicy"), "Never" | "OnFailure")
    }
}

impl<'a> ContainerAt<'a> {
    /// The Pod spec it stands in.
    pub(super) fn at_pod(&self) -> PodAt<'a> {
        PodAt { object: self.object, pod: self.pod }
    }

    /// `container web`
    pub(super) fn what(&self) -> String {
        let kind = match self.container.kind {
            ContainerKind::App | ContainerKind::Sidecar => "container",
            ContainerKind::Init => "init container",
            ContainerKind::Ephemeral => "ephemeral container",
        };
        format!("{kind} `{}`", self.name())
    }

    /// Place of its name, or where it starts.
    pub(super) fn name_place(&self) -> Place {
        self.container.value.get("name").map_or_else(
            || {
                let Place { file, span } = self.container.value.place();
                Place::new(file, Span::new(span.start, span.start))
            },
            Value::place,
        )
    }

    /// Runs as long as its Pod does: no init container (unless a sidecar), no ephemeral one.
    pub(super) fn serves(&self) -> bool {
        matches!(self.container.kind, ContainerKind::App | ContainerKind::Sidecar)
    }

    /// A field of its own securityContext.
    pub(super) fn own(&self, field: &str) -> Option<Value<'a>> {
        self.container.value.at(&["securityContext", field])
    }

    /// A field of its securityContext, or else of the Pod's.
    pub(super) fn effective(&self, field: &str) -> Option<Value<'a>> {
        self.own(field).or_else(|| self.pod.spec.at(&["securityContext", field]))
    }

    /// Path of a field of `effective`, wherever it stands.
    pub(super) fn effective_field(&self, field: &str) -> String {
        if self.own(field).is_some() {
            self.field(&format!("securityContext.{field}"))
        } else {
            format!("{}.securityContext.{field}", self.pod.path)
        }
    }

    /// `privileged: true`
    pub(super) fn is_privileged(&self) -> bool {
        self.own("privileged").and_then(Value::as_bool) == Some(true)
    }

    /// Capabilities that are added.
    pub(super) fn added(&self) -> impl Iterator<Item = Value<'a>> {
        self.own("capabilities").into_iter().flat_map(|capabilities| capabilities.list("add"))
    }

    /// True if a capability is dropped by name, or all are.
    pub(super) fn drops(&self, capability: &str) -> bool {
        let mut dropped = self.own("capabilities").into_iter().flat_map(|c| c.list("drop"));
        dropped.any(|value| value.as_str().is_some_and(|name| name == "ALL" || name == capability))
    }

    /// Its image, unless a tool is to fill it in.
    pub(super) fn image(&self) -> Option<(Value<'a>, &'a str)> {
        let value = self.container.value.get("image")?;
        let image = value.as_str()?;
        let is_template = image.contains(['$', '{', '<', '%']) || image.trim().is_empty();
        (!is_template).then_some((value, image))
    }

    /// A request or limit: `quantity("limits", "memory")`.
    pub(super) fn quantity(&self, of: &str, resource: &str) -> Option<Value<'a>> {
        self.container.value.at(&["resources", of, resource])
    }

    /// The same, if it is in the manifest: defaulting takes limits for requests.
    pub(super) fn written_quantity(&self, of: &str, resource: &str) -> Option<Value<'a>> {
        let resources = self.container.value.get("resources")?.view()?;
        resources.at(&[of, resource])?;
        self.quantity(of, resource)
    }
}

/// `Deployment web`
pub(super) fn what(object: &Object<'_>) -> String {
    format!("{} `{}`", object.gvk.kind, object.name)
}

/// The quantity that a value holds.
pub(super) fn quantity(value: Value<'_>) -> Option<Quantity> {
    Quantity::parse_json(&value.as_text()?).ok()
}

/// `spec.replicas`; 1 if it is not set.
pub(super) fn replicas(object: &Object<'_>) -> i64 {
    object.spec().and_then(|spec| spec.int("replicas")).unwrap_or(1)
}

/// True for workloads whose number of Pods is a number: not for DaemonSets and Jobs.
pub(super) fn is_replicated(object: &Object<'_>) -> bool {
    matches!(
        (&*object.gvk.group, &*object.gvk.kind),
        ("apps" | "extensions", "Deployment" | "ReplicaSet" | "StatefulSet") | ("", "ReplicationController")
    )
}

/// Requests and limits of containers, with what namespaces and Pods add to them.
pub(super) struct Requests<'a> {
    /// Items of type Container of each namespace's LimitRanges.
    ranges: FxHashMap<Sym, Vec<Value<'a>>>,
}

impl<'a> Requests<'a> {
    /// Of the LimitRanges of a tree.
    pub(super) fn new(tree: &Tree<'a>) -> Self {
        let mut ranges: FxHashMap<Sym, Vec<Value<'a>>> = FxHashMap::default();
        for range in tree.of("", "LimitRange") {
            let items = range.spec().into_iter().flat_map(|spec| spec.list("limits"));
            ranges
                .entry(range.namespace)
                .or_default()
                .extend(items.filter(|item| item.str("type") == "Container"));
        }
        Self { ranges }
    }

    /// True if the container has a request for a resource: its own, its limit, the Pod's (since 1.34), or a default of
    /// the namespace.
    pub(super) fn has(
        &self,
        namespace: Sym,
        pod: PodTemplate<'_>,
        container: Value<'_>,
        resource: &str,
    ) -> bool {
        let of = |holder: Value<'_>| {
            ["requests", "limits"].iter().any(|list| holder.at(&["resources", list, resource]).is_some())
        };
        of(container) || of(pod.spec) || self.default(namespace, &["defaultRequest", "default"], resource)
    }

    /// True if the container has a limit for a resource.
    pub(super) fn has_limit(
        &self,
        namespace: Sym,
        pod: PodTemplate<'_>,
        container: Value<'_>,
        resource: &str,
    ) -> bool {
        let of = |holder: Value<'_>| holder.at(&["resources", "limits", resource]).is_some();
        of(container) || of(pod.spec) || self.default(namespace, &["default"], resource)
    }

    /// True if no container of a Pod has a request or limit for cpu or memory.
    pub(super) fn is_best_effort(&self, at: &PodAt<'_>) -> bool {
        let mut containers = at.containers().peekable();
        // What has no containers is refused anyway.
        containers.peek().is_some()
            && !containers.any(|c| {
                ["cpu", "memory"].iter().any(|r| self.has(at.object.namespace, at.pod, c.container.value, r))
            })
    }

    /// Containers of a Pod that run as long as it does and lack a request for a resource; or, with a request, a limit.
    /// None of a Pod that lacks all requests, nor of one that runs to its end.
    pub(super) fn lacking<'o>(
        &self,
        object: &'o Object<'o>,
        resource: &str,
        limit: bool,
    ) -> Vec<ContainerAt<'o>> {
        let Some(at) = PodAt::of(object) else { return Vec::new() };
        if at.runs_to_completion() || self.is_best_effort(&at) {
            return Vec::new();
        }
        let lacks = |c: &ContainerAt<'_>| {
            let has = self.has(object.namespace, at.pod, c.container.value, resource);
            if limit {
                has && !self.has_limit(object.namespace, at.pod, c.container.value, resource)
            } else {
                !has
            }
        };
        at.containers().filter(|c| c.serves() && lacks(c)).collect()
    }

    fn default(&self, namespace: Sym, lists: &[&str], resource: &str) -> bool {
        let ranges = self.ranges.get(&namespace).map_or(&[][..], Vec::as_slice);
        ranges.iter().any(|range| lists.iter().any(|list| range.at(&[list, resource]).is_some()))
    }
}

/// The Pods of an object once the cluster is at rest; those of a Deployment belong to its ReplicaSets.
pub(super) fn settled_pods(outcome: &Outcome, object: &Object<'_>) -> Vec<Arc<Pod>> {
    let state = &outcome.after;
    let kind = object.gvk.kind;
    let mut pods = state.pods_of(&kind, object.namespace, object.name);
    for set in state.workloads_owned("ReplicaSet", (&kind, object.name), object.namespace) {
        pods.extend(state.pods_of("ReplicaSet", object.namespace, set.meta.name));
    }
    pods.retain(|pod| !pod.deleting && !pod.phase.is_terminal());
    pods
}
