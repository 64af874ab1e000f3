//! Services. Mirrors ValidateService.

use super::super::field::Field;

/// A Service.
pub(in super::super) fn validate(service: Field<'_>) {
    let spec = service.field("spec");
    let first_ip = spec.each("clusterIPs").next().map_or("", Field::str);
    let headless = spec.text("clusterIP") == "None" || first_ip == "None";
    let ports = spec.field("ports");
    if ports.is_empty() && !headless && spec.text("type") != "ExternalName" {
        ports.required("").plain(
            "the Service has no ports",
            "add `ports: [{port: ...}]`, or make it headless with `clusterIP: None`",
        );
    }
}
