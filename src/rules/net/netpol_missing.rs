//! # `net/netpol-missing`
//!
//! ## What it does
//!
//! Reports a Pod (or workload) that no NetworkPolicy of the input isolates for ingress, or for egress.
//!
//! ## Why is this bad?
//!
//! Everything in the cluster reaches it, or it reaches everything.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//!   labels: {app: web}
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//!   labels: {app: web}
//! spec: {containers: [{name: web, image: "web:1"}]}
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: all}
//! spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
//! ```
//!
//! ## When to ignore it
//!
//! Where policies are kept elsewhere, or are of the network plugin (Cilium, Calico); nothing is said of namespaces with
//! such a policy. Jobs, and Pods in the network of their node, are not reported.

use rustc_hash::FxHashMap;

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Selector, Sym};
use crate::rules::pod::what;
use crate::rules::policy::{DIRECTIONS, covers, selector};
use crate::rules::{Check, PodAt, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/netpol-missing",
        Level::Info,
        Profile::Security,
        "A Pod that no NetworkPolicy holds.",
        page!("netpol_missing.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut policies: FxHashMap<Sym, Vec<(Selector, [bool; 2])>> = FxHashMap::default();
    for policy in tree.of("networking.k8s.io", "NetworkPolicy") {
        let covered = [covers(policy, &DIRECTIONS[0]), covers(policy, &DIRECTIONS[1])];
        policies.entry(policy.namespace).or_default().push((selector(policy), covered));
    }
    let foreign = |o: &Object<'_>| {
        matches!(
            &*o.gvk.kind,
            "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy" | "GlobalNetworkPolicy"
        ) || (&*o.gvk.group == "projectcalico.org" && &*o.gvk.kind == "NetworkPolicy")
    };
    if tree.objects().iter().any(foreign) {
        return;
    }
    for object in tree.own() {
        let Some(at) = PodAt::of(object) else { continue };
        if at.runs_to_completion() || at.pod.spec.flag("hostNetwork") {
            continue;
        }
        let labels = at.labels();
        let of_namespace = policies.get(&object.namespace).map_or(&[][..], Vec::as_slice);
        let covered =
            |direction: usize| of_namespace.iter().any(|(s, covers)| covers[direction] && s.matches(&labels));
        let message = match (covered(0), covered(1)) {
            (true, true) => continue,
            (false, true) => format!("everything in the cluster reaches {}", what(object)),
            (true, false) => format!("{} reaches everything", what(object)),
            (false, false) => {
                format!("everything in the cluster reaches {}, and it reaches everything", what(object))
            }
        };
        out.push(
            out.finding_in(object, name_place(object), message)
                .label("no NetworkPolicy")
                .field("metadata.name"),
        );
    }
}
