//! Does a node, or a Pod, satisfy a term of affinity? (`component-helpers/scheduling/corev1/nodeaffinity`)

use crate::cluster::model::{Node, NodeSelectorTerm, PodAffinityTerm, PodSpec};
use crate::object::{Labels, Requirement, Sym, sym};

impl NodeSelectorTerm {
    /// True if the term asks nothing; such a term matches no node.
    pub fn is_empty(&self) -> bool {
        self.expressions.is_empty() && self.fields.is_empty()
    }

    /// True if the node satisfies every requirement.
    pub fn matches(&self, node: &Node) -> bool {
        !self.is_empty()
            && self.expressions.iter().all(|r| r.matches(&node.meta.labels))
            && self.fields.iter().all(|r| field_matches(r, node))
    }
}

impl NodeSelectorTerm {
    /// True if labels alone satisfy every requirement, as those of a node without a name
    /// (`MatchNodeSelectorTerms` in `CheckNodeAffinity`).
    pub fn matches_labels(&self, labels: &Labels) -> bool {
        !self.is_empty()
            && self.expressions.iter().all(|r| r.matches(labels))
            && self.fields.iter().all(|r| r.accepts(Some(sym(""))))
    }
}

fn field_matches(requirement: &Requirement, node: &Node) -> bool {
    // `metadata.name` is the only field a node selector knows.
    let value = if &*requirement.key == "metadata.name" { node.meta.name } else { sym("") };
    requirement.accepts(Some(value))
}

/// True if the node has the labels of `nodeSelector` and satisfies the required node affinity
/// (`GetRequiredNodeAffinity(pod).Match(node)`).
pub fn selects_node(spec: &PodSpec, node: &Node) -> bool {
    selects(&spec.node_selector, spec.node_affinity.required.as_deref(), node)
}

/// True if a node has the labels of a selector, and satisfies one of the terms, if there are any.
pub fn selects(selector: &Labels, terms: Option<&[NodeSelectorTerm]>, node: &Node) -> bool {
    selector.iter().all(|(key, value)| node.meta.labels.get(key) == Some(value))
        && terms.is_none_or(|terms| terms.iter().any(|term| term.matches(node)))
}

impl PodAffinityTerm {
    /// True if a Pod of `namespace` with `labels` is meant. `own` is the namespace of the Pod that has the term,
    /// `namespace_labels` are those of `namespace` (`AffinityTerm.Matches`).
    pub fn matches(&self, own: Sym, namespace: Sym, labels: &Labels, namespace_labels: &Labels) -> bool {
        self.matches_namespace(own, namespace, namespace_labels)
            && self.selector.as_ref().is_some_and(|selector| selector.matches(labels))
    }

    /// True if Pods of `namespace` are meant: it is named, selected by its labels, or, when neither is given, the own.
    pub fn matches_namespace(&self, own: Sym, namespace: Sym, namespace_labels: &Labels) -> bool {
        if self.namespaces.is_empty() && self.namespace_selector.is_none() {
            return namespace == own;
        }
        self.namespaces.contains(&namespace)
            || self.namespace_selector.as_ref().is_some_and(|selector| selector.matches(namespace_labels))
    }
}
