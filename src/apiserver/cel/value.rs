//! Values of expressions. What comes from an object is read where it lies. Mirrors cel-go's `common/types` and
//! Kubernetes' `UnstructuredToVal`.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use super::decl::{Decl, DeclKind, Format, ListKind, Object};
use super::lib::{formats, semver, time, url};
use super::types::Type;
use crate::object::Value;
use crate::schema::quantity::Quantity;

/// Why there is no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EvalError {
    /// The language's own error, in cel-go's words.
    Cel(String),
    /// More was spent than one expression may cost (`PerCallLimit`).
    CostLimit,
    /// kcheck cannot say: too large, or something that only a cluster knows.
    NotEvaluated(&'static str),
}

impl std::fmt::Display for EvalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cel(message) => f.write_str(message),
            Self::CostLimit => f.write_str("operation cancelled: actual cost limit exceeded"),
            Self::NotEvaluated(why) => f.write_str(why),
        }
    }
}

/// Mirrors the errors of `UnstructuredToVal`, which name Go's type of what is there.
fn expected<T>(what: &str, value: Value<'_>) -> Result<T, EvalError> {
    let given = if value.is_seq() {
        "[]interface {}"
    } else if value.is_map() {
        "map[string]interface {}"
    } else if value.as_str().is_some() {
        "string"
    } else if value.as_bool().is_some() {
        "bool"
    } else if value.as_i64().is_some() {
        "int64"
    } else {
        "float64"
    };
    err(format!("invalid data, expected {what}, got {given}"))
}

/// An error in cel-go's words.
pub(super) fn err<T>(message: impl Into<String>) -> Result<T, EvalError> {
    Err(EvalError::Cel(message.into()))
}

/// A value, or why there is none.
pub type Outcome<'a> = Result<Val<'a>, EvalError>;

/// A value.
#[derive(Clone)]
pub enum Val<'a> {
    /// `null`
    Null,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `uint`
    Uint(u64),
    /// `double`
    Double(f64),
    /// `string`
    Str(Text<'a>),
    /// `bytes`
    Bytes(Rc<[u8]>),
    /// Nanoseconds since 1970.
    Timestamp(i128),
    /// Nanoseconds.
    Duration(i64),
    /// `list`
    List(List<'a>),
    /// `map`, and objects.
    Map(Map<'a>),
    /// A type.
    Type(Type),
    /// `optional_type`
    Optional(Option<Rc<Val<'a>>>),
    /// `kubernetes.Quantity`
    Quantity(Rc<Quantity>),
    /// `kubernetes.URL`
    Url(Rc<url::Url>),
    /// `net.IP`
    Ip(IpAddr),
    /// `net.CIDR`: an address and the length of the prefix.
    Cidr(IpAddr, u8),
    /// `kubernetes.Semver`
    Semver(Rc<semver::Version>),
    /// `kubernetes.NamedFormat`
    Format(&'static formats::Named),
    /// Fields that are found out when they are asked for.
    Lazy(Rc<dyn Fields<'a> + 'a>),
    /// Something without a type in an object (`unknownPreserved`).
    Preserved(Value<'a>),
}

/// Fields that are found out when they are asked for, as the variables of a policy.
pub trait Fields<'a> {
    /// The name of the type.
    fn type_name(&self) -> &'static str;
    /// The value of a field; none if there is no such field.
    fn field(&self, name: &str) -> Option<Outcome<'a>>;
}

/// Text of an object or of an expression.
#[derive(Clone)]
pub enum Text<'a> {
    /// In an object.
    Borrowed(&'a str),
    /// In an expression, or made.
    Shared(Arc<str>),
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Shared(text) => text,
        }
    }
}

/// A list.
#[derive(Clone)]
pub struct List<'a> {
    /// Its elements.
    pub items: Rc<Vec<Val<'a>>>,
    /// How a schema says that its elements are told apart.
    pub kind: Option<&'a ListKind>,
}

/// A map or an object.
#[derive(Clone)]
pub enum Map<'a> {
    /// Made by an expression, in order of insertion.
    Made(Rc<Vec<(Val<'a>, Val<'a>)>>),
    /// In an object.
    File(Rc<FileMap<'a>>),
}

/// A mapping of an object.
pub struct FileMap<'a> {
    value: Value<'a>,
    decl: Option<&'a Decl>,
    entries: OnceCell<Vec<(Text<'a>, Val<'a>)>>,
}

