use std::borrow::Cow;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::cluster::model::{Node, Pod, SpreadConstraint};
use crate::cluster::{affinity, tolerations};
use crate::object::sym;
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{
    Context, Event, Filter, MAX_SCORE, Plugin, Point, PreFilter, Scope, Score, Status,
};
use crate::scheduler::objects::Objects;
use crate::scheduler::snapshot::{NodeInfo, PodInfo, Query, Topology};

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

/// `PodTopologySpread`: Pods that a constraint selects are spread evenly over domains. Pods without constraints that
/// belong to a Service or a controller are spread by the built-in ones, which only score.
#[derive(Default)]
pub struct PodTopologySpread {
    /// `defaultConstraints` with `defaultingType: List`, in the place of the built-in ones.
    pub defaults: Option<Vec<SpreadConstraint>>,
}

impl PodTopologySpread {
    /// The constraints that take the place of a Pod's own if it has none (`buildDefaultConstraints`). Empty if nothing
    /// selects the Pod.
    fn defaults(&self, pod: &Pod, objects: &Objects) -> Vec<SpreadConstraint> {
        let Some(list) = &self.defaults else {
            return default_constraints(pod, objects).map(Vec::from).unwrap_or_default();
        };
        let selector = objects.default_selector(pod);
        if selector.is_empty() {
            return Vec::new();
        }
        let with = |constraint: &SpreadConstraint| SpreadConstraint {
            selector: Some(selector.clone()),
            ..constraint.clone()
        };
        list.iter().map(with).collect()
    }

    /// Constraints that filter: the Pod's own, or the defaults.
    fn hard<'p>(&self, pod: &'p Pod, objects: &Objects) -> Vec<Cow<'p, SpreadConstraint>> {
        if pod.spec.spread.is_empty() && self.defaults.is_some() {
            return self.defaults(pod, objects).into_iter().filter(|c| c.hard).map(Cow::Owned).collect();
        }
        pod.spec.spread.iter().filter(|constraint| constraint.hard).map(Cow::Borrowed).collect()
    }
}

impl Plugin for PodTopologySpread {
    fn name(&self) -> &'static str {
        "PodTopologySpread"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter, Point::Score]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        let hard = self.hard(context.pod, context.objects);
        if hard.is_empty() {
            return PreFilter::Skip;
        }
        PreFilter::Run(Box::new(Filtering::new(context, hard)))
    }

    fn looks_beyond_nodes(&self, context: &Context<'_>) -> bool {
        let soft = |constraints: &[SpreadConstraint]| constraints.iter().any(|constraint| !constraint.hard);
        match &context.pod.spec.spread[..] {
            [] => soft(&self.defaults(context.pod, context.objects)),
            own => soft(own),
        }
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>, feasible: &[u32]) -> Option<Box<dyn Score + 'a>> {
        let own = &context.pod.spec.spread;
        if !own.is_empty() {
            let soft: Vec<_> = own.iter().filter(|constraint| !constraint.hard).collect();
            return (!soft.is_empty())
                .then(|| Box::new(Scoring::new(context, &soft, true, feasible)) as Box<dyn Score>);
        }
        let defaults = self.defaults(context.pod, context.objects);
        let soft: Vec<_> = defaults.iter().filter(|constraint| !constraint.hard).collect();
        // Nodes need not have all keys of the built-in constraints.
        let all_keys = self.defaults.is_some();
        (!soft.is_empty())
            .then(|| Box::new(Scoring::new(context, &soft, all_keys, feasible)) as Box<dyn Score>)
    }

    fn hears_bindings(&self) -> bool {
        true
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        match event {
            Event::PodAdded(other) | Event::PodDeleted(other) => {
                other.meta.namespace == context.pod.meta.namespace
                    && self.hard(context.pod, context.objects).iter().any(|c| selects(c, other))
            }
            Event::NodeAdded(node) => {
                let hard = self.hard(context.pod, context.objects);
                hard.iter().all(|constraint| node.meta.labels.get(constraint.topology_key).is_some())
            }
            _ => false,
        }
    }
}

fn selects(constraint: &SpreadConstraint, pod: &Pod) -> bool {
    constraint.selector.as_ref().is_some_and(|selector| selector.matches(&pod.meta.labels))
}

/// `systemDefaultConstraints`; none if nothing selects the Pod.
fn default_constraints(pod: &Pod, objects: &Objects) -> Option<[SpreadConstraint; 2]> {
    let selector = objects.default_selector(pod);
    if selector.is_empty() {
        return None;
    }
    let constraint = |max_skew, key| SpreadConstraint {
        max_skew,
        topology_key: sym(key),
        hard: false,
        selector: Some(selector.clone()),
        min_domains: 1,
        honor_affinity: true,
        honor_taints: false,
    };
    Some([constraint(3, HOSTNAME), constraint(5, ZONE)])
}

