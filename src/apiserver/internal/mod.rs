//! Objects as the server holds them in memory: Go's internal structs, whose fields have other names and another order
//! than those of JSON. Fields that may not change are compared as such structs, and printed as such in what the server
//! says about them.

mod diff;
pub(in crate::apiserver) mod kinds;
pub(in crate::apiserver) mod meta;
pub(in crate::apiserver) mod pod;
pub(in crate::apiserver) mod volume;

pub(in crate::apiserver) use diff::unified as diff;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::apiserver::go_json;
use crate::object::Value;
use crate::schema::quantity::{Format, Quantity as Amount};

/// Values inside of deeper values are not there; no struct of the tables comes near.
const MAX_DEPTH: usize = 64;

/// Type of a field.
#[derive(Clone, Copy, Debug)]
pub(in crate::apiserver) enum Go {
    /// `string`
    Text,
    /// `bool`
    Bool,
    /// `int32`, `int64`
    Int,
    /// `resource.Quantity`
    Quantity,
    /// `metav1.Time`
    Time,
    /// `intstr.IntOrString`
    IntOrString,
    /// JSON that the server does not look into.
    Any,
    /// A pointer: what it points at, or nil.
    Pointer(&'static Go),
    /// A slice.
    List(&'static Go),
    /// A map whose keys are strings.
    Map(&'static Go),
    /// A struct.
    Struct(&'static Fields),
    /// A field that JSON has beside the struct instead of in it.
    Outer(&'static Go),
    /// A field of the embedded `ObjectMeta`, which JSON has under `metadata`.
    Metadata(&'static Go),
}

/// A struct: its fields in Go's order.
pub(in crate::apiserver) type Fields = &'static [GoField];

/// A field of a struct.
#[derive(Clone, Copy, Debug)]
pub(in crate::apiserver) struct GoField {
    /// As Go's encoder prints it.
    printed: &'static str,
    /// As it is called in an object's JSON.
    json: &'static str,
    go: Go,
    /// Not printed when it is empty.
    omit_empty: bool,
}

impl GoField {
    /// Its name in Go.
    pub(in crate::apiserver) const fn printed(&self) -> &'static str {
        self.printed
    }

    /// Its name in JSON.
    pub(in crate::apiserver) const fn json(&self) -> &'static str {
        self.json
    }
}

const fn field(printed: &'static str, json: &'static str, go: Go) -> GoField {
    GoField { printed, json, go, omit_empty: false }
}

const fn tagged(printed: &'static str, json: &'static str, go: Go) -> GoField {
    GoField { printed, json, go, omit_empty: true }
}

/// A value of one of these types.
#[derive(Clone, Debug)]
pub(in crate::apiserver) enum Held<'v> {
    /// nil
    Nil,
    /// A text.
    Text(Cow<'v, str>),
    /// A number or boolean, as JSON has it.
    Plain(Cow<'v, str>),
    /// A quantity.
    Quantity(Box<Amount>),
    /// JSON that is not looked into, printed.
    Any(String),
    /// A slice; nil if there is none.
    List(Option<Vec<Held<'v>>>),
    /// A map; nil if there is none.
    Map(Option<BTreeMap<&'v str, Held<'v>>>),
    /// A struct, and its fields in their order.
    Struct(Fields, Vec<Held<'v>>),
}

impl<'v> Held<'v> {
    /// A value of an object as the server holds it. As in Go, null is absent, and what is absent is the type's zero.
    pub(in crate::apiserver) fn new(value: Option<Value<'v>>, go: &Go) -> Self {
        Self::within(value, go, None, MAX_DEPTH)
    }

    fn within(value: Option<Value<'v>>, go: &Go, outer: Option<Value<'v>>, depth: usize) -> Self {
        let value = value.filter(|value| !value.is_null() && depth > 0);
        let plain =
            |zero: &'static str| Self::Plain(value.and_then(Value::as_text).unwrap_or(Cow::Borrowed(zero)));
        match go {
            Go::Text => Self::Text(Cow::Borrowed(value.and_then(Value::as_str).unwrap_or_default())),
            Go::Bool => plain("false"),
            Go::Int => plain("0"),
            Go::Quantity => {
                let amount = value.and_then(Value::as_text).and_then(|text| Amount::parse_json(&text).ok());
                Self::Quantity(Box::new(amount.unwrap_or_else(|| Amount::new(0, Format::DecimalSI))))
            }
            Go::Time => match value.and_then(Value::as_str) {
                Some(text) => Self::Text(Cow::Borrowed(text)),
                None => Self::Nil,
            },
            Go::IntOrString => match value.and_then(Value::as_str) {
                Some(text) => Self::Text(Cow::Borrowed(text)),
                None => plain("0"),
            },
            Go::Any => match value {
                Some(value) => Self::Any(go_json::as_written(value)),
                None => Self::Nil,
            },
            Go::Pointer(to) => match value {
                Some(_) => Self::within(value, to, outer, depth),
                None => Self::Nil,
            },
            Go::List(of) => Self::List(value.filter(|v| v.is_seq()).map(|list| {
                list.items().map(|item| Self::within(Some(item), of, None, depth - 1)).collect()
            })),
            Go::Map(of) => Self::Map(value.filter(|v| v.is_map()).map(|map| {
                map.entries().map(|(key, v)| (key, Self::within(Some(v), of, None, depth - 1))).collect()
            })),
            Go::Struct(fields) => {
                let below = depth.saturating_sub(1);
                let read = |field: &GoField| match field.go {
                    Go::Outer(go) => Self::within(outer.and_then(|v| v.get(field.json)), go, None, below),
                    Go::Metadata(go) => {
                        let metadata = value.and_then(|v| v.get("metadata"));
                        Self::within(metadata.and_then(|v| v.get(field.json)), go, None, below)
                    }
                    go => Self::within(value.and_then(|v| v.get(field.json)), &go, value, below),
                };
                Self::Struct(fields, fields.iter().map(read).collect())
            }
            Go::Outer(go) | Go::Metadata(go) => Self::within(value, go, None, depth),
        }
    }

    /// A field of a struct, to be changed; by its name in Go.
    pub(in crate::apiserver) fn field_mut(&mut self, name: &str) -> Option<&mut Held<'v>> {
        let Self::Struct(fields, values) = self else { return None };
        let at = fields.iter().position(|field| field.printed == name)?;
        values.get_mut(at)
    }

    /// A field of a struct, by its name in Go.
    pub(in crate::apiserver) fn field(&self, name: &str) -> Option<&Held<'v>> {
        let Self::Struct(fields, values) = self else { return None };
        values.get(fields.iter().position(|field| field.printed == name)?)
    }

    /// Puts another struct's field in the place of this one's.
    pub(in crate::apiserver) fn take_field(&mut self, name: &str, from: &Self) {
        if let (Some(own), Some(other)) = (self.field_mut(name), from.field(name)) {
            own.clone_from(other);
        }
    }

    /// The items of a slice, to be changed.
    pub(in crate::apiserver) fn items_mut(&mut self) -> impl Iterator<Item = &mut Held<'v>> {
        let items = if let Self::List(Some(items)) = self { Some(items) } else { None };
        items.into_iter().flatten()
    }

    /// The items of a slice.
    pub(in crate::apiserver) fn items(&self) -> impl Iterator<Item = &Held<'v>> {
        let items = if let Self::List(Some(items)) = self { Some(items) } else { None };
        items.into_iter().flatten()
    }

    /// True for nil, and for empty slices and maps.
    pub(in crate::apiserver) fn is_empty(&self) -> bool {
        match self {
            Self::Nil => true,
            Self::Text(text) => text.is_empty(),
            Self::Plain(text) => matches!(&**text, "0" | "false"),
            Self::List(items) => items.as_ref().is_none_or(Vec::is_empty),
            Self::Map(entries) => entries.as_ref().is_none_or(BTreeMap::is_empty),
            Self::Quantity(_) | Self::Any(_) | Self::Struct(..) => false,
        }
    }

    /// Mirrors `Semantic.DeepEqual`: nil and empty slices and maps are the same, and so are quantities of the same amount.
    pub(in crate::apiserver) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(_), Self::List(_)) | (Self::Map(_), Self::Map(_))
                if self.is_empty() || other.is_empty() =>
            {
                self.is_empty() && other.is_empty()
            }
            (Self::List(Some(a)), Self::List(Some(b))) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Self::Map(Some(a)), Self::Map(Some(b))) => {
                a.len() == b.len() && a.iter().zip(b).all(|((k, a), (other, b))| k == other && a.same(b))
            }
            (Self::Struct(_, a), Self::Struct(_, b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Self::Quantity(a), Self::Quantity(b)) => a == b,
            (Self::Nil, Self::Nil) => true,
            (Self::Text(a), Self::Text(b)) | (Self::Plain(a), Self::Plain(b)) => a == b,
            (Self::Any(a), Self::Any(b)) => a == b,
            _ => false,
        }
    }

