//! Which object: group, version, kind, namespace, name.

use super::{Sym, Value, sym};

/// Group, version and kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Gvk {
    /// API group; empty for the core group.
    pub group: Sym,
    /// Version, as `v1`.
    pub version: Sym,
    /// Kind, as `Pod`.
    pub kind: Sym,
}

impl Gvk {
    /// From the text of `apiVersion` and `kind`.
    pub fn new(api_version: &str, kind: &str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self { group: sym(group), version: sym(version), kind: sym(kind) }
    }

    /// `group/version`, or `version` for the core group.
    pub fn api_version(self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// True if it is this kind of this group, whatever the version.
    pub fn is(self, group: &str, kind: &str) -> bool {
        &*self.group == group && &*self.kind == kind
    }

    /// `Deployment.apps`; `Pod` in the core group. How the server names a kind in messages.
    pub fn group_kind(self) -> String {
        if self.group.is_empty() { self.kind.to_string() } else { format!("{}.{}", self.kind, self.group) }
    }
}

/// Group, kind, namespace and name: what makes an object the same object in a cluster. The namespace is empty for
/// cluster-scoped kinds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Key {
    /// API group.
    pub group: Sym,
    /// Kind.
    pub kind: Sym,
    /// Namespace, or empty.
    pub namespace: Sym,
    /// Name.
    pub name: Sym,
}

impl Key {
    /// A key from texts.
    pub fn new(group: &str, kind: &str, namespace: &str, name: &str) -> Self {
        Self { group: sym(group), kind: sym(kind), namespace: sym(namespace), name: sym(name) }
    }

    /// `namespace/name`, or `name` if it has no namespace.
    pub fn path(&self) -> String {
        if self.namespace.is_empty() {
            self.name.to_string()
        } else {
            format!("{}/{}", self.namespace, self.name)
        }
    }
}

/// An object of the tree: a document (or an item of a list) that says what it is.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// Position in the run's list of documents; `None` for an object of a cluster that was there before.
    pub document: Option<u32>,
    /// Its type.
    pub gvk: Gvk,
    /// Its namespace, the default filled in; empty for cluster-scoped kinds.
    pub namespace: Sym,
    /// `metadata.name`, or `metadata.generateName` followed by the placeholder of a random suffix.
    pub name: Sym,
    /// The object itself, defaults included.
    pub value: Value<'a>,
}

impl<'a> Object<'a> {
    /// What makes it the same object in a cluster.
    pub fn key(&self) -> Key {
        Key { group: self.gvk.group, kind: self.gvk.kind, namespace: self.namespace, name: self.name }
    }

    /// `metadata`, if it is there.
    pub fn metadata(&self) -> Option<Value<'a>> {
        self.value.get("metadata")
    }

    /// `spec`, if it is there.
    pub fn spec(&self) -> Option<Value<'a>> {
        self.value.get("spec")
    }

    /// `metadata.annotations[key]`
    pub fn annotation(&self, key: &str) -> Option<&'a str> {
        self.metadata()?.get("annotations")?.get(key)?.as_str()
    }

    /// The Pod spec of a Pod or of any workload's template, and the value that holds it (the Pod itself, or the
    /// template, whose `metadata` are the Pod's).
    pub fn pod_template(&self) -> Option<PodTemplate<'a>> {
        let (path, holder): (&'static str, _) = match (&*self.gvk.group, &*self.gvk.kind) {
            ("", "Pod") => ("spec", self.value),
            ("", "PodTemplate") => ("template.spec", self.value.get("template")?),
            ("apps", "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet")
            | ("extensions", "Deployment" | "ReplicaSet" | "DaemonSet")
            | ("", "ReplicationController")
            | ("batch", "Job") => ("spec.template.spec", self.value.at(&["spec", "template"])?),
            ("batch", "CronJob") => (
                "spec.jobTemplate.spec.template.spec",
                self.value.at(&["spec", "jobTemplate", "spec", "template"])?,
            ),
            _ => return None,
        };
        Some(PodTemplate { path, holder, spec: holder.get("spec")? })
    }
}

/// A Pod spec wherever it stands.
#[derive(Clone, Copy, Debug)]
pub struct PodTemplate<'a> {
    /// Path of the Pod spec in the object: `spec.template.spec`.
    pub path: &'static str,
    /// The Pod or Pod template: has `metadata` and `spec`.
    pub holder: Value<'a>,
    /// The Pod spec.
    pub spec: Value<'a>,
}

/// Which of a Pod's lists a container stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContainerKind {
    /// `containers`
    App,
    /// `initContainers`, runs to completion
    Init,
    /// `initContainers` with `restartPolicy: Always`
    Sidecar,
    /// `ephemeralContainers`
    Ephemeral,
}

/// A container of a Pod spec.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a> {
    /// Which list.
    pub kind: ContainerKind,
    /// Name of the list, as `containers`.
    pub list: &'static str,
    /// Position in its list.
    pub index: usize,
    /// The container.
    pub value: Value<'a>,
}

impl<'a> PodTemplate<'a> {
    /// All containers: init containers, containers, ephemeral ones.
    pub fn containers(self) -> impl Iterator<Item = Container<'a>> {
        ["initContainers", "containers", "ephemeralContainers"].into_iter().flat_map(move |list| {
            self.spec.list(list).enumerate().map(move |(index, value)| {
                let kind = match list {
                    "containers" => ContainerKind::App,
                    "ephemeralContainers" => ContainerKind::Ephemeral,
                    _ if value.str("restartPolicy") == "Always" => ContainerKind::Sidecar,
                    _ => ContainerKind::Init,
                };
                Container { kind, list, index, value }
            })
        })
    }

    /// Path of a container in the object: `spec.template.spec.containers[0]`.
    pub fn container_path(self, container: &Container<'_>) -> String {
        format!("{}.{}[{}]", self.path, container.list, container.index)
    }
}
