//! # `reliability/webhook-deadlock`
//!
//! ## What it does
//!
//! Reports a validating or mutating webhook with `failurePolicy: Fail` that is asked about Pods (or about the workload
//! that makes them) in the namespace in which its own Pods run.
//!
//! ## Why is this bad?
//!
//! When its Pods are gone (after a reboot of the nodes, say), new ones are only admitted after the webhook was asked,
//! which nobody serves. The cluster does not come up again until the webhook is deleted by hand.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: ValidatingWebhookConfiguration
//! metadata: {name: policy}
//! webhooks:
//!   - name: policy.example.com
//!     admissionReviewVersions: [v1]
//!     sideEffects: None
//!     rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
//!     clientConfig: {service: {name: policy, namespace: policy}}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: policy, namespace: policy}
//! spec: {selector: {app: policy}, ports: [{port: 443}]}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: policy, namespace: policy}
//! spec:
//!   selector: {matchLabels: {app: policy}}
//!   template:
//!     metadata: {labels: {app: policy}}
//!     spec: {containers: [{name: policy, image: "policy:1"}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: ValidatingWebhookConfiguration
//! metadata: {name: policy}
//! webhooks:
//!   - name: policy.example.com
//!     admissionReviewVersions: [v1]
//!     sideEffects: None
//!     rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
//!     namespaceSelector:
//!       matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [policy]}]
//!     clientConfig: {service: {name: policy, namespace: policy}}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: policy, namespace: policy}
//! spec: {selector: {app: policy}, ports: [{port: 443}]}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: policy, namespace: policy}
//! spec:
//!   selector: {matchLabels: {app: policy}}
//!   template:
//!     metadata: {labels: {app: policy}}
//!     spec: {containers: [{name: policy, image: "policy:1"}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the webhook's `matchConditions` leave its own Pods out: kcheck does not report webhooks that have any.

use crate::finding::{Code, Level, Profile};
use crate::object::{Labels, Object, Selector, Sym, Value, sym};
use crate::rules::{Answer, Check, Rule, Sink, Tree, name_place, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/webhook-deadlock",
        Level::Warning,
        Profile::Recommended,
        "A webhook that decides on the Pods that serve it.",
        page!("webhook_deadlock.rs"),
    ),
    check: Check::Tree(check),
};

/// Kinds between the manifest and a Pod that runs.
const ON_THE_WAY: &[(&str, &str)] =
    &[("", "pods"), ("apps", "replicasets"), ("apps", "statefulsets"), ("apps", "daemonsets")];

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for kind in ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"] {
        for configuration in tree.own_of("admissionregistration.k8s.io", kind) {
            for (i, webhook) in configuration.value.list("webhooks").enumerate() {
                if let Some((rule, serving)) = deadlock(tree, webhook) {
                    let name = webhook.str("name");
                    let place = webhook.get("name").map_or_else(|| webhook.place(), Value::place);
                    out.push(
                        out.finding_in(
                            configuration,
                            place,
                            format!("webhook `{name}` must be asked about its own Pods"),
                        )
                        .label("failurePolicy: Fail")
                        .related(rule.place(), "it decides on Pods ...")
                        .related(name_place(serving), "... and these Pods serve it")
                        .field(format!("webhooks[{i}]"))
                        .because("once they are all gone, no new one is admitted")
                        .help("leave its namespace out with a namespaceSelector"),
                    );
                }
            }
        }
    }
}

/// The rule by which a webhook decides on the Pods that serve it, and their workload.
fn deadlock<'a>(tree: &'a Tree<'_>, webhook: Value<'a>) -> Option<(Value<'a>, &'a Object<'a>)> {
    if webhook.str("failurePolicy") == "Ignore" || webhook.list("matchConditions").next().is_some() {
        return None;
    }
    let service = webhook.at(&["clientConfig", "service"])?;
    let namespace = sym(service.str("namespace"));
    let Answer::Found(service) = tree.find("", "Service", namespace, service.str("name")) else {
        return None;
    };
    let labels = Labels::read(service.spec()?.get("selector"));
    let selector = Selector::of_labels(&labels);
    if selector.is_empty() {
        return None;
    }
    let serving = tree.selected(namespace, &selector).next()?;
    let has = |rule: Value<'_>, list: &str, wanted: &str| {
        rule.list(list).any(|v| v.as_str().is_some_and(|v| v == "*" || v == wanted || v == "*/*"))
    };
    let rule = webhook.list("rules").find(|rule| {
        has(*rule, "operations", "CREATE")
            && ON_THE_WAY
                .iter()
                .any(|(group, resource)| has(*rule, "apiGroups", group) && has(*rule, "resources", resource))
    })?;
    // What the selectors leave out is not decided on.
    let mut of_namespace = match tree.find("", "Namespace", Sym::default(), &namespace) {
        Answer::Found(found) => Labels::read(found.metadata().and_then(|metadata| metadata.get("labels"))),
        _ => Labels::default(),
    };
    of_namespace.set(sym("kubernetes.io/metadata.name"), namespace);
    let selects = |field: &str, labels: &Labels| {
        webhook.get(field).is_none_or(|selector| Selector::read(selector).matches(labels))
    };
    (selects("namespaceSelector", &of_namespace) && selects("objectSelector", &serving.labels))
        .then_some((rule, serving.object))
}
