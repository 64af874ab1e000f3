//! What an object refers to by name.

use super::{Object, PodTemplate, Sym, Value, sym};
use crate::finding::Place;

/// How a reference is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Via {
    /// A variable of a container: `env[*].valueFrom`.
    Env,
    /// All variables of a container: `envFrom`.
    EnvFrom,
    /// A volume of that name.
    Volume(Sym),
    /// `imagePullSecrets`
    ImagePull,
    /// Any other field.
    Field,
}

/// A reference to an object by name.
#[derive(Clone, PartialEq, Debug)]
pub struct Reference {
    /// API group of the kind.
    pub group: &'static str,
    /// Kind that is named.
    pub kind: &'static str,
    /// Namespace, where it is not that of the object (or the kind has none).
    pub namespace: Option<Sym>,
    /// Its name.
    pub name: Sym,
    /// A key of the ConfigMap's or Secret's data.
    pub key: Option<Sym>,
    /// The key's place.
    pub key_place: Option<Place>,
    /// `optional: true`: nothing waits for it.
    pub optional: bool,
    /// How it is used.
    pub via: Via,
    /// Path of the field in the object.
    pub field: String,
    /// The name's place.
    pub place: Place,
}

struct Walk {
    found: Vec<Reference>,
}

impl Walk {
    /// Notes the name at `holder.name_field`, unless it is absent or empty.
    fn note(
        &mut self,
        kind: (&'static str, &'static str),
        via: Via,
        holder: Value<'_>,
        name_field: &str,
        path: &str,
    ) {
        let Some(value) = holder.get(name_field) else { return };
        let Some(name) = value.as_str().filter(|name| !name.is_empty()) else { return };
        self.found.push(Reference {
            group: kind.0,
            kind: kind.1,
            namespace: None,
            name: sym(name),
            key: None,
            key_place: None,
            optional: holder.flag("optional"),
            via,
            field: format!("{path}.{name_field}"),
            place: value.place(),
        });
    }

    /// The same with a key, or with each of several.
    fn note_keys(&mut self, kind: &'static str, via: Via, holder: Value<'_>, name_field: &str, path: &str) {
        let before = self.found.len();
        self.note(("", kind), via, holder, name_field, path);
        let Some(reference) = self.found.get(before).cloned() else { return };
        let keys: Vec<Value<'_>> = match holder.get("key") {
            Some(key) => vec![key],
            None => holder.list("items").filter_map(|item| item.get("key")).collect(),
        };
        if !keys.is_empty() {
            self.found.truncate(before);
            let with = |key: Value<'_>| Reference {
                key: key.as_str().map(sym),
                key_place: Some(key.place()),
                ..reference.clone()
            };
            self.found.extend(keys.into_iter().filter(|key| key.as_str().is_some()).map(with));
        }
    }
}

const CONFIG_MAP: &str = "ConfigMap";
const SECRET: &str = "Secret";

