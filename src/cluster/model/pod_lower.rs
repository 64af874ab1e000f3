//! From Pod objects and templates to the model. What defaulting fills in and is cheap to derive is derived again here, so that an
//! object that has not been through it (an export, a recording) lowers to the same.

use std::sync::Arc;

use super::meta::Meta;
use super::node::TaintEffect;
use super::pod::{Condition, Phase, Pod};
use super::pod_spec::{
    Container, ContainerKind, ContainerPort, Disk, HostPort, NodeAffinity, NodeSelectorTerm, PodAffinity,
    PodAffinityTerm, PodResourceClaim, PodSpec, SpreadConstraint, Toleration, TolerationOperator, Volume,
    VolumeSource, WeightedNodeTerm, WeightedPodTerm,
};
use super::requests::{PodLevel, Requests, aggregate, is_pod_level, pod_requests};
use super::resources::{ResourceList, is_hugepages};
use super::storage::{PersistentVolumeClaim, migrated_volume};
use super::time::parse_time;
use crate::object::{
    Labels, Object, Operator, PodTemplate, Requirement, Selector, Sym, Value, pod_references, sym,
};

fn text(value: Value<'_>, name: &str) -> Sym {
    sym(value.str(name))
}

impl Pod {
    /// Lowers an admitted Pod.
    pub fn lower(object: &Object<'_>) -> Self {
        let labels = Labels::read(object.metadata().and_then(|m| m.get("labels")));
        let mut spec = object.spec().map(|spec| PodSpec::lower(spec, &labels)).unwrap_or_default();
        if let Some(template) = object.pod_template() {
            spec.references = pod_references(&template);
        }
        Self::lower_with(object, Arc::new(spec))
    }

    /// Lowers an admitted Pod whose spec was lowered before.
    pub fn lower_with(object: &Object<'_>, spec: Arc<PodSpec>) -> Self {
        let mut pod = Self::new(Meta::read(object), spec);
        pod.deleting = object.metadata().is_some_and(|m| m.get("deletionTimestamp").is_some());
        if let Some(status) = object.value.get("status") {
            pod.read_status(status);
        }
        pod
    }

    fn read_status(&mut self, status: Value<'_>) {
        let nominated = text(status, "nominatedNodeName");
        self.nominated = (!nominated.is_empty()).then_some(nominated);
        self.phase = match status.str("phase") {
            "Running" => Phase::Running,
            "Succeeded" => Phase::Succeeded,
            "Failed" => Phase::Failed,
            _ => Phase::Pending,
        };
        self.start = status.get("startTime").and_then(Value::as_str).and_then(parse_time);
        self.conditions = status
            .list("conditions")
            .map(|condition| Condition {
                kind: text(condition, "type"),
                status: text(condition, "status"),
                reason: text(condition, "reason"),
            })
            .collect();
        self.ready = self.condition("Ready").is_some_and(|c| &*c.status == "True");
        self.claims = status
            .list("resourceClaimStatuses")
            .map(|claim| (text(claim, "name"), text(claim, "resourceClaimName")))
            .collect();
        self.resized = resized(status, self).map(Arc::new);
    }
}

/// What a Pod counts if its status reports resources of containers (`determineEffectiveRequests`).
fn resized(status: Value<'_>, pod: &Pod) -> Option<Requests> {
    let infeasible = pod.condition("PodResizePending").is_some_and(|c| &*c.reason == "Infeasible");
    let effective = |spec: &ResourceList, actuated: Value<'_>, allocated: Option<Value<'_>>| {
        let mut most = if infeasible { ResourceList::default() } else { spec.clone() };
        most.raise(&ResourceList::read(actuated.get("requests")));
        most.raise(&ResourceList::read(allocated));
        most
    };
    let statuses: Vec<_> = ["containerStatuses", "initContainerStatuses"]
        .into_iter()
        .flat_map(|list| status.list(list))
        .filter_map(|s| Some((s.str("name"), s.get("resources")?, s.get("allocatedResources"))))
        .collect();
    let whole = status.get("resources");
    if statuses.is_empty() && whole.is_none() {
        return None;
    }
    let spec = &*pod.spec;
    let of_container = |container: &Container| {
        let found = statuses.iter().find(|(name, ..)| *name == &*container.name);
        match found {
            Some(&(_, actuated, allocated)) if container.kind != ContainerKind::Init => {
                effective(&container.requests, actuated, allocated)
            }
            _ => container.requests.clone(),
        }
    };
    let mut level = spec.pod_requests.clone();
    if let Some(actuated) = whole {
        let most = effective(&spec.pod_requests, actuated, status.get("allocatedResources"));
        for name in spec.pod_requests.names() {
            level.copy(name, &most);
        }
    }
    let level = PodLevel { requests: &level, overhead: &spec.overhead };
    Some(pod_requests(&spec.containers, of_container, level))
}

