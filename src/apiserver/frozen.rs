//! What is set once and for all: changes of an object that the server refuses, whatever the new value is.
//!
//! Mirrors the immutable fields of `ValidateDeploymentUpdate`, `ValidateStatefulSetUpdate`, `ValidateJobSpecUpdate`,
//! `ValidatePodUpdate` and others. Where the server prints the whole value as Go does, it is left out here.

use crate::object::{Gvk, Value, to_json};

/// A change that is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frozen {
    /// The server's path of the field.
    pub field: &'static str,
    /// The server's sentence.
    pub message: String,
}

const STATEFUL_SET: &str = "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', \
     'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const POD: &str = "Forbidden: pod updates may not change fields other than \
     `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only \
     additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
const CLAIM: &str = "Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for \
     bound claims";

/// Why a change of these fields is refused, if it is. `changed` are paths as `spec.template.spec.containers[web].image`,
/// `after` is the object as it would be.
pub fn frozen(gvk: Gvk, changed: &[&str], after: Value<'_>) -> Option<Frozen> {
    let touches = |field: &str| changed.iter().any(|path| is_below(path, field));
    let immutable = |field: &'static str| {
        let value = field.split('.').try_fold(after, Value::get);
        let value = value.filter(|value| !value.is_null()).map_or("null".into(), |v| to_json(v).to_string());
        Frozen { field, message: format!("Invalid value: {value}: field is immutable") }
    };
    let first = |fields: &[&'static str]| fields.iter().copied().find(|field| touches(field)).map(immutable);
    let other_than = |fields: &[&str]| {
        changed.iter().any(|path| is_below(path, "spec") && !fields.iter().any(|field| is_below(path, field)))
    };
    match (&*gvk.group, &*gvk.kind) {
        ("apps", "Deployment" | "ReplicaSet" | "DaemonSet") => first(&["spec.selector"]),
        ("apps", "StatefulSet") => {
            let may_change = [
                "spec.replicas",
                "spec.ordinals",
                "spec.template",
                "spec.updateStrategy",
                "spec.revisionHistoryLimit",
                "spec.persistentVolumeClaimRetentionPolicy",
                "spec.minReadySeconds",
            ];
            other_than(&may_change).then(|| Frozen { field: "spec", message: STATEFUL_SET.into() })
        }
        ("batch", "Job") => {
            let suspended = after.get("spec").is_some_and(|spec| spec.flag("suspend"));
            if touches("spec.template") && !suspended {
                let message = "Invalid value: field is immutable".into();
                return Some(Frozen { field: "spec.template", message });
            }
            first(&[
                "spec.selector",
                "spec.completionMode",
                "spec.podFailurePolicy",
                "spec.backoffLimitPerIndex",
                "spec.managedBy",
                "spec.successPolicy",
            ])
        }
        ("", "Pod") => {
            let image = |path: &str| {
                let list = ["spec.containers[", "spec.initContainers["];
                list.iter().any(|list| path.starts_with(list)) && path.ends_with("].image")
            };
            let may_change =
                ["spec.activeDeadlineSeconds", "spec.tolerations", "spec.terminationGracePeriodSeconds"];
            let other = changed.iter().any(|path| {
                is_below(path, "spec")
                    && !image(path)
                    && !may_change.iter().any(|field| is_below(path, field))
            });
            other.then(|| Frozen { field: "spec", message: POD.into() })
        }
        ("", "PersistentVolumeClaim") => {
            other_than(&["spec.resources.requests", "spec.volumeAttributesClassName"])
                .then(|| Frozen { field: "spec", message: CLAIM.into() })
        }
        ("", "Secret") => first(&["type"]),
        ("networking.k8s.io", "IngressClass") => first(&["spec.controller"]),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
            touches("roleRef").then(|| {
                let text = |name| after.get("roleRef").map_or("", |role| role.str(name));
                let value = format!(
                    r#"{{"APIGroup":"{}","Kind":"{}","Name":"{}"}}"#,
                    text("apiGroup"),
                    text("kind"),
                    text("name")
                );
                Frozen { field: "roleRef", message: format!("Invalid value: {value}: cannot change roleRef") }
            })
        }
        ("storage.k8s.io", "StorageClass") => {
            let forbidden = [
                ("provisioner", "Forbidden: updates to provisioner are forbidden."),
                ("parameters", "Forbidden: updates to parameters are forbidden."),
                ("reclaimPolicy", "Forbidden: updates to reclaimPolicy are forbidden."),
            ];
            let found = forbidden.into_iter().find(|(field, _)| touches(field));
            found
                .map(|(field, message)| Frozen { field, message: message.into() })
                .or_else(|| first(&["volumeBindingMode"]))
        }
        _ => None,
    }
}

/// True for the field itself and what is in it.
fn is_below(path: &str, field: &str) -> bool {
    path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Overlay;

    fn document(text: &str) -> crate::yaml::Document {
        let source = std::sync::Arc::new(crate::source::Source::new("test.yaml", text.as_bytes().to_vec()));
        crate::yaml::parse(&source, crate::finding::FileId(0)).0.remove(0)
    }

    fn field(kind: (&str, &str), changed: &[&str]) -> Option<&'static str> {
        let overlay = Overlay::default();
        let document = document("{spec: {selector: {matchLabels: {a: b}}}, type: Opaque}");
        let view = document.root().unwrap();
        frozen(Gvk::new(kind.0, kind.1), changed, Value::new(view, &overlay)).map(|frozen| frozen.field)
    }

    #[test]
    fn what_may_not_change() {
        let deployment = ("apps/v1", "Deployment");
        assert_eq!(field(deployment, &["spec.replicas"]), None);
        assert_eq!(field(deployment, &["spec.selector.matchLabels.a"]), Some("spec.selector"));
        assert_eq!(field(deployment, &["spec.selectors"]), None);
        let set = ("apps/v1", "StatefulSet");
        assert_eq!(
            field(set, &["spec.template.metadata.labels.a", "spec.replicas", "metadata.labels.a"]),
            None
        );
        assert_eq!(field(set, &["spec.volumeClaimTemplates[data].spec.storageClassName"]), Some("spec"));
        let pod = ("v1", "Pod");
        assert_eq!(field(pod, &["spec.containers[a].image", "metadata.labels.x"]), None);
        assert_eq!(field(pod, &["spec.containers[a].imagePullPolicy"]), Some("spec"));
        assert_eq!(
            field(("batch/v1", "Job"), &["spec.template.spec.containers[a].image"]),
            Some("spec.template")
        );
        assert_eq!(field(("batch/v1", "Job"), &["spec.parallelism"]), None);
        assert_eq!(field(("v1", "Secret"), &["type"]), Some("type"));
        assert_eq!(field(("v1", "ConfigMap"), &["data.a"]), None);
    }
}
