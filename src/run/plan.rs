//! `plan`: check, then apply to a cluster in memory and let it come to rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::admit::{Mode, admit};
use super::apply::{Application, ApplyOrder, apply, leave};
use super::base::read_base;
use super::check::{Checked, examine, report};
use super::cluster::{Before, Described, assume_classes, before};
use super::expected::{entity, expect};
use super::judge::judge;
use super::lint::{lint, objects};
use super::nodes_needed::{Probe, nodes_needed};
use super::scheduler::{configuration, is_configuration};
use super::second_run;
use super::tree::Tree;
use super::{Options, Usage};
use crate::cluster::Shape;
use crate::finding::{self, Finding, Place, nearest};
use crate::nodes::{Kubelet, Willing};
use crate::object::{Labels, Sym, sym};
use crate::plan::{
    Action, Applied, Expected, NodesNeeded, NotModelled, Plan, PodState, askable, build, explained, problems,
};
use crate::report::{Report, Verdict};
use crate::rules;
use crate::simulate::{Outcome, Room, SCALED, Simulation, Watch};
use crate::yaml::View;

/// Rules whose suspicion a plan confirms or refutes, and then tells in its own words.
pub(super) const KNOWN_FOR_CERTAIN: [&str; 7] = [
    "net/cluster-ip",
    "net/node-port-conflict",
    "ref/configmap",
    "ref/priority-class",
    "ref/runtime-class",
    "ref/secret",
    "ref/service-no-pods",
];

/// Says what the cluster does with a tree.
pub fn plan(options: &Options) -> Result<Report, Usage> {
    plan_with(options, &Willing)
}

/// The same with kubelets of one's own.
pub fn plan_with(options: &Options, kubelet: &dyn Kubelet) -> Result<Report, Usage> {
    let mut checked = examine(options)?;
    let has_nodes = checked.tree.units.iter().any(|unit| unit.gvk.is("", "Node"));
    let described = Described::new(options, &mut checked);
    checked.of_pods = admit(&mut checked, described.export.as_deref(), options, Mode::Plan);
    let there = There { base: base(options, &checked, &described)?, described, has_nodes };
    let needed = needed(options, &checked, &there, kubelet)?;
    let nodes = needed.as_ref().map(|(shape, needed)| (shape, needed.nodes));
    let before = start(options, &checked, &there, nodes, kubelet)?;
    drop(there);
    let (Application { applied, assumed }, expected, outcome) =
        play(options, &before, &checked.tree, kubelet)?;
    let all: Vec<_> = objects(&checked.tree).collect();
    let known = rules::Tree::new(&all, std::iter::empty(), &[]);
    let may_make = |namespace, labels: &Labels| known.may_make_pods(namespace, labels);
    let second_run = second_run::notes(&before, &checked.tree);
    let on_updates = changed_by_policies(&checked.tree, &applied);
    let mut plan = build(&before.state, applied, &outcome, before.source, sym(&options.namespace), &may_make);
    plan.assumed = assumed;
    plan.apply = second_run;
    plan.expected = expected;
    plan.not_modelled = not_modelled(&checked.tree, before.export.as_deref());
    plan.not_modelled.extend(on_updates);
    let (_, not_played) = configuration(options, &checked.tree)?;
    plan.not_modelled.extend(not_played.into_iter().map(|what| NotModelled { what, objects: 1 }));
    plan.not_modelled.extend(other_schedulers(&plan, &outcome));
    explain(options, &mut plan, &outcome)?;
    plan.rooms = rooms(options, &outcome, kubelet)?;
    plan.nodes_needed = needed.map(|(_, needed)| needed);

    let found = problems(&plan, &outcome, &|at| checked.tree.place(&checked.tree.units[at as usize]));
    // What the plan knows for certain, a rule need not suspect.
    let mut suspected = lint(options, &checked.tree, before.export.as_deref(), Some(&outcome));
    let documents: FxHashSet<_> = found.iter().filter_map(|f| f.document).collect();
    let places: FxHashSet<_> = found.iter().map(Finding::place).collect();
    suspected.retain(|f| match f.code.name {
        name if !KNOWN_FOR_CERTAIN.contains(&name) => true,
        "ref/configmap" | "ref/secret" => !places.contains(&f.place()),
        _ => f.document.is_none_or(|document| !documents.contains(&document)),
    });
    checked.findings.extend(suspected);
    let marks: Vec<_> = found.iter().map(|f| (f.code.name, f.place(), f.message.clone())).collect();
    checked.findings.extend(found);
    let mut report = report(options, "plan", checked, before.export.map(Arc::unwrap_or_clone));
    finding::sort(&mut report.findings);
    let mut at: FxHashMap<(&str, Place, &str), usize> = FxHashMap::default();
    for (number, f) in report.findings.iter().enumerate() {
        at.entry((f.code.name, f.place(), &f.message)).or_insert(number);
    }
    let problems =
        marks.iter().filter_map(|(code, place, message)| at.get(&(code, *place, message)).copied());
    report.problems = problems.collect();
    report.plan = Some(plan);
    Ok(report)
}