impl NodeSelectorTerm {
    /// Lowers an item of `nodeSelectorTerms`.
    pub fn read(term: Value<'_>) -> Self {
        Self {
            expressions: term.list("matchExpressions").map(Requirement::read).collect(),
            fields: term.list("matchFields").map(Requirement::read).collect(),
        }
    }
}

impl NodeAffinity {
    /// Lowers `nodeAffinity`.
    pub fn read(affinity: Value<'_>) -> Self {
        node_affinity(affinity)
    }
}

impl PodSpec {
    /// Lowers a Pod spec. `labels` are those of the Pod: `matchLabelKeys` and `mismatchLabelKeys` read them, nothing else does
    /// (see `PodSpec::reads_labels`).
    pub fn lower(spec: Value<'_>, labels: &Labels) -> Self {
        let host_network = spec.flag("hostNetwork");
        let template = PodTemplate { path: "spec", holder: spec, spec };
        let containers: Vec<Container> = template
            .containers()
            .filter(|c| c.kind != ContainerKind::Ephemeral)
            .map(|c| container(c.kind, c.value, host_network))
            .collect();
        let resources = spec.get("resources");
        let pod_limits = ResourceList::read(resources.and_then(|r| r.get("limits")));
        let mut pod_requests_list = ResourceList::read(resources.and_then(|r| r.get("requests")));
        default_pod_requests(&mut pod_requests_list, &pod_limits, &containers);
        let overhead = ResourceList::read(spec.get("overhead"));
        let level = PodLevel { requests: &pod_requests_list, overhead: &overhead };
        let requests = pod_requests(&containers, |c| c.requests.clone(), level);

        let mut reads_labels = false;
        let affinity = spec.get("affinity");
        let mut pod_terms = |name| {
            let group = affinity.and_then(|a| a.get(name));
            group.map(|g| pod_affinity(g, labels, &mut reads_labels)).unwrap_or_default()
        };
        let (affinity_terms, anti_terms) = (pod_terms("podAffinity"), pod_terms("podAntiAffinity"));
        let spread = spec
            .list("topologySpreadConstraints")
            .map(|c| spread_constraint(c, labels, &mut reads_labels))
            .collect();

        let readiness_gates = spec.list("readinessGates").map(|gate| text(gate, "conditionType")).collect();
        let gates = spec.list("schedulingGates").map(|gate| text(gate, "name")).collect();
        let mut host_ports = Vec::new();
        for container in containers.iter().filter(|c| c.kind != ContainerKind::Init) {
            for port in container.ports.iter().filter(|p| p.host_port > 0) {
                let ip = if port.host_ip.is_empty() { sym("0.0.0.0") } else { port.host_ip };
                let port = HostPort { ip, protocol: port.protocol, port: port.host_port };
                if !host_ports.contains(&port) {
                    host_ports.push(port);
                }
            }
        }
        let or = |name, default| {
            let given = spec.str(name);
            sym(if given.is_empty() { default } else { given })
        };
        Self {
            containers,
            pod_requests: pod_requests_list,
            pod_limits,
            overhead,
            node_selector: Labels::read(spec.get("nodeSelector")),
            node_affinity: affinity
                .and_then(|a| a.get("nodeAffinity"))
                .map(node_affinity)
                .unwrap_or_default(),
            pod_affinity: affinity_terms,
            pod_anti_affinity: anti_terms,
            tolerations: spec.list("tolerations").map(toleration).collect(),
            spread,
            priority: spec.int("priority").unwrap_or(0),
            priority_class: text(spec, "priorityClassName"),
            never_preempts: spec.str("preemptionPolicy") == "Never",
            scheduler: or("schedulerName", "default-scheduler"),
            node_name: Some(text(spec, "nodeName")).filter(|name| !name.is_empty()),
            host_network,
            features: features(spec, &template),
            gates,
            readiness_gates,
            restart_policy: or("restartPolicy", "Always"),
            service_account: or("serviceAccountName", spec.str("serviceAccount")),
            hostname: text(spec, "hostname"),
            subdomain: text(spec, "subdomain"),
            grace_seconds: spec.int("terminationGracePeriodSeconds").unwrap_or(30),
            deadline_seconds: spec.int("activeDeadlineSeconds"),
            volumes: spec.list("volumes").filter_map(volume).collect(),
            resource_claims: spec
                .list("resourceClaims")
                .map(|claim| PodResourceClaim {
                    name: text(claim, "name"),
                    claim: claim.get("resourceClaimName").and_then(Value::as_str).map(sym),
                    template: text(claim, "resourceClaimTemplateName"),
                })
                .collect(),
            references: Vec::new(),
            reads_labels,
            requests,
            host_ports,
        }
    }
}

