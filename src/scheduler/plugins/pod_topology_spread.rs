use std::borrow::Cow;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::cluster::model::{Pod, SpreadConstraint};
use crate::object::{Selector, Sym, sym};
use crate::scheduler::counts::{NodeRule, Query, Tally};
use crate::scheduler::explain::Lack;
use crate::scheduler::framework::{
    Context, Event, Feasible, Filter, MAX_SCORE, Plugin, Point, PreFilter, Scope, Score, Status,
};
use crate::scheduler::snapshot::{NodeInfo, PodInfo};
use crate::scheduler::sparse::Sparse;
use crate::scheduler::topology::{Apart, MANY, Topology};

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
    /// The Pod's own constraints; the others that take their place if it has none (`buildDefaultConstraints`). None if nothing
    /// selects the Pod.
    fn constraints<'a>(&self, context: &Context<'a>) -> Cow<'a, [SpreadConstraint]> {
        let own = &context.pod.spec.spread;
        if !own.is_empty() {
            return Cow::Borrowed(own);
        }
        let selector = context.cluster.default_selector(context.class, context.objects);
        if selector.is_empty() {
            return Cow::Borrowed(&[]);
        }
        let all = match &self.defaults {
            Some(list) => {
                let with = |constraint: &SpreadConstraint| SpreadConstraint {
                    selector: Some((*selector).clone()),
                    ..constraint.clone()
                };
                list.iter().map(with).collect()
            }
            None => Vec::from(default_constraints(&selector)),
        };
        Cow::Owned(all)
    }

    /// Constraints that filter: the Pod's own, or the defaults.
    fn hard<'a>(&self, context: &Context<'a>) -> Vec<Cow<'a, SpreadConstraint>> {
        // The built-in ones only score.
        if context.pod.spec.spread.is_empty() && self.defaults.is_none() {
            return Vec::new();
        }
        each(self.constraints(context)).filter(|constraint| constraint.hard).collect()
    }
}

fn each(constraints: Cow<'_, [SpreadConstraint]>) -> impl Iterator<Item = Cow<'_, SpreadConstraint>> {
    let (borrowed, owned) = match constraints {
        Cow::Borrowed(all) => (all, Vec::new()),
        Cow::Owned(all) => (&[][..], all),
    };
    borrowed.iter().map(Cow::Borrowed).chain(owned.into_iter().map(Cow::Owned))
}

impl Plugin for PodTopologySpread {
    fn name(&self) -> &'static str {
        "PodTopologySpread"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreFilter, Point::Filter, Point::Score]
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        let hard = self.hard(context);
        if hard.is_empty() {
            return PreFilter::Skip;
        }
        PreFilter::Run(Box::new(Filtering::new(context, hard)))
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>) -> Option<Box<dyn Score + 'a>> {
        let constraints = self.constraints(context);
        let soft: SmallVec<[_; 2]> = constraints.iter().filter(|constraint| !constraint.hard).collect();
        // Nodes need not have all keys of the built-in constraints.
        let all_keys = self.defaults.is_some() || !context.pod.spec.spread.is_empty();
        (!soft.is_empty()).then(|| Box::new(Scoring::new(context, &soft, all_keys)) as Box<dyn Score>)
    }

    fn hears_bindings(&self) -> bool {
        true
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        match event {
            Event::PodAdded(other) | Event::PodDeleted(other) => {
                other.meta.namespace == context.pod.meta.namespace
                    && self.hard(context).iter().any(|c| selects(c, other))
            }
            Event::NodeAdded(node) => {
                let hard = self.hard(context);
                hard.iter().all(|constraint| node.meta.labels.get(constraint.topology_key).is_some())
            }
            _ => false,
        }
    }
}

fn selects(constraint: &SpreadConstraint, pod: &Pod) -> bool {
    constraint.selector.as_ref().is_some_and(|selector| selector.matches(&pod.meta.labels))
}

/// `systemDefaultConstraints`
fn default_constraints(selector: &Selector) -> [SpreadConstraint; 2] {
    let constraint = |max_skew, key| SpreadConstraint {
        max_skew,
        topology_key: sym(key),
        hard: false,
        selector: Some(selector.clone()),
        min_domains: 1,
        honor_affinity: true,
        honor_taints: false,
    };
    [constraint(3, HOSTNAME), constraint(5, ZONE)]
}

/// Nodes on which Pods count for a constraint (`matchNodeInclusionPolicies`).
fn rule(constraint: &SpreadConstraint, pod: &Pod, keys: SmallVec<[Sym; 2]>) -> NodeRule {
    let spec = &*pod.spec;
    let selects_nodes = !spec.node_selector.is_empty() || spec.node_affinity.required.is_some();
    let selected = (constraint.honor_affinity && selects_nodes)
        .then(|| (spec.node_selector.clone(), spec.node_affinity.required.clone()));
    NodeRule { keys, selected, tolerated: constraint.honor_taints.then(|| spec.tolerations.clone()) }
}

/// The Pods that a constraint counts; `None` if it counts nobody. The empty selector counts nobody although it matches
/// everybody.
fn query(context: &Context<'_>, constraint: &SpreadConstraint) -> Option<Query> {
    let selector = constraint.selector.as_ref().filter(|selector| !selector.is_empty())?;
    Some(Query::Spread { namespace: context.pod.meta.namespace, selector: selector.clone() })
}

/// A constraint with its Pods counted per domain.
#[derive(Clone)]
struct Counted<'a> {
    constraint: Cow<'a, SpreadConstraint>,
    topology: Arc<Topology>,
    /// Nodes on which Pods count.
    rule: NodeRule,
    /// The Pod to place counts itself.
    own: i64,
    tally: Tally,
    least: i64,
}

