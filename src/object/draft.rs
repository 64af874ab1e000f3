//! A value being changed: what defaulting and mutating admission write through.

use std::borrow::Cow;

use super::{Overlay, Owned, Value};
use crate::finding::Place;
use crate::yaml::{Kind, View};

/// A value of an object that may be changed. Changes to a value of the file go to the overlay, changes to a value that
/// was made go to that value; the code that writes defaults does not see the difference.
///
/// As in Go's decoded structs, null is absent, and a null item of a list of objects is an empty object. Nothing is
/// written into a value that is no mapping: typing has already said what is wrong with it.
#[derive(Debug)]
pub enum Draft<'d, 'e> {
    /// In the file.
    File(View<'d>, &'e mut Overlay),
    /// Added; the place is that of the nearest value in the file.
    Made(&'e mut Owned, Place),
}

impl<'d, 'e> Draft<'d, 'e> {
    /// The value of a view under an overlay, to be changed.
    pub fn new(view: View<'d>, overlay: &'e mut Overlay) -> Self {
        if overlay.is_replaced(view) {
            let place = view.place();
            return Self::Made(overlay.replace_or_keep(view), place);
        }
        Self::File(view, overlay)
    }

    /// The value as it stands.
    pub fn read(&self) -> Value<'_> {
        match self {
            Self::File(view, overlay) => Value::File(*view, overlay),
            Self::Made(owned, place) => Value::Made(owned, *place),
        }
    }

    /// The value of a key, to be changed; null counts as absent.
    pub fn get(&mut self, name: &str) -> Option<Draft<'d, '_>> {
        match self {
            Self::File(view, overlay) => {
                if let Some(found) = view.get(name) {
                    let draft = Draft::new(found, overlay);
                    (!draft.read().is_null()).then_some(draft)
                } else {
                    let place = view.place();
                    let owned = overlay.added_mut(*view, name)?;
                    (*owned != Owned::Null).then_some(Draft::Made(owned, place))
                }
            }
            Self::Made(Owned::Map(entries), place) => {
                let (_, owned) = entries.iter_mut().find(|(key, _)| key == name)?;
                (*owned != Owned::Null).then_some(Draft::Made(owned, *place))
            }
            Self::Made(..) => None,
        }
    }

    /// The value at the end of a path of keys, to be changed.
    pub fn with(&mut self, path: &[&str], change: impl FnOnce(&mut Draft<'d, '_>)) {
        match path.split_first() {
            None => change(&mut self.again()),
            Some((name, rest)) => {
                if let Some(mut next) = self.get(name) {
                    next.with(rest, change);
                }
            }
        }
    }

    fn again(&mut self) -> Draft<'d, '_> {
        match self {
            Self::File(view, overlay) => Draft::File(*view, overlay),
            Self::Made(owned, place) => Draft::Made(owned, *place),
        }
    }

    /// Sets a key.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Owned>) {
        let name = name.into();
        match self {
            Self::File(view, overlay) if view.kind() == Kind::Map => overlay.set(*view, name, value),
            Self::Made(Owned::Map(entries), _) => match entries.iter_mut().find(|(key, _)| *key == name) {
                Some((_, old)) => *old = value.into(),
                None => entries.push((name, value.into())),
            },
            Self::File(..) | Self::Made(..) => {}
        }
    }

    /// Sets a key that is absent: `if x == nil { x = value }`.
    pub fn default(&mut self, name: &'static str, value: impl Into<Owned>) {
        if self.read().get(name).is_none() {
            self.set(name, value);
        }
    }

    /// Sets a string that is absent or empty: `if x == "" { x = value }`.
    pub fn default_str(&mut self, name: &'static str, value: &'static str) {
        if self.read().get(name).is_none_or(|v| v.as_str() == Some("")) {
            self.set(name, value);
        }
    }

    /// Sets an integer that is absent or 0: `if x == 0 { x = value }`.
    pub fn default_int(&mut self, name: &'static str, value: i64) {
        if self.read().get(name).is_none_or(|v| v.as_i64() == Some(0)) {
            self.set(name, value);
        }
    }

    /// The value of a key, which becomes an empty mapping if it is absent. None if this is no mapping itself.
    pub fn ensure(&mut self, name: &'static str) -> Option<Draft<'d, '_>> {
        self.default(name, Owned::Map(Vec::new()));
        self.get(name)
    }

    /// Drops a key.
    pub fn remove(&mut self, name: &str) {
        match self {
            Self::File(view, overlay) => overlay.remove(*view, name),
            Self::Made(Owned::Map(entries), _) => entries.retain(|(key, _)| key != name),
            Self::Made(..) => {}
        }
    }

    /// Every item of the list of objects at a key.
    pub fn each(&mut self, name: &str, mut change: impl FnMut(&mut Draft<'d, '_>)) {
        let Some(list) = self.get(name) else { return };
        match list {
            Draft::File(view, overlay) => {
                for item in view.items() {
                    if Value::new(item, overlay).is_null() {
                        overlay.replace(item, Owned::Map(Vec::new()));
                    }
                    change(&mut Draft::new(item, overlay));
                }
            }
            Draft::Made(Owned::Seq(items), place) => {
                for item in items {
                    if *item == Owned::Null {
                        *item = Owned::Map(Vec::new());
                    }
                    change(&mut Draft::Made(item, place));
                }
            }
            Draft::Made(..) => {}
        }
    }

    /// Appends to the list at a key, which is made if it is absent.
    pub fn append(&mut self, name: &'static str, new: impl IntoIterator<Item = Owned>) {
        let mut items: Vec<Owned> = self.read().list(name).map(Owned::copy).collect();
        items.extend(new);
        self.set(name, Owned::Seq(items));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{FileId, Span};
    use crate::source::Source;
    use crate::yaml::{Document, read_json};
    use std::sync::Arc;

    fn document(text: &str) -> Document {
        let source = Arc::new(Source::new("x.json", text.into()));
        read_json(Document::new(source, FileId(0), 0, Span::new(0, text.len() as u32))).unwrap().0
    }

    #[test]
    fn null_is_absent_and_made_values_are_changed_in_place() {
        let doc = document(r#"{"a": null, "list": [null, {"x": 1}], "text": "t"}"#);
        let root = doc.root().unwrap();
        let mut overlay = Overlay::default();
        let mut draft = Draft::new(root, &mut overlay);
        draft.ensure("a").unwrap().default("b", 1);
        draft.ensure("a").unwrap().default("b", 2);
        draft.each("list", |item| item.default("x", 7));
        draft.ensure("made").unwrap().ensure("deep").unwrap().default_str("c", "d");
        // Nothing is written into a string.
        if let Some(mut text) = draft.get("text") {
            text.set("x", 1);
        }
        draft.append("list", [Owned::from("z")]);
        let value = Value::new(root, &overlay);
        assert_eq!(value.at(&["a", "b"]).and_then(Value::as_i64), Some(1));
        assert_eq!(value.at(&["made", "deep", "c"]).and_then(Value::as_str), Some("d"));
        let xs: Vec<_> = value.list("list").map(|i| i.int("x")).collect();
        assert_eq!(xs, [Some(7), Some(1), None]);
        assert!(value.at(&["text", "x"]).is_none());
    }
}
