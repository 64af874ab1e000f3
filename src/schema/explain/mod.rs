//! What the decoder does not like, told to people: one problem, one finding, with the place and how to mend it.

use std::fmt::Write as _;

mod fields;
mod indent;
mod values;

use rustc_hash::FxHashMap;

use super::codes;
use super::decode::{Issue, Weight, What};
use super::minor::MinorSet;
use super::table::{Kind, Shape, Type, TypeId, TypeRef, Types};
use crate::finding::{Code, Finding, ServerCause};
use crate::yaml::{Kind as NodeKind, View};

/// What all explanations look at.
struct Context<'t, 'd> {
    types: &'t Types,
    root: View<'d>,
    ty: TypeId,
    minors: MinorSet,
}

/// An object on the way from the root to a problem.
#[derive(Clone, Debug)]
struct Link<'t, 'd> {
    map: View<'d>,
    ty: Type<'t>,
    /// The key under which it (or the list it is in) stands; empty for the root.
    name: &'d str,
    /// `spec.containers[0]`; empty for the root.
    path: String,
}

impl Link<'_, '_> {
    /// The path as people read it.
    fn shown(&self) -> String {
        if self.path.is_empty() { "the object itself".into() } else { format!("`{}`", self.path) }
    }
}

impl<'t, 'd> Context<'t, 'd> {
    /// The objects from the root down to the one at node `target`.
    fn links(&self, target: u32) -> Vec<Link<'t, 'd>> {
        let mut links = Vec::new();
        let (mut view, mut name, mut path) = (self.root, "", String::new());
        let mut shape = Shape::Struct(self.ty);
        loop {
            if let Shape::Struct(id) = shape
                && view.kind() == NodeKind::Map
            {
                links.push(Link { map: view, ty: self.types.get(id), name, path: path.clone() });
            }
            if view.index() == target {
                return links;
            }
            match (shape, view.kind()) {
                (Shape::Struct(_) | Shape::Map(_), NodeKind::Map) => {
                    let Some((key, value)) = view.entries().take_while(|(k, _)| k.index() <= target).last()
                    else {
                        return links;
                    };
                    name = key.text();
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                    shape = match shape {
                        Shape::Struct(id) => match self.types.get(id).field_in(name, self.minors) {
                            Some(field) => self.types.shape(field.ty),
                            None => return links,
                        },
                        Shape::Map(values) => self.types.shape(values),
                        other => other,
                    };
                    view = value;
                }
                (Shape::List(item), NodeKind::Seq) => {
                    let items = view.items().enumerate().take_while(|(_, i)| i.index() <= target);
                    let Some((index, entry)) = items.last() else { return links };
                    let _ = write!(path, "[{index}]");
                    shape = self.types.shape(item);
                    view = entry;
                }
                // JSON schemas read themselves; their fields are those of the object around.
                (Shape::SchemaOrBool | Shape::SchemaOrArray, _) => return links,
                _ => return links,
            }
        }
    }

    /// Whether a value could be one of a field's type, roughly.
    fn fits(&self, value: View<'_>, ty: TypeRef) -> bool {
        let scalar = !matches!(value.kind(), NodeKind::Map | NodeKind::Seq);
        match (self.types.shape(ty), value.kind()) {
            (_, NodeKind::Null) | (Shape::Any, _) => true,
            (Shape::Struct(_) | Shape::Map(_), kind) => kind == NodeKind::Map,
            (Shape::List(_), kind) => kind == NodeKind::Seq,
            (Shape::Bool, kind) => matches!(kind, NodeKind::True | NodeKind::False),
            (Shape::Int32 | Shape::Int64 | Shape::Double, kind) => {
                matches!(kind, NodeKind::Int | NodeKind::Float)
            }
            _ => scalar,
        }
    }
}

/// What to do where nothing better is known.
fn otherwise(code: &Code) -> &'static str {
    let is = |other: &Code| code.name == other.name;
    if is(&codes::UNKNOWN_FIELD) {
        "remove it, or correct its name"
    } else if is(&codes::MISPLACED_FIELD) {
        "move it there"
    } else if is(&codes::TYPE) {
        "write a value of that type"
    } else if is(&codes::REQUIRED) {
        "add it"
    } else if is(&codes::FIELD_NOT_IN_VERSION) {
        "remove it for clusters of those versions, or move them to a newer one"
    } else {
        "correct the value"
    }
}

/// All findings of an object.
pub(super) fn findings(
    root: View<'_>,
    types: &Types,
    kind: &Kind<'_>,
    minors: MinorSet,
    issues: &[Issue],
    invalid: &[Issue],
    causes: &[ServerCause],
) -> Vec<Finding> {
    let context = Context { types, root, ty: kind.ty, minors };
    let mut out = Vec::new();
    // Unknown keys of one object are looked at together, at the first of them.
    let mut unknown: FxHashMap<u32, Vec<&Issue>> = FxHashMap::default();
    for issue in issues.iter().filter(|i| i.what == What::Unknown) {
        unknown.entry(issue.parent).or_default().push(issue);
    }
    for issue in issues {
        match issue.what {
            What::Unknown => {
                if let Some(together) = unknown.remove(&issue.parent) {
                    fields::unknown(&context, &together, &mut out);
                }
            }
            What::NotIn(present) => out.push(fields::not_in(&context, issue, present)),
            What::Duplicate => out.push(fields::duplicate(&context, issue)),
            What::Type(ty) => out.push(values::mismatch(&context, issue, ty)),
            What::NotAllowed | What::Required => {}
        }
    }
    for (issue, cause) in invalid.iter().zip(causes) {
        out.push(values::invalid(&context, issue, cause));
    }
    for finding in out.iter_mut().filter(|finding| finding.help.is_none() && finding.fix.is_none()) {
        finding.help = Some(otherwise(finding.code).to_owned());
    }
    if kind.custom {
        for finding in out.iter_mut().filter(|finding| finding.code == &codes::UNKNOWN_FIELD) {
            finding.code = &codes::CR_PRUNED_FIELD;
        }
    }
    out
}

/// The server's words for an issue of the decoder.
fn server(issue: &Issue) -> ServerCause {
    let message = match issue.weight {
        Weight::Strict => format!("strict decoding error: {}", issue.text),
        _ => issue.text.clone(),
    };
    ServerCause { reason: "BadRequest", field: String::new(), message }
}

/// A finding at a key (or value) of an issue.
fn finding(
    context: &Context<'_, '_>,
    code: &'static crate::finding::Code,
    issue: &Issue,
    node: u32,
    message: String,
) -> Finding {
    let view = context.root.document().view(node);
    let mut finding =
        Finding::new(code, view.place(), message).field(issue.path.clone()).versions(issue.minors.versions());
    finding.server = Some(server(issue));
    finding
}

/// `a`, `b` and `c`.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
