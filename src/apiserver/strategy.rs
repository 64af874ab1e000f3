//! What the registry does to an object before it is stored: the strategies' `PrepareForCreate`, which also says what
//! `status` a new object has, and the parts of storage that fill in fields (a Service's addresses).
//!
//! What only a real server can choose is a placeholder: `<allocated>` for addresses and ports, `<job uid>`.

use super::disabled::drop_disabled_fields;
use crate::object::{Draft, Gvk, Owned, Value};
use crate::schema::Minor;
use crate::schema::quantity::Quantity;

/// Stands for an address or port that an allocator would choose.
pub const ALLOCATED: &str = "<allocated>";
/// Stands for the UID in a Job's generated selector.
pub const JOB_UID: &str = "<job uid>";

/// Prepares a new object for storage, in a server of a minor.
pub fn prepare_for_create(gvk: Gvk, minor: Minor, object: &mut Draft<'_, '_>) {
    drop_disabled_fields(gvk, minor, object, None);
    let none = || Owned::Map(Vec::new());
    let zeroes = |names: &[&'static str]| {
        Owned::Map(names.iter().map(|name| ((*name).into(), Owned::Int(0))).collect())
    };
    match (&*gvk.group, &*gvk.kind) {
        ("", "Pod") => pod(minor, object),
        ("", "PodTemplate") => generation(object),
        ("apps" | "extensions", "Deployment") => workload(object, none()),
        ("apps" | "extensions", "ReplicaSet") | ("", "ReplicationController") => {
            workload(object, zeroes(&["replicas"]));
        }
        ("apps", "StatefulSet") => workload(object, zeroes(&["replicas", "availableReplicas"])),
        ("apps" | "extensions", "DaemonSet") => {
            workload(
                object,
                zeroes(&[
                    "currentNumberScheduled",
                    "numberMisscheduled",
                    "desiredNumberScheduled",
                    "numberReady",
                ]),
            );
            if let Some(mut metadata) = object.ensure("metadata")
                && let Some(mut annotations) = metadata.ensure("annotations")
            {
                annotations.set("deprecated.daemonset.template.generation", "1");
            }
        }
        ("batch", "Job") => {
            generate_job_selector(object);
            workload(object, none());
            // The stored object is read back with its defaults: labels again, now that the template has some.
            super::defaults::set_object_defaults(gvk, object);
        }
        ("batch", "CronJob") => {
            generation(object);
            object.set("status", none());
        }
        ("", "Service") => service(object),
        _ => others(gvk, object),
    }
}

/// Kinds of which little is prepared.
fn others(gvk: Gvk, object: &mut Draft<'_, '_>) {
    let none = || Owned::Map(Vec::new());
    match (&*gvk.group, &*gvk.kind) {
        ("", "Namespace") => {
            object.set("status", Owned::map([("phase", "Active".into())]));
            if let Some(mut spec) = object.ensure("spec")
                && !spec.read().list("finalizers").any(|item| item.as_str() == Some("kubernetes"))
            {
                spec.append("finalizers", ["kubernetes".into()]);
            }
        }
        ("", "PersistentVolume") => object.set(
            "status",
            Owned::map([("phase", "Pending".into()), ("lastPhaseTransitionTime", "<now>".into())]),
        ),
        ("", "PersistentVolumeClaim") => {
            object.set("status", Owned::map([("phase", "Pending".into())]));
            data_sources(object, None);
        }
        ("", "Secret") => string_data(object),
        ("", "ServiceAccount") => object.each("secrets", |secret| {
            let name = secret.read().get("name").map(Owned::copy);
            for field in ["kind", "namespace", "uid", "apiVersion", "resourceVersion", "fieldPath"] {
                secret.remove(field);
            }
            if let Some(name) = name {
                secret.set("name", name);
            }
        }),
        ("", "LimitRange") => {
            if let Some(mut metadata) = object.ensure("metadata") {
                metadata.default_str("name", "<uid>");
            }
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            generation(object);
            let stored = object
                .read()
                .get("spec")
                .and_then(|spec| spec.list("versions").find(|version| version.flag("storage")))
                .map(|version| Owned::from(version.str("name").to_owned()));
            object.set("status", Owned::map([("storedVersions", Owned::Seq(stored.into_iter().collect()))]));
        }
        ("certificates.k8s.io", "CertificateSigningRequest") => {
            object.set("status", none());
            requester(object);
        }
        ("discovery.k8s.io", "EndpointSlice") => {
            generation(object);
            object.each("endpoints", |endpoint| endpoint.remove("deprecatedTopology"));
        }
        ("resource.k8s.io", "ResourceSlice") => generation(object),
        ("authentication.k8s.io" | "authorization.k8s.io", _) => object.remove("status"),
        _ if counts_generations(gvk) => {
            generation(object);
            if object.read().get("status").is_some() {
                object.set("status", none());
            }
        }
        _ if object.read().get("status").is_some() && !keeps_status(gvk) => object.set("status", none()),
        _ => {}
    }
}

