//! What a rule is: a code, and which part of the input it wants to see.

use crate::finding::{Code, Finding, Place, Span};
use crate::object::{Container, Object, PodTemplate, Value};
use crate::schema::MinorSet;
use crate::simulate;
use crate::yaml;

use super::{Parameters, Tree};

/// A lint rule.
#[derive(Debug)]
pub struct Rule {
    /// Name, level, profile and page.
    pub code: Code,
    /// What it looks at, and how.
    pub check: Check,
}

/// What a rule wants to see; the driver finds it.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Each document as it is written: keys, scalars, comments.
    Document(fn(&yaml::Document, &mut Sink<'_>)),
    /// Each object.
    Object(fn(&Object<'_>, &mut Sink<'_>)),
    /// Each object of these kinds, by group and kind.
    Kind(&'static [(&'static str, &'static str)], fn(&Object<'_>, &mut Sink<'_>)),
    /// Each Pod spec: of a Pod and of every workload's template.
    Pod(fn(&PodAt<'_>, &mut Sink<'_>)),
    /// Each container of each Pod spec: app, init, sidecar, ephemeral.
    Container(fn(&ContainerAt<'_>, &mut Sink<'_>)),
    /// All objects together.
    Tree(fn(&Tree<'_>, &mut Sink<'_>)),
    /// The cluster at rest, after the manifests were applied. The cluster is only simulated if a selected rule asks.
    Outcome(fn(&Tree<'_>, &simulate::Outcome, &mut Sink<'_>)),
}

/// A Pod spec and the object it stands in.
#[derive(Clone, Copy, Debug)]
pub struct PodAt<'a> {
    /// The Pod or workload.
    pub object: &'a Object<'a>,
    /// The Pod spec.
    pub pod: PodTemplate<'a>,
}

impl PodAt<'_> {
    /// Path in the object of a field of the Pod spec.
    pub fn field(&self, field: &str) -> String {
        format!("{}.{field}", self.pod.path)
    }
}

/// A container and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct ContainerAt<'a> {
    /// The Pod or workload.
    pub object: &'a Object<'a>,
    /// The Pod spec.
    pub pod: PodTemplate<'a>,
    /// The container.
    pub container: Container<'a>,
}

impl<'a> ContainerAt<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        self.container.value.str("name")
    }

    /// Path in the object of a field of the container.
    pub fn field(&self, field: &str) -> String {
        format!("{}.{field}", self.pod.container_path(&self.container))
    }
}

/// Where a rule's findings go. It knows the rule, and the document that is being looked at.
#[derive(Debug)]
pub struct Sink<'r> {
    pub(super) rule: &'static Rule,
    pub(super) parameters: &'r Parameters,
    pub(super) minors: MinorSet,
    pub(super) document: Option<u32>,
    pub(super) findings: &'r mut Vec<Finding>,
}

impl<'r> Sink<'r> {
    /// What the configuration says.
    pub fn parameters(&self) -> &'r Parameters {
        self.parameters
    }

    /// The Kubernetes versions that were asked for.
    pub fn minors(&self) -> MinorSet {
        self.minors
    }

    /// A finding of the rule in the document at hand; to be completed, and given to `push`.
    pub fn finding(&self, place: Place, message: impl Into<String>) -> Finding {
        let mut finding = Finding::new(&self.rule.code, place, message);
        finding.document = self.document;
        finding
    }

    /// A finding in the document of `object` (for rules that look at many).
    pub fn finding_in(&self, object: &Object<'_>, place: Place, message: impl Into<String>) -> Finding {
        let mut finding = self.finding(place, message);
        finding.document = object.document;
        finding
    }

    /// Reports a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

/// The place of an object's name; without one, of its metadata, or where it starts.
pub fn name_place(object: &Object<'_>) -> Place {
    let metadata = object.metadata();
    let name = metadata.and_then(|m| m.get("name").or_else(|| m.get("generateName")));
    name.or(metadata).map_or_else(
        || {
            // The whole object would be all of its text.
            let Place { file, span } = object.value.place();
            Place::new(file, Span::new(span.start, span.start))
        },
        Value::place,
    )
}
