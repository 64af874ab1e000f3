//! An object's values as they stand after defaulting and mutation: an overlay over arena views.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::owned::Owned;
use crate::finding::Place;
use crate::yaml::{self, Children, Kind, View};

/// What was added to a document, or put in place of a part of it. Keyed by the index of the arena node.
#[derive(Clone, Default, Debug)]
pub struct Overlay {
    added: FxHashMap<u32, Vec<(Cow<'static, str>, Owned)>>,
    /// A bit for each node, by the end of its index, that something was added to: validation asks for many fields that
    /// are not there, and nearly all of them of nodes that nothing was added to.
    may_have: u64,
    /// The same for the names of what was added, wherever.
    may_be_named: u64,
    replaced: FxHashMap<u32, Owned>,
}

impl Overlay {
    /// An overlay that changes nothing.
    pub fn none() -> &'static Self {
        static NONE: std::sync::LazyLock<Overlay> = std::sync::LazyLock::new(Overlay::default);
        &NONE
    }

    /// Sets a key of the mapping at an arena node. A key that the mapping has is replaced.
    pub fn set(&mut self, map: View<'_>, name: impl Into<Cow<'static, str>>, value: impl Into<Owned>) {
        let name = name.into();
        if let Some(old) = map.get(&name) {
            self.replace(old, value);
            return;
        }
        self.may_have |= bit(map.index());
        self.may_be_named |= bit_of_name(&name);
        let added = self.added.entry(map.index()).or_default();
        match added.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value.into(),
            None => added.push((name, value.into())),
        }
    }

    /// False if certainly no key of that name was added to the mapping at an arena node.
    #[inline]
    fn may_have_added(&self, map: View<'_>, name: &str) -> bool {
        self.may_have & bit(map.index()) != 0 && self.may_be_named & bit_of_name(name) != 0
    }

    /// What was added to the mapping at an arena node.
    fn added_to(&self, map: View<'_>) -> &[(Cow<'static, str>, Owned)] {
        if self.may_have & bit(map.index()) == 0 {
            return &[];
        }
        self.added.get(&map.index()).map_or(&[], Vec::as_slice)
    }

    /// The value of a key that was added to the mapping at an arena node.
    fn added<'a>(&'a self, map: View<'_>, name: &str) -> Option<Value<'a>> {
        if !self.may_have_added(map, name) {
            return None;
        }
        let (_, owned) = self.added_to(map).iter().find(|(key, _)| key == name)?;
        Some(Value::Made(owned, map.place()))
    }

    /// Puts a value in the place of an arena node.
    pub fn replace(&mut self, node: View<'_>, value: impl Into<Owned>) {
        self.replaced.insert(node.index(), value.into());
    }

    /// What was added to the mapping at an arena node, to be changed further.
    pub fn added_mut(&mut self, map: View<'_>, name: &str) -> Option<&mut Owned> {
        self.added.get_mut(&map.index())?.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// True if the node was replaced.
    pub fn is_replaced(&self, node: View<'_>) -> bool {
        self.replaced.contains_key(&node.index())
    }

    /// What stands in the place of an arena node, to be changed further; null if nothing did.
    pub(super) fn replace_or_keep(&mut self, node: View<'_>) -> &mut Owned {
        self.replaced.entry(node.index()).or_insert(Owned::Null)
    }

    /// Drops a key of the mapping at an arena node.
    pub fn remove(&mut self, map: View<'_>, name: &str) {
        if let Some(old) = map.get(name) {
            self.replace(old, Owned::Null);
        } else if let Some(added) = self.added.get_mut(&map.index()) {
            added.retain(|(key, _)| key != name);
        }
    }

    /// True if it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.replaced.is_empty()
    }
}

/// The bit of an arena node in a set of few.
const fn bit(index: u32) -> u64 {
    1 << (index % u64::BITS)
}

/// The bit of a name.
#[inline]
fn bit_of_name(name: &str) -> u64 {
    let ends = name.as_bytes().first().zip(name.as_bytes().last());
    ends.map_or(1, |(first, last)| bit(4 * name.len() as u32 + 3 * u32::from(*first) + u32::from(*last)))
}

/// A value of an object: in the file, or added to it.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// In the file.
    File(View<'a>, &'a Overlay),
    /// Added; the place is that of the nearest value in the file.
    Made(&'a Owned, Place),
}

impl<'a> Value<'a> {
    /// The value of a view under an overlay.
    pub fn new(view: View<'a>, overlay: &'a Overlay) -> Self {
        match overlay.replaced.get(&view.index()) {
            Some(owned) => Self::Made(owned, view.place()),
            None => Self::File(view, overlay),
        }
    }