    /// As Go's encoder prints it.
    pub(in crate::apiserver) fn json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    /// The same over several lines, as `json.MarshalIndent` does with one space.
    fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0));
        out
    }

    fn write(&self, out: &mut String, indent: Option<usize>) {
        match self {
            Self::Nil | Self::List(None) | Self::Map(None) => out.push_str("null"),
            Self::Text(text) => out.push_str(&go_json::text(text)),
            Self::Plain(text) => out.push_str(text),
            Self::Quantity(amount) => {
                let _ = write!(out, "\"{amount}\"");
            }
            Self::Any(text) => out.push_str(&indented(text, indent)),
            Self::List(Some(items)) => {
                brackets(out, indent, ['[', ']'], items.len(), |out, at, inner| {
                    if let Some(item) = items.get(at) {
                        item.write(out, inner);
                    }
                });
            }
            Self::Map(Some(entries)) => {
                let entries: Vec<_> = entries.iter().collect();
                brackets(out, indent, ['{', '}'], entries.len(), |out, at, inner| {
                    if let Some((key, value)) = entries.get(at) {
                        let _ =
                            write!(out, "{}:{}", go_json::text(key), if inner.is_some() { " " } else { "" });
                        value.write(out, inner);
                    }
                });
            }
            Self::Struct(fields, values) => {
                let shown: Vec<_> = fields
                    .iter()
                    .zip(values)
                    .filter(|(field, v)| !field.omit_empty || !v.is_empty())
                    .collect();
                brackets(out, indent, ['{', '}'], shown.len(), |out, at, inner| {
                    if let Some((field, value)) = shown.get(at) {
                        let _ =
                            write!(out, "\"{}\":{}", field.printed, if inner.is_some() { " " } else { "" });
                        value.write(out, inner);
                    }
                });
            }
        }
    }
}

