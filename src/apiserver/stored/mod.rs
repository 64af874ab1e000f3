//! The object as the server stores and prints it.

mod go;
mod live;
mod printing;

pub use live::{ALLOCATED_IP, RESOURCE_VERSION, UID, live};

use serde_json::Value as Json;

use super::{admission, defaults, strategy};
use crate::object::{Draft, Gvk, Overlay, Value, to_json, to_json_with_nulls};
use crate::schema::{Minor, Types};
use crate::yaml::View;

/// What a server would store of a new object: defaults, admission, strategy. Its random parts are placeholders, and
/// `uid`, `resourceVersion`, `creationTimestamp` and `managedFields` are left out. `namespace` is the namespace of the
/// request, empty for cluster-scoped kinds; `minor` is the server's.
pub fn stored(
    gvk: Gvk,
    root: View<'_>,
    namespace: &str,
    minor: Minor,
    cluster: &dyn admission::Lookup,
) -> Json {
    let mut overlay = Overlay::default();
    defaults::apply(gvk, root, &mut overlay);
    let mut draft = Draft::new(root, &mut overlay);
    admission::mutate(gvk, &mut draft, cluster);
    own_metadata(&mut draft, namespace);
    generate_name(&mut draft);
    strategy::prepare_for_create(gvk, minor, &mut draft);
    printed(gvk, Value::new(root, &overlay))
}

/// What of the metadata is the server's own: dropped, or filled in.
pub(super) fn own_metadata(object: &mut Draft<'_, '_>, namespace: &str) {
    if let Some(mut metadata) = object.ensure("metadata") {
        const GIVEN: [&str; 7] = [
            "managedFields",
            "uid",
            "resourceVersion",
            "creationTimestamp",
            "selfLink",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
        ];
        for name in GIVEN {
            metadata.remove(name);
        }
        if namespace.is_empty() {
            metadata.remove("namespace");
        } else {
            metadata.default("namespace", namespace.to_owned());
        }
    }
}

/// The name that is generated for an object that has none.
pub(super) fn generate_name(object: &mut Draft<'_, '_>) {
    object.with(&["metadata"], |metadata| {
        if metadata.read().str("name").is_empty() && !metadata.read().str("generateName").is_empty() {
            metadata.set("name", "<generated>");
        }
    });
}

/// An object as the server prints it: what Go's encoder leaves out is left out, what it always prints is there. Kinds that
/// are not built in are printed as they are.
pub fn printed(gvk: Gvk, object: Value<'_>) -> Json {
    let types = Types::builtin();
    let kind = types.kind(&gvk.group, &gvk.version, &gvk.kind);
    let mut json = if kind.is_some() { to_json_with_nulls(object) } else { to_json(object) };
    if let Some(kind) = kind {
        printing::encode(&mut json, types.get(kind.ty), &types);
    }
    // What a review comes to is the answer of a cluster.
    if matches!(&*gvk.group, "authentication.k8s.io" | "authorization.k8s.io")
        && let Json::Object(fields) = &mut json
    {
        fields.remove("status");
    }
    json
}
