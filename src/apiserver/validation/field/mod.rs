//! The cursor that validation walks with: a field of the object as the server names it, its value, and its place in the
//! file.
//!
//! A [`Field`] is a copy of a few words. Going to a child writes one [`Step`] into the run's list; text is made only
//! when something is said. What is said goes to the run, in order: rules read like the server's own, without a list of
//! errors that is handed around.

mod cause;
mod checks;
mod say;
pub(in crate::apiserver) mod words;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

pub use cause::{Cause, Reason, Stop};
pub(super) use checks::{DNS_LABEL_HELP, DNS_SUBDOMAIN_HELP, LABEL_KEY_HELP};
pub(super) use say::{Said, Warned};

use super::Request;
use crate::apiserver::Warning;
use crate::apiserver::admission::{Bare, Lookup};
use crate::finding::Place;
use crate::object::{Owned, Value};
use crate::schema::Minor;
use crate::schema::quantity::{Format, Quantity};
use crate::yaml::Kind;

/// One validation of one object: the request, and what was said so far.
pub(super) struct Run<'v> {
    /// What is asked of the server.
    pub(super) request: Request<'v>,
    object: Value<'v>,
    steps: RefCell<Vec<Step<'v>>>,
    causes: RefCell<Vec<Cause>>,
    /// Bytes of the sentences so far.
    said: Cell<usize>,
    warnings: RefCell<Vec<Warning>>,
    stop: RefCell<Option<Stop>>,
    /// The newest version that is told the same: no rule asked for one between the request's and it.
    until: Cell<Minor>,
    /// What a cluster knows that is asked about.
    cluster: &'v dyn Lookup,
    /// The object that exists, for a new version of it.
    stored: Option<Value<'v>>,
}

impl std::fmt::Debug for Run<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Run").field("request", &self.request).finish_non_exhaustive()
    }
}

/// A segment of a path, and the step before it.
#[derive(Clone, Copy, Debug)]
struct Step<'v> {
    parent: u32,
    segment: Segment<'v>,
}

