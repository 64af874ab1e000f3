//! # `reliability/no-readiness-probe`
//!
//! ## What it does
//!
//! Reports a container without a `readinessProbe` in a Pod that a Service selects, if the container declares a port that
//! the Service sends to (or is the only one).
//!
//! ## Why is this bad?
//!
//! Without the probe a container counts as ready as soon as its process runs. Connections come before the program
//! listens: every rollout and every restart fails some requests.
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
//!       readinessProbe: {httpGet: {path: /ready, port: 80}}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that listen at once, and where a failed request at start does not matter. Jobs, Pods that no Service of
//! the input selects, and Services with `publishNotReadyAddresses` are not looked at.
//!
//! Nearly half of the Deployments that one finds in public have none. It is recommended all the same: every one of them answers
//! with errors for some seconds at each rollout.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::pod::what;
use crate::rules::{Check, ContainerAt, PodAt, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/no-readiness-probe",
        Level::Warning,
        Profile::Recommended,
        "A container behind a Service without a readiness probe.",
        page!("no_readiness_probe.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    if tree.of("", "Service").next().is_none() {
        return;
    }
    for object in tree.own() {
        let Some(at) = PodAt::of(object) else { continue };
        if at.runs_to_completion()
            || at.containers().all(|c| c.container.value.get("readinessProbe").is_some())
        {
            continue;
        }
        let services = tree.services_of(object.namespace, &at.labels());
        let services: Vec<_> = services
            .into_iter()
            .filter(|service| service.spec().is_some_and(|spec| !spec.flag("publishNotReadyAddresses")))
            .collect();
        let Some(service) = services.first() else { continue };
        let containers: Vec<ContainerAt<'_>> = at.containers().filter(ContainerAt::serves).collect();
        for container in &containers {
            let lacks = container.container.value.get("readinessProbe").is_none();
            if lacks && (containers.len() == 1 || services.iter().any(|service| sends_to(service, container)))
            {
                out.push(
                    out.finding_in(
                        object,
                        container.name_place(),
                        format!("{} gets requests before it is ready", container.what()),
                    )
                    .label("no readinessProbe")
                    .related(name_place(service), format!("{} sends them", what(service)))
                    .field(container.field("readinessProbe"))
                    .because("without the probe it counts as ready as soon as its process runs"),
                );
            }
        }
    }
}

/// True if a Service sends to a port that the container declares.
fn sends_to(service: &Object<'_>, container: &ContainerAt<'_>) -> bool {
    let ports = || service.spec().into_iter().flat_map(|spec| spec.list("ports"));
    container.container.value.list("ports").any(|declared| {
        ports().any(|port| {
            let Some(target) = port.get("targetPort").or_else(|| port.get("port")) else { return false };
            match target.as_str() {
                Some(name) => name == declared.str("name"),
                None => target.as_i64() == declared.int("containerPort"),
            }
        })
    })
}