/// What a node must declare to be able to run the Pod (`component-helpers/nodedeclaredfeatures`).
fn features(spec: Value<'_>, template: &PodTemplate<'_>) -> Vec<&'static str> {
    let mut features = Vec::new();
    let restarts_all = |rule: Value<'_>| rule.str("action") == "RestartAllContainers";
    if template.containers().any(|c| c.value.list("restartPolicyRules").any(restarts_all)) {
        features.push("RestartAllContainersOnContainerExits");
    }
    let own_users = spec.get("hostUsers").and_then(Value::as_bool) == Some(false);
    if own_users && spec.flag("hostNetwork") {
        features.push("UserNamespacesHostNetworkSupport");
    }
    features
}

/// `defaultPodRequests`: with limits of the Pod as a whole, its requests default to those of the containers, then to
/// the limits. Huge pages cannot be overcommitted and go straight to the limit.
fn default_pod_requests(requests: &mut ResourceList, limits: &ResourceList, containers: &[Container]) {
    if limits.is_empty() {
        return;
    }
    let sum = aggregate(containers, |c| c.requests.clone(), &ResourceList::default());
    for name in sum.names() {
        if is_pod_level(name) && !is_hugepages(&name) && !requests.has(name) {
            requests.copy(name, &sum);
        }
    }
    for name in limits.names() {
        if is_pod_level(name) && !requests.has(name) {
            requests.copy(name, limits);
        }
    }
}

fn container(kind: ContainerKind, value: Value<'_>, host_network: bool) -> Container {
    let resources = value.get("resources");
    let limits = ResourceList::read(resources.and_then(|r| r.get("limits")));
    let mut requests = ResourceList::read(resources.and_then(|r| r.get("requests")));
    requests.fill(&limits);
    let ports = value.list("ports").map(|port| {
        let container_port = port.int("containerPort").unwrap_or(0);
        let host_port = port.int("hostPort").unwrap_or(0);
        ContainerPort {
            name: text(port, "name"),
            container_port,
            host_port: if host_network && host_port == 0 { container_port } else { host_port },
            host_ip: text(port, "hostIP"),
            protocol: sym(if port.str("protocol").is_empty() { "TCP" } else { port.str("protocol") }),
        }
    });
    Container {
        name: text(value, "name"),
        kind,
        image: text(value, "image"),
        ports: ports.collect(),
        requests,
        limits,
        readiness_probe: value.get("readinessProbe").is_some(),
    }
}

fn node_affinity(affinity: Value<'_>) -> NodeAffinity {
    let required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution");
    let preferred =
        affinity.list("preferredDuringSchedulingIgnoredDuringExecution").map(|term| WeightedNodeTerm {
            weight: term.int("weight").unwrap_or(0),
            term: term.get("preference").map(NodeSelectorTerm::read).unwrap_or_default(),
        });
    NodeAffinity {
        required: required.map(|r| r.list("nodeSelectorTerms").map(NodeSelectorTerm::read).collect()),
        preferred: preferred.collect(),
    }
}

/// Requirements that `matchLabelKeys` (`In`) or `mismatchLabelKeys` (`NotIn`) add to a selector.
fn label_keys(value: Value<'_>, name: &str, labels: &Labels, reads: &mut bool) -> Vec<(Sym, Sym)> {
    let keys = value.list(name).filter_map(Value::as_str).map(sym);
    keys.inspect(|_| *reads = true).filter_map(|key| Some((key, labels.get(key)?))).collect()
}

/// A term as the create strategy stores it: label keys merged into the selector, unless that is nil
/// (`applyMatchLabelKeysAndMismatchLabelKeys`).
fn pod_term(term: Value<'_>, labels: &Labels, reads: &mut bool) -> PodAffinityTerm {
    let mut selector = term.get("labelSelector").map(Selector::read);
    for (key, value) in label_keys(term, "matchLabelKeys", labels, reads) {
        if let Some(selector) = &mut selector {
            selector.push(Requirement { key, operator: Operator::In(smallvec::smallvec![value]) });
        }
    }
    for (key, value) in label_keys(term, "mismatchLabelKeys", labels, reads) {
        if let Some(selector) = &mut selector {
            selector.push(Requirement { key, operator: Operator::NotIn(smallvec::smallvec![value]) });
        }
    }
    PodAffinityTerm {
        selector,
        namespaces: term.list("namespaces").filter_map(Value::as_str).map(sym).collect(),
        namespace_selector: term.get("namespaceSelector").map(Selector::read),
        topology_key: text(term, "topologyKey"),
    }
}