/// True if Pods on the node count for the constraint (`matchNodeInclusionPolicies`).
fn counts_node(constraint: &SpreadConstraint, pod: &Pod, node: &Node) -> bool {
    (!constraint.honor_affinity || affinity::selects_node(&pod.spec, node))
        && (!constraint.honor_taints || tolerations::untolerated(&pod.spec.tolerations, node).is_none())
}

/// True if Pods count on every node: nodes need not be looked at.
fn counts_everywhere(constraint: &SpreadConstraint, pod: &Pod) -> bool {
    let selects_nodes =
        pod.spec.node_selector.iter().next().is_some() || pod.spec.node_affinity.required.is_some();
    !(constraint.honor_taints || constraint.honor_affinity && selects_nodes)
}

/// Pods per node that the constraint counts; `None` if it counts nobody. The empty selector counts nobody although it
/// matches everybody.
fn counts(context: &Context<'_>, constraint: &SpreadConstraint) -> Option<Arc<Vec<u32>>> {
    let selector = constraint.selector.as_ref().filter(|selector| !selector.is_empty())?;
    let query = Query::Spread { namespace: context.pod.meta.namespace, selector: selector.clone() };
    Some(context.cluster.counts(&query, context.objects))
}

/// A constraint with its Pods counted per domain.
#[derive(Clone)]
struct Counted<'a> {
    constraint: Cow<'a, SpreadConstraint>,
    topology: Arc<Topology>,
    /// The Pod to place counts itself.
    own: i64,
    /// Pods per domain; `None` for domains without a node that counts.
    per_domain: Vec<Option<i64>>,
    least: i64,
}

impl Counted<'_> {
    /// The smallest count, zero if there are fewer domains than asked for.
    fn update_least(&mut self) {
        let known = self.per_domain.iter().flatten();
        self.least = if (known.clone().count() as i64) < self.constraint.min_domains {
            0
        } else {
            known.copied().min().unwrap_or(0)
        };
    }
}

#[derive(Clone)]
struct Filtering<'a> {
    pod: &'a Pod,
    constraints: SmallVec<[Counted<'a>; 2]>,
}

impl<'a> Filtering<'a> {
    fn new(context: &Context<'a>, hard: Vec<Cow<'a, SpreadConstraint>>) -> Self {
        let pod = context.pod;
        let topologies: SmallVec<[_; 2]> =
            hard.iter().map(|constraint| context.cluster.topology(constraint.topology_key)).collect();
        let constraints = hard.iter().zip(&topologies).map(|(constraint, topology)| {
            let counts = counts(context, constraint);
            let mut per_domain = vec![None; topology.domains];
            let nodes = context.cluster.nodes();
            let everywhere = counts_everywhere(constraint, pod);
            for index in 0..nodes.len() as u32 {
                let has_all_keys = topologies.iter().all(|t| t.domain(index).is_some());
                let Some(domain) = topology.domain(index).filter(|_| has_all_keys) else { continue };
                if everywhere || counts_node(constraint, pod, &nodes[index as usize].node) {
                    let pods = counts.as_ref().map_or(0, |c| i64::from(c[index as usize]));
                    *per_domain[domain].get_or_insert(0) += pods;
                }
            }
            let own = i64::from(selects(constraint, pod));
            let constraint = constraint.clone();
            let mut counted = Counted { constraint, topology: topology.clone(), own, per_domain, least: 0 };
            counted.update_least();
            counted
        });
        Self { pod, constraints: constraints.collect() }
    }

    /// A Pod is imagined to come to the node, or to leave it.
    fn update(&mut self, other: &Pod, node: &NodeInfo, by: i64) {
        if other.meta.namespace != self.pod.meta.namespace {
            return;
        }
        let node_of = |counted: &Counted<'_>| counted.topology.domain(node.index);
        if !self.constraints.iter().all(|counted| node_of(counted).is_some()) {
            return;
        }
        for counted in &mut self.constraints {
            let Some(domain) = node_of(counted) else { continue };
            if selects(&counted.constraint, other) && counts_node(&counted.constraint, self.pod, &node.node) {
                *counted.per_domain[domain].get_or_insert(0) += by;
                counted.update_least();
            }
        }
    }
}

