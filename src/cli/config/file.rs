//! `kcheck.yaml` as it is written. `schemas/kcheck.schema.json` says the same to editors; a test compares them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cli::args::{Deny, ProfileArg};
use crate::finding::{Level, Setting};
use crate::object::Pattern;
use crate::rules::Written;

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
    #[serde(rename = "schemaLocations")]
    pub(super) schema_locations: Texts<String>,
    pub(super) deny: Texts<Deny>,
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) ignore: Vec<Ignore>,
    pub(super) assume: Vec<Objects>,
    pub(super) custom: Vec<Own>,
}

/// A rule of one's own.
#[derive(Clone, Default, PartialEq, Debug, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Own {
    pub(super) code: String,
    pub(super) level: Option<Severity>,
    pub(super) message: String,
    #[serde(rename = "messageExpression")]
    pub(super) message_expression: Option<String>,
    pub(super) help: Option<String>,
    #[serde(rename = "match")]
    pub(super) matched: Vec<Objects>,
    pub(super) except: Vec<Objects>,
    pub(super) field: Option<String>,
    pub(super) expression: String,
}

/// A level.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    const fn level(self) -> Level {
        match self {
            Self::Info => Level::Info,
            Self::Warning => Level::Warning,
            Self::Error => Level::Error,
        }
    }
}

impl Own {
    /// The rule, as it is written.
    pub(super) fn written(&self) -> Written {
        let patterns = |list: &[Objects]| list.iter().filter_map(Objects::pattern).collect();
        Written {
            code: self.code.clone(),
            level: self.level.map(Severity::level),
            message: self.message.clone(),
            message_expression: self.message_expression.clone(),
            help: self.help.clone(),
            objects: patterns(&self.matched),
            except: patterns(&self.except),
            field: self.field.clone(),
            expression: self.expression.clone(),
        }
    }
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
        #[serde(flatten)]
        told: Box<Told>,
    },
}

/// What single rules are told: which rule reads which key is said by the schema.
#[derive(Clone, Default, PartialEq, Debug, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allow: Option<Texts<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) forbid: Option<Texts<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) labels: Option<Texts<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) annotations: Option<Texts<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) options: Option<Texts<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) networks: Option<Texts<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ranges: Option<BTreeMap<String, Bounds>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replicas: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) least: Option<i64>,
}

/// Bounds of a quantity.
#[derive(Clone, Default, PartialEq, Debug, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Bounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<Amount>,
}

/// A quantity: `500m`, or a plain number.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Amount {
    Text(String),
    Number(serde_json::Number),
}

impl Amount {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Rule {
    /// What is wanted, if something is. Who tells a rule something wants to hear it.
    pub(super) fn setting(&self) -> Option<Setting> {
        match self {
            Self::Wanted(wanted) => Some(wanted.setting()),
            Self::More { level: Some(level), .. } => Some(level.setting()),
            Self::More { told, .. } => (**told != Told::default()).then_some(Setting::On),
        }
    }

    /// What it is told.
    pub(super) fn told(&self) -> Option<&Told> {
        match self {
            Self::Wanted(_) => None,
            Self::More { told, .. } => Some(told),
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
