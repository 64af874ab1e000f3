//! A document against its type, as the server's strict decoder reads it (`sigs.k8s.io/json` into Go structs).
//!
//! One walk over the arena. It says what the decoder would say, in the decoder's order and words; [`super::explain`]
//! makes of it what people read. Nothing is built for a document without a problem.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::go::{self, RFC3339, RFC3339_MICRO};
use super::minor::MinorSet;
use super::quantity::Quantity;
use super::table::{Shape, Type, TypeId, TypeRef, Types};
use crate::yaml::{Entries, Kind, View};

/// Values nested deeper are not looked at. No built-in type nests further but for JSON schemas.
const MAX_DEPTH: usize = 200;

/// The decoder keeps no more strict errors than this.
const MAX_STRICT: usize = 100;

/// What is wrong with a key or a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// No version has the field.
    Unknown,
    /// The field exists, but not in all versions that are asked for.
    NotIn(MinorSet),
    /// The key is written twice (a request body in JSON).
    Duplicate,
    /// The value is not of the type.
    Type(TypeRef),
    /// The value is of the type, and none of those allowed.
    NotAllowed,
    /// A field is not there (told of the object that lacks it).
    Required,
}

/// How the decoder takes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Weight {
    /// Ends decoding at once: a type that reads itself refused its value.
    Fatal,
    /// The first of these is the answer, unless something is fatal.
    Type,
    /// Told if nothing else is wrong.
    Strict,
    /// Told by the validation of a custom resource.
    Invalid,
}

/// Something that the decoder does not like.
#[derive(Clone, Debug)]
pub(super) struct Issue {
    pub(super) what: What,
    pub(super) weight: Weight,
    /// The server's words.
    pub(super) text: String,
    /// The path as the strict decoder writes it.
    pub(super) path: String,
    /// Node of the key; `None` for an item of a list.
    pub(super) key: Option<u32>,
    /// Node of the value.
    pub(super) value: u32,
    /// Node of the mapping or list that holds it.
    pub(super) parent: u32,
    /// In which of the versions that are asked for.
    pub(super) minors: MinorSet,
}

/// A place in the document, told only when it is asked for.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    /// A field of a struct: its name and position there.
    Field {
        up: &'p Path<'p>,
        name: &'p str,
        holder: TypeId,
        index: u16,
    },
    /// A key of a map.
    Key {
        up: &'p Path<'p>,
        name: &'p str,
    },
    Index {
        up: &'p Path<'p>,
        index: usize,
    },
}

impl Path<'_> {
    /// `spec.containers[0].image`; a leading dot is the caller's to cut.
    pub(super) fn strict(&self) -> String {
        let mut out = String::new();
        self.write_strict(&mut out);
        if out.starts_with('.') {
            out.remove(0);
        }
        out
    }

    fn write_strict(&self, out: &mut String) {
        use std::fmt::Write as _;
        match self {
            Self::Root => {}
            Self::Field { up, name, .. } | Self::Key { up, name } => {
                up.write_strict(out);
                out.push('.');
                out.push_str(name);
            }
            Self::Index { up, index } => {
                up.write_strict(out);
                let _ = write!(out, "[{index}]");
            }
        }
    }

    /// With a key that has no field.
    pub(super) fn strict_with(&self, name: &str) -> String {
        let up = self.strict();
        if up.is_empty() { name.to_owned() } else { format!("{up}.{name}") }
    }

    /// Go's field stack (`spec.volumes.VolumeSource.fc.lun`) and the struct that holds the last field.
    fn go(&self, types: &Types) -> (String, Option<TypeId>) {
        match self {
            Self::Root => (String::new(), None),
            Self::Key { up, .. } | Self::Index { up, .. } => up.go(types),
            Self::Field { up, name, holder, index } => {
                let (mut stack, _) = up.go(types);
                // Embedded structs are on the way.
                let via = types.get(*holder).field_at(*index).map_or("", |field| field.via);
                for part in via.split('.').filter(|v| !v.is_empty()).chain([*name]) {
                    if !stack.is_empty() {
                        stack.push('.');
                    }
                    stack.push_str(part);
                }
                (stack, Some(*holder))
            }
        }
    }
}

/// Where the names of a value's Go type are written.
#[derive(Clone, Copy)]
struct GoType {
    /// At a field, if one holds it.
    field: Option<(TypeId, u16)>,
    /// How deep inside of that.
    level: usize,
}

