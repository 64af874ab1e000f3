//! The tree that rules look at: all objects of a run, found by name or by label, and what is known to be made
//! outside of them.
//!
//! A reference has three answers. What a tree lacks may be made by something that the tree names (an ExternalSecret, a
//! Certificate, a Job that runs `kubectl create`), or may be declared to exist (`assume`); then nobody can say whether
//! it is missing, and a rule is silent.

use std::collections::hash_map::Entry;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::select::{PodIndex, Selectors};
use crate::finding::Place;
use crate::object::{Key, Labels, Object, Pattern, Reference, Selector, Sym, Value, references, sym};
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
    /// Further objects of a key: several files may hold versions of one.
    twins: FxHashMap<Key, Vec<u32>>,
    of_kind: FxHashMap<(Sym, Sym), Vec<u32>>,
    pods: FxHashMap<Sym, Vec<Pods<'a>>>,
    custom: FxHashMap<Sym, Vec<Sym>>,
    /// Names that objects mention: asked for when something is missing.
    mentioned: OnceLock<FxHashSet<&'a str>>,
    generated: FxHashSet<&'a str>,
    assume: &'a [Assumed],
    /// Where objects go that name no namespace.
    home: Option<Sym>,
    rewrites_namespaces: bool,
    pod_index: OnceLock<PodIndex>,
    services: OnceLock<Selectors<'a>>,
    budgets: OnceLock<Selectors<'a>>,
    scalers: OnceLock<FxHashMap<(Sym, Sym, Sym), &'a Object<'a>>>,
    /// What each object refers to: many rules ask.
    references: OnceLock<Vec<Vec<Reference>>>,
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
            twins: FxHashMap::default(),
            of_kind: FxHashMap::default(),
            pods: FxHashMap::default(),
            custom: FxHashMap::default(),
            mentioned: OnceLock::new(),
            generated: FxHashSet::default(),
            assume,
            home: None,
            rewrites_namespaces: false,
            pod_index: OnceLock::new(),
            services: OnceLock::new(),
            budgets: OnceLock::new(),
            scalers: OnceLock::new(),
            references: OnceLock::new(),
        };
        for (i, object) in objects.iter().enumerate() {
            match tree.by_key.entry(object.key()) {
                Entry::Vacant(entry) => drop(entry.insert(i as u32)),
                Entry::Occupied(_) => tree.twins.entry(object.key()).or_default().push(i as u32),
            }
            tree.of_kind.entry((object.gvk.group, object.gvk.kind)).or_default().push(i as u32);
            if tree.home.is_none() && !object.namespace.is_empty() {
                let named = object.metadata().is_some_and(|metadata| !metadata.str("namespace").is_empty());
                tree.home = (!named).then_some(object.namespace);
            }
            if let Some(pod) = object.pod_template() {
                let labels = pod.holder.at(&["metadata", "labels"]);
                let place = labels.map_or_else(|| pod.holder.key_place("metadata"), Value::place);
                let pods = Pods { object, labels: Labels::read(labels), place };
                tree.pods.entry(object.namespace).or_default().push(pods);
            } else if is_custom(&object.gvk.group) {
                tree.custom.entry(object.namespace).or_default().push(object.name);
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

    /// All objects, each with what it refers to.
    pub fn references(&self) -> impl Iterator<Item = (&'a Object<'a>, &[Reference])> {
        let all = self.references.get_or_init(|| self.objects.iter().map(references).collect());
        self.objects.iter().zip(all.iter().map(Vec::as_slice))
    }

    /// Objects of a kind that are to be judged.
    pub fn own_of(&self, group: &str, kind: &str) -> impl Iterator<Item = &'a Object<'a>> + use<'a, '_> {
        self.of(group, kind).filter(|object| object.document.is_some())
    }

    /// All objects of a kind, those of the cluster included.
    pub fn of(&self, group: &str, kind: &str) -> impl Iterator<Item = &'a Object<'a>> + use<'a, '_> {
        let found = self.of_kind.get(&(sym(group), sym(kind))).map_or(&[][..], Vec::as_slice);
        found.iter().map(|&at| &self.objects[at as usize])
    }

    /// An object of the tree or of the cluster.
    pub fn get(&self, group: &str, kind: &str, namespace: Sym, name: &str) -> Option<&'a Object<'a>> {
        let key = Key { group: sym(group), kind: sym(kind), namespace, name: sym(name) };
        self.by_key.get(&key).map(|&at| &self.objects[at as usize])
    }

    /// All objects of a name: a tree may hold several versions of one, to choose from.
    pub fn versions(&self, group: &str, kind: &str, namespace: Sym, name: &str) -> Vec<&'a Object<'a>> {
        let key = Key { group: sym(group), kind: sym(kind), namespace, name: sym(name) };
        let others = self.twins.get(&key).into_iter().flatten();
        self.by_key.get(&key).into_iter().chain(others).map(|&at| &self.objects[at as usize]).collect()
    }

    /// True if a kustomization of the input puts objects into a namespace of its own choice: what manifests say of
    /// namespaces does not hold then.
    pub fn rewrites_namespaces(&self) -> bool {
        self.rewrites_namespaces
    }

    /// Where an object of a namespaced kind is. Of custom resources without a definition nobody knows whether they have a
    /// namespace; those that name none are taken to go where everything goes that names none.
    pub fn namespace_of(&self, object: &Object<'_>) -> Sym {
        if object.namespace.is_empty() {
            self.home.unwrap_or_else(|| sym("default"))
        } else {
            object.namespace
        }
    }

    /// True if a custom resource is in the tree, in a namespace (or in none, if that is empty), or is assumed to exist.
    pub fn has_custom(&self, group: &str, kind: &str, namespace: Sym, name: &str) -> bool {
        let same = |object: &Object<'_>| {
            &*object.name == name && (namespace.is_empty() || self.namespace_of(object) == namespace)
        };
        self.of(group, kind).any(same)
            || self.is_assumed(kind, namespace, name)
            || name.contains(['{', '$', '}'])
    }

    fn is_assumed(&self, kind: &str, namespace: Sym, name: &str) -> bool {
        self.assume.iter().any(|pattern| pattern.takes(kind, &namespace, name))
    }

    /// What is known of an object. The namespace is empty for cluster-scoped kinds.
    pub fn find(&self, group: &str, kind: &str, namespace: Sym, name: &str) -> Answer<'a> {
        if let Some(found) = self.get(group, kind, namespace, name) {
            return Answer::Found(found);
        }
        if exists_everywhere(kind, &namespace, name) {
            return Answer::Unknown("every cluster has it");
        }
        if self.is_assumed(kind, namespace, name) {
            return Answer::Unknown("it is assumed to exist");
        }
        if name.contains(['{', '$', '}']) {
            return Answer::Unknown("the name is filled in later");
        }
        if self.generated.contains(name) {
            return Answer::Unknown("a kustomization generates it");
        }
        if self.mentions(name) || self.made_by_custom(namespace, name) {
            return Answer::Unknown("another object names it and may make it");
        }
        Answer::Missing
    }

    /// The Pods that the tree makes in a namespace, in order of the objects.
    pub fn pods(&self, namespace: Sym) -> &[Pods<'a>] {
        self.pods.get(&namespace).map_or(&[], Vec::as_slice)
    }

    /// The Pods of a namespace that a selector matches, in order of the objects.
    pub fn selected<'p>(
        &'p self,
        namespace: Sym,
        selector: &'p Selector,
    ) -> impl Iterator<Item = &'p Pods<'a>> {
        let index = self.pod_index.get_or_init(|| PodIndex::new(&self.pods));
        index.selected(namespace, self.pods(namespace), selector)
    }

    /// Services whose selector matches Pods of these labels, in order. A Service without selector selects nobody.
    pub fn services_of(&self, namespace: Sym, labels: &Labels) -> Vec<&'a Object<'a>> {
        let index = self.services.get_or_init(|| {
            let with_selector = |service: &'a Object<'a>| {
                let spec = service.spec().filter(|spec| spec.str("type") != "ExternalName")?;
                let labels = Labels::read(spec.get("selector"));
                (!labels.is_empty()).then(|| (Selector::of_labels(&labels), service))
            };
            Selectors::new(self.of("", "Service").filter_map(with_selector).collect())
        });
        index.selecting(namespace, labels)
    }

    /// PodDisruptionBudgets whose selector matches Pods of these labels, in order. An empty selector matches all Pods of
    /// the namespace (since policy/v1), an absent one none.
    pub fn budgets_of(&self, namespace: Sym, labels: &Labels) -> Vec<&'a Object<'a>> {
        let index = self.budgets.get_or_init(|| {
            let all = self.of("policy", "PodDisruptionBudget");
            Selectors::new(
                all.filter_map(|pdb| Some((Selector::read(pdb.spec()?.get("selector")?), pdb))).collect(),
            )
        });
        index.selecting(namespace, labels)
    }

    /// The HorizontalPodAutoscaler or KEDA ScaledObject that decides how many replicas a workload has.
    pub fn scaler_of(&self, workload: &Object<'_>) -> Option<&'a Object<'a>> {
        let scalers = self.scalers.get_or_init(|| {
            let hpas = self.of("autoscaling", "HorizontalPodAutoscaler");
            let all = hpas.chain(self.of("keda.sh", "ScaledObject"));
            let target = |scaler: &'a Object<'a>| {
                let target = scaler.spec()?.get("scaleTargetRef")?;
                let kind = if target.str("kind").is_empty() { "Deployment" } else { target.str("kind") };
                Some(((self.namespace_of(scaler), sym(kind), sym(target.str("name"))), scaler))
            };
            all.filter_map(target).collect()
        });
        scalers.get(&(workload.namespace, workload.gvk.kind, workload.name)).copied()
    }

    /// True if an operator may make Pods with these labels: a custom resource of the namespace carries one of the values.
    pub fn may_make_pods(&self, namespace: Sym, labels: &Labels) -> bool {
        self.has_custom_objects(namespace) && labels.iter().any(|(_, value)| self.mentions(&value))
    }

    /// True if a custom resource of the namespace may make Pods that nobody sees here.
    pub fn has_custom_objects(&self, namespace: Sym) -> bool {
        self.custom.contains_key(&namespace) || self.custom.contains_key(&sym(""))
    }

    /// True if a custom resource, or a command line of a container, contains this text.
    pub fn mentions(&self, text: &str) -> bool {
        self.mentioned.get_or_init(|| mentioned(self.objects)).contains(text)
    }

    /// Operators derive names from that of their resource: `db` makes `db-credentials`.
    fn made_by_custom(&self, namespace: Sym, name: &str) -> bool {
        [namespace, sym("")].into_iter().filter_map(|ns| self.custom.get(&ns)).flatten().any(|of| {
            name.strip_prefix(of.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
        })
    }

    /// ConfigMaps and Secrets that a kustomization generates.
    fn generators(&mut self, document: &'a yaml::Document) {
        let Some(root) = document.root() else { return };
        let is_kustomization = root
            .get("apiVersion")
            .and_then(yaml::View::as_str)
            .map_or_else(|| root.get("resources").is_some(), |v| v.starts_with("kustomize.config.k8s.io/"));
        self.rewrites_namespaces |= is_kustomization && root.get("namespace").is_some();
        for list in ["configMapGenerator", "secretGenerator"] {
            for generator in root.get(list).into_iter().flat_map(yaml::View::items) {
                if let Some(name) = generator.get("name").and_then(yaml::View::as_str) {
                    self.generated.insert(name);
                }
            }
        }
    }
}

