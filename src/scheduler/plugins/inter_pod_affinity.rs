use std::sync::Arc;

use smallvec::SmallVec;

use crate::cluster::model::{Pod, PodAffinityTerm};
use crate::object::{Labels, Sym};
use crate::scheduler::counts::{NodeRule, Query};
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{
    Context, Event, Filter, MAX_SCORE, Plugin, Point, PreFilter, Scope, Score, Status,
};
use crate::scheduler::snapshot::{NodeInfo, PodInfo};
use crate::scheduler::sparse::Sparse;
use crate::scheduler::terms::{TermKind, matches_all, matches_incoming};
use crate::scheduler::topology::{Apart, Topology};

/// `InterPodAffinity`: Pods near or far from other Pods; both sides' terms count.
pub struct InterPodAffinity {
    /// `hardPodAffinityWeight`: what a required affinity term of an existing Pod adds to a node's score.
    pub hard_weight: i64,
    /// `ignorePreferredTermsOfExistingPods`, for Pods that prefer nothing themselves.
    pub ignores_preferred_of_others: bool,
}

impl Default for InterPodAffinity {
    fn default() -> Self {
        Self { hard_weight: 1, ignores_preferred_of_others: false }
    }
}

impl Plugin for InterPodAffinity {
    fn name(&self) -> &'static str {
        "InterPodAffinity"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter, Point::Score]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        let filtering = Filtering::new(*context);
        let spec = &context.pod.spec;
        if filtering.existing.iter().all(PerDomain::is_empty)
            && spec.pod_affinity.required.is_empty()
            && spec.pod_anti_affinity.required.is_empty()
        {
            return PreFilter::Skip;
        }
        PreFilter::Run(Box::new(filtering))
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>) -> Option<Box<dyn Score + 'a>> {
        if self.ignores_preferred_of_others && !prefers(context.pod) {
            return None;
        }
        let scoring = Scoring::new(context, self.hard_weight);
        scoring.any.then(|| Box::new(scoring) as Box<dyn Score>)
    }

    fn hears_bindings(&self) -> bool {
        true
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        let pod = context.pod;
        let (with, against) = (&pod.spec.pod_affinity.required, &pod.spec.pod_anti_affinity.required);
        match event {
            Event::PodAdded(other) => hint_matches(with, pod, other),
            Event::PodDeleted(other) => {
                let theirs = &other.spec.pod_anti_affinity.required;
                hint_matches(against, pod, other) || hint_matches(theirs, other, pod)
            }
            Event::NodeAdded(node) => {
                with.iter().any(|term| node.meta.labels.get(term.topology_key).is_some())
                    || !against.is_empty()
            }
            _ => false,
        }
    }
}

/// True if the Pod itself prefers to be near or far from others.
fn prefers(pod: &Pod) -> bool {
    !pod.spec.pod_affinity.preferred.is_empty() || !pod.spec.pod_anti_affinity.preferred.is_empty()
}

/// True if `other` matches all terms of `pod`. Hints look at namespaces by name only, and ask a namespace selector about
/// a namespace without labels.
fn hint_matches(terms: &[PodAffinityTerm], pod: &Pod, other: &Pod) -> bool {
    let (own, namespace) = (pod.meta.namespace, other.meta.namespace);
    let matches =
        |term: &PodAffinityTerm| term.matches(own, namespace, &other.meta.labels, &Labels::default());
    !terms.is_empty() && terms.iter().all(matches)
}

/// Pods, or weights of Pods, per domain of a label.
#[derive(Clone)]
struct PerDomain {
    topology: Arc<Topology>,
    pods: Arc<Sparse>,
}

impl PerDomain {
    /// Pods that match all of the terms, per domain of the key.
    fn counted(context: &Context<'_>, key: Sym, terms: &[PodAffinityTerm]) -> Self {
        let Context { pod, cluster, objects, .. } = context;
        let topology = cluster.topology(key);
        let query = Query::Terms { own: pod.meta.namespace, terms: terms.to_vec() };
        let pods = cluster.tally(&query, &topology, &NodeRule::default(), objects).pods;
        Self { topology, pods }
    }

    fn add(&mut self, more: &Arc<Sparse>, weight: i64) {
        if weight == 1 && self.pods.is_empty() {
            self.pods = more.clone();
            return;
        }
        let pods = Arc::make_mut(&mut self.pods);
        for (domain, count) in more.iter() {
            pods.add(domain, count.saturating_mul(weight));
        }
    }

