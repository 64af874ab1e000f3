//! The tree that rules look at: all objects of a run, found by name or by label, and what is known to be made
//! outside of them.
//!
//! A reference has three answers. What a tree lacks may be made by something that the tree names (an ExternalSecret, a
//! Certificate, a Job that runs `kubectl create`), or may be declared to exist (`assume`); then nobody can say whether
//! it is missing, and a rule is silent.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Place;
use crate::object::{Key, Labels, Object, Pattern, Sym, Value, sym};
use crate::yaml;

/// Objects that are said to exist.
pub type Assumed = Pattern;

/// Whether an object exists.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// It is in the tree or in the cluster.
    Found(&'a Object<'a>),
    /// It exists, or may be made by something: the words say by what.
    Unknown(&'static str),
    /// Nothing that is known makes it.
    Missing,
}

/// Pods that the tree makes: their labels, and the object that has them.
#[derive(Debug)]
pub struct Pods<'a> {
    /// The Pod or workload.
    pub object: &'a Object<'a>,
    /// Labels of the Pods.
    pub labels: Labels,
    /// Place of the labels.
    pub place: Place,
}

/// All objects, with indexes.
#[derive(Debug)]
pub struct Tree<'a> {
    objects: &'a [Object<'a>],
    by_key: FxHashMap<Key, u32>,
    pods: FxHashMap<Sym, Vec<Pods<'a>>>,
    custom: FxHashMap<Sym, Vec<Sym>>,
    mentioned: FxHashSet<&'a str>,
    generated: FxHashSet<&'a str>,
    assume: &'a [Assumed],
}