impl<'a> FileMap<'a> {
    fn object(&self) -> Option<&'a Object> {
        match self.decl.map(|d| &d.kind) {
            Some(DeclKind::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// Objects are the same if their fields are; fields that no schema names are compared as they stand. Mirrors
    /// `unstructuredMap.Equal`.
    fn same(&self, other: &Self, work: &mut u64) -> Result<bool, EvalError> {
        for (key, value) in self.value.entries() {
            *work = work.checked_sub(1).ok_or(EvalError::CostLimit)?;
            let Some((_, found)) = entry(other.value, key) else { return Ok(false) };
            let field = |map: &Self| map.object().and_then(|object| object.field(key)).map(|f| &*f.decl);
            let equal = match (field(self), field(other)) {
                (Some(decl), Some(others)) => {
                    match (Val::of(value, Some(decl)), Val::of(found, Some(others))) {
                        (Ok(a), Ok(b)) => a.same(&b, work)?,
                        _ => false,
                    }
                }
                _ => Val::plain(value).same(&Val::plain(found), work)?,
            };
            if !equal {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn find(&self, name: &str) -> Option<Outcome<'a>> {
        let (name, decl) = match self.decl.map(|d| &d.kind) {
            Some(DeclKind::Object(object)) => {
                let field = object.escaped(name)?;
                (&*field.name, Some(&*field.decl))
            }
            Some(DeclKind::Map(value)) => (name, Some(&**value)),
            Some(_) | None => (name, None),
        };
        let (_, value) = entry(self.value, name)?;
        if value.is_null() && self.object().is_some() {
            return None;
        }
        Some(Val::of(value, decl))
    }

    /// Entries that an expression sees.
    fn entries(&self) -> &[(Text<'a>, Val<'a>)] {
        self.entries.get_or_init(|| {
            let mut all = Vec::new();
            for (key, value) in self.value.entries() {
                let (name, decl) = match self.decl.map(|d| &d.kind) {
                    Some(DeclKind::Object(object)) => match object.field(key) {
                        None => continue,
                        Some(field) => {
                            let name = match &field.escaped {
                                Some(escaped) => Text::Shared(escaped.clone()),
                                None => Text::Borrowed(key),
                            };
                            (name, Some(&*field.decl))
                        }
                    },
                    Some(DeclKind::Map(value)) => (Text::Borrowed(key), Some(&**value)),
                    _ => (Text::Borrowed(key), None),
                };
                all.push((name, Val::of(value, decl).unwrap_or(Val::Null)));
            }
            all
        })
    }
}

/// The last entry with a name.
fn entry<'a>(map: Value<'a>, name: &str) -> Option<(&'a str, Value<'a>)> {
    map.entries().filter(|(key, _)| *key == name).last()
}

impl<'a> Map<'a> {
    /// How many entries.
    pub fn len(&self) -> usize {
        match self {
            Self::Made(entries) => entries.len(),
            Self::File(map) => map.value.entries().count(),
        }
    }

    /// True without entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key.
    pub fn find(&self, key: &Val<'a>) -> Option<Outcome<'a>> {
        match (self, key) {
            (Self::File(map), Val::Str(name)) => map.find(name),
            (Self::File(_), _) => Some(err("no such overload")),
            (Self::Made(entries), key) => {
                let mut work = u64::MAX;
                entries.iter().find(|(k, _)| k.same(key, &mut work) == Ok(true)).map(|(_, v)| Ok(v.clone()))
            }
        }
    }

    /// Keys and values.
    pub fn entries(&self) -> Vec<(Val<'a>, Val<'a>)> {
        match self {
            Self::Made(entries) => entries.to_vec(),
            Self::File(map) => {
                map.entries().iter().map(|(key, value)| (Val::Str(key.clone()), value.clone())).collect()
            }
        }
    }
}

impl<'a> Val<'a> {
    /// Text that was made.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Str(Text::Shared(text.into()))
    }

    /// A list that was made.
    pub fn list(items: Vec<Val<'a>>) -> Self {
        Self::List(List { items: items.into(), kind: None })
    }

    /// A map that was made.
    pub fn map(entries: Vec<(Val<'a>, Val<'a>)>) -> Self {
        Self::Map(Map::Made(Rc::new(entries)))
    }

    /// An optional with a value.
    pub fn some(value: Val<'a>) -> Self {
        Self::Optional(Some(Rc::new(value)))
    }

    /// A value of an object under a schema, or as it stands without one. Mirrors `UnstructuredToVal`.
    pub fn of(value: Value<'a>, decl: Option<&'a Decl>) -> Outcome<'a> {
        let Some(decl) = decl else { return Ok(Self::plain(value)) };
        if value.is_null() {
            return if decl.nullable {
                Ok(Self::Null)
            } else {
                err("invalid data, got null for schema with nullable=false")
            };
        }
        match &decl.kind {
            DeclKind::IntOrString => match (value.as_str(), value.as_i64()) {
                (Some(text), _) => Ok(Self::Str(Text::Borrowed(text))),
                (_, Some(number)) => Ok(Self::Int(number)),
                _ => err("invalid data, expected XIntOrString value to be either a string or integer"),
            },
            DeclKind::Object(_) | DeclKind::Map(_) if value.is_map() => {
                Ok(Self::Map(Map::File(Rc::new(FileMap {
                    value,
                    decl: Some(decl),
                    entries: OnceCell::new(),
                }))))
            }
            DeclKind::Object(_) | DeclKind::Map(_) => {
                err("invalid data, expected a map for the provided schema with type=object")
            }
            DeclKind::List(item, kind) if value.is_seq() => {
                let items: Result<Vec<_>, _> = value.items().map(|v| Self::of(v, Some(item))).collect();
                Ok(Self::List(List { items: items?.into(), kind: Some(kind) }))
            }
            DeclKind::List(..) => {
                err("invalid data, expected an array for the provided schema with type=array")
            }
            DeclKind::Str(format) => match value.as_str() {
                None => expected("string", value),
                Some(text) => formatted(*format, text),
            },
            DeclKind::Bool => value.as_bool().map_or_else(|| expected("bool", value), |b| Ok(Self::Bool(b))),
            DeclKind::Integer => integer(value).map_or_else(|| expected("int", value), |n| Ok(Self::Int(n))),
            DeclKind::Number => match value.as_text().and_then(|t| t.parse().ok()) {
                Some(number) if value.as_str().is_none() => Ok(Self::Double(number)),
                _ => expected("float", value),
            },
            DeclKind::Preserved => Ok(Self::Preserved(value)),
        }
    }

    /// A value of an object as it stands: integers, floats, texts, lists, maps.
    pub fn plain(value: Value<'a>) -> Self {
        if value.is_map() {
            return Self::Map(Map::File(Rc::new(FileMap { value, decl: None, entries: OnceCell::new() })));
        }
        if value.is_seq() {
            return Self::list(value.items().map(Self::plain).collect());
        }
        if let Some(text) = value.as_str() {
            return Self::Str(Text::Borrowed(text));
        }
        if let Some(number) = value.as_i64() {
            return Self::Int(number);
        }
        if let Some(flag) = value.as_bool() {
            return Self::Bool(flag);
        }
        value.as_text().and_then(|t| t.parse().ok()).map_or(Self::Null, Self::Double)
    }

    /// The type's name. Mirrors `Type().TypeName()`.
    pub fn type_name(&self) -> Cow<'static, str> {
        match self {
            Self::Lazy(fields) => fields.type_name().into(),
            Self::Preserved(_) => "unknown".into(),
            other => other.ty().name().to_owned().into(),
        }
    }

    /// The type, without parameters.
    pub fn ty(&self) -> Type {
        match self {
            Self::Null => Type::Null,
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Uint(_) => Type::Uint,
            Self::Double(_) => Type::Double,
            Self::Str(_) => Type::Str,
            Self::Bytes(_) => Type::Bytes,
            Self::Timestamp(_) => Type::Timestamp,
            Self::Duration(_) => Type::Duration,
            Self::List(_) => Type::list(Type::Dyn),
            Self::Map(_) => Type::map(Type::Dyn, Type::Dyn),
            Self::Type(_) => Type::Type(None),
            Self::Optional(_) => Type::optional(Type::Dyn),
            Self::Quantity(_) => Type::object("kubernetes.Quantity"),
            Self::Url(_) => Type::object("kubernetes.URL"),
            Self::Ip(_) => Type::object("net.IP"),
            Self::Cidr(..) => Type::object("net.CIDR"),
            Self::Semver(_) => Type::object("kubernetes.Semver"),
            Self::Format(_) => Type::object("kubernetes.NamedFormat"),
            Self::Lazy(fields) => Type::object(fields.type_name()),
            Self::Preserved(_) => Type::object("unknown"),
        }
    }

    /// Elements, entries, characters or bytes; 1 for what has no size. Mirrors `actualSize`.
    pub fn size(&self) -> u64 {
        match self {
            Self::Str(text) => text.chars().count() as u64,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::List(list) => list.items.len() as u64,
            Self::Map(map) => map.len() as u64,
            Self::Optional(Some(value)) => value.size(),
            Self::Ip(IpAddr::V4(_)) => 4,
            Self::Ip(IpAddr::V6(_)) => 16,
            Self::Cidr(IpAddr::V4(_), _) => 5,
            Self::Cidr(IpAddr::V6(_), _) => 18,
            _ => 1,
        }
    }

    /// True if two values are equal; numbers are compared across types, what cannot be compared is not equal. `work` is
    /// what may still be spent. Mirrors `types.Equal`.
    pub(super) fn same(&self, other: &Val<'a>, work: &mut u64) -> Result<bool, EvalError> {
        *work = work.checked_sub(1).ok_or(EvalError::CostLimit)?;
        Ok(match (self, other) {
            (
                Self::Int(_) | Self::Uint(_) | Self::Double(_),
                Self::Int(_) | Self::Uint(_) | Self::Double(_),
            ) => self.numbers(other) == Some(std::cmp::Ordering::Equal),
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Str(a), Self::Str(b)) => **a == **b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            (Self::Duration(a), Self::Duration(b)) => a == b,
            (Self::Type(a), Self::Type(b)) => a.name() == b.name(),
            (Self::Optional(a), Self::Optional(b)) => match (a, b) {
                (None, None) => true,
                (Some(a), Some(b)) => a.same(b, work)?,
                _ => false,
            },
            (Self::List(a), Self::List(b)) => a.same(b, work)?,
            (Self::Map(a), Self::Map(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                if let (Map::File(a), Map::File(b)) = (a, b)
                    && a.object().is_some()
                {
                    return a.same(b, work);
                }
                for (key, value) in a.entries() {
                    *work = work.checked_sub(1).ok_or(EvalError::CostLimit)?;
                    match b.find(&key) {
                        Some(Ok(found)) if value.same(&found, work)? => {}
                        _ => return Ok(false),
                    }
                }
                true
            }
            (Self::Quantity(a), Self::Quantity(b)) => a.cmp(b).is_eq(),
            (Self::Url(a), Self::Url(b)) => a.text == b.text,
            (Self::Ip(a), Self::Ip(b)) => a == b,
            (Self::Cidr(a, n), Self::Cidr(b, m)) => a == b && n == m,
            (Self::Semver(a), Self::Semver(b)) => a.cmp(b).is_eq(),
            (Self::Format(a), Self::Format(b)) => a.name == b.name,
            (Self::Preserved(a), Self::Preserved(b)) => Self::plain(*a).same(&Self::plain(*b), work)?,
            _ => false,
        })
    }

    /// The order of two numbers of any type; none with NaN or something else.
    pub(super) fn numbers(&self, other: &Val<'a>) -> Option<std::cmp::Ordering> {
        // Floats beyond what the integers hold are ordered by their sign.
        fn float_int(a: f64, b: i128) -> Option<std::cmp::Ordering> {
            if a.is_nan() {
                None
            } else if a.abs() < 1e30 {
                let whole = a.trunc() as i128;
                Some(
                    whole
                        .cmp(&b)
                        .then_with(|| a.fract().partial_cmp(&0.0).unwrap_or(std::cmp::Ordering::Equal)),
                )
            } else {
                a.partial_cmp(&0.0)
            }
        }
        let int = |v: &Val<'a>| match v {
            Self::Int(n) => Some(i128::from(*n)),
            Self::Uint(n) => Some(i128::from(*n)),
            _ => None,
        };
        match (self, other) {
            (Self::Double(a), Self::Double(b)) => a.partial_cmp(b),
            (Self::Double(a), b) => float_int(*a, int(b)?),
            (a, Self::Double(b)) => float_int(*b, int(a)?).map(std::cmp::Ordering::reverse),
            (a, b) => Some(int(a)?.cmp(&int(b)?)),
        }
    }
}