#[derive(Clone, Copy, Debug)]
enum Segment<'v> {
    /// The object itself.
    Root,
    /// A field, or several joined by dots.
    Name(&'v str),
    /// An item of a list.
    Index(u32),
    /// An entry of a map.
    Key(&'v str),
}

/// Steps that there is room for from the start: rules about small objects take so many.
const FIRST_STEPS: usize = 64;

impl<'v> Run<'v> {
    /// A run that has said nothing.
    pub(super) fn new(request: Request<'v>, object: Value<'v>) -> Self {
        Self::of_cluster(request, object, &Bare)
    }

    /// The same where something is known of the cluster.
    pub(super) fn of_cluster(request: Request<'v>, object: Value<'v>, cluster: &'v dyn Lookup) -> Self {
        let mut steps = Vec::with_capacity(FIRST_STEPS);
        steps.push(Step { parent: 0, segment: Segment::Root });
        Self {
            request,
            object,
            steps: RefCell::new(steps),
            causes: RefCell::default(),
            said: Cell::default(),
            warnings: RefCell::default(),
            stop: RefCell::default(),
            until: Cell::new(Minor::LAST),
            cluster,
            stored: None,
        }
    }

    /// The same for a new version of an object that exists.
    pub(super) fn of_update(
        request: Request<'v>,
        object: Value<'v>,
        stored: Value<'v>,
        cluster: &'v dyn Lookup,
    ) -> Self {
        Self { stored: Some(stored), ..Self::of_cluster(request, object, cluster) }
    }

    /// The object itself.
    pub(super) fn root(&'v self) -> Field<'v> {
        Field { run: self, step: 0, value: Some(self.object), key: anchor(self.object) }
    }

    /// What was said, in the server's order.
    pub(super) fn take_causes(&self) -> Vec<Cause> {
        self.causes.take()
    }

    /// What was warned of, in the server's order.
    pub(super) fn take_warnings(&self) -> Vec<Warning> {
        self.warnings.take()
    }

    /// What the request ended with, if it was no list of errors.
    pub(super) fn take_stop(&self) -> Option<Stop> {
        self.stop.take()
    }

    /// The newest version of the server that says the same as the request's, as far as rules asked for versions.
    pub(super) fn until(&self) -> Minor {
        self.until.get()
    }

    /// True if nothing was said.
    pub(super) fn is_silent(&self) -> bool {
        self.causes.borrow().is_empty()
    }

    fn step(&self, parent: u32, segment: Segment<'v>) -> u32 {
        let mut steps = self.steps.borrow_mut();
        let at = u32::try_from(steps.len()).unwrap_or(0);
        steps.push(Step { parent, segment });
        at
    }

    /// The path at a step, as the server prints it.
    fn path(&self, step: u32) -> String {
        let steps = self.steps.borrow();
        let mut segments = Vec::new();
        let mut at = step;
        while let Some(step) = steps.get(at as usize)
            && !matches!(step.segment, Segment::Root)
        {
            segments.push(step.segment);
            at = step.parent;
        }
        let mut out = String::new();
        for segment in segments.into_iter().rev() {
            let _ = match segment {
                Segment::Root => Ok(()),
                Segment::Name(name) if out.is_empty() => out.write_str(name),
                Segment::Name(name) => write!(out, ".{name}"),
                Segment::Index(index) => write!(out, "[{index}]"),
                Segment::Key(key) => write!(out, "[{key}]"),
            };
        }
        out
    }
}

/// A field of the object: where the server says it is, what stands there, where that is in the file. Absent fields are
/// fields too. As in Go's decoded structs, null is absent, and absent text is the empty text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'v> {
    run: &'v Run<'v>,
    step: u32,
    value: Option<Value<'v>>,
    /// The key that leads to the value; for an absent field the key of what it is missing from.
    key: Place,
}

impl<'v> Field<'v> {
    /// A field of this object.
    pub(super) fn field(self, name: &'v str) -> Self {
        let mut field = Self { step: self.run.step(self.step, Segment::Name(name)), value: None, ..self };
        // Most fields that rules ask for are not there.
        if let Some(parent) = self.value
            && !parent.lacks(name)
            && let Some((key, value)) = parent.entry(name)
        {
            field.value = Some(value);
            field.key = key.unwrap_or(self.key);
        }
        field
    }

    /// The field, if it is there.
    pub(super) fn get(self, name: &'v str) -> Option<Self> {
        self.value?.get(name)?;
        Some(self.field(name))
    }

    /// The field at the end of a path of names.
    pub(super) fn at(self, path: &[&'v str]) -> Self {
        path.iter().fold(self, |field, name| field.field(name))
    }

    /// Items of the list; null items are there.
    pub(super) fn items(self) -> impl Iterator<Item = Self> {
        self.value.into_iter().flat_map(Value::items).enumerate().map(move |(i, item)| self.item(i, item))
    }

    /// Items of the list at a name.
    pub(super) fn each(self, name: &'v str) -> impl Iterator<Item = Self> {
        self.field(name).items()
    }

    fn item(self, index: usize, item: Value<'v>) -> Self {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        Self {
            step: self.run.step(self.step, Segment::Index(index)),
            value: Some(item),
            key: anchor(item),
            ..self
        }
    }

    /// Keys of the map, and its entries, which the server names `map[key]`.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'v str, Self)> {
        self.value.into_iter().flat_map(Value::placed_entries).map(move |(place, key, value)| {
            let step = self.run.step(self.step, Segment::Key(key));
            (key, Self { step, value: Some(value), key: place.unwrap_or(self.key), ..self })
        })
    }

    /// True if a map has the key, be its value null.
    pub(super) fn has(self, key: &str) -> bool {
        self.value.is_some_and(|map| map.entries().any(|(known, _)| known == key))
    }

    /// The entry of a map, which the server names `map[key]`. A null entry is there: it holds the type's zero.
    pub(super) fn entry(self, key: &'v str) -> Self {
        let step = self.run.step(self.step, Segment::Key(key));
        let value = self.value.and_then(|map| map.entries().find(|(k, _)| *k == key)).map(|(_, value)| value);
        let place =
            self.value.and_then(|map| map.entry(key)).and_then(|(place, _)| place).unwrap_or(self.key);
        Self { step, value, key: place, ..self }
    }

    /// A claim of a StatefulSet as the volume of its Pods.
    pub(super) fn as_claim_volume(self) -> Self {
        static VOLUME: std::sync::LazyLock<Owned> = std::sync::LazyLock::new(|| {
            Owned::map([("persistentVolumeClaim", Owned::map([("claimName", "claim".into())]))])
        });
        Self { value: Some(Value::Made(&VOLUME, self.key)), ..self }
    }

    /// The same value under the name that the server gives it below `parent`.
    pub(super) fn called(self, parent: Field<'v>, name: &'v str) -> Self {
        Self { step: self.run.step(parent.step, Segment::Name(name)), ..self }
    }

    /// The same value, where the server says that `other` is.
    pub(super) fn as_at(self, other: Field<'v>) -> Self {
        Self { step: other.step, ..self }
    }

    /// This value under a name of its own: what the server says about a part that is no field (`annotations.x`).
    pub(super) fn named(self, name: &'v str) -> Self {
        Self { step: self.run.step(self.step, Segment::Name(name)), ..self }
    }

    /// This value under an index of its own.
    pub(super) fn indexed(self, index: usize) -> Self {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        Self { step: self.run.step(self.step, Segment::Index(index)), ..self }
    }

    /// This value under a key of its own: what the server says about a key of a map.
    pub(super) fn keyed(self, key: &'v str) -> Self {
        let place =
            self.value.and_then(|map| map.entry(key)).and_then(|(place, _)| place).unwrap_or(self.key);
        Self { step: self.run.step(self.step, Segment::Key(key)), key: place, ..self }
    }

    /// The same field with another value, at the place of that value.
    pub(super) fn with(self, value: Option<Value<'v>>) -> Self {
        Self { value, ..self }
    }

    /// The same value where the server names no field.
    pub(super) fn nowhere(self, name: &'v str) -> Self {
        Self { step: self.run.step(0, Segment::Name(name)), ..self }
    }

    /// The object that the field is in.
    pub(super) fn root(self) -> Self {
        self.run.root()
    }

    /// The request.
    pub(super) fn request(self) -> &'v Request<'v> {
        &self.run.request
    }

    /// What is known of the cluster.
    pub(super) fn cluster(self) -> &'v dyn Lookup {
        self.run.cluster
    }

    /// The object that exists, if this is a new version of one.
    pub(super) fn stored(self) -> Option<Value<'v>> {
        self.run.stored
    }

    /// Whether the server asked is of this minor or newer.
    pub(super) fn since(self, minor: u8) -> bool {
        let is_since = self.run.request.minor.number() >= minor;
        if let (false, Some(before)) = (is_since, Minor::new(minor.saturating_sub(1))) {
            self.run.until.set(self.run.until.get().min(before));
        }
        is_since
    }

    /// Number of errors so far: a check that must stop when another has found something compares it.
    pub(super) fn said(self) -> usize {
        self.run.causes.borrow().len()
    }

    /// Number of warnings so far.
    pub(super) fn warned(self) -> usize {
        self.run.warnings.borrow().len()
    }

    /// The server's path of it.
    pub(super) fn path(self) -> String {
        self.run.path(self.step)
    }

    /// The value, if it is there.
    pub(super) fn value(self) -> Option<Value<'v>> {
        self.value
    }

    /// True if it is there.
    pub(super) fn is_set(self) -> bool {
        self.value.is_some()
    }

    /// True if it is absent.
    pub(super) fn is_unset(self) -> bool {
        self.value.is_none()
    }

    /// The text; empty if there is none.
    pub(super) fn str(self) -> &'v str {
        self.value.and_then(Value::as_str).unwrap_or_default()
    }

    /// The text of the field at a name; empty if there is none.
    pub(super) fn text(self, name: &str) -> &'v str {
        self.value.map_or("", |value| value.str(name))
    }

    /// The integer, if there is one.
    pub(super) fn int(self) -> Option<i64> {
        self.value.and_then(Value::as_i64)
    }

    /// The boolean; false if there is none.
    pub(super) fn flag(self) -> bool {
        self.bool() == Some(true)
    }

    /// The boolean, if there is one.
    pub(super) fn bool(self) -> Option<bool> {
        self.value.and_then(Value::as_bool)
    }

    /// The quantity, if there is one that can be read.
    pub(super) fn quantity(self) -> Option<Quantity> {
        let value = self.value?;
        if value.is_null() {
            return Some(Quantity::new(0, Format::DecimalSI));
        }
        Quantity::parse_json(&value.as_text()?).ok()
    }

    /// The text of a string, number or boolean.
    pub(super) fn scalar(self) -> Option<Cow<'v, str>> {
        self.value.and_then(Value::as_text)
    }

    /// Number of items or entries.
    pub(super) fn len(self) -> usize {
        match self.value {
            Some(value) if value.is_seq() => value.items().count(),
            Some(value) => value.entries().count(),
            None => 0,
        }
    }

    /// True for an absent field, an empty text, list or map.
    pub(super) fn is_empty(self) -> bool {
        match self.value {
            None => true,
            Some(value) if value.is_seq() => value.items().next().is_none(),
            Some(value) if value.is_map() => value.entries().next().is_none(),
            Some(value) => value.is_null() || value.as_str() == Some(""),
        }
    }

    /// The name of the field in the object, as far as the last segment tells it.
    pub(super) fn name(self) -> Option<&'v str> {
        let steps = self.run.steps.borrow();
        let mut at = self.step;
        loop {
            let step = steps.get(at as usize)?;
            match step.segment {
                Segment::Root => return None,
                Segment::Name(name) => return Some(name.rsplit('.').next().unwrap_or(name)),
                Segment::Key(key) => return Some(key),
                Segment::Index(_) => at = step.parent,
            }
        }
    }

    /// The place to point at: a scalar itself, else the key that leads to it; for an absent field the key of what it is
    /// missing from.
    pub(super) fn place(self) -> Place {
        match self.value {
            Some(value) if value.is_map() || value.is_seq() => self.key,
            Some(Value::Made(..)) | None => self.key,
            Some(value) => {
                let place = value.place();
                // Nothing stands behind the key.
                if place.span.start == place.span.end { self.key } else { place }
            }
        }
    }

    /// The key that leads to it.
    pub(super) fn key_place(self) -> Place {
        self.key
    }

    /// The value as Go prints it inside an error: text quoted, numbers plain, all else as JSON.
    pub(super) fn printed(self) -> String {
        match self.value {
            None => "\"\"".to_owned(),
            Some(Value::File(view, _)) if view.kind() == Kind::Str => crate::schema::quote(view.text()),
            Some(value) if value.is_seq() || value.is_map() => crate::apiserver::go_json::value(Some(value)),
            Some(value) => match value.as_str() {
                Some(text) => crate::schema::quote(text),
                None => value.as_text().map_or_else(|| "\"\"".to_owned(), Cow::into_owned),
            },
        }
    }
}

/// The place to point at for a value of which something is missing: its first key, or the value itself.
pub(super) fn anchor(value: Value<'_>) -> Place {
    value.view().and_then(|view| view.entries().next()).map_or_else(|| value.place(), |(key, _)| key.place())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Gvk, Overlay};

    #[test]
    fn paths_as_the_server_prints_them() {
        let object = crate::object::Owned::Null;
        let place = Place::new(crate::finding::FileId(0), crate::finding::Span::default());
        let request =
            Request { gvk: Gvk::new("v1", "Pod"), namespaced: true, namespace: "t", minor: Minor::DEFAULT };
        let _ = Overlay::none();
        let run = Run::new(request, Value::Made(&object, place));
        let root = run.root();
        let list = root.at(&["spec", "containers"]);
        assert_eq!(run.path(list.indexed(0).field("image").step), "spec.containers[0].image");
        assert_eq!(run.path(root.field("data").entry("a/b").step), "data[a/b]");
        assert_eq!(run.path(list.nowhere("annotations.x").step), "annotations.x");
    }
}