/// Names in objects that may make what is named so.
fn mentioned<'a>(objects: &'a [Object<'a>]) -> FxHashSet<&'a str> {
    let mut names = FxHashSet::default();
    for object in objects {
        if let Some(pod) = object.pod_template() {
            for container in pod.containers() {
                for text in container.value.list("command").chain(container.value.list("args")) {
                    mention_words(text.as_str().unwrap_or_default(), &mut names);
                }
            }
        } else if is_custom(&object.gvk.group) {
            mention_all(object.value, &mut names);
        } else if object.gvk.is("networking.k8s.io", "Ingress") && asks_for_certificate(object) {
            let tls = object.spec().into_iter().flat_map(|spec| spec.list("tls"));
            names.extend(tls.filter_map(|tls| tls.get("secretName")?.as_str()));
        } else if let Some(secret) = object.annotation("service.beta.openshift.io/serving-cert-secret-name") {
            names.insert(secret);
        } else if object.gvk.is("rbac.authorization.k8s.io", "Role")
            || object.gvk.is("rbac.authorization.k8s.io", "ClusterRole")
        {
            // Whoever may write an object of that name, makes or fills it.
            for rule in object.value.list("rules") {
                names.extend(rule.list("resourceNames").filter_map(Value::as_str));
            }
        }
    }
    names
}

/// Every text in a custom resource: it may name what it makes anywhere.
fn mention_all<'a>(value: Value<'a>, names: &mut FxHashSet<&'a str>) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        if let Some(text) = value.as_str().filter(|text| is_name(text)) {
            names.insert(text);
        }
        open.extend(value.items());
        open.extend(value.entries().map(|(_, value)| value));
    }
}

/// Names in a command line, of more than one word: `--secret-name=webhook-cert`.
fn mention_words<'a>(text: &'a str, names: &mut FxHashSet<&'a str>) {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.'));
    names.extend(words.filter(|word| !word.starts_with('-') && word.contains('-') && is_name(word)));
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
pub(super) const BUILT_IN: &[&str] = &[
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
        "Role" => name == "extension-apiserver-authentication-reader" || name.starts_with("system:"),
        "PriorityClass" => name.starts_with("system-"),
        "ClusterRole" => {
            matches!(name, "admin" | "cluster-admin" | "edit" | "view") || name.starts_with("system:")
        }
        "Service" => name == "kubernetes" && namespace == "default",
        "Namespace" => matches!(name, "default" | "kube-node-lease" | "kube-public" | "kube-system"),
        _ => false,
    }
}
