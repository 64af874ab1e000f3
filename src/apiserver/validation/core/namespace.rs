//! Namespaces. Mirrors ValidateNamespace.

use super::super::field::Field;
use super::super::metadata::validate_kube_finalizer;
use super::super::primitives::qualified_name;

/// Mirrors ValidateNamespace. The server's path of finalizers has no index.
pub(in super::super) fn validate(namespace: Field<'_>) {
    const HELP: &str = "remove `spec.finalizers`: the server writes them";
    let finalizers = namespace.field("spec").field("finalizers");
    for item in finalizers.items() {
        let item = item.as_at(finalizers);
        item.check(qualified_name, HELP);
        validate_kube_finalizer(item, HELP);
    }
}
