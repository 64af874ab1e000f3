//! IngressClasses. Mirrors ValidateIngressClass.

use super::super::field::Field;
use super::validate_reference;

const MAX_CONTROLLER: usize = 250;

/// Mirrors validateIngressClassSpec.
pub(in super::super) fn validate(class: Field<'_>) {
    let spec = class.field("spec");
    let controller = spec.field("controller");
    if controller.str().len() > MAX_CONTROLLER {
        controller.too_long(MAX_CONTROLLER);
    }
    controller.domain_prefixed_path();
    let parameters = spec.field("parameters");
    if parameters.is_unset() {
        return;
    }
    validate_reference(parameters);
    let (scope, namespace) = (parameters.field("scope"), parameters.field("namespace"));
    // The default scope is the cluster.
    match scope.str() {
        "Namespace" => {
            if namespace.is_unset() {
                namespace.required("`parameters.scope` is set to 'Namespace'");
            } else {
                namespace.dns_label();
            }
        }
        "Cluster" | "" if scope.is_unset() || !scope.is_empty() => {
            namespace.forbid_if_set("`parameters.scope` is set to 'Cluster'");
        }
        _ => {
            scope.not_supported(&["Cluster", "Namespace"]);
        }
    }
}
