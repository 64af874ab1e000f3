//! CustomResourceDefinitions of files, for who asks what a custom kind is.

use std::path::PathBuf;

use super::Usage;
use super::read::read;
use crate::schema::{Kind, Types};
use crate::yaml::{Document, View};

/// The kinds that are known with some definitions, and the definitions themselves.
#[derive(Debug)]
pub struct Definitions {
    /// Built-in kinds and custom ones.
    pub types: Types,
    documents: Vec<Document>,
}

/// A version of a custom kind.
#[derive(Clone, Copy, Debug)]
pub struct Version<'d> {
    /// `v1`
    pub name: &'d str,
    /// Whether the server serves it.
    pub served: bool,
    /// Whether objects are stored in it.
    pub stored: bool,
    /// Whether the server warns of it.
    pub deprecated: bool,
    /// Its schema.
    pub schema: Option<View<'d>>,
}

/// Reads the definitions that lie below some paths.
///
/// # Errors
///
/// Those of reading.
pub fn definitions(paths: &[PathBuf]) -> Result<Definitions, Usage> {
    let mut types = Types::builtin();
    let is_definition = |document: &Document| {
        let kind = document.root().and_then(|root| root.get("kind")).and_then(View::as_str);
        kind == Some("CustomResourceDefinition")
    };
    let files = read(paths, 0)?;
    let documents: Vec<Document> =
        files.into_iter().flat_map(|file| file.documents).filter(is_definition).collect();
    // Of two the first is there, as in a cluster.
    for root in documents.iter().rev().filter_map(Document::root) {
        types.add_crd(root);
    }
    Ok(Definitions { types, documents })
}

impl Definitions {
    /// True if there is more than what is built in.
    pub fn knows_more(&self) -> bool {
        !self.documents.is_empty()
    }

    /// The versions of a custom kind, in the order of its definition; none of a built-in one.
    pub fn versions(&self, kind: &Kind<'_>) -> Vec<Version<'_>> {
        let specs = self.documents.iter().filter_map(Document::root).filter_map(|root| root.get("spec"));
        let text = |view: View<'_>, path: &[&str], wanted: &str| {
            view.at(path).and_then(View::as_str) == Some(wanted)
        };
        let mut own =
            specs.filter(|s| text(*s, &["group"], kind.group) && text(*s, &["names", "kind"], kind.kind));
        let Some(spec) = own.next() else { return Vec::new() };
        let shared = spec.at(&["validation", "openAPIV3Schema"]);
        let versions = spec.get("versions").into_iter().flat_map(View::items);
        let of_entry = |entry: View<'_>| {
            let flag = |name: &str| entry.get(name).and_then(View::as_bool);
            (flag("served") != Some(false), flag("storage") == Some(true), flag("deprecated") == Some(true))
        };
        versions
            .filter_map(|entry| {
                let (served, stored, deprecated) = of_entry(entry);
                let schema = entry.at(&["schema", "openAPIV3Schema"]).or(shared);
                Some(Version { name: entry.get("name")?.as_str()?, served, stored, deprecated, schema })
            })
            .collect()
    }
}

/// The schema of what a schema holds in lists and maps, down to an object with fields of its own.
pub fn inner(mut schema: View<'_>) -> View<'_> {
    // Lists of lists are not deep.
    for _ in 0..16 {
        let next = match schema.get("type").and_then(View::as_str) {
            Some("array") => schema.get("items"),
            Some("object") if schema.get("properties").is_none() => schema.get("additionalProperties"),
            _ => None,
        };
        match next {
            Some(next) if next.get("type").is_some() || next.get("properties").is_some() => schema = next,
            _ => break,
        }
    }
    schema
}

/// The schema at the end of a path of fields.
pub fn field<'d>(schema: View<'d>, path: &[&str]) -> Option<View<'d>> {
    path.iter().try_fold(schema, |schema, name| inner(schema).at(&["properties", name]))
}

/// The first sentence of what a schema says about itself.
pub fn description(schema: View<'_>) -> Option<String> {
    let text = schema.get("description")?.as_str()?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    let sentence = text.get(..end).unwrap_or(&text);
    (!sentence.is_empty()).then(|| sentence.to_owned())
}
