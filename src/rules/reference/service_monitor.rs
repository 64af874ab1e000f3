//! # `ref/service-monitor`
//!
//! ## What it does
//!
//! Reports a ServiceMonitor whose selector matches no Service, or a PodMonitor whose selector matches no Pod, of the
//! namespaces that it looks at.
//!
//! ## Why is this bad?
//!
//! Nothing is measured, and an alert on numbers that do not exist stays silent.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: wbe}}
//!   endpoints: [{port: metrics}]
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web, labels: {app: web}}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   endpoints: [{port: metrics}]
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web, labels: {app: web}}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ```
//!
//! ## When to ignore it
//!
//! Where the Services are in other repositories. The labels are those of the Service itself, not those of its Pods.

use crate::finding::{Code, Level, Profile};
use crate::object::{Labels, Selector, Sym, Value};
use crate::rules::pod::what;
use crate::rules::{Check, PodAt, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/service-monitor",
        Level::Warning,
        Profile::Recommended,
        "A ServiceMonitor or PodMonitor that selects nothing.",
        page!("service_monitor.rs"),
    )
    .off(),
    check: Check::Tree(check),
};

const GROUP: &str = "monitoring.coreos.com";

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for monitor in tree.own_of(GROUP, "ServiceMonitor").chain(tree.own_of(GROUP, "PodMonitor")) {
        let Some(spec) = monitor.spec() else { continue };
        let Some(value) = spec.get("selector") else { continue };
        let selector = Selector::read(value);
        let namespaces: Vec<&str> = spec
            .get("namespaceSelector")
            .into_iter()
            .flat_map(|of| of.list("matchNames"))
            .filter_map(Value::as_str)
            .collect();
        let any = spec.get("namespaceSelector").is_some_and(|of| of.flag("any"));
        let looks_at = |namespace: Sym| {
            any || namespaces.contains(&&*namespace)
                || (namespaces.is_empty() && namespace == tree.namespace_of(monitor))
        };
        let found = if &*monitor.gvk.kind == "ServiceMonitor" {
            tree.of("", "Service").filter(|service| looks_at(service.namespace)).any(|service| {
                let labels = service.metadata().and_then(|metadata| metadata.get("labels"));
                selector.matches(&Labels::read(labels))
            })
        } else {
            tree.objects()
                .iter()
                .filter(|object| looks_at(object.namespace))
                .filter_map(PodAt::of)
                .any(|at| selector.matches(&at.labels()))
        };
        if found || tree.of("", "Service").next().is_none() {
            continue;
        }
        out.push(
            out.finding_in(monitor, value.place(), format!("{} measures nothing", what(monitor)))
                .label("matches nothing")
                .field("spec.selector"),
        );
    }
}
