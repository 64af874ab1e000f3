//! One attempt up to its verdict: PreFilter, Filter, Score (`schedulePod`). Changes nothing.

use super::framework::{Code, Context, Feasible, Filter, Point, PreFilter, Reasons, Scope, Status};
use super::plugins::Part;
use super::profile::Profile;
use super::ranking::Rankings;
use super::snapshot::{NodeInfo, PodId, PodInfo};
use super::topology::Apart;
use crate::object::Sym;

/// A filter that takes part in the attempt.
pub(super) struct Active<'a> {
    /// Its position among the filters of the profile.
    pub(super) plugin: usize,
    pub(super) filter: Box<dyn Filter<'a> + 'a>,
    local: bool,
}

/// Pods that preemption has made room for on a node; they count before they are there.
pub(super) type Nominated<'n> = &'n [(PodId, PodInfo)];

/// An attempt after PreFilter.
pub(super) struct Cycle<'a> {
    pub(super) context: Context<'a>,
    pub(super) profile: &'a Profile,
    pub(super) filters: Vec<Active<'a>>,
    /// Positions of the filters that look at more than the node.
    not_local: Vec<usize>,
    /// Nodes that come into question, if a plugin named them; they need not exist.
    pub(super) narrowed: Option<Vec<Sym>>,
    /// Plugins that named them.
    pub(super) narrowed_by: Vec<&'static str>,
    /// A plugin refused the Pod.
    pub(super) refused: Option<(&'static str, Code, Reasons)>,
}

/// What filters and scores said of Pods of one shape, by node. Kept until the node changes.
#[derive(Clone, Default, Debug)]
pub(super) struct ShapeCache {
    /// Generation of the node plus one; 0: never asked.
    filtered: Vec<u32>,
    /// Position of the filter that refused plus one.
    refusal: Vec<u8>,
    /// By position of the plugin among those of the profile that score: generation of the node plus one, and the score. A
    /// plugin may have something to say of one Pod and nothing of the next.
    scores: Vec<Vec<(u32, i64)>>,
    /// The orders of nodes, where they can be kept.
    pub(super) rankings: Rankings,
}

/// What a plugin gives the feasible nodes.
pub(super) struct Scored {
    pub(super) plugin: &'static str,
    pub(super) weight: i64,
    /// Normalized and weighted, in the order of the nodes.
    pub(super) scores: Vec<i64>,
}

/// A node that was refused, and by which filter (its position).
pub(super) struct Refusal {
    pub(super) node: u32,
    pub(super) plugin: usize,
    status: Option<Status>,
}

impl Refusal {
    /// The error, if the plugin could not tell.
    pub(super) fn failure(&self) -> Option<&Status> {
        self.status.as_ref().filter(|status| status.code == Code::Error)
    }
}

impl<'a> Cycle<'a> {
    /// Runs PreFilter.
    pub(super) fn new(context: Context<'a>, profile: &'a Profile) -> Self {
        let mut this = Self {
            context,
            profile,
            filters: Vec::with_capacity(profile.filter.len()),
            not_local: Vec::new(),
            narrowed: None,
            narrowed_by: Vec::new(),
            refused: None,
        };
        // Plugins without PreFilter prepare as well; they refuse no Pod, so that it does not matter when.
        let only_filter = |plugin: &&Part| !plugin.points().contains(&Point::PreFilter);
        for plugin in profile.pre_filter.iter().chain(profile.filter.iter().filter(only_filter)) {
            let filter = match plugin.pre_filter(&context) {
                PreFilter::Skip => continue,
                PreFilter::Run(filter) => filter,
                PreFilter::Only(filter, nodes) => {
                    this.narrow(plugin.name(), nodes);
                    filter
                }
                PreFilter::Refuse(status) => {
                    let code = status.code;
                    this.refused = Some((plugin.name(), code, status.reasons));
                    // The others still prepare, so that preemption has their state.
                    if code != Code::Unschedulable {
                        break;
                    }
                    continue;
                }
            };
            let same = |other: &Part| other.name() == plugin.name();
            let Some(at) = profile.filter.iter().position(same) else { continue };
            let local = filter.scope() == Scope::Node;
            this.filters.push(Active { plugin: at, filter, local });
        }
        this.filters.sort_by_key(|active| active.plugin);
        let not_local = this.filters.iter().enumerate().filter(|(_, active)| !active.local);
        this.not_local = not_local.map(|(at, _)| at).collect();
        this
    }