/// Kinds whose objects start with the generation 1, and whose updates raise it.
fn counts_generations(gvk: Gvk) -> bool {
    matches!(
        (&*gvk.group, &*gvk.kind),
        ("admissionregistration.k8s.io" | "flowcontrol.apiserver.k8s.io", _)
            | ("networking.k8s.io", "Ingress" | "IngressClass" | "NetworkPolicy")
            | ("extensions", "Ingress" | "NetworkPolicy")
            | ("policy", "PodDisruptionBudget")
            | ("resource.k8s.io", "DeviceClass")
            | ("scheduling.k8s.io", "PriorityClass")
    )
}

/// Kinds that may be made with a status.
fn keeps_status(gvk: Gvk) -> bool {
    gvk.is("", "Node") || !crate::schema::Types::builtin_group(&gvk.group)
}

/// Whoever makes a request for a certificate is written into it.
fn requester(request: &mut Draft<'_, '_>) {
    if let Some(mut spec) = request.ensure("spec") {
        spec.remove("extra");
        spec.set("username", "admin");
        spec.set("uid", "admin");
        spec.set("groups", Owned::Seq(vec!["system:masters".into(), "system:authenticated".into()]));
    }
}

/// What is written as text becomes data. Mirrors the conversion of a Secret.
pub(super) fn string_data(secret: &mut Draft<'_, '_>) {
    let texts: Vec<(String, String)> = secret
        .read()
        .map("stringData")
        .map(|(key, text)| (key.to_owned(), base64(text.as_str().unwrap_or_default().as_bytes())))
        .collect();
    secret.remove("stringData");
    if texts.is_empty() {
        return;
    }
    if let Some(mut data) = secret.ensure("data") {
        for (key, text) in texts {
            data.set(key, text);
        }
    }
}

/// Bytes as Go's encoder prints them.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let sextet = (group >> (18 - 6 * at)) & 63;
            let letter = ALPHABET.get(sextet as usize).copied().unwrap_or(b'=');
            out.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// The two fields that say what a claim starts with. Mirrors DropDisabledFields, EnforceDataSourceBackwardsCompatibility
/// and NormalizeDataSources.
pub(super) fn data_sources(claim: &mut Draft<'_, '_>, old: Option<Value<'_>>) {
    let had = |name: &str| old.is_some_and(|old| old.get(name).is_some());
    let (had_reference, had_source) = (had("dataSourceRef"), had("dataSource"));
    claim.with(&["spec"], |spec| {
        let known = |source: Value<'_>| {
            matches!(
                (source.str("apiGroup"), source.str("kind")),
                ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
            )
        };
        let elsewhere = |spec: Value<'_>| {
            spec.get("dataSourceRef").is_some_and(|reference| !reference.str("namespace").is_empty())
        };
        // Gate CrossNamespaceVolumeDataSource is off.
        if !had_reference && elsewhere(spec.read()) {
            spec.remove("dataSourceRef");
        }
        let has_reference = spec.read().get("dataSourceRef").is_some();
        let unknown = spec.read().get("dataSource").is_some_and(|source| !known(source));
        if !had_reference && !had_source && !has_reference && unknown {
            spec.remove("dataSource");
        }
        let part = |name: &str| spec.read().get(name).map(same_source);
        match (part("dataSource"), part("dataSourceRef")) {
            (Some(source), None) => spec.set("dataSourceRef", source),
            (None, Some(reference)) if !elsewhere(spec.read()) => spec.set("dataSource", reference),
            _ => {}
        }
    });
}

