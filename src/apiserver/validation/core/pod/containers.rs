//! Containers of all kinds. Mirrors validateContainers, validateInitContainers and validateEphemeralContainers.

use rustc_hash::FxHashSet;

use super::super::super::field::{DNS_LABEL_HELP, DNS_SUBDOMAIN_HELP, Field};
use super::super::super::primitives::{dns_1123_label, dns_1123_subdomain};
use super::super::super::words;
use super::super::resources::validate_container_resources;
use super::annotations::is_mirror;
use super::env::{validate_env, validate_env_from};
use super::mounts::{validate_devices, validate_mounts};
use super::probes::{validate_lifecycle, validate_probes};
use super::security::validate_security_context;
use super::{Pod, probes};
use crate::apiserver::codes;
use crate::apiserver::go_json::{Go, internal};

/// Mirrors validatePodResourceClaims.
pub(super) fn validate_resource_claims(pod: &Pod<'_>) {
    let mut names = FxHashSet::default();
    for claim in pod.spec.each("resourceClaims") {
        if pod.metadata.is_some_and(is_mirror) {
            claim.nowhere("").forbidden("static pods do not support resource claims");
            continue;
        }
        let name = claim.field("name");
        if name.require("") && name.unique(name.str(), &mut names) {
            name.dns_label();
        }
        let (own, template) = (claim.field("resourceClaimName"), claim.field("resourceClaimTemplateName"));
        let json = || {
            let fields = [
                ("Name", "name", Go::Text),
                ("ResourceClaimName", "resourceClaimName", Go::Any),
                ("ResourceClaimTemplateName", "resourceClaimTemplateName", Go::Any),
            ];
            internal(claim.value(), &fields)
        };
        if own.is_set() && template.is_set() {
            claim
                .invalid_as(
                    &json(),
                    "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified",
                )
                .help("remove one of them");
        }
        if own.is_unset() && template.is_unset() {
            claim
                .invalid_as(&json(), "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`")
                .help("name the ResourceClaim or its template");
        }
        for field in [own, template] {
            if field.is_set() {
                field.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
            }
        }
    }
}

/// Mirrors validateContainers.
pub(super) fn validate_containers(pod: &Pod<'_>) {
    let list = pod.spec.field("containers");
    if list.is_empty() {
        list.required("").plain(
            "the Pod has no containers",
            "add `containers:` with at least a `name` and an `image`, under the `spec` of the Pod or of the template",
        );
        return;
    }
    let mut names = FxHashSet::default();
    for container in list.items() {
        validate_common(pod, container);
        let name = container.field("name");
        if !names.insert(name.str()) {
            same_name(name);
        }
        if let Some(lifecycle) = container.get("lifecycle") {
            validate_lifecycle(pod, lifecycle);
        }
        validate_probes(pod, container);
        if container.since(35) {
            validate_restart_policy(container);
        } else if container.get("restartPolicy").is_some() {
            container.field("restartPolicy").forbidden("may not be set for non-init containers");
        }
    }
    unique_host_ports(list.items());
}

fn same_name(name: Field<'_>) {
    name.duplicate().plain(format!("two containers are called `{}`", name.str()), "rename one of them");
}

/// Mirrors validateInitContainers.
pub(super) fn validate_init_containers(pod: &Pod<'_>) {
    const DETAIL: &str = "may not be set for init containers without restartPolicy=Always";
    let mut names: FxHashSet<&str> = pod.spec.each("containers").map(|c| c.text("name")).collect();
    let list = pod.spec.field("initContainers");
    for container in list.items() {
        validate_common(pod, container);
        let sidecar = container.text("restartPolicy") == "Always";
        validate_init_restart_policy(container);
        let name = container.field("name");
        if names.contains(name.str()) {
            same_name(name);
        } else if !name.is_empty() {
            names.insert(name.str());
        }
        // The server counts from 0 for every container.
        let first = list.indexed(0);
        unique_host_ports(std::iter::once(container.as_at(first)));
        if sidecar {
            if let Some(lifecycle) = container.get("lifecycle") {
                validate_lifecycle(pod, lifecycle);
            }
            probes::validate_probes(pod, container);
        } else {
            for name in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                if let Some(field) = container.get(name) {
                    field
                        .forbidden(DETAIL)
                        .help(format!("remove `{name}`: an init container runs to its end"));
                }
            }
            for policy in container.each("resizePolicy") {
                let restart = policy.field("restartPolicy");
                if restart.str() == "RestartContainer" {
                    restart.invalid("must not be set to 'RestartContainer' for non-sidecar initContainers");
                }
            }
        }
    }
}