    fn step(&mut self, node: &NodeInfo, by: i64) {
        if let Some(domain) = self.topology.domain(node.index) {
            Arc::make_mut(&mut self.pods).add(domain, by);
        }
    }

    fn at(&self, node: &NodeInfo) -> Option<i64> {
        self.topology.domain(node.index).map(|domain| self.pods.get(domain))
    }

    fn is_empty(&self) -> bool {
        self.pods.is_empty()
    }

    fn sets_apart(&self, apart: &mut Apart) {
        apart.by_numbers(&self.topology, &self.pods);
    }
}

/// The counts of a key in a list by key, made if they are not there.
fn of_key<'l>(list: &'l mut SmallVec<[PerDomain; 1]>, context: &Context<'_>, key: Sym) -> &'l mut PerDomain {
    let at = list.iter().position(|counts| counts.topology.key == key).unwrap_or_else(|| {
        list.push(PerDomain { topology: context.cluster.topology(key), pods: Arc::default() });
        list.len() - 1
    });
    &mut list[at]
}

#[derive(Clone)]
struct Filtering<'a> {
    context: Context<'a>,
    /// Per key: existing Pods with required anti-affinity against the Pod to place.
    existing: SmallVec<[PerDomain; 1]>,
    /// Per required affinity term: existing Pods that match all these terms.
    affinity: SmallVec<[PerDomain; 1]>,
    /// Per required anti-affinity term: existing Pods that match it.
    anti: SmallVec<[PerDomain; 1]>,
}

impl<'a> Filtering<'a> {
    fn new(context: Context<'a>) -> Self {
        let Context { pod, class, cluster, objects } = context;
        let mut existing = SmallVec::new();
        cluster.terms_against(class, objects, |term| {
            if term.held.kind == TermKind::RequiredAnti {
                of_key(&mut existing, &context, term.held.term.topology_key).add(&term.pods, 1);
            }
        });
        let (with, against) = (&pod.spec.pod_affinity.required, &pod.spec.pod_anti_affinity.required);
        let counted = |term: &PodAffinityTerm, terms| PerDomain::counted(&context, term.topology_key, terms);
        let affinity = with.iter().map(|term| counted(term, with)).collect();
        let anti = against.iter().map(|term| counted(term, std::slice::from_ref(term))).collect();
        Self { context, existing, affinity, anti }
    }

    fn update(&mut self, other: &PodInfo, node: &NodeInfo, by: i64) {
        let Context { pod, cluster, objects, .. } = self.context;
        let own = pod.meta.namespace;
        for term in cluster.terms_of(other.class).map(|term| &term.held) {
            if term.kind == TermKind::RequiredAnti && term.means(pod, objects) {
                of_key(&mut self.existing, &self.context, term.term.topology_key).step(node, by);
            }
        }
        if matches_all(&pod.spec.pod_affinity.required, own, &other.pod, objects) {
            for counts in &mut self.affinity {
                counts.step(node, by);
            }
        }
        for (term, counts) in pod.spec.pod_anti_affinity.required.iter().zip(&mut self.anti) {
            if matches_incoming(term, own, &other.pod, objects) {
                counts.step(node, by);
            }
        }
    }

    fn satisfies_affinity(&self, node: &NodeInfo) -> bool {
        let mut there = true;
        for counts in &self.affinity {
            match counts.at(node) {
                None => return false,
                Some(pods) => there &= pods > 0,
            }
        }
        // The first Pod of a group that wants to be near itself may go anywhere.
        there || {
            let Context { pod, objects, .. } = self.context;
            self.affinity.iter().all(PerDomain::is_empty)
                && matches_all(&pod.spec.pod_affinity.required, pod.meta.namespace, pod, objects)
        }
    }
}

