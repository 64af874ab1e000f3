//! Services. Mirrors ValidateServiceUpdate.

use super::{Field, Go, Update};
use crate::apiserver::codes;
use crate::apiserver::go_json::texts;

const ONCE: &str = "may not change once set";
const HELP: &str = "remove the field, or write the address that the Service has; for another one delete the Service and create it again (`kubectl replace --force`)";

/// Mirrors ValidateServiceUpdate.
pub(super) fn service(update: Update<'_>) {
    update.meta_update();
    let spec = update.at(&["spec"]);
    cluster_ips(spec);
    ip_families(spec);
    load_balancer_class(spec);
    health_check_port(spec);
    update.meta();
    update.create();
}

fn kind(spec: Field<'_>) -> &str {
    spec.text("type")
}

/// Mirrors isHeadlessService.
fn is_headless(spec: Field<'_>) -> bool {
    spec.text("clusterIP") == "None"
        || spec.each("clusterIPs").count() == 1 && first(spec.field("clusterIPs")) == "None"
}

fn first(list: Field<'_>) -> &str {
    list.items().next().map_or("", Field::str)
}

/// `Invalid value: [LIST]: detail` about an item of the list.
fn say<'v>(list: Field<'v>, at: usize, printed: Field<'v>, detail: &str) {
    let item = list.items().nth(at).unwrap_or_else(|| list.indexed(at));
    item.invalid_as(&texts(printed.value().filter(|_| !printed.is_empty())), detail)
        .plain(
            format!("`{}` of a Service cannot be changed once it has them", list.name().unwrap_or("this")),
            HELP,
        )
        .code(&codes::IMMUTABLE);
}

/// Mirrors validateUpgradeDowngradeClusterIPs.
fn cluster_ips(spec: Update<'_>) {
    let (new, old) = (spec.new.field("clusterIPs"), spec.old.field("clusterIPs"));
    if [spec.new, spec.old].into_iter().any(|spec| kind(spec) == "ExternalName")
        || is_headless(spec.new) && is_headless(spec.old)
    {
        return;
    }
    let (before, after) = (old.len(), new.len());
    if before == after {
        for (at, (was, is)) in old.items().zip(new.items()).enumerate() {
            if was.str() != is.str() {
                say(new, at, new, ONCE);
            }
        }
    } else if before > after {
        if after == 0 {
            say(new, 0, new, "primary clusterIP can not be unset");
        } else if first(new) != first(old) {
            say(new, 0, new, ONCE);
        }
        if after == 1 {
            single_stack(spec.new, "clusterIP");
        }
    } else if before > 0 && first(new) != first(old) {
        say(new, 0, new, ONCE);
    }
}

/// A Service that gives up its second address says so.
fn single_stack(spec: Field<'_>, what: &str) {
    let policy = spec.field("ipFamilyPolicy");
    if policy.str() != "SingleStack" {
        policy
            .invalid_json(&format!("must be set to 'SingleStack' when releasing the secondary {what}"))
            .help("set `ipFamilyPolicy: SingleStack`");
    }
}

/// Mirrors validateUpgradeDowngradeIPFamilies.
fn ip_families(spec: Update<'_>) {
    let (new, old) = (spec.new.field("ipFamilies"), spec.old.field("ipFamilies"));
    if [spec.new, spec.old].into_iter().any(|spec| kind(spec) == "ExternalName")
        || is_headless(spec.new) != is_headless(spec.old)
        || is_headless(spec.new)
    {
        return;
    }
    let addresses = spec.new.field("clusterIPs");
    let (before, after) = (old.len(), new.len());
    if before == after {
        for (was, is) in old.items().zip(new.items()) {
            if was.str() != is.str() {
                say(new, 0, new, ONCE);
            }
        }
    } else if before > after {
        if addresses.is_empty() {
            say(new, 0, new, "primary ipFamily can not be unset");
        }
        if after > 0 && first(new) != first(old) {
            say(new, 0, addresses, ONCE);
        }
        if after == 1 {
            single_stack(spec.new, "ipFamily");
        }
    } else if before > 0 && after > 0 && first(new) != first(old) {
        say(new, 0, addresses, ONCE);
    }
}

/// Mirrors validateLoadBalancerClassField.
fn load_balancer_class(spec: Update<'_>) {
    let class = spec.at(&["loadBalancerClass"]);
    let balances = |spec: Field<'_>| kind(spec) == "LoadBalancer";
    if balances(spec.new) && balances(spec.old) {
        class.fixed_as(&Go::Pointer(&Go::Text), class.new, ONCE);
    }
    if class.new.is_unset() {
        return;
    }
    if balances(spec.new) {
        class.new.qualified_name();
    } else {
        class.new.forbidden("may only be used when `type` is 'LoadBalancer'");
    }
}

/// Mirrors validateServiceExternalTrafficFieldsUpdate.
fn health_check_port(spec: Update<'_>) {
    let needs =
        |spec: Field<'_>| kind(spec) == "LoadBalancer" && spec.text("externalTrafficPolicy") == "Local";
    let port = spec.at(&["healthCheckNodePort"]);
    if needs(spec.new)
        && needs(spec.old)
        && port.new.int().unwrap_or_default() != port.old.int().unwrap_or_default()
    {
        port.changed(port.new.forbidden("field is immutable"));
    }
}
