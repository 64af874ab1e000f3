//! APIServices. Mirrors `kube-aggregator/pkg/apis/apiregistration/validation`.

use super::field::Field;
use super::primitives::dns_1035_label;
use super::size::decoded_len;

/// Mirrors ValidateAPIService.
pub(super) fn validate_api_service(object: Field<'_>) {
    let spec = object.field("spec");
    let (group, version) = (spec.field("group"), spec.field("version"));
    if group.is_empty() {
        if version.str() != "v1" {
            group.required("only v1 may have an empty group and it better be legacy kube");
        }
    } else {
        group.dns_subdomain();
    }
    version.check(dns_1035_label, "use a version as `v1` or `v1beta1`");
    for (name, most) in [("groupPriorityMinimum", 20_000), ("versionPriority", 1000)] {
        let priority = spec.field(name);
        if !(1..=most).contains(&priority.int().unwrap_or_default()) {
            priority.range(&format!("must be positive and less than {most}"));
        }
    }
    let (service, bundle, insecure) =
        (spec.field("service"), spec.field("caBundle"), spec.field("insecureSkipTLSVerify"));
    if service.is_unset() {
        if !bundle.is_empty() {
            bundle.invalid_text(
                &format!("{} bytes", decoded_len(bundle.str())),
                "local APIServices may not have a caBundle",
            );
        }
        if insecure.flag() {
            insecure.invalid("local APIServices may not have insecureSkipTLSVerify");
        }
        return;
    }
    service.field("namespace").require("");
    service.field("name").require("");
    let port = service.field("port");
    // An absent port is 443.
    if port.int().is_some_and(|n| !(1..=65535).contains(&n)) {
        port.range("port is not valid: must be between 1 and 65535, inclusive");
    }
    if insecure.flag() && !bundle.is_empty() {
        insecure.invalid("may not be true if caBundle is present").help("remove `insecureSkipTLSVerify`");
    }
}
