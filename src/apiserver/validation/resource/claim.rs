//! Claims, their templates, and classes of devices.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::core::claim::validate_template_metadata;
use super::super::core::resources::is_extended;
use super::super::core::volume_sources::validate_csi_driver_name;
use super::super::expression::compile_selector;
use super::super::field::Field;
use super::super::primitives::label_value;
use super::{EFFECTS, validate_list, validate_named, validate_qualified};
use crate::apiserver::codes;

const MAX_REQUESTS: usize = 32;
const MAX_ALTERNATIVES: usize = 8;
const MAX_EXPRESSION: usize = 10 * 1024;
const REFERENCE: &str =
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
const ONE_OF: &str = "exactly one of `exactly` or `firstAvailable` is required";

/// The requests of a claim, and the alternatives of each.
type Requests<'v> = FxHashMap<&'v str, FxHashSet<&'v str>>;

/// Mirrors ValidateResourceClaim.
pub(in super::super) fn validate(claim: Field<'_>) {
    validate_devices(claim.at(&["spec", "devices"]));
}

/// Mirrors ValidateResourceClaimTemplate.
pub(in super::super) fn validate_template(template: Field<'_>) {
    let spec = template.field("spec");
    validate_template_metadata(spec.field("metadata"));
    validate_devices(spec.at(&["spec", "devices"]));
}

/// Mirrors ValidateDeviceClass.
pub(in super::super) fn validate_class(class: Field<'_>) {
    let spec = class.field("spec");
    validate_list(spec.field("selectors"), 32, validate_selector);
    validate_list(spec.field("config"), 32, validate_configuration);
    let name = spec.field("extendedResourceName");
    if name.is_set() && !is_extended(name.str()) {
        name.invalid("must be a valid extended resource name")
            .help("use a domain of your own, as `example.com/gpu`")
            .code(&codes::NAME_INVALID);
    }
}

/// Mirrors validateDeviceClaim.
fn validate_devices(devices: Field<'_>) {
    let mut requests = Requests::default();
    for request in devices.each("requests") {
        let alternatives = request.each("firstAvailable").map(|item| item.text("name")).collect();
        requests.insert(request.text("name"), alternatives);
    }
    validate_named(devices.field("requests"), MAX_REQUESTS, validate_request, |r| r.text("name"));
    validate_list(devices.field("constraints"), 32, |item| validate_constraint(item, &requests));
    validate_list(devices.field("config"), 32, |item| {
        validate_references(item.field("requests"), &requests);
        validate_configuration(item);
    });
}

/// Mirrors validateDeviceRequest.
fn validate_request(request: Field<'_>) {
    request.field("name").dns_label();
    let (exactly, first) = (request.field("exactly"), request.field("firstAvailable"));
    match (exactly.is_set(), !first.is_empty()) {
        (false, false) => {
            request.required(ONE_OF).help("add `exactly` with the class of the device");
        }
        (true, true) => {
            request
                .invalid_as("null", &format!("{ONE_OF}, but multiple fields are set"))
                .help("remove `exactly` or `firstAvailable`");
        }
        (false, true) => validate_named(
            first,
            MAX_ALTERNATIVES,
            |item| {
                item.field("name").dns_label();
                validate_wanted(item);
            },
            |item| item.text("name"),
        ),
        (true, false) => validate_wanted(exactly),
    }
}

/// Mirrors validateExactDeviceRequest.
fn validate_wanted(wanted: Field<'_>) {
    let class = wanted.field("deviceClassName");
    if class.require("") {
        class.dns_subdomain();
    }
    validate_list(wanted.field("selectors"), 32, validate_selector);
    let (mode, count) = (wanted.field("allocationMode"), wanted.field("count"));
    let number = count.int().unwrap_or_default();
    match mode.str() {
        "All" if number != 0 => {
            count
                .invalid_int("must not be specified when allocationMode is 'All'")
                .help("remove `count`, or use `allocationMode: ExactCount`")
                .code(&codes::FORBIDDEN);
        }
        "ExactCount" if number <= 0 => {
            count.range("must be greater than zero");
        }
        "All" | "ExactCount" => {}
        _ => {
            mode.not_supported(&["All", "ExactCount"]);
        }
    }
    for toleration in wanted.each("tolerations") {
        validate_toleration(toleration);
    }
}

