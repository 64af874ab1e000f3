//! Ports of containers that get in each other's way.

use rustc_hash::FxHashMap;

use super::super::field::Field;
use crate::apiserver::codes;

/// More ports of one Pod are not held against each other.
const MAX_PORTS: usize = 4096;
/// More conflicts are not told: the server cuts its warnings long before.
const MAX_CONFLICTS: usize = 1000;

/// A port that was seen.
struct Seen<'v> {
    field: Field<'v>,
    host_ip: &'v str,
    host_port: i64,
}

/// Mirrors the walks over `allPorts` and `allPortsNames`. `containers` gives all of them, once more at each call.
pub(super) fn of_containers<'v, I: Iterator<Item = Field<'v>>>(containers: impl Fn() -> I) {
    let mut known: FxHashMap<(i64, &str), Vec<Seen<'_>>> = FxHashMap::default();
    let mut told = 0;
    for field in containers().flat_map(|container| container.each("ports")).take(MAX_PORTS) {
        let number = |name| field.field(name).int().unwrap_or_default();
        let (host_ip, protocol) = (field.text("hostIP"), field.text("protocol"));
        let port = Seen { field, host_ip, host_port: number("hostPort") };
        if !host_ip.is_empty() && port.host_port == 0 {
            let sentence = format!(
                "hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{protocol} HostIP:{host_ip}}}",
                field.text("name"),
                number("containerPort"),
            );
            field.warn(&sentence, "add `hostPort`, or remove `hostIP`");
        }
        let others = known.entry((number("containerPort"), protocol)).or_default();
        for other in &*others {
            if told >= MAX_CONFLICTS {
                break;
            }
            if let Some(what) = conflict(&port, other) {
                let sentence = format!("{what} port definition with {}", other.field.path());
                field.warn(&sentence, "keep one of them").code(&codes::DUPLICATE_PORT);
                told += 1;
            }
        }
        others.push(port);
    }
    let mut names: FxHashMap<&str, Field<'_>> = FxHashMap::default();
    for field in containers().flat_map(|container| container.each("ports")) {
        let name = field.text("name");
        if name.is_empty() {
            continue;
        }
        if let Some(other) = names.get(name) {
            let (shown, other) = (crate::schema::quote(name), other.path());
            let sentence = format!(
                "duplicate port name {shown} with {other}, services and probes that select ports by name will use {other}"
            );
            field
                .warn(&sentence, "use another name")
                .code(&codes::DUPLICATE_PORT)
                .place(field.field("name").place());
        } else {
            names.insert(name, field);
        }
    }
}

fn conflict(port: &Seen<'_>, other: &Seen<'_>) -> Option<&'static str> {
    let any = |port: &Seen<'_>| port.host_ip.is_empty();
    if port.host_ip == other.host_ip && port.host_port == other.host_port {
        Some("duplicate")
    } else if port.host_port == 0 || other.host_port == 0 {
        Some("overlapping")
    } else if port.host_port == other.host_port && any(port) != any(other) {
        Some("dangerously ambiguous")
    } else {
        None
    }
}