/// Keys and values of a mapping, in the order in which the decoder reads them.
pub(super) enum InOrder<'d> {
    /// That of the document.
    Written(Entries<'d>),
    /// Another one.
    Listed(std::vec::IntoIter<(View<'d>, View<'d>)>),
}

impl<'d> Iterator for InOrder<'d> {
    type Item = (View<'d>, View<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Written(entries) => entries.next(),
            Self::Listed(entries) => entries.next(),
        }
    }
}

/// The walk.
pub(super) struct Decoder<'t> {
    pub(super) types: &'t Types,
    /// The document is a request body of its own: JSON's order, numbers and repeated keys count. Otherwise it is a
    /// file that kubectl reads, and sends as JSON with sorted keys.
    pub(super) body: bool,
    /// Walk in the decoder's order; the document's order is as good while nothing is wrong.
    pub(super) ordered: bool,
    /// Unknown and repeated fields are no matter (inside of JSON schemas, which read themselves).
    lenient: bool,
    pub(super) issues: Vec<Issue>,
    /// Key nodes and the number of their field, plus one.
    pub(super) notes: Vec<(u32, u16)>,
}

impl<'t> Decoder<'t> {
    pub(super) fn new(types: &'t Types, body: bool) -> Self {
        Self { types, body, ordered: false, lenient: false, issues: Vec::new(), notes: Vec::new() }
    }

    /// A whole object (or `metadata` of a custom one).
    pub(super) fn document(&mut self, root: View<'_>, id: TypeId, minors: MinorSet) {
        // A key and its value are two nodes.
        self.notes.reserve((root.after() - root.index()) as usize / 2);
        match root.kind() {
            Kind::Map => self.structure(root, id, &Path::Root, minors, 0),
            Kind::Null => {}
            _ => {
                let at = At { key: None, parent: root.index(), minors, depth: 0 };
                let name = self.types.get(id).go();
                self.mismatch_as(root, TypeRef::ANY, name, &Path::Root, at);
            }
        }
    }

