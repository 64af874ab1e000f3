//! # `ref/pdb-overlap`
//!
//! ## What it does
//!
//! Reports a PodDisruptionBudget that selects Pods which another one selects too.
//!
//! ## Why is this bad?
//!
//! The eviction API answers such a Pod with 500: `This pod has more than one PodDisruptionBudget, which the eviction
//! subresource does not support.` A drain of its node never ends.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
//! ---
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: all}
//! spec:
//!   maxUnavailable: 1
//!   selector: {matchLabels: {tier: front}}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web, tier: front}}
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web, tier: front}}
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the budgets are alternatives that are never applied together.

use rustc_hash::FxHashSet;

use crate::finding::{Code, Level, Profile};
use crate::object::{Key, Labels};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/pdb-overlap",
        Level::Error,
        Profile::Recommended,
        "Pods with two PodDisruptionBudgets cannot be evicted.",
        page!("pdb_overlap.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut told: FxHashSet<(Key, Key)> = FxHashSet::default();
    // Who has no budget in the tree has no two.
    if tree.of("policy", "PodDisruptionBudget").nth(1).is_none() {
        return;
    }
    for object in tree.objects() {
        let Some(pod) = object.pod_template() else { continue };
        let labels = Labels::read(pod.holder.at(&["metadata", "labels"]));
        let mut budgets = tree.budgets_of(object.namespace, &labels);
        budgets.dedup_by_key(|budget| budget.key());
        let [first, others @ ..] = budgets.as_slice() else { continue };
        for other in others.iter().filter(|other| other.key() != first.key()) {
            let one = if other.document.is_some() { other } else { first };
            if one.document.is_none() || !told.insert((first.key(), other.key())) {
                continue;
            }
            let Some(selector) = one.spec().and_then(|spec| spec.get("selector")) else { continue };
            let related = first.spec().and_then(|spec| spec.get("selector"));
            let message =
                format!("{} has two PodDisruptionBudgets: no eviction of it can succeed", what(object));
            let mut finding = out
                .finding_in(one, selector.place(), message)
                .label("selects these Pods")
                .field("spec.selector")
                .because("the eviction API answers 500, so a drain of their node never ends");
            if let Some(related) = related {
                finding = finding.related(related.place(), format!("so does {}", what(first)));
            }
            out.push(finding);
        }
    }
}