/// Mirrors validateInitContainerRestartPolicy.
fn validate_init_restart_policy(container: Field<'_>) {
    let policy = container.field("restartPolicy");
    if container.since(35) {
        validate_restart_policy(container);
    } else if policy.is_set() && policy.str() != "Always" {
        policy.not_supported(&["Always"]);
    }
}

/// Mirrors validateContainerRestartPolicy.
fn validate_restart_policy(container: Field<'_>) {
    const MAX_RULES: usize = 20;
    const MAX_VALUES: usize = 255;
    let (policy, rules) = (container.field("restartPolicy"), container.field("restartPolicyRules"));
    let count = rules.len();
    if policy.is_set() {
        policy.one_of(&["Always", "Never", "OnFailure"]);
    } else if count > 0 {
        policy.required("must specify restartPolicy when restart rules are used");
    }
    if count > MAX_RULES {
        rules.too_many(count, MAX_RULES);
    }
    for rule in rules.items() {
        // Gate RestartAllContainersOnContainerExits, on since 1.36.
        let actions = ["Restart", "RestartAllContainers"];
        rule.field("action").one_of(if rule.since(36) { &actions } else { &actions[..1] });
        let codes = rule.field("exitCodes");
        if codes.is_unset() {
            codes.required("must be specified");
            continue;
        }
        codes.field("operator").one_of(&["In", "NotIn"]);
        let values = codes.field("values");
        if values.len() > MAX_VALUES {
            values.too_many(values.len(), MAX_VALUES);
        }
    }
}

/// Mirrors AccumulateUniqueHostPorts.
fn unique_host_ports<'v>(containers: impl Iterator<Item = Field<'v>>) {
    let mut seen = FxHashSet::default();
    for port in containers.flat_map(|container| container.each("ports")) {
        let host = port.field("hostPort");
        let Some(number) = host.int().filter(|n| *n != 0) else { continue };
        let key = (port.text("protocol"), port.text("hostIP"), number);
        if !seen.insert(key) {
            let shown = format!("\"{}/{}/{number}\"", key.0, key.1);
            host.duplicate_as(&shown)
                .plain(format!("two containers want the host's port {number}"), "change one of the ports")
                .code(&codes::DUPLICATE_PORT);
        }
    }
}

/// Mirrors validateContainerOnlyForPod: templates that have it are kept as they were.
pub(super) fn validate_only_for_pod(container: Field<'_>) {
    let image = container.field("image");
    if image.str() != image.str().trim() {
        image
            .invalid("must not have leading or trailing whitespace")
            .plain("the image has a space at its start or end", "remove the space");
    }
}

/// Mirrors validateContainerCommon.
fn validate_common<'v>(pod: &Pod<'v>, container: Field<'v>) {
    let name = container.field("name");
    if name.is_empty() {
        name.required("").plain("the container has no name", "add `name:`");
    } else {
        for sentence in dns_1123_label(name.str()) {
            name.invalid(sentence)
                .plain(
                    format!("{} is no valid name of a container", words::shown(name.str())),
                    DNS_LABEL_HELP,
                )
                .code(&codes::NAME_INVALID);
        }
    }
    let image = container.field("image");
    if image.is_empty() {
        image.required("").plain(
            if name.is_empty() {
                "the container has no image".to_owned()
            } else {
                format!("the container `{}` has no image", name.str())
            },
            "add `image:`, on the same column as `name`",
        );
    }
    container.field("terminationMessagePolicy").require_one_of("", &["File", "FallbackToLogsOnError"]);
    validate_ports(container.field("ports"));
    validate_env(container.field("env"));
    validate_env_from(container.field("envFrom"));
    validate_mounts(pod, container);
    validate_devices(pod, container);
    container.field("imagePullPolicy").require_one_of("", &["Always", "IfNotPresent", "Never"]);
    validate_container_resources(container.field("resources"), &pod.claims);
    validate_resize_policy(pod, container.field("resizePolicy"));
    validate_security_context(pod, container.field("securityContext"));
}

