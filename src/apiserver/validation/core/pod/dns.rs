//! Names and addresses: DNS configuration, host aliases, the overridden hostname.

use super::super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::super::primitives::{dns_1123_subdomain, dns_1123_subdomain_with_underscore};
use super::Pod;
use crate::apiserver::codes;
use crate::apiserver::go_json;

const MAX_NAMESERVERS: usize = 3;
const MAX_SEARCH_PATHS: usize = 32;
const MAX_SEARCH_CHARACTERS: usize = 2048;

/// Mirrors validatePodDNSConfig.
pub(super) fn validate_dns_config(spec: Field<'_>) {
    let config = spec.field("dnsConfig");
    let (servers, searches) = (config.field("nameservers"), config.field("searches"));
    if spec.text("dnsPolicy") == "None" {
        if config.is_unset() {
            config.required("must provide `dnsConfig` when `dnsPolicy` is None");
            return;
        }
        if servers.is_empty() {
            servers.required("must provide at least one DNS nameserver when `dnsPolicy` is None");
            return;
        }
    }
    if config.is_unset() {
        return;
    }
    if servers.len() > MAX_NAMESERVERS {
        servers
            .invalid_as(
                &go_json::texts(servers.value()),
                &format!("must not have more than {MAX_NAMESERVERS} nameservers"),
            )
            .code(&codes::TOO_MANY);
    }
    for server in servers.items() {
        server.ip();
    }
    if searches.len() > MAX_SEARCH_PATHS {
        searches
            .invalid_as(
                &go_json::texts(searches.value()),
                &format!("must not have more than {MAX_SEARCH_PATHS} search paths"),
            )
            .code(&codes::TOO_MANY);
    }
    let length: usize = searches.items().map(|s| s.str().len() + 1).sum();
    if length.saturating_sub(1) > MAX_SEARCH_CHARACTERS {
        let detail = format!(
            "must not have more than {MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list"
        );
        searches.invalid_as(&go_json::texts(searches.value()), &detail).code(&codes::TOO_LONG);
    }
    // Gate RelaxedDNSSearchValidation, on since 1.33.
    let relaxed = spec.since(33);
    for search in searches.items() {
        let text = search.str();
        let name = text.strip_suffix('.').unwrap_or(text);
        if relaxed {
            if text != "." {
                search.check_text(name, dns_1123_subdomain_with_underscore, DNS_SUBDOMAIN_HELP);
            }
        } else {
            search.check_text(name, dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
        }
    }
    for option in config.each("options") {
        if option.field("name").is_empty() {
            option.required("must not be empty").help("give the option a `name`");
        }
    }
}

/// Mirrors ValidateHostAliases.
pub(super) fn validate_host_aliases(aliases: Field<'_>) {
    for alias in aliases.items() {
        alias.field("ip").ip();
        for hostname in alias.each("hostnames") {
            hostname.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
        }
    }
}

/// Mirrors validatePodHostName.
pub(super) fn validate_hostname_override(pod: &Pod<'_>) {
    let hostname = pod.spec.field("hostnameOverride");
    if hostname.is_unset() {
        return;
    }
    if pod.spec.field("setHostnameAsFQDN").flag() {
        hostname.forbidden("may not be specified when setHostnameAsFQDN is true");
    }
    if pod.host_network() {
        hostname.forbidden("may not be specified when hostNetwork is true");
    }
    if hostname.str().len() > 64 {
        hostname.too_long(64);
    }
    hostname.dns_subdomain();
}
