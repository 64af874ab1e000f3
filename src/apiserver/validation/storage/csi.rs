//! What CSI drivers say about themselves and nodes: CSIDrivers, CSINodes, CSIStorageCapacities.

use rustc_hash::FxHashSet;

use super::super::core::volume_sources::validate_csi_driver_name;
use super::super::field::Field;
use super::super::selector::validate_label_selector;
use crate::apiserver::codes;

const MAX_NODE_ID: usize = 256;

/// Mirrors validateCSIDriverSpec. What is absent has a default.
pub(in super::super) fn validate_driver(driver: Field<'_>) {
    let spec = driver.field("spec");
    spec.field("fsGroupPolicy").one_of_if_set(&["File", "None", "ReadWriteOnceWithFSType"]);
    let requests = spec.field("tokenRequests");
    let mut audiences = FxHashSet::default();
    for request in requests.items() {
        let audience = request.field("audience");
        if !audience.unique(audience.str(), &mut audiences) {
            continue;
        }
        let expiration = request.field("expirationSeconds");
        if expiration.int().is_some_and(|n| n < 600) {
            expiration.range("may not specify a duration less than 10 minutes").help("use at least 600");
        }
        if expiration.int().is_some_and(|n| n > 1 << 32) {
            expiration.range("may not specify a duration larger than 2^32 seconds");
        }
    }
    let modes = spec.field("volumeLifecycleModes");
    for mode in modes.items() {
        mode.as_at(modes).one_of(&["Persistent", "Ephemeral"]);
    }
    let period = spec.field("nodeAllocatableUpdatePeriodSeconds");
    if period.int().is_some_and(|n| n < 10) {
        period.range("must be greater than or equal to 10 seconds");
    }
    let in_secrets = spec.field("serviceAccountTokenInSecrets");
    if in_secrets.is_set() && requests.is_empty() {
        in_secrets
            .invalid("serviceAccountTokenInSecrets is set but no tokenRequests are specified")
            .help("add `tokenRequests`, or remove it");
    }
}

/// Mirrors validateCSINodeSpec.
pub(in super::super) fn validate_node(node: Field<'_>) {
    let mut names = FxHashSet::default();
    for driver in node.field("spec").each("drivers") {
        let (name, id) = (driver.field("name"), driver.field("nodeID"));
        validate_csi_driver_name(name);
        id.require("");
        if id.str().len() > MAX_NODE_ID {
            id.invalid(&format!("must be {MAX_NODE_ID} characters or less")).code(&codes::TOO_LONG);
        }
        driver.field("allocatable").field("count").non_negative();
        name.unique(name.str(), &mut names);
        let mut keys = FxHashSet::default();
        for key in driver.each("topologyKeys") {
            // The server says it about the driver.
            let key = key.as_at(driver);
            key.require("");
            key.unique(key.str(), &mut keys);
            key.qualified_name();
        }
    }
}

/// Mirrors ValidateCSIStorageCapacity.
pub(in super::super) fn validate_capacity(capacity: Field<'_>) {
    validate_label_selector(capacity.field("nodeTopology"));
    capacity.field("storageClassName").dns_subdomain();
    capacity.field("capacity").non_negative_quantity();
}
