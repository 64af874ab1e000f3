//! Pods. Mirrors ValidatePodCreate and ValidatePodSpec.

mod annotations;
mod containers;
mod dns;
mod env;
mod mounts;
mod os;
mod probes;
pub(in super::super) mod scheduling;
mod security;
mod volumes;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::field::Field;
use super::super::metadata::{Name, validate_labels};
use super::super::names::NameRule;
use super::resources;

/// What the parts of a Pod's specification know of each other.
struct Pod<'v> {
    spec: Field<'v>,
    /// The metadata of a Pod; those of a template are not asked.
    metadata: Option<Field<'v>>,
    /// The claims of a StatefulSet.
    of_set: Option<Field<'v>>,
    /// Volumes that are good, by name.
    volumes: FxHashMap<&'v str, Field<'v>>,
    /// Names of the resource claims.
    claims: FxHashSet<&'v str>,
}

impl<'v> Pod<'v> {
    /// Seconds between asking the Pod to end and killing it.
    fn grace_period(&self) -> Option<i64> {
        self.spec.field("terminationGracePeriodSeconds").int()
    }

    /// Whether users in the containers are users of the host.
    fn host_users(&self) -> bool {
        self.spec.field("hostUsers").bool() != Some(false)
    }

    fn host_network(&self) -> bool {
        self.spec.field("hostNetwork").flag()
    }

    fn os(&self) -> &'v str {
        self.spec.field("os").text("name")
    }

    /// Every container, in the order of VisitContainersWithPath: init containers, containers, ephemeral ones.
    fn all_containers(&self) -> impl Iterator<Item = Field<'v>> + use<'v> {
        let spec = self.spec;
        ["initContainers", "containers", "ephemeralContainers"]
            .into_iter()
            .flat_map(move |list| spec.each(list))
    }
}

/// Mirrors ValidatePodSpecificAnnotations.
pub(in super::super) fn validate_annotations<'v>(annotations: Field<'v>, spec: Field<'v>) {
    annotations::validate_pod_specific(annotations, spec);
}

/// Mirrors validatePodMetadataAndSpec, without ValidateObjectMeta.
pub(in super::super) fn validate_metadata_and_spec(object: Field<'_>) {
    metadata_and_spec(object);
}

fn metadata_and_spec(object: Field<'_>) -> Pod<'_> {
    let (metadata, spec) = (object.field("metadata"), object.field("spec"));
    annotations::validate_pod_specific(metadata.field("annotations"), spec);
    let pod = validate_spec(spec, Some(metadata));
    if spec.field("serviceAccountName").is_empty() {
        for volume in spec.each("volumes") {
            for source in volume.field("projected").each("sources") {
                source
                    .field("serviceAccountToken")
                    .forbid_if_set("must not be specified when serviceAccountName is not set");
            }
        }
    }
    for list in ["containers", "initContainers"] {
        for container in spec.each(list) {
            containers::validate_only_for_pod(container);
        }
    }
    pod
}

/// Mirrors ValidatePodCreate.
pub(in super::super) fn validate(object: Field<'_>) {
    let (metadata, spec) = (object.field("metadata"), object.field("spec"));
    let pod = metadata_and_spec(object);
    let ephemeral = spec.field("ephemeralContainers");
    if !ephemeral.is_empty() {
        ephemeral.forbidden("cannot be set on create").plain(
            "ephemeral containers cannot be part of a new Pod",
            "remove `ephemeralContainers`; add one to the running Pod with `kubectl debug`",
        );
    }
    let node = spec.field("nodeName");
    if !node.is_empty() && !spec.field("schedulingGates").is_empty() {
        node.forbidden("cannot be set until all schedulingGates have been cleared");
    }
    annotations::validate_match_fields(&pod, metadata.field("annotations"));
}

/// Mirrors what ValidatePodTemplateSpec does after the metadata; `annotations` are where the server names them.
pub(in super::super) fn validate_template_spec<'v>(annotations: Field<'v>, spec: Field<'v>) {
    validate_template(annotations, spec, None);
}

/// The same for a StatefulSet: `claims` are volumes of its Pods.
pub(in super::super) fn validate_set_template_spec<'v>(
    annotations: Field<'v>,
    spec: Field<'v>,
    claims: Field<'v>,
) {
    validate_template(annotations, spec, Some(claims));
}

fn validate_template<'v>(annotations: Field<'v>, spec: Field<'v>, of_set: Option<Field<'v>>) {
    annotations::validate_pod_specific(annotations, spec);
    let pod = validate_spec_with(spec, None, of_set);
    annotations::validate_match_fields(&pod, annotations);
    let ephemeral = spec.field("ephemeralContainers");
    if !ephemeral.is_empty() {
        ephemeral.forbidden("ephemeral containers not allowed in pod template");
    }
}

