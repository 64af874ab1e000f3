//! Kinds with little to know: namespaces, priority classes, and everything without a store of its own.

use super::budget::PodDisruptionBudget;
use super::device::{DeviceClass, ResourceClaim, ResourceSlice};
use super::meta::Meta;
use super::storage::{
    CsiNode, CsiStorageCapacity, PersistentVolume, PersistentVolumeClaim, StorageClass, VolumeAttachment,
};
use crate::object::{Gvk, Key, Object, Sym, sym};

/// A Namespace.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Namespace {
    /// Metadata; the label `kubernetes.io/metadata.name` is there.
    pub meta: Meta,
}

impl Namespace {
    /// Lowers an admitted Namespace.
    pub fn lower(object: &Object<'_>) -> Self {
        let mut meta = Meta::read(object);
        meta.labels.set(sym("kubernetes.io/metadata.name"), meta.name);
        Self { meta }
    }

    /// A namespace of that name, as a new one is.
    pub fn named(name: &str) -> Self {
        let mut meta = Meta { name: sym(name), ..Meta::default() };
        meta.labels.set(sym("kubernetes.io/metadata.name"), meta.name);
        Self { meta }
    }
}

/// A PriorityClass.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PriorityClass {
    /// Metadata.
    pub meta: Meta,
    /// `value`
    pub value: i64,
    /// `globalDefault`
    pub global_default: bool,
    /// `preemptionPolicy: Never`
    pub never_preempts: bool,
}

impl PriorityClass {
    /// Lowers an admitted PriorityClass.
    pub fn lower(object: &Object<'_>) -> Self {
        Self {
            meta: Meta::read(object),
            value: object.value.int("value").unwrap_or_default(),
            global_default: object.value.flag("globalDefault"),
            never_preempts: object.value.str("preemptionPolicy") == "Never",
        }
    }

    /// A class that every cluster has.
    pub fn system(name: &str, value: i64) -> Self {
        Self { meta: Meta { name: sym(name), ..Meta::default() }, value, ..Self::default() }
    }
}

/// What is in an object that has no store of its own.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Content {
    /// Nothing that simulation asks for.
    #[default]
    Unread,
    /// PersistentVolumeClaim
    Claim(Box<PersistentVolumeClaim>),
    /// PersistentVolume
    Volume(Box<PersistentVolume>),
    /// StorageClass
    StorageClass(StorageClass),
    /// CSINode
    CsiNode(CsiNode),
    /// CSIDriver: true if it tells how much it has (`storageCapacity`).
    CsiDriver(bool),
    /// CSIStorageCapacity
    Capacity(Box<CsiStorageCapacity>),
    /// VolumeAttachment
    Attachment(VolumeAttachment),
    /// DeviceClass
    DeviceClass(DeviceClass),
    /// ResourceSlice
    ResourceSlice(Box<ResourceSlice>),
    /// ResourceClaim
    ResourceClaim(Box<ResourceClaim>),
    /// ResourceClaimTemplate
    ClaimTemplate(Box<ResourceClaim>),
    /// PodDisruptionBudget
    Budget(Box<PodDisruptionBudget>),
}

impl Content {
    fn lower(object: &Object<'_>) -> Self {
        match (&*object.gvk.group, &*object.gvk.kind) {
            ("", "PersistentVolumeClaim") => Self::Claim(Box::new(PersistentVolumeClaim::lower(object))),
            ("", "PersistentVolume") => Self::Volume(Box::new(PersistentVolume::lower(object))),
            ("storage.k8s.io", "StorageClass") => Self::StorageClass(StorageClass::lower(object)),
            ("storage.k8s.io", "CSINode") => Self::CsiNode(CsiNode::lower(object)),
            ("storage.k8s.io", "CSIDriver") => {
                Self::CsiDriver(object.spec().is_some_and(|spec| spec.flag("storageCapacity")))
            }
            ("storage.k8s.io", "CSIStorageCapacity") => {
                Self::Capacity(Box::new(CsiStorageCapacity::lower(object)))
            }
            ("storage.k8s.io", "VolumeAttachment") => Self::Attachment(VolumeAttachment::lower(object)),
            ("policy", "PodDisruptionBudget") => Self::Budget(Box::new(PodDisruptionBudget::lower(object))),
            ("resource.k8s.io", "DeviceClass") => Self::DeviceClass(DeviceClass::lower(object)),
            ("resource.k8s.io", "ResourceSlice") => {
                Self::ResourceSlice(Box::new(ResourceSlice::lower(object)))
            }
            ("resource.k8s.io", "ResourceClaim") => {
                Self::ResourceClaim(Box::new(ResourceClaim::lower(object)))
            }
            ("resource.k8s.io", "ResourceClaimTemplate") => {
                let spec = object.spec().and_then(|spec| spec.get("spec"));
                Self::ClaimTemplate(Box::new(spec.map(ResourceClaim::of_spec).unwrap_or_default()))
            }
            _ => Self::Unread,
        }
    }
}

/// An object without a store of its own: whether it is there, which keys it has, and what the scheduler reads of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Other {
    /// Type.
    pub gvk: Gvk,
    /// Metadata.
    pub meta: Meta,
    /// Keys of a ConfigMap's or Secret's data.
    pub keys: Vec<Sym>,
    /// What is in it is not known: it is made while the cluster runs.
    pub expected: bool,
    /// A StorageClass or IngressClass that is the default.
    pub default_class: bool,
    /// What is in it.
    pub content: Content,
}

impl Other {
    /// Lowers an admitted object of any kind.
    pub fn lower(object: &Object<'_>) -> Self {
        let keys = match &*object.gvk.kind {
            "ConfigMap" => &["data", "binaryData"][..],
            "Secret" => &["data", "stringData"][..],
            _ => &[],
        };
        let keys = keys.iter().flat_map(|name| object.value.map(name).map(|(key, _)| sym(key))).collect();
        let default_class =
            ["storageclass.kubernetes.io/is-default-class", "ingressclass.kubernetes.io/is-default-class"]
                .iter()
                .any(|annotation| object.annotation(annotation) == Some("true"));
        Self {
            gvk: object.gvk,
            meta: Meta::read(object),
            keys,
            expected: false,
            default_class,
            content: Content::lower(object),
        }
    }

    /// An object that the cluster itself makes.
    pub fn made(api_version: &str, kind: &str, namespace: Sym, name: &str) -> Self {
        let meta = Meta { namespace, name: sym(name), ..Meta::default() };
        Self { gvk: Gvk::new(api_version, kind), meta, ..Self::default() }
    }

    /// True if its data has that key, or may have.
    pub fn has_key(&self, key: Sym) -> bool {
        self.expected || self.keys.contains(&key)
    }

    /// The claim, if it is one.
    pub fn claim(&self) -> Option<&PersistentVolumeClaim> {
        if let Content::Claim(claim) = &self.content { Some(claim) } else { None }
    }

    /// The volume, if it is one.
    pub fn volume(&self) -> Option<&PersistentVolume> {
        if let Content::Volume(volume) = &self.content { Some(volume) } else { None }
    }

    /// The storage class, if it is one.
    pub fn storage_class(&self) -> Option<&StorageClass> {
        if let Content::StorageClass(class) = &self.content { Some(class) } else { None }
    }

    /// Its key in a store.
    pub fn key(&self) -> Key {
        Key {
            group: self.gvk.group,
            kind: self.gvk.kind,
            namespace: self.meta.namespace,
            name: self.meta.name,
        }
    }
}