    /// True if nodes can be asked in the order of their scores, the best alone: filters that look at more than the node
    /// cannot fail, and all nodes come into question.
    pub(super) fn is_ranked(&self) -> bool {
        self.not_local.iter().all(|at| self.filters[*at].filter.cannot_fail())
            && self.refused.is_none()
            && self.narrowed.is_none()
    }

    /// Runs the filters that look at no more than the node.
    pub(super) fn passes_locally(&self, node: &NodeInfo) -> bool {
        self.filters.iter().all(|active| !active.local || active.filter.filter(node).is_ok())
    }

    /// Runs the other filters.
    pub(super) fn passes_beyond(&self, node: &NodeInfo) -> bool {
        self.not_local.iter().all(|at| self.filters[*at].filter.filter(node).is_ok())
    }

    /// Asks the other filters which nodes they may answer differently; false if any two.
    pub(super) fn sets_apart(&self, apart: &mut Apart) -> bool {
        self.not_local.iter().all(|at| self.filters[*at].filter.sets_apart(apart))
    }

    /// The name of a filter.
    pub(super) fn name(&self, plugin: usize) -> &'static str {
        self.profile.filter[plugin].name()
    }

    /// Positions of the named nodes that exist.
    pub(super) fn narrowed_nodes(&self) -> Option<Vec<u32>> {
        let names = self.narrowed.as_ref()?.iter();
        let mut nodes: Vec<u32> =
            names.filter_map(|name| self.context.cluster.node(*name)).map(|info| info.index).collect();
        nodes.sort_unstable();
        nodes.dedup();
        Some(nodes)
    }

    fn narrow(&mut self, plugin: &'static str, nodes: Vec<Sym>) {
        self.narrowed_by.push(plugin);
        self.narrowed = Some(match self.narrowed.take() {
            None => nodes,
            Some(before) => before.into_iter().filter(|node| nodes.contains(node)).collect(),
        });
    }

    /// Runs all filters on a node, nominated Pods included: with them, then without.
    pub(super) fn filter(&self, node: &NodeInfo, nominated: Nominated<'_>) -> Result<(), (usize, Status)> {
        filter(self.filters.iter().map(|active| (active.plugin, &active.filter)), node, nominated)
    }

    /// Runs all filters on a node, using what is known of it.
    pub(super) fn check(&self, node: &NodeInfo, cache: Option<&mut ShapeCache>) -> Result<(), Refusal> {
        let refusal = |plugin| Refusal { node: node.index, plugin, status: None };
        let Some(cache) = cache else {
            let first = self
                .filters
                .iter()
                .find_map(|active| active.filter.filter(node).err().map(|status| (active.plugin, status)));
            return match first {
                None => Ok(()),
                Some((plugin, status)) => Err(Refusal { node: node.index, plugin, status: Some(status) }),
            };
        };
        let at = node.index as usize;
        if cache.filtered[at] != node.generation + 1 {
            cache.filtered[at] = node.generation + 1;
            let mut local = self.filters.iter().filter(|active| active.local);
            let first = local.find(|active| active.filter.filter(node).is_err());
            cache.refusal[at] = first.map_or(0, |active| active.plugin as u8 + 1);
        }
        let local = usize::from(cache.refusal[at]).checked_sub(1);
        for at in &self.not_local {
            let active = &self.filters[*at];
            if local.is_some_and(|plugin| plugin < active.plugin) {
                break;
            }
            if let Err(status) = active.filter.filter(node) {
                let error = Some(status).filter(|status| status.code == Code::Error);
                return Err(Refusal { status: error, ..refusal(active.plugin) });
            }
        }
        local.map_or(Ok(()), |plugin| Err(refusal(plugin)))
    }

    /// Runs all filters on a node for which Pods are nominated.
    pub(super) fn check_nominated(&self, node: &NodeInfo, nominated: Nominated<'_>) -> Result<(), Refusal> {
        self.filter(node, nominated).map_err(|(plugin, status)| Refusal {
            node: node.index,
            plugin,
            status: Some(status),
        })
    }

    /// Why a node was refused.
    pub(super) fn status(&self, refusal: &Refusal) -> Option<Status> {
        if let Some(status) = &refusal.status {
            return Some(status.clone());
        }
        let active = self.filters.iter().find(|active| active.plugin == refusal.plugin)?;
        active.filter.filter(&self.context.cluster.nodes()[refusal.node as usize]).err()
    }

    /// Scores the feasible nodes, per plugin that scores.
    pub(super) fn score(&self, feasible: &[u32], mut cache: Option<&mut ShapeCache>) -> Vec<Scored> {
        let nodes = self.context.cluster.nodes();
        let mut all = Vec::with_capacity(self.profile.score.len());
        if let Some(cache) = &mut cache {
            cache.scores.resize_with(self.profile.score.len(), Vec::new);
        }
        for (at, (plugin, weight)) in self.profile.score.iter().enumerate() {
            let Some(mut score) = plugin.pre_score(&self.context) else { continue };
            score.meet(Feasible { nodes: feasible, copies: &[] });
            let mut scores: Vec<i64> = match &mut cache {
                Some(cache) if score.scope() == Scope::Node => {
                    let kept = &mut cache.scores[at];
                    kept.resize(nodes.len(), (0, 0));
                    let of_node = |node: &u32| {
                        let (info, known) = (&nodes[*node as usize], &mut kept[*node as usize]);
                        if known.0 != info.generation + 1 {
                            *known = (info.generation + 1, score.score(info));
                        }
                        known.1
                    };
                    feasible.iter().map(of_node).collect()
                }
                _ => feasible.iter().map(|node| score.score(&nodes[*node as usize])).collect(),
            };
            score.normalize(feasible, &mut scores);
            for score in &mut scores {
                *score *= weight;
            }
            all.push(Scored { plugin: plugin.name(), weight: *weight, scores });
        }
        all
    }
}