/// What is there before the tree, as far as files tell: read once.
struct There {
    described: Described,
    base: Option<Base>,
    /// The tree brings nodes.
    has_nodes: bool,
}

/// What was applied before.
struct Base {
    tree: Tree,
    /// The objects of the cluster, and those of these that are not refused.
    all: Arc<Tree>,
}

/// Reads and judges what was applied before.
fn base(options: &Options, checked: &Checked, described: &Described) -> Result<Option<Base>, Usage> {
    if options.base.is_empty() {
        return Ok(None);
    }
    let export = described.export.as_deref();
    let first = checked.tree.files.len() + export.map_or(0, |export| export.files.len());
    let mut tree = Tree::new(read_base(options, first as u32)?);
    tree.own = false;
    tree.locate(&checked.types, &options.namespace);
    judge(&mut tree, &checked.types, &checked.definitions, options);
    let mut accepted = tree.clone();
    accepted.units.retain(|unit| matches!(unit.verdict, Verdict::Accepted | Verdict::Unknown));
    let all = match export.cloned() {
        Some(mut all) => {
            all.append(accepted);
            all
        }
        None => accepted,
    };
    Ok(Some(Base { tree, all: Arc::new(all) }))
}

/// The cluster before the tree is applied, maybe with so many more nodes of a shape: what is described, and what becomes of it
/// when the base is applied. Refused objects of the base are not there; nothing else is said of them.
fn start(
    options: &Options,
    checked: &Checked,
    there: &There,
    needed: Option<(&Shape, u64)>,
    kubelet: &dyn Kubelet,
) -> Result<Before, Usage> {
    let mut before = before(options, &there.described, there.has_nodes, needed)?;
    if let Some(base) = &there.base {
        before.state.set_admissions(checked.of_pods.before.clone());
        let (_, _, outcome) = play(options, &before, &base.tree, kubelet)?;
        before.state = outcome.after;
        before.export = Some(base.all.clone());
    }
    before.state.set_admissions(checked.of_pods.after.clone());
    Ok(before)
}

/// How many nodes are needed, if that is asked.
fn needed(
    options: &Options,
    checked: &Checked,
    there: &There,
    kubelet: &dyn Kubelet,
) -> Result<Option<(Shape, NodesNeeded)>, Usage> {
    let Some(given) = &options.nodes_needed else { return Ok(None) };
    let shape = Shape::read(given).map_err(|error| Usage::Shape { given: given.clone(), error })?;
    let mut probe = |nodes: u64| {
        let before = start(options, checked, there, Some((&shape, nodes)), kubelet)?;
        let (_, _, outcome) = play(options, &before, &checked.tree, kubelet)?;
        let one = shape.nodes(1, std::iter::empty());
        // A node of the shape that is there knows the daemons; without one there is nothing on it.
        let there = outcome.after.nodes().find(|node| {
            one.iter().any(|one| one.allocatable == node.allocatable && one.taints == node.taints)
        });
        Ok(Probe::of(&outcome, there.map(|node| &**node).or(one.first())))
    };
    let has_others = there.has_nodes || !options.nodes.is_empty() || !options.cluster.is_empty();
    let needed = nodes_needed(given, u64::from(!has_others), &mut probe)?;
    Ok(Some((shape, needed)))
}

