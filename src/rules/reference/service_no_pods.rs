//! # `ref/service-no-pods`
//!
//! ## What it does
//!
//! Reports a Service whose selector matches no Pod and no Pod template of its namespace, and names the labels that come
//! nearest.
//!
//! ## Why is this bad?
//!
//! The Service gets an address and a DNS name, and no endpoints: every connection is refused. Nothing else says so, for
//! a selector that matches nothing is legal.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: worker}
//! spec:
//!   selector: {app: wrker}
//!   ports: [{port: 80}]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: worker, labels: {app: worker}}
//! spec:
//!   containers: [{name: worker, image: "worker:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: worker}
//! spec:
//!   selector: {app: worker}
//!   ports: [{port: 80}]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: worker, labels: {app: worker}}
//! spec:
//!   containers: [{name: worker, image: "worker:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! When the Pods are made elsewhere. Nothing is reported while the input holds no Pods of that namespace at all, nor if a
//! custom resource of the namespace may make them. Services without a selector and of type ExternalName are not meant.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Code, Level, Profile, distance};
use crate::object::{Labels, Selector, Sym};
use crate::rules::{Check, Pods, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/service-no-pods",
        Level::Warning,
        Profile::Recommended,
        "A Service that selects no Pod.",
        page!("service_no_pods.rs"),
    ),
    check: Check::Tree(check),
};

/// Services are compared with all Pods of their namespace, the first so many that select nobody.
const COMPARED: usize = 100;

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    // Labels that some Pods of a namespace have: most Services that select nobody ask for one that is not among them.
    let mut known: FxHashMap<Sym, FxHashSet<(Sym, Sym)>> = FxHashMap::default();
    let mut compared = 0;
    for service in tree.own_of("", "Service") {
        let Some(spec) = service.spec() else { continue };
        let Some(map) = spec.get("selector") else { continue };
        let labels = Labels::read(Some(map));
        let pods = tree.pods(service.namespace);
        if labels.is_empty() || pods.is_empty() || spec.str("type") == "ExternalName" {
            continue;
        }
        let selector = Selector::of_labels(&labels);
        let known = known
            .entry(service.namespace)
            .or_insert_with(|| pods.iter().flat_map(|p| p.labels.iter()).collect());
        let matches = labels.iter().all(|label| known.contains(&label))
            && pods.iter().any(|p| selector.matches(&p.labels));
        if matches || tree.may_make_pods(service.namespace, &labels) {
            continue;
        }
        let message = format!("Service `{}` selects no Pod", service.name);
        let mut finding = out
            .finding_in(service, map.place(), message)
            .label("matches nothing")
            .field("spec.selector")
            .because(format!(
                "`{selector}` matches none of {} Pod template{} in namespace {}",
                pods.len(),
                if pods.len() == 1 { "" } else { "s" },
                service.namespace
            ));
        compared += 1;
        if compared <= COMPARED
            && let Some((near, differs)) = nearest(&labels, pods)
        {
            let of = format!("{} {}", near.object.gvk.kind, near.object.name);
            finding = finding.related(near.place, format!("the nearest Pods, of {of}, have {differs}"));
        }
        out.push(finding);
    }
}

/// A label that differs costs its letters, at most this; one whose key is absent costs this.
const ABSENT: usize = 8;

/// The Pods that come nearest to the selector, and what they have in place of what it asks. `None` if they have none of
/// its keys.
fn nearest<'p, 'a>(labels: &Labels, pods: &'p [Pods<'a>]) -> Option<(&'p Pods<'a>, String)> {
    let cost = |p: &Pods<'_>| -> usize {
        let each = labels.iter().map(|(key, value)| match p.labels.get(key) {
            Some(has) => distance(&has, &value).min(ABSENT - 1),
            None => ABSENT,
        });
        each.sum()
    };
    let best = pods.iter().min_by_key(|p| cost(p))?;
    if labels.iter().all(|(key, _)| best.labels.get(key).is_none()) {
        return None;
    }
    let differs: Vec<String> = labels
        .iter()
        .filter(|(key, value)| best.labels.get(*key) != Some(*value))
        .map(|(key, _)| match best.labels.get(key) {
            Some(value) => format!("`{key}={value}`"),
            None => format!("no label `{key}`"),
        })
        .collect();
    Some((best, differs.join(", ")))
}