impl ShapeCache {
    /// Makes room for so many nodes.
    pub(super) fn grow(&mut self, nodes: usize) {
        self.filtered.resize(nodes, 0);
        self.refusal.resize(nodes, 0);
    }
}

/// Runs filters on a node: with the nominated Pods on it, if there are any, then without; the first refusal counts
/// (`RunFilterPluginsWithNominatedPods`).
pub(super) fn filter<'f, 'a: 'f>(
    filters: impl Iterator<Item = (usize, &'f Box<dyn Filter<'a> + 'a>)> + Clone,
    node: &NodeInfo,
    nominated: Nominated<'_>,
) -> Result<(), (usize, Status)> {
    if !nominated.is_empty() {
        let mut imagined = node.clone();
        let mut forks: Vec<_> = filters.clone().map(|(plugin, filter)| (plugin, filter.fork())).collect();
        for (id, info) in nominated {
            imagined.add(*id, &info.pod);
            for (_, fork) in &mut forks {
                fork.add_pod(info, &imagined);
            }
        }
        for (plugin, fork) in &forks {
            fork.filter(&imagined).map_err(|status| (*plugin, status))?;
        }
    }
    for (plugin, filter) in filters {
        filter.filter(node).map_err(|status| (plugin, status))?;
    }
    Ok(())
}
