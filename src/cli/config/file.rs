//! `kcheck.yaml` as it is written. `schemas/kcheck.schema.json` says the same to editors; a test compares them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cli::args::{Deny, ProfileArg};
use crate::finding::{Level, Setting};
use crate::object::Pattern;

/// The whole file.
#[derive(Clone, Default, PartialEq, Debug, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct File {
    /// For editors.
    #[serde(rename = "$schema")]
    pub(super) schema: Option<String>,
    pub(super) profiles: Texts<ProfileArg>,
    /// As it is written: `1.30` is no number here.
    pub(super) kubernetes: Option<serde_json::Value>,
    pub(super) namespace: Option<String>,
    pub(super) cluster: Texts<String>,
    pub(super) nodes: Texts<String>,
    pub(super) crds: Texts<String>,
    pub(super) deny: Option<Deny>,
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) ignore: Vec<Ignore>,
    pub(super) assume: Vec<Objects>,
}

/// One or several.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Texts<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> Default for Texts<T> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl<T> Texts<T> {
    pub(super) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// What is wanted of a code or group.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Rule {
    Wanted(Wanted),
    More {
        #[serde(default)]
        level: Option<Wanted>,
        #[serde(default)]
        locked: bool,
    },
}

impl Rule {
    /// What is wanted, if something is.
    pub(super) fn setting(&self) -> Option<Setting> {
        match self {
            Self::Wanted(wanted) => Some(wanted.setting()),
            Self::More { level, .. } => level.map(Wanted::setting),
        }
    }

    /// True if it is locked.
    pub(super) fn locked(&self) -> bool {
        matches!(self, Self::More { locked: true, .. })
    }
}

/// A level, or none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Wanted {
    Off,
    On,
    Info,
    Warning,
    Error,
}

impl Wanted {
    const fn setting(self) -> Setting {
        match self {
            Self::Off => Setting::Off,
            Self::On => Setting::On,
            Self::Info => Setting::At(Level::Info),
            Self::Warning => Setting::At(Level::Warning),
            Self::Error => Setting::At(Level::Error),
        }
    }
}

/// An exception.
#[derive(Clone, Default, PartialEq, Debug, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Ignore {
    pub(super) rules: Texts<String>,
    pub(super) paths: Option<Texts<String>>,
    pub(super) objects: Vec<Objects>,
    pub(super) containers: Texts<String>,
    pub(super) reason: Option<String>,
    pub(super) until: Option<String>,
}

/// Objects: `KIND/NAMESPACE/NAME`, or the same as a mapping.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Objects {
    Short(String),
    Long {
        kind: String,
        #[serde(default = "any")]
        namespace: String,
        #[serde(default = "any")]
        name: String,
    },
}

fn any() -> String {
    "*".to_owned()
}

impl Objects {
    pub(super) fn pattern(&self) -> Option<Pattern> {
        match self {
            Self::Short(text) => Pattern::parse(text),
            Self::Long { kind, namespace, name } => {
                Some(Pattern { kind: kind.clone(), namespace: namespace.clone(), name: name.clone() })
            }
        }
    }
}