    /// A view as it is written.
    pub fn plain(view: View<'a>) -> Self {
        Self::File(view, Overlay::none())
    }

    /// The view, if it is in the file.
    pub fn view(self) -> Option<View<'a>> {
        match self {
            Self::File(view, _) => Some(view),
            Self::Made(..) => None,
        }
    }

    /// Its place, or that of what it was added to.
    pub fn place(self) -> Place {
        match self {
            Self::File(view, _) => view.place(),
            Self::Made(_, place) => place,
        }
    }

    /// True if there is certainly no such key: told without looking for it.
    #[inline]
    pub(crate) fn lacks(self, name: &str) -> bool {
        match self {
            Self::File(view, overlay) => !view.may_have(name) && !overlay.may_have_added(view, name),
            Self::Made(..) => false,
        }
    }

    /// The value of a key; null counts as absent, as in Go's pointers, lists and maps.
    pub fn get(self, name: &str) -> Option<Value<'a>> {
        let value = match self {
            Self::File(view, overlay) => match view.get(name) {
                Some(found) => Value::new(found, overlay),
                None => overlay.added(view, name)?,
            },
            Self::Made(owned, place) => Value::Made(owned.get(name)?, place),
        };
        (!value.is_null()).then_some(value)
    }

    /// The same with the place of its key, if that is in the file.
    #[inline]
    pub fn entry(self, name: &str) -> Option<(Option<Place>, Value<'a>)> {
        let (place, value) = match self {
            Self::File(view, overlay) => match view.entry(name) {
                Some((key, found)) => (Some(key.place()), Value::new(found, overlay)),
                None => (None, overlay.added(view, name)?),
            },
            Self::Made(..) => (None, self.get(name)?),
        };
        (!value.is_null()).then_some((place, value))
    }

    /// The value at the end of a path of keys.
    pub fn at(self, path: &[&str]) -> Option<Value<'a>> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// Place of the key `name` if it is in the file, else of this value.
    pub fn key_place(self, name: &str) -> Place {
        match self {
            Self::File(view, _) => view.entry(name).map_or_else(|| view.place(), |(key, _)| key.place()),
            Self::Made(_, place) => place,
        }
    }

    /// True for null.
    pub fn is_null(self) -> bool {
        match self {
            Self::File(view, _) => view.is_null(),
            Self::Made(owned, _) => matches!(owned, Owned::Null),
        }
    }

    /// True for a string that is not empty.
    pub fn has_text(self) -> bool {
        match self {
            Self::File(view, _) => view.has_text(),
            Self::Made(owned, _) => matches!(owned, Owned::Str(text) if !text.is_empty()),
        }
    }

    /// The string, if it is one.
    pub fn as_str(self) -> Option<&'a str> {
        match self {
            Self::File(view, _) => view.as_str(),
            Self::Made(Owned::Str(text), _) => Some(text),
            Self::Made(..) => None,
        }
    }

    /// The text of a string, or of a number or boolean in JSON (int-or-string and quantities may be numbers).
    pub fn as_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::File(view, _) => match view.kind() {
                Kind::Seq | Kind::Map | Kind::Null => None,
                _ => Some(Cow::Borrowed(view.text())),
            },
            Self::Made(Owned::Str(text), _) => Some(Cow::Borrowed(text)),
            Self::Made(Owned::Int(number), _) => Some(Cow::Owned(number.to_string())),
            Self::Made(Owned::Number(text), _) => Some(Cow::Borrowed(text)),
            Self::Made(Owned::Bool(value), _) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Self::Made(..) => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_i64(self) -> Option<i64> {
        match self {
            Self::File(view, _) => view.as_i64(),
            Self::Made(Owned::Int(number), _) => Some(*number),
            Self::Made(..) => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(self) -> Option<bool> {
        match self {
            Self::File(view, _) => view.as_bool(),
            Self::Made(Owned::Bool(value), _) => Some(*value),
            Self::Made(..) => None,
        }
    }

    /// True if it is a list.
    pub fn is_seq(self) -> bool {
        match self {
            Self::File(view, _) => view.kind() == Kind::Seq,
            Self::Made(owned, _) => matches!(owned, Owned::Seq(_)),
        }
    }

    /// True if it is a mapping.
    pub fn is_map(self) -> bool {
        match self {
            Self::File(view, _) => view.kind() == Kind::Map,
            Self::Made(owned, _) => matches!(owned, Owned::Map(_)),
        }
    }

    /// True if both say the same; the order of keys does not count. Mirrors `reflect.DeepEqual` of decoded JSON.
    pub fn equals(self, other: Value<'_>) -> bool {
        if self.is_map() || other.is_map() {
            let (mut own, mut others): (Vec<_>, Vec<_>) =
                (self.entries().collect(), other.entries().collect());
            if !(self.is_map() && other.is_map()) || own.len() != others.len() {
                return false;
            }
            // Most often both have one order.
            if own.iter().zip(&others).any(|((key, _), (other, _))| key != other) {
                own.sort_by_key(|(key, _)| *key);
                others.sort_by_key(|(key, _)| *key);
            }
            return own
                .into_iter()
                .zip(others)
                .all(|((key, value), (other, found))| key == other && value.equals(found));
        }
        if self.is_seq() || other.is_seq() {
            let (mut own, mut others) = (self.items(), other.items());
            return self.is_seq()
                && other.is_seq()
                && loop {
                    match (own.next(), others.next()) {
                        (None, None) => break true,
                        (Some(value), Some(found)) if value.equals(found) => {}
                        _ => break false,
                    }
                };
        }
        match (self.as_str(), other.as_str()) {
            (Some(text), Some(same)) => text == same,
            (None, None) => self.as_text() == other.as_text(),
            _ => false,
        }
    }

    /// Items of a list; none for anything else.
    pub fn items(self) -> Items<'a> {
        match self {
            Self::File(view, overlay) => Items::File(view.items(), overlay),
            Self::Made(Owned::Seq(items), place) => Items::Made(items.iter(), place),
            Self::Made(_, place) => Items::Made([].iter(), place),
        }
    }

    /// Keys and values of a mapping: those of the file in order, then those added. None for anything else.
    pub fn entries(self) -> Entries<'a> {
        match self {
            Self::File(view, overlay) => Entries {
                file: Some((view.entries(), overlay)),
                made: overlay.added_to(view).iter(),
                of: self,
            },
            Self::Made(Owned::Map(entries), _) => Entries { file: None, made: entries.iter(), of: self },
            Self::Made(..) => Entries { file: None, made: [].iter(), of: self },
        }
    }

    /// The same with the places of the keys that are in the file.
    pub fn placed_entries(self) -> impl Iterator<Item = (Option<Place>, &'a str, Value<'a>)> {
        let mut entries = self.entries();
        std::iter::from_fn(move || {
            if let Some((key, value)) = entries.next_in_file() {
                return Some((Some(key.place()), key.text(), value));
            }
            entries.next_made().map(|(key, value)| (None, key, value))
        })
    }

    /// `get` then `as_str`, empty if absent: how Go reads a plain string field.
    pub fn str(self, name: &str) -> &'a str {
        self.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// `get` then `as_i64`.
    pub fn int(self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_i64)
    }

    /// `get` then `as_bool`, false if absent.
    pub fn flag(self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Items of the list at a key; none if absent.
    pub fn list(self, name: &str) -> impl Iterator<Item = Value<'a>> {
        self.get(name).into_iter().flat_map(Value::items)
    }

    /// Entries of the mapping at a key; none if absent.
    pub fn map(self, name: &str) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        self.get(name).into_iter().flat_map(Value::entries)
    }
}