/// How many more replicas fit of the workloads that were asked about.
fn rooms(options: &Options, outcome: &Outcome, kubelet: &dyn Kubelet) -> Result<Vec<Room>, Usage> {
    let mut rooms = Vec::new();
    for given in &options.how_many {
        let watch = watch(given);
        let scaled: Vec<_> = outcome
            .after
            .workloads()
            .filter(|workload| SCALED.contains(&workload.kind()) && workload.meta.controller().is_none())
            .collect();
        let is_meant = |namespace, name| name == watch.name && watch.namespace.is_none_or(|n| n == namespace);
        let found: Vec<Room> = scaled
            .iter()
            .filter(|workload| is_meant(workload.meta.namespace, workload.meta.name))
            .filter_map(|workload| {
                outcome.room((sym(workload.kind()), workload.meta.namespace, workload.meta.name), kubelet)
            })
            .collect();
        if found.is_empty() {
            let names =
                scaled.iter().flat_map(|workload| [workload.meta.name.to_string(), workload.meta.path()]);
            let names: Vec<String> = names.collect();
            let near = nearest(given, names.iter().map(String::as_str), 3).map(str::to_owned);
            return Err(Usage::HowMany { given: given.clone(), near });
        }
        rooms.extend(found);
    }
    Ok(rooms)
}

/// Applies a tree to a cluster and lets it come to rest.
fn play(
    options: &Options,
    before: &Before,
    tree: &Tree,
    kubelet: &dyn Kubelet,
) -> Result<(Application, Vec<Expected>, Outcome), Usage> {
    let (configuration, _) = configuration(options, tree)?;
    let mut simulation = Simulation::scheduled(before.state.clone(), kubelet, configuration.clone());
    simulation.watch(options.explain.iter().map(|given| watch(given)).collect());
    Ok(match options.apply_order {
        ApplyOrder::Careful => {
            let mut application = apply(before, tree, ApplyOrder::Careful, &mut simulation);
            leave(options.prune, before, &mut application, &mut simulation);
            if before.export.is_none() {
                let all = simulation.state_mut().clone();
                assume_classes(&all, simulation.state_mut());
            }
            let expected = expect(simulation.state_mut(), tree, before.export.as_deref(), &options.assumed());
            (application, expected, simulation.finish())
        }
        ApplyOrder::Kubectl => {
            // What somebody makes while the cluster runs is there in time.
            let mut all = Simulation::scheduled(before.state.clone(), kubelet, configuration);
            apply(before, tree, ApplyOrder::Careful, &mut all);
            if before.export.is_none() {
                assume_classes(&all.state_mut().clone(), simulation.state_mut());
            }
            let expected = expect(all.state_mut(), tree, before.export.as_deref(), &options.assumed());
            for object in &expected {
                simulation.state_mut().put(entity(object));
            }
            let mut application = apply(before, tree, ApplyOrder::Kubectl, &mut simulation);
            leave(options.prune, before, &mut application, &mut simulation);
            (application, expected, simulation.finish())
        }
    })
}

/// `name` or `namespace/name`.
fn watch(given: &str) -> Watch {
    match given.split_once('/') {
        Some((namespace, name)) => Watch { namespace: Some(sym(namespace)), name: sym(name) },
        None => Watch { namespace: None, name: sym(given) },
    }
}

