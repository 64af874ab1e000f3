//! Admission of the objects of a tree: by what is in force in the cluster, and by what the tree itself brings.
//!
//! What is in the cluster (`--cluster`, or beside the tree: `--base`) decides the verdict. What the tree brings (levels of
//! its namespaces, its LimitRanges, quotas and policies) is in force once it is applied: in a plan it decides as well, in a
//! check it is a finding, for nobody can say of which objects it is there in time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Options;
use super::check::Checked;
use super::tree::{Tree, Unit};
use crate::apiserver::Request;
use crate::apiserver::admission::{Lookup, Plugins, pod_security};
use crate::apiserver::codes::{POLICY_NOT_EVALUATED, WEBHOOK};
use crate::apiserver::request::{Answer, OfTemplate, of_template, post_without_quotas, take_from_quotas};
use crate::cluster::model::Template;
use crate::cluster::{Admissions, Admitted};
use crate::finding::Finding;
use crate::object::{Gvk, Object, Sym, Value, sym};
use crate::report::{ServerAnswer, Verdict};
use crate::schema::{Minor, Types};
use crate::yaml::View;

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// What each object would be told now.
    Check,
    /// What becomes of the tree as it is applied.
    Plan,
}

/// Plugins whose word on what the tree brings is heard: the others only ask whether something is there.
const OF_THE_TREE: [&str; 5] =
    ["LimitRanger", "PodSecurity", "ResourceQuota", "ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"];
/// Plugins that the simulation of a plan asks itself, object by object in the order of applying.
const OF_THE_SIMULATION: [&str; 3] = ["NamespaceLifecycle", "ServiceAccount", "Priority"];
const POLICIES: &str = "admissionregistration.k8s.io";

/// Group and kind.
type GroupKind = (Sym, Sym);
/// Namespace and name.
type Place = (Sym, Sym);

/// Objects that admission looks at.
#[derive(Default)]
struct Known<'k> {
    kinds: BTreeMap<GroupKind, BTreeMap<Place, Value<'k>>>,
    /// Objects that are named are looked for there as well: what a tree refers to may be in the tree.
    named: Option<&'k Known<'k>>,
    /// What it does not hold of a kind that it has is not there.
    cluster: bool,
    /// Objects that are there several times: nobody knows which of them counts.
    ambiguous: BTreeSet<(GroupKind, Place)>,
}

impl<'k> Known<'k> {
    fn add(&mut self, gvk: Gvk, place: Place, value: Value<'k>) {
        let kind = (gvk.group, gvk.kind);
        if self.kinds.entry(kind).or_default().insert(place, value).is_some() {
            self.ambiguous.insert((kind, place));
        }
    }

    fn add_tree(&mut self, tree: &'k Tree) {
        for unit in tree.units.iter().filter(|unit| unit.verdict == Verdict::Accepted) {
            if let Some(view) = tree.view(unit) {
                self.add(unit.gvk, (unit.namespace, unit.name), Value::new(view, &unit.overlay));
            }
        }
    }

    /// Takes out what is there several times.
    fn settle(&mut self) {
        for (kind, place) in std::mem::take(&mut self.ambiguous) {
            if let Some(objects) = self.kinds.get_mut(&kind) {
                objects.remove(&place);
            }
        }
    }

    fn has(&self, group: &str, kind: &str) -> bool {
        self.kinds.get(&(sym(group), sym(kind))).is_some_and(|objects| !objects.is_empty())
    }

    /// True if something in it decides about other objects.
    fn decides(&self) -> bool {
        let bound = ["ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"];
        self.all("", "Namespace").into_iter().any(pod_security::has_levels)
            || self.has("", "LimitRange")
            || self.has("", "ResourceQuota")
            || bound.iter().any(|kind| self.has(POLICIES, kind))
    }
}