/// What both fields of a claim's source have.
fn same_source(source: Value<'_>) -> Owned {
    let fields = ["apiGroup", "kind", "name"].into_iter();
    Owned::Map(fields.filter_map(|name| Some((name.into(), Owned::copy(source.get(name)?)))).collect())
}

fn generation(object: &mut Draft<'_, '_>) {
    if let Some(mut metadata) = object.ensure("metadata") {
        metadata.set("generation", 1);
    }
}

fn workload(object: &mut Draft<'_, '_>, status: Owned) {
    generation(object);
    object.set("status", status);
}

fn pod(minor: Minor, object: &mut Draft<'_, '_>) {
    if minor.number() >= 33 {
        generation(object);
    }
    let mut status = vec![("phase".into(), "Pending".into())];
    if object.read().at(&["spec", "schedulingGates"]).is_some_and(|gates| gates.items().next().is_some()) {
        status.push((
            "conditions".into(),
            Owned::Seq(vec![Owned::map([
                ("type", "PodScheduled".into()),
                ("status", "False".into()),
                ("lastProbeTime", Owned::Null),
                ("lastTransitionTime", "<now>".into()),
                ("reason", "SchedulingGated".into()),
                ("message", "Scheduling is blocked due to non-empty scheduling gates".into()),
            ])]),
        ));
    }
    let qos = object.read().get("spec").map_or("BestEffort", quality_of_service);
    status.push(("qosClass".into(), qos.into()));
    object.set("status", Owned::Map(status));
    merge_label_keys(minor, object);
    convert_pod(object);
}

/// Labels of the Pod that its own terms name by key become part of their selectors. Mirrors mutatePodAffinity and
/// mutateTopologySpreadConstraints.
fn merge_label_keys(minor: Minor, pod: &mut Draft<'_, '_>) {
    let labels: Vec<(String, String)> = pod
        .read()
        .get("metadata")
        .into_iter()
        .flat_map(|metadata| metadata.map("labels"))
        .filter_map(|(key, value)| Some((key.to_owned(), value.as_str()?.to_owned())))
        .collect();
    let merge = |term: &mut Draft<'_, '_>| {
        let mut merged = Vec::new();
        for (list, operator) in [("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")] {
            for key in term.read().list(list).filter_map(Value::as_str) {
                if let Some((_, value)) = labels.iter().find(|(known, _)| known == key) {
                    merged.push(Owned::map([
                        ("key", key.to_owned().into()),
                        ("operator", operator.into()),
                        ("values", Owned::Seq(vec![value.clone().into()])),
                    ]));
                }
            }
        }
        if !merged.is_empty() {
            term.with(&["labelSelector"], |selector| selector.append("matchExpressions", merged));
        }
    };
    // Gates MatchLabelKeysInPodAffinity and MatchLabelKeysInPodTopologySpreadSelectorMerge.
    if minor.number() >= 31 {
        for affinity in ["podAffinity", "podAntiAffinity"] {
            pod.with(&["spec", "affinity", affinity], |affinity| {
                affinity.each("preferredDuringSchedulingIgnoredDuringExecution", |term| {
                    term.with(&["podAffinityTerm"], |term| merge(term));
                });
                affinity.each("requiredDuringSchedulingIgnoredDuringExecution", |term| merge(term));
            });
        }
    }
    if minor.number() >= 34 {
        pod.with(&["spec"], |spec| spec.each("topologySpreadConstraints", |term| merge(term)));
    }
}

/// What becomes of a Pod's old ways to say something, in new versions of it as well.
pub(super) fn convert_pod(pod: &mut Draft<'_, '_>) {
    grace_period(pod);
    app_armor_annotations(pod);
}

