//! The object that exists, where all that is known of it is the manifest that it was made from.

use serde_json::{Value as Json, json};

use crate::apiserver::admission;
use crate::apiserver::strategy::{ALLOCATED, JOB_UID};
use crate::object::Gvk;
use crate::schema::Minor;
use crate::yaml::View;

/// Stands for a UID that nobody knows.
pub const UID: &str = "00000000-0000-0000-0000-000000000000";
/// Stands for the version of the stored object.
pub const RESOURCE_VERSION: &str = "18446744073709551557";
/// Stands for an address that the server chose.
pub const ALLOCATED_IP: &str = "10.96.255.254";
/// Stands for the time at which the object was made.
const CREATED: &str = "2006-01-02T15:04:05Z";
/// The first port of the nodes.
const NODE_PORT: u16 = 30_000;

/// What a server would have stored of a manifest, with stand-ins that are as good as what it would have chosen.
pub fn live(
    gvk: Gvk,
    root: View<'_>,
    namespace: &str,
    minor: Minor,
    cluster: &dyn admission::Lookup,
) -> Json {
    let mut object = super::stored(gvk, root, namespace, minor, cluster);
    let mut port = NODE_PORT;
    fill(&mut object, "", &mut port);
    if gvk.is("apiextensions.k8s.io", "CustomResourceDefinition")
        && let Some(status) = object.get_mut("status").and_then(Json::as_object_mut)
    {
        // The server itself runs the controllers that establish it.
        status.insert("conditions".into(), json!([{"type": "Established", "status": "True"}]));
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Json::as_object_mut) {
        metadata.insert("uid".into(), json!(UID));
        metadata.insert("resourceVersion".into(), json!(RESOURCE_VERSION));
        metadata.insert("creationTimestamp".into(), json!(CREATED));
    }
    object
}

/// Puts stand-ins in the place of placeholders.
fn fill(value: &mut Json, name: &str, port: &mut u16) {
    match value {
        Json::String(text) if text == ALLOCATED => {
            *value = if matches!(name, "nodePort" | "healthCheckNodePort") {
                *port = port.saturating_add(1);
                json!(*port)
            } else {
                json!(ALLOCATED_IP)
            };
        }
        Json::String(text) if text == JOB_UID => *value = json!(UID),
        Json::String(text) if text == "<now>" => *value = json!(CREATED),
        Json::Array(items) => items.iter_mut().for_each(|item| fill(item, name, port)),
        Json::Object(fields) => fields.iter_mut().for_each(|(name, field)| fill(field, name, port)),
        _ => {}
    }
}
