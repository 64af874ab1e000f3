//! Values that are in no file: what defaulting, mutation and controllers add.

use std::borrow::Cow;

use super::Value;
use crate::yaml::Kind;

/// Copies of deeper values end here; no Kubernetes type comes near.
const MAX_DEPTH: usize = 256;

/// A JSON value that kcheck made.
#[derive(Clone, PartialEq, Debug)]
pub enum Owned {
    /// null
    Null,
    /// true or false
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Any other number, as JSON writes it.
    Number(Box<str>),
    /// A string.
    Str(Cow<'static, str>),
    /// A list.
    Seq(Vec<Owned>),
    /// A mapping, in order.
    Map(Vec<(Cow<'static, str>, Owned)>),
}

impl From<bool> for Owned {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Owned {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Owned {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<&'static str> for Owned {
    fn from(value: &'static str) -> Self {
        Self::Str(Cow::Borrowed(value))
    }
}

impl From<String> for Owned {
    fn from(value: String) -> Self {
        Self::Str(Cow::Owned(value))
    }
}

impl Owned {
    /// A mapping of these entries.
    pub fn map<const N: usize>(entries: [(&'static str, Owned); N]) -> Self {
        Self::Map(entries.into_iter().map(|(k, v)| (Cow::Borrowed(k), v)).collect())
    }

    /// A copy of a value as it stands.
    pub fn copy(value: Value<'_>) -> Self {
        Self::copy_within(value, MAX_DEPTH)
    }

    fn copy_within(value: Value<'_>, depth: usize) -> Self {
        if depth == 0 {
            return Self::Null;
        }
        match value {
            Value::Made(owned, _) => owned.clone(),
            Value::File(view, _) => match view.kind() {
                Kind::Null => Self::Null,
                Kind::True => Self::Bool(true),
                Kind::False => Self::Bool(false),
                Kind::Int | Kind::Float => {
                    view.as_i64().map_or_else(|| Self::Number(view.text().into()), Self::Int)
                }
                Kind::Str | Kind::Key => Self::Str(Cow::Owned(view.text().to_owned())),
                Kind::Seq => Self::Seq(value.items().map(|v| Self::copy_within(v, depth - 1)).collect()),
                Kind::Map => Self::Map(
                    value
                        .entries()
                        .map(|(k, v)| (Cow::Owned(k.to_owned()), Self::copy_within(v, depth - 1)))
                        .collect(),
                ),
            },
        }
    }

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&Owned> {
        match self {
            Self::Map(entries) => entries.iter().find(|(k, _)| k == name).map(|(_, v)| v),
            _ => None,
        }
    }
}
