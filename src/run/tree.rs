//! The documents of a run as objects: lists flattened, identity read, defaults laid over.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::finding::Place;
use crate::object::{Gvk, Object, Overlay, Sym, Value, sym};
use crate::report::{FileKind, ServerAnswer, Verdict};
use crate::schema::{Minor, Types};
use crate::yaml::{Document, Kind, View};

use super::read::FileRead;
use super::recognise::is_kustomization;

/// Lists in lists deeper than this are no manifests.
const MAX_NESTING: usize = 10;

/// A document, or an item of a list.
#[derive(Clone)]
pub(super) struct Unit {
    /// Position of its file in the tree.
    pub(super) file: usize,
    /// Position of its document in the file.
    pub(super) document: usize,
    /// Index of its node in the document; `None` for what could not be read.
    pub(super) node: Option<u32>,
    /// Position in a `List`.
    pub(super) item: Option<u32>,
    /// As written.
    pub(super) api_version: String,
    /// As written, or implied by the list.
    pub(super) kind: String,
    /// Type.
    pub(super) gvk: Gvk,
    /// Where it goes; empty for cluster-scoped kinds.
    pub(super) namespace: Sym,
    /// `metadata.name`, or the placeholder of a generated one.
    pub(super) name: Sym,
    /// What defaulting adds.
    pub(super) overlay: Overlay,
    /// What it is stored with, where admission was asked.
    pub(super) admitted: Option<Box<Overlay>>,
    /// What it is in a plan, where policies change it on its way in.
    pub(super) mutated: Option<Box<Overlay>>,
    /// What a cluster answers; of several versions the worst.
    pub(super) verdict: Verdict,
    /// What each version answers, ascending; empty if one alone was asked.
    pub(super) verdicts: Vec<(Minor, Verdict)>,
    /// Why it is unknown.
    pub(super) why: Option<String>,
    /// The server's words.
    pub(super) server: Option<ServerAnswer>,
}

/// Files, and the objects in them.
#[derive(Clone)]
pub(super) struct Tree {
    pub(super) files: Vec<FileRead>,
    pub(super) units: Vec<Unit>,
    /// True for the tree that is asked about; false for what was in the cluster before, whose objects have no document
    /// of the run.
    pub(super) own: bool,
}

impl Tree {
    /// Objects of files. `namespace` is for those that name none.
    pub(super) fn new(files: Vec<FileRead>) -> Self {
        // Nearly every document is one object; lists make more.
        let mut units = Vec::with_capacity(files.iter().map(|file| file.documents.len()).sum());
        for (at, file) in files.iter().enumerate() {
            if file.kind == FileKind::Kustomization {
                continue;
            }
            for (number, document) in file.documents.iter().enumerate() {
                collect(at, number, document, &mut units);
            }
        }
        Self { files, units, own: true }
    }

    /// Adds the files and objects of another tree behind these.
    pub(super) fn append(&mut self, other: Self) {
        let offset = self.files.len();
        self.files.extend(other.files);
        self.units.extend(other.units.into_iter().map(|unit| Unit { file: unit.file + offset, ..unit }));
    }

    /// The document that a unit is in.
    pub(super) fn document(&self, unit: &Unit) -> &Document {
        &self.files[unit.file].documents[unit.document]
    }