impl Counted<'_> {
    /// The smallest count, zero if there are fewer domains than asked for.
    fn update_least(&mut self) {
        let domains = self.tally.domains;
        let enough = domains as i64 >= self.constraint.min_domains;
        self.least = if enough { self.tally.pods.least_of(domains) } else { 0 };
    }
}

#[derive(Clone)]
struct Filtering<'a> {
    pod: &'a Pod,
    constraints: SmallVec<[Counted<'a>; 2]>,
}

impl<'a> Filtering<'a> {
    fn new(context: &Context<'a>, hard: Vec<Cow<'a, SpreadConstraint>>) -> Self {
        let Context { pod, cluster, objects, .. } = *context;
        let keys: SmallVec<[Sym; 2]> = hard.iter().map(|constraint| constraint.topology_key).collect();
        let counted = |constraint: Cow<'a, SpreadConstraint>| {
            let topology = cluster.topology(constraint.topology_key);
            let rule = rule(&constraint, pod, keys.clone());
            let tally = match query(context, &constraint) {
                Some(query) => cluster.tally(&query, &topology, &rule, objects),
                None => cluster.tally_of_nobody(&topology, &rule),
            };
            let own = i64::from(selects(&constraint, pod));
            let mut counted = Counted { constraint, topology, rule, own, tally, least: 0 };
            counted.update_least();
            counted
        };
        Self { pod, constraints: hard.into_iter().map(counted).collect() }
    }

    /// A Pod is imagined to come to the node, or to leave it.
    fn update(&mut self, other: &Pod, node: &NodeInfo, by: i64) {
        if other.meta.namespace != self.pod.meta.namespace {
            return;
        }
        for counted in &mut self.constraints {
            if let Some(domain) = counted.topology.domain(node.index)
                && selects(&counted.constraint, other)
                && counted.rule.includes(&node.node)
            {
                Arc::make_mut(&mut counted.tally.pods).add(domain, by);
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
            let pods = counted.tally.pods.get(domain);
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
                    let pods = counted.tally.pods.get(domain);
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

    fn sets_apart(&self, apart: &mut Apart) -> bool {
        let all = self.constraints.iter();
        all.for_each(|counted| apart.by_numbers(&counted.topology, &counted.tally.pods));
        true
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
    /// Domains are nodes.
    is_hostname: bool,
    /// Pods per domain, or, for hostnames, per node.
    pods: Arc<Sparse>,
}

struct Scoring {
    constraints: SmallVec<[Weighed; 2]>,
    /// Nodes that lack a key must have all of them: the built-in constraints do not ask for it.
    all_keys: bool,
}

impl Scoring {
    fn new(context: &Context<'_>, soft: &[&SpreadConstraint], all_keys: bool) -> Self {
        let Context { pod, cluster, objects, .. } = *context;
        let keys: SmallVec<[Sym; 2]> = soft.iter().map(|constraint| constraint.topology_key).collect();
        let constraints = soft.iter().map(|constraint| {
            let topology = cluster.topology(constraint.topology_key);
            let is_hostname = &*constraint.topology_key == HOSTNAME;
            let pods = match query(context, constraint) {
                None => Arc::default(),
                Some(query) if is_hostname => cluster.counts(&query, objects),
                Some(query) => {
                    let keys = if all_keys { keys.clone() } else { SmallVec::new() };
                    cluster.tally(&query, &topology, &rule(constraint, pod, keys), objects).pods
                }
            };
            Weighed { topology, max_skew: constraint.max_skew, weight: 0.0, is_hostname, pods }
        });
        Self { constraints: constraints.collect(), all_keys }
    }

    fn ignores(&self, node: u32) -> bool {
        self.all_keys && self.constraints.iter().any(|weighed| weighed.topology.domain(node).is_none())
    }
}

impl Score for Scoring {
    fn meet(&mut self, feasible: Feasible<'_>) {
        let considered: SmallVec<[(u32, usize); 8]> =
            feasible.iter().filter(|(node, _)| !self.ignores(*node)).collect();
        for weighed in &mut self.constraints {
            let size = if weighed.is_hostname {
                considered.iter().map(|(_, copies)| copies).sum()
            } else {
                // Nodes without the label share a domain of their own: it makes the others weigh more.
                let nowhere = weighed.topology.domains();
                let mut is_there = vec![false; nowhere + 1];
                for (node, _) in &considered {
                    is_there[weighed.topology.domain(*node).map_or(nowhere, |domain| domain as usize)] = true;
                }
                is_there.iter().filter(|there| **there).count()
            };
            weighed.weight = ((size + 2) as f64).ln();
        }
    }

    fn score(&self, node: &NodeInfo) -> i64 {
        if self.ignores(node.index) {
            return 0;
        }
        let mut score = 0.0;
        for weighed in &self.constraints {
            let Some(domain) = weighed.topology.domain(node.index) else { continue };
            let pods = weighed.pods.get(if weighed.is_hostname { node.index } else { domain });
            score += pods as f64 * weighed.weight + (weighed.max_skew - 1) as f64;
        }
        score.round() as i64
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn sets_apart(&self, apart: &mut Apart) -> bool {
        for weighed in &self.constraints {
            if weighed.is_hostname {
                apart.by_label(&weighed.topology);
                apart.by_node(&weighed.pods);
            } else if weighed.topology.domains() <= MANY {
                // All domains, not only those with Pods: how many of them have feasible nodes matters.
                apart.by_domain(&weighed.topology);
            } else {
                return false;
            }
        }
        true
    }

    fn compares(&self) -> bool {
        true
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
