//! Backends of an Ingress.

use crate::object::{Object, Value};

/// A Service that an Ingress sends requests to.
pub(super) struct Backend<'a> {
    /// `service`: has `name` and `port`.
    pub service: Value<'a>,
    /// Name of the Service.
    pub name: &'a str,
    /// Path of `service` in the object.
    pub path: String,
}

/// All backends that are Services, the default one first.
pub(super) fn backends<'a>(ingress: &Object<'a>) -> Vec<Backend<'a>> {
    let Some(spec) = ingress.spec() else { return Vec::new() };
    let mut found = Vec::new();
    let mut note = |backend: Option<Value<'a>>, path: String| {
        let Some(service) = backend.and_then(|backend| backend.get("service")) else { return };
        let name = service.str("name");
        if !name.is_empty() {
            found.push(Backend { service, name, path: format!("{path}.service") });
        }
    };
    note(spec.get("defaultBackend"), "spec.defaultBackend".into());
    for (i, rule) in spec.list("rules").enumerate() {
        for (j, path) in rule.get("http").into_iter().flat_map(|http| http.list("paths")).enumerate() {
            note(path.get("backend"), format!("spec.rules[{i}].http.paths[{j}].backend"));
        }
    }
    found
}