/// Mirrors the conversion of a Pod: less than nothing is a second.
fn grace_period(pod: &mut Draft<'_, '_>) {
    pod.with(&["spec"], |spec| {
        if spec.read().int("terminationGracePeriodSeconds").is_some_and(|seconds| seconds < 0) {
            spec.set("terminationGracePeriodSeconds", 1);
        }
    });
}

/// Mirrors GetPodQOS over defaulted containers (requests follow limits): cpu and memory only, zero counts as absent.
pub(super) fn quality_of_service(spec: Value<'_>) -> &'static str {
    const COUNTED: [&str; 2] = ["cpu", "memory"];
    fn amounts<'a>(resources: Value<'a>, list: &str) -> Vec<(&'a str, Value<'a>)> {
        resources.map(list).filter(|(name, v)| COUNTED.contains(name) && !is_zero(*v)).collect()
    }
    let containers: Vec<Value<'_>> = match spec.get("resources") {
        // Pod-level resources speak for all containers.
        Some(_) => vec![spec],
        None => spec.list("containers").chain(spec.list("initContainers")).collect(),
    };
    let (mut any, mut guaranteed) = (false, true);
    for container in containers {
        let Some(resources) = container.get("resources") else {
            guaranteed = false;
            continue;
        };
        let (requests, limits) = (amounts(resources, "requests"), amounts(resources, "limits"));
        any |= !requests.is_empty() || !limits.is_empty();
        guaranteed &= limits.len() == COUNTED.len()
            && requests.len() == limits.len()
            && requests.iter().all(|(name, request)| {
                limits.iter().any(|(other, limit)| name == other && same_amount(*request, *limit))
            });
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}

fn is_zero(quantity: Value<'_>) -> bool {
    amount(quantity).is_none_or(|q| q.is_zero())
}

fn same_amount(a: Value<'_>, b: Value<'_>) -> bool {
    matches!((amount(a), amount(b)), (Some(a), Some(b)) if a == b)
}

fn amount(quantity: Value<'_>) -> Option<Quantity> {
    Quantity::parse_json(&quantity.as_text()?).ok()
}

/// Mirrors applyAppArmorVersionSkew: the old annotation becomes the field.
fn app_armor_annotations(pod: &mut Draft<'_, '_>) {
    const PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";
    if pod.read().at(&["spec", "os", "name"]).and_then(Value::as_str) == Some("windows") {
        return;
    }
    let (profiles, of_pod) = {
        let value = pod.read();
        let profiles: Vec<(String, Owned)> = value
            .get("metadata")
            .into_iter()
            .flat_map(|metadata| metadata.map("annotations"))
            .filter_map(|(key, v)| {
                Some((key.strip_prefix(PREFIX)?.to_owned(), app_armor_profile(v.as_str()?)?))
            })
            .collect();
        let of_pod = value.at(&["spec", "securityContext", "appArmorProfile"]).map(Owned::copy);
        (profiles, of_pod)
    };
    if profiles.is_empty() {
        return;
    }
    pod.with(&["spec"], |spec| {
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            spec.each(list, |container| {
                let name = container.read().str("name").to_owned();
                let has = container.read().at(&["securityContext", "appArmorProfile"]).is_some();
                let Some((_, profile)) = profiles.iter().find(|(of, _)| *of == name) else { return };
                if !has
                    && of_pod.as_ref() != Some(profile)
                    && let Some(mut context) = container.ensure("securityContext")
                {
                    context.set("appArmorProfile", profile.clone());
                }
            });
        }
    });
}

fn app_armor_profile(annotation: &str) -> Option<Owned> {
    match annotation {
        "unconfined" => Some(Owned::map([("type", "Unconfined".into())])),
        "runtime/default" => Some(Owned::map([("type", "RuntimeDefault".into())])),
        _ => {
            let profile = annotation.strip_prefix("localhost/").filter(|p| !p.is_empty())?;
            Some(Owned::map([("type", "Localhost".into()), ("localhostProfile", profile.to_owned().into())]))
        }
    }
}

