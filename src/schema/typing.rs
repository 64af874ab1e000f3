//! Structural typing: a document against the type of its kind, in all versions that are asked for at once.

use super::custom_check;
use super::decode::{Decoder, Issue, answer};
use super::explain;
use super::minor::{Minor, MinorSet};
use super::table::{Kind, TypeId, Types};
use crate::finding::{Finding, ServerCause};
use crate::yaml::{Document, View};

/// What typing is asked.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The versions that the document is meant for.
    pub minors: MinorSet,
    /// The text is the body of a request, not a file that kubectl reads and sends: JSON's order, numbers and repeated
    /// keys count, and repeated keys of YAML are refused.
    pub body: bool,
    /// A custom resource is also held against what its schema asks of values: types, required fields, enumerations.
    /// `apiserver::custom` asks all of it; this is for who asks nothing else.
    pub validate: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { minors: MinorSet::one(Minor::DEFAULT), body: false, validate: true }
    }
}

/// What typing found.
#[derive(Debug, Default)]
pub struct Typing {
    /// For people, in order of place.
    pub findings: Vec<Finding>,
    /// The server's causes, if validation against the schema of a custom resource refuses it (code 422).
    pub causes: Vec<ServerCause>,
    errors: Vec<(Minor, String)>,
}

impl Typing {
    /// What the server's strict decoder answers in a version (code 400, reason BadRequest), without the words before it:
    /// `strict decoding error: unknown field "spec.x"`, or one type error.
    pub fn decode_error(&self, minor: Minor) -> Option<&str> {
        self.errors.iter().find(|(m, _)| *m == minor).map(|(_, text)| text.as_str())
    }

    /// The server's whole answer in a version.
    pub fn message(&self, kind: &Kind<'_>, minor: Minor) -> Option<String> {
        let error = self.decode_error(minor)?;
        let (name, version) = (kind.kind, kind.version);
        Some(format!("{name} in version \"{version}\" cannot be handled as a {name}: {error}"))
    }
}

/// Types the object at node `at` (0 for a whole document, an item's node for a `List`), and notes beside every key the
/// number of its field.
pub fn type_object(doc: &mut Document, at: u32, types: &Types, kind: &Kind<'_>, options: Options) -> Typing {
    let (typing, notes) = look(doc.view(at), types, kind, options);
    for (key, number) in notes {
        doc.annotate(key, number);
    }
    typing
}

/// The same without notes.
pub fn check_object(root: View<'_>, types: &Types, kind: &Kind<'_>, options: Options) -> Typing {
    look(root, types, kind, options).0
}

type Notes = Vec<(u32, u16)>;

fn look(root: View<'_>, types: &Types, kind: &Kind<'_>, options: Options) -> (Typing, Notes) {
    let own = if kind.custom { types.own_kind(kind.group, kind.version, kind.kind) } else { None };
    let Options { minors, body, validate } = options;
    // A version that does not have the kind at all says so, and no more.
    let minors = minors.and(kind.minors);
    let (issues, invalid, causes, notes) = match own {
        Some(own) => {
            let mut checked = custom_check::check(types, own, root, minors, body);
            if !validate {
                checked.invalid.clear();
                checked.causes.clear();
            }
            (checked.issues, checked.invalid, checked.causes, checked.notes)
        }
        None => {
            let (issues, notes) = decode(root, types, kind.ty, minors, body);
            (issues, Vec::new(), Vec::new(), notes)
        }
    };
    let first = if body { repeated_keys(root) } else { None };
    let mut typing = Typing::default();
    if issues.is_empty() && invalid.is_empty() && first.is_none() {
        return (typing, notes);
    }
    for minor in minors.iter() {
        if let Some(error) = answer(&issues, first.as_deref(), MinorSet::one(minor)) {
            typing.errors.push((minor, error));
        }
    }
    typing.findings = explain::findings(root, types, kind, minors, &issues, &invalid, &causes);
    // What cannot be decoded is not validated.
    if typing.errors.is_empty() {
        typing.causes = causes;
    }
    crate::finding::sort(&mut typing.findings);
    (typing, notes)
}

fn decode(root: View<'_>, types: &Types, ty: TypeId, minors: MinorSet, body: bool) -> (Vec<Issue>, Notes) {
    let mut decoder = Decoder::new(types, body);
    decoder.document(root, ty, minors);
    if decoder.issues.len() > 1 && !decoder.ordered {
        // Order matters now.
        let notes = std::mem::take(&mut decoder.notes);
        decoder.issues.clear();
        decoder.ordered = true;
        decoder.document(root, ty, minors);
        return (decoder.issues, notes);
    }
    (decoder.issues, decoder.notes)
}

/// What goyaml's strict reading says of keys that are written twice in a YAML body.
fn repeated_keys(root: View<'_>) -> Option<String> {
    use std::fmt::Write as _;
    let doc = root.document();
    if doc.json || doc.repeated().is_empty() {
        return None;
    }
    let source = doc.source();
    let first = source.position(doc.span.start).0;
    let mut out = String::from("yaml: unmarshal errors:");
    for repeated in doc.repeated() {
        let key = doc.view(repeated.second);
        // goyaml names the line on which the value starts.
        let value = doc.view(repeated.second + 1);
        let line = source.position(value.span().start).0 - first + 1;
        let _ = write!(out, "\n  line {line}: key {} already set in map", super::quote(key.text()));
    }
    Some(out)
}