impl Lookup for Known<'_> {
    fn find(&self, group: &str, kind: &str, namespace: &str, name: &str) -> Option<Value<'_>> {
        let own = self.kinds.get(&(sym(group), sym(kind)));
        let own = own.and_then(|objects| objects.get(&(sym(namespace), sym(name))).copied());
        own.or_else(|| self.named?.find(group, kind, namespace, name))
    }

    fn all(&self, group: &str, kind: &str) -> Vec<Value<'_>> {
        self.placed(group, kind).into_iter().map(|(_, value)| value).collect()
    }

    fn placed(&self, group: &str, kind: &str) -> Vec<(Sym, Value<'_>)> {
        let objects = self.kinds.get(&(sym(group), sym(kind))).into_iter().flatten();
        objects.map(|((namespace, _), value)| (*namespace, *value)).collect()
    }

    fn knows(&self, group: &str, kind: &str) -> bool {
        self.cluster && self.has(group, kind)
    }
}

/// Asks admission about all objects that would else be accepted. What it says goes into the findings, and what decides
/// into the verdicts. For a plan, what it makes of the Pods that controllers make.
pub(super) fn admit(checked: &mut Checked, export: Option<&Tree>, options: &Options, mode: Mode) -> OfPods {
    let mut found = webhooks(&checked.tree);
    let mut admissions = OfPods::default();
    let mut answers = BTreeMap::new();
    {
        let tree = &checked.tree;
        let mut own = Known::default();
        own.add_tree(tree);
        let mut cluster = Known { named: Some(&own), cluster: export.is_some(), ..Known::default() };
        cluster.add_tree(&checked.beside);
        if let Some(export) = export {
            cluster.add_tree(export);
        }
        ask(checked, &cluster, options, &mut answers);
        if mode == Mode::Plan {
            answers.retain(|at, answer: &mut Answer| {
                let by = answer.refused.as_ref().and_then(|refused| refused.plugin);
                let of_simulation = by.is_some_and(|plugin| OF_THE_SIMULATION.contains(&plugin));
                if of_simulation {
                    answer.refused = None;
                }
                !of_simulation || tree.units[*at].verdict == Verdict::Accepted
            });
        }
        let minor = options.minors.iter().last().unwrap_or(Minor::DEFAULT);
        let trees = [Some(&checked.beside), export, Some(tree)];
        let mut brought =
            Known { kinds: own.kinds.clone(), ambiguous: own.ambiguous.clone(), ..Known::default() };
        brought.settle();
        let mut unsaid = Vec::new();
        if brought.decides() {
            let mut whole = Known { named: Some(&own), cluster: cluster.cluster, ..Known::default() };
            whole.kinds.clone_from(&cluster.kinds);
            for (kind, objects) in &brought.kinds {
                whole.kinds.entry(*kind).or_default().extend(objects.iter().map(|(k, v)| (*k, *v)));
            }
            let mut more = BTreeMap::new();
            ask(checked, &whole, options, &mut more);
            if mode == Mode::Plan {
                let after = of_pods(&whole, &checked.types, trees, &more, minor, &mut unsaid);
                admissions.after = Arc::new(after);
            }
            for (at, answer) in more {
                found.extend(hear(&checked.tree, at, answer, mode, &mut answers));
            }
        } else if mode == Mode::Plan && cluster.decides() {
            let after = of_pods(&cluster, &checked.types, trees, &answers, minor, &mut unsaid);
            admissions.after = Arc::new(after);
        }
        for (at, what) in unsaid {
            found.push(not_evaluated(&checked.tree, at, &what));
        }
        if mode == Mode::Plan && cluster.decides() {
            admissions.before = Arc::new(of_pods(
                &cluster,
                &checked.types,
                [trees[0], trees[1], None],
                &BTreeMap::new(),
                minor,
                &mut Vec::new(),
            ));
        }
    }
    judge_again(checked, &answers);
    for (at, answer) in answers {
        found.extend(tell(&checked.tree, at, &answer));
        conclude(&mut checked.tree.units[at], answer);
    }
    checked.findings.extend(found);
    admissions
}

