//! Pods and Pod templates.

use super::quantity;
use crate::object::{Draft, Owned, parse_image_name};

/// Mirrors SetObjectDefaults_Pod.
pub(super) fn set_object_defaults_pod(pod: &mut Draft<'_, '_>) {
    pod.with(&["spec"], |spec| {
        set_defaults_pod(spec);
        set_defaults_pod_spec(spec);
    });
}

/// Mirrors SetDefaults_Pod: what only a Pod gets, so that templates don't change when a default is added.
fn set_defaults_pod(spec: &mut Draft<'_, '_>) {
    for list in ["containers", "initContainers"] {
        spec.each(list, |container| {
            container.with(&["resources"], default_requests_to_limits);
        });
    }
    default_pod_level_resources(spec);
    spec.default("enableServiceLinks", true);
    if spec.read().flag("hostNetwork") {
        for list in ["containers", "initContainers"] {
            spec.each(list, |container| {
                container.each("ports", |port| {
                    if let Some(number) = port.read().int("containerPort") {
                        port.default_int("hostPort", number);
                    }
                });
            });
        }
    }
}

/// A limit without a request is the request too.
fn default_requests_to_limits(resources: &mut Draft<'_, '_>) {
    let Some(limits) = resources.read().get("limits") else { return };
    let limits: Vec<_> = limits.entries().map(|(name, v)| (name.to_owned(), Owned::copy(v))).collect();
    let Some(mut requests) = resources.ensure("requests") else { return };
    for (name, limit) in limits {
        if requests.read().get(&name).is_none() {
            requests.set(name, limit);
        }
    }
}

/// Mirrors defaultHugePagePodLimits and defaultPodRequests: a Pod that states some resources as a whole gets the
/// rest from its containers, or from its own limits.
fn default_pod_level_resources(spec: &mut Draft<'_, '_>) {
    let value = spec.read();
    let Some(resources) = value.get("resources") else { return };
    let limits = quantity::read_list(resources.get("limits"));
    let mut requests = quantity::read_list(resources.get("requests"));
    if limits.is_empty() && requests.is_empty() {
        return;
    }
    let mut new_limits = limits;
    for (name, amount) in quantity::aggregate(value, "limits") {
        if name.starts_with("hugepages-") && !new_limits.iter().any(|(n, _)| *n == name) {
            new_limits.push((name, amount));
        }
    }
    let of_containers = quantity::aggregate(value, "requests");
    let has_limits = !new_limits.is_empty();
    if has_limits {
        let supported = |name: &str| matches!(name, "cpu" | "memory") || name.starts_with("hugepages-");
        let overcommits = |name: &str| !name.starts_with("hugepages-");
        for (name, amount) in of_containers.into_iter().filter(|(n, _)| supported(n) && overcommits(n)) {
            if !requests.iter().any(|(n, _)| *n == name) {
                requests.push((name, amount));
            }
        }
        for (name, amount) in new_limits.iter().filter(|(n, _)| supported(n)) {
            if !requests.iter().any(|(n, _)| n == name) {
                requests.push((name.clone(), amount.clone()));
            }
        }
    }
    if let Some(mut resources) = spec.get("resources") {
        if has_limits {
            resources.set("limits", quantity::write_list(new_limits));
        }
        if !requests.is_empty() {
            resources.set("requests", quantity::write_list(requests));
        }
    }
}

/// Mirrors SetDefaults_PodSpec and what SetObjectDefaults does below it: for Pods and every template.
pub(super) fn set_defaults_pod_spec(spec: &mut Draft<'_, '_>) {
    // The old name of the field counts only when the new one is empty, and always repeats it (conversion of PodSpec).
    let old = spec.read().str("serviceAccount").to_owned();
    let name = spec.read().str("serviceAccountName").to_owned();
    if !name.is_empty() {
        spec.set("serviceAccount", name);
    } else if !old.is_empty() {
        spec.set("serviceAccountName", old);
    }
    spec.default_str("dnsPolicy", "ClusterFirst");
    spec.default_str("restartPolicy", "Always");
    spec.default("securityContext", Owned::Map(Vec::new()));
    spec.default("terminationGracePeriodSeconds", 30);
    spec.default_str("schedulerName", "default-scheduler");
    spec.with(&["overhead"], quantity::resource_list);
    spec.with(&["resources"], quantity::resources);
    spec.each("volumes", volume);
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        spec.each(list, container);
    }
}

