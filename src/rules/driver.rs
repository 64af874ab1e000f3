//! Walks the input once, and shows every rule what it asks for.

use rustc_hash::FxHashMap;

use crate::finding::{Finding, Profile};
use crate::object::{Object, Sym, sym};
use crate::schema::{Minor, MinorSet};
use crate::simulate;
use crate::yaml;

use super::rule::{Check, ContainerAt, PodAt, Rule, Sink};
use super::{Parameters, RULES, Tree};

/// Rules that were selected, sorted by what they ask for.
#[derive(Debug, Default)]
pub struct Rules {
    documents: Vec<&'static Rule>,
    objects: Vec<&'static Rule>,
    kinds: FxHashMap<(Sym, Sym), Vec<&'static Rule>>,
    pods: Vec<&'static Rule>,
    containers: Vec<&'static Rule>,
    trees: Vec<&'static Rule>,
    outcomes: Vec<&'static Rule>,
    parameters: Parameters,
    minors: MinorSet,
}

impl Rules {
    /// The rules of these profiles; those that are off by default only with `pedantic`.
    pub fn of(profiles: &[Profile]) -> Self {
        Self::new(RULES.iter().copied().filter(|rule| rule.code.is_in(profiles)))
    }

    /// Exactly these rules.
    pub fn new(rules: impl IntoIterator<Item = &'static Rule>) -> Self {
        let mut this = Self { minors: MinorSet::one(Minor::DEFAULT), ..Self::default() };
        for rule in rules {
            match rule.check {
                Check::Document(_) => this.documents.push(rule),
                Check::Object(_) => this.objects.push(rule),
                Check::Kind(kinds, _) => {
                    for (group, kind) in kinds {
                        this.kinds.entry((sym(group), sym(kind))).or_default().push(rule);
                    }
                }
                Check::Pod(_) => this.pods.push(rule),
                Check::Container(_) => this.containers.push(rule),
                Check::Tree(_) => this.trees.push(rule),
                Check::Outcome(_) => this.outcomes.push(rule),
            }
        }
        this
    }

    /// The same rules, configured.
    #[must_use]
    pub fn with(mut self, parameters: Parameters) -> Self {
        self.parameters = parameters;
        self
    }

    /// The same rules, for these Kubernetes versions.
    #[must_use]
    pub fn for_versions(mut self, minors: MinorSet) -> Self {
        self.minors = minors;
        self
    }

    /// True if a rule wants to see the cluster at rest.
    pub fn ask_for_outcome(&self) -> bool {
        !self.outcomes.is_empty()
    }

    fn sink<'r>(
        &'r self,
        rule: &'static Rule,
        document: Option<u32>,
        findings: &'r mut Vec<Finding>,
    ) -> Sink<'r> {
        Sink { rule, parameters: &self.parameters, minors: self.minors, document, findings }
    }

    /// What can be said of a document alone. `number` is its position in the run's list.
    pub fn document(&self, document: &yaml::Document, number: u32, findings: &mut Vec<Finding>) {
        for &rule in &self.documents {
            if let Check::Document(check) = rule.check {
                check(document, &mut self.sink(rule, Some(number), findings));
            }
        }
    }

    /// What can be said of an object alone: its fields, its Pod spec, its containers.
    pub fn object(&self, object: &Object<'_>, findings: &mut Vec<Finding>) {
        let of_kind = self.kinds.get(&(object.gvk.group, object.gvk.kind)).map_or(&[][..], Vec::as_slice);
        for &rule in self.objects.iter().chain(of_kind) {
            if let Check::Object(check) | Check::Kind(_, check) = rule.check {
                check(object, &mut self.sink(rule, object.document, findings));
            }
        }
        if self.pods.is_empty() && self.containers.is_empty() {
            return;
        }
        let Some(pod) = object.pod_template() else { return };
        for &rule in &self.pods {
            if let Check::Pod(check) = rule.check {
                check(&PodAt { object, pod }, &mut self.sink(rule, object.document, findings));
            }
        }
        for container in pod.containers() {
            let at = ContainerAt { object, pod, container };
            for &rule in &self.containers {
                if let Check::Container(check) = rule.check {
                    check(&at, &mut self.sink(rule, object.document, findings));
                }
            }
        }
    }

    /// What can be said of all objects together.
    pub fn tree(&self, tree: &Tree<'_>, findings: &mut Vec<Finding>) {
        for &rule in &self.trees {
            if let Check::Tree(check) = rule.check {
                check(tree, &mut self.sink(rule, None, findings));
            }
        }
    }

    /// What can be said of the cluster at rest.
    pub fn outcome(&self, tree: &Tree<'_>, outcome: &simulate::Outcome, findings: &mut Vec<Finding>) {
        for &rule in &self.outcomes {
            if let Check::Outcome(check) = rule.check {
                check(tree, outcome, &mut self.sink(rule, None, findings));
            }
        }
    }

    /// Everything that can be said without a simulation. `documents` are numbered from 0; of the objects only those
    /// that belong to a document are judged.
    pub fn run(&self, documents: &[yaml::Document], tree: &Tree<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (number, document) in documents.iter().enumerate() {
            self.document(document, number as u32, &mut findings);
        }
        for object in tree.own() {
            self.object(object, &mut findings);
        }
        self.tree(tree, &mut findings);
        findings
    }
}