/// Puts what was asked about Pods into the plan.
fn explain(options: &Options, plan: &mut Plan, outcome: &Outcome) -> Result<(), Usage> {
    for given in &options.explain {
        let Some(told) = explained(plan, outcome, &watch(given)) else {
            let names = askable(plan);
            let near = nearest(given, names.iter().map(String::as_str), 3).map(str::to_owned);
            return Err(Usage::Explain { given: given.clone(), near });
        };
        plan.explained.extend(told);
    }
    Ok(())
}

/// Kinds whose effect is not played: they are there, and that is all. Those of the cluster count as well.
fn not_modelled(tree: &Tree, export: Option<&Tree>) -> Vec<NotModelled> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let trees = std::iter::once(tree).chain(export);
    for (tree, unit) in trees.flat_map(|tree| tree.units.iter().map(move |unit| (tree, unit))) {
        let what = match (unit.verdict, &*unit.kind) {
            // The scheduler reads it, or says why not.
            _ if is_configuration(unit) => continue,
            (Verdict::Unknown, _) => format!("{} ({})", unit.kind, unit.api_version),
            (Verdict::Accepted, "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration") => {
                format!("{}/{}", unit.kind, unit.name)
            }
            (Verdict::Accepted, "MutatingAdmissionPolicy") => {
                if !tree.view(unit).is_some_and(changes_what_controllers_make) {
                    continue;
                }
                unit.kind.clone()
            }
            (Verdict::Accepted, kind) if EFFECTS_NOT_PLAYED.contains(&kind) => unit.kind.clone(),
            _ => continue,
        };
        *counts.entry(what).or_default() += 1;
    }
    counts.into_iter().map(|(what, objects)| NotModelled { what, objects }).collect()
}

/// Whether a mutating policy matches objects that controllers make, other than Pods.
fn changes_what_controllers_make(policy: View<'_>) -> bool {
    const MADE: [&str; 6] =
        ["*", "replicasets", "jobs", "persistentvolumeclaims", "endpointslices", "controllerrevisions"];
    let rules = policy.at(&["spec", "matchConstraints", "resourceRules"]).into_iter().flat_map(View::items);
    let mut resources = rules.filter_map(|rule| rule.get("resources")).flat_map(View::items);
    resources.any(|resource| resource.as_str().is_some_and(|name| MADE.contains(&name)))
}

/// Objects that are there already, and that mutating policies are asked about as if they were new.
fn changed_by_policies(tree: &Tree, applied: &[Applied]) -> Vec<NotModelled> {
    let is_changed = |applied: &&Applied| {
        let unit = applied.document.and_then(|at| tree.units.get(at as usize));
        applied.action == Action::Update && unit.is_some_and(|unit| unit.mutated.is_some())
    };
    let objects = applied.iter().filter(is_changed).count() as u32;
    let what = "MutatingAdmissionPolicy on updates".to_owned();
    if objects == 0 { Vec::new() } else { vec![NotModelled { what, objects }] }
}

/// Schedulers that are not played, and how many Pods wait for them.
fn other_schedulers(plan: &Plan, outcome: &Outcome) -> Vec<NotModelled> {
    let mut counts: BTreeMap<Sym, u32> = BTreeMap::new();
    for pod in plan.pods.iter().filter(|pod| pod.state == PodState::Unknown) {
        if let Some(live) = outcome.after.pod(pod.namespace, pod.name) {
            *counts.entry(live.spec.scheduler).or_default() += 1;
        }
    }
    let told = |(name, objects)| NotModelled { what: format!("the scheduler {name}"), objects };
    counts.into_iter().map(told).collect()
}

/// Built-in kinds that change what becomes of others, in ways that are not played.
const EFFECTS_NOT_PLAYED: [&str; 5] =
    ["HorizontalPodAutoscaler", "NetworkPolicy", "PersistentVolume", "PersistentVolumeClaim", "RuntimeClass"];