/// Mirrors SetDefaults_Container and the defaults of what is in a container.
fn container(container: &mut Draft<'_, '_>) {
    let image = container.read().str("image").to_owned();
    container.default_str("imagePullPolicy", pull_policy(&image));
    container.default_str("terminationMessagePath", "/dev/termination-log");
    container.default_str("terminationMessagePolicy", "File");
    container.each("ports", |port| port.default_str("protocol", "TCP"));
    container.with(&["resources"], quantity::resources);
    container.each("env", |env| {
        env.with(&["valueFrom", "fieldRef"], object_field_selector);
        env.with(&["valueFrom", "resourceFieldRef"], quantity::divisor);
        env.with(&["valueFrom", "fileKeyRef"], |file| file.default("optional", false));
    });
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        container.with(&[name], |probe| {
            probe.default_int("timeoutSeconds", 1);
            probe.default_int("periodSeconds", 10);
            probe.default_int("successThreshold", 1);
            probe.default_int("failureThreshold", 3);
            probe.with(&["httpGet"], http_get);
            probe.with(&["grpc"], |grpc| grpc.default("service", ""));
        });
    }
    for name in ["postStart", "preStop"] {
        container.with(&["lifecycle", name, "httpGet"], http_get);
    }
}

/// `Always` for images without a tag and digest, or with the tag `latest`; a name that cannot be read has no tag.
pub(super) fn pull_policy(image: &str) -> &'static str {
    match parse_image_name(image) {
        Some(name) if name.tag == "latest" => "Always",
        _ => "IfNotPresent",
    }
}

fn http_get(action: &mut Draft<'_, '_>) {
    action.default_str("path", "/");
    action.default_str("scheme", "HTTP");
}

fn object_field_selector(selector: &mut Draft<'_, '_>) {
    selector.default_str("apiVersion", "v1");
}

/// Mirrors SetDefaults_Volume and the defaults of the sources.
fn volume(volume: &mut Draft<'_, '_>) {
    let (has_source, reference) = {
        let value = volume.read();
        let source = value.entries().any(|(name, v)| name != "name" && !v.is_null());
        (source, value.get("image").map(|image| image.str("reference").to_owned()))
    };
    if !has_source {
        volume.set("emptyDir", Owned::Map(Vec::new()));
    }
    if let Some(reference) = reference {
        volume.with(&["image"], |image| image.default_str("pullPolicy", pull_policy(&reference)));
    }
    volume.with(&["hostPath"], |source| source.default("type", ""));
    for name in ["secret", "configMap", "downwardAPI", "projected"] {
        volume.with(&[name], |source| source.default("defaultMode", 0o644));
    }
    volume.with(&["downwardAPI"], downward_api_items);
    volume.with(&["projected"], |projected| {
        projected.each("sources", |source| {
            source.with(&["downwardAPI"], downward_api_items);
            source.with(&["serviceAccountToken"], |token| token.default("expirationSeconds", 3600));
        });
    });
    super::storage::legacy_sources(volume);
    volume.with(&["emptyDir"], |source| quantity::canonical(source, "sizeLimit"));
    volume.with(&["ephemeral", "volumeClaimTemplate"], |claim| {
        if let Some(mut spec) = claim.ensure("spec") {
            super::storage::persistent_volume_claim_spec(&mut spec);
        }
    });
}

fn downward_api_items(source: &mut Draft<'_, '_>) {
    source.each("items", |item| {
        item.with(&["fieldRef"], object_field_selector);
        item.with(&["resourceFieldRef"], quantity::divisor);
    });
}