/// What admission makes of Pods: before a tree is applied, and after.
#[derive(Debug, Default)]
pub(super) struct OfPods {
    pub(super) before: Arc<Admissions>,
    pub(super) after: Arc<Admissions>,
}

/// The objects of a tree as they are written, and as policies change them.
fn objects<'t>(
    tree: &'t Tree,
    answers: &'t BTreeMap<usize, Answer>,
) -> impl Iterator<Item = (usize, Object<'t>)> {
    (0..tree.units.len()).filter_map(|at| Some((at, tree.object(at)?))).flat_map(move |(at, object)| {
        let answer = answers.get(&at).filter(|_| tree.own && !object.gvk.is("", "Pod"));
        let mutated = answer.and_then(|answer| {
            let value = Value::new(object.value.view()?, answer.mutated.as_ref()?);
            Some((at, Object { value, ..object }))
        });
        std::iter::once((at, object)).chain(mutated)
    })
}

/// What admission makes of the Pods of these trees, those that stand for themselves and those of workloads. `answers` are
/// those about the objects of the last of the trees; what could not be evaluated of its Pods goes to `unsaid`.
fn of_pods(
    cluster: &Known<'_>,
    types: &Types,
    trees: [Option<&Tree>; 3],
    answers: &BTreeMap<usize, Answer>,
    minor: Minor,
    unsaid: &mut Vec<(usize, String)>,
) -> Admissions {
    let (plugins, quotas) = Plugins::new(cluster, types).without_quotas();
    let mut admissions = Admissions { quotas: quotas.left(), ..Admissions::default() };
    for tree in trees.into_iter().flatten() {
        for (at, object) in objects(tree, answers) {
            let Some(template) = object.pod_template() else { continue };
            let claims = object.spec().into_iter().flat_map(|spec| spec.list("volumeClaimTemplates"));
            let claims: Vec<&str> = claims
                .filter_map(|claim| claim.at(&["metadata", "name"]))
                .filter_map(Value::as_str)
                .collect();
            let OfTemplate { refused, pod, changed, takes, not_evaluated } =
                of_template(template, &claims, &object.namespace, minor, &plugins, &quotas);
            // Of a Pod that stands for itself it is said anyway.
            if tree.own && !object.gvk.is("", "Pod") {
                let new = not_evaluated.into_iter().map(|what| (at, what));
                let new: Vec<_> = new.filter(|one| !unsaid.contains(one)).collect();
                unsaid.extend(new);
            }
            let made = Object {
                document: object.document,
                gvk: Gvk::new("v1", "Pod"),
                namespace: object.namespace,
                name: object.name,
                value: Value::Made(&pod, template.holder.place()),
            };
            let spec = made.pod_template().filter(|_| changed).map(|made| Template::lower(&made).spec);
            let admitted = Admitted { refused, spec, takes };
            if object.gvk.is("", "Pod") {
                admissions.pods.insert((object.namespace, object.name), admitted);
            } else {
                let digest = Template::lower(&template).digest;
                admissions.templates.insert((digest, object.namespace), admitted);
            }
        }
    }
    admissions
}

/// A question to the plugins.
struct Post<'t> {
    /// Number of the object.
    at: usize,
    request: Request<'t>,
    /// `pods`
    resource: &'t str,
    view: View<'t>,
    /// Validation refused it, without the cluster in sight.
    again: bool,
}

