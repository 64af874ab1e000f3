//! The type table: kinds, types and fields of all minors, and those that CustomResourceDefinitions add.
//!
//! Built-in rows are static memory; rows of custom resources are owned. Both are read through the same handles, so
//! that no reader asks where a type came from.

use std::sync::LazyLock;

use super::custom::Rules;
use super::generated::{
    self, FIELDS, KINDS, MINORS, PREFIXES, REF_LIST, REF_MAP, REF_STRUCT, REFS, REMOVED, TYPES,
};
use super::minor::MinorSet;

/// A struct type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TypeId(pub(super) u32);

/// A reference to a type, as fields, items and values have one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TypeRef(pub(super) u32);

/// What a reference refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// A string.
    String,
    /// A boolean.
    Bool,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A number.
    Double,
    /// Base64 of bytes.
    Bytes,
    /// `intstr.IntOrString`.
    IntOrString,
    /// `resource.Quantity`.
    Quantity,
    /// `metav1.Time`: RFC 3339.
    Time,
    /// `metav1.MicroTime`: RFC 3339 with six digits of fraction.
    MicroTime,
    /// `metav1.Duration`: `1h30m`.
    Duration,
    /// A JSON schema or a boolean (in CustomResourceDefinitions).
    SchemaOrBool,
    /// A JSON schema or a list of them.
    SchemaOrArray,
    /// A JSON schema or a list of strings.
    SchemaOrStrings,
    /// A struct.
    Struct(TypeId),
    /// A list.
    List(TypeRef),
    /// A map with string keys.
    Map(TypeRef),
}

/// Scalars in the order of the first rows of `REFS`.
const SCALARS: [Shape; 15] = [
    Shape::Any,
    Shape::String,
    Shape::Bool,
    Shape::Int32,
    Shape::Int64,
    Shape::Double,
    Shape::Bytes,
    Shape::IntOrString,
    Shape::Quantity,
    Shape::Time,
    Shape::MicroTime,
    Shape::Duration,
    Shape::SchemaOrBool,
    Shape::SchemaOrArray,
    Shape::SchemaOrStrings,
];

impl TypeRef {
    /// Any JSON value.
    pub const ANY: Self = Self(0);
    /// A string.
    pub const STRING: Self = Self(1);
}

/// How a server merges and compares a list (`x-kubernetes-list-type`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ListType {
    /// As a whole, or the field is no list.
    #[default]
    Atomic,
    /// Items are unique.
    Set,
    /// Items are told apart by some of their fields.
    Map,
}

/// A field of a struct type.
#[derive(Clone, Copy, Debug)]
pub struct Field<'t> {
    /// Position in its type.
    pub index: u16,
    /// JSON name.
    pub name: &'t str,
    /// Where it exists (with this type).
    pub minors: MinorSet,
    /// Its type.
    pub ty: TypeRef,
    /// The published schema calls it required. The server's decoder does not ask for it; its validation may.
    pub required: bool,
    /// For lists.
    pub list: ListType,
    /// Names of the fields that tell items apart, joined by `,`.
    pub keys: &'t str,
    /// Allowed values, joined by `|`; empty if not known.
    pub values: &'t str,
    /// The marked default, as text; empty if none.
    pub default: &'t str,
    /// Go: embedded structs on the way to it, joined by `.`.
    pub via: &'t str,
    /// Go: its type and those of what it holds, joined by `|`, where the published type does not tell.
    pub go: &'t str,
}

/// A struct type.
#[derive(Clone, Copy, Debug)]
pub struct Type<'t> {
    types: &'t Types,
    id: TypeId,
    /// Published name: `io.k8s.api.core.v1.Container`.
    pub name: &'t str,
    /// Where it exists.
    pub minors: MinorSet,
}

/// Where objects of a kind live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// In the cluster.
    Cluster,
    /// In a namespace.
    Namespaced,
    /// A list of objects; only the envelope of a file.
    List,
    /// The body of a subresource; no object of its own.
    Subresource,
}