/// Mirrors ValidatePodSpec.
fn validate_spec<'v>(spec: Field<'v>, metadata: Option<Field<'v>>) -> Pod<'v> {
    validate_spec_with(spec, metadata, None)
}

fn validate_spec_with<'v>(
    spec: Field<'v>,
    metadata: Option<Field<'v>>,
    of_set: Option<Field<'v>>,
) -> Pod<'v> {
    let mut pod = Pod { spec, metadata, of_set, volumes: FxHashMap::default(), claims: FxHashSet::default() };
    if pod.grace_period().is_none() && spec.is_set() {
        spec.field("terminationGracePeriodSeconds").required("");
    }
    volumes::validate_volumes(&mut pod);
    pod.claims =
        spec.each("resourceClaims").map(|claim| claim.text("name")).filter(|name| !name.is_empty()).collect();
    containers::validate_resource_claims(&pod);
    containers::validate_containers(&pod);
    containers::validate_init_containers(&pod);
    containers::validate_ephemeral_containers(&pod);
    if spec.since(34) {
        resources::validate_pod_resources(spec, pod.os(), &pod.claims);
    }
    host_ports(&pod);
    // A specification that is not there has its defaults all the same.
    if spec.is_set() {
        spec.field("restartPolicy").require_one_of("", &["Always", "OnFailure", "Never"]);
        let policies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
        spec.field("dnsPolicy").require_one_of("", &policies);
    }
    validate_labels(spec.field("nodeSelector"));
    security::validate_pod_security_context(&pod);
    let labels = pod.metadata.map(|metadata| metadata.field("labels"));
    scheduling::validate_affinity(spec.field("affinity"), labels);
    dns::validate_dns_config(spec);
    for gate in spec.each("readinessGates") {
        gate.field("conditionType").qualified_name();
    }
    scheduling::validate_scheduling_gates(spec.field("schedulingGates"));
    scheduling::validate_topology_spread(spec.field("topologySpreadConstraints"), labels);
    os::validate_host_process(&pod);
    os::validate_host_users(&pod);
    dns::validate_hostname_override(&pod);
    names(&pod);
    scheduling::validate_tolerations(spec.field("tolerations"));
    dns::validate_host_aliases(spec.field("hostAliases"));
    let class = spec.field("priorityClassName");
    if !class.is_empty() {
        class.dns_subdomain();
    }
    let class = spec.field("runtimeClassName");
    if class.is_set() {
        class.dns_subdomain();
    }
    let policy = spec.field("preemptionPolicy");
    if policy.is_set() {
        policy.require_one_of("", &["PreemptLowerPriority", "Never"]);
    }
    let overhead = spec.field("overhead");
    if overhead.is_set() {
        resources::validate_overhead(overhead);
    }
    os::validate_os(&pod);
    volumes::validate_file_key_volumes(&pod);
    pod
}

/// Names of other objects, and of the Pod in the network.
fn names(pod: &Pod<'_>) {
    let spec = pod.spec;
    for name in ["serviceAccountName", "nodeName"] {
        let field = spec.field(name);
        if !field.is_empty() {
            field.dns_subdomain();
        }
    }
    spec.field("activeDeadlineSeconds").between(1, i32::MAX.into());
    for name in ["hostname", "subdomain"] {
        let field = spec.field(name);
        // A StatefulSet writes its own.
        if !field.is_empty() && pod.of_set.is_none() {
            field.dns_label();
        }
    }
}

/// Mirrors validatePodHostNetworkDeps.
fn host_ports(pod: &Pod<'_>) {
    if !pod.host_network() {
        return;
    }
    for port in pod.spec.each("containers").flat_map(|container| container.each("ports")) {
        let (host, own) = (port.field("hostPort"), port.field("containerPort"));
        let (host_port, container_port) = (host.int().unwrap_or_default(), own.int().unwrap_or_default());
        if (pod.metadata.is_some() || host_port != 0) && host_port != container_port {
            host.range("must match `containerPort` when `hostNetwork` is true").plain(
                "on the host's network a container's port is the host's port",
                "remove `hostPort`, or make it the same as `containerPort`",
            );
        }
    }
}

/// What a Pod's volume or claim is called after, if it is known.
fn pod_name<'v>(pod: &Pod<'v>) -> Option<Name<'v>> {
    let name = Name::under(pod.metadata?);
    (!name.shown.is_empty()).then_some(name)
}

/// The sentences about a name that is made up: of a Pod and a volume.
fn judge_subdomain(name: &str) -> impl Iterator<Item = String> {
    NameRule::Subdomain.judge(name, false).into_iter().map(std::borrow::Cow::into_owned)
}
