//! StorageClasses and VolumeAttributesClasses.

use rustc_hash::FxHashSet;

use super::super::field::{Field, LABEL_KEY_HELP};
use super::super::primitives::qualified_name;
use crate::apiserver::codes;

const MAX_PARAMETERS: usize = 512;
const MAX_PARAMETER_BYTES: usize = 256 * 1024;

/// Mirrors ValidateStorageClass.
pub(in super::super) fn validate(class: Field<'_>) {
    validate_provisioner(class.field("provisioner"));
    validate_parameters(class.field("parameters"));
    let policy = class.field("reclaimPolicy");
    if !policy.is_empty() {
        policy.one_of(&["Delete", "Retain"]);
    }
    class.field("volumeBindingMode").one_of_if_set(&["Immediate", "WaitForFirstConsumer"]);
    validate_topologies(class.field("allowedTopologies"));
}

/// Mirrors ValidateVolumeAttributesClass.
pub(in super::super) fn validate_attributes(class: Field<'_>) {
    validate_provisioner(class.field("driverName"));
    let parameters = class.field("parameters");
    validate_parameters(parameters);
    if parameters.is_empty() {
        parameters.required("must contain at least one key/value pair");
    }
}

/// Mirrors validateProvisioner: the name is judged in lower case.
fn validate_provisioner(name: Field<'_>) {
    if name.require("") {
        name.check_text(&name.str().to_lowercase(), qualified_name, LABEL_KEY_HELP);
    }
}

/// Mirrors validateParameters.
fn validate_parameters(parameters: Field<'_>) {
    if parameters.len() > MAX_PARAMETERS {
        parameters.too_long(MAX_PARAMETERS);
        return;
    }
    let mut bytes = 0;
    for (key, value) in parameters.entries() {
        if key.is_empty() {
            parameters.invalid_text(key, "field can not be empty.").place(value.key_place());
        }
        bytes += key.len() + value.str().len();
    }
    if bytes > MAX_PARAMETER_BYTES {
        parameters.too_long(MAX_PARAMETER_BYTES).code(&codes::TOO_LARGE);
    }
}

/// Mirrors validateAllowedTopologies.
fn validate_topologies(topologies: Field<'_>) {
    // Terms as the server compares them: keys, and the values of the last requirement of a key.
    // The server begins with as many empty ones.
    let mut known: Vec<Vec<(&str, Vec<&str>)>> = vec![Vec::new(); topologies.len()];
    for term in topologies.items() {
        let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
        for requirement in term.each("matchLabelExpressions") {
            let (key, values) = (requirement.field("key"), requirement.field("values"));
            values.require("");
            let mut seen = FxHashSet::default();
            for value in values.items() {
                value.unique(value.str(), &mut seen);
            }
            key.qualified_name();
            let mut sorted: Vec<&str> = seen.into_iter().collect();
            sorted.sort_unstable();
            match keys.iter_mut().find(|(k, _)| *k == key.str()) {
                Some((_, values)) => {
                    key.duplicate();
                    *values = sorted;
                }
                None => keys.push((key.str(), sorted)),
            }
        }
        keys.sort_unstable();
        for _ in known.iter().filter(|other| **other == keys) {
            term.field("matchLabelExpressions")
                .duplicate_as("\"\"")
                .plain("two terms are the same, or one is empty", "remove one of them");
        }
        known.push(keys);
    }
}