/// A kind.
#[derive(Clone, Copy, Debug)]
pub struct Kind<'t> {
    /// `apps`; empty for the core group.
    pub group: &'t str,
    /// `v1`.
    pub version: &'t str,
    /// `Deployment`.
    pub kind: &'t str,
    /// `deployments`; empty for lists and bodies of subresources.
    pub plural: &'t str,
    /// Its type.
    pub ty: TypeId,
    /// Where its type exists.
    pub minors: MinorSet,
    /// Where a server with default settings serves it.
    pub served: MinorSet,
    /// Where its objects live.
    pub scope: Scope,
    /// First version, `1.9`; empty if not known.
    pub introduced: &'t str,
    /// Deprecated since; empty if not.
    pub deprecated: &'t str,
    /// First version that does not serve it; empty if none is announced.
    pub removed: &'t str,
    /// `apps/v1 Deployment`; empty if none is named.
    pub replacement: &'t str,
    /// The warning that a CustomResourceDefinition gives its deprecated version.
    pub warning: Option<&'t str>,
    /// Made by a CustomResourceDefinition.
    pub custom: bool,
}

impl Kind<'_> {
    /// True if its objects live in namespaces.
    pub fn namespaced(&self) -> bool {
        self.scope == Scope::Namespaced
    }

    /// `apps/v1`, or `v1` in the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.into() } else { format!("{}/{}", self.group, self.version) }
    }
}

/// A kind that servers stopped serving, or will.
#[derive(Clone, Copy, Debug)]
pub struct Removed {
    /// `extensions`.
    pub group: &'static str,
    /// `v1beta1`.
    pub version: &'static str,
    /// `Ingress`.
    pub kind: &'static str,
    /// First version that served it.
    pub introduced: &'static str,
    /// Deprecated since; empty if it never was.
    pub deprecated: &'static str,
    /// First version that does not serve it.
    pub removed: &'static str,
    /// `networking.k8s.io/v1 Ingress`; empty if there is none.
    pub replacement: &'static str,
    /// What else to know.
    pub note: &'static str,
}

/// A struct type of a custom resource.
#[derive(Debug)]
pub(super) struct OwnType {
    pub(super) name: Box<str>,
    /// Sorted by name.
    pub(super) fields: Vec<OwnField>,
}

/// A field of a struct type of a custom resource.
#[derive(Debug)]
pub(super) struct OwnField {
    pub(super) name: Box<str>,
    pub(super) ty: TypeRef,
    pub(super) required: bool,
    pub(super) list: ListType,
    pub(super) keys: Box<str>,
}

/// A reference of a custom resource, with what its schema asks beyond the shape.
#[derive(Debug)]
pub(super) struct OwnRef {
    pub(super) shape: Shape,
    pub(super) rules: Rules,
}

/// A kind made by a CustomResourceDefinition.
#[derive(Debug)]
pub(super) struct OwnKind {
    pub(super) group: Box<str>,
    pub(super) version: Box<str>,
    pub(super) kind: Box<str>,
    pub(super) plural: Box<str>,
    pub(super) namespaced: bool,
    pub(super) served: bool,
    pub(super) deprecated: Option<Box<str>>,
    /// `status` belongs to a subresource: it is dropped when the object is created.
    pub(super) status_subresource: bool,
    pub(super) ty: TypeId,
    pub(super) root: TypeRef,
}

/// All types that are known in a run: the built-in ones, and those of the CustomResourceDefinitions that were added.
#[derive(Debug, Default)]
pub struct Types {
    structs: Vec<OwnType>,
    refs: Vec<OwnRef>,
    pub(super) kinds: Vec<OwnKind>,
}

/// The set of minors that a row of the tables numbers.
fn minor_set(number: u16) -> MinorSet {
    MinorSet::from_bits(MINORS.get(usize::from(number)).copied().unwrap_or(0))
}

fn builtin_kind<'t>(row: &[u16; 12]) -> Kind<'t> {
    let text = generated::text;
    Kind {
        group: text(row[0]),
        version: text(row[1]),
        kind: text(row[2]),
        ty: TypeId(u32::from(row[3])),
        minors: minor_set(row[4]),
        plural: text(row[5]),
        scope: match row[6] {
            0 => Scope::Cluster,
            1 => Scope::Namespaced,
            2 => Scope::List,
            _ => Scope::Subresource,
        },
        served: minor_set(row[7]),
        introduced: text(row[8]),
        deprecated: text(row[9]),
        removed: text(row[10]),
        replacement: text(row[11]),
        warning: None,
        custom: false,
    }
}

