//! Addresses that two Services want. The page is the server's validation's, which refuses others under the same code.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::apiserver::codes;
use crate::finding::Level;
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, Tree};

/// See the page.
pub static RULE: Rule = Rule { code: codes::cluster_ip(), check: Check::Tree(check) };

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut taken: BTreeMap<IpAddr, (&Object<'_>, Value<'_>)> = BTreeMap::new();
    // What the cluster has is taken already; of that the server speaks itself.
    for service in tree.own_of("", "Service") {
        let Some(spec) = service.spec().filter(|spec| spec.str("type") != "ExternalName") else { continue };
        let all: Vec<(String, Value<'_>)> = if spec.list("clusterIPs").next().is_some() {
            let list = spec.list("clusterIPs").enumerate();
            list.map(|(at, value)| (format!("spec.clusterIPs[{at}]"), value)).collect()
        } else {
            spec.get("clusterIP").map(|value| ("spec.clusterIP".to_owned(), value)).into_iter().collect()
        };
        for (field, value) in all {
            // `None` and nothing are no addresses.
            let Some(address) = value.as_str().and_then(|text| text.parse::<IpAddr>().ok()) else { continue };
            let Some((first, place)) = taken.get(&address) else {
                taken.insert(address, (service, value));
                continue;
            };
            // Versions of one Service are not there at the same time.
            if first.key() == service.key() {
                continue;
            }
            let message = format!("two Services want the address {address}: `{}` has it", first.name);
            let mut finding = out
                .finding_in(service, value.place(), message)
                .label("taken")
                .related(place.place(), "here first")
                .field(field)
                .because("the server refuses the second: `provided IP is already allocated`")
                .help("remove it and let the cluster choose");
            // Files may be meant for several clusters.
            if place.place().file != value.place().file {
                finding.level = Level::Warning;
            }
            out.push(finding);
        }
    }
}
