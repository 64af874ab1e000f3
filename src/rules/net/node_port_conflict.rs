//! Ports of nodes that two Services want. The page is the server's validation's, which refuses others under the same code.

use std::collections::BTreeMap;

use crate::apiserver::codes;
use crate::finding::Level;
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, Tree};

/// See the page.
pub static RULE: Rule = Rule { code: codes::node_port_conflict(), check: Check::Tree(check) };

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    // Who wants a port first, by protocol: those of the cluster have it already.
    let mut taken: BTreeMap<(String, i64), (&Object<'_>, Value<'_>)> = BTreeMap::new();
    let mut services: Vec<&Object<'_>> = tree.of("", "Service").collect();
    services.sort_by_key(|service| service.document.is_some());
    for service in services {
        let Some(spec) = service.spec() else { continue };
        if !matches!(spec.str("type"), "NodePort" | "LoadBalancer") {
            continue;
        }
        for (at, port) in spec.list("ports").enumerate() {
            let Some(wanted) = port.get("nodePort") else { continue };
            let Some(number) = wanted.as_i64().filter(|number| *number != 0) else { continue };
            let protocol = match port.str("protocol") {
                "" => "TCP",
                protocol => protocol,
            };
            let Some((first, place)) = taken.get(&(protocol.to_owned(), number)) else {
                taken.insert((protocol.to_owned(), number), (service, wanted));
                continue;
            };
            // Versions of one Service are not there at the same time; ports of one Service the server judges.
            if first.key() == service.key() || service.document.is_none() {
                continue;
            }
            let message =
                format!("two Services want the nodes' port {number}: {} has it", name(first, service));
            let mut finding = out
                .finding_in(service, wanted.place(), message)
                .label("taken")
                .field(format!("spec.ports[{at}].nodePort"))
                .because("the server refuses the second: `provided port is already allocated`")
                .help("use another port, or remove `nodePort` and let the cluster choose");
            if first.document.is_some() {
                finding = finding.related(place.place(), "here first");
                // Files may be meant for several clusters.
                if place.place().file != wanted.place().file {
                    finding.level = Level::Warning;
                }
            }
            out.push(finding);
        }
    }
}

/// The name of a Service, seen from another one.
fn name(service: &Object<'_>, from: &Object<'_>) -> String {
    if service.namespace == from.namespace {
        format!("`{}`", service.name)
    } else {
        format!("`{}/{}`", service.namespace, service.name)
    }
}
