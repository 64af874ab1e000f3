//! Values that are in no file: what defaulting, mutation and controllers add.

use std::borrow::Cow;

/// A JSON value that kcheck made.
#[derive(Clone, PartialEq, Debug)]
pub enum Owned {
    /// null
    Null,
    /// true or false
    Bool(bool),
    /// An integer.
    Int(i64),
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

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&Owned> {
        match self {
            Self::Map(entries) => entries.iter().find(|(k, _)| k == name).map(|(_, v)| v),
            _ => None,
        }
    }
}