/// Mirrors generateSelector: a Job's Pods carry its name and UID, and its selector asks for the UID.
fn generate_job_selector(job: &mut Draft<'_, '_>) {
    if job.read().at(&["spec", "manualSelector"]).and_then(Value::as_bool) == Some(true) {
        return;
    }
    let name = job.read().at(&["metadata", "name"]).and_then(Value::as_str).unwrap_or_default().to_owned();
    job.with(&["spec"], |spec| {
        if let Some(mut template) = spec.ensure("template")
            && let Some(mut metadata) = template.ensure("metadata")
            && let Some(mut labels) = metadata.ensure("labels")
        {
            for key in ["job-name", "batch.kubernetes.io/job-name"] {
                labels.default(key, name.clone());
            }
            for key in ["controller-uid", "batch.kubernetes.io/controller-uid"] {
                labels.default(key, JOB_UID);
            }
        }
        if let Some(mut selector) = spec.ensure("selector")
            && let Some(mut labels) = selector.ensure("matchLabels")
        {
            labels.default("batch.kubernetes.io/controller-uid", JOB_UID);
        }
    });
}

/// Mirrors the Service REST storage on a single-stack IPv4 cluster: address families, cluster IPs, node ports.
fn service(object: &mut Draft<'_, '_>) {
    object.set("status", Owned::map([("loadBalancer", Owned::Map(Vec::new()))]));
    object.with(&["spec"], |spec| {
        let kind = spec.read().str("type").to_owned();
        if kind == "ExternalName" {
            // Not defaulted for this type, and not shown where it was given.
            spec.remove("internalTrafficPolicy");
        } else {
            addresses(spec, ALLOCATED);
        }
        let balancer_ports = spec.read().flag("allocateLoadBalancerNodePorts");
        if kind == "NodePort" || kind == "LoadBalancer" && balancer_ports {
            spec.each("ports", |port| {
                if port.read().int("nodePort").unwrap_or_default() == 0 {
                    port.set("nodePort", ALLOCATED);
                }
            });
        }
        let local = spec.read().str("externalTrafficPolicy") == "Local";
        if kind == "LoadBalancer" && local && spec.read().int("healthCheckNodePort").unwrap_or_default() == 0
        {
            spec.set("healthCheckNodePort", ALLOCATED);
        }
    });
}

/// Mirrors initIPFamilyFields and the allocation of cluster IPs.
pub(super) fn addresses(spec: &mut Draft<'_, '_>, allocated: &'static str) {
    let value = spec.read();
    let ip = value.str("clusterIP").to_owned();
    let headless = ip == "None";
    let selectorless = value.map("selector").next().is_none();
    let mut families: Vec<String> =
        value.list("ipFamilies").filter_map(Value::as_str).map(str::to_owned).collect();
    let given: Vec<String> = value.list("clusterIPs").filter_map(Value::as_str).map(str::to_owned).collect();
    spec.default("ipFamilyPolicy", if headless && selectorless { "RequireDualStack" } else { "SingleStack" });
    let ips = if given.is_empty() && !ip.is_empty() { vec![ip.clone()] } else { given };
    for address in ips.iter().filter(|ip| *ip != "None").skip(families.len()) {
        families.push(if address.contains(':') { "IPv6" } else { "IPv4" }.to_owned());
    }
    if families.is_empty() {
        families.push("IPv4".to_owned());
    }
    let single = spec.read().str("ipFamilyPolicy") == "SingleStack";
    if headless && selectorless && families.len() < 2 && !single {
        families.push(if families[0] == "IPv4" { "IPv6" } else { "IPv4" }.to_owned());
    }
    spec.set("ipFamilies", Owned::Seq(families.into_iter().map(Owned::from).collect()));
    let ips = if ips.is_empty() { vec![allocated.to_owned()] } else { ips };
    if ip.is_empty() {
        spec.set("clusterIP", ips[0].clone());
    }
    spec.set("clusterIPs", Owned::Seq(ips.into_iter().map(Owned::from).collect()));
}