    /// Keys and values in the decoder's order.
    pub(super) fn entries<'d>(&self, map: View<'d>) -> InOrder<'d> {
        if self.body && map.document().json {
            return InOrder::Listed(map.written_entries().collect::<Vec<_>>().into_iter());
        }
        if !self.ordered {
            return InOrder::Written(map.entries());
        }
        let mut entries: Vec<_> = map.entries().collect();
        entries.sort_by(|a, b| a.0.text().cmp(b.0.text()));
        InOrder::Listed(entries.into_iter())
    }

    /// The value of a struct.
    pub(super) fn structure(
        &mut self,
        map: View<'_>,
        id: TypeId,
        path: &Path<'_>,
        minors: MinorSet,
        depth: usize,
    ) {
        let ty = self.types.get(id);
        let mut seen: SmallVec<[u16; 16]> = SmallVec::new();
        for (key, value) in self.entries(map) {
            let name = key.text();
            let Some((index, existing, of)) = ty.lookup(name, minors) else {
                self.strict(What::Unknown, key, value, map, path, minors);
                continue;
            };
            self.notes.push((key.index(), index + 1));
            if self.body {
                if seen.contains(&index) {
                    self.strict(What::Duplicate, key, value, map, path, minors);
                }
                seen.push(index);
            }
            let mut absent = minors.without(existing);
            if !absent.is_empty() {
                // Where the type of a field changed, it has a row for each.
                let mut exists = existing;
                for other in ty.fields_named(name).filter(|f| f.index != index) {
                    exists = exists.or(other.minors);
                    let present = absent.and(other.minors);
                    if !present.is_empty() {
                        absent = absent.without(present);
                        self.field(
                            (key, name),
                            value,
                            map,
                            (id, other.index, other.ty),
                            path,
                            present,
                            depth,
                        );
                    }
                }
                if !absent.is_empty() {
                    self.strict(What::NotIn(exists), key, value, map, path, absent);
                }
            }
            let present = minors.and(existing);
            if !present.is_empty() {
                self.field((key, name), value, map, (id, index, of), path, present, depth);
            }
        }
    }

    /// The value of a field: the struct that has it, its position there, and its type.
    fn field(
        &mut self,
        (key, name): (View<'_>, &str),
        value: View<'_>,
        map: View<'_>,
        (holder, index, ty): (TypeId, u16, TypeRef),
        path: &Path<'_>,
        minors: MinorSet,
        depth: usize,
    ) {
        let path = Path::Field { up: path, name, holder, index };
        let at = At { key: Some(key.index()), parent: map.index(), minors, depth: depth + 1 };
        self.value(value, ty, GoType { field: Some((holder, index)), level: 0 }, &path, at);
    }

    fn value(&mut self, value: View<'_>, ty: TypeRef, go: GoType, path: &Path<'_>, at: At) {
        if at.depth > MAX_DEPTH {
            return;
        }
        let kind = value.kind();
        let inner = GoType { level: go.level + 1, ..go };
        match (self.types.shape(ty), kind) {
            (Shape::Any, _) => {}
            (Shape::Struct(id), Kind::Map) => self.structure(value, id, path, at.minors, at.depth),
            (Shape::List(item), Kind::Seq) => {
                for (index, entry) in value.items().enumerate() {
                    let path = Path::Index { up: path, index };
                    let at = At { key: None, parent: value.index(), depth: at.depth + 1, ..at };
                    self.value(entry, item, inner, &path, at);
                }
            }
            (Shape::Map(values), Kind::Map) => {
                let mut seen: FxHashSet<&str> = FxHashSet::default();
                for (key, entry) in self.entries(value) {
                    if self.body && value.document().json && !seen.insert(key.text()) {
                        self.duplicate_key(key, entry, value, path, at.minors);
                    }
                    let path = Path::Key { up: path, name: key.text() };
                    let at = At { key: Some(key.index()), parent: value.index(), depth: at.depth + 1, ..at };
                    self.value(entry, values, inner, &path, at);
                }
            }
            // The decoder leaves what it has for null; types that read themselves take it as nothing.
            (Shape::Duration, Kind::Null) => self.custom(value, ty, path, at, go::parse_duration("").err()),
            (_, Kind::Null) => {}
            (Shape::String, Kind::Str) | (Shape::Bool, Kind::True | Kind::False) => {}
            (Shape::Int32, Kind::Int | Kind::Float) => {
                if self.number(value).parse::<i32>().is_err() {
                    self.mismatch(value, ty, go, path, at);
                }
            }
            (Shape::Int64, Kind::Int | Kind::Float) => {
                if self.number(value).parse::<i64>().is_err() {
                    self.mismatch(value, ty, go, path, at);
                }
            }
            (Shape::Double, Kind::Int | Kind::Float) => {}
            (Shape::Bytes, Kind::Str) => {
                if let Some(byte) = go::base64_error(value.text()) {
                    let text = format!("illegal base64 data at input byte {byte}");
                    self.issue(What::Type(ty), Weight::Type, text, value, path, at);
                }
            }
            (Shape::Bytes, Kind::Seq) => {
                for entry in value.items() {
                    let fits = entry.is_null() || self.number(entry).parse::<u8>().is_ok();
                    if entry.kind() == Kind::Str || !fits {
                        self.mismatch_as(entry, ty, "uint8", path, at);
                    }
                }
            }
            (Shape::IntOrString, Kind::Str) => {}
            (Shape::IntOrString, Kind::Int | Kind::Float) if self.number(value).parse::<i32>().is_ok() => {}
            (Shape::IntOrString, _) => self.self_reading(value, ty, "int32", path, at),
            (Shape::Quantity, Kind::Str | Kind::Int | Kind::Float) => {
                let text = if kind == Kind::Str { value.text().into() } else { self.number(value) };
                self.custom(value, ty, path, at, Quantity::parse_json(&text).err().map(|e| e.to_string()));
            }
            (Shape::Quantity, _) => {
                self.custom(value, ty, path, at, Quantity::parse("true").err().map(|e| e.to_string()));
            }
            (Shape::Time, Kind::Str) => {
                self.custom(value, ty, path, at, go::check_time(value.text(), RFC3339).err());
            }
            (Shape::MicroTime, Kind::Str) => {
                self.custom(value, ty, path, at, go::check_time(value.text(), RFC3339_MICRO).err());
            }
            (Shape::Duration, Kind::Str) => {
                self.custom(value, ty, path, at, go::parse_duration(value.text()).err());
            }
            (Shape::Time | Shape::MicroTime | Shape::Duration, _) => {
                self.self_reading(value, ty, "string", path, at);
            }
            (Shape::SchemaOrBool, Kind::True | Kind::False) => {}
            (Shape::SchemaOrBool, Kind::Map)
            | (Shape::SchemaOrArray | Shape::SchemaOrStrings, Kind::Map | Kind::Seq) => {
                self.schema(value, self.types.shape(ty), path, at);
            }
            (Shape::SchemaOrBool, _) => {
                self.custom(value, ty, path, at, Some("boolean or JSON schema expected".into()));
            }
            (Shape::SchemaOrArray | Shape::SchemaOrStrings, _) => {}
            _ => self.mismatch(value, ty, go, path, at),
        }
    }

    /// A JSON schema that reads itself: unknown fields in it are no matter, and its first problem ends all.
    fn schema(&mut self, value: View<'_>, shape: Shape, path: &Path<'_>, at: At) {
        // Looked up once: a definition has thousands of schemas.
        static PROPS: OnceLock<Option<TypeId>> = OnceLock::new();
        const NAME: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
        let Some(id) = *PROPS.get_or_init(|| self.types.named(NAME).map(Type::id)) else { return };
        let schema = self.types.get(id);
        let before = self.issues.len();
        let lenient = std::mem::replace(&mut self.lenient, true);
        if value.kind() == Kind::Map {
            self.structure(value, schema.id(), path, at.minors, at.depth);
        } else {
            for (index, entry) in value.items().enumerate() {
                let path = Path::Index { up: path, index };
                let at = At { key: None, parent: value.index(), depth: at.depth + 1, ..at };
                match (shape, entry.kind()) {
                    (Shape::SchemaOrStrings, _) => {
                        self.value(entry, TypeRef::STRING, GoType { field: None, level: 0 }, &path, at);
                    }
                    (_, Kind::Map) => self.structure(entry, schema.id(), &path, at.minors, at.depth),
                    (_, Kind::Null) => {}
                    _ => self.mismatch_as(entry, TypeRef::ANY, schema.go(), &path, at),
                }
            }
        }
        self.lenient = lenient;
        for issue in self.issues.iter_mut().skip(before) {
            issue.weight = Weight::Fatal;
        }
    }

    /// The number as it reaches the decoder.
    fn number<'d>(&self, value: View<'d>) -> std::borrow::Cow<'d, str> {
        let text = value.text();
        if value.kind() == Kind::Float && !self.body {
            // kubectl holds it as a float and prints it as Go does: without a fraction if it has none.
            if let Ok(float) = text.parse::<f64>()
                && float.fract() == 0.0
                && float.abs() < 1e21
            {
                return format!("{float:.0}").into();
            }
        }
        text.into()
    }

    fn strict(
        &mut self,
        what: What,
        key: View<'_>,
        value: View<'_>,
        map: View<'_>,
        path: &Path<'_>,
        minors: MinorSet,
    ) {
        if self.lenient {
            return;
        }
        let path = path.strict_with(key.text());
        let word = if what == What::Duplicate { "duplicate" } else { "unknown" };
        self.issues.push(Issue {
            what,
            weight: Weight::Strict,
            text: format!("{word} field {}", go::quote(&path)),
            path,
            key: Some(key.index()),
            value: value.index(),
            parent: map.index(),
            minors,
        });
    }

    fn duplicate_key(
        &mut self,
        key: View<'_>,
        value: View<'_>,
        map: View<'_>,
        path: &Path<'_>,
        minors: MinorSet,
    ) {
        if self.lenient {
            return;
        }
        let path = path.strict_with(key.text());
        self.issues.push(Issue {
            what: What::Duplicate,
            weight: Weight::Strict,
            text: format!("duplicate field {}", go::quote(&path)),
            path,
            key: Some(key.index()),
            value: value.index(),
            parent: map.index(),
            minors,
        });
    }

    /// The value is of another JSON type than Go's.
    fn mismatch(&mut self, value: View<'_>, ty: TypeRef, go: GoType, path: &Path<'_>, at: At) {
        let names =
            go.field.and_then(|(holder, index)| self.types.get(holder).field_at(index)).map_or("", |f| f.go);
        let name = names.split('|').nth(go.level).filter(|n| !n.is_empty());
        let name = name.map_or_else(|| go_name(self.types, ty, 0), str::to_owned);
        self.mismatch_as(value, ty, &name, path, at);
    }

    fn mismatch_as(&mut self, value: View<'_>, ty: TypeRef, name: &str, path: &Path<'_>, at: At) {
        let text = self.mismatch_text(value, name, path);
        self.issue(What::Type(ty), Weight::Type, text, value, path, at);
    }

    /// The same from a type that reads itself.
    fn self_reading(&mut self, value: View<'_>, ty: TypeRef, name: &str, path: &Path<'_>, at: At) {
        let text = self.mismatch_text(value, name, path);
        self.issue(What::Type(ty), Weight::Fatal, text, value, path, at);
    }

    fn mismatch_text(&self, value: View<'_>, name: &str, path: &Path<'_>) -> String {
        let integer = matches!(name, "int32" | "int64" | "uint8");
        let given = match value.kind() {
            Kind::Map => "object".into(),
            Kind::Seq => "array".into(),
            Kind::Str | Kind::Key => "string".into(),
            Kind::True | Kind::False => "bool".into(),
            Kind::Null => "null".into(),
            Kind::Int | Kind::Float if integer => format!("number {}", self.number(value)),
            Kind::Int | Kind::Float => "number".into(),
        };
        let (stack, holder) = path.go(self.types);
        match holder {
            Some(holder) => {
                let holder = self.types.get(holder).short();
                format!("json: cannot unmarshal {given} into Go struct field {holder}.{stack} of type {name}")
            }
            None => format!("json: cannot unmarshal {given} into Go value of type {name}"),
        }
    }

    /// What a type that reads itself says.
    fn custom(&mut self, value: View<'_>, ty: TypeRef, path: &Path<'_>, at: At, error: Option<String>) {
        if let Some(text) = error {
            self.issue(What::Type(ty), Weight::Fatal, text, value, path, at);
        }
    }

    fn issue(&mut self, what: What, weight: Weight, text: String, value: View<'_>, path: &Path<'_>, at: At) {
        self.issues.push(Issue {
            what,
            weight,
            text,
            path: path.strict(),
            key: at.key,
            value: value.index(),
            parent: at.parent,
            minors: at.minors,
        });
    }
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct At {
    key: Option<u32>,
    parent: u32,
    minors: MinorSet,
    depth: usize,
}