/// What a Pod spec refers to: ConfigMaps and Secrets of variables and volumes, claims, the ServiceAccount, the
/// PriorityClass, the RuntimeClass, image pull Secrets. In the order of the manifest's fields.
pub fn pod_references(template: &PodTemplate<'_>) -> Vec<Reference> {
    let spec = template.spec;
    let mut walk = Walk { found: Vec::new() };
    for container in template.containers() {
        let path = template.container_path(&container);
        for (i, env) in container.value.list("env").enumerate() {
            let Some(from) = env.get("valueFrom") else { continue };
            let path = format!("{path}.env[{i}].valueFrom");
            if let Some(source) = from.get("configMapKeyRef") {
                walk.note_keys(CONFIG_MAP, Via::Env, source, "name", &format!("{path}.configMapKeyRef"));
            }
            if let Some(source) = from.get("secretKeyRef") {
                walk.note_keys(SECRET, Via::Env, source, "name", &format!("{path}.secretKeyRef"));
            }
        }
        for (i, from) in container.value.list("envFrom").enumerate() {
            let path = format!("{path}.envFrom[{i}]");
            if let Some(source) = from.get("configMapRef") {
                walk.note(("", CONFIG_MAP), Via::EnvFrom, source, "name", &format!("{path}.configMapRef"));
            }
            if let Some(source) = from.get("secretRef") {
                walk.note(("", SECRET), Via::EnvFrom, source, "name", &format!("{path}.secretRef"));
            }
        }
    }
    for (i, volume) in spec.list("volumes").enumerate() {
        let path = format!("{}.volumes[{i}]", template.path);
        let via = Via::Volume(sym(volume.str("name")));
        if let Some(source) = volume.get("configMap") {
            walk.note_keys(CONFIG_MAP, via, source, "name", &format!("{path}.configMap"));
        }
        if let Some(source) = volume.get("secret") {
            walk.note_keys(SECRET, via, source, "secretName", &format!("{path}.secret"));
        }
        if let Some(source) = volume.get("persistentVolumeClaim") {
            let path = format!("{path}.persistentVolumeClaim");
            walk.note(("", "PersistentVolumeClaim"), via, source, "claimName", &path);
        }
        for (j, source) in volume.get("projected").into_iter().flat_map(|p| p.list("sources")).enumerate() {
            let path = format!("{path}.projected.sources[{j}]");
            if let Some(source) = source.get("configMap") {
                walk.note_keys(CONFIG_MAP, via, source, "name", &format!("{path}.configMap"));
            }
            if let Some(source) = source.get("secret") {
                walk.note_keys(SECRET, via, source, "name", &format!("{path}.secret"));
            }
        }
    }
    for (i, secret) in spec.list("imagePullSecrets").enumerate() {
        walk.note(
            ("", SECRET),
            Via::ImagePull,
            secret,
            "name",
            &format!("{}.imagePullSecrets[{i}]", template.path),
        );
    }
    // `serviceAccount` is the deprecated name of the same field.
    let account =
        if spec.str("serviceAccountName").is_empty() { "serviceAccount" } else { "serviceAccountName" };
    walk.note(("", "ServiceAccount"), Via::Field, spec, account, template.path);
    walk.note(("scheduling.k8s.io", "PriorityClass"), Via::Field, spec, "priorityClassName", template.path);
    walk.note(("node.k8s.io", "RuntimeClass"), Via::Field, spec, "runtimeClassName", template.path);
    walk.found
}

/// All that an object refers to: what its Pods refer to, and the fields of its own kind.
pub fn references(object: &Object<'_>) -> Vec<Reference> {
    let mut walk = Walk { found: object.pod_template().map(|t| pod_references(&t)).unwrap_or_default() };
    let Some(spec) = object.spec() else { return walk.found };
    match (&*object.gvk.group, &*object.gvk.kind) {
        ("apps", "StatefulSet") => {
            walk.note(("", "Service"), Via::Field, spec, "serviceName", "spec");
            for (i, claim) in spec.list("volumeClaimTemplates").enumerate() {
                if let Some(spec) = claim.get("spec") {
                    let path = format!("spec.volumeClaimTemplates[{i}].spec");
                    walk.note(
                        ("storage.k8s.io", "StorageClass"),
                        Via::Field,
                        spec,
                        "storageClassName",
                        &path,
                    );
                }
            }
        }
        ("", "PersistentVolumeClaim") => {
            walk.note(("storage.k8s.io", "StorageClass"), Via::Field, spec, "storageClassName", "spec");
        }
        ("networking.k8s.io", "Ingress") => {
            walk.note(("networking.k8s.io", "IngressClass"), Via::Field, spec, "ingressClassName", "spec");
            for (i, tls) in spec.list("tls").enumerate() {
                walk.note(("", SECRET), Via::Field, tls, "secretName", &format!("spec.tls[{i}]"));
            }
            if let Some(service) = spec.at(&["defaultBackend", "service"]) {
                walk.note(("", "Service"), Via::Field, service, "name", "spec.defaultBackend.service");
            }
            for (i, rule) in spec.list("rules").enumerate() {
                for (j, path) in rule.get("http").into_iter().flat_map(|h| h.list("paths")).enumerate() {
                    if let Some(service) = path.at(&["backend", "service"]) {
                        let field = format!("spec.rules[{i}].http.paths[{j}].backend.service");
                        walk.note(("", "Service"), Via::Field, service, "name", &field);
                    }
                }
            }
        }
        _ => {}
    }
    walk.found
}
