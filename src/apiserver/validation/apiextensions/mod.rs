//! CustomResourceDefinitions: what is no matter of schemas. The rest is judged by `apiserver::custom`.

use rustc_hash::FxHashSet;

use super::admissionregistration::webhook::{validate_service_rest, validate_url};
use super::field::Field;
use super::primitives::dns_1035_label;
use crate::apiserver::codes;
use crate::apiserver::go_json::texts;

const REVIEW_VERSIONS: &[&str] = &["v1", "v1beta1"];

/// Mirrors validateCustomResourceConversion. The server names the fields of `webhook` as if they were the conversion's.
pub(super) fn validate_conversion(conversion: Field<'_>) {
    if conversion.is_unset() {
        return;
    }
    let strategy = conversion.field("strategy");
    strategy.require_one_of("", &["None", "Webhook"]);
    let webhook = conversion.field("webhook");
    let client = webhook.field("clientConfig").called(conversion, "webhookClientConfig");
    let versions = webhook.field("conversionReviewVersions").called(conversion, "conversionReviewVersions");
    if strategy.str() == "Webhook" {
        if client.is_unset() {
            client
                .required("required when strategy is set to Webhook")
                .plain("`webhook.clientConfig` is missing", "add it, or use `strategy: None`");
        } else {
            validate_client(client);
        }
        validate_versions(versions);
        return;
    }
    let detail = "should not be set when strategy is not set to Webhook";
    let help = "remove `webhook`, or use `strategy: Webhook`";
    if client.is_set() {
        client.forbidden(detail).help(help);
    }
    if !versions.is_empty() {
        versions.forbidden(detail).help(help);
    }
}

fn validate_client(client: Field<'_>) {
    let (url, service) = (client.field("url"), client.field("service"));
    match (url.is_set(), service.is_set()) {
        (true, false) => validate_url(url),
        (false, true) => {
            for (name, detail) in
                [("name", "service name is required"), ("namespace", "service namespace is required")]
            {
                service.field(name).require(detail);
            }
            validate_service_rest(service);
        }
        _ => {
            client
                .required("exactly one of url or service is required")
                .plain("neither `url` nor `service`, or both", "add one of `url` and `service`");
        }
    }
}

/// Mirrors validateConversionReviewVersions.
fn validate_versions(versions: Field<'_>) {
    if !versions.require("") {
        return;
    }
    let mut seen = FxHashSet::default();
    for version in versions.items() {
        if !seen.insert(version.str()) {
            version.invalid("duplicate version").help("remove one of them").code(&codes::DUPLICATE);
            continue;
        }
        version.check(dns_1035_label, "use `v1`");
    }
    if !REVIEW_VERSIONS.iter().any(|known| seen.contains(known)) {
        versions
            .invalid_as(&texts(versions.value()), "must include at least one of v1, v1beta1")
            .help("add `v1`");
    }
}