/// Writes items between brackets, on lines of their own if `indent` says how deep they are.
fn brackets(
    out: &mut String,
    indent: Option<usize>,
    [open, close]: [char; 2],
    count: usize,
    mut item: impl FnMut(&mut String, usize, Option<usize>),
) {
    out.push(open);
    let inner = indent.map(|depth| depth + 1);
    let newline = |out: &mut String, depth: Option<usize>| {
        if let Some(depth) = depth {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', depth));
        }
    };
    for at in 0..count {
        if at > 0 {
            out.push(',');
        }
        newline(out, inner);
        item(out, at, inner);
    }
    if count > 0 {
        newline(out, indent);
    }
    out.push(close);
}

/// JSON on one line, put on several as the rest is.
fn indented(json: &str, indent: Option<usize>) -> Cow<'_, str> {
    let Some(mut depth) = indent else { return Cow::Borrowed(json) };
    let mut out = String::with_capacity(json.len() * 2);
    let (mut in_text, mut escaped, mut opened) = (false, false, false);
    let newline = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', depth));
    };
    for c in json.chars() {
        if in_text {
            out.push(c);
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        if opened && !matches!(c, '}' | ']') {
            newline(&mut out, depth);
        }
        match c {
            '{' | '[' => {
                depth += 1;
                out.push(c);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if !opened {
                    newline(&mut out, depth);
                }
                out.push(c);
            }
            ',' => {
                out.push(c);
                newline(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                in_text = c == '"';
                out.push(c);
            }
        }
        opened = matches!(c, '{' | '[');
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{FileId, Place, Span};
    use crate::object::Owned;

    fn held(owned: &Owned, go: &Go) -> Held<'static> {
        let owned: &'static Owned = Box::leak(Box::new(owned.clone()));
        Held::new(Some(Value::Made(owned, Place::new(FileId(0), Span::default()))), go)
    }

    #[test]
    fn printed_as_go_does() {
        let source = Owned::map([("cephfs", Owned::map([("monitors", Owned::Seq(vec!["m".into()]))]))]);
        let held = held(&source, &Go::Struct(&volume::PERSISTENT_VOLUME_SOURCE));
        let ceph = held.field("CephFS").unwrap();
        assert_eq!(
            ceph.json(),
            r#"{"Monitors":["m"],"Path":"","User":"","SecretFile":"","SecretRef":null,"ReadOnly":false}"#
        );
        assert!(ceph.pretty().starts_with("{\n \"Monitors\": [\n  \"m\"\n ],\n \"Path\": \"\","));
        assert_eq!(
            indented(r#"{"a":[],"b":{"c":"x,y"}}"#, Some(0)),
            "{\n \"a\": [],\n \"b\": {\n  \"c\": \"x,y\"\n }\n}"
        );
    }

    #[test]
    fn same_as_semantic_deep_equal() {
        let list = |amount: &'static str| {
            held(
                &Owned::map([("requests", Owned::map([("cpu", amount.into())]))]),
                &Go::Struct(&pod::RESOURCE_REQUIREMENTS),
            )
        };
        assert!(list("1").same(&list("1000m")));
        assert!(!list("1").same(&list("2")));
        let empty = held(
            &Owned::map([("requests", Owned::Map(Vec::new()))]),
            &Go::Struct(&pod::RESOURCE_REQUIREMENTS),
        );
        assert!(empty.same(&held(&Owned::Map(Vec::new()), &Go::Struct(&pod::RESOURCE_REQUIREMENTS))));
    }
}
