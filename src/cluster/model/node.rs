//! A node.

use super::meta::Meta;
use super::resources::{ResourceList, Resources};
use crate::object::{Object, Sym, Value, sym};

/// What a taint does to Pods that do not tolerate it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TaintEffect {
    /// They are not scheduled here.
    NoSchedule,
    /// The scheduler would rather have them elsewhere.
    PreferNoSchedule,
    /// They are not scheduled here, and those that run are evicted.
    NoExecute,
}

impl TaintEffect {
    /// From the API's text.
    pub fn read(text: &str) -> Option<Self> {
        Some(match text {
            "NoSchedule" => Self::NoSchedule,
            "PreferNoSchedule" => Self::PreferNoSchedule,
            "NoExecute" => Self::NoExecute,
            _ => return None,
        })
    }

    /// The API's text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }

    /// True for the effects that keep a Pod from being scheduled.
    pub const fn forbids_scheduling(self) -> bool {
        !matches!(self, Self::PreferNoSchedule)
    }
}

/// A taint of a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Taint {
    /// Key.
    pub key: Sym,
    /// Value; may be empty.
    pub value: Sym,
    /// Effect.
    pub effect: TaintEffect,
}

impl std::fmt::Display for Taint {
    /// `key=value:effect` as `kubectl taint` takes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let equals = if self.value.is_empty() { "" } else { "=" };
        write!(f, "{}{equals}{}:{}", self.key, self.value, self.effect.as_str())
    }
}

/// An image that a node has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Image {
    /// All its names, as the node reports them.
    pub names: Vec<Sym>,
    /// Bytes.
    pub size: i64,
}

/// A node, as scheduler, kubelet and controllers see it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Node {
    /// Metadata.
    pub meta: Meta,
    /// `spec.taints`
    pub taints: Vec<Taint>,
    /// `spec.unschedulable`: cordoned.
    pub unschedulable: bool,
    /// What Pods can use.
    pub allocatable: Resources,
    /// What the machine has.
    pub capacity: Resources,
    /// `status.images`
    pub images: Vec<Image>,
    /// `status.declaredFeatures`
    pub features: Vec<Sym>,
}

impl Node {
    /// Lowers an admitted Node.
    pub fn lower(object: &Object<'_>) -> Self {
        let status = object.value.get("status");
        let taints = object.spec().into_iter().flat_map(|s| s.list("taints")).filter_map(|taint| {
            Some(Taint {
                key: sym(taint.str("key")),
                value: sym(taint.str("value")),
                effect: TaintEffect::read(taint.str("effect"))?,
            })
        });
        let images = status.into_iter().flat_map(|s| s.list("images")).map(|image| Image {
            names: image.list("names").filter_map(Value::as_str).map(sym).collect(),
            size: image.int("sizeBytes").unwrap_or(0),
        });
        let resources = |name| Some(Resources::of(&ResourceList::read(Some(status?.get(name)?))));
        let capacity = resources("capacity");
        // `SetDefaults_NodeStatus`: allocatable defaults to capacity.
        let allocatable = resources("allocatable").or_else(|| capacity.clone()).unwrap_or_default();
        Self {
            meta: Meta::read(object),
            taints: taints.collect(),
            unschedulable: object.spec().is_some_and(|s| s.flag("unschedulable")),
            capacity: capacity.unwrap_or_else(|| allocatable.clone()),
            allocatable,
            images: images.collect(),
            features: status
                .into_iter()
                .flat_map(|s| s.list("declaredFeatures"))
                .filter_map(Value::as_str)
                .map(sym)
                .collect(),
        }
    }
}