/// The Go type of a reference, as reflection prints it.
pub(super) fn go_name(types: &Types, ty: TypeRef, depth: usize) -> String {
    match types.shape(ty) {
        Shape::List(item) if depth < 8 => format!("[]{}", go_name(types, item, depth + 1)),
        Shape::Map(value) if depth < 8 => format!("map[string]{}", go_name(types, value, depth + 1)),
        Shape::Struct(id) => types.get(id).go().to_owned(),
        Shape::String => "string".into(),
        Shape::Bool => "bool".into(),
        Shape::Int32 => "int32".into(),
        Shape::Int64 => "int64".into(),
        Shape::Double => "float64".into(),
        Shape::Bytes => "[]uint8".into(),
        Shape::IntOrString => "intstr.IntOrString".into(),
        Shape::Quantity => "resource.Quantity".into(),
        Shape::Time => "v1.Time".into(),
        Shape::MicroTime => "v1.MicroTime".into(),
        Shape::Duration => "v1.Duration".into(),
        _ => "interface {}".into(),
    }
}

/// The decoder's answer in one version: what comes after `cannot be handled as a KIND: `.
pub(super) fn answer(issues: &[Issue], first: Option<&str>, minors: MinorSet) -> Option<String> {
    let here = || issues.iter().filter(|i| !i.minors.and(minors).is_empty());
    for weight in [Weight::Fatal, Weight::Type] {
        if let Some(issue) = here().find(|i| i.weight == weight) {
            return Some(issue.text.clone());
        }
    }
    let mut strict: Vec<&str> = Vec::new();
    for issue in here().filter(|i| i.weight == Weight::Strict) {
        if strict.len() < MAX_STRICT && !strict.contains(&issue.text.as_str()) {
            strict.push(&issue.text);
        }
    }
    let all: Vec<&str> = first.into_iter().chain(strict).collect();
    (!all.is_empty()).then(|| format!("strict decoding error: {}", all.join(", ")))
}