    /// Its value as it is written.
    pub(super) fn view(&self, unit: &Unit) -> Option<View<'_>> {
        Some(self.document(unit).view(unit.node?))
    }

    /// The object, defaults included; `None` for what is none.
    pub(super) fn object(&self, number: usize) -> Option<Object<'_>> {
        let unit = &self.units[number];
        if unit.kind.is_empty() || unit.api_version.is_empty() {
            return None;
        }
        let view = self.document(unit).view(unit.node?);
        Some(Object {
            document: self.own.then_some(number as u32),
            gvk: unit.gvk,
            namespace: unit.namespace,
            name: unit.name,
            value: Value::new(view, &unit.overlay),
        })
    }

    /// The same as policies let it in.
    pub(super) fn mutated(&self, number: usize) -> Option<Object<'_>> {
        let object = self.object(number)?;
        let unit = &self.units[number];
        let view = object.value.view()?;
        let value = unit.mutated.as_ref().map_or(object.value, |overlay| Value::new(view, overlay));
        Some(Object { value, ..object })
    }

    /// Where a unit is.
    pub(super) fn place(&self, unit: &Unit) -> Place {
        let document = self.document(unit);
        self.view(unit).map_or(Place::new(document.file(), document.span), View::place)
    }

    /// The number of the first object in a document of a file.
    pub(super) fn number(&self, file: usize, document: usize) -> Option<u32> {
        let at = self.units.partition_point(|unit| (unit.file, unit.document) < (file, document));
        let unit = self.units.get(at)?;
        ((unit.file, unit.document) == (file, document)).then_some(at as u32)
    }

    /// All that belongs to a unit: its document, or the item of the list.
    pub(super) fn stretch(&self, unit: &Unit) -> Place {
        let document = self.document(unit);
        let item = unit.item.and_then(|_| self.view(unit));
        item.map_or(Place::new(document.file(), document.span), View::place)
    }

    /// Fills in where objects go: the namespace, once it is known which kinds have one.
    pub(super) fn locate(&mut self, types: &Types, default: &str) {
        let files = &self.files;
        self.units.par_iter_mut().enumerate().with_min_len(64).for_each(|(at, unit)| {
            let document = &files[unit.file].documents[unit.document];
            let Some(view) = unit.node.map(|node| document.view(node)) else { return };
            let metadata = view.get("metadata");
            let text =
                |name: &str| metadata.and_then(|m| m.get(name)).and_then(View::as_str).unwrap_or_default();
            let namespaced = types
                .kind(&unit.gvk.group, &unit.gvk.version, &unit.gvk.kind)
                .map_or(!text("namespace").is_empty(), |kind| kind.namespaced());
            let namespace = match (namespaced, text("namespace")) {
                (false, _) => "",
                (true, "") => default,
                (true, given) => given,
            };
            let name = match (text("name"), text("generateName")) {
                ("", "") => Cow::Borrowed(""),
                ("", prefix) => Cow::Owned(format!("{prefix}<p{}>", at + 1)),
                (name, _) => Cow::Borrowed(name),
            };
            unit.namespace = sym(namespace);
            unit.name = sym(&name);
        });
    }
}

fn collect(file: usize, number: usize, document: &Document, units: &mut Vec<Unit>) {
    let Some(root) = document.root() else {
        if document.broken {
            units.push(unit(file, number, None, None, "", "", Verdict::Unreadable));
        }
        return;
    };
    // Comments alone, or `null`: skipped, as kubectl does.
    if root.is_null() || is_kustomization(root) {
        return;
    }
    let before = units.len();
    flatten(file, number, root, None, 0, units);
    for (item, unit) in units[before..].iter_mut().enumerate() {
        if unit.item.is_some() {
            unit.item = Some(item as u32);
        }
    }
}

fn text<'d>(view: View<'d>, name: &str) -> &'d str {
    view.get(name).and_then(View::as_str).unwrap_or_default()
}

fn flatten(
    file: usize,
    number: usize,
    view: View<'_>,
    list: Option<(&str, &str)>,
    depth: usize,
    units: &mut Vec<Unit>,
) {
    let (mut api_version, mut kind) = (text(view, "apiVersion"), text(view, "kind"));
    // An item of `ConfigMapList` need not say what it is.
    if let Some((list_version, list_kind)) = list
        && let Some(item_kind) = list_kind.strip_suffix("List").filter(|k| !k.is_empty())
    {
        if kind.is_empty() {
            kind = item_kind;
        }
        if api_version.is_empty() {
            api_version = list_version;
        }
    }
    let items = view.get("items").filter(|items| items.kind() == Kind::Seq);
    let is_list = kind.ends_with("List") && !api_version.is_empty() && depth < MAX_NESTING;
    if let (true, Some(items)) = (is_list, items) {
        if items.is_empty() {
            let empty =
                unit(file, number, Some(view.index()), None, api_version, kind, Verdict::NotKubernetes);
            units.push(Unit { why: Some("empty list".into()), ..empty });
        }
        for item in items.items() {
            flatten(file, number, item, Some((api_version, kind)), depth + 1, units);
        }
        return;
    }
    let verdict = if view.kind() == Kind::Map && !kind.is_empty() && !api_version.is_empty() {
        Verdict::Accepted
    } else {
        Verdict::NotKubernetes
    };
    units.push(unit(file, number, Some(view.index()), list.map(|_| 0), api_version, kind, verdict));
}

fn unit(
    file: usize,
    document: usize,
    node: Option<u32>,
    item: Option<u32>,
    api_version: &str,
    kind: &str,
    verdict: Verdict,
) -> Unit {
    Unit {
        file,
        document,
        node,
        item,
        gvk: Gvk::new(api_version, kind),
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: Sym::default(),
        name: Sym::default(),
        overlay: Overlay::default(),
        admitted: None,
        mutated: None,
        verdict,
        verdicts: Vec::new(),
        why: None,
        server: None,
    }
}