/// Asks the plugins of a cluster about every object.
fn ask(checked: &Checked, cluster: &Known<'_>, options: &Options, answers: &mut BTreeMap<usize, Answer>) {
    let Some(minor) = options.minors.iter().last() else { return };
    let plugins = Plugins::new(cluster, &checked.types);
    // Without a cluster only Pods are told something.
    let bare = !cluster.cluster && !cluster.decides();
    let question = |(at, unit): (usize, &'_ Unit)| {
        // A server mutates before it validates: who knows the cluster asks again.
        let again = cluster.cluster && is_invalid(unit);
        if unit.verdict != Verdict::Accepted && !again || bare && !unit.gvk.is("", "Pod") {
            return None;
        }
        let kind = checked.types.kind(&unit.gvk.group, &unit.gvk.version, &unit.gvk.kind)?;
        let view = checked.tree.view(unit)?;
        if again && kind.custom {
            return None;
        }
        let namespaced = kind.namespaced();
        let request = Request { gvk: unit.gvk, namespaced, namespace: unit.namespace.as_str(), minor };
        let value = Value::new(view, &unit.overlay);
        let resource = kind.plural;
        plugins.may_concern(&request, resource, value).then_some(Post { at, request, resource, view, again })
    };
    let units = checked.tree.units.par_iter().enumerate().with_min_len(64);
    let asked: Vec<Post<'_>> = units.filter_map(question).collect();
    let is_told = |answer: &Answer, again: bool| again || options.include_stored || !is_silent(answer);
    let answered: Vec<(Post<'_>, Answer)> = asked
        .into_par_iter()
        .with_min_len(16)
        .filter_map(|asked| {
            let Post { request, resource, view, again, .. } = &asked;
            let answer = post_without_quotas(request, resource, *view, &plugins, !again);
            let is_needed = is_told(&answer, *again) || plugins.counts(request, resource);
            is_needed.then_some((asked, answer))
        })
        .collect();
    // Quotas are taken from in the order of the tree.
    for (Post { at, request, resource, view, again }, mut answer) in answered {
        take_from_quotas(&request, resource, view, &plugins, &mut answer);
        if is_told(&answer, again) {
            answers.insert(at, answer);
        }
    }
}

/// An answer of which nobody need be told.
fn is_silent(answer: &Answer) -> bool {
    let Answer { refused, warnings, not_evaluated, mutated, .. } = answer;
    refused.is_none() && warnings.is_empty() && not_evaluated.is_empty() && mutated.is_none()
}

/// Takes back what validation said of objects that it judged before admission had changed them. What admission itself
/// refuses is not validated: what was found stays.
fn judge_again(checked: &mut Checked, answers: &BTreeMap<usize, Answer>) {
    let by_admission =
        |answer: &Answer| answer.refused.as_ref().is_some_and(|refused| refused.plugin.is_some());
    let mut again: FxHashSet<u32> = FxHashSet::default();
    for (at, answer) in answers {
        let unit = &mut checked.tree.units[*at];
        if unit.verdict != Verdict::Refused || by_admission(answer) {
            continue;
        }
        again.insert(*at as u32);
        if answer.refused.is_none() {
            unit.verdict = Verdict::Accepted;
            let warnings = unit.server.take().map(|server| server.warnings).unwrap_or_default();
            let warned = !warnings.is_empty();
            unit.server = warned.then(|| ServerAnswer { code: 201, warnings, ..ServerAnswer::default() });
        }
    }
    checked.findings.retain(|finding| {
        finding.server.is_none() || finding.document.is_none_or(|document| !again.contains(&document))
    });
}

/// Whether validation refused it, in the one version that was asked.
fn is_invalid(unit: &Unit) -> bool {
    let invalid = unit.server.as_ref().is_some_and(|server| server.code == 422);
    unit.verdict == Verdict::Refused && unit.verdicts.is_empty() && invalid
}

/// What the tree's own objects make of an answer: in a plan it is the answer, in a check findings beside it.
fn hear(
    tree: &Tree,
    at: usize,
    mut answer: Answer,
    mode: Mode,
    answers: &mut BTreeMap<usize, Answer>,
) -> Vec<Finding> {
    let known = answers.get(&at);
    if known.is_some_and(|known| known.refused.is_some()) {
        return Vec::new();
    }
    if let Some(refused) = &answer.refused {
        // A Pod takes from a quota when it is made, and so do those of controllers.
        let of_simulation =
            mode == Mode::Plan && refused.plugin == Some("ResourceQuota") && tree.units[at].gvk.is("", "Pod");
        if refused.plugin.is_some_and(|plugin| !OF_THE_TREE.contains(&plugin)) || of_simulation {
            answer.refused = None;
        }
    }
    if mode == Mode::Plan {
        answers.insert(at, answer);
        return Vec::new();
    }
    // What is said already is not said again.
    if let Some(known) = known {
        answer.findings.retain(|finding| {
            !known.findings.iter().any(|k| k.code == finding.code && k.message == finding.message)
        });
        answer.not_evaluated.retain(|what| !known.not_evaluated.contains(what));
    }
    let why = "it is in force once the tree is applied";
    tell(tree, at, &answer)
        .into_iter()
        .map(|finding| {
            let own = finding.code != &POLICY_NOT_EVALUATED;
            if own { finding.because(why) } else { finding }
        })
        .collect()
}

/// An answer as findings.
fn tell(tree: &Tree, at: usize, answer: &Answer) -> Vec<Finding> {
    let document = at as u32;
    let mut found = answer.findings.clone();
    found.extend(answer.not_evaluated.iter().map(|what| not_evaluated(tree, at, what)));
    if let Some(refused) = &answer.refused {
        found.extend(refused.findings.iter().cloned());
    }
    found.into_iter().map(|finding| finding.document(document)).collect()
}

/// What nobody evaluated, about an object.
fn not_evaluated(tree: &Tree, at: usize, what: &str) -> Finding {
    let place = anchor(tree, &tree.units[at]);
    let message = format!("kcheck could not evaluate {what}");
    let finding = Finding::new(&POLICY_NOT_EVALUATED, place, message);
    finding.help("ask a cluster with `--dry-run=server`").document(at as u32)
}

/// Writes an answer down at its object.
fn conclude(unit: &mut Unit, answer: Answer) {
    let Answer { refused, warnings, overlay, mutated, .. } = answer;
    let Some(refused) = refused else {
        unit.admitted = Some(Box::new(overlay));
        unit.mutated = mutated.map(Box::new);
        if !warnings.is_empty() {
            let server =
                unit.server.get_or_insert_with(|| ServerAnswer { code: 201, ..ServerAnswer::default() });
            server.warnings.extend(warnings);
        }
        return;
    };
    let mut all = unit.server.take().map(|server| server.warnings).unwrap_or_default();
    all.extend(warnings);
    unit.verdict = Verdict::Refused;
    for (_, verdict) in &mut unit.verdicts {
        if *verdict == Verdict::Accepted {
            *verdict = Verdict::Refused;
        }
    }
    unit.server = Some(ServerAnswer {
        code: refused.code,
        reason: refused.reason,
        message: refused.message,
        causes: refused.causes,
        warnings: all,
    });
}

/// The first key of an object.
fn anchor(tree: &Tree, unit: &Unit) -> crate::finding::Place {
    let first = tree.view(unit).and_then(|view| view.entries().next());
    first.map_or_else(|| tree.place(unit), |(key, _)| key.place())
}

/// Webhooks that decide, which nobody asks.
fn webhooks(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, unit) in tree.units.iter().enumerate() {
        let what = match (&*unit.gvk.group, &*unit.gvk.kind) {
            (POLICIES, "ValidatingWebhookConfiguration") => "refuse",
            (POLICIES, "MutatingWebhookConfiguration") => "change",
            _ => continue,
        };
        if unit.verdict != Verdict::Accepted {
            continue;
        }
        let message =
            format!("the webhooks of {} `{}` are not asked: they may {what} objects", unit.kind, unit.name);
        let place = tree
            .view(unit)
            .and_then(|view| view.at(&["metadata", "name"]))
            .map_or_else(|| anchor(tree, unit), View::place);
        let finding = Finding::new(&WEBHOOK, place, message)
            .field("metadata.name")
            .help("ask a cluster that has them with `--dry-run=server`");
        found.push(finding.document(at as u32));
    }
    found
}
