//! The cluster before the tree is applied.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::check::Checked;
use super::read::read;
use super::tree::Tree;
use super::{Options, Usage};
use crate::apiserver::defaults;
use crate::cluster::model::{Detail, VolumeSource};
use crate::cluster::{
    Entity, Shape, State, add_default_cluster, add_system_objects, assumed_class, lower, read_nodes,
};
use crate::object::{Overlay, Sym};
use crate::plan::ClusterSource;
use crate::report::Verdict;
use crate::schema::{Minor, Types};

/// A cluster, the objects of its export (for comparison with those of the tree), and where its nodes come from.
pub(super) struct Before {
    pub(super) state: State,
    pub(super) export: Option<Arc<Tree>>,
    pub(super) source: ClusterSource,
    /// The export says which namespaces there are.
    pub(super) namespaces_known: bool,
    /// Objects of the export from here on are manifests that were applied.
    pub(super) applied_from: usize,
    /// The newest version of the server that is asked about.
    pub(super) minor: Minor,
}

/// The objects of `--cluster` as they are written; `None` if nothing was given. Its files are numbered from `first`.
pub(super) fn read_export(options: &Options, first: u32) -> Result<Option<Tree>, Usage> {
    if options.cluster.is_empty() {
        return Ok(None);
    }
    let tree = Tree::new(read(&options.cluster, first)?);
    if tree.units.iter().all(|unit| unit.verdict != Verdict::Accepted) {
        return Err(Usage::Cluster {
            path: paths(options),
            why:
                "holds no Kubernetes object; make it with `kubectl get nodes,namespaces,pods,... -A -o yaml`"
                    .into(),
        });
    }
    Ok(Some(tree))
}

/// The same, which was there before, with defaults.
pub(super) fn export(options: &Options, checked: &mut Checked) -> Option<Tree> {
    let tree = checked.exported.take()?;
    Some(there_before(tree, &checked.types, &options.namespace))
}

/// A tree that was there before, with defaults.
pub(super) fn there_before(mut tree: Tree, types: &Types, namespace: &str) -> Tree {
    tree.own = false;
    tree.locate(types, namespace);
    for at in 0..tree.units.len() {
        let unit = &tree.units[at];
        if let (Verdict::Accepted, Some(view)) = (unit.verdict, tree.view(unit)) {
            let mut overlay = Overlay::default();
            defaults::apply(unit.gvk, view, &mut overlay);
            tree.units[at].overlay = overlay;
        }
    }
    tree
}

fn paths(options: &Options) -> String {
    options.cluster.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Without an export nobody says which storage classes there are: those that claims name are assumed, and a default one
/// for claims that name none. Claims are those of one state, the classes go into another, which may have less yet.
pub(super) fn assume_classes(state: &State, into: &mut State) {
    let mut names: BTreeSet<Option<Sym>> = BTreeSet::new();
    names.extend(state.others().filter_map(|(_, other)| Some(other.claim()?.class)));
    for workload in state.workloads() {
        if let Detail::StatefulSet { claims, .. } = &workload.detail {
            names.extend(claims.iter().map(|(_, claim)| claim.class));
        }
    }
    let specs = state.workloads().map(|workload| &workload.template.spec);
    for spec in specs.chain(state.pods().map(|pod| &pod.spec)) {
        for volume in &spec.volumes {
            if let VolumeSource::Ephemeral(claim) = &volume.source {
                names.insert(claim.class);
            }
        }
    }
    let has_default = state.others().any(|(_, other)| other.default_class && other.storage_class().is_some());
    for name in names {
        let mut class = match name {
            Some(name) if name.is_empty() => continue,
            Some(name) => assumed_class(&name),
            None if has_default => continue,
            None => assumed_class("standard"),
        };
        class.default_class = name.is_none();
        if state.other(&class.key()).is_none() {
            into.put(Entity::Other(class));
        }
    }
}

/// What is described of the cluster in files: read and lowered once, however many clusters are made of it.
pub(super) struct Described {
    pub(super) export: Option<Arc<Tree>>,
    state: State,
}

impl Described {
    /// What `--cluster` names.
    pub(super) fn new(options: &Options, checked: &mut Checked) -> Self {
        let export = export(options, checked);
        let mut state = State::default();
        if let Some(tree) = &export {
            for object in (0..tree.units.len()).filter_map(|at| tree.object(at)) {
                state.put(lower(&object));
            }
        }
        Self { export: export.map(Arc::new), state }
    }
}

/// The described cluster: exports, then nodes in one word, then those `needed`, of a shape and in a number. Without all, and
/// without nodes in the tree, the default one; an export without nodes is a cluster without nodes.
pub(super) fn before(
    options: &Options,
    described: &Described,
    tree_has_nodes: bool,
    needed: Option<(&Shape, u64)>,
) -> Result<Before, Usage> {
    let Described { export, state } = described;
    let (mut state, export) = (state.clone(), export.clone());
    let mut source = ClusterSource::Default;
    if export.is_some() {
        source = ClusterSource::Path(paths(options));
    }
    let mut first_node = 1;
    for given in &options.nodes {
        let nodes =
            read_nodes(given, first_node).map_err(|error| Usage::Nodes { given: given.clone(), error })?;
        first_node += nodes.len() as u64;
        for node in nodes {
            state.put(Entity::Node(node));
        }
        if export.is_none() {
            source = ClusterSource::Nodes;
        }
    }
    if let Some((shape, count)) = needed {
        let names: Vec<Sym> = state.nodes().map(|node| node.meta.name).collect();
        for node in shape.nodes(count, names.iter().map(|name| name.as_str())) {
            state.put(Entity::Node(node));
        }
        if export.is_none() && options.nodes.is_empty() && !tree_has_nodes {
            source = ClusterSource::Needed;
        }
    }
    let namespaces_known = state.namespaces().next().is_some();
    let applied_from = export.as_ref().map_or(0, |export| export.units.len());
    add_system_objects(&mut state);
    if state.node_count() == 0 && export.is_none() && needed.is_none() {
        if tree_has_nodes {
            source = ClusterSource::Tree;
        } else {
            source = ClusterSource::Default;
            add_default_cluster(&mut state);
        }
    }
    let minor = options.minors.iter().last().unwrap_or(Minor::DEFAULT);
    Ok(Before { state, export, source, namespaces_known, applied_from, minor })
}
