//! An object of a tree in the place of one that is there: what `kubectl apply` makes of both, and what the server says to
//! it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::base::read_base;
use super::check::Checked;
use super::tree::Tree;
use super::{Options, Usage};
use crate::apiserver::admission::Bare;
use crate::apiserver::custom::Definition;
use crate::apiserver::update::update;
use crate::apiserver::{self, Answer, Request, Status, stored};
use crate::finding::{FileId, Span};
use crate::object::{Draft, Key, Object, Overlay, Owned, Value};
use crate::report::Verdict;
use crate::schema::{Field, ListType, Minor, Shape, Type, Types};
use crate::source::Source;
use crate::yaml::{Document, read_json};

/// Parts of an object deeper than this are taken as they are.
const MAX_DEPTH: usize = 64;

/// A new version of an object.
pub(super) struct Change<'c> {
    /// The object of the tree.
    pub(super) new: &'c Object<'c>,
    /// The object that is there.
    pub(super) old: &'c Object<'c>,
    /// It is the manifest that was applied, and not an export.
    pub(super) by_apply: bool,
    /// The manifest that was applied last, as far as it is known.
    pub(super) applied: Option<Value<'c>>,
    /// The server's version.
    pub(super) minor: Minor,
}

/// JSON as a document.
pub(super) fn json_document(name: &str, text: String) -> Option<Document> {
    let span = Span::new(0, u32::try_from(text.len()).ok()?);
    let source = Arc::new(Source::new(name, text.into_bytes()));
    read_json(Document::new(source, FileId(0), 0, span)).ok().map(|(document, _)| document)
}

impl Change<'_> {
    /// Why the server refuses it, if it does.
    pub(super) fn refusal(&self, types: &Types, definition: Option<&Definition>) -> Option<Status> {
        match self.answer(types, definition)?.verdict {
            apiserver::Verdict::Accepted => None,
            apiserver::Verdict::Refused(status) => Some(status),
        }
    }

    /// What the server says to it. Versions of a kind that differ are not compared.
    fn answer(&self, types: &Types, definition: Option<&Definition>) -> Option<Answer> {
        let gvk = self.new.gvk;
        if self.old.gvk != gvk {
            return None;
        }
        let (new, old) = (self.new.value.view()?, self.old.value.view()?);
        let namespace = &*self.new.namespace;
        let request = Request { gvk, namespaced: !namespace.is_empty(), namespace, minor: self.minor };
        if let Some(definition) = definition {
            let mut overlay = Overlay::default();
            keep_custom(Value::plain(old), self.applied, &mut Draft::new(new, &mut overlay), MAX_DEPTH);
            return Some(definition.update(&request, Value::plain(old), Value::new(new, &overlay)));
        }
        let kind = types.kind(&gvk.group, &gvk.version, &gvk.kind).filter(|kind| !kind.custom)?;
        let live = if self.by_apply {
            stored::live(gvk, old, namespace, self.minor, &Bare)
        } else {
            stored::printed(gvk, Value::plain(old))
        };
        let live = json_document("live.json", live.to_string())?;
        let live = Value::plain(live.root()?);
        let mut overlay = Overlay::default();
        let mut draft = Draft::new(new, &mut overlay);
        if self.by_apply {
            // Which version and which object are there is not known.
            draft.with(&["metadata"], |metadata| {
                metadata.remove("resourceVersion");
                metadata.remove("uid");
            });
        }
        keep_live(live, self.applied, &mut draft, types.get(kind.ty), types, MAX_DEPTH);
        let verdict = update(&request, live, new, kind.plural, &mut overlay, &Bare);
        Some(Answer { verdict, warnings: Vec::new(), not_evaluated: Vec::new(), until: self.minor })
    }
}

/// The same for a custom object, whose lists are replaced as a whole (a JSON merge of three).
fn keep_custom(live: Value<'_>, applied: Option<Value<'_>>, new: &mut Draft<'_, '_>, depth: usize) {
    if depth == 0 || !new.read().is_map() {
        return;
    }
    for (name, value) in live.entries().filter(|(_, value)| !value.is_null()) {
        let before = applied.and_then(|applied| applied.get(name));
        let written = new.read().entries().any(|(key, _)| key == name);
        if !written && before.is_none() {
            new.set(name.to_owned(), Owned::copy(value));
        } else if written && value.is_map() {
            new.with(&[name], |part| keep_custom(value, before, part, depth - 1));
        }
    }
}