/// Items of a list.
#[derive(Clone, Debug)]
pub enum Items<'a> {
    /// Those of a file, as they read under an overlay.
    File(Children<'a>, &'a Overlay),
    /// Those of a value that was made, at its place.
    Made(std::slice::Iter<'a, Owned>, Place),
}

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        match self {
            Self::File(items, overlay) => items.next().map(|view| Value::new(view, overlay)),
            Self::Made(items, place) => items.next().map(|owned| Value::Made(owned, *place)),
        }
    }
}

/// Keys and values of a mapping: those of the file, then those that were made.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    file: Option<(yaml::Entries<'a>, &'a Overlay)>,
    made: std::slice::Iter<'a, (Cow<'static, str>, Owned)>,
    of: Value<'a>,
}

impl<'a> Entries<'a> {
    /// The next key of the file, and its value.
    fn next_in_file(&mut self) -> Option<(View<'a>, Value<'a>)> {
        let (entries, overlay) = self.file.as_mut()?;
        let Some((key, value)) = entries.next() else {
            self.file = None;
            return None;
        };
        Some((key, Value::new(value, overlay)))
    }

    /// The next one that was made.
    fn next_made(&mut self) -> Option<(&'a str, Value<'a>)> {
        let (key, owned) = self.made.next()?;
        Some((key.as_ref(), Value::Made(owned, self.of.place())))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some((key, value)) = self.next_in_file() {
            return Some((key.text(), value));
        }
        self.next_made()
    }
}