impl OwnKind {
    fn view(&self) -> Kind<'_> {
        Kind {
            group: &self.group,
            version: &self.version,
            kind: &self.kind,
            plural: &self.plural,
            ty: self.ty,
            minors: MinorSet::ALL,
            served: if self.served { MinorSet::ALL } else { MinorSet::NONE },
            scope: if self.namespaced { Scope::Namespaced } else { Scope::Cluster },
            introduced: "",
            deprecated: "",
            removed: "",
            replacement: "",
            warning: self.deprecated.as_deref(),
            custom: true,
        }
    }
}

impl Types {
    /// The built-in types.
    pub fn builtin() -> Self {
        Self::default()
    }

    /// The kind of that name; a custom one only if it is not built in. It may be unserved in the minor you think of.
    pub fn kind(&self, group: &str, version: &str, kind: &str) -> Option<Kind<'_>> {
        let builtin = || {
            let key = [generated::number(kind)?, generated::number(group)?, generated::number(version)?];
            let at = KINDS.binary_search_by_key(&key, |row| [row[2], row[0], row[1]]).ok()?;
            Some(builtin_kind(&KINDS[at]))
        };
        builtin().or_else(|| self.own_kind(group, version, kind).map(OwnKind::view))
    }

    pub(super) fn own_kind(&self, group: &str, version: &str, kind: &str) -> Option<&OwnKind> {
        self.kinds.iter().find(|k| &*k.kind == kind && &*k.group == group && &*k.version == version)
    }

    /// All kinds, built-in ones first, by name.
    pub fn kinds(&self) -> impl Iterator<Item = Kind<'_>> {
        // Whoever asks for all of them looks for one by its name, often again and again.
        static BUILTIN: LazyLock<Vec<Kind<'static>>> =
            LazyLock::new(|| KINDS.iter().map(builtin_kind).collect());
        BUILTIN.iter().copied().chain(self.kinds.iter().map(OwnKind::view))
    }

    /// A struct type.
    pub fn get(&self, id: TypeId) -> Type<'_> {
        let at = id.0 as usize;
        let (name, minors) = match TYPES.get(at) {
            Some(row) => (generated::text(row[0]), minor_set(row[1])),
            None => (self.structs.get(at - TYPES.len()).map_or("", |t| &*t.name), MinorSet::ALL),
        };
        Type { types: self, id, name, minors }
    }

    /// A built-in struct type by its published name.
    pub fn named(&self, name: &str) -> Option<Type<'_>> {
        let number = generated::number(name)?;
        let at = TYPES.binary_search_by_key(&number, |row| row[0]).ok()?;
        Some(self.get(TypeId(at as u32)))
    }

    /// What a reference refers to.
    pub fn shape(&self, reference: TypeRef) -> Shape {
        let at = reference.0 as usize;
        match REFS.get(at) {
            Some(&[REF_STRUCT, ty]) => Shape::Struct(TypeId(u32::from(ty))),
            Some(&[REF_LIST, item]) => Shape::List(TypeRef(u32::from(item))),
            Some(&[REF_MAP, value]) => Shape::Map(TypeRef(u32::from(value))),
            Some(&[scalar, _]) => SCALARS.get(usize::from(scalar)).copied().unwrap_or(Shape::Any),
            None => self.refs.get(at - REFS.len()).map_or(Shape::Any, |r| r.shape),
        }
    }

    /// What the schema of a custom resource asks of a value beyond its shape.
    pub(super) fn rules(&self, reference: TypeRef) -> Option<&Rules> {
        (reference.0 as usize).checked_sub(REFS.len()).and_then(|at| self.refs.get(at)).map(|r| &r.rules)
    }

    pub(super) fn add_type(&mut self, ty: OwnType) -> TypeId {
        self.structs.push(ty);
        TypeId((TYPES.len() + self.structs.len() - 1) as u32)
    }

    pub(super) fn add_ref(&mut self, reference: OwnRef) -> TypeRef {
        self.refs.push(reference);
        TypeRef((REFS.len() + self.refs.len() - 1) as u32)
    }

    /// What became of a kind that servers stopped serving (or will).
    pub fn removed(group: &str, version: &str, kind: &str) -> Option<Removed> {
        let key = [generated::number(kind)?, generated::number(group)?, generated::number(version)?];
        let at = REMOVED.binary_search_by_key(&key, |row| [row[2], row[0], row[1]]).ok()?;
        let text = |column: usize| generated::text(REMOVED[at][column]);
        Some(Removed {
            group: text(0),
            version: text(1),
            kind: text(2),
            introduced: text(3),
            deprecated: text(4),
            removed: text(5),
            replacement: text(6),
            note: text(7),
        })
    }

    /// True for groups that belong to Kubernetes itself: without a dot, or below `k8s.io` with tables of it.
    pub fn builtin_group(group: &str) -> bool {
        let Some(number) = generated::number(group) else { return false };
        KINDS.iter().any(|row| row[0] == number) || REMOVED.iter().any(|row| row[0] == number)
    }
}

