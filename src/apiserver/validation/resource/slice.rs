//! Slices of devices. Mirrors ValidateResourceSlice.

use super::super::core::node_selector::validate_node_selector;
use super::super::core::volume_sources::validate_csi_driver_name;
use super::super::field::{DNS_LABEL_HELP, DNS_SUBDOMAIN_HELP, Field, LABEL_KEY_HELP};
use super::super::primitives::{dns_1123_label, dns_1123_subdomain, label_value, qualified_name};
use super::{EFFECTS, validate_list, validate_named, validate_qualified, validate_set};
use crate::apiserver::codes;
use crate::apiserver::go_json::{Go, GoField, internal, text, texts};
use crate::schema::quantity::Quantity;

const MAX_DEVICES: usize = 128;
const MAX_DEVICES_ADVANCED: usize = 64;
const MAX_PROPERTIES: usize = 32;
const MAX_VALUES: usize = 48;
const MAX_VALUE: usize = 64;
const ONE_PLACE: &str =
    "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
const ONE_DEVICE_PLACE: &str = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
const TRUE: &str = "must be either unset or set to true";
const EXPRESSION: &[GoField] =
    &[("Key", "key", Go::Text), ("Operator", "operator", Go::Text), ("Values", "values", Go::Any)];
const TERM: &[GoField] = &[
    ("MatchExpressions", "matchExpressions", Go::List(EXPRESSION)),
    ("MatchFields", "matchFields", Go::List(EXPRESSION)),
];
const TERMS: &[GoField] = &[("", "nodeSelectorTerms", Go::List(TERM))];
const ATTRIBUTE: &[GoField] = &[
    ("IntValue", "int", Go::Any),
    ("BoolValue", "bool", Go::Any),
    ("StringValue", "string", Go::Any),
    ("VersionValue", "version", Go::Any),
    // Behind a gate that is closed.
    ("IntValues", "", Go::Always("null")),
    ("BoolValues", "", Go::Always("null")),
    ("StringValues", "", Go::Always("null")),
    ("VersionValues", "", Go::Always("null")),
];

/// A ResourceSlice.
pub(in super::super) fn validate(slice: Field<'_>) {
    validate_with(slice, || {});
}

/// The same; `fixed` is what is said of the pool and the driver of one that exists.
pub(in super::super) fn validate_with(slice: Field<'_>, fixed: impl FnOnce()) {
    let spec = slice.field("spec");
    let field = |name| spec.field(name);
    validate_csi_driver_name(field("driver"));
    validate_pool(field("pool"));
    fixed();
    validate_place(spec);
    if field("sharedCounters").is_set() && field("devices").is_set() {
        spec.invalid_text("", "only one of `sharedCounters` or `devices` is allowed")
            .help("make two slices of it");
    }
    let advanced = field("devices")
        .items()
        .any(|device| !device.field("taints").is_empty() || !device.field("consumesCounters").is_empty());
    let most = if advanced { MAX_DEVICES_ADVANCED } else { MAX_DEVICES };
    let per_device = field("perDeviceNodeSelection").flag();
    validate_named(field("devices"), most, |device| validate_device(device, per_device), |d| d.text("name"));
    validate_named(field("sharedCounters"), 8, |set| validate_counters(set, "name"), |set| set.text("name"));
}