impl<'a> Filter<'a> for Filtering<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        let crowded = |counts: &PerDomain| counts.at(node).is_some_and(|pods| pods > 0);
        if !self.satisfies_affinity(node) {
            return Err(Status::unresolvable("node(s) didn't match pod affinity rules"));
        }
        if self.anti.iter().any(crowded) {
            return Err(Status::unschedulable("node(s) didn't match pod anti-affinity rules"));
        }
        if self.existing.iter().any(crowded) {
            return Err(Status::unschedulable("node(s) didn't satisfy existing pods anti-affinity rules"));
        }
        Ok(())
    }

    fn lacks(&self, node: &NodeInfo) -> Vec<Lack> {
        let spec = &self.context.pod.spec;
        let crowded = |counts: &PerDomain| counts.at(node).is_some_and(|pods| pods > 0);
        let selector = |term: &PodAffinityTerm| term.selector.clone().unwrap_or_default();
        let mut lacks = Vec::new();
        if !self.satisfies_affinity(node) {
            for (term, counts) in spec.pod_affinity.required.iter().zip(&self.affinity) {
                let key = term.topology_key;
                match counts.at(node) {
                    None => lacks.push(Lack::TopologyKey(key)),
                    Some(0) => lacks.push(Lack::NoCompany { key, selector: selector(term) }),
                    Some(_) => {}
                }
            }
        }
        for (term, counts) in spec.pod_anti_affinity.required.iter().zip(&self.anti) {
            if crowded(counts) {
                lacks.push(Lack::Company { key: term.topology_key, selector: selector(term) });
            }
        }
        // A group whose Pods avoid each other says so once.
        let avoided =
            |key: Sym| lacks.iter().any(|lack| matches!(lack, Lack::Company { key: k, .. } if *k == key));
        let unwelcome: Vec<Lack> = self
            .existing
            .iter()
            .filter(|counts| crowded(counts) && !avoided(counts.topology.key))
            .map(|counts| Lack::Unwelcome { key: counts.topology.key })
            .collect();
        lacks.extend(unwelcome);
        lacks
    }

    fn cannot_fail(&self) -> bool {
        true
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn sets_apart(&self, apart: &mut Apart) -> bool {
        let all = self.affinity.iter().chain(&self.anti).chain(&self.existing);
        all.for_each(|counts| counts.sets_apart(apart));
        true
    }

    fn add_pod(&mut self, pod: &PodInfo, node: &NodeInfo) {
        self.update(pod, node, 1);
    }

    fn remove_pod(&mut self, pod: &PodInfo, node: &NodeInfo) {
        self.update(pod, node, -1);
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}

struct Scoring {
    /// Per key: sum of weights in each domain.
    weights: SmallVec<[PerDomain; 1]>,
    /// Some term matched some Pod in some domain, even if the sums are zero.
    any: bool,
}

impl Scoring {
    fn new(context: &Context<'_>, hard_weight: i64) -> Self {
        let Context { pod, class, cluster, objects } = *context;
        let mut this = Self { weights: SmallVec::new(), any: false };
        let wished = pod.spec.pod_affinity.preferred.iter().map(|w| (w.weight, &w.term));
        let unwished = pod.spec.pod_anti_affinity.preferred.iter().map(|w| (-w.weight, &w.term));
        for (weight, term) in wished.chain(unwished) {
            let key = term.topology_key;
            let counted = PerDomain::counted(context, key, std::slice::from_ref(term));
            this.add(context, key, &counted.pods, weight);
        }
        cluster.terms_against(class, objects, |term| {
            let weight = match term.held.kind {
                TermKind::RequiredAnti => return,
                TermKind::Required if hard_weight == 0 => return,
                TermKind::Required => hard_weight,
                TermKind::Preferred(weight) => weight,
                TermKind::PreferredAnti(weight) => -weight,
            };
            this.add(context, term.held.term.topology_key, &term.pods, weight);
        });
        this
    }

    fn add(&mut self, context: &Context<'_>, key: Sym, pods: &Arc<Sparse>, weight: i64) {
        of_key(&mut self.weights, context, key).add(pods, weight);
        self.any |= !pods.is_empty();
    }
}

impl Score for Scoring {
    fn score(&self, node: &NodeInfo) -> i64 {
        self.weights.iter().filter_map(|weights| weights.at(node)).sum()
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn sets_apart(&self, apart: &mut Apart) -> bool {
        self.weights.iter().for_each(|weights| weights.sets_apart(apart));
        true
    }

    fn compares(&self) -> bool {
        true
    }

    fn normalize(&self, _nodes: &[u32], scores: &mut [i64]) {
        let least = scores.iter().copied().min().unwrap_or(0);
        let most = scores.iter().copied().max().unwrap_or(0);
        let range = most - least;
        for score in scores {
            *score = if range > 0 {
                (MAX_SCORE as f64 * ((*score - least) as f64 / range as f64)) as i64
            } else {
                0
            };
        }
    }
}
