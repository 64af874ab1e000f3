//! Webhook configurations. Mirrors ValidateMutatingWebhookConfiguration and ValidateValidatingWebhookConfiguration.

use rustc_hash::FxHashSet;

use super::super::field::{DNS_LABEL_HELP, Field};
use super::super::primitives::{dns_1035_label, dns_1123_subdomain};
use super::super::selector::validate_label_selector;
use super::rules::{
    FAILURE_POLICIES, MATCH_POLICIES, REINVOCATION_POLICIES, validate_match_conditions, validate_rule,
};
use crate::apiserver::cel::url_error;
use crate::apiserver::codes;
use crate::apiserver::go_json::texts;

const SIDE_EFFECTS: &[&str] = &["None", "NoneOnDryRun"];
const REVIEW_VERSIONS: &[&str] = &["v1", "v1beta1"];
const FORM: &str = "; desired format: https://host[/path]";

/// A MutatingWebhookConfiguration.
pub(in super::super) fn validate_mutating(configuration: Field<'_>) {
    validate(configuration, true);
}

/// A ValidatingWebhookConfiguration.
pub(in super::super) fn validate_validating(configuration: Field<'_>) {
    validate(configuration, false);
}

fn validate(configuration: Field<'_>, mutates: bool) {
    let mut names = FxHashSet::default();
    for hook in configuration.each("webhooks") {
        validate_hook(hook, mutates);
        validate_review_versions(hook.field("admissionReviewVersions"));
        let name = hook.field("name");
        if !name.is_empty() {
            name.unique(name.str(), &mut names);
        }
    }
}

fn validate_hook(hook: Field<'_>, mutates: bool) {
    let field = |name| hook.field(name);
    validate_name(field("name"));
    for rule in hook.each("rules") {
        validate_rule(rule);
    }
    field("failurePolicy").one_of_if_set(FAILURE_POLICIES);
    field("matchPolicy").one_of_if_set(MATCH_POLICIES);
    let effects = field("sideEffects");
    if effects.is_unset() {
        effects
            .required("must specify one of None, NoneOnDryRun")
            .help("add `sideEffects: None` if the webhook changes nothing but the object it gets");
    }
    effects.one_of_if_set(SIDE_EFFECTS);
    let timeout = field("timeoutSeconds");
    if timeout.int().is_some_and(|seconds| !(1..=30).contains(&seconds)) {
        timeout.range("the timeout value must be between 1 and 30 seconds");
    }
    for name in ["namespaceSelector", "objectSelector"] {
        if field(name).is_set() {
            validate_label_selector(field(name));
        }
    }
    if mutates {
        field("reinvocationPolicy").one_of_if_set(REINVOCATION_POLICIES);
    }
    let client = field("clientConfig");
    let (url, service) = (client.field("url"), client.field("service"));
    if url.is_set() == service.is_set() {
        client.required("exactly one of url or service is required").help("set either `url` or `service`");
    } else if url.is_set() {
        validate_url(url);
    } else {
        validate_service(service);
    }
    validate_match_conditions(field("matchConditions"), false);
}

/// Mirrors IsFullyQualifiedName.
fn validate_name(name: Field<'_>) {
    if !name.require("") {
        return;
    }
    let wrong = dns_1123_subdomain(name.str());
    if !wrong.is_empty() {
        name.invalid(&wrong.join(",")).help(DNS_LABEL_HELP).code(&codes::NAME_INVALID);
    } else if name.str().split('.').count() < 3 {
        name.invalid("should be a domain with at least three segments separated by dots")
            .help("use a name as `check.example.com`")
            .code(&codes::NAME_INVALID);
    }
}

/// Mirrors validateAdmissionReviewVersions.
fn validate_review_versions(versions: Field<'_>) {
    if versions.is_empty() {
        versions.required("must specify one of v1, v1beta1").help("add `admissionReviewVersions: [v1]`");
        return;
    }
    let mut seen = FxHashSet::default();
    let mut known = false;
    for version in versions.items() {
        if !seen.insert(version.str()) {
            version.invalid("duplicate version").help("remove one of them").code(&codes::DUPLICATE);
            continue;
        }
        version.check(dns_1035_label, "use `v1`");
        known |= REVIEW_VERSIONS.contains(&version.str());
    }
    if !known {
        versions
            .invalid_as(&texts(versions.value()), "must include at least one of v1, v1beta1")
            .help("add `v1`");
    }
}

/// Mirrors ValidateWebhookURL.
pub(in super::super) fn validate_url(url: Field<'_>) {
    let text = url.str();
    if let Some(error) = url_error(text) {
        url.required(&format!("url must be a valid URL: {error}{FORM}"))
            .plain("the address cannot be read", "use an address as `https://host/path`");
        return;
    }
    let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (scheme, rest) = match address.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
        _ => (String::new(), address),
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = rest.strip_prefix("//").map(|rest| rest.split_once('/').map_or(rest, |(host, _)| host));
    let (user, host) = match authority.unwrap_or_default().rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority.unwrap_or_default()),
    };
    let help = "use an address as `https://host/path`";
    if scheme != "https" {
        url.invalid_text(&scheme, &format!("'https' is the only allowed URL scheme{FORM}")).help(help);
    }
    if host.is_empty() {
        url.invalid_text(host, &format!("host must be specified{FORM}")).help(help);
    }
    if let Some(user) = user {
        url.invalid_text(user, "user information is not permitted in the URL").help(help);
    }
    if !fragment.is_empty() {
        url.invalid_text(fragment, "fragments are not permitted in the URL").help(help);
    }
    if !query.is_empty() {
        url.invalid_text(query, "query parameters are not permitted in the URL").help(help);
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// Mirrors ValidateWebhookService. The server's callers give name and namespace the wrong way round.
fn validate_service(service: Field<'_>) {
    let (name, namespace) = (service.field("name"), service.field("namespace"));
    if namespace.is_empty() {
        namespace.called(service, "name").required("").plain("`namespace` is missing", "add `namespace`");
    }
    if name.is_empty() {
        name.called(service, "namespace").required("").plain("`name` is missing", "add `name`");
    }
    validate_service_rest(service);
}

/// Port and path.
pub(in super::super) fn validate_service_rest(service: Field<'_>) {
    let (port, path) = (service.field("port"), service.field("path"));
    // An absent port is 443.
    if port.int().is_some_and(|n| !(1..=65535).contains(&n)) {
        port.range("port is not valid: must be between 1 and 65535, inclusive");
    }
    let text = path.str();
    if text.is_empty() || text == "/" {
        return;
    }
    let help = "use a path as `/validate`";
    if text == "//" {
        path.invalid("segment[0] may not be empty").help(help);
        return;
    }
    if !text.starts_with('/') {
        path.invalid("must start with a '/'").help(help);
    }
    let mut rest = text.chars();
    rest.next();
    let rest = rest.as_str();
    for (index, step) in rest.strip_suffix('/').unwrap_or(rest).split('/').enumerate() {
        if step.is_empty() {
            path.invalid(&format!("segment[{index}] may not be empty")).help(help);
            continue;
        }
        for sentence in dns_1123_subdomain(step) {
            path.invalid(&format!("segment[{index}]: {sentence}")).help(help);
        }
    }
}