/// Mirrors validateResourcePool.
fn validate_pool(pool: Field<'_>) {
    let name = pool.field("name");
    if name.require("") {
        if name.str().len() > 253 {
            name.too_long(253);
        }
        for part in name.str().split('/') {
            name.check_text(part, dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
        }
    }
    let (count, generation) = (pool.field("resourceSliceCount"), pool.field("generation"));
    if count.int().unwrap_or_default() <= 0 {
        count.range("must be greater than zero");
    }
    if generation.int().is_some_and(|n| n < 0) {
        generation.range("must be greater than or equal to zero");
    }
}

/// Where the devices of the slice are.
fn validate_place(spec: Field<'_>) {
    let mut set = Vec::new();
    let (name, selector) = (spec.field("nodeName"), spec.field("nodeSelector"));
    if !name.is_empty() {
        set.push("`nodeName`");
        name.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
    } else if name.is_set() {
        name.invalid("must be either unset or set to a non-empty string");
    }
    if selector.is_set() {
        set.push("`nodeSelector`");
        validate_node_selector(selector);
        let terms = selector.field("nodeSelectorTerms");
        if terms.len() != 1 {
            let printed = internal(selector.value(), TERMS);
            let list = printed.strip_prefix("{\"\":").and_then(|rest| rest.strip_suffix('}'));
            terms
                .invalid_as(list.unwrap_or("null"), "must have exactly one node selector term")
                .help("leave one term");
        }
    }
    for (field, shown) in [("allNodes", "`allNodes`"), ("perDeviceNodeSelection", "`perDeviceNodeSelection`")]
    {
        match spec.field(field).bool() {
            Some(true) => set.push(shown),
            Some(false) => {
                spec.field(field).invalid(TRUE).help(format!("remove `{field}`"));
            }
            None => {}
        }
    }
    match set.len() {
        0 => {
            spec.required(ONE_PLACE).help("say on which nodes the devices are, as with `nodeName`");
        }
        1 => {}
        _ => {
            spec.invalid_text(
                &format!("{{{}}}", set.join(", ")),
                &format!("{ONE_PLACE}, but multiple fields are set"),
            )
            .help("keep one of them");
        }
    }
}

/// Mirrors validateCounterSet and validateDeviceCounterConsumption.
fn validate_counters(set: Field<'_>, name: &'static str) {
    let (name, counters) = (set.field(name), set.field("counters"));
    if name.require("") {
        name.dns_label();
    }
    if counters.is_empty() {
        counters.required("");
    } else if counters.len() > 32 {
        counters.too_many(counters.len(), 32);
    } else {
        for (key, _) in sorted(counters) {
            counters.check_text(key, dns_1123_label, DNS_LABEL_HELP);
        }
    }
}

fn sorted(map: Field<'_>) -> Vec<(&str, Field<'_>)> {
    let mut entries: Vec<_> = map.entries().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

/// Mirrors validateDevice.
fn validate_device(device: Field<'_>, per_device: bool) {
    let field = |name| device.field(name);
    field("name").dns_label();
    let (attributes, capacity) = (field("attributes"), field("capacity"));
    let properties = attributes.len() + capacity.len();
    let too_many = |count: usize, most: usize, what: &str| {
        device
            .invalid_as(&count.to_string(), &format!("the total number of {what} must not exceed {most}"))
            .help("leave some of them out")
            .code(&codes::TOO_MANY);
    };
    if properties > MAX_PROPERTIES {
        too_many(properties, MAX_PROPERTIES, "attributes and capacities");
    }
    if attributes.len() > MAX_VALUES {
        too_many(attributes.len(), MAX_VALUES, "attribute values");
    }
    for (key, attribute) in sorted(attributes) {
        validate_qualified(attributes, key);
        validate_attribute(attribute);
    }
    let shared = field("allowMultipleAllocations").flag();
    for (key, amount) in sorted(capacity) {
        validate_qualified(capacity, key);
        validate_capacity(amount, shared);
    }
    validate_list(field("taints"), 16, validate_taint);
    validate_named(
        field("consumesCounters"),
        2,
        |consumption| validate_counters(consumption, "counterSet"),
        |consumption| consumption.text("counterSet"),
    );
    validate_device_place(device, per_device);
    validate_binding(field("bindingConditions"), field("bindingFailureConditions"));
    // `nodeAllocatableResourceMappings` is behind a gate that is closed.
}

fn validate_device_place(device: Field<'_>, per_device: bool) {
    let field = |name| device.field(name);
    let (name, selector, all) = (field("nodeName"), field("nodeSelector"), field("allNodes"));
    if !per_device {
        if name.is_set() || selector.is_set() || all.is_set() {
            device
                .invalid_as("null", "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec")
                .help("set `perDeviceNodeSelection: true`, or remove them from the device");
        }
        return;
    }
    let mut set = Vec::new();
    if !name.is_empty() {
        set.push("`nodeName`");
        name.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
    } else if name.is_set() {
        name.invalid("must not be empty");
    }
    if selector.is_set() {
        set.push("`nodeSelector`");
        validate_node_selector(selector);
    }
    match all.bool() {
        Some(true) => set.push("`allNodes`"),
        Some(false) => {
            all.invalid(TRUE).help("remove `allNodes`");
        }
        None => {}
    }
    match set.len() {
        0 => {
            device.required(ONE_DEVICE_PLACE).help("say on which nodes the device is");
        }
        1 => {}
        _ => {
            device
                .invalid_text(&format!("{{{}}}", set.join(", ")), ONE_DEVICE_PLACE)
                .help("keep one of them");
        }
    }
}

/// Mirrors validateDeviceAttribute; lists of values are behind a gate that is closed.
fn validate_attribute(attribute: Field<'_>) {
    const ONE: &str = "exactly one value must be specified";
    let count =
        ["bool", "int", "string", "version"].iter().filter(|name| attribute.field(name).is_set()).count();
    let (label, version) = (attribute.field("string"), attribute.field("version"));
    if label.str().len() > MAX_VALUE {
        label.too_long(MAX_VALUE);
    }
    if version.is_set() {
        if !is_semver(version.str()) {
            version
                .invalid("must be a string compatible with semver.org spec 2.0.0")
                .help("write a version as `1.2.3`");
        }
        if version.str().len() > MAX_VALUE {
            version.too_long(MAX_VALUE);
        }
    }
    match count {
        0 => {
            attribute.invalid_text("", ONE).help("give it `string`, `int`, `bool` or `version`");
        }
        1 => {}
        _ => {
            attribute.invalid_as(&internal(attribute.value(), ATTRIBUTE), ONE).help("keep one of them");
        }
    }
}

/// Whether a text is a version as semver.org has it.
fn is_semver(text: &str) -> bool {
    let number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part.len() == 1 || !part.starts_with('0'))
    };
    let words = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
    core.split('.').count() == 3
        && core.split('.').all(number)
        && pre.is_none_or(|pre| {
            pre.split('.')
                .all(|part| words(part) && (number(part) || part.bytes().any(|b| !b.is_ascii_digit())))
        })
        && build.is_none_or(|build| build.split('.').all(words))
}