fn pod_affinity(group: Value<'_>, labels: &Labels, reads: &mut bool) -> PodAffinity {
    let required = group
        .list("requiredDuringSchedulingIgnoredDuringExecution")
        .map(|term| pod_term(term, labels, reads))
        .collect();
    let preferred = group
        .list("preferredDuringSchedulingIgnoredDuringExecution")
        .filter_map(|weighted| {
            Some(WeightedPodTerm {
                weight: weighted.int("weight").unwrap_or(0),
                term: pod_term(weighted.get("podAffinityTerm")?, labels, reads),
            })
        })
        .collect();
    PodAffinity { required, preferred }
}

impl SpreadConstraint {
    /// Lowers a constraint; with the labels of a Pod its `matchLabelKeys` become part of the selector.
    pub fn read(constraint: Value<'_>, labels: Option<&Labels>) -> Self {
        spread_constraint(constraint, labels.unwrap_or(&Labels::default()), &mut false)
    }
}

fn spread_constraint(constraint: Value<'_>, labels: &Labels, reads: &mut bool) -> SpreadConstraint {
    let mut selector = constraint.get("labelSelector").map(Selector::read);
    for (key, value) in label_keys(constraint, "matchLabelKeys", labels, reads) {
        if let Some(selector) = &mut selector {
            selector.push(Requirement { key, operator: Operator::In(smallvec::smallvec![value]) });
        }
    }
    SpreadConstraint {
        max_skew: constraint.int("maxSkew").unwrap_or(0),
        topology_key: text(constraint, "topologyKey"),
        hard: constraint.str("whenUnsatisfiable") == "DoNotSchedule",
        selector,
        min_domains: constraint.int("minDomains").unwrap_or(1),
        honor_affinity: constraint.str("nodeAffinityPolicy") != "Ignore",
        honor_taints: constraint.str("nodeTaintsPolicy") == "Honor",
    }
}

fn toleration(value: Value<'_>) -> Toleration {
    let effect = value.str("effect");
    Toleration {
        key: text(value, "key"),
        operator: match value.str("operator") {
            "" | "Equal" => TolerationOperator::Equal,
            "Exists" => TolerationOperator::Exists,
            _ => TolerationOperator::Other,
        },
        value: text(value, "value"),
        effect: if effect.is_empty() { None } else { TaintEffect::read(effect) },
        seconds: value.int("tolerationSeconds"),
    }
}

fn disk(field: &str, source: Value<'_>, volume: Value<'_>) -> Option<Disk> {
    let read_only = source.flag("readOnly");
    Some(match field {
        "gcePersistentDisk" => {
            Disk::Gce { name: text(source, "pdName"), read_only, csi: migrated_volume(volume)? }
        }
        "awsElasticBlockStore" => Disk::Aws { id: text(source, "volumeID"), csi: migrated_volume(volume)? },
        "iscsi" => Disk::Iscsi { iqn: text(source, "iqn"), read_only },
        "rbd" => Disk::Rbd {
            monitors: source.list("monitors").filter_map(Value::as_str).map(sym).collect(),
            pool: sym(if source.str("pool").is_empty() { "rbd" } else { source.str("pool") }),
            image: text(source, "image"),
            read_only,
        },
        _ => return None,
    })
}

fn volume(value: Value<'_>) -> Option<Volume> {
    let (field, source) = value.entries().find(|(key, v)| *key != "name" && !v.is_null())?;
    let source = match field {
        "persistentVolumeClaim" => VolumeSource::Claim(text(source, "claimName")),
        "ephemeral" => {
            let spec = source.at(&["volumeClaimTemplate", "spec"]);
            VolumeSource::Ephemeral(Box::new(spec.map(PersistentVolumeClaim::of_spec).unwrap_or_default()))
        }
        "configMap" => VolumeSource::ConfigMap(text(source, "name")),
        "secret" => VolumeSource::Secret(text(source, "secretName")),
        "image" => VolumeSource::Image(text(source, "reference")),
        other => match (disk(other, source, value), migrated_volume(value)) {
            (Some(disk), _) => VolumeSource::Disk(Box::new(disk)),
            (None, Some(csi)) => VolumeSource::Migrated(csi),
            (None, None) => VolumeSource::Other(sym(other)),
        },
    };
    Some(Volume { name: text(value, "name"), source })
}
