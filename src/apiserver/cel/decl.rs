//! Schemas as the language sees them: the type of a value, how its JSON becomes a value, how large it may be. Mirrors
//! `apiservercel.DeclType` and the parts of a structural schema that `UnstructuredToVal` reads.

use std::sync::Arc;

use super::env::Env;
use super::types::Type;

/// Bytes of the largest request (`MaxRequestSizeBytes`).
pub const MAX_REQUEST: u64 = 3 * 1024 * 1024;

/// What a schema says about a value.
#[derive(Clone, Debug)]
pub struct Decl {
    /// What it is.
    pub kind: DeclKind,
    /// Null is a value.
    pub nullable: bool,
    /// The most elements, entries or bytes that it may have.
    pub max_elements: u64,
    /// The least bytes that it takes as JSON.
    pub min_size: u64,
}

/// Kinds of values that schemas describe.
#[derive(Clone, Debug)]
pub enum DeclKind {
    /// `x-kubernetes-int-or-string`
    IntOrString,
    /// A string; formats that have a type of their own.
    Str(Format),
    /// `boolean`
    Bool,
    /// `number`
    Number,
    /// `integer`
    Integer,
    /// `array`
    List(Arc<Decl>, ListKind),
    /// `object` with `additionalProperties`
    Map(Arc<Decl>),
    /// `object` with `properties`
    Object(Object),
    /// No type: kept as it stands, and not named in expressions.
    Preserved,
}

/// Formats of strings that have a type of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// None.
    Plain,
    /// `byte`
    Byte,
    /// `duration`
    Duration,
    /// `date`
    Date,
    /// `date-time`
    DateTime,
}

/// `x-kubernetes-list-type`
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListKind {
    /// `atomic`, or none.
    Atomic,
    /// `set`
    Set,
    /// `map`, with the names of its keys.
    Map(Vec<Arc<str>>),
}

/// An object's type: its name, and its fields.
#[derive(Clone, Debug)]
pub struct Object {
    /// Name of the type.
    pub name: Arc<str>,
    /// Fields in order of name as JSON has it.
    pub fields: Vec<ObjectField>,
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct ObjectField {
    /// Name in JSON.
    pub name: Arc<str>,
    /// Name in expressions; none if it cannot be named.
    pub escaped: Option<Arc<str>>,
    /// Its value.
    pub decl: Arc<Decl>,
}

impl Object {
    /// The field with a name of JSON.
    pub fn field(&self, name: &str) -> Option<&ObjectField> {
        self.fields.iter().find(|f| *f.name == *name)
    }

    /// The field with a name of expressions.
    pub fn escaped(&self, name: &str) -> Option<&ObjectField> {
        self.fields.iter().find(|f| f.escaped.as_deref() == Some(name))
    }
}

impl Decl {
    /// The type that expressions see; none where they see nothing. Mirrors `CelType`.
    pub fn ty(&self) -> Option<Type> {
        Some(match &self.kind {
            DeclKind::IntOrString => Type::Dyn,
            DeclKind::Str(Format::Plain) => Type::Str,
            DeclKind::Str(Format::Byte) => Type::Bytes,
            DeclKind::Str(Format::Duration) => Type::Duration,
            DeclKind::Str(Format::Date | Format::DateTime) => Type::Timestamp,
            DeclKind::Bool => Type::Bool,
            DeclKind::Number => Type::Double,
            DeclKind::Integer => Type::Int,
            DeclKind::List(item, _) => Type::list(item.ty()?),
            DeclKind::Map(value) => Type::map(Type::Str, value.ty()?),
            DeclKind::Object(object) => Type::Struct(object.name.clone()),
            DeclKind::Preserved => return None,
        })
    }

    /// Declares the object types in it.
    pub fn declare(&self, env: &mut Env) {
        match &self.kind {
            DeclKind::List(item, _) => item.declare(env),
            DeclKind::Map(value) => value.declare(env),
            DeclKind::Object(object) => {
                let fields = object.fields.iter();
                let fields = fields.filter_map(|f| Some((f.escaped.clone()?, f.decl.ty()?)));
                env.object(&object.name, fields);
                env.keywords(&object.name);
                object.fields.iter().for_each(|f| f.decl.declare(env));
            }
            _ => {}
        }
    }

    /// What is below it by a step of a path of the cost model: `@items`, `@values`, `@keys`, or a field.
    pub(super) fn step(&self, name: &str) -> Option<Step<'_>> {
        match (&self.kind, name) {
            (DeclKind::List(item, _) | DeclKind::Map(item), "@items" | "@values") => Some(Step::Decl(item)),
            (DeclKind::Map(_), "@keys") => Some(Step::Key),
            (DeclKind::Object(object), name) => object.escaped(name).map(|f| Step::Decl(&f.decl)),
            _ => None,
        }
    }
}

/// A step of a path.
pub(super) enum Step<'d> {
    /// To a value.
    Decl(&'d Decl),
    /// To a key, a string without a bound.
    Key,
}

/// Names that the language reserves (`celReservedSymbols`).
const RESERVED: &[&str] = &[
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// True for a word that the language keeps for itself.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// A property's name as an expression writes it; none if it cannot. Mirrors `apiservercel.Escape`.
pub fn escape(name: &str) -> Option<String> {
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if is_reserved(name) {
        return Some(format!("__{name}__"));
    }
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("__") {
            out.push_str("__underscores__");
            rest = after;
            continue;
        }
        match c {
            '.' => out.push_str("__dot__"),
            '-' => out.push_str("__dash__"),
            '/' => out.push_str("__slash__"),
            c if c.is_ascii_alphanumeric() || c == '_' => out.push(c),
            _ => return None,
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    Some(out)
}
