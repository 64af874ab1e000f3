//! What an expression may name: variables and the types of objects. Functions are the same for all (`decls`), but for
//! those of patches.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::decls::{Function, functions};
use super::types::Type;

/// Variables and object types on top of the base environment. Mirrors `cel.Env` as Kubernetes extends it.
#[derive(Clone, Debug, Default)]
pub struct Env {
    variables: FxHashMap<Arc<str>, Type>,
    structs: FxHashMap<Arc<str>, Arc<StructType>>,
    dynamic: Option<Arc<str>>,
}

/// The fields of a dynamic type.
static ANY: Type = Type::Dyn;

/// The fields of an object type.
#[derive(Clone, Debug, Default)]
pub struct StructType {
    /// Name and type, names as an expression writes them.
    pub fields: FxHashMap<Arc<str>, Type>,
    /// Words that the language reserves are found under their own name as well, where the field is `__word__`. Mirrors
    /// `SetRecognizeKeywordAsFieldName`.
    pub keywords: bool,
}

impl Env {
    /// The base environment alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares a variable.
    pub fn variable(&mut self, name: &str, ty: Type) -> &mut Self {
        self.variables.insert(name.into(), ty);
        self
    }

    /// Declares an object type, or adds to one.
    pub fn object(&mut self, name: &str, fields: impl IntoIterator<Item = (Arc<str>, Type)>) -> &mut Self {
        let entry = Arc::make_mut(self.structs.entry(name.into()).or_default());
        entry.fields.extend(fields);
        self
    }

    /// Declares a type whose fields have any name and type, and whose name with dots and names behind it is one as well:
    /// `Object`, `Object.spec`. Mirrors `mutation.DynamicTypeResolver`.
    pub fn dynamic(&mut self, name: &str) -> &mut Self {
        self.dynamic = Some(name.into());
        self
    }

    /// A function. Those of patches are there for mutations alone. Mirrors `library.JSONPatch`.
    pub(super) fn function(&self, name: &str) -> Option<&'static Function> {
        let declared = !name.starts_with("jsonpatch.") || self.dynamic.is_some();
        functions().get(name).filter(|_| declared)
    }

    fn is_dynamic(&self, name: &str) -> bool {
        self.dynamic
            .as_deref()
            .and_then(|root| name.strip_prefix(root))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Lets words that the language reserves be found under their own name in an object type.
    pub(super) fn keywords(&mut self, name: &str) {
        Arc::make_mut(self.structs.entry(name.into()).or_default()).keywords = true;
    }

    pub(super) fn struct_type(&self, name: &str) -> Option<&StructType> {
        self.structs.get(name).map(|ty| &**ty)
    }

    /// The type of a field. Mirrors `FindStructFieldType`.
    pub(super) fn field(&self, name: &str, field: &str) -> Option<&Type> {
        if self.is_dynamic(name) {
            return Some(&ANY);
        }
        let ty = self.struct_type(name)?;
        ty.fields.get(field).or_else(|| {
            let escaped = format!("__{field}__");
            if ty.keywords { ty.fields.get(escaped.as_str()) } else { None }
        })
    }

    /// What a name stands for that is no variable of a loop: a variable or a type. Mirrors `LookupIdent`.
    pub(super) fn ident(&self, name: &str) -> Option<Type> {
        let name = name.strip_prefix('.').unwrap_or(name);
        if let Some(ty) = self.variables.get(name) {
            return Some(ty.clone());
        }
        self.type_named(name).map(|ty| Type::Type(Some(Arc::new(ty))))
    }

    /// The type that a name stands for.
    pub(super) fn type_named(&self, name: &str) -> Option<Type> {
        Some(match name {
            "bool" => Type::Bool,
            "int" => Type::Int,
            "uint" => Type::Uint,
            "double" => Type::Double,
            "string" => Type::Str,
            "bytes" => Type::Bytes,
            "null_type" => Type::Null,
            "list" => Type::list(Type::read("A")),
            "map" => Type::map(Type::read("A"), Type::read("B")),
            "type" => Type::Type(None),
            "google.protobuf.Timestamp" => Type::Timestamp,
            "google.protobuf.Duration" => Type::Duration,
            "optional_type" => Type::optional(Type::read("V")),
            "net.IP" | "net.CIDR" => Type::object(name),
            name if self.is_dynamic(name) => Type::Struct(name.into()),
            name => {
                let (name, _) = self.structs.get_key_value(name)?;
                Type::Struct(name.clone())
            }
        })
    }
}
