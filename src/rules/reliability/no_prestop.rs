//! # `reliability/no-prestop`
//!
//! ## What it does
//!
//! Reports a container of a Pod behind a Service without a `preStop` hook.
//!
//! ## Why is this bad?
//!
//! A Pod that is deleted gets requests for some seconds more, until every node has heard of it. A program that ends at
//! SIGTERM refuses them; a hook that sleeps for some seconds lets them through.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec:
//!   containers:
//!     - name: web
//!       image: web:1
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec:
//!   containers:
//!     - name: web
//!       image: web:1
//!       lifecycle: {preStop: {sleep: {seconds: 5}}}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that go on serving for some seconds after SIGTERM.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, PodAt, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/no-prestop",
        Level::Info,
        Profile::Pedantic,
        "A container behind a Service that stops at once.",
        page!("no_prestop.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for object in tree.own() {
        let Some(at) = PodAt::of(object) else { continue };
        if at.runs_to_completion() || tree.services_of(object.namespace, &at.labels()).is_empty() {
            continue;
        }
        for container in at.containers().filter(ContainerAt::serves) {
            if container.container.value.at(&["lifecycle", "preStop"]).is_some() {
                continue;
            }
            let message = format!("{} refuses the last requests of every rollout", container.what());
            out.push(
                out.finding_in(object, container.name_place(), message)
                    .label("no preStop hook")
                    .field(container.field("lifecycle.preStop")),
            );
        }
    }
}
