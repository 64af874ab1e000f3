//! Leases. Mirrors `pkg/apis/coordination/validation`.

use super::field::Field;

/// Mirrors ValidateLeaseSpec. Gate CoordinatedLeaderElection is off: strategy and preferred holder are gone.
pub(super) fn validate_lease(lease: Field<'_>) {
    let spec = lease.field("spec");
    let duration = spec.field("leaseDurationSeconds");
    if duration.is_set() {
        duration.positive();
    }
    spec.field("leaseTransitions").non_negative();
}
