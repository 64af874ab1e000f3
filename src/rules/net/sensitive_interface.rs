//! # `net/sensitive-interface`
//!
//! ## What it does
//!
//! Reports a Service of type NodePort or LoadBalancer in front of a Pod whose image is a known console or a server that
//! runs what it is sent: dashboards, notebooks, workflow and model servers, databases' web consoles.
//!
//! ## Why is this bad?
//!
//! Such programs are made for trusted networks. Many run any code for whoever reaches them, and scanners find them in
//! hours.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: notebooks}
//! spec:
//!   type: LoadBalancer
//!   selector: {app: notebooks}
//!   ports: [{port: 80}]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: notebooks, labels: {app: notebooks}}
//! spec: {containers: [{name: notebooks, image: "jupyter/base-notebook:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: notebooks}
//! spec:
//!   type: ClusterIP
//!   selector: {app: notebooks}
//!   ports: [{port: 80}]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: notebooks, labels: {app: notebooks}}
//! spec: {containers: [{name: notebooks, image: "jupyter/base-notebook:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! Where a login stands in front of it. The program is known by the name of its image only.

use crate::finding::{Code, Level, Profile};
use crate::object::{Labels, Selector};
use crate::rules::pod::what;
use crate::rules::{Check, PodAt, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/sensitive-interface",
        Level::Info,
        Profile::Security,
        "A console for administrators that is open to the outside.",
        page!("sensitive_interface.rs"),
    ),
    check: Check::Tree(check),
};

/// Words of image names.
const CONSOLES: &[&str] = &[
    "adminer",
    "airflow",
    "argo-workflows",
    "argoexec",
    "jupyter",
    "kibana",
    "kubernetes-dashboard",
    "kubernetesui/dashboard",
    "metrics-scraper",
    "minio-console",
    "mlflow",
    "mongo-express",
    "ollama",
    "pgadmin",
    "phpmyadmin",
    "portainer",
    "prefect",
    "rabbitmq-management",
    "ray-head",
    "rayproject",
    "redis-commander",
    "selenium",
    "spark-master",
    "weave-scope",
];

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for service in tree.own_of("", "Service") {
        let Some(spec) = service.spec() else { continue };
        let Some(kind) = spec.get("type") else { continue };
        if !matches!(kind.as_str(), Some("NodePort" | "LoadBalancer")) {
            continue;
        }
        let selector = Selector::of_labels(&Labels::read(spec.get("selector")));
        if selector.is_empty() {
            continue;
        }
        let found = tree.selected(service.namespace, &selector).find_map(|pods| {
            let at = PodAt::of(pods.object)?;
            at.containers().find_map(|container| {
                let (value, image) = container.image()?;
                let console = CONSOLES.iter().find(|word| image.contains(**word))?;
                Some((*console, value.place()))
            })
        });
        if let Some((console, place)) = found {
            out.push(
                out.finding_in(
                    service,
                    kind.place(),
                    format!("{} opens {console} to the outside", what(service)),
                )
                .label("reached from outside of the cluster")
                .related(place, "made for trusted networks")
                .field("spec.type"),
            );
        }
    }
}