impl<'t> Type<'t> {
    /// Its handle.
    pub fn id(self) -> TypeId {
        self.id
    }

    /// The name Go prints for the struct: `Container`.
    pub fn short(self) -> &'t str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }

    /// Package and name as Go prints the type: `v1.Container`.
    pub fn go(self) -> &'t str {
        let mut dots = self.name.rmatch_indices('.');
        dots.next();
        dots.next().map_or(self.name, |(at, _)| &self.name[at + 1..])
    }

    /// Rows of its fields, if it is built in.
    fn rows(self) -> Option<&'static [[u16; 9]]> {
        let row = TYPES.get(self.id.0 as usize)?;
        FIELDS.get(usize::from(row[2])..usize::from(row[3]))
    }

    fn own(self) -> &'t [OwnField] {
        let at = (self.id.0 as usize).wrapping_sub(TYPES.len());
        self.types.structs.get(at).map_or(&[], |t| &t.fields)
    }

    /// Number of rows of fields.
    pub fn len(self) -> usize {
        self.rows().map_or_else(|| self.own().len(), <[_]>::len)
    }

    /// True for a type without fields.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The field at a position.
    pub fn field_at(self, index: u16) -> Option<Field<'t>> {
        let at = usize::from(index);
        let text = generated::text;
        if let Some(rows) = self.rows() {
            let row = rows.get(at)?;
            return Some(Field {
                index,
                name: text(row[0]),
                minors: minor_set(row[1]),
                ty: TypeRef(u32::from(row[2])),
                required: row[3] & 4 != 0,
                list: match row[3] & 3 {
                    2 => ListType::Set,
                    3 => ListType::Map,
                    _ => ListType::Atomic,
                },
                keys: text(row[4]),
                values: text(row[5]),
                default: text(row[6]),
                via: text(row[7]),
                go: text(row[8]),
            });
        }
        let field = self.own().get(at)?;
        Some(Field {
            index,
            name: &field.name,
            minors: MinorSet::ALL,
            ty: field.ty,
            required: field.required,
            list: field.list,
            keys: &field.keys,
            values: "",
            default: "",
            via: "",
            go: "",
        })
    }

    /// Its fields by name. A field whose type changed has a row for each.
    pub fn fields(self) -> impl Iterator<Item = Field<'t>> {
        (0..self.len() as u16).filter_map(move |index| self.field_at(index))
    }

    /// The field of that name, in whatever minors it exists; the first row if its type changed.
    pub fn field(self, name: &str) -> Option<Field<'t>> {
        self.field_at(self.position(name)?)
    }

    /// The position of the field of that name (the first row).
    fn position(self, name: &str) -> Option<u16> {
        let Some(row) = TYPES.get(self.id.0 as usize) else {
            let own = self.own();
            let at = own.partition_point(|f| &*f.name < name);
            return own.get(at).filter(|f| &*f.name == name).map(|_| at as u16);
        };
        let (first, end) = (usize::from(row[2]), usize::from(row[3]));
        let (prefixes, rows) = (PREFIXES.get(first..end)?, FIELDS.get(first..end)?);
        let prefix = generated::prefix(name.as_bytes());
        let at = prefixes.partition_point(|&p| p < prefix);
        let mut same = prefixes[at..].iter().zip(&rows[at..]).take_while(|&(&p, _)| p == prefix);
        let found = same.position(|(_, row)| generated::text(row[0]) == name)?;
        Some((at + found) as u16)
    }

    /// Position, minors and type of the field of that name that exists in one of `minors`, else of the first.
    pub(super) fn lookup(self, name: &str, minors: MinorSet) -> Option<(u16, MinorSet, TypeRef)> {
        let at = self.position(name)?;
        if let Some(rows) = self.rows() {
            let row = rows.get(usize::from(at))?;
            let here = minor_set(row[1]);
            if !here.and(minors).is_empty() {
                return Some((at, here, TypeRef(u32::from(row[2]))));
            }
        }
        let field = self.field_in(name, minors)?;
        Some((field.index, field.minors, field.ty))
    }

    /// The field of that name that exists in one of `minors`, else the first.
    pub fn field_in(self, name: &str, minors: MinorSet) -> Option<Field<'t>> {
        let first = self.field(name)?;
        if !first.minors.and(minors).is_empty() {
            return Some(first);
        }
        Some(self.fields_named(name).find(|f| !f.minors.and(minors).is_empty()).unwrap_or(first))
    }

    /// All rows of a field: one for each type that it had.
    pub fn fields_named(self, name: &str) -> impl Iterator<Item = Field<'t>> {
        let first = self.field(name).map_or(u16::MAX, |field| field.index);
        let rest = (first..self.len() as u16).filter_map(move |index| self.field_at(index));
        rest.take_while(move |field| field.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::minor::Minor;

    #[test]
    fn every_row_is_found_by_its_name() {
        let types = Types::builtin();
        for row in &TYPES {
            let ty = types.named(generated::text(row[0])).unwrap();
            for field in ty.fields() {
                assert_eq!(
                    ty.field(field.name).map(|f| f.name),
                    Some(field.name),
                    "{} {}",
                    ty.name,
                    field.name
                );
                assert!(!field.minors.without(ty.minors).iter().any(|_| true), "{} {}", ty.name, field.name);
            }
        }
        for kind in types.kinds() {
            assert!(types.kind(kind.group, kind.version, kind.kind).is_some(), "{kind:?}");
        }
    }

    #[test]
    fn a_container() {
        let types = Types::builtin();
        let container = types.named("io.k8s.api.core.v1.Container").unwrap();
        assert_eq!((container.short(), container.go()), ("Container", "v1.Container"));
        let ports = container.field("ports").unwrap();
        assert_eq!((ports.list, ports.keys), (ListType::Map, "containerPort,protocol"));
        let Shape::List(port) = types.shape(ports.ty) else { panic!("{ports:?}") };
        let Shape::Struct(port) = types.shape(port) else { panic!("{port:?}") };
        assert_eq!(types.get(port).field("protocol").unwrap().values, "SCTP|TCP|UDP");
        assert_eq!(container.field("resizePolicy").unwrap().minors.first(), Minor::parse("1.27"));
        assert_eq!(container.field("imagePullPolicy").unwrap().go, "v1.PullPolicy");
        assert!(container.field("Image").is_none());
    }

    #[test]
    fn kinds() {
        let types = Types::builtin();
        let deployment = types.kind("apps", "v1", "Deployment").unwrap();
        assert_eq!((deployment.plural, deployment.namespaced()), ("deployments", true));
        assert_eq!(types.get(deployment.ty).short(), "Deployment");
        let old = types.kind("apps", "v1beta1", "Deployment").unwrap();
        assert_eq!(
            (old.minors.to_string(), old.served.to_string()),
            ("1.10 to 1.17".into(), "1.10 to 1.15".into())
        );
        assert!(types.kind("apps", "v1alpha1", "Deployment").is_none());
        assert_eq!(types.kind("", "v1", "PodList").unwrap().scope, Scope::List);
        let removed = Types::removed("extensions", "v1beta1", "Ingress").unwrap();
        assert_eq!((removed.removed, removed.replacement), ("1.22", "networking.k8s.io/v1 Ingress"));
    }
}