/// Mirrors validateMultiAllocatableDeviceCapacity and validateSingleAllocatableDeviceCapacity.
fn validate_capacity(capacity: Field<'_>, shared: bool) {
    let policy = capacity.field("requestPolicy");
    if policy.is_unset() {
        return;
    }
    if !shared {
        policy
            .forbidden("allowMultipleAllocations must be true")
            .help("set `allowMultipleAllocations: true`, or remove `requestPolicy`");
        return;
    }
    let (values, range, default) =
        (policy.field("validValues"), policy.field("validRange"), policy.field("default"));
    if !values.is_empty() && range.is_set() {
        policy
            .forbidden(
                "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same time",
            )
            .help("remove `validValues` or `validRange`");
        return;
    }
    let Some(most) = capacity.field("value").quantity().or_else(|| Quantity::parse("0").ok()) else { return };
    if !values.is_empty() {
        match default.quantity().filter(|_| default.is_set()) {
            None => {
                default.required("required when validValues is defined");
            }
            Some(start) => validate_values(values, &start, &most),
        }
    } else if range.is_set() {
        match default.quantity().filter(|_| default.is_set()) {
            None => {
                default.required("required when validRange is defined");
            }
            Some(start) => validate_range(range, &start, &most),
        }
    }
}

/// Mirrors validateRequestPolicyValidValues.
fn validate_values(values: Field<'_>, start: &Quantity, most: &Quantity) {
    let list: Vec<_> = values.items().collect();
    for pair in list.windows(2) {
        if let [before, after] = pair
            && before.quantity() > after.quantity()
        {
            after
                .invalid_as(&after.printed_quantity(), "values must be sorted in ascending order")
                .help("sort the values");
        }
    }
    validate_set(
        values,
        10,
        |item| {
            if item.quantity().is_some_and(|q| q > *most) {
                item.invalid_as(
                    &item.printed_quantity(),
                    &format!("option is larger than capacity value: {most}"),
                )
                .code(&codes::RANGE);
            }
        },
        |item| item.quantity().map_or(0, |q| q.value()).to_string(),
        |key| text(key),
    );
    if !list.iter().any(|item| item.quantity().as_ref() == Some(start)) {
        values
            .invalid_text(&start.to_string(), "default value is not valid according to the requestPolicy")
            .help("put the default among `validValues`");
    }
}