impl<'a> Filter<'a> for Filtering<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        for counted in &self.constraints {
            let Some(domain) = counted.topology.domain(node.index) else {
                return Err(Status::unresolvable(
                    "node(s) didn't match pod topology spread constraints (missing required label)",
                ));
            };
            let pods = counted.per_domain[domain].unwrap_or(0);
            if pods + counted.own - counted.least > counted.constraint.max_skew {
                return Err(Status::unschedulable("node(s) didn't match pod topology spread constraints"));
            }
        }
        Ok(())
    }

    fn lacks(&self, node: &NodeInfo) -> Vec<Lack> {
        let mut lacks = Vec::new();
        for counted in &self.constraints {
            let (key, max_skew, least) =
                (counted.constraint.topology_key, counted.constraint.max_skew, counted.least);
            match counted.topology.domain(node.index) {
                None => lacks.push(Lack::TopologyKey(key)),
                Some(domain) => {
                    let pods = counted.per_domain[domain].unwrap_or(0);
                    if pods + counted.own - least > max_skew {
                        lacks.push(Lack::Spread { key, pods, least, max_skew });
                    }
                }
            }
        }
        lacks
    }

    fn cannot_fail(&self) -> bool {
        true
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn add_pod(&mut self, pod: &PodInfo, node: &NodeInfo) {
        self.update(&pod.pod, node, 1);
    }

    fn remove_pod(&mut self, pod: &PodInfo, node: &NodeInfo) {
        self.update(&pod.pod, node, -1);
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}

/// A constraint that scores.
struct Weighed {
    topology: Arc<Topology>,
    max_skew: i64,
    weight: f64,
    /// Pods per domain, or, for hostnames, per node.
    counts: Counts,
}

enum Counts {
    Nobody,
    PerNode(Arc<Vec<u32>>),
    PerDomain(Vec<i64>),
}

struct Scoring {
    constraints: SmallVec<[Weighed; 2]>,
    /// Nodes that lack a key must have all of them: the built-in constraints do not ask for it.
    all_keys: bool,
}

impl Scoring {
    fn new(context: &Context<'_>, soft: &[&SpreadConstraint], all_keys: bool, feasible: &[u32]) -> Self {
        let topologies: SmallVec<[_; 2]> =
            soft.iter().map(|constraint| context.cluster.topology(constraint.topology_key)).collect();
        let ignored = |node: u32| all_keys && topologies.iter().any(|t| t.domain(node).is_none());
        let considered = feasible.iter().filter(|node| !ignored(**node)).count();
        let constraints = soft.iter().zip(&topologies).map(|(constraint, topology)| {
            let pods = counts(context, constraint);
            let hostname = &*constraint.topology_key == HOSTNAME;
            // Nodes without the label share a domain of their own: it makes the others weigh more.
            let nowhere = topology.domains;
            let mut candidate = vec![false; topology.domains + 1];
            let mut size = considered;
            if !hostname {
                for node in feasible.iter().filter(|node| !ignored(**node)) {
                    candidate[topology.domain(*node).unwrap_or(nowhere)] = true;
                }
                size = candidate.iter().filter(|is| **is).count();
            }
            let counts = match pods {
                None => Counts::Nobody,
                Some(pods) if hostname => Counts::PerNode(pods),
                Some(pods) => {
                    let mut per_domain = vec![0; topology.domains];
                    let nodes = context.cluster.nodes();
                    let with_pods = (0..).zip(pods.iter()).filter(|(_, pods)| **pods > 0);
                    for (index, pods) in with_pods {
                        let Some(domain) = topology.domain(index) else { continue };
                        if candidate[domain]
                            && !ignored(index)
                            && counts_node(constraint, context.pod, &nodes[index as usize].node)
                        {
                            per_domain[domain] += i64::from(*pods);
                        }
                    }
                    Counts::PerDomain(per_domain)
                }
            };
            let weight = ((size + 2) as f64).ln();
            Weighed { topology: topology.clone(), max_skew: constraint.max_skew, weight, counts }
        });
        Self { constraints: constraints.collect(), all_keys }
    }

    fn of(&self, node: u32) -> i64 {
        if self.ignores(node) {
            return 0;
        }
        let mut score = 0.0;
        for weighed in &self.constraints {
            let Some(domain) = weighed.topology.domain(node) else { continue };
            let pods = match &weighed.counts {
                Counts::Nobody => 0,
                Counts::PerNode(pods) => i64::from(pods[node as usize]),
                Counts::PerDomain(pods) => pods[domain],
            };
            score += pods as f64 * weighed.weight + (weighed.max_skew - 1) as f64;
        }
        score.round() as i64
    }

    fn ignores(&self, node: u32) -> bool {
        self.all_keys && self.constraints.iter().any(|weighed| weighed.topology.domain(node).is_none())
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

    fn normalize(&self, nodes: &[u32], scores: &mut [i64]) {
        let (mut least, mut most) = (i64::MAX, 0);
        for (node, score) in nodes.iter().zip(scores.iter()) {
            if !self.ignores(*node) {
                least = least.min(*score);
                most = most.max(*score);
            }
        }
        for (node, score) in nodes.iter().zip(scores.iter_mut()) {
            *score = if self.ignores(*node) {
                0
            } else if most == 0 {
                MAX_SCORE
            } else {
                MAX_SCORE * (most + least - *score) / most
            };
        }
    }
}