/// Mirrors validateDeviceToleration.
fn validate_toleration(toleration: Field<'_>) {
    let field = |name| toleration.field(name);
    let (value, effect) = (field("value"), field("effect"));
    if !field("key").is_empty() {
        field("key").qualified_name();
    }
    match field("operator").str() {
        "Exists" => {
            if !value.is_empty() {
                value.invalid("must be empty for operator `Exists`").help("remove `value`");
            }
        }
        "Equal" => {
            value.check(label_value, "use the value of a label");
        }
        _ => {
            field("operator").require_one_of("", &["Equal", "Exists"]);
        }
    }
    if !effect.is_empty() {
        effect.one_of(EFFECTS);
    }
}

/// Mirrors validateSelector.
fn validate_selector(selector: Field<'_>) {
    let cel = selector.field("cel");
    if cel.is_unset() {
        cel.required("");
        return;
    }
    let expression = cel.field("expression");
    if expression.str().len() > MAX_EXPRESSION {
        expression.too_long(MAX_EXPRESSION);
        return;
    }
    compile_selector(expression);
}

/// Mirrors validateDeviceConstraint.
fn validate_constraint<'v>(constraint: Field<'v>, requests: &Requests<'v>) {
    validate_references(constraint.field("requests"), requests);
    let (same, distinct) = (constraint.field("matchAttribute"), constraint.field("distinctAttribute"));
    let attribute = if same.is_set() { same } else { distinct };
    // Gate DRAConsumableCapacity, on since 1.36.
    if attribute.is_unset() && !constraint.since(36) {
        same.required("").plain("the constraint names no attribute", "add `matchAttribute`");
        return;
    }
    if attribute.is_unset() {
        constraint
            .required(
                "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set",
            )
            .plain("the constraint names no attribute", "add `matchAttribute` or `distinctAttribute`");
        return;
    }
    validate_qualified(attribute, attribute.str());
    if !attribute.str().contains('/') {
        attribute
            .invalid("a fully qualified name must be a domain and a name separated by a slash")
            .help("write the domain too, as `gpu.example.com/model`");
    }
}

fn validate_references<'v>(names: Field<'v>, requests: &Requests<'v>) {
    validate_named(names, MAX_REQUESTS, |name| validate_reference(name, requests), Field::str);
}

/// Mirrors validateRequestNameRef.
fn validate_reference<'v>(name: Field<'v>, requests: &Requests<'v>) {
    let segments: Vec<&str> = name.str().split('/').collect();
    let unknown = || {
        name.invalid(REFERENCE).help("use the name of one of `requests`").code(&codes::NOT_FOUND);
    };
    let known = match segments.as_slice() {
        [request] => requests.contains_key(request),
        [request, part] => requests.get(request).is_some_and(|parts| parts.contains(part)),
        _ => {
            unknown();
            return;
        }
    };
    for segment in segments {
        name.check_text(
            segment,
            super::super::primitives::dns_1123_label,
            super::super::field::DNS_LABEL_HELP,
        );
    }
    if !known {
        unknown();
    }
}

/// Mirrors validateDeviceConfiguration.
fn validate_configuration(configuration: Field<'_>) {
    let opaque = configuration.field("opaque");
    if opaque.is_unset() {
        opaque.required("");
        return;
    }
    validate_csi_driver_name(opaque.field("driver"));
    let parameters = opaque.field("parameters");
    match parameters.value() {
        Some(value) if !value.is_null() => {
            if !value.is_map() {
                parameters.invalid_text("<value omitted>", "must be a valid JSON object");
            }
        }
        _ => {
            parameters.required("");
        }
    }
}
