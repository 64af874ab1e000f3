//! Types of expressions. Mirrors cel-go's `common/types/types.go` and how its checker writes types.

use std::fmt;
use std::sync::Arc;

/// A type. Copies share what is below.
#[derive(Clone, PartialEq, Debug)]
pub enum Type {
    /// Known only when the expression runs.
    Dyn,
    /// A value of unknown type that is declared as one: it behaves like [`Type::Dyn`] under a name of its own.
    Any,
    /// The type of `null`.
    Null,
    /// `bool`
    Bool,
    /// `int`, 64 bits.
    Int,
    /// `uint`, 64 bits.
    Uint,
    /// `double`
    Double,
    /// `string`
    Str,
    /// `bytes`
    Bytes,
    /// `google.protobuf.Timestamp`
    Timestamp,
    /// `google.protobuf.Duration`
    Duration,
    /// Of something that was refused.
    Error,
    /// Type of a type, as far as it is known of which.
    Type(Option<Arc<Type>>),
    /// `list(T)`
    List(Arc<Type>),
    /// `map(K, V)`
    Map(Arc<(Type, Type)>),
    /// `optional_type(T)`
    Optional(Arc<Type>),
    /// An object with fields, or a type of a library.
    Struct(Arc<str>),
    /// A type parameter.
    Param(Arc<str>),
}

impl Type {
    /// `list(element)`
    pub fn list(element: Type) -> Self {
        Self::List(Arc::new(element))
    }

    /// `map(key, value)`
    pub fn map(key: Type, value: Type) -> Self {
        Self::Map(Arc::new((key, value)))
    }

    /// `optional_type(value)`
    pub fn optional(value: Type) -> Self {
        Self::Optional(Arc::new(value))
    }

    /// An object's type.
    pub fn object(name: &str) -> Self {
        Self::Struct(name.into())
    }

    /// Mirrors `isDyn`.
    pub(super) fn is_dyn(&self) -> bool {
        matches!(self, Self::Dyn | Self::Any)
    }

    pub(super) fn is_dyn_or_error(&self) -> bool {
        self.is_dyn() || *self == Self::Error
    }

    /// The type that an optional holds, else the type itself. Mirrors `maybeUnwrapOptional`.
    pub(super) fn unwrap_optional(&self) -> (&Type, bool) {
        match self {
            Self::Optional(value) => (value, true),
            other => (other, false),
        }
    }

    /// Mirrors `IsEquivalentType`: the same, whatever parameters are called.
    pub(super) fn is_equivalent(&self, other: &Type) -> bool {
        match (self, other) {
            (Self::Param(_), Self::Param(_)) => true,
            (Self::List(a), Self::List(b)) | (Self::Optional(a), Self::Optional(b)) => a.is_equivalent(b),
            (Self::Map(a), Self::Map(b)) => a.0.is_equivalent(&b.0) && a.1.is_equivalent(&b.1),
            (Self::Type(a), Self::Type(b)) => match (a, b) {
                (Some(a), Some(b)) => a.is_equivalent(b),
                (a, b) => a.is_none() == b.is_none(),
            },
            (a, b) => a == b,
        }
    }

    /// Name without parameters. Mirrors `TypeName`.
    pub fn name(&self) -> &str {
        match self {
            Self::Dyn => "dyn",
            Self::Any => "any",
            Self::Null => "null_type",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::Str => "string",
            Self::Bytes => "bytes",
            Self::Timestamp => "google.protobuf.Timestamp",
            Self::Duration => "google.protobuf.Duration",
            Self::Error => "error",
            Self::Type(_) => "type",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Optional(_) => "optional_type",
            Self::Struct(name) | Self::Param(name) => name,
        }
    }

    /// True if there are at most so many types in it.
    pub(super) fn is_within(&self, most: &mut u32) -> bool {
        let Some(left) = most.checked_sub(1) else { return false };
        *most = left;
        match self {
            Self::Type(Some(a)) | Self::List(a) | Self::Optional(a) => a.is_within(most),
            Self::Map(pair) => pair.0.is_within(most) && pair.1.is_within(most),
            _ => true,
        }
    }

    /// Reads a type of the tables of declarations: `int`, `list(A)`, `map(string, V)`, `optional(A)`, `net.IP`; single
    /// capital letters are parameters. Text that is none is `dyn`.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        if let Some((name, inner)) = text.strip_suffix(')').and_then(|t| t.split_once('(')) {
            return match name {
                "list" => Self::list(Self::read(inner)),
                "optional" => Self::optional(Self::read(inner)),
                "type" => Self::Type(Some(Arc::new(Self::read(inner)))),
                _ => {
                    let mut parts = split_top(inner).into_iter();
                    let mut next = || parts.next().map_or(Self::Dyn, Self::read);
                    Self::map(next(), next())
                }
            };
        }
        match text {
            "dyn" => Self::Dyn,
            "null" => Self::Null,
            "bool" => Self::Bool,
            "int" => Self::Int,
            "uint" => Self::Uint,
            "double" => Self::Double,
            "string" => Self::Str,
            "bytes" => Self::Bytes,
            "timestamp" => Self::Timestamp,
            "duration" => Self::Duration,
            "type" => Self::Type(None),
            param if param.len() == 1 => Self::Param(param.into()),
            name => Self::object(name),
        }
    }

    /// Adds the names of its parameters.
    pub(super) fn params(&self, out: &mut Vec<Arc<str>>) {
        match self {
            Self::Param(name) if !out.contains(name) => out.push(name.clone()),
            Self::Type(Some(a)) | Self::List(a) | Self::Optional(a) => a.params(out),
            Self::Map(pair) => {
                pair.0.params(out);
                pair.1.params(out);
            }
            _ => {}
        }
    }
}

/// Cuts at commas that are in no parentheses.
pub(super) fn split_top(text: &str) -> Vec<&str> {
    let (mut depth, mut from) = (0, 0);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text.get(from..at).unwrap_or_default().trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    let last = text.get(from..).unwrap_or_default().trim();
    if !last.is_empty() || !parts.is_empty() {
        parts.push(last);
    }
    parts
}

/// Mirrors `FormatCELType`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Duration => f.write_str("duration"),
            Self::Error => f.write_str("!error!"),
            Self::Type(Some(a)) => write!(f, "type({a})"),
            Self::List(a) => write!(f, "list({a})"),
            Self::Optional(a) => write!(f, "optional_type({a})"),
            Self::Map(pair) => write!(f, "map({}, {})", pair.0, pair.1),
            other => f.write_str(other.name()),
        }
    }
}