/// Mirrors validateRequestPolicyRange.
fn validate_range(range: Field<'_>, start: &Quantity, most: &Quantity) {
    let (low, high, step) = (range.field("min"), range.field("max"), range.field("step"));
    let Some(min) = low.quantity().filter(|_| low.is_set()) else {
        low.required("required when validRange is defined");
        return;
    };
    let say = |field: Field<'_>, shown: &Quantity, detail: String| {
        field.invalid_as(&text(&shown.to_string()), &detail).code(&codes::RANGE);
    };
    if min > *most {
        say(low, &min, format!("min is larger than capacity value: {most}"));
    }
    if *start < min {
        say(low, start, format!("default is less than min: {min}"));
    }
    let max = high.quantity().filter(|_| high.is_set());
    if let Some(max) = &max {
        if min > *max {
            say(high, &min, format!("min is larger than max: {max}"));
        }
        if max > most {
            say(high, max, format!("max is larger than capacity value: {most}"));
        }
        if start > max {
            say(high, start, format!("default is more than max: {max}"));
        }
    }
    let Some(size) = step.quantity().filter(|_| step.is_set()) else { return };
    if size.value() == 0 {
        return;
    }
    let one = Quantity::new(min.value().saturating_add(size.value()), min.format());
    if one > *most {
        say(step, &size, format!("one step {one} is larger than capacity value: {most}"));
    }
    for end in std::iter::once(start).chain(&max) {
        if end.value().saturating_sub(min.value()).checked_rem(size.value()) != Some(0) {
            let detail = format!("value is not a multiple of a given step ({size}) from ({min})");
            say(step, end, detail);
        }
    }
}

/// Mirrors validateDeviceTaint.
fn validate_taint(taint: Field<'_>) {
    taint.field("key").qualified_name();
    let label = taint.field("value");
    if !label.is_empty() {
        label.check(label_value, "use the value of a label");
    }
    taint.field("effect").require_one_of("", EFFECTS);
}

/// Mirrors validateDeviceBindingParameters.
fn validate_binding<'v>(conditions: Field<'v>, failures: Field<'v>) {
    for list in [conditions, failures] {
        validate_list(list, 4, |item| {
            item.check(qualified_name, LABEL_KEY_HELP);
        });
    }
    let mut seen = rustc_hash::FxHashSet::default();
    for condition in conditions.items() {
        condition.unique(condition.str(), &mut seen);
    }
    let mut failed = rustc_hash::FxHashSet::default();
    for condition in failures.items() {
        condition.unique(condition.str(), &mut failed);
        if seen.contains(condition.str()) {
            condition
                .invalid("bindingFailureConditions must not overlap with bindingConditions")
                .help("remove it from one of the lists");
        }
    }
    let printed = |list: Field<'_>| if list.is_set() { texts(list.value()) } else { "null".to_owned() };
    if conditions.is_empty() && !failures.is_empty() {
        conditions
            .invalid_as(
                &printed(conditions),
                "bindingConditions are required to use bindingFailureConditions",
            )
            .help("add `bindingConditions`");
    }
    if failures.is_empty() && !conditions.is_empty() {
        failures
            .invalid_as(&printed(failures), "bindingFailureConditions are required to use bindingConditions")
            .help("add `bindingFailureConditions`");
    }
}
