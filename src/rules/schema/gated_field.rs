//! # `schema/gated-field`
//!
//! ## What it does
//!
//! Reports a field whose feature gate is off by default in a Kubernetes version that was asked for.
//!
//! ## Why is this bad?
//!
//! A server with default gates drops the field without a word: the manifest is accepted, and does not do what it says.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   updateStrategy:
//!     type: RollingUpdate
//!     rollingUpdate: {maxUnavailable: 2}
//!   selector: {matchLabels: {app: db}}
//!   template:
//!     metadata: {labels: {app: db}}
//!     spec: {containers: [{name: db, image: "db:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   updateStrategy:
//!     type: RollingUpdate
//!     rollingUpdate: {partition: 2}
//!   selector: {matchLabels: {app: db}}
//!   template:
//!     metadata: {labels: {app: db}}
//!     spec: {containers: [{name: db, image: "db:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! In clusters that switch the gate on.

use crate::apiserver::gates::{self, Gated, Segment};
use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, PodAt, Rule, Sink, page};
use crate::schema::MinorSet;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "schema/gated-field",
        Level::Warning,
        Profile::Recommended,
        "A field that servers drop unless a feature gate is on.",
        page!("gated_field.rs"),
    ),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    if let Some(at) = PodAt::of(object) {
        for gated in gates::OF_PODS {
            look(gated, at.pod.spec, at.pod.path, out);
        }
    }
    let (start, fields) = gates::of_kind(object.gvk);
    if let Some(holder) = object.value.at(start) {
        for gated in fields {
            look(gated, holder, &start.join("."), out);
        }
    }
}

/// Reports fields below a value that some of the versions drop.
fn look(gated: &Gated, holder: Value<'_>, path: &str, out: &mut Sink<'_>) {
    let off = out.minors().iter().filter(|minor| gated.is_off(*minor)).fold(MinorSet::NONE, MinorSet::with);
    if off.is_empty() {
        return;
    }
    for field in gated.fields {
        walk(gated, field, holder, path.to_owned(), off, out);
    }
}

fn walk(gated: &Gated, rest: &str, holder: Value<'_>, path: String, off: MinorSet, out: &mut Sink<'_>) {
    let dot = if path.is_empty() { "" } else { "." };
    let (segment, rest) = Segment::first(rest);
    let name = match segment {
        Segment::Items(list) => return items(gated, list, rest, holder, &path, off, out),
        Segment::Containers => {
            for list in gates::CONTAINERS {
                items(gated, list, rest, holder, &path, off, out);
            }
            return;
        }
        Segment::Values(map) => {
            for (key, value) in holder.map(map) {
                walk(gated, rest, value, format!("{path}{dot}{map}[{key}]"), off, out);
            }
            return;
        }
        Segment::Field(name) | Segment::Pruned(name) => name,
    };
    let Some(value) = holder.get(name) else { return };
    let path = format!("{path}{dot}{name}");
    if !rest.is_empty() {
        return walk(gated, rest, value, path, off, out);
    }
    // Defaulting may add the field; what counts is what is written.
    if value.view().is_none() {
        return;
    }
    let versions = off.versions().filter(|_| off != out.minors());
    out.push(
        out.finding(holder.key_place(name), format!("servers drop `{name}`: the gate {} is off", gated.gate))
            .label("dropped without a word")
            .field(path)
            .because(format!("it is off by default in Kubernetes {off}"))
            .versions(versions),
    );
}

fn items(
    gated: &Gated,
    list: &str,
    rest: &str,
    holder: Value<'_>,
    path: &str,
    off: MinorSet,
    out: &mut Sink<'_>,
) {
    let dot = if path.is_empty() { "" } else { "." };
    for (i, item) in holder.list(list).enumerate() {
        walk(gated, rest, item, format!("{path}{dot}{list}[{i}]"), off, out);
    }
}
