//! Services: what people forget most. Mirrors the start of ValidateService.

use super::errors::anchor;
use super::{Errors, Path};
use crate::apiserver::codes;
use crate::object::Value;

/// A Service.
pub(super) fn validate_service(service: Value<'_>, out: &mut Errors) {
    let spec = service.get("spec");
    let text = |name| spec.map_or("", |s| s.str(name));
    let headless = text("clusterIP") == "None"
        || spec.is_some_and(|s| s.list("clusterIPs").next().and_then(Value::as_str) == Some("None"));
    let ports = spec.is_some_and(|s| s.list("ports").next().is_some());
    if !ports && !headless && text("type") != "ExternalName" {
        let place = spec.map_or_else(|| anchor(service), |_| service.key_place("spec"));
        out.required(&codes::REQUIRED, &Path::Root.child("spec.ports"), place, "").plain(
            "the Service has no ports",
            "add `ports: [{port: ...}]`, or make it headless with `clusterIP: None`",
        );
    }
}
