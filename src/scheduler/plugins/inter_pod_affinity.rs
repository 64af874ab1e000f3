use std::sync::Arc;

use smallvec::SmallVec;

use crate::cluster::model::{Pod, PodAffinityTerm};
use crate::object::{Labels, Sym};
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{
    Context, Event, Filter, MAX_SCORE, Plugin, Point, PreFilter, Scope, Score, Status,
};
use crate::scheduler::snapshot::{
    Held, NodeInfo, PodInfo, Query, TermKind, Topology, matches_all, matches_existing, matches_incoming,
};

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

    fn looks_beyond_nodes(&self, context: &Context<'_>) -> bool {
        let Context { pod, cluster, objects, .. } = *context;
        let of_others = |held: &Held| {
            held.kind != TermKind::RequiredAnti && matches_existing(&held.term, held.own, pod, objects)
        };
        prefers(pod) || !self.ignores_preferred_of_others && cluster.held().any(of_others)
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>, _feasible: &[u32]) -> Option<Box<dyn Score + 'a>> {
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

/// Pods counted per domain of a label.
#[derive(Clone)]
struct PerDomain {
    topology: Arc<Topology>,
    pods: Vec<i64>,
}

impl PerDomain {
    fn new(context: &Context<'_>, key: Sym) -> Self {
        let topology = context.cluster.topology(key);
        let pods = vec![0; topology.domains];
        Self { topology, pods }
    }

    fn add(&mut self, per_node: &[u32], weight: i64) {
        for (node, pods) in per_node.iter().enumerate() {
            if *pods > 0
                && let Some(domain) = self.topology.domain(node as u32)
            {
                self.pods[domain] += i64::from(*pods) * weight;
            }
        }
    }

    fn step(&mut self, node: &NodeInfo, by: i64) {
        if let Some(domain) = self.topology.domain(node.index) {
            self.pods[domain] += by;
        }
    }

    fn at(&self, node: &NodeInfo) -> Option<i64> {
        self.topology.domain(node.index).map(|domain| self.pods[domain])
    }

    fn is_empty(&self) -> bool {
        self.pods.iter().all(|pods| *pods == 0)
    }
}

/// The counts of a key in a list by key, made if they are not there.
fn of_key<'l>(list: &'l mut SmallVec<[PerDomain; 1]>, context: &Context<'_>, key: Sym) -> &'l mut PerDomain {
    let at = list.iter().position(|counts| counts.topology.key == key).unwrap_or_else(|| {
        list.push(PerDomain::new(context, key));
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
        let Context { pod, cluster, objects, .. } = context;
        let own = pod.meta.namespace;
        let mut existing = SmallVec::new();
        for held in cluster.held().filter(|held| held.kind == TermKind::RequiredAnti) {
            if matches_existing(&held.term, held.own, pod, objects) {
                of_key(&mut existing, &context, held.term.topology_key).add(&held.per_node, 1);
            }
        }
        let counted = |term: &PodAffinityTerm, terms: &[PodAffinityTerm]| {
            let mut counts = PerDomain::new(&context, term.topology_key);
            let query = Query::Terms { own, terms: terms.to_vec() };
            counts.add(&cluster.counts(&query, objects), 1);
            counts
        };
        let (with, against) = (&pod.spec.pod_affinity.required, &pod.spec.pod_anti_affinity.required);
        let affinity = with.iter().map(|term| counted(term, with)).collect();
        let anti = against.iter().map(|term| counted(term, std::slice::from_ref(term))).collect();
        Self { context, existing, affinity, anti }
    }

    fn update(&mut self, other: &PodInfo, node: &NodeInfo, by: i64) {
        let Context { pod, cluster, objects, .. } = self.context;
        let own = pod.meta.namespace;
        for held in cluster.terms_of(other.class).filter(|held| held.kind == TermKind::RequiredAnti) {
            if matches_existing(&held.term, held.own, pod, objects) {
                of_key(&mut self.existing, &self.context, held.term.topology_key).step(node, by);
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
        let Context { pod, cluster, objects, .. } = *context;
        let mut this = Self { weights: SmallVec::new(), any: false };
        let own = pod.meta.namespace;
        let wished = pod.spec.pod_affinity.preferred.iter().map(|w| (w.weight, &w.term));
        let unwished = pod.spec.pod_anti_affinity.preferred.iter().map(|w| (-w.weight, &w.term));
        for (weight, term) in wished.chain(unwished) {
            let query = Query::Terms { own, terms: vec![term.clone()] };
            this.add(context, term.topology_key, &cluster.counts(&query, objects), weight);
        }
        for held in cluster.held() {
            let weight = match held.kind {
                TermKind::Required if hard_weight == 0 => continue,
                TermKind::Required => hard_weight,
                TermKind::Preferred(weight) => weight,
                TermKind::PreferredAnti(weight) => -weight,
                TermKind::RequiredAnti => continue,
            };
            if matches_existing(&held.term, held.own, pod, objects) {
                this.add(context, held.term.topology_key, &held.per_node, weight);
            }
        }
        this
    }

    fn of(&self, node: u32) -> i64 {
        let in_domain =
            |weights: &PerDomain| weights.topology.domain(node).map(|domain| weights.pods[domain]);
        self.weights.iter().filter_map(in_domain).sum()
    }

    fn add(&mut self, context: &Context<'_>, key: Sym, per_node: &[u32], weight: i64) {
        let counts = of_key(&mut self.weights, context, key);
        counts.add(per_node, weight);
        let in_domain =
            |(node, pods): (usize, &u32)| *pods > 0 && counts.topology.domain(node as u32).is_some();
        self.any |= per_node.iter().enumerate().any(in_domain);
    }
}

impl Score for Scoring {
    fn score(&self, node: &NodeInfo) -> i64 {
        self.of(node.index)
    }

    fn scores(&self, feasible: &[u32], _nodes: &[NodeInfo]) -> Vec<i64> {
        feasible.iter().map(|node| self.of(*node)).collect()
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
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