impl<'a> Tree<'a> {
    /// The tree of these objects (those of a cluster that was there before included). `documents` are all documents
    /// that were read: what a kustomization generates is known from them.
    pub fn new(
        objects: &'a [Object<'a>],
        documents: impl IntoIterator<Item = &'a yaml::Document>,
        assume: &'a [Assumed],
    ) -> Self {
        let mut tree = Self {
            objects,
            by_key: FxHashMap::default(),
            pods: FxHashMap::default(),
            custom: FxHashMap::default(),
            mentioned: FxHashSet::default(),
            generated: FxHashSet::default(),
            assume,
        };
        for (i, object) in objects.iter().enumerate() {
            tree.by_key.entry(object.key()).or_insert(i as u32);
            if let Some(pod) = object.pod_template() {
                let labels = pod.holder.at(&["metadata", "labels"]);
                let place = labels.map_or_else(|| pod.holder.key_place("metadata"), Value::place);
                let pods = Pods { object, labels: Labels::read(labels), place };
                tree.pods.entry(object.namespace).or_default().push(pods);
                for container in pod.containers() {
                    for text in container.value.list("command").chain(container.value.list("args")) {
                        tree.mention_words(text.as_str().unwrap_or_default());
                    }
                }
            } else if is_custom(&object.gvk.group) {
                tree.custom.entry(object.namespace).or_default().push(object.name);
                tree.mention_all(object.value);
            } else if object.gvk.is("networking.k8s.io", "Ingress") && asks_for_certificate(object) {
                let tls = object.spec().into_iter().flat_map(|spec| spec.list("tls"));
                tree.mentioned.extend(tls.filter_map(|tls| tls.get("secretName")?.as_str()));
            } else if let Some(secret) =
                object.annotation("service.beta.openshift.io/serving-cert-secret-name")
            {
                tree.mentioned.insert(secret);
            } else if object.gvk.is("rbac.authorization.k8s.io", "Role")
                || object.gvk.is("rbac.authorization.k8s.io", "ClusterRole")
            {
                // Whoever may write an object of that name, makes or fills it.
                for rule in object.value.list("rules") {
                    tree.mentioned.extend(rule.list("resourceNames").filter_map(Value::as_str));
                }
            }
        }
        for document in documents {
            tree.generators(document);
        }
        tree
    }

    /// All objects.
    pub fn objects(&self) -> &'a [Object<'a>] {
        self.objects
    }

    /// The objects that stand in manifests, and are to be judged.
    pub fn own(&self) -> impl Iterator<Item = &'a Object<'a>> {
        self.objects.iter().filter(|object| object.document.is_some())
    }

    /// Objects of a kind that are to be judged.
    pub fn own_of(&self, group: &'static str, kind: &'static str) -> impl Iterator<Item = &'a Object<'a>> {
        self.own().filter(move |object| object.gvk.is(group, kind))
    }

    /// What is known of an object. The namespace is empty for cluster-scoped kinds.
    pub fn find(&self, group: &str, kind: &str, namespace: Sym, name: &str) -> Answer<'a> {
        let key = Key { group: sym(group), kind: sym(kind), namespace, name: sym(name) };
        if let Some(&at) = self.by_key.get(&key) {
            return Answer::Found(&self.objects[at as usize]);
        }
        if exists_everywhere(kind, &namespace, name) {
            return Answer::Unknown("every cluster has it");
        }
        if self.assume.iter().any(|pattern| pattern.takes(kind, &namespace, name)) {
            return Answer::Unknown("it is assumed to exist");
        }
        if name.contains(['{', '$', '}']) {
            return Answer::Unknown("the name is filled in later");
        }
        if self.generated.contains(name) {
            return Answer::Unknown("a kustomization generates it");
        }
        if self.mentioned.contains(name) || self.made_by_custom(namespace, name) {
            return Answer::Unknown("another object names it and may make it");
        }
        Answer::Missing
    }

    /// The Pods that the tree makes in a namespace, in order of the objects.
    pub fn pods(&self, namespace: Sym) -> &[Pods<'a>] {
        self.pods.get(&namespace).map_or(&[], Vec::as_slice)
    }

    /// True if an operator may make Pods with these labels: a custom resource of the namespace carries one of the values.
    pub fn may_make_pods(&self, namespace: Sym, labels: &Labels) -> bool {
        self.has_custom_objects(namespace) && labels.iter().any(|(_, value)| self.mentions(&value))
    }

    /// True if a custom resource of the namespace may make Pods that nobody sees here.
    pub fn has_custom_objects(&self, namespace: Sym) -> bool {
        self.custom.contains_key(&namespace)
    }

    /// True if a custom resource, or a command line of a container, contains this text.
    pub fn mentions(&self, text: &str) -> bool {
        self.mentioned.contains(text)
    }

    /// Operators derive names from that of their resource: `db` makes `db-credentials`.
    fn made_by_custom(&self, namespace: Sym, name: &str) -> bool {
        [namespace, sym("")].into_iter().filter_map(|ns| self.custom.get(&ns)).flatten().any(|of| {
            name.strip_prefix(of.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
        })
    }

    /// Every text in a custom resource: it may name what it makes anywhere.
    fn mention_all(&mut self, value: Value<'a>) {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            if let Some(text) = value.as_str().filter(|text| is_name(text)) {
                self.mentioned.insert(text);
            }
            open.extend(value.items());
            open.extend(value.entries().map(|(_, value)| value));
        }
    }

    /// Names in a command line, of more than one word: `--secret-name=webhook-cert`.
    fn mention_words(&mut self, text: &'a str) {
        let words =
            text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.'));
        self.mentioned
            .extend(words.filter(|word| !word.starts_with('-') && word.contains('-') && is_name(word)));
    }

    /// ConfigMaps and Secrets that a kustomization generates.
    fn generators(&mut self, document: &'a yaml::Document) {
        let Some(root) = document.root() else { return };
        for list in ["configMapGenerator", "secretGenerator"] {
            for generator in root.get(list).into_iter().flat_map(yaml::View::items) {
                if let Some(name) = generator.get("name").and_then(yaml::View::as_str) {
                    self.generated.insert(name);
                }
            }
        }
    }
}

/// cert-manager's ingress-shim makes the Secrets of such an Ingress.
fn asks_for_certificate(ingress: &Object<'_>) -> bool {
    ["cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme"]
        .into_iter()
        .any(|key| ingress.annotation(key).is_some())
}

/// A DNS subdomain, roughly: what can be an object's name.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
}

/// Groups of the API server itself.
const BUILT_IN: &[&str] = &[
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// True for groups that an operator serves.
fn is_custom(group: &str) -> bool {
    !BUILT_IN.contains(&group)
}

/// What a cluster has without anybody's manifest.
fn exists_everywhere(kind: &str, namespace: &str, name: &str) -> bool {
    match kind {
        "ConfigMap" => name == "kube-root-ca.crt" || namespace == "kube-system",
        "ServiceAccount" => name == "default" || namespace == "kube-system",
        "PriorityClass" => name.starts_with("system-"),
        "ClusterRole" => {
            matches!(name, "admin" | "cluster-admin" | "edit" | "view") || name.starts_with("system:")
        }
        "Service" => name == "kubernetes" && namespace == "default",
        "Namespace" => matches!(name, "default" | "kube-node-lease" | "kube-public" | "kube-system"),
        _ => false,
    }
}
