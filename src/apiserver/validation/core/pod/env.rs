//! Environment variables. Mirrors ValidateEnv and ValidateEnvFrom.

use super::super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::super::names::NameRule;
use super::super::super::primitives::{
    Sentences, config_map_key, env_var_name, qualified_name, relaxed_env_var_name,
};
use super::super::config_map::KEY_HELP;
use super::super::volume_sources::validate_no_backsteps;
use crate::apiserver::codes;

const ENV_HELP: &str = "use letters, digits and `_`, not starting with a digit";

/// What an environment variable may take from the Pod.
const ENV_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// What may be taken from a container's resources.
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// The rule of names of variables: gate RelaxedEnvironmentVariableValidation, on since 1.32.
fn name_rule(field: Field<'_>) -> fn(&str) -> Sentences {
    if field.since(32) { relaxed_env_var_name } else { env_var_name }
}

/// Mirrors ValidateEnv.
pub(super) fn validate_env(env: Field<'_>) {
    for variable in env.items() {
        let name = variable.field("name");
        if name.require("") {
            name.check(name_rule(name), ENV_HELP);
        }
        validate_value_from(variable);
    }
}

/// Mirrors validateEnvVarValueFrom.
fn validate_value_from(variable: Field<'_>) {
    let from = variable.field("valueFrom");
    if from.is_unset() {
        return;
    }
    let mut sources = 0;
    if let Some(source) = from.get("fieldRef") {
        sources += 1;
        validate_field_ref(source, &ENV_FIELDS);
    }
    if let Some(source) = from.get("resourceFieldRef") {
        sources += 1;
        validate_resource_field_ref(source, false);
    }
    for name in ["configMapKeyRef", "secretKeyRef"] {
        if let Some(source) = from.get(name) {
            sources += 1;
            source.field("name").dns_subdomain();
            let key = source.field("key");
            if key.require("") {
                key.check(config_map_key, KEY_HELP);
            }
        }
    }
    if let Some(source) = from.get("fileKeyRef") {
        sources += 1;
        let key = source.field("key");
        if key.require("") {
            key.check(relaxed_env_var_name, ENV_HELP);
        }
        let volume = source.field("volumeName");
        if volume.require("") {
            volume.dns_label();
        }
        let path = source.field("path");
        if path.require("") {
            validate_no_backsteps(path, path.str());
        }
    }
    if sources == 0 {
        let detail = if from.since(35) {
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        } else {
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        };
        from.invalid_text("", detail)
            .help("say where the value comes from, or write `value:`")
            .code(&codes::REQUIRED);
    } else if !variable.field("value").is_empty() {
        from.invalid_text("", "may not be specified when `value` is not empty")
            .plain("the variable has a value and a source of a value", "remove `value` or `valueFrom`")
            .code(&codes::FORBIDDEN);
    } else if sources > 1 {
        from.invalid_text("", "may not have more than one field specified at a time")
            .plain("the variable has several sources", "leave one")
            .code(&codes::FORBIDDEN);
    }
}

/// A path with a key in brackets: `metadata.labels['key']`. Mirrors SplitMaybeSubscriptedPath.
fn subscripted(path: &str) -> Option<(&str, &str)> {
    path.strip_suffix("']")?.split_once("['").filter(|(head, _)| !head.is_empty())
}

/// Mirrors validateObjectFieldSelector.
pub(super) fn validate_field_ref(selector: Field<'_>, allowed: &[&str]) {
    const CONVERTIBLE: [&str; 14] = [
        "metadata.annotations",
        "metadata.labels",
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.serviceAccountName",
        "spec.schedulerName",
        "status.phase",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    ];
    const HELP: &str = "use a field like `metadata.name`, `metadata.labels['KEY']` or `status.podIP`";
    let (version, path) = (selector.field("apiVersion"), selector.field("fieldPath"));
    if !version.require("") || !path.require("") {
        return;
    }
    let text = path.str();
    let trouble = if version.str() == "v1" {
        match subscripted(text) {
            Some(("metadata.annotations" | "metadata.labels", _)) => None,
            Some(_) => Some(format!("field label does not support subscript: {text}")),
            None if CONVERTIBLE.contains(&text) || text == "spec.host" => None,
            None => Some(format!("field label not supported: {text}")),
        }
    } else {
        Some(format!("unsupported pod version: {}", version.str()))
    };
    if let Some(trouble) = trouble {
        path.invalid(&format!("error converting fieldPath: {trouble}")).help(HELP).code(&codes::ENUM);
        return;
    }
    match subscripted(text) {
        Some(("metadata.annotations", key)) => {
            let lower = key.to_lowercase();
            selector.check_text(&lower, qualified_name, HELP);
        }
        Some((_, key)) => {
            selector.check_text(key, qualified_name, HELP);
        }
        None => {
            let text = if text == "spec.host" { "spec.nodeName" } else { text };
            if !allowed.contains(&text) {
                path.not_supported_as(&crate::schema::quote(text), allowed);
            }
        }
    }
}

/// Mirrors validateContainerResourceFieldSelector.
pub(super) fn validate_resource_field_ref(selector: Field<'_>, in_volume: bool) {
    let (container, resource) = (selector.field("containerName"), selector.field("resource"));
    let name = resource.str();
    let huge_pages = name.starts_with("requests.hugepages-") || name.starts_with("limits.hugepages-");
    if in_volume && container.is_empty() {
        container.required("");
    } else if resource.require("") && !RESOURCES.contains(&name) && !huge_pages {
        resource.not_supported(&RESOURCES);
    }
    let divisor = selector.field("divisor");
    let Some(quantity) = divisor.quantity().filter(|q| !q.is_zero()) else { return };
    const SIZES: &str = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei";
    let (values, what) = match name {
        "limits.cpu" | "requests.cpu" => ("1m and 1", "cpu resource"),
        "limits.memory" | "requests.memory" => (SIZES, "memory resource"),
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => {
            (SIZES, "local ephemeral storage resource")
        }
        _ if huge_pages => (SIZES, "hugepages resource"),
        _ => return,
    };
    let text = quantity.to_string();
    if !values.split([',', ' ']).any(|value| value == text) {
        divisor
            .invalid_text(name, &format!("only divisor's values {values} are supported with the {what}"))
            .help(format!("use one of {values}"))
            .code(&codes::ENUM);
    }
}

/// Mirrors ValidateEnvFrom. What it says about the number of sources, it says about the whole list.
pub(super) fn validate_env_from(list: Field<'_>) {
    for source in list.items() {
        let prefix = source.field("prefix");
        if !prefix.is_empty() {
            prefix.check(name_rule(prefix), ENV_HELP);
        }
        let mut sources = 0;
        for name in ["configMapRef", "secretRef"] {
            if let Some(reference) = source.get(name) {
                sources += 1;
                let name = reference.field("name");
                if name.require("") {
                    for sentence in NameRule::Subdomain.judge(name.str(), true) {
                        name.invalid(&sentence).help(DNS_SUBDOMAIN_HELP).code(&codes::NAME_INVALID);
                    }
                }
            }
        }
        if sources == 0 {
            source
                .as_at(list)
                .invalid_text("", "must specify one of: `configMapRef` or `secretRef`")
                .help("add `configMapRef` or `secretRef`")
                .code(&codes::REQUIRED);
        } else if sources > 1 {
            source
                .as_at(list)
                .invalid_text("", "may not have more than one field specified at a time")
                .help("make two items of it")
                .code(&codes::FORBIDDEN);
        }
    }
}
