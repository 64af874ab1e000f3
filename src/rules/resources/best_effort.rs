//! # `resources/best-effort`
//!
//! ## What it does
//!
//! Reports a Pod (or the Pods of a workload) none of whose containers has a request or a limit for cpu or memory, of its
//! own, of the Pod, or by a LimitRange of the namespace.
//!
//! ## Why is this bad?
//!
//! The scheduler takes it for free and puts any number of such Pods on a node; when memory runs out there they are the
//! first to be killed, together. This is reported instead of the rules about single requests and limits. It holds of
//! most manifests that are examples, and of few that run in production: hence it is on by default.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   containers:
//!     - {name: web, image: "web:1"}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   containers:
//!     - name: web
//!       image: web:1
//!       resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi}}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that may die at any time, and in clusters where something outside of the input sets requests. Jobs are
//! not reported.
//!
//! Half of the Deployments that one finds in public are BestEffort, most of them samples. It is recommended all the same: whoever
//! runs one in earnest loses it first, and two lines mend it.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::Requests;
use crate::rules::{Check, PodAt, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/best-effort",
        Level::Warning,
        Profile::Recommended,
        "A Pod without any request or limit.",
        page!("best_effort.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let requests = Requests::new(tree);
    for object in tree.own() {
        let Some(at) = PodAt::of(object) else { continue };
        if at.runs_to_completion() || !requests.is_best_effort(&at) {
            continue;
        }
        out.push(
            out.finding_in(object, name_place(object), format!("{} runs as BestEffort", at.what()))
                .label("no container has a request or limit")
                .field(at.field("containers"))
                .because("the scheduler counts it as nothing, and it is the first to be killed when memory runs out")
                .help("set requests for cpu and memory, and a limit for memory"),
        );
    }
}