/// Mirrors validateContainerPorts.
fn validate_ports(ports: Field<'_>) {
    let mut names = FxHashSet::default();
    for port in ports.items() {
        let name = port.field("name");
        if !name.is_empty() && name.port_name() && !names.insert(name.str()) {
            name.duplicate()
                .plain(format!("two ports are called `{}`", name.str()), "rename one of them")
                .code(&codes::DUPLICATE_PORT);
        }
        let number = port.field("containerPort");
        if number.int().unwrap_or_default() == 0 {
            number.required("");
        } else {
            number.port_number();
        }
        let host = port.field("hostPort");
        if host.int().unwrap_or_default() != 0 {
            host.port_number();
        }
        port.field("protocol").require_one_of("", &["SCTP", "TCP", "UDP"]);
    }
}

/// Mirrors validateResizePolicy. What is wrong with a policy is said about the list.
fn validate_resize_policy(pod: &Pod<'_>, list: Field<'_>) {
    let mut seen = FxHashSet::default();
    for policy in list.items() {
        let (resource, restart) = (policy.field("resourceName"), policy.field("restartPolicy"));
        if !seen.insert(resource.str()) {
            resource.as_at(policy).duplicate();
        }
        resource.as_at(list).require_one_of("", &["cpu", "memory"]);
        restart.as_at(list).require_one_of("", &["NotRequired", "RestartContainer"]);
        if pod.spec.text("restartPolicy") == "Never" && restart.str() != "NotRequired" {
            restart
                .as_at(list)
                .invalid("must be 'NotRequired' when pod `restartPolicy` is 'Never'")
                .help("use `restartPolicy: NotRequired` here, or let the Pod restart");
        }
    }
}

/// Mirrors validateEphemeralContainers.
pub(super) fn validate_ephemeral_containers(pod: &Pod<'_>) {
    const DETAIL: &str = "cannot be set for an Ephemeral Container";
    /// In the order of Go's fields.
    const FORBIDDEN: [&str; 9] = [
        "ports",
        "resources",
        "resizePolicy",
        "restartPolicy",
        "restartPolicyRules",
        "livenessProbe",
        "readinessProbe",
        "startupProbe",
        "lifecycle",
    ];
    let list = pod.spec.field("ephemeralContainers");
    if list.is_empty() {
        return;
    }
    let others: FxHashSet<&str> = ["containers", "initContainers"]
        .into_iter()
        .flat_map(|list| pod.spec.each(list))
        .map(|c| c.text("name"))
        .collect();
    let mut names = others.clone();
    for container in list.items() {
        validate_common(pod, container);
        validate_only_for_pod(container);
        let name = container.field("name");
        if !names.insert(name.str()) {
            same_name(name);
        }
        let target = container.field("targetContainerName");
        if !target.is_empty() && !others.contains(target.str()) {
            target.not_found();
        }
        for name in FORBIDDEN {
            let field = container.field(name);
            let some = if name == "resources" {
                field.value().is_some_and(|v| v.entries().next().is_some())
            } else {
                field.is_set()
            };
            if some {
                field.forbidden(DETAIL);
            }
        }
        for mount in container.each("volumeMounts") {
            for name in ["subPath", "subPathExpr"] {
                let field = mount.field(name);
                if !field.is_empty() {
                    field.forbidden(DETAIL);
                }
            }
        }
    }
}