/// Puts what the cluster has beside what the manifest says, as a strategic merge of three does: fields that nobody
/// applied stay, and those that were applied before and are not in the manifest go. `applied` is what was applied before.
fn keep_live(
    live: Value<'_>,
    applied: Option<Value<'_>>,
    new: &mut Draft<'_, '_>,
    ty: Type<'_>,
    types: &Types,
    depth: usize,
) {
    if depth == 0 {
        return;
    }
    for (name, value) in live.entries().filter(|(_, value)| !value.is_null()) {
        let field = ty.field(name);
        let before = applied.and_then(|applied| applied.get(name));
        if new.read().get(name).is_none() {
            if before.is_none() {
                new.set(name.to_owned(), Owned::copy(value));
            }
            continue;
        }
        let Some(field) = field else { continue };
        match types.shape(field.ty) {
            Shape::Struct(id) => {
                if let Some(mut part) = new.get(name) {
                    keep_live(value, before, &mut part, types.get(id), types, depth - 1);
                }
            }
            Shape::Map(_) => keep_entries(value, before, new, name),
            Shape::List(of) if field.list == ListType::Map => {
                if let Shape::Struct(id) = types.shape(of) {
                    keep_items(value, before, new, field, types.get(id), types, depth - 1);
                }
            }
            _ => {}
        }
    }
}

/// Entries of a map whose keys are anything, as labels are.
fn keep_entries(live: Value<'_>, applied: Option<Value<'_>>, new: &mut Draft<'_, '_>, name: &str) {
    let Some(mut map) = new.get(name) else { return };
    for (key, value) in live.entries() {
        let was_applied = applied.is_some_and(|applied| applied.get(key).is_some());
        if !was_applied && map.read().get(key).is_none() {
            map.set(key.to_owned(), Owned::copy(value));
        }
    }
}

/// Items of a list that are told apart by keys.
fn keep_items(
    live: Value<'_>,
    applied: Option<Value<'_>>,
    new: &mut Draft<'_, '_>,
    field: Field<'_>,
    ty: Type<'_>,
    types: &Types,
    depth: usize,
) {
    // What is left out has its default, as the protocol of a port.
    let key_of = |item: Value<'_>| -> Vec<String> {
        let text = |name: &str| {
            let given = item.get(name).and_then(Value::as_text).map(std::borrow::Cow::into_owned);
            given.unwrap_or_else(|| ty.field(name).map_or("", |field| field.default).to_owned())
        };
        field.keys.split(',').map(text).collect()
    };
    let has = |list: Option<Value<'_>>, key: &[String]| {
        list.into_iter().flat_map(Value::items).any(|item| key_of(item) == key)
    };
    let of_live: BTreeMap<Vec<String>, Value<'_>> = live.items().map(|item| (key_of(item), item)).collect();
    new.each(field.name, |item| {
        let key = key_of(item.read());
        if let Some(live) = of_live.get(&key) {
            let before = applied.into_iter().flat_map(Value::items).find(|item| key_of(*item) == key);
            keep_live(*live, before, item, ty, types, depth);
        }
    });
    let others: Vec<Owned> = live
        .items()
        .filter(|item| {
            let key = key_of(*item);
            !has(new.read().get(field.name), &key) && !has(applied, &key)
        })
        .map(Owned::copy)
        .collect();
    if !others.is_empty() {
        let mut items: Vec<Owned> = new.read().list(field.name).map(Owned::copy).collect();
        items.extend(others);
        new.set(field.name.to_owned(), Owned::Seq(items));
    }
}

/// Findings about objects that the base has in a version which cannot become that of the tree.
pub(super) fn compare_with_base(options: &Options, checked: &mut Checked) -> Result<(), Usage> {
    let mut base = Tree::new(read_base(options, checked.tree.files.len() as u32)?);
    base.own = false;
    base.locate(&checked.types, &options.namespace);
    let before: BTreeMap<Key, Object<'_>> =
        (0..base.units.len()).filter_map(|at| base.object(at)).map(|object| (object.key(), object)).collect();
    let Some(minor) = options.minors.iter().last() else { return Ok(()) };
    for at in 0..checked.tree.units.len() {
        if checked.tree.units[at].verdict != Verdict::Accepted {
            continue;
        }
        let Some(new) = checked.tree.object(at) else { continue };
        let Some(old) = before.get(&new.key()) else { continue };
        let generated = new.value.at(&["metadata", "name"]).is_none();
        if generated {
            continue;
        }
        let gvk = new.gvk;
        let definition = checked.definitions.find(&gvk.group, &gvk.version, &gvk.kind);
        let change =
            Change { new: &new, old, by_apply: true, applied: old.value.view().map(Value::plain), minor };
        let Some(Answer { verdict, not_evaluated, until, .. }) = change.answer(&checked.types, definition)
        else {
            continue;
        };
        let document = at as u32;
        if let apiserver::Verdict::Refused(status) = &verdict {
            checked.findings.extend(status.findings().into_iter().map(|finding| finding.document(document)));
        }
        if not_evaluated.is_empty() {
            continue;
        }
        // Rules that are asked of new objects as well have been told.
        let told: Vec<String> = checked
            .findings
            .iter()
            .filter(|finding| finding.document == Some(document))
            .map(|finding| finding.message.clone())
            .collect();
        let silent = Answer { verdict, warnings: Vec::new(), not_evaluated, until };
        let fresh = silent.findings().into_iter().filter(|finding| !told.contains(&finding.message));
        checked.findings.extend(fresh.map(|finding| finding.document(document)));
    }
    Ok(())
}
