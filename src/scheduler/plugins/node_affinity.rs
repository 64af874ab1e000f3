use crate::cluster::affinity;
use crate::cluster::model::{self, Node, NodeSelectorTerm, PodSpec};
use crate::object::{Operator, Requirement, Sym};
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{
    Context, Event, Filter, Plugin, Point, PreFilter, Score, Status, default_normalize,
};
use crate::scheduler::snapshot::NodeInfo;

/// `NodeAffinity`: `nodeSelector` and required node affinity hold; preferred terms add their weights.
#[derive(Default)]
pub struct NodeAffinity {
    /// `addedAffinity`: holds for every Pod besides its own.
    pub added: Option<model::NodeAffinity>,
}

impl Plugin for NodeAffinity {
    fn name(&self) -> &'static str {
        "NodeAffinity"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter, Point::Score]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        let spec = &*context.pod.spec;
        let required = spec.node_affinity.required.as_deref();
        let added = self.added.as_ref();
        let adds = added.is_some_and(|added| added.required.is_some());
        if required.is_none() && spec.node_selector.is_empty() && !adds {
            return PreFilter::Skip;
        }
        let prepared = Box::new(Prepared { spec, added });
        let Some(names) = required.and_then(named_nodes) else { return PreFilter::Run(prepared) };
        if names.is_empty() {
            return PreFilter::Refuse(Status::unresolvable("pod affinity terms conflict"));
        }
        PreFilter::Only(prepared, names)
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>) -> Option<Box<dyn Score + 'a>> {
        let (spec, added) = (&*context.pod.spec, self.added.as_ref());
        let prefers = !spec.node_affinity.preferred.is_empty()
            || added.is_some_and(|added| !added.preferred.is_empty());
        prefers.then(|| Box::new(Prepared { spec, added }) as Box<dyn Score>)
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        matches!(event, Event::NodeAdded(node) if affinity::selects_node(&context.pod.spec, node))
    }
}

/// The nodes that the terms name, if every term names some by `metadata.name In`. Requirements of one term are
/// intersected.
fn named_nodes(terms: &[NodeSelectorTerm]) -> Option<Vec<Sym>> {
    let mut all = Vec::new();
    for term in terms {
        let mut of_term: Option<Vec<Sym>> = None;
        for field in term.fields.iter().filter(|field| &*field.key == "metadata.name") {
            let Operator::In(values) = &field.operator else { continue };
            of_term = Some(match of_term {
                None => values.to_vec(),
                Some(names) => names.into_iter().filter(|name| values.contains(name)).collect(),
            });
        }
        all.extend(of_term?);
    }
    all.sort_unstable();
    all.dedup();
    (!terms.is_empty()).then_some(all)
}

#[derive(Clone)]
struct Prepared<'a> {
    spec: &'a PodSpec,
    added: Option<&'a model::NodeAffinity>,
}

impl Prepared<'_> {
    /// True if the affinity of the configuration holds.
    fn is_enforced(&self, node: &Node) -> bool {
        let required = self.added.and_then(|added| added.required.as_ref());
        required.is_none_or(|terms| terms.iter().any(|term| term.matches(node)))
    }
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        if !self.is_enforced(&node.node) {
            return Err(Status::unresolvable("node(s) didn't match scheduler-enforced node affinity"));
        }
        if affinity::selects_node(self.spec, &node.node) {
            return Ok(());
        }
        Err(Status::unresolvable("node(s) didn't match Pod's node affinity/selector"))
    }

    fn lacks(&self, node: &NodeInfo) -> Vec<Lack> {
        let labels = &node.node.meta.labels;
        let mut lacks: Vec<Lack> = self
            .spec
            .node_selector
            .iter()
            .map(|(key, value)| Lack::Label { key, value, has: labels.get(key) })
            .filter(|lack| !matches!(lack, Lack::Label { value, has, .. } if *has == Some(*value)))
            .collect();
        if !self.is_enforced(&node.node) {
            lacks.push(Lack::Other("node(s) didn't match scheduler-enforced node affinity".into()));
        }
        let terms = self.spec.node_affinity.required.as_deref().unwrap_or_default();
        let required = self.spec.node_affinity.required.is_some();
        if required && !terms.iter().any(|term| term.matches(&node.node)) {
            let unmet = |term: &NodeSelectorTerm| -> Vec<Requirement> {
                let labels = term.expressions.iter().filter(|r| !r.matches(labels));
                let fields = term.fields.iter().filter(|r| !r.accepts(Some(node.node.meta.name)));
                labels.chain(fields).cloned().collect()
            };
            let nearest = terms.iter().map(unmet).filter(|unmet| !unmet.is_empty()).min_by_key(Vec::len);
            lacks.push(Lack::Affinity(nearest.unwrap_or_default()));
        }
        lacks
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}

impl Score for Prepared<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        let added = self.added.into_iter().flat_map(|added| &added.preferred);
        let all = self.spec.node_affinity.preferred.iter().chain(added);
        let matching = all.filter(|w| w.term.matches(&node.node));
        matching.map(|weighted| weighted.weight).sum()
    }

    fn compares(&self) -> bool {
        true
    }

    fn normalize(&self, _nodes: &[u32], scores: &mut [i64]) {
        default_normalize(scores, false);
    }
}