impl<'a> List<'a> {
    fn same(&self, other: &List<'a>, work: &mut u64) -> Result<bool, EvalError> {
        if self.items.len() != other.items.len() {
            return Ok(false);
        }
        match self.kind {
            Some(ListKind::Set) => {
                for item in other.items.iter() {
                    if !self.contains(item, work)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Some(ListKind::Map(keys)) => {
                for item in other.items.iter() {
                    match self.keyed(keys, item, work)? {
                        Some(at)
                            if self.items.get(at).is_some_and(|own| own.same(item, work) == Ok(true)) => {}
                        _ => return Ok(false),
                    }
                }
                Ok(true)
            }
            _ => {
                for (a, b) in self.items.iter().zip(other.items.iter()) {
                    if !a.same(b, work)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// True if an element is equal.
    pub(super) fn contains(&self, item: &Val<'a>, work: &mut u64) -> Result<bool, EvalError> {
        for own in self.items.iter() {
            if own.same(item, work)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where the element with the same keys stands.
    fn keyed(&self, keys: &[Arc<str>], item: &Val<'a>, work: &mut u64) -> Result<Option<usize>, EvalError> {
        let key_of = |v: &Val<'a>, key: &Arc<str>| match v {
            Val::Map(map) => map.find(&Val::text(key.clone())).and_then(Result::ok),
            _ => None,
        };
        for (at, own) in self.items.iter().enumerate() {
            let mut equal = true;
            for key in keys {
                equal &= match (key_of(own, key), key_of(item, key)) {
                    (Some(a), Some(b)) => a.same(&b, work)?,
                    (None, None) => true,
                    _ => false,
                };
            }
            if equal {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Both lists in one: elements of sets once, those of keyed lists replaced by the later one.
    pub(super) fn concat(&self, other: &List<'a>, work: &mut u64) -> Result<List<'a>, EvalError> {
        let mut items = self.items.to_vec();
        match self.kind {
            Some(ListKind::Set) => {
                for item in other.items.iter() {
                    let so_far = List { items: items.clone().into(), kind: None };
                    if !so_far.contains(item, work)? {
                        items.push(item.clone());
                    }
                }
            }
            Some(ListKind::Map(keys)) => {
                for item in other.items.iter() {
                    match self.keyed(keys, item, work)? {
                        Some(at) => {
                            if let Some(slot) = items.get_mut(at) {
                                *slot = item.clone();
                            }
                        }
                        None => items.push(item.clone()),
                    }
                }
            }
            _ => items.extend(other.items.iter().cloned()),
        }
        Ok(List { items: items.into(), kind: self.kind })
    }
}

/// An integer of JSON; a float with nothing behind the point counts.
fn integer(value: Value<'_>) -> Option<i64> {
    if value.as_str().is_some() {
        return None;
    }
    value.as_i64().or_else(|| {
        let number: f64 = value.as_text()?.parse().ok()?;
        (number.fract() == 0.0 && number.abs() < 9.2e18).then_some(number as i64)
    })
}

/// A string whose format has a type of its own.
fn formatted(format: Format, text: &str) -> Outcome<'_> {
    match format {
        Format::Plain => Ok(Val::Str(Text::Borrowed(text))),
        Format::Duration => match formats::duration(text) {
            Ok(nanoseconds) => Ok(Val::Duration(nanoseconds)),
            Err(error) => err(format!("Invalid duration {text}: {error}")),
        },
        Format::Date => match time::parse(&format!("{text}T00:00:00Z")) {
            Ok(at) => Ok(Val::Timestamp(at)),
            Err(_) => err(format!("Invalid date formatted string {text}: cannot parse")),
        },
        Format::DateTime => match formats::date_time(text) {
            Some(at) => Ok(Val::Timestamp(at)),
            None => err(format!("Invalid date-time formatted string {text}: cannot parse")),
        },
        Format::Byte => match formats::base64(text) {
            Some(bytes) => Ok(Val::Bytes(bytes.into())),
            None => err(format!("Invalid byte formatted string {text}: illegal base64 data")),
        },
    }
}
